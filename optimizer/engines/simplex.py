"""Linear programs from arrays, solved by GLOP through OR-Tools MathOpt, warm from solve to solve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from ortools.glop import parameters_pb2 as glop_pb2
from ortools.math_opt import (
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    parameters_pb2,
    result_pb2,
    solution_pb2,
)
from ortools.math_opt.core.python import solver
from ortools.math_opt.python import mathopt
from pybind11_abseil.status import StatusNotOk  # type: ignore[import-untyped]

from graphcore.domain.errors import SolverError
from graphcore.domain.text import say
from optimizer.problem import Limits

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
INF = float("inf")
TOLERANCE = 1e-9  # primal and dual feasibility asked of the solver, on its scaled model
STEADY = 1e-7  # the same after it has told that it cannot keep the first
IMPRECISE = result_pb2.TERMINATION_REASON_IMPRECISE


@dataclass(frozen=True)
class Program:
    """Rows ``low <= A v <= high`` over columns ``0 <= v <= top``; A in triplets."""

    columns: int
    top: Floats
    low: Floats
    high: Floats
    row: Ints
    column: Ints
    value: Floats


@dataclass(frozen=True)
class Answer:
    """An optimal basis's figures, or a feasible point where a limit ended the solve."""

    proven: bool
    objective: float
    values: Floats


class Ended(Exception):
    """A stated limit ended the solve without a usable point."""


class Imprecise(SolverError):
    """The solver tells that its answer is not as exact as asked, also from scratch."""


