"""The L-shaped method against the extensive form in four solvers, and location against CBC."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.restock.arrays import Case, arrays
from optimizer.restock.check import check, respond
from optimizer.restock.extensive import extensive, solve_extensive
from optimizer.restock.lshaped import solve
from optimizer.restock.opening import settle
from optimizer.restock.orlib import Location, as_problem, check_cap, read_cap, solve_cap, write_cap
from optimizer.restock.problem import Limits, Risk
from optimizer.restock.solve import restock
from optimizer.restock.validate import validate
from tests.support.apart import apart
from tests.support.rawsolvers import Least, by_cbc, by_highs, location_by_cbc
from tests.support.reserves import world

CLOSE = 1e-6
"""Relative; flows are counted in 1/65,536 of a unit, which shows at 1e-8."""
RISKS = (Risk(0.0, 0.5), Risk(0.5, 0.8), Risk(2.0, 0.9))


def case(seed: int, candidates: int = 0) -> Case:
    return arrays(validate(world(
        seed, scenarios=3 + seed % 9, sites=3 + seed % 4, items=1 + seed % 3, townships=6,
        dates=1 + seed % 3, reach=0.3, budget=(0.1, 0.5, 2.0)[seed % 3], risk=RISKS[seed % 3],
        candidates=candidates,
    )))  # fmt: skip


@pytest.mark.parametrize("seed", range(36))
def test_l_shaped_equals_the_extensive_form(seed: int) -> None:
    one = case(seed)
    course = solve(one, Limits(gap=1e-8, rounds=80, groups=1 + seed % 5))
    glop, _ = solve_extensive(one, "glop")
    highs, _ = solve_extensive(one, "highs")
    assert glop == pytest.approx(highs, rel=CLOSE)
    assert course.best.value == pytest.approx(glop, rel=CLOSE)
    assert course.bound == pytest.approx(glop, rel=CLOSE)
    assert course.bound <= glop * (1 + 1e-9) + 1e-3


@pytest.mark.parametrize("seed", range(8))
def test_whole_openings_equal_the_extensive_form(seed: int) -> None:
    one = case(seed, candidates=2)
    limits = Limits(gap=1e-7, rounds=60)
    course = settle(solve(one, limits), limits)
    highs, _ = solve_extensive(one, "highs")
    scip, _ = solve_extensive(one, "scip")
    assert highs == pytest.approx(scip, rel=CLOSE)
    assert course.best.value == pytest.approx(highs, rel=CLOSE)


@pytest.mark.parametrize("seed", range(6))
def test_pulp_and_raw_highs_agree_with_the_extensive_form(seed: int) -> None:
    one = case(seed)
    value, _ = solve_extensive(one, "glop")
    assert apart(by_cbc, _least(one)) == pytest.approx(value, rel=CLOSE)
    assert apart(by_highs, _least(one)) == pytest.approx(value, rel=CLOSE)


def _least(one: Case) -> Least:
    whole = extensive(one)
    p = whole.program
    return Least(whole.costs, p.top, p.low, p.high, p.row, p.column, p.value)


def location(seed: int) -> Location:
    """A random instance in the manner of cap41; unit costs are whole fen."""
    rng = np.random.default_rng(seed)
    m, n = int(rng.integers(3, 8)), int(rng.integers(5, 15))
    demand = rng.integers(5, 50, n).astype(float)
    capacity = np.ceil(rng.uniform(0.4, 0.9, m) * demand.sum())
    fixed = rng.integers(300, 3000, m).astype(float)
    return Location(capacity, fixed, demand, rng.integers(1, 80, (n, m)) * demand[:, None])


@pytest.mark.parametrize("seed", range(10))
def test_location_equals_cbc_through_the_published_format(seed: int) -> None:
    read = read_cap(write_cap(location(seed)))
    answer = solve_cap(read)
    assert check_cap(read, answer) == []
    theirs = apart(location_by_cbc, read.capacity, read.fixed, read.demand, read.cost)
    assert answer.value == pytest.approx(theirs, rel=CLOSE)
    assert answer.bound == pytest.approx(answer.value, rel=CLOSE)


@pytest.mark.parametrize("seed", range(4))
def test_location_as_a_restocking_problem(seed: int) -> None:
    """The same question through cuts and whole openings."""
    one = location(seed)
    problem = as_problem(one, 1_000_000)
    plan = restock(problem, Limits(gap=1e-7, rounds=100))
    assert check(problem, plan, respond(problem, plan)) == []
    assert plan.value_fen(problem.risk) / 100 == pytest.approx(solve_cap(one).value, rel=CLOSE)
