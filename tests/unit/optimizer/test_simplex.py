"""The engine: optimal is optimal, a limit is a limit, and nothing else passes for either."""

from __future__ import annotations

import numpy as np
import pytest

from graphcore.domain.errors import SolverError
from optimizer.engines.simplex import INF, Ended, Program, Simplex
from optimizer.problem import Limits

BOTH = np.array([0, 1])
ONES = np.ones(2)


def program(low: float = -INF, high: float = 4.0) -> Program:
    """``low <= a + b <= high`` over a, b in 0..3."""
    return Program(
        2, np.full(2, 3.0), np.array([low]), np.array([high]), np.zeros(2, int), BOTH, ONES
    )


def test_an_optimum_with_its_dual() -> None:
    simplex = Simplex(program(), Limits())
    answer = simplex.solve(BOTH, np.array([2.0, 1.0]), most=True)
    assert answer.proven
    assert answer.values.tolist() == pytest.approx([3.0, 1.0])
    assert answer.objective == pytest.approx(7.0)
    assert simplex.duals(np.array([0])).tolist() == pytest.approx([1.0])


def test_bounds_rows_and_objective_change_between_solves() -> None:
    simplex = Simplex(program(), Limits())
    simplex.solve(BOTH, ONES, most=True)
    simplex.bound_columns(np.array([0]), np.zeros(1), np.ones(1))
    assert simplex.solve(np.array([0]), np.ones(1), most=True).objective == pytest.approx(1.0)
    simplex.add_row(BOTH, ONES, 2.0, INF)
    assert simplex.solve(BOTH, np.array([1.0, 5.0]), most=False).values.tolist() == pytest.approx(
        [1.0, 1.0]
    )
    simplex.bound_rows(np.array([0]), 3.0)
    assert simplex.solve(BOTH, ONES, most=False).objective == pytest.approx(3.0)


def test_a_program_without_an_answer_is_an_error() -> None:
    with pytest.raises(SolverError, match="INFEASIBLE"):
        Simplex(program(low=7.0, high=8.0), Limits()).solve(BOTH, ONES, most=True)


def test_work_runs_out_by_iterations() -> None:
    simplex = Simplex(program(), Limits(work=0))
    with pytest.raises(Ended):
        simplex.solve(BOTH, ONES, most=True)
    assert not simplex.by_clock


def test_time_runs_out_by_the_clock() -> None:
    simplex = Simplex(program(), Limits(seconds=0.0))
    with pytest.raises(Ended):
        simplex.solve(BOTH, ONES, most=True)
    assert simplex.by_clock
