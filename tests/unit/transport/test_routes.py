"""Whole routes of small problems: what goes, what stays, and why."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.tables import frame
from optimizer.transport.check import check
from optimizer.transport.plan import route
from optimizer.transport.problem import Problem
from optimizer.transport.router import Effort
from optimizer.transport.tables import LOADS
from tests.support.towns import (
    HANDLING,
    QUICK,
    arrived,
    by_water,
    load,
    one,
    place,
    problem,
    random_problem,
    reasons,
    road,
    routed,
    vehicle,
)


def test_one_load_on_one_truck() -> None:
    case = one()
    routes = routed(case)
    rows = routes.stops.select("kind", "arrive", "leave", "minutes").rows()
    assert rows == [("load", 480, 510, 0), ("deliver", 570, 600, 60), ("return", 660, 660, 60)]
    assert routes.drops.select("load", "leg", "units").rows() == [
        ("0|D|truck|P|rice", "direct", 10)
    ]
    assert check(case, routes) == []


def test_more_than_one_truckload_takes_several_trips() -> None:
    routes = routed(one(load(units=35)))
    assert arrived(routes) == 35
    assert routes.stops["trip"].max() == 1


@pytest.mark.parametrize(("trips", "units"), [(2, 40), (1, 20)])
def test_the_number_of_trips_limits_what_goes(trips: int, units: int) -> None:
    routes = routed(one(load(units=50), vehicle(trips=trips)))
    assert arrived(routes) == units
    assert reasons(routes) == {"fleet": 50 - units}


def test_a_full_truck_is_filled_to_the_last_unit() -> None:
    routes = routed(one(load(units=50, weight_g=130_000), vehicle(trips=1)))
    assert arrived(routes) == 2000 // 130


def test_volume_binds_as_weight_does() -> None:
    routes = routed(one(load(units=50, volume_ml=2_000_000), vehicle(trips=1)))
    assert arrived(routes) == 5


@pytest.mark.parametrize(("hours", "units"), [(160 + 20, 10), (160 + 19, 9)])
def test_unloading_counts_in_the_hours(hours: int, units: int) -> None:
    assert arrived(routed(one(truck=vehicle(hours=hours)))) == units


@pytest.mark.parametrize(("closes", "units"), [(582, 1), (581, 0)])
def test_unloading_is_done_when_the_point_closes(closes: int, units: int) -> None:
    routes = routed(one(load(units=1), point=place("P", closes=closes)))
    assert arrived(routes) == units
    assert reasons(routes) == ({} if units else {"window": 1})


def test_a_cut_road_is_never_used_and_says_so() -> None:
    routes = routed(one(way=road("d", "p", 60, "cut")))
    assert reasons(routes) == {"road": 10}
    assert routes.cuts.select("kind", "point", "reason").rows() == [("way", "P", "road")]


def test_a_cut_road_is_used_from_the_day_of_its_repair() -> None:
    way = road("d", "p", 60, "cut", repaired_on="2026-07-02")
    case = problem([load(), load(day=1)], [vehicle(), vehicle(day=1)], [place("D"), place("P")],
                   [way])  # fmt: skip
    routes = routed(case)
    assert routes.stops["day"].unique().to_list() == [1]
    assert reasons(routes) == {"road": 10}


@pytest.mark.parametrize(("gross", "goes"), [(4000, True), (4001, False), (0, False)])
def test_a_weight_limit_holds_for_each_vehicle(gross: int, goes: bool) -> None:
    limited = road("d", "p", 60, "limited", weight_limit_kg=4000)
    routes = routed(one(truck=vehicle(gross_kg=gross), way=limited))
    assert (arrived(routes) == 10) is goes


def test_a_unit_larger_than_any_vehicle_stays_and_the_others_go() -> None:
    big = load(units=1, item="bridge", weight_g=2_000_001)
    case = problem([big, load()], [vehicle()], [place("D"), place("P")], [road("d", "p", 60)])
    routes = routed(case)
    assert reasons(routes) == {"size": 1}
    assert arrived(routes) == 10
    assert routes.cuts.select("kind", "item").rows() == [("item", "bridge")]


def test_no_vehicle_that_day() -> None:
    routes = routed(one(truck=vehicle(day=1)))
    assert reasons(routes) == {"vehicle": 10}
    assert routes.cuts.select("kind", "capacity_kg").rows() == [("capacity", 0)]


def test_what_is_worth_more_goes_first() -> None:
    case = problem([load("P", 20), load("R", 20, worth=5)], [vehicle(trips=1)],
                   [place("D"), place("P"), place("R")],
                   [road("d", "p", 10), road("d", "r", 200)])  # fmt: skip
    routes = routed(case)
    assert routes.drops["load"].to_list() == ["0|D|truck|R|rice"]


def test_a_convoy_shares_its_stops() -> None:
    pair = [vehicle("t1", convoy="c"), vehicle("t2", convoy="c")]
    case = problem([load(units=35)], pair, [place("D"), place("P", together=2)],
                   [road("d", "p", 60)])  # fmt: skip
    routes = routed(case)
    assert arrived(routes) == 35
    assert routes.stops.group_by("arrive", "place").len()["len"].unique().to_list() == [2]
    assert routes.drops["vehicle"].n_unique() == 2
    assert check(case, routes) == []


@pytest.mark.parametrize(("least", "reason"), [(1, {}), (2, {"together": 10})])
def test_a_dangerous_place_is_for_convoys(least: int, reason: dict[str, int]) -> None:
    assert reasons(routed(one(point=place("P", together=least)))) == reason


def test_units_that_a_convoy_cannot_share_out_stay() -> None:
    pair = [vehicle("t1", convoy="c", trips=1), vehicle("t2", convoy="c", trips=1)]
    case = problem([load(units=3, weight_g=1_300_000)], pair, [place("D"), place("P")],
                   [road("d", "p", 60)])  # fmt: skip
    routes = routed(case)
    assert arrived(routes) == 2
    assert check(case, routes) == []


def test_goods_change_from_truck_to_boat() -> None:
    case = by_water()
    routes = routed(case)
    assert arrived(routes) == 10
    assert sorted(routes.drops["leg"].unique()) == ["feeder", "final"]
    assert check(case, routes) == []


def test_a_boat_is_not_loaded_before_the_truck_has_come() -> None:
    routes = routed(by_water())
    brought = routes.stops.filter((pl.col("place") == "Q") & (pl.col("vehicle") == "t1"))
    first = routes.stops.filter(pl.col("vehicle") == "b1").sort("trip", "stop").row(0, named=True)
    ready = int(brought["leave"].item()) + HANDLING.transfer
    assert first["leave"] >= ready + HANDLING.load["boat"]


def test_the_second_vehicle_limits_what_the_first_brings() -> None:
    routes = routed(by_water(trips=1))
    by_leg = dict(routes.drops.group_by("leg").agg(pl.col("units").sum()).iter_rows())
    assert by_leg == {"feeder": 5, "final": 5}
    assert reasons(routes) == {"fleet": 5}
    assert "Q" in routes.left["detail"][0]


@pytest.mark.parametrize(("roads", "reason"), [(["d-q"], "road"), (["q-p"], "road")])
def test_both_legs_need_a_way(roads: list[str], reason: str) -> None:
    case = by_water()
    case = replace(case, roads=case.roads.filter(~pl.col("code").is_in(roads)))
    assert reasons(routed(case)) == {reason: 10}


def test_a_helicopter_flies_only_the_pairs_on_record() -> None:
    craft = vehicle("h1", mode="helicopter", trips=9)
    places = [place("D"), place("P"), place("R")]
    flights = [road("d", "p", 12, modes=["helicopter"]), road("p", "r", 5, modes=["helicopter"])]
    case = problem([load(mode="helicopter"), load("R", mode="helicopter")], [craft], places,
                   flights)  # fmt: skip
    routes = routed(case)
    assert reasons(routes) == {"road": 10}
    assert check(case, routes) == []


def test_the_same_problem_gives_the_same_routes_whatever_the_order_of_rows() -> None:
    case = random_problem(23)
    mixed = replace(
        case,
        **{
            name: getattr(case, name).sample(fraction=1.0, shuffle=True, seed=7)
            for name in ("loads", "vehicles", "places", "roads")
        },
    )
    first, second = routed(case), routed(mixed)
    for name in ("stops", "drops", "left", "cuts"):
        assert getattr(first, name).equals(getattr(second, name))


def test_a_clock_limit_is_marked() -> None:
    case = one(load(units=50))
    assert route(case, Effort(iterations=10**9, seconds=0.05)).by_clock
    assert not route(case, QUICK).by_clock


def test_no_loads_no_routes() -> None:
    routes = routed(replace(one(), loads=frame(LOADS, [])))
    assert routes.stops.is_empty()
    assert routes.left.is_empty()


@pytest.mark.parametrize(
    ("case", "field"),
    [
        (one(load(units=0)), "loads.units"),
        (one(load("X")), "loads.point"),
        (one(load(mode="mule")), "loads.mode"),
        (one(truck=vehicle(capacity_kg=100_001)), "vehicles.capacity_kg"),
        (one(truck=vehicle(base="X")), "vehicles.base"),
        (one(point=place("P", closes=2881)), "places.closes"),
        (one(point=place("D")), "places.place"),
    ],
)
def test_numbers_and_names_that_cannot_be_are_refused(case: Problem, field: str) -> None:
    with pytest.raises(ProblemInvalid) as refused:
        routed(case)
    assert refused.value.field == field
