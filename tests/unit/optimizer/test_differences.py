"""Two plans compared: who gains, who loses, need by need."""

from __future__ import annotations

from dataclasses import asdict

import polars as pl
import pytest
from hypothesis import given, settings

from optimizer.differences import Difference, Sides, difference
from optimizer.problem import Problem, Solution
from optimizer.solve import solve
from tests.support.districts import World, districts, lot, need, two_villages


def sides(solution: Solution, shift: int = 0) -> Sides:
    return Sides(solution.lines, solution.shortfalls, shift)


def compared(
    before: World, after: World, daily: tuple[str, ...] = (), shift: int = 0
) -> Difference:
    old, new = solve(before.problem), solve(after.problem)
    goals = tuple([{**asdict(g)} for g in s.goals] for s in (old, new))
    return difference(sides(old), sides(new, shift), daily, goals)


def ways(found: Difference) -> dict[str, str]:
    return dict(found.subjects.select("subject", "way").iter_rows())


TWO = two_villages()


def with_lots(*lots: dict[str, object]) -> World:
    return TWO.replace(lots=lots)


def test_who_gains_and_who_loses() -> None:
    only_li = with_lots(lot("L1", "tent", 4, only_townships=["T-li"]))
    only_wang = with_lots(lot("L1", "tent", 4, only_townships=["T-wang"]))
    found = compared(only_li, only_wang)
    assert ways(found) == {"H-li": "lost", "H-wang": "gained"}
    assert (found.count("gained"), found.count("lost"), found.count("mixed")) == (1, 1, 0)
    assert found.subjects.select("had_nothing", "has_nothing").rows() == [
        (False, True),
        (True, False),
    ]
    assert found.by_item().rows() == [("tent", 4, 4)]
    labels = pl.DataFrame({"subject": ["H-li", "H-wang"], "label": ["a", "a"]})
    assert found.by(labels).rows() == [("a", 1, 1, 0)]


def test_more_of_one_thing_and_less_of_another_is_mixed() -> None:
    needs = (
        need("tent", "li", "tent", 4, subject="H"),
        need("quilt", "li", "quilt", 4, subject="H"),
    )
    before = TWO.replace(needs=needs, lots=(lot("L1", "tent", 4),))
    after = TWO.replace(needs=needs, lots=(lot("L1", "quilt", 4),))
    assert ways(compared(before, after)) == {"H": "mixed"}


def test_goals_stand_side_by_side_with_a_verdict() -> None:
    found = compared(with_lots(lot("L1", "tent", 2)), with_lots(lot("L1", "tent", 10)))
    better = {g.name: g.better for g in found.goals}
    assert better["weighted_coverage"] is True
    assert better["cost"] is False
    assert better["lateness"] is None
    assert {n for n, b in better.items() if b} == {
        "survival_floor", "full_need_tier_2", "weighted_coverage",
    }  # fmt: skip


def test_a_goal_of_one_plan_alone_is_not_comparable() -> None:
    goals: list[dict[str, object]] = [{"name": "keep", "unit": "share", "value": 0.1}]
    solution = sides(solve(TWO.problem))
    (move,) = difference(solution, solution, (), ([], goals)).goals
    assert (move.before, move.after, move.better) == (None, 0.1, None)


@pytest.mark.parametrize(("daily", "moved"), [(("rice",), 1), ((), 2)])
def test_a_daily_need_is_compared_on_its_day(daily: tuple[str, ...], moved: int) -> None:
    """The second plan begins a day later: only its first day is also the first plan's second."""
    rows = tuple(need("rice", "li", "rice", 2, day=d, daily=True) for d in (0, 1))
    before = TWO.replace(needs=rows, lots=(lot("L1", "rice", 4),))
    after = TWO.replace(needs=rows, lots=(lot("L1", "rice", 2, expires_day=0),))
    found = compared(before, after, daily, shift=1)
    assert found.changes.height == moved - 1
    assert (found.new_needs, found.gone_needs) == ((1, 1) if daily else (0, 0))


@given(districts())
@settings(max_examples=15, deadline=None)
def test_a_plan_differs_in_nothing_from_itself(problem: Problem) -> None:
    solution = solve(problem)
    daily = problem.needs.filter("daily")["need"].unique().to_list()
    goals = [{**asdict(g)} for g in solution.goals]
    found = difference(sides(solution), sides(solution), daily, (goals, goals))
    assert found.changes.is_empty()
    assert (found.new_needs, found.gone_needs) == (0, 0)
    assert all(g.better is None for g in found.goals)
