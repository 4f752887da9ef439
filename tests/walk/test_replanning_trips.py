"""Re-planning while trips are under way: what has left stays, pinned stops stay, losses come back."""

from __future__ import annotations

import polars as pl
import pytest

from api.usecases.context import Context
from api.usecases.planning.changes import ChangeKind, Told, state_change
from api.usecases.planning.pins import list_pins, pin_trip
from api.usecases.replanning.replan import replan
from api.usecases.transport.route import RouteOptions
from graphcore.domain.errors import NotFound, ProblemInvalid
from tests.support.plans import faults, in_force, lines, nodes
from tests.support.trips import cargo, routed, sent, trips
from tests.support.walked import dispatcher

SAME = ["need", "due_day", "lot", "mode", "day"]


def test_that_trips_have_left_is_no_change(signed: Context) -> None:
    base = in_force(signed)["id"]
    sent(signed)
    done = replan(signed, dispatcher())
    assert (done.plan, done.causes) == (base, ())


def test_what_has_left_and_pinned_stops_stay_where_a_lot_is_lost(signed: Context) -> None:
    base = str(in_force(signed)["id"])
    gone = cargo(signed, sent(signed))
    rest = trips(signed).filter(pl.col("state") == "planned")
    trip = next(t for t in rest["id"].to_list() if cargo(signed, t).height)
    with pytest.raises(NotFound):
        pin_trip(signed, dispatcher(), "T-NONE", stops=1)
    with pytest.raises(ProblemInvalid):
        pin_trip(signed, dispatcher(), trip, stops=1000)
    first = cargo(signed, trip)["stop"].min()
    pin_trip(signed, dispatcher(), trip, stops=int(str(first)))
    held = cargo(signed, trip).filter(pl.col("stop") == first)
    busy = pl.concat([gone["lot"], held["lot"]]).unique()
    firm = lines(signed, base, "firm").filter(~pl.col("lot").is_in(busy.implode()))
    lot = nodes(signed, "StockLot").filter(pl.col("id") == firm.sort("lot")["lot"][0])
    state_change(signed, dispatcher(), Told(ChangeKind.LOT_LOST, str(lot["code"][0])))
    done = replan(signed, dispatcher())
    assert done.plan != base
    carried = lines(signed, done.plan, "dispatched")
    assert carried["quantity"].sum() == gone["quantity"].sum()
    was = lines(signed, base).filter(pl.col("id").is_in(held["line"].implode()))
    now = lines(signed, done.plan, "firm")
    assert was.join(now, on=SAME, how="anti").is_empty()
    assert faults(signed) == set()


def begun(ctx: Context, trip: str, stops: int) -> tuple[object, list[str], set[tuple[object, ...]]]:
    """Vehicle and day of a trip, its first stops, and the goods that it brings there."""
    row = trips(ctx).filter(pl.col("id") == trip).row(0, named=True)
    places = nodes(ctx, "TripStop").filter(pl.col("trip") == trip).sort("stop")["place"]
    goods = cargo(ctx, trip).filter(pl.col("stop") <= stops).group_by("point", "item").agg(
        pl.col("quantity").sum()
    )  # fmt: skip
    return (row["vehicle"], row["day"]), places[1 : stops + 1].to_list(), set(goods.rows())


def longest(ctx: Context) -> tuple[str, int]:
    """The trip that waits with most stops, and half of them."""
    table = nodes(ctx, "Cargo").filter(pl.col("feeder") == "").group_by("trip").agg(
        pl.col("stop").max()
    ).join(trips(ctx).filter(pl.col("state") == "planned").select(trip="id"), on="trip")  # fmt: skip
    row = table.sort("stop", "trip").row(-1, named=True)
    return str(row["trip"]), max(int(row["stop"]) // 2, 1)


def test_a_new_routing_begins_a_pinned_trip_as_it_was(signed: Context) -> None:
    trip, stops = longest(signed)
    was = begun(signed, trip, stops)
    pin_trip(signed, dispatcher(), trip, stops=stops)
    routed(signed, RouteOptions(iterations=20, seed=7, agree=False))
    (pin,) = list_pins(signed, dispatcher())
    now = begun(signed, pin.trip, stops)
    assert now[:2] == was[:2]
    assert {(p, i) for p, i, _ in was[2]} <= {(p, i) for p, i, _ in now[2]}
    assert faults(signed) == set()


def test_a_pinned_trip_is_begun_so_under_the_next_plan_too(signed: Context) -> None:
    trip, stops = longest(signed)
    was = begun(signed, trip, stops)
    pin_trip(signed, dispatcher(), trip, stops=stops)
    busy = cargo(signed, trip)["lot"]
    firm = lines(signed, str(in_force(signed)["id"]), "firm")
    other = firm.filter(~pl.col("lot").is_in(busy.implode())).sort("lot")["lot"][0]
    code = nodes(signed, "StockLot").filter(pl.col("id") == other)["code"][0]
    state_change(signed, dispatcher(), Told(ChangeKind.LOT_LOST, str(code)))
    replan(signed, dispatcher())
    outcome = routed(signed)
    (pin,) = list_pins(signed, dispatcher())
    assert begun(signed, pin.trip, stops)[:2] == was[:2]
    rows = trips(signed).filter(pl.col("id") == pin.trip)
    assert rows["plan"][0] == outcome.plan
    assert faults(signed) == set()
