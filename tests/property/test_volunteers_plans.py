"""On random districts: every plan obeys every rule, and classes lose nothing against persons."""

from __future__ import annotations

from dataclasses import fields, replace

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.volunteers.check import check
from optimizer.volunteers.problem import Limits, Plan, Problem
from optimizer.volunteers.solve import solve
from tests.support.persons import Persons
from tests.support.volunteers import random_problem

CALM = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def worlds(draw: st.DrawFn) -> Problem:
    """Worlds of up to 16 people and 8 tasks, with everything in them."""
    return random_problem(
        draw(st.integers(0, 2**32 - 1)),
        volunteers=draw(st.integers(1, 16)), tasks=draw(st.integers(1, 8)),
        days=draw(st.integers(1, 3)), places=draw(st.integers(1, 4)),
        team_share=draw(st.sampled_from([0.0, 0.3, 0.8])),
        claim_share=draw(st.sampled_from([0.0, 0.1, 0.4])), uneven=draw(st.booleans()),
    )  # fmt: skip


@CALM
@given(worlds())
def test_every_plan_obeys_the_rules_and_moves_no_claim(problem: Problem) -> None:
    plan = solve(problem)
    assert [(v.rule, v.ref, str(v.what)) for v in check(problem, plan)] == []
    claims = plan.crew.filter(pl.col("claim")).select("volunteer", "slot")
    assert claims.sort("slot", "volunteer").equals(problem.claims.sort("slot", "volunteer"))


@CALM
@given(worlds())
def test_classes_reach_what_persons_reach(problem: Problem) -> None:
    plan = solve(problem, Limits(rounds=20))
    whole = problem.slots.join(problem.tasks, on="task").select(pl.col("weight") * pl.col("count"))
    scale = {"weighted_coverage": int(whole.to_series().sum())}
    ours = {g.name: g.value * scale.get(g.name, 1) for g in plan.goals}
    assert [g.outcome.value for g in plan.goals] == ["proven"] * 6
    assert ours == pytest.approx(dict(Persons(problem).solve()))


@settings(CALM, max_examples=15)
@given(worlds(), st.integers(0, 100))
def test_row_order_is_no_input(problem: Problem, seed: int) -> None:
    assert same(solve(problem), solve(_shuffled(problem, seed)))


def same(one: Plan, two: Plan) -> bool:
    """Whether two plans are the same byte for byte."""
    tables = all(getattr(one, t).equals(getattr(two, t)) for t in ("crew", "gear", "open"))
    return tables and one.goals == two.goals and one.linear == two.linear


def _shuffled(problem: Problem, seed: int) -> Problem:
    frames = {f.name: getattr(problem, f.name) for f in fields(problem)}
    mixed = {
        name: frame.sample(fraction=1.0, shuffle=True, seed=seed)
        for name, frame in frames.items()
        if isinstance(frame, pl.DataFrame)
    }
    return replace(problem, **mixed)  # type: ignore[arg-type]
