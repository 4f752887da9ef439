"""The judge finds each fault by itself: sound routes, spoilt in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from optimizer.transport.check import check
from optimizer.transport.problem import Problem, Routes
from optimizer.transport.router import Rest
from tests.support.towns import by_water, load, one, place, problem, road, routed, vehicle

Spoil = Callable[[Routes], Routes]


def stops(**columns: pl.Expr) -> Spoil:
    return lambda r: replace(r, stops=r.stops.with_columns(**columns))


def drops(**columns: pl.Expr) -> Spoil:
    return lambda r: replace(r, drops=r.drops.with_columns(**columns))


def rules(case: Problem, routes: Routes) -> set[str]:
    return {v.rule for v in check(case, routes)}


def at(kind: str, column: str, value: object) -> pl.Expr:
    return pl.when(pl.col("kind") == kind).then(pl.lit(value)).otherwise(pl.col(column))


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (drops(units=pl.col("units") - 1), "once"),
        (drops(units=pl.col("units") + 1), "once"),
        (drops(stop=pl.lit(2, pl.Int64)), "addressed"),
        (drops(leg=pl.lit("final")), "addressed"),
        (stops(arrive=pl.col("arrive") + 1), "sequence"),
        (stops(place=at("return", "place", "P")), "sequence"),
        (stops(vehicle=pl.lit("t9")), "shifts"),
        (stops(path=pl.lit(["d", "x", "p"])), "open_roads"),
        (stops(rests=pl.lit(-1, pl.Int64)), "rests"),
        (stops(leave=at("deliver", "leave", 599)), "handled"),
        (stops(leave=at("load", "leave", 509)), "handled"),
    ],
)
def test_a_fault_is_found(spoil: Spoil, rule: str) -> None:
    case = one()
    assert rule in rules(case, spoil(routed(case)))


@pytest.mark.parametrize(
    ("later", "rule"),
    [
        (one(truck=vehicle(capacity_kg=999)), "stowed"),
        (one(truck=vehicle(capacity_l=999)), "stowed"),
        (one(truck=vehicle(start=481)), "shifts"),
        (one(truck=vehicle(end=659)), "shifts"),
        (one(truck=vehicle(hours=179)), "shifts"),
        (one(point=place("P", closes=599)), "handled"),
        (one(point=place("P", opens=571)), "handled"),
        (one(point=place("P", together=2)), "together"),
        (one(way=road("d", "p", 60, "cut")), "open_roads"),
        (one(way=road("d", "p", 61)), "open_roads"),
        (one(way=road("d", "p", 60, "limited", weight_limit_kg=3999)), "open_roads"),
    ],
)
def test_routes_of_another_world_are_refused(later: Problem, rule: str) -> None:
    assert rules(later, routed(one())) == {rule}


@pytest.mark.parametrize(
    "still",
    [
        one(truck=vehicle(capacity_kg=1000, capacity_l=1000, end=660, hours=180)),
        one(point=place("P", closes=600, opens=570)),
        one(way=road("d", "p", 60, "limited", weight_limit_kg=4000)),
    ],
)
def test_routes_at_every_bound_pass(still: Problem) -> None:
    assert rules(still, routed(one())) == set()


def test_a_missing_rest_is_found() -> None:
    case = one()
    tired = replace(case, handling=replace(case.handling, rest=Rest(119, 20)))
    assert rules(tired, routed(case)) == {"rests"}
    awake = replace(case, handling=replace(case.handling, rest=Rest(120, 20)))
    assert rules(awake, routed(case)) == set()


def test_more_trips_than_allowed_are_found() -> None:
    routes = routed(one(load(units=40)))
    assert rules(one(load(units=40), vehicle(trips=1)), routes) == {"shifts"}


def test_a_convoy_that_parts_is_found() -> None:
    pair = [vehicle("t1", convoy="c"), vehicle("t2", convoy="c")]
    case = problem([load(units=30)], pair, [place("D"), place("P")], [road("d", "p", 60)])
    routes = routed(case)
    alone = replace(routes, stops=routes.stops.with_columns(
        leave=pl.when((pl.col("vehicle") == "t1") & (pl.col("kind") == "return"))
        .then(pl.col("leave") + 1).otherwise("leave")))  # fmt: skip
    assert "together" in rules(case, alone)


def test_goods_that_leave_a_transfer_before_they_come_are_found() -> None:
    case = by_water()
    routes = routed(case)
    early = replace(
        routes,
        stops=routes.stops.with_columns(
            pl.when(pl.col("vehicle") == "b1").then(pl.col(c) - 60).otherwise(pl.col(c)).alias(c)
            for c in ("arrive", "leave")
        ),
    )
    assert "transferred" in rules(case, early)
    unfed = replace(routes, drops=routes.drops.filter(pl.col("leg") == "final"))
    assert "transferred" in rules(case, unfed)
