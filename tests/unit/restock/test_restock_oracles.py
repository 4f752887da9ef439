"""The L-shaped method against the extensive form in four solvers, and location against CBC."""

from __future__ import annotations

import highspy
import numpy as np
import pulp
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
from tests.unit.restock.worlds import world

pytestmark = pytest.mark.filterwarnings("ignore:.*PuLP 4.0:DeprecationWarning")
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
    assert _pulp(one) == pytest.approx(value, rel=CLOSE)
    assert _highs(one) == pytest.approx(value, rel=CLOSE)


def _pulp(one: Case) -> float:
    whole = extensive(one)
    program, scale = whole.program, 1e-3
    model = pulp.LpProblem("restock", pulp.LpMinimize)
    columns = [
        model.add_variable(f"v{k}", 0, None if np.isinf(top) else top)
        for k, top in enumerate(program.top.tolist())
    ]
    model += pulp.lpSum(
        c * scale * v for c, v in zip(whole.costs.tolist(), columns, strict=True) if c
    )
    terms: list[list[object]] = [[] for _ in program.low]
    for r, c, a in zip(program.row, program.column, program.value, strict=True):
        terms[r].append(float(a) * columns[c])
    for row, low, high in zip(terms, program.low.tolist(), program.high.tolist(), strict=True):
        if row and np.isfinite(low):
            model += pulp.lpSum(row) >= low
        if row and np.isfinite(high):
            model += pulp.lpSum(row) <= high
    model.solve(pulp.PULP_CBC_CMD(msg=False))
    assert model.status == pulp.LpStatusOptimal
    return float(pulp.value(model.objective)) / scale


def _highs(one: Case) -> float:
    whole = extensive(one)
    program = whole.program
    highs = highspy.Highs()
    highs.silent()
    for cost, top in zip(whole.costs.tolist(), program.top.tolist(), strict=True):
        highs.addCol(cost, 0.0, top, 0, np.zeros(0, np.int32), np.zeros(0))
    for row, (low, high) in enumerate(
        zip(program.low.tolist(), program.high.tolist(), strict=True)
    ):
        dense = np.bincount(program.column[program.row == row],
                            program.value[program.row == row], program.columns)  # fmt: skip
        where = np.flatnonzero(dense).astype(np.int32)
        highs.addRow(low, high, len(where), where, dense[where])
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(highs.getInfo().objective_function_value)


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
    assert answer.value == pytest.approx(_cbc(read), rel=CLOSE)
    assert answer.bound == pytest.approx(answer.value, rel=CLOSE)


@pytest.mark.parametrize("seed", range(4))
def test_location_as_a_restocking_problem(seed: int) -> None:
    """The same question through cuts and whole openings."""
    one = location(seed)
    problem = as_problem(one, 1_000_000)
    plan = restock(problem, Limits(gap=1e-7, rounds=100))
    assert check(problem, plan, respond(problem, plan)) == []
    assert plan.value_fen(problem.risk) / 100 == pytest.approx(solve_cap(one).value, rel=CLOSE)


def _cbc(one: Location) -> float:
    m, n = len(one.capacity), len(one.demand)
    model = pulp.LpProblem("cap", pulp.LpMinimize)
    opened = [model.add_variable(f"z{i}", cat="Binary") for i in range(m)]
    share = [[model.add_variable(f"x{j}_{i}", 0, 1) for i in range(m)] for j in range(n)]
    model += pulp.lpSum(one.fixed[i] * opened[i] for i in range(m)) + pulp.lpSum(
        one.cost[j, i] * share[j][i] for j in range(n) for i in range(m)
    )
    for j in range(n):
        model += pulp.lpSum(share[j]) == 1
    for i in range(m):
        load = pulp.lpSum(one.demand[j] * share[j][i] for j in range(n))
        model += load <= one.capacity[i] * opened[i]
    model.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0))
    assert model.status == pulp.LpStatusOptimal
    return float(pulp.value(model.objective))
