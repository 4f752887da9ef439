"""Trips filled anew: routes choose the visits, the allocation what they bring."""

from __future__ import annotations

import random
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphcore.domain.tables import ACCESS, FLEET, frame
from optimizer.check import check as check_plan
from optimizer.order import USUAL
from optimizer.problem import Limits
from optimizer.problem import Problem as Allocation
from optimizer.transport.agree import agree
from optimizer.transport.agreement import Agreement, rank
from optimizer.transport.ceilings import ceilings
from optimizer.transport.check import check
from optimizer.transport.loads import loads_of
from optimizer.transport.offers import access_by_transfer, fleet_of
from optimizer.transport.plan import route
from optimizer.transport.problem import Problem
from optimizer.transport.router import Effort
from optimizer.transport.settle import settle
from optimizer.transport.trips import spare, trips_of
from optimizer.transport.wanted import MORE, offers
from tests.support.districts import World, lot, need, way
from tests.support.towns import (
    QUICK,
    Row,
    load,
    one,
    place,
    problem,
    random_problem,
    road,
    routed,
    vehicle,
)

LITTLE = Effort(iterations=20)


def fleet(transport: Problem) -> pl.DataFrame:
    return fleet_of(transport.vehicles, transport.transfers)


def two_stores() -> tuple[Allocation, Problem]:
    """Both stores have all; "near" is nearer to both points, and each truck has hours for one."""
    trucks = [vehicle(w, base=w, hours=190, trips=1) for w in ("near", "far")]
    roads = [
        road("near", "p", 60),
        road("near", "r", 60),
        road("far", "p", 65),
        road("far", "r", 65),
    ]
    places = [place("near"), place("far"), place("P"), place("R")]
    transport = problem([], trucks, places, roads)
    world = World(
        needs=(need("a", "P", "rice", 40, daily=True), need("b", "R", "rice", 40, daily=True)),
        lots=(lot("n", "rice", 80, warehouse="near"), lot("f", "rice", 80, warehouse="far")),
        access=tuple(way(w, p, m) for w, m in (("near", 60), ("far", 65)) for p in "PR"),
        fleet=(),
    )
    return replace(world.problem, fleet=fleet(transport)), transport


def floor(found: Agreement) -> float:
    return next(g.value for g in found.solution.goals if g.name == "survival_floor")


def test_each_point_is_visited_though_the_allocation_would_send_all_from_one_store() -> None:
    allocation, transport = two_stores()
    plain = settle(agree(allocation, transport, effort=QUICK, rounds=1))
    assert floor(plain) == 0.0
    found = agree(allocation, transport, effort=QUICK, rounds=2)
    assert floor(found) == 1.0
    assert set(found.solution.lines["warehouse"]) == {"near", "far"}
    assert found.settled
    assert found.solution.counts["trip_rounds"] == found.rounds
    assert "trip_rounds" not in plain.solution.counts


def test_where_room_is_short_the_trip_takes_what_the_first_goal_wants() -> None:
    transport = problem([], [vehicle(trips=1, capacity_kg=500)], [place("D"), place("P")],
                        [road("d", "p", 30)])  # fmt: skip
    world = World(
        needs=(need("w", "P", "water", 30), need("t", "P", "tent", 10, survival=False)),
        lots=(lot("w", "water", 30, warehouse="D"), lot("t", "tent", 10, warehouse="D")),
        access=(way("D", "P", 30),), fleet=(),
    )  # fmt: skip
    wide = fleet(transport).with_columns(capacity_kg=pl.lit(5000), capacity_l=pl.lit(90_000))
    found = agree(replace(world.problem, fleet=wide), transport, effort=QUICK, rounds=3)
    sent = dict(found.solution.lines.group_by("item").agg(pl.col("quantity").sum()).iter_rows())
    assert (sent["water"], floor(found)) == (30, 1.0)
    assert sum(30 * 12 * (k == "water") + n * 40 * (k == "tent") for k, n in sent.items()) <= 500


def test_no_value_stands_above_its_bound() -> None:
    allocation, transport = two_stores()
    for goal in agree(allocation, transport, effort=QUICK, rounds=2).solution.goals:
        assert goal.value <= goal.bound if goal.unit == "coverage" else goal.value >= goal.bound


