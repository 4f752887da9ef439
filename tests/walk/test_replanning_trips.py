"""Re-planning while trips are under way: what has left stays, pinned stops stay, losses come back."""

from __future__ import annotations

import polars as pl
import pytest

from api.usecases.context import Context
from api.usecases.planning.changes import ChangeKind, Told, state_change
from api.usecases.planning.pins import pin_trip
from api.usecases.replanning.replan import replan
from graphcore.domain.errors import NotFound, ProblemInvalid
from tests.support.plans import faults, in_force, lines, nodes
from tests.support.trips import cargo, sent, trips
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
