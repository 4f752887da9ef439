"""Dispatch, receipt and loss have the same effect, once, on either engine."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from api.usecases.context import Context
from api.usecases.transport.asked import dispatch_once, receive_once
from api.usecases.transport.dispatch import dispatch, lose
from api.usecases.transport.receive import Level, Signature, receive_trip
from graphcore.domain.errors import WrongState
from graphcore.store.port import GraphStore, WriteUnit
from tests.support.small_world import DISTRICT, PLAN, context, fill
from tests.support.triprows import put_trips
from tests.support.walked import dispatcher

HOUSE = Signature("诸葛签收")


@pytest.fixture
def yard(store: GraphStore) -> Context:
    """The hand-made district with three trips under an approved plan."""
    ctx = context(store)
    fill(ctx)
    store.write(DISTRICT, _fill)
    return ctx


def _fill(unit: WriteUnit) -> None:
    put_trips(unit)
    unit.update("StockLot", pl.DataFrame([{"id": "L-0", "reserved": 4}]))
    unit.update("Plan", pl.DataFrame([{"id": PLAN, "state": "approved"}]))


def one(ctx: Context, label: str, key: str) -> dict[str, Any]:
    return ctx.store.read(lambda unit: unit.nodes(label, [key])).row(0, named=True)


def units(ctx: Context, source: str, target: str) -> int:
    moves = ctx.store.read(lambda unit: unit.nodes("Movement"))
    found = moves.filter((pl.col("source") == source) & (pl.col("target") == target))
    return int(found["quantity"].sum())


def events(ctx: Context) -> list[str]:
    return ctx.store.read(lambda unit: unit.nodes("Event")).sort("seq")["type"].to_list()


def test_a_trip_leaves_once(yard: Context) -> None:
    assert dispatch(yard, dispatcher(), ["T-2"]).units == 2
    assert dispatch(yard, dispatcher(), ["T-2"]).before == ("T-2",)
    assert (one(yard, "StockLot", "L-0")["on_hand"], units(yard, "reserved", "in_transit")) == (
        8,
        2,
    )
    line = one(yard, "AllocationLine", "A-3")
    assert (line["state"], line["dispatched"]) == ("dispatched", 1)
    assert one(yard, "Need", "N-3")["under_way"] == 1
    assert events(yard).count("trip.dispatched") == 1


def test_all_leave_or_none_does(yard: Context) -> None:
    with pytest.raises(WrongState):  # what T-3 takes on is brought by T-2, which has not left
        dispatch(yard, dispatcher(), ["T-3"])
    assert units(yard, "reserved", "in_transit") == 0
    assert set(dispatch(yard, dispatcher(), ["T-3", "T-2"]).trips) == {"T-2", "T-3"}


def test_a_receipt_moves_units_and_closes_the_trip(yard: Context) -> None:
    done = receive_trip(yard, dispatcher(), "T-1", HOUSE)
    assert (done.received, len(done.receipts)) == (1, 1)
    assert one(yard, "Trip", "T-1")["state"] == "closed"
    assert one(yard, "Need", "N-0")["received"] == 1
    assert receive_trip(yard, dispatcher(), "T-1", HOUSE).receipts == ()
    assert units(yard, "in_transit", "household") == 1


def test_a_point_then_a_household(yard: Context) -> None:
    receive_trip(yard, dispatcher(), "T-1", Signature("村长", Level.POINT))
    assert one(yard, "Cargo", "CG-1")["at_point"] == 1
    receive_trip(yard, dispatcher(), "T-1", HOUSE)
    assert one(yard, "Cargo", "CG-1")["received"] == 1
    assert (units(yard, "in_transit", "township"), units(yard, "township", "household")) == (1, 1)


def test_what_is_lost_lacks_again(yard: Context) -> None:
    assert lose(yard, dispatcher(), "T-1") == 1
    short = yard.store.read(lambda unit: unit.nodes("Shortfall")).filter(pl.col("reason") == "lost")
    assert short.select("need", "quantity").rows() == [("N-0", 1)]
    assert one(yard, "AllocationLine", "A-0")["lost"] == 1


def test_a_repeated_request_has_one_effect(yard: Context) -> None:
    first = dispatch_once(yard, dispatcher(), "T-2", "key-00001")
    again = dispatch_once(yard, dispatcher(), "T-2", "key-00001")
    assert (first.replayed, again.replayed) == (False, True)
    assert first.units == again.units
    one_time = receive_once(yard, dispatcher(), "T-1", "key-00002", HOUSE)
    assert receive_once(yard, dispatcher(), "T-1", "key-00002", HOUSE).units == one_time.units
    assert events(yard).count("receipt.signed") == 1
    assert events(yard).count("trip.dispatched") == 1
