"""What spoils rides only on vehicles that keep it cold: at the bound, and one unit past it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from optimizer.transport.check import check
from optimizer.transport.explain import why
from optimizer.transport.offers import fleet_of
from optimizer.transport.problem import Problem
from tests.support.towns import (
    Row,
    arrived,
    by_water,
    load,
    place,
    problem,
    reasons,
    road,
    routed,
    vehicle,
)


def yard(loads: list[Row], *trucks: Row) -> Problem:
    return problem(loads, list(trucks), [place("D"), place("P")], [road("d", "p", 60)])


def frail(units: int) -> Row:
    return load(units=units, item="insulin", cold=True)


COLD, PLAIN = vehicle("cold", trips=1, cold=True), vehicle("plain", trips=1, cold=False)


@pytest.mark.parametrize(("units", "left"), [(20, {}), (21, {"cold": 1})])
def test_a_cold_truck_takes_its_fill_and_the_next_unit_waits(
    units: int, left: dict[str, int]
) -> None:
    case = yard([frail(units)], COLD, PLAIN)
    routes = routed(case)
    assert set(routes.drops["vehicle"]) == {"cold"}
    assert (arrived(routes), reasons(routes)) == (20, left)
    assert check(case, routes) == []


def test_without_a_cold_vehicle_nothing_that_spoils_goes_and_the_reason_says_so() -> None:
    case = yard([frail(1), load(units=1)], PLAIN)
    routes = routed(case)
    assert (arrived(routes), reasons(routes)) == (1, {"cold": 1})
    assert "冷藏车" in str(why("cold"))
    assert routes.cuts.select("kind", "item").rows() == [("item", "insulin")]


def test_other_goods_ride_on_any_truck_and_leave_the_cold_one_to_what_spoils() -> None:
    case = yard([frail(20), load(units=20)], COLD, PLAIN)
    routes = routed(case)
    assert arrived(routes) == 40
    assert check(case, routes) == []


def test_a_vehicle_that_nobody_was_asked_about_counts_as_able() -> None:
    assert arrived(routed(yard([frail(20)], vehicle(trips=1)))) == 20


@pytest.mark.parametrize(("units", "left"), [(20, {}), (21, {"cold": 1})])
def test_in_a_convoy_the_cold_member_takes_what_spoils(units: int, left: dict[str, int]) -> None:
    members = (COLD | {"convoy": "c"}, PLAIN | {"convoy": "c"})
    case = yard([frail(units), load(units=5)], *members)
    routes = routed(case)
    rode = routes.drops.join(case.loads.filter("cold"), on="load", how="semi")
    assert set(rode["vehicle"]) == {"cold"}
    assert reasons(routes) == left
    assert check(case, routes) == []


def test_both_legs_over_a_transfer_keep_cold() -> None:
    case = by_water()
    spoils = case.loads.with_columns(cold=pl.lit(value=True))
    for mode, left in (("boat", "cold"), ("truck", "cold")):
        warm = case.vehicles.with_columns(cold=pl.col("mode") != mode)
        assert set(reasons(routed(replace(case, loads=spoils, vehicles=warm)))) == {left}
    assert reasons(routed(replace(case, loads=spoils))) == reasons(routed(case))


def test_the_judge_sees_frail_goods_on_a_plain_truck() -> None:
    case = yard([frail(5)], COLD, PLAIN)
    routes = routed(case)
    warm = case.vehicles.with_columns(cold=pl.lit(value=False))
    assert {v.rule for v in check(replace(case, vehicles=warm), routes)} == {"kept_cold"}


def test_the_allocation_is_told_whether_any_vehicle_keeps_cold() -> None:
    both, none = yard([], COLD, PLAIN), yard([], PLAIN)
    assert fleet_of(both.vehicles)["cold"].to_list() == [True]
    assert fleet_of(none.vehicles)["cold"].to_list() == [False]
