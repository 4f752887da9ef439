"""Programs with whole columns, by any solver of MathOpt: new sites, and small extensive forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from graphcore.domain.errors import SolverError
from graphcore.domain.text import say
from optimizer.engines.simplex import INF, Program
from optimizer.restock.arrays import Floats, Ints
from optimizer.restock.firststage import Rows

SOLVERS = {
    "glop": mathopt.SolverType.GLOP,
    "highs": mathopt.SolverType.HIGHS,
    "scip": mathopt.SolverType.GSCIP,
}


@dataclass(frozen=True)
class Mixed:
    """An answer: best value found, proven bound, the values of all columns."""

    value: float
    bound: float
    values: Floats


def minimise(
    program: Program, costs: Floats, whole: Ints, *, solver: str = "highs",
    gap: float = 1e-9, seconds: float | None = None, floor: Floats | None = None,
) -> Mixed:  # fmt: skip
    """Minimise ``costs . v`` over a program with the columns ``whole`` integer.

    ``floor`` has the columns' lower bounds where they are not 0.

    Raises:
        SolverError: neither optimal nor (with ``seconds``) a feasible point with a bound.
    """
    model = mathopt.Model.from_model_proto(_proto(program, costs, whole, floor))
    limit = None if seconds is None else timedelta(seconds=seconds)
    asked = mathopt.SolveParameters(
        relative_gap_tolerance=gap if len(whole) else None, time_limit=limit,
        threads=None if solver == "highs" else 1, random_seed=0,
    )  # fmt: skip
    result = mathopt.solve(model, SOLVERS[solver], params=asked)
    reason = result.termination.reason
    good = (mathopt.TerminationReason.OPTIMAL, mathopt.TerminationReason.FEASIBLE)
    if reason not in good or not result.has_primal_feasible_solution():
        raise SolverError(
            say("求解器未给出可用的答案（状态 {status}）。", status=reason.name),
            say("请核对预算、库容和时限；若数据无误，请保存数据并报告给开发者。"),
        )
    values = np.zeros(program.columns)
    for variable, value in result.variable_values().items():
        values[variable.id] = value
    return Mixed(result.objective_value(), result.best_objective_bound(), values)


def _proto(program: Program, costs: Floats, whole: Ints, floor: Floats | None) -> Any:
    proto = model_pb2.ModelProto()
    every = range(program.columns)
    proto.variables.ids.extend(every)
    least = np.zeros(program.columns) if floor is None else floor
    proto.variables.lower_bounds.extend(least.tolist())
    proto.variables.upper_bounds.extend(program.top.tolist())
    is_whole = np.zeros(program.columns, dtype=bool)
    is_whole[whole] = True
    proto.variables.integers.extend(is_whole.tolist())
    proto.objective.linear_coefficients.ids.extend(every)
    proto.objective.linear_coefficients.values.extend(costs.tolist())
    proto.linear_constraints.ids.extend(range(len(program.low)))
    proto.linear_constraints.lower_bounds.extend(program.low.tolist())
    proto.linear_constraints.upper_bounds.extend(program.high.tolist())
    matrix = proto.linear_constraint_matrix
    row, column, value = _summed(program)
    matrix.row_ids.extend(row.tolist())
    matrix.column_ids.extend(column.tolist())
    matrix.coefficients.extend(value.tolist())
    return proto


def _summed(program: Program) -> tuple[Ints, Ints, Floats]:
    """Sort the triplets by row and column and add up doubles, as the format asks."""
    key = program.row * program.columns + program.column
    cells, where = np.unique(key, return_inverse=True)
    value = np.bincount(where, program.value, len(cells)).astype(float)
    return cells // program.columns, cells % program.columns, value


def extended(program: Program, rows: list[tuple[Ints, Floats, float]], size: int) -> Program:
    """Return the program with ``size`` columns and rows ``values . v[columns] >= low`` added."""
    if not rows:
        return program
    first = len(program.low)
    count = [len(columns) for columns, _, _ in rows]
    return Program(
        size, np.concatenate([program.top, np.full(size - program.columns, INF)]),
        np.concatenate([program.low, [low for _, _, low in rows]]),
        np.concatenate([program.high, np.full(len(rows), INF)]),
        np.concatenate([program.row, first + np.repeat(np.arange(len(rows)), count)]),
        np.concatenate([program.column, *(columns for columns, _, _ in rows)]),
        np.concatenate([program.value, *(values for _, values, _ in rows)]),
    )  # fmt: skip


def program_of(rows: Rows) -> Program:
    """Return the collected rows and columns as a program."""
    return Program(
        rows.columns, np.concatenate(rows.top), np.concatenate(rows.low), np.concatenate(rows.high),
        np.concatenate(rows.row), np.concatenate(rows.column), np.concatenate(rows.value),
    )  # fmt: skip
