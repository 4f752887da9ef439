"""On random districts: every plan obeys every rule, and what can be served is served."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.text.words import WORDS
from optimizer.check import check
from optimizer.problem import Problem
from optimizer.solve import solve
from tests.support.districts import districts, shuffled

pytestmark = pytest.mark.slow

CALM = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@CALM
@given(districts())
def test_every_plan_obeys_the_rules(problem: Problem) -> None:
    solution = solve(problem)
    assert [(v.rule, v.ref, str(v.what)) for v in check(problem, solution)] == []
    for goal in solution.goals:
        assert goal.outcome == "proven"


@settings(CALM, max_examples=15)
@given(districts(), st.integers(0, 100))
def test_row_order_is_no_input(problem: Problem, seed: int) -> None:
    first, second = solve(problem), solve(shuffled(problem, seed))
    assert first.lines.equals(second.lines)
    assert first.shortfalls.equals(second.shortfalls)
    assert first.left_out.equals(second.left_out)
    assert first.goals == second.goals


@settings(CALM, max_examples=30)
@given(districts())
def test_every_unit_of_every_lot_is_used_or_left_out_with_a_reason(problem: Problem) -> None:
    solution = solve(problem)
    used = solution.lines.group_by("lot").agg(pl.col("quantity").sum().alias("used"))
    left = solution.left_out.group_by("lot").agg(pl.col("quantity").sum().alias("left"))
    table = (
        problem.lots.join(used, on="lot", how="left")
        .join(left, on="lot", how="left")
        .with_columns(pl.col("used", "left").fill_null(0))
    )
    assert table.filter(pl.col("used") + pl.col("left") != pl.col("quantity")).is_empty()
    assert set(solution.left_out["reason"]) <= set(WORDS["left_out"])
