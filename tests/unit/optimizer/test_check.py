"""The judge sees every broken rule: each plan here is right but for one change."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from optimizer.check import check
from optimizer.problem import Problem, Solution
from optimizer.solve import solve
from tests.support.districts import World, lot, need, two_villages, van, way


@pytest.fixture
def problem() -> Problem:
    return two_villages().replace(lots=(lot("L1", "tent", 9),)).problem


@pytest.fixture
def solution(problem: Problem) -> Solution:
    return solve(problem)


def broken(problem: Problem, solution: Solution) -> set[str]:
    return {v.rule for v in check(problem, solution)}


def edited(solution: Solution, **columns: object) -> Solution:
    first = pl.int_range(pl.len()) == 0
    changes = {
        name: pl.when(first).then(pl.lit(value)).otherwise(pl.col(name))
        for name, value in columns.items()
    }
    return replace(solution, lines=solution.lines.with_columns(**changes))


def test_a_solved_plan_is_right(problem: Problem, solution: Solution) -> None:
    assert check(problem, solution) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"quantity": 0}, "whole"),
        ({"quantity": 40}, "stock"),
        ({"lot": "L9"}, "lot_known"),
        ({"warehouse": "W9"}, "lot_known"),
        ({"mode": "boat"}, "way"),
        ({"day": 2}, "day"),
        ({"due_day": 1}, "balance"),
        ({"point": "wang"}, "place"),
        ({"state": "request"}, "command"),
        ({"state": "lost"}, "command"),
        ({"subject": "H-wang"}, "place"),
        ({"line": "same"}, ""),
    ],
)
def test_a_changed_line_is_seen(
    problem: Problem, solution: Solution, change: dict[str, object], rule: str
) -> None:
    found = broken(problem, edited(solution, **change))
    assert (rule in found) if rule else not found


def test_double_ids_are_seen(problem: Problem, solution: Solution) -> None:
    twice = solution.lines.with_columns(line=pl.lit("same"))
    assert "unique" in broken(problem, replace(solution, lines=twice))


def test_a_forgotten_shortfall_is_seen(problem: Problem, solution: Solution) -> None:
    none = solution.shortfalls.clear()
    assert broken(problem, replace(solution, shortfalls=none)) == {"balance"}


def test_a_goal_that_claims_too_much_is_seen(problem: Problem, solution: Solution) -> None:
    for k in range(len(solution.goals)):
        goals = list(solution.goals)
        goals[k] = replace(goals[k], value=goals[k].value + 0.01)
        assert broken(problem, replace(solution, goals=tuple(goals))) == {"goal"}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"hold": "frozen"}, "hold"),
        ({"arrives_day": 1}, "lot_in_time"),
        ({"expires_day": -1}, "lot_in_time"),
        ({"commanded": False}, "command"),
        ({"only_townships": ["T-other"]}, "intent_township"),
        ({"only_groups": ["disabled"]}, "intent_group"),
        ({"quantity": 8}, "stock"),
    ],
)
def test_a_lot_that_changed_under_the_plan_is_seen(
    solution: Solution, change: dict[str, object], rule: str
) -> None:
    quantity = change.pop("quantity", 9)
    assert isinstance(quantity, int)
    world = two_villages().replace(lots=(lot("L1", "tent", quantity, **change),))
    assert rule in broken(world.problem, solution)


@pytest.mark.parametrize(("kg", "ok"), [(360, True), (359, False)])
def test_the_fleet_is_weighed_to_the_kilogram(solution: Solution, kg: int, ok: bool) -> None:
    world = two_villages().replace(lots=(lot("L1", "tent", 9),), fleet=(van(0, kg), van(1)))
    assert ("fleet" in broken(world.problem, solution)) is not ok


@pytest.mark.parametrize(("litres", "ok"), [(1800, True), (1799, False)])
def test_the_fleet_is_measured_to_the_litre(solution: Solution, litres: int, ok: bool) -> None:
    world = two_villages().replace(
        lots=(lot("L1", "tent", 9),), fleet=(van(0, 9999, litres), van(1))
    )
    assert ("fleet" in broken(world.problem, solution)) is not ok


def test_a_road_that_was_cut_is_seen(solution: Solution) -> None:
    ways = (way("depot", "li", 30, from_day=1), way("depot", "wang", 60))
    world = two_villages().replace(lots=(lot("L1", "tent", 9),), access=ways)
    assert "way" in broken(world.problem, solution)


def test_a_daily_need_served_on_another_day_is_seen() -> None:
    world: World = two_villages().replace(
        needs=(need("li", "li", "water", 2, daily=True),), lots=(lot("L1", "water", 2),)
    )
    solution = solve(world.problem)
    assert "day" in broken(world.problem, edited(solution, day=1))
