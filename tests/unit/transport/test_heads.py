"""Pinned first stops: the same vehicle, goods and order, whatever else is routed anew."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.tables import frame
from optimizer.transport.check import check
from optimizer.transport.problem import Problem, Routes
from optimizer.transport.tables import HEADS, LOADS
from tests.support.towns import load, place, problem, random_problem, road, routed, vehicle

CALM = settings(
    max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
FAR, NEAR = "0|D|truck|F|rice", "0|D|truck|N|rice"


def street(*trucks: dict[str, object], closes: int = 1440) -> Problem:
    """D, then N after 20 minutes, then F after 60 more: nobody would pass N by to come back to it."""
    return problem([load("F", 5), load("N", 5)], trucks or (vehicle(), vehicle("t2")),
                   [place("D"), place("F"), place("N", closes=closes)],
                   [road("d", "n", 20), road("n", "f", 60)])  # fmt: skip


def pinned(case: Problem, *rows: tuple[str, int, int, str, int]) -> Problem:
    """The problem with heads: vehicle, trip, stop, load, units, on day 0."""
    heads = [dict(zip(HEADS, (v, 0, t, s, x, n), strict=True)) for v, t, s, x, n in rows]
    return replace(case, heads=frame(HEADS, heads))


def stops(routes: Routes, vehicle: str, trip: int = 0) -> list[str]:
    """Places where a vehicle delivers on a trip, in order."""
    mine = (pl.col("vehicle") == vehicle) & (pl.col("trip") == trip) & (pl.col("kind") == "deliver")
    return routes.stops.filter(mine).sort("stop")["place"].to_list()


def test_a_pinned_order_stays_though_it_is_a_detour() -> None:
    case = pinned(street(), ("t2", 0, 1, FAR, 5), ("t2", 0, 2, NEAR, 5))
    routes = routed(case)
    assert stops(routes, "t2") == ["F", "N"]
    assert check(case, routes) == []
    assert check(case, routed(street())) != []  # the judge sees where a pin is passed over


def test_a_round_goes_on_after_its_pinned_stop() -> None:
    case = pinned(street(vehicle()), ("t1", 0, 1, FAR, 5))
    routes = routed(case)
    assert stops(routes, "t1")[0] == "F"
    assert int(routes.drops["units"].sum()) == 10
    assert check(case, routes) == []


def test_units_beside_the_pinned_ones_are_routed_freely() -> None:
    case = pinned(street(), ("t1", 0, 1, FAR, 2))
    routes = routed(case)
    drops = routes.drops.filter(pl.col("load") == FAR)
    assert int(drops["units"].sum()) == 5
    assert check(case, routes) == []


def test_trips_that_are_pinned_come_before_all_others() -> None:
    case = pinned(street(vehicle()), ("t1", 0, 1, FAR, 2), ("t1", 1, 1, NEAR, 1))
    routes = routed(case)
    assert (stops(routes, "t1", 0)[0], stops(routes, "t1", 1)[0]) == ("F", "N")
    assert int(routes.drops["units"].sum()) == 10
    assert check(case, routes) == []


def test_no_more_is_pinned_than_is_still_to_go() -> None:
    case = pinned(street(), ("t1", 0, 1, FAR, 9), ("t1", 0, 2, "0|D|truck|N|tent", 4))
    routes = routed(case)
    assert int(routes.drops["units"].sum()) == 10
    assert check(case, routes) == []


@pytest.mark.parametrize("case", [
    pinned(street(), ("t9", 0, 1, FAR, 5)),
    pinned(street(vehicle(capacity_kg=400)), ("t1", 0, 1, FAR, 5)),
    pinned(street(closes=500), ("t1", 0, 1, NEAR, 5)),
    pinned(street(vehicle(trips=1)), ("t1", 0, 1, FAR, 2), ("t1", 1, 1, NEAR, 1)),
])  # fmt: skip
def test_a_pin_that_cannot_be_driven_is_refused_by_name(case: Problem) -> None:
    with pytest.raises(ProblemInvalid, match="钉住"):
        routed(case)


@CALM
@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(0, 10**6))
def test_the_first_stops_of_any_routes_stay_where_more_is_to_go(
    seed: int, most: int, other: int
) -> None:
    case = random_problem(seed)
    before = routed(case)
    head = before.drops.filter(
        (pl.col("leg") == "direct") & (pl.col("trip") == 0) & (pl.col("stop") <= most)
    )
    assume(head.height)
    heads = head.group_by("vehicle", "day", "trip", "stop", "load").agg(pl.col("units").sum())
    extra = random_problem(other).loads.with_columns(load=pl.lit("x-") + pl.col("load"))
    here = extra.filter(pl.col("point").is_in(case.places["place"].implode()))
    more = replace(case, heads=heads.select(list(HEADS)),
                   loads=pl.concat([case.loads, here]).select(list(LOADS)))  # fmt: skip
    assert [(v.rule, v.ref) for v in check(more, routed(more))] == []
