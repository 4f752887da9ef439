"""Solvers for one goal: the linear relaxation by GLOP, branch and bound by HiGHS (through MathOpt).

The same program, seed and node limit give the same values; only the clock, if one is set, can cut
them elsewhere, and that is marked. CP-SAT is next door: it takes 2 s to import.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil, floor
from typing import Any

import numpy as np
import numpy.typing as npt
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from graphcore.domain.errors import SolverError
from graphcore.domain.text import say
from optimizer.volunteers.program import MANY, Aim, Program

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SLACK = 1e-6
"""How far floating-point solvers may be from a whole number."""


_IMPOSSIBLE = (
    mathopt.TerminationReason.INFEASIBLE,
    mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,  # nothing here is unbounded
)


@dataclass(frozen=True)
class Budget:
    """What one goal may cost."""

    work: float
    nodes: int
    seed: int
    seconds: float | None = None


@dataclass(frozen=True)
class Found:
    """The best values found for an aim, and a bound on what any values could reach."""

    values: Ints | None
    bound: float
    proven: bool
    by_clock: bool = False
    seconds: float = 0.0
    impossible: bool = False  # proven that no values keep the rows


@dataclass(frozen=True)
class Relaxed:
    """The linear relaxation's optimum: a bound, its columns' values and reduced costs."""

    bound: float
    values: Floats
    reduced: Floats
    seconds: float = 0.0
    by_clock: bool = False


def linear(program: Program, aim: Aim, seconds: float | None = None) -> Relaxed | None:
    """Solve the linear relaxation (GLOP); None if it is infeasible.

    Cut by the clock it tells nothing: no bound, no values.

    Raises:
        SolverError: any status but optimal, infeasible, or a stop by the clock that was set.
    """
    limits = {} if seconds is None else {"time_limit": timedelta(seconds=max(0.01, seconds))}
    result = _mathopt(program, aim, mathopt.SolverType.GLOP, limits, None, whole=False)
    reason, end = result.termination.reason, mathopt.TerminationReason
    took = result.solve_stats.solve_time.total_seconds()
    if reason in _IMPOSSIBLE:
        return None
    if seconds is not None and reason in {end.NO_SOLUTION_FOUND, end.FEASIBLE}:
        blank = np.zeros(len(program.top))
        return Relaxed(nothing(aim), blank, blank, took, by_clock=True)
    if reason != end.OPTIMAL:
        raise failed(reason.name)
    values = np.array(list(result.variable_values().values()))
    reduced = np.array(list(result.reduced_costs().values()))
    return Relaxed(float(result.objective_value()) + aim.constant, values, reduced, took)


def branch(program: Program, aim: Aim, budget: Budget, hint: Ints | None) -> Found:
    """Optimise by HiGHS's branch and bound.

    Raises:
        SolverError: any status but optimal or a stated limit.
    """
    limits: dict[str, Any] = {"node_limit": budget.nodes, "random_seed": budget.seed,
                              "absolute_gap_tolerance": 1 - 1e-4, "relative_gap_tolerance": 0.0}  # fmt: skip
    if budget.seconds is not None:
        limits["time_limit"] = timedelta(seconds=max(0.01, budget.seconds))
    result = _mathopt(program, aim, mathopt.SolverType.HIGHS, limits, hint, whole=True)
    reason, end = result.termination.reason, mathopt.TerminationReason
    if reason not in {end.OPTIMAL, end.FEASIBLE, end.NO_SOLUTION_FOUND, *_IMPOSSIBLE}:
        raise failed(reason.name)
    took = result.solve_stats.solve_time.total_seconds()
    clock = result.termination.limit == mathopt.Limit.TIME
    if reason in _IMPOSSIBLE:
        return Found(None, nothing(aim), proven=True, seconds=took, impossible=True)
    bound = outward(result.termination.objective_bounds.dual_bound + aim.constant, most=aim.most)
    values = None
    if result.has_primal_feasible_solution():
        floats = np.array(list(result.variable_values().values()))
        values = np.rint(floats).astype(np.int64)
    if values is None or not program.holds(values):
        return Found(None, bound, proven=False, by_clock=clock, seconds=took)
    return Found(values, bound, aim.of(values) == bound, by_clock=clock, seconds=took)


def nothing(aim: Aim) -> float:
    """Return the bound of an aim of which nothing is known."""
    return float("inf") if aim.most else float("-inf")


def outward(bound: float, *, most: bool) -> float:
    """Return the whole number that a bound on whole values implies."""
    if not np.isfinite(bound):
        return bound
    slack = SLACK + abs(bound) * 1e-9
    return float(floor(bound + slack) if most else ceil(bound - slack))


def failed(status: str) -> SolverError:
    """Return the error for a solver's status that no plan may come from."""
    return SolverError(
        say("求解器未给出可用的答案（状态 {status}）。", status=status),
        say("请保存本次的数据并报告给开发者；已发布的安排不受影响。"),
    )


def _mathopt(
    program: Program, aim: Aim, kind: Any, limits: dict[str, Any], hint: Ints | None, *, whole: bool
) -> Any:
    model = mathopt.Model.from_model_proto(_proto(program, aim, whole=whole))
    ask = mathopt.ModelSolveParameters()
    if hint is not None:
        columns = model.variables()
        start = dict(zip(columns, hint.tolist(), strict=False))
        ask.solution_hints.append(mathopt.SolutionHint(variable_values=start))
    return mathopt.solve(model, kind, params=mathopt.SolveParameters(**limits), model_params=ask)


def _proto(program: Program, aim: Aim, *, whole: bool) -> Any:
    proto = model_pb2.ModelProto()
    count = len(program.top)
    proto.variables.ids.extend(range(count))
    proto.variables.lower_bounds.extend([0.0] * count)
    proto.variables.upper_bounds.extend(map(float, program.top))
    proto.variables.integers.extend([whole] * count)
    rows, matrix = proto.linear_constraints, proto.linear_constraint_matrix
    rows.ids.extend(range(len(program.low)))
    rows.lower_bounds.extend(-np.inf if a <= -MANY else float(a) for a in program.low)
    rows.upper_bounds.extend(np.inf if b >= MANY else float(b) for b in program.high)
    row, column = np.array(program.row), np.array(program.column)
    order = np.lexsort((column, row))
    matrix.row_ids.extend(row[order].tolist())
    matrix.column_ids.extend(column[order].tolist())
    matrix.coefficients.extend(np.array(program.value, dtype=float)[order].tolist())
    proto.objective.maximize = aim.most
    inside = np.argsort(aim.which)
    proto.objective.linear_coefficients.ids.extend(aim.which[inside].tolist())
    proto.objective.linear_coefficients.values.extend(
        aim.coefficients[inside].astype(float).tolist()
    )
    return proto
