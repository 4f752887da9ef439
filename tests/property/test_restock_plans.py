"""On random districts: every plan obeys the judge, its prices prove its losses, its bound holds."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.restock.arrays import arrays
from optimizer.restock.check import check, respond
from optimizer.restock.extensive import solve_extensive
from optimizer.restock.problem import Limits, Problem, Risk
from optimizer.restock.recourse import recourse
from optimizer.restock.solve import restock
from optimizer.restock.validate import validate
from tests.support.reserves import world

CALM = settings(
    max_examples=30, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


@st.composite
def districts(draw: st.DrawFn) -> Problem:
    return world(
        draw(st.integers(0, 10**6)), scenarios=draw(st.integers(1, 8)),
        sites=draw(st.integers(2, 5)), items=draw(st.integers(1, 3)),
        townships=draw(st.integers(1, 8)), dates=draw(st.integers(1, 3)),
        candidates=draw(st.integers(0, 1)), budget=draw(st.sampled_from([0.0, 0.05, 0.5, 3.0])),
        risk=Risk(draw(st.sampled_from([0.0, 0.5, 3.0])), draw(st.sampled_from([0.0, 0.5, 0.95]))),
    )  # fmt: skip


@CALM
@given(districts())
def test_every_plan_obeys_the_judge_and_its_bound_holds(problem: Problem) -> None:
    plan = restock(problem, Limits(gap=1e-4, rounds=60))
    assert [(v.rule, v.ref) for v in check(problem, plan, respond(problem, plan))] == []
    optimum, _ = solve_extensive(arrays(validate(problem)), "highs")
    assert plan.bound_fen <= optimum * (1 + 1e-6) + 1
    assert plan.value_fen(problem.risk) >= optimum * (1 - 1e-6) - 1


@CALM
@given(districts(), st.integers(0, 10**6))
def test_prices_prove_losses_and_cuts_hold_elsewhere(problem: Problem, seed: int) -> None:
    case, rng = arrays(validate(problem)), np.random.default_rng(seed)
    for block in case.blocks:
        shape = (len(case.scenarios), block.options)
        here, there = (np.floor(rng.random(shape) ** 3 * 800) for _ in range(2))
        answer = recourse(block, here, shape[0])
        assert np.allclose(answer.proven, answer.loss, rtol=1e-7, atol=1.0)
        bound = answer.worth - (answer.price * there).sum(axis=1)
        assert (bound <= recourse(block, there, shape[0]).loss * (1 + 1e-9) + 1.0).all()
