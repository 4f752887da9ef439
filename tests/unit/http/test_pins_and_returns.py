"""Pins, inspections and owners' answers over the wire: once each, and within the plan in force."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from httpx2 import Response

from api.usecases.requests import REPLAN
from graphcore.domain.actor import Role
from graphcore.store.port import WriteUnit
from tests.support.small_world import DISTRICT
from tests.support.triprows import put_trips
from tests.unit.http.serving import Service
from tests.unit.http.works import jobs_of, quick


@pytest.fixture
def works() -> dict[str, object]:
    return {REPLAN: quick}


@pytest.fixture
def yard(service: Service) -> Service:
    """The small world with three trips; one of its lines is a request to another owner."""
    service.ctx.store.write(DISTRICT, _fill)
    return service


def _fill(unit: WriteUnit) -> None:
    put_trips(unit)
    unit.update("AllocationLine", pl.DataFrame([
        {"id": "A-3", "state": "request", "need_item": "tent", "covers": 1},
    ]))  # fmt: skip


def post(shop: Service, path: str, key: str, role: Role = Role.DISPATCHER, **body: Any) -> Response:
    headers = {**shop.key(role), "Idempotency-Key": key}
    return shop.client.post(f"/v1/{path}", headers=headers, json=body or None)


def test_a_trips_first_stops_are_pinned_once_listed_and_let_go(yard: Service) -> None:
    pin: dict[str, Any] = {"kind": "trip", "trip": "T-2", "quantity": 1, "giver": "调度室"}
    first = post(yard, "pins", "key-000001", **pin)
    again = post(yard, "pins", "key-000001", **pin)
    assert (first.status_code, first.json()) == (201, again.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    (listed,) = yard.get("/v1/pins").json()["items"]
    assert (listed["id"], listed["trip"], listed["quantity"]) == (first.json()["pin"], "T-2", 1)
    gone = post(yard, f"pins/{listed['id']}/removal", "key-000002")
    assert gone.status_code == 200
    assert yard.get("/v1/pins").json()["items"] == []


PINS: tuple[tuple[dict[str, Any], int], ...] = (
    ({"kind": "line", "line": "A-0"}, 201), ({"kind": "line"}, 422),
    ({"kind": "floor", "line": "A-1", "quantity": 1}, 201), ({"kind": "floor", "line": "A-1"}, 422),
    ({"kind": "day", "day": 2}, 201), ({"kind": "day"}, 422),
    ({"kind": "price", "line": "A-0", "quantity": 0}, 201), ({"kind": "price", "quantity": 2}, 422),
    ({"kind": "trip", "trip": "T-NONE", "quantity": 1}, 404),
)  # fmt: skip


def test_a_pin_needs_what_its_kind_needs(yard: Service) -> None:
    for nth, (pin, status) in enumerate(PINS):
        assert post(yard, "pins", f"key-00000{nth}", **pin).status_code == status, pin


def test_declined_goods_are_listed_looked_at_once_and_no_more_than_there_are(yard: Service) -> None:
    post(yard, "trips/T-1/receipt", "key-000001", by="司马签收人",
         rows=[{"cargo": "CG-1", "received": 0, "declined": 1}])  # fmt: skip
    (lot,) = yard.get("/v1/returned").json()["items"]
    assert (lot["lot"], lot["units"]) == ("L-0", 1)
    done = post(yard, "lots/L-0/inspection", "key-000002", Role.APPROVER, good=1)
    again = post(yard, "lots/L-0/inspection", "key-000002", Role.APPROVER, good=1)
    assert (done.status_code, done.json(), again.json()) == (200, {"items": []}, {"items": []})
    assert again.headers["Idempotency-Replayed"] == "true"
    more = post(yard, "lots/L-0/inspection", "key-000003", Role.APPROVER, good=1)
    assert (more.status_code, more.json()["code"]) == (409, "wrong_state")


def test_a_refusal_opens_a_re_plan_once(yard: Service) -> None:
    told = post(yard, "requests/A-3/answer", "key-000001", accepted=False, reason="另有安排")
    again = post(yard, "requests/A-3/answer", "key-000001", accepted=False, reason="另有安排")
    assert (told.status_code, told.json()) == (200, again.json())
    (job,) = jobs_of(yard)
    assert told.json()["job"] == f"/v1/jobs/{job}"
    rows = yard.ctx.store.read(lambda unit: unit.nodes("Change"))
    assert rows["kind"].to_list() == ["request_refused"]


def test_nobody_tells_a_refusal_as_a_change(yard: Service) -> None:
    body: dict[str, Any] = {"kind": "request_refused", "what": "L-0"}
    assert post(yard, "changes", "key-000001", **body).status_code == 400
