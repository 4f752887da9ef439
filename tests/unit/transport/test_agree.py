"""Allocation and routing in turn: cuts go back until every line rides."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from graphcore.domain.tables import frame
from optimizer.check import check as check_plan
from optimizer.transport.agree import agree, tighten
from optimizer.transport.check import check
from optimizer.transport.problem import Problem
from optimizer.transport.rides import rides
from optimizer.transport.tables import CUTS
from tests.support.districts import World, lot, need, van, way
from tests.support.towns import QUICK, Row, place, problem, road, vehicle

WORLD = World(
    needs=(need("a", "P", "rice", 400), need("b", "R", "rice", 400)),
    lots=(lot("l", "rice", 800),),
    access=(way("depot", "P", 30), way("depot", "R", 30)),
    fleet=(van(0), van(1)),
)
"""Each point wants the load of a truck of 2 tonnes (5 kg a unit)."""


def trucks(*vehicles: Row, r_road: Row | None = None) -> Problem:
    places = [place("depot", "d"), place("P"), place("R")]
    ways = [road("d", "p", 30), r_road or road("d", "r", 30)]
    return problem([], vehicles, places, ways)


def truck(name: str, day: int = 0, **other: object) -> Row:
    return vehicle(name, base="depot", day=day, **other)


def test_enough_trucks_settle_at_once() -> None:
    found = agree(WORLD.problem, trucks(truck("t1"), truck("t2")), effort=QUICK)
    assert found.settled
    assert found.rounds == 1
    assert found.solution.lines["quantity"].sum() == 800


def test_a_small_fleet_lowers_the_plan_to_what_it_carries() -> None:
    found = agree(
        WORLD.problem, trucks(truck("t1", trips=1), truck("t1", 1, trips=1)), effort=QUICK
    )
    assert found.settled
    assert found.rounds > 1
    assert found.solution.lines["quantity"].sum() == 800
    assert sorted(found.solution.lines["day"].unique()) == [0, 1]
    assert check(found.transport, found.routes) == []
    assert check_plan(found.allocation, found.solution) == []


def test_what_no_day_can_carry_becomes_a_shortfall_of_vehicles() -> None:
    found = agree(WORLD.problem, trucks(truck("t1", trips=1)), effort=QUICK)
    assert found.settled
    assert found.solution.lines["quantity"].sum() == 400
    assert found.solution.shortfalls["reason"].unique().to_list() == ["vehicle"]


def test_a_closed_way_is_not_planned_again() -> None:
    closed = trucks(truck("t1"), truck("t2"), r_road=road("d", "r", 30, "cut"))
    found = agree(WORLD.problem, closed, effort=QUICK)
    assert found.settled
    assert set(found.solution.lines["point"]) == {"P"}
    assert "road" in found.cuts["reason"].to_list()


def test_rounds_are_bounded_and_what_stays_is_told() -> None:
    found = agree(WORLD.problem, trucks(truck("t1", trips=1)), effort=QUICK, rounds=1)
    assert not found.settled
    assert found.routes.left["units"].sum() == 400


def test_every_line_knows_its_ride() -> None:
    found = agree(WORLD.problem, trucks(truck("t1", trips=1)), effort=QUICK, rounds=1)
    seats = rides(found.solution.lines, found.routes)
    assert seats["units"].sum() == 800
    assert seats.filter(pl.col("vehicle") == "t1")["units"].sum() == 400
    assert set(seats["line"]) == set(found.solution.lines["line"])


CUT: Row = {"kind": "capacity", "warehouse": "depot", "mode": "truck", "day": 0, "point": "",
            "item": "", "capacity_kg": 7, "capacity_l": 9, "reason": "fleet"}  # fmt: skip


def test_a_capacity_cut_lowers_its_day_alone() -> None:
    fleet = tighten(WORLD.problem, frame(CUTS, [CUT])).fleet.sort("day")
    assert fleet["capacity_kg"].to_list() == [7, 100_000]


def test_a_cut_never_raises_a_capacity() -> None:
    high = frame(CUTS, [{**CUT, "capacity_kg": 10**6, "capacity_l": 10**7}])
    assert tighten(WORLD.problem, high).fleet.equals(WORLD.problem.fleet)


@pytest.mark.parametrize(("known", "day", "opens"), [(0, 0, 1), (0, 1, 2), (5, 0, 5)])
def test_a_way_cut_opens_the_day_after_at_the_earliest(known: int, day: int, opens: int) -> None:
    world = replace(WORLD, access=(way("depot", "P", 30, from_day=known), way("depot", "R", 30)))
    cut = frame(CUTS, [{**CUT, "kind": "way", "point": "P", "day": day}])
    access = tighten(world.problem, cut).access
    assert dict(access.select("point", "from_day").iter_rows()) == {"P": opens, "R": 0}
