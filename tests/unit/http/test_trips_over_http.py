"""Trips over the wire: they leave once, a township signs for its own, nobody's name comes back."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from httpx2 import Response

from api.usecases.requests import PLAN as PLAN_JOB
from api.usecases.transport.asked import ROUTE
from graphcore.domain.actor import Role
from graphcore.store.port import WriteUnit
from tests.support.small_world import DISTRICT, PLAN, RIVER, WHEAT
from tests.support.triprows import put_trips
from tests.unit.http.serving import Service
from tests.unit.http.works import jobs_of, quick

SIGNER = "司马签收人"


@pytest.fixture
def works() -> dict[str, object]:
    return {PLAN_JOB: quick, ROUTE: quick}


@pytest.fixture
def yard(service: Service) -> Service:
    """The small world with three trips; its plan waits for approval."""
    service.ctx.store.write(DISTRICT, _fill)
    return service


def _fill(unit: WriteUnit) -> None:
    put_trips(unit)
    unit.update("StockLot", pl.DataFrame([{"id": "L-0", "reserved": 4}]))


def post(
    shop: Service, path: str, key: str, role: Role, scope: str = DISTRICT, **body: Any
) -> Response:
    headers = {**shop.key(role, scope=scope), "Idempotency-Key": key}
    return shop.client.post(f"/v1/{path}", headers=headers, json=body or None)


def lot(shop: Service) -> dict[str, Any]:
    rows = shop.ctx.store.read(lambda unit: unit.nodes("StockLot", ["L-0"]))
    return rows.row(0, named=True)


def test_a_trip_leaves_once_and_only_under_an_approved_plan(yard: Service) -> None:
    early = post(yard, "trips/T-2/dispatch", "key-000001", Role.DISPATCHER)
    assert (early.status_code, early.json()["code"]) == (409, "wrong_state")
    assert yard.approve("key-000002", PLAN).status_code == 200
    first = post(yard, "trips/T-2/dispatch", "key-000003", Role.DISPATCHER)
    again = post(yard, "trips/T-2/dispatch", "key-000003", Role.DISPATCHER)
    assert first.json() == again.json()
    assert (first.json()["state"], first.json()["in_transit"]) == ("dispatched", 2)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (lot(yard)["on_hand"], lot(yard)["reserved"]) == (8, 2)


def test_what_a_feeder_has_not_brought_does_not_leave(yard: Service) -> None:
    yard.approve("key-000002", PLAN)
    answer = post(yard, "trips/T-3/dispatch", "key-000001", Role.DISPATCHER)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_a_township_signs_for_its_own_and_the_name_stays_sealed(yard: Service) -> None:
    far = post(yard, "trips/T-1/receipt", "key-000001", Role.TOWNSHIP, RIVER, by=SIGNER,
               rows=[{"cargo": "CG-1", "received": 1}])  # fmt: skip
    assert far.status_code == 403
    own = post(yard, "trips/T-1/receipt", "key-000002", Role.TOWNSHIP, WHEAT, by=SIGNER)
    assert own.status_code == 200
    assert (own.json()["received"], own.json()["state"]) == (2, "closed")
    assert SIGNER not in own.text
    again = post(yard, "trips/T-1/receipt", "key-000002", Role.TOWNSHIP, WHEAT, by=SIGNER)
    assert again.headers["Idempotency-Replayed"] == "true"
    receipts = yard.ctx.store.read(lambda unit: unit.nodes("Receipt"))
    assert receipts.filter(pl.col("id") != "RC-1").height == 1


def test_a_row_of_another_trip_is_refused(yard: Service) -> None:
    answer = post(yard, "trips/T-1/receipt", "key-000001", Role.DISPATCHER, by=SIGNER,
                  rows=[{"cargo": "CG-3", "received": 1}])  # fmt: skip
    assert answer.status_code == 404


def test_late_and_lost_are_told(yard: Service) -> None:
    late = post(yard, "trips/T-1/report", "key-000001", Role.DISPATCHER, late_minutes=30)
    assert late.json()["late_minutes"] == 30
    gone = post(yard, "trips/T-1/report", "key-000002", Role.DISPATCHER, lost=True)
    assert (gone.json()["lost"], gone.json()["state"]) == (1, "closed")


def test_a_township_sees_its_own_trips_and_goods(yard: Service) -> None:
    trips = yard.get(f"/v1/plans/{PLAN}/trips", Role.TOWNSHIP, WHEAT).json()["items"]
    goods = yard.get(f"/v1/plans/{PLAN}/cargo", Role.TOWNSHIP, WHEAT).json()["items"]
    assert [t["id"] for t in trips] == ["T-1"]
    assert {c["township"] for c in goods} == {WHEAT}


def test_routes_are_a_job_asked_for_once(yard: Service) -> None:
    first = post(yard, f"plans/{PLAN}/routes", "key-000001", Role.DISPATCHER, rounds=2)
    again = post(yard, f"plans/{PLAN}/routes", "key-000001", Role.DISPATCHER, rounds=2)
    assert (first.status_code, first.json()["kind"]) == (202, ROUTE)
    assert first.json()["id"] == again.json()["id"]
    assert len(jobs_of(yard)) == 1
