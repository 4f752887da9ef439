"""Every route against every role of the one table, and what a scope lets through."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response

from api.access import TABLE
from api.usecases.keys import revoke_key
from graphcore.domain.actor import Role
from tests.support.small_world import DISTRICT, PLAN, RIVER, WHEAT, admin, new_key
from tests.unit.http.serving import OPERATIONS, Service, guard_of, method_of, routes

OPEN = {"health"}


def test_every_route_asks_for_the_operation_that_it_is(shop: Service) -> None:
    found = {route.operation_id: guard_of(route) for route in routes(shop.client)}
    assert found == {**OPERATIONS, **dict.fromkeys(OPEN)}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_role_gets_through_exactly_where_the_table_says(
    shop: Service, operation_id: str, role: Role
) -> None:
    answer = call(shop, operation_id, shop.key(role))
    assert (answer.status_code != 403) is (role in TABLE[OPERATIONS[operation_id]])
    assert answer.status_code != 401


@pytest.mark.parametrize("operation_id", OPERATIONS)
@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer doudi_0000", "Basic ZG91ZGk6eA==", "Bearer 密钥".encode()],
)
def test_nothing_is_open_without_a_key(
    shop: Service, operation_id: str, header: str | bytes
) -> None:
    answer = call(shop, operation_id, {"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="doudi"'


def call(shop: Service, operation_id: str, headers: dict[str, Any]) -> Response:
    """Call a route with nothing to do: no job, no plan, no effect."""
    route = next(r for r in routes(shop.client) if r.operation_id == operation_id)
    path = route.path.replace("{plan_id}", "PL-NONE").replace("{job_id}", "J-NONE")
    path = path.replace("{finding_id}", "FN-NONE").replace("{household_id}", "H-NONE")
    path = path.replace("{roster_id}", "RO-NONE").replace("{order_id}", "OR-NONE-00001")
    path = path.replace("{trip_id}", "T-NONE").replace("{number}", "1")
    path = path.replace("{change_id}", "CH-NONE").replace("{pin_id}", "PN-NONE")
    path = path.replace("{lot_id}", "L-NONE").replace("{what}", "A-NONE")
    path = path.replace("{application_id}", "AP-NONE")
    path = path.replace("{trip_id}", "T-NONE").replace("{visit_id}", "WV-NONE")
    path = path.replace("{rebuild_id}", "RB-NONE").replace("{case_id}", "CA-NONE")
    path = path.replace("{year}", "2026")
    path = path.replace("{batch_id}", "PB-NONE")
    path = path.replace("{review_id}", "RV-NONE")
    if method_of(route) == "POST":
        return shop.client.post(path, headers=headers, json={"nothing": 1})
    return shop.client.get(path, headers=headers)


def test_health_needs_no_key(shop: Service) -> None:
    answer = shop.client.get("/v1/health")
    assert answer.json() == {
        "status": "ok", "version": "0.1.0", "engine": "embedded", "district": DISTRICT,
    }  # fmt: skip


def test_a_revoked_key_is_no_key(service: Service) -> None:
    key = new_key(service.ctx, Role.DISPATCHER)
    headers = {"Authorization": f"Bearer {key.token}"}
    assert service.client.get("/v1/lots", headers=headers).status_code == 200
    revoke_key(service.ctx, admin(), key.id)
    assert service.client.get("/v1/lots", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("townships", {WHEAT}),
        ("villages", {WHEAT}),
        ("households", {WHEAT}),
        ("needs", {WHEAT}),
        (f"plans/{PLAN}/lines", {WHEAT}),
        (f"plans/{PLAN}/shortfalls", {WHEAT}),
    ],
)
def test_a_township_sees_only_its_own(shop: Service, path: str, seen: set[str]) -> None:
    rows = shop.get(f"/v1/{path}", Role.TOWNSHIP, WHEAT).json()["items"]
    assert {row.get("township", row.get("code")) for row in rows} == seen
    both = shop.get(f"/v1/{path}", Role.CIVIL_AFFAIRS).json()["items"]
    assert {row.get("township", row.get("code")) for row in both} >= seen


@pytest.mark.parametrize(("path", "count"), [("warehouses", 1), ("lots", 2)])
def test_supply_is_cut_to_a_township_too(shop: Service, path: str, count: int) -> None:
    rows = shop.get(f"/v1/{path}", Role.DISPATCHER, WHEAT).json()["items"]
    assert [row["township"] for row in rows] == [WHEAT] * count


def test_another_township_than_ones_own_is_forbidden(shop: Service) -> None:
    answer = shop.get("/v1/households", Role.TOWNSHIP, WHEAT, township=RIVER)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_plans_totals_are_those_of_the_scope(shop: Service) -> None:
    path = f"/v1/plans/{PLAN}"
    assert shop.get(path, Role.TOWNSHIP, WHEAT).json()["lines"][0]["units"] == 2
    assert shop.get(path, Role.TOWNSHIP, RIVER).json()["shortfalls"] == []
    assert shop.get(path, Role.AUDITOR).json()["lines"][0]["units"] == 4


@pytest.mark.parametrize("scope", [WHEAT, "990102", ""])
def test_a_plan_of_the_district_needs_the_districts_scope(shop: Service, scope: str) -> None:
    headers = {**shop.key(Role.DISPATCHER, scope=scope), "Idempotency-Key": f"scope-{scope:_>9}"}
    answer = shop.client.post("/v1/plans", headers=headers, json={"days": 31})
    assert answer.status_code == 422  # the scope is looked at once the request is sound
    answer = shop.client.post("/v1/plans/PL-NONE/approval", headers={
        **shop.key(Role.APPROVER, scope=scope), "Idempotency-Key": f"scope-{scope:_>9}"})  # fmt: skip
    assert answer.status_code == (404 if scope == "" else 403)