@pytest.mark.parametrize(("hours", "most"), [(600, 1.0), (180, 0.5), (90, 0.25)])
def test_hours_bound_what_any_plan_covers(hours: int, most: float) -> None:
    """4 t by a truck of 2 t: two trips of 30 + 10 + 2 x 50 and 40 minutes' unloading take 360."""
    transport = problem([], [vehicle(hours=hours)], [place("D"), place("P")], [road("d", "p", 50)])
    world = World(needs=(need("a", "P", "rice", 800),), lots=(lot("l", "rice", 800, warehouse="D"),),
                  access=(way("D", "P", 50),), fleet=())  # fmt: skip
    allocation = replace(world.problem, fleet=fleet(transport))
    found = ceilings(allocation, transport, ["survival_floor", "weighted_coverage"], Limits())
    assert found == pytest.approx({"survival_floor": most, "weighted_coverage": most})


def test_trips_carry_more_only_in_the_time_that_is_left() -> None:
    """60 + 60 there and back, 30 loading, 10 the stop, 20 unloading a tonne: 20 minutes are left."""
    town = one(truck=vehicle(hours=201))
    assert spare(town, routed(town))["more_g"].to_list() == [1_000_000]


def test_a_pinned_line_keeps_its_room_on_its_trip() -> None:
    allocation, transport = two_stores()
    first = agree(allocation, transport, effort=QUICK, rounds=1)
    loads = loads_of(first.solution.lines, allocation.items)
    loaded = replace(transport, loads=loads)
    routes = route(loaded, QUICK)
    free = trips_of(allocation, loaded, first.solution.lines, routes)
    fixed = replace(allocation, pinned=first.solution.lines)
    kept = trips_of(fixed, loaded, first.solution.lines, routes)
    assert int(free["kg"].sum()) - int(kept["kg"].sum()) == 200


def test_who_has_nothing_is_asked_for_before_who_has_some() -> None:
    allocation, _ = two_stores()
    columns = {"weight_g": 5000, "volume_ml": 6000, "warehouse": "near", "worth": 1000}
    wish = problem([load("P", 40, **columns), load("R", 40, **columns)], [], [], []).loads
    asked = offers(
        allocation, wish, wish.filter(pl.col("point") == "P").with_columns(units=pl.lit(10))
    )
    worth = asked.select("point", "warehouse", "units", "worth").sort("point", "warehouse").rows()
    assert worth == [
        ("P", "near", 30, 1000 // MORE),
        ("R", "far", 40, 1000),
        ("R", "near", 40, 1000),
    ]


def random_district(seed: int) -> tuple[Allocation, Problem]:
    """A damaged net with windows, convoys, a boat, and more wanted than its vehicles bring."""
    rng = random.Random(seed)
    transport = random_problem(seed)
    points = [f"P{k}" for k in range(6)]
    rows = [
        need(f"n{k}", rng.choice(points), item, rng.randint(1, 90), survival=rng.random() < 0.7,
             tier=rng.randint(1, 2), daily=item == "water")
        for k in range(8) for item in [rng.choice(["water", "rice", "tent"])]
    ]  # fmt: skip
    lots = [lot(i, i, rng.randint(20, 400), warehouse="D") for i in ("water", "rice", "tent")]
    ways: list[Row] = [way("D", p, rng.randint(5, 90)) for p in points]
    world = World(needs=tuple(rows), lots=tuple(lots), access=tuple(ways), fleet=())
    access = [frame(ACCESS, ways), access_by_transfer(transport, ["D"], points, 1)]
    return replace(
        world.problem, access=pl.concat(access), fleet=frame(FLEET, fleet(transport).to_dicts())
    ), transport  # fmt: skip


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_what_is_filled_anew_keeps_every_rule_and_is_never_worse(seed: int) -> None:
    allocation, transport = random_district(seed)
    first = agree(allocation, transport, effort=LITTLE, rounds=1)
    found = agree(allocation, transport, effort=LITTLE, rounds=3, first=first.solution)
    assert check(found.transport, found.routes) == []
    assert check_plan(found.allocation, found.solution) == []
    if found.rounds > 1:
        assert found.settled
        plain = settle(replace(first, allocation=found.allocation))
        own = replace(plain.solution, goals=found.solution.goals)
        assert rank(found.allocation, found.solution, USUAL) >= rank(found.allocation, own, USUAL)
        for goal in found.solution.goals:
            assert goal.value <= goal.bound + 1e-9 or goal.unit != "coverage"


def test_the_same_district_gives_the_same_plan_and_routes() -> None:
    allocation, transport = random_district(11)
    one_, two = (agree(allocation, transport, effort=LITTLE, rounds=3) for _ in range(2))
    assert one_.rounds > 1
    assert one_.solution.lines.equals(two.solution.lines)
    assert one_.routes.stops.equals(two.routes.stops)


def test_a_clock_that_cut_any_round_is_told() -> None:
    allocation, transport = two_stores()
    brief = Effort(iterations=10**6, seconds=0.05)
    found = agree(allocation, transport, effort=brief, rounds=2)
    assert found.routes.by_clock
