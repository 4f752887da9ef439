"""Keeping the published plan: what counts as moved, and that the goal holds still what it can."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.check import check
from optimizer.keep import published
from optimizer.order import Aims, ordered
from optimizer.problem import Problem, Solution
from optimizer.solve import solve
from tests.support.districts import World, districts, lot, need, two_villages, van, way


def two_depots() -> World:
    """One village, two depots alike in every respect."""
    return World(
        needs=(need("li", "li", "tent", 6),),
        lots=(lot("A", "tent", 6, warehouse="east"), lot("B", "tent", 6, warehouse="west")),
        access=(way("east", "li", 30), way("west", "li", 30)),
        fleet=(van(0, warehouse="east"), van(0, warehouse="west")),
        days=1,
    )


def again(problem: Problem, said: pl.DataFrame, *goals: str) -> Solution:
    aims = Aims(ordered(goals), said)
    solution = solve(problem, aims=aims)
    assert [str(v.what) for v in check(problem, solution, aims)] == []
    return solution


def moved(solution: Solution) -> float:
    return next(g.value for g in solution.goals if g.name == "keep")


@pytest.mark.parametrize("store", ["east", "west"])
def test_a_plan_on_the_same_data_keeps_what_is_published(store: str) -> None:
    world = two_depots()
    first = solve(world.problem).lines
    lot_of = {"east": "A", "west": "B"}[store]
    said = published(
        first.with_columns(pl.lit(store).alias("warehouse"), pl.lit(lot_of).alias("lot")), days=1
    )
    solution = again(world.problem, said)
    assert set(solution.lines["warehouse"]) == {store}
    assert moved(solution) == 0


def test_what_cannot_be_kept_is_told_as_a_share() -> None:
    world = two_depots()
    said = published(
        solve(world.problem).lines.with_columns(pl.lit("east").alias("warehouse")), days=1
    )
    less = world.replace(lots=(lot("A", "tent", 2, warehouse="east"), world.lots[1]))
    solution = again(less.problem, said)
    assert moved(solution) == pytest.approx(4 / 6)
    assert solution.lines["quantity"].sum() == 6


def test_more_than_is_published_costs_nothing() -> None:
    world = two_depots()
    said = published(solve(world.problem).lines, days=1)
    more = world.replace(needs=(*world.needs, need("new", "li", "tent", 3)))
    assert moved(again(more.problem, said)) == 0


def test_a_departure_of_higher_price_is_the_last_to_be_made() -> None:
    """Both depots are published for 3 tents each; only 3 are still needed."""
    lines = solve(two_depots().problem).lines.head(1)
    both = pl.concat([
        lines.with_columns(pl.lit(f"A-{s}").alias("line"), pl.lit(s).alias("warehouse"),
                           pl.lit(3, dtype=pl.Int64).alias("quantity"))
        for s in ("east", "west")
    ])  # fmt: skip
    dear = pl.when(pl.col("warehouse") == "west").then(5.0).otherwise(1.0)
    said = published(both, days=1).with_columns(dear.alias("price"))
    fewer = two_depots().replace(needs=(need("li", "li", "tent", 3),))
    solution = again(fewer.problem, said)
    assert set(solution.lines["warehouse"]) == {"west"}
    assert moved(solution) == pytest.approx(3 / (3 * 5 + 3))


def test_days_are_counted_from_the_new_first_day() -> None:
    lines = solve(two_villages().problem).lines.with_columns(pl.lit(1, dtype=pl.Int64).alias("day"))
    assert published(lines, shift=-1, days=2)["day"].to_list() == [0] * lines.height
    assert published(lines, shift=-2, days=2).is_empty()
    assert published(lines, shift=1, days=2).is_empty()


def test_requests_are_not_promised() -> None:
    world = two_villages().replace(lots=(lot("L1", "tent", 10, commanded=False),))
    lines = solve(world.problem).lines
    assert lines.height
    assert published(lines, days=2).is_empty()


def test_the_judge_recounts_what_is_kept() -> None:
    world = two_depots()
    said = published(solve(world.problem).lines, days=1)
    solution = again(world.problem, said)
    wrong = tuple(replace(g, value=g.value + (g.name == "keep") * 0.1) for g in solution.goals)
    aims = Aims(published=said)
    broken = check(world.problem, replace(solution, goals=wrong), aims)
    assert [(v.rule, v.ref) for v in broken] == [("goal", "keep")]


@given(districts(), st.integers(2, 9))
@settings(max_examples=15, deadline=None)
def test_kept_first_nothing_needlessly_moves(problem: Problem, every: int) -> None:
    """Keeping put above all but the floors moves no more than keeping last (before whole units)."""
    said = published(solve(problem).lines, days=problem.days)
    changed = replace(problem, needs=problem.needs.filter(pl.int_range(pl.len()) % every > 0))
    bounds = [
        next((g.bound for g in again(changed, said, *goals).goals if g.name == "keep"), 0.0)
        for goals in ((), ("keep",))
    ]
    assert bounds[1] <= bounds[0] + 1e-6