class Simplex:
    """One program, solved again and again with other bounds and objectives.

    The solver is driven by MathOpt's protocol buffers: its Python result objects would cost more
    than the solve (0.1 s for 20,000 columns).
    """

    def __init__(self, program: Program, limits: Limits) -> None:
        self._model = mathopt.Model.from_model_proto(_proto(program))
        self._columns: list[Any] = list(self._model.variables())
        self._rows: list[Any] = list(self._model.linear_constraints())
        self._updates = self._model.add_update_tracker()
        self._solver = self._fresh()
        self._left = limits.work
        self._seconds = limits.seconds
        self._result: Any = None
        self._aim: set[int] = set()
        self.by_clock = False
        self.iterations = 0
        self.solves = 0

    def bound_columns(self, which: Ints, low: Floats, high: Floats) -> None:
        """Set the bounds of columns."""
        for k, a, b in zip(which.tolist(), low.tolist(), high.tolist(), strict=True):
            self._columns[k].lower_bound, self._columns[k].upper_bound = a, b

    def bound_rows(self, which: Ints, low: float) -> None:
        """Set the lower bound of rows (``-inf`` takes a row out)."""
        for k in which.tolist():
            self._rows[k].lower_bound = low

    def lows(self, which: Ints) -> Floats:
        """Return the lower bounds of columns."""
        return np.array([self._columns[k].lower_bound for k in which.tolist()], dtype=np.float64)

    def widen(self, row: int, low: float, high: float) -> None:
        """Set both bounds of a row."""
        self._rows[row].lower_bound, self._rows[row].upper_bound = low, high

    def add_columns(self, top: Floats) -> Ints:
        """Add columns ``0 <= v <= top`` and return their numbers."""
        first = len(self._columns)
        for high in top.tolist():
            self._columns.append(self._model.add_variable(lb=0.0, ub=high))
        return np.arange(first, len(self._columns))

    def add_row(self, which: Ints, values: Floats, low: float, high: float) -> int:
        """Add the row ``low <= values . v[which] <= high`` and return its number."""
        row = self._model.add_linear_constraint(lb=low, ub=high)
        for k, value in zip(which.tolist(), values.tolist(), strict=True):
            row.set_coefficient(self._columns[k], value)
        self._rows.append(row)
        return len(self._rows) - 1

    def solve(self, which: Ints, values: Floats, *, most: bool) -> Answer:
        """Maximise (``most``) or minimise ``values . v[which]``.

        Raises:
            Ended: a stated limit ended the solve without a feasible point.
            SolverError: any other status than optimal.
        """
        self._set_objective(which, values, most=most)
        self._result = result = self._run(self._parameters())
        stats = result.solve_stats
        self.solves += 1
        self._left -= stats.simplex_iterations
        self.iterations += stats.simplex_iterations
        if self._seconds is not None:
            self._seconds -= stats.solve_time.ToTimedelta().total_seconds()
        return self._read(result)

    def duals(self, rows: Ints) -> Floats:
        """Return the last optimal solve's duals of rows."""
        return _dense(self._result.solutions[0].dual_solution.dual_values, len(self._rows))[rows]

    def _fresh(self) -> Any:
        start = parameters_pb2.SolverInitializerProto()
        return solver.new(parameters_pb2.SOLVER_TYPE_GLOP, self._model.export_model(), start)

    def _run(self, parameters: Any) -> Any:
        """Bring the solver up to date and run it, from the last basis."""
        update = self._updates.export_update()
        if update is not None:
            if not self._solver.update(update):
                self._solver = self._fresh()
            self._updates.advance_checkpoint()
        try:
            result = self._call(parameters)
        except SolverError:
            result = None
        if result is not None and result.termination.reason != IMPRECISE:
            return result
        self._solver = self._fresh()  # the warm basis went numerically bad: once more, from scratch
        parameters.glop.primal_feasibility_tolerance = STEADY
        parameters.glop.dual_feasibility_tolerance = STEADY
        return self._call(parameters)

    def _call(self, parameters: Any) -> Any:
        ask = model_parameters_pb2.ModelSolveParametersProto()
        try:
            return self._solver.solve(
                parameters, ask, None, callback_pb2.CallbackRegistrationProto(), None, None
            )
        except StatusNotOk as failure:
            raise SolverError(
                say("求解器因数值问题中断。"),
                say("请保存本次的数据并报告给开发者；已发布的计划不受影响。"),
            ) from failure

    def _set_objective(self, which: Ints, values: Floats, *, most: bool) -> None:
        aim = self._model.objective
        aim.is_maximize = most
        fresh = which.tolist()
        for k in self._aim.difference(fresh):
            aim.set_linear_coefficient(self._columns[k], 0.0)
        for k, value in zip(fresh, values.tolist(), strict=True):
            aim.set_linear_coefficient(self._columns[k], value)
        self._aim = set(fresh)

    def _parameters(self) -> Any:
        if self._left <= 0:
            raise Ended
        if self._seconds is not None and self._seconds <= 0:
            self.by_clock = True
            raise Ended
        glop = glop_pb2.GlopParameters(
            primal_feasibility_tolerance=TOLERANCE,
            dual_feasibility_tolerance=TOLERANCE,
        )
        limit = None if self._seconds is None else timedelta(seconds=self._seconds)
        asked = mathopt.SolveParameters(
            iteration_limit=self._left, time_limit=limit, threads=1, random_seed=0, glop=glop
        )
        return asked.to_proto()

    def _read(self, result: Any) -> Answer:
        reason = result.termination.reason
        optimal = reason == result_pb2.TERMINATION_REASON_OPTIMAL
        limited = reason in (
            result_pb2.TERMINATION_REASON_FEASIBLE,
            result_pb2.TERMINATION_REASON_NO_SOLUTION_FOUND,
        )
        if not optimal and not limited:
            raise (Imprecise if reason == IMPRECISE else SolverError)(
                say("求解器未给出可用的答案（状态 {status}）。",
                    status=result_pb2.TerminationReasonProto.Name(reason)),
                say("请保存本次的数据并报告给开发者；已发布的计划不受影响。"),
            )  # fmt: skip
        if limited:
            clock = self._seconds is not None and self._left > 0  # not the work limit
            self.by_clock = self.by_clock or clock
        point = result.solutions[0].primal_solution if result.solutions else None
        if point is None or point.feasibility_status != solution_pb2.SOLUTION_STATUS_FEASIBLE:
            raise Ended
        values = _dense(point.variable_values, len(self._columns))
        return Answer(proven=optimal, objective=point.objective_value, values=values)


def _dense(sparse: Any, size: int) -> Floats:
    full = np.zeros(size)
    full[np.fromiter(sparse.ids, dtype=np.int64)] = np.fromiter(sparse.values, dtype=np.float64)
    return full


def _proto(program: Program) -> model_pb2.ModelProto:
    """Fill the model's arrays directly: objects for each coefficient would cost seconds."""
    proto = model_pb2.ModelProto()
    columns = range(program.columns)
    proto.variables.ids.extend(columns)
    proto.variables.lower_bounds.extend([0.0] * program.columns)
    proto.variables.upper_bounds.extend(program.top.tolist())
    proto.variables.integers.extend([False] * program.columns)
    proto.linear_constraints.ids.extend(range(len(program.low)))
    proto.linear_constraints.lower_bounds.extend(program.low.tolist())
    proto.linear_constraints.upper_bounds.extend(program.high.tolist())
    order = np.lexsort((program.column, program.row))
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(program.row[order].tolist())
    matrix.column_ids.extend(program.column[order].tolist())
    matrix.coefficients.extend(program.value[order].tolist())
    return proto
