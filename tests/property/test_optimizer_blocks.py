"""Blocks against simplex on small districts: rules kept, bounds certified, gaps as stated."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from graphcore.domain.plan import Outcome
from optimizer.blocks.ladder import Ladder
from optimizer.check import check
from optimizer.classes import classify
from optimizer.engines.simplex import Simplex
from optimizer.flow import flow
from optimizer.lexicographic import run
from optimizer.model import build
from optimizer.problem import Limits, Problem
from optimizer.solve import solve
from optimizer.validate import validate
from tests.support.districts import districts, random_problem, shuffled

BLOCKS = Limits(work=100_000_000, simplex_columns=-1)
GAP = 1e-4
CLOSE = 1e-5  # of a solver's own tolerances


@given(districts())
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_plan_by_blocks_keeps_every_rule(problem: Problem) -> None:
    plan = solve(problem, BLOCKS)
    assert check(problem, plan) == []
    assert all(g.outcome is Outcome.PROVEN or g.name in plan.gaps for g in plan.goals)


@pytest.mark.parametrize("seed", range(6))
def test_every_goal_ends_within_the_gap(seed: int) -> None:
    problem = random_problem(
        seed, households=30 + 20 * seed, townships=3, warehouses=2, items=4, swaps=seed % 2 == 0
    )
    plan = solve(problem, BLOCKS)
    assert len(plan.gaps) >= 5
    assert max(plan.gaps.values()) <= GAP


@given(districts())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_survival_floor_agrees_with_the_simplex(problem: Problem) -> None:
    classes = classify(validate(problem))
    columns = flow(classes)
    if columns.serves.is_empty():  # never asked of blocks
        return
    exact = run(classes, columns, Limits(work=100_000_000), numbers=(1,))
    ladder = Ladder(classes, columns, BLOCKS)
    if not ladder.fair or ladder.fair[0].number != 1:
        return
    ladder.fairness(0)
    stage = ladder.stages[0]
    assert stage.bound >= exact.stages[0].bound - CLOSE / 10
    assert stage.reached is not None
    assert abs(stage.reached - exact.stages[0].bound) <= GAP


@pytest.mark.parametrize("seed", range(6))
def test_weighted_coverage_is_bounded_given_the_floors(seed: int) -> None:
    problem = random_problem(
        seed, households=30 + 20 * seed, townships=3, warehouses=2, items=4, swaps=seed % 2 == 1
    )
    classes = classify(validate(problem))
    columns = flow(classes)
    ladder = Ladder(classes, columns, BLOCKS)
    for k in range(len(ladder.fair)):
        ladder.fairness(k)
    ladder.linear_goal(*ladder.linear[0])
    stage = ladder.stages[-1]
    best = _given_floors(ladder, classes, columns)
    assert stage.bound >= best - CLOSE / 10
    assert stage.reached is not None
    assert abs(stage.reached - best) <= GAP


def _given_floors(ladder: Ladder, classes: object, columns: object) -> float:
    """Return the simplex's optimum of goal 3 under the floors that the ladder set."""
    matrix = build(classes, columns, ladder.fair)  # type: ignore[arg-type]
    simplex = Simplex(matrix.program, Limits(work=100_000_000))
    for k, goal in enumerate(ladder.fair):
        first = ladder.lay.cell_first[k]
        least = ladder.floors.least[first : first + len(goal.cell_units)]
        floor = np.zeros(goal.groups)
        floor[goal.cell_group] = np.maximum(0.0, least - 1e-6)
        simplex.bound_columns(matrix.cover[k], floor, np.ones(goal.groups))
    _, goal3 = ladder.linear[0]
    return simplex.solve(goal3.which, goal3.weights * 1e3, most=True).objective / 1e3


def test_the_same_rows_in_any_order_give_the_same_plan() -> None:
    problem = random_problem(3, households=80, townships=3, warehouses=2, items=4)
    first, second = solve(problem, BLOCKS), solve(shuffled(problem, 1), BLOCKS)
    assert first.lines.equals(second.lines)
    assert first.shortfalls.equals(second.shortfalls)


def test_a_work_limit_ends_with_a_plan_and_its_bounds() -> None:
    problem = random_problem(3, households=80, townships=3, warehouses=2, items=4)
    plan = solve(problem, Limits(work=30_000, simplex_columns=-1))
    assert check(problem, plan) == []
    assert {g.outcome.value for g in plan.goals} > {"not_reached"}
    assert not plan.by_clock


def test_few_columns_stay_with_the_simplex() -> None:
    problem = random_problem(3, households=20, townships=2, warehouses=2, items=2)
    assert not solve(problem).gaps
    assert solve(problem, BLOCKS).gaps
