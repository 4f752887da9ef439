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
    parameters_pb2,
    result_pb2,
    solution_pb2,
)
from ortools.math_opt.core.python import solver
from ortools.math_opt.elemental.python.cpp_elemental import CppElemental
from ortools.math_opt.elemental.python.enums import BoolAttr0, DoubleAttr2, ElementType
from ortools.math_opt.elemental.python.enums import DoubleAttr1 as Of
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
COEFFICIENT = DoubleAttr2.LINEAR_CONSTRAINT_COEFFICIENT
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

    The solver is driven by MathOpt's arrays and protocol buffers: its Python objects for columns,
    rows and results would cost more than the solve (0.1 s for 20,000 columns).
    """

    def __init__(self, program: Program, limits: Limits) -> None:
        self._model = _model(program)
        self._count, self._rows = program.columns, len(program.low)
        self._changes = self._model.add_diff()
        self._solver: Any = None  # made at the first solve, when bounds and objective are known
        self._left = limits.work
        self._seconds = limits.seconds
        self._result: Any = None
        self._aim: Ints = np.zeros(0, dtype=np.int64)
        self.by_clock = False
        self.iterations = 0
        self.solves = 0

    def bound_columns(self, which: Ints, low: Floats, high: Floats) -> None:
        """Set the bounds of columns."""
        self._set(Of.VARIABLE_LOWER_BOUND, which, low)
        self._set(Of.VARIABLE_UPPER_BOUND, which, high)

    def bound_rows(self, which: Ints, low: float) -> None:
        """Set the lower bound of rows (``-inf`` takes a row out)."""
        self._set(Of.LINEAR_CONSTRAINT_LOWER_BOUND, which, np.full(len(which), low))

    def lows(self, which: Ints) -> Floats:
        """Return the lower bounds of columns."""
        return np.asarray(self._model.get_attrs(Of.VARIABLE_LOWER_BOUND, _keys(which)))

    def widen(self, row: int, low: float, high: float) -> None:
        """Set both bounds of a row."""
        self._set(Of.LINEAR_CONSTRAINT_LOWER_BOUND, np.array([row]), np.array([low]))
        self._set(Of.LINEAR_CONSTRAINT_UPPER_BOUND, np.array([row]), np.array([high]))

    def add_columns(self, top: Floats) -> Ints:
        """Add columns ``0 <= v <= top`` and return their numbers."""
        made = np.asarray(self._model.add_elements(ElementType.VARIABLE, len(top)))
        self.bound_columns(made, np.zeros(len(top)), top)
        self._count += len(top)
        return made

    def add_row(self, which: Ints, values: Floats, low: float, high: float) -> int:
        """Add the row ``low <= values . v[which] <= high`` and return its number."""
        row = int(self._model.add_elements(ElementType.LINEAR_CONSTRAINT, 1)[0])
        self.widen(row, low, high)
        where = _keys(np.full(len(which), row), which)
        self._model.set_attrs(COEFFICIENT, where, np.asarray(values, dtype=np.float64))
        self._rows += 1
        return row

    def _set(self, what: Of, which: Ints, values: Floats) -> None:
        self._model.set_attrs(what, _keys(which), np.asarray(values, dtype=np.float64))

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
        return _dense(self._result.solutions[0].dual_solution.dual_values, self._rows)[rows]

    def _fresh(self) -> Any:
        start = parameters_pb2.SolverInitializerProto()
        return solver.new(parameters_pb2.SOLVER_TYPE_GLOP, self._model.export_model(), start)

    def _run(self, parameters: Any) -> Any:
        """Bring the solver up to date and run it, from the last basis."""
        update = self._model.export_model_update(self._changes)
        if self._solver is None or (update is not None and not self._solver.update(update)):
            self._solver = self._fresh()
        self._model.advance_diff(self._changes)
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
        self._model.set_attr(BoolAttr0.MAXIMIZE, (), most)
        old = np.setdiff1d(self._aim, which)
        self._set(Of.OBJECTIVE_LINEAR_COEFFICIENT, old, np.zeros(len(old)))
        self._set(Of.OBJECTIVE_LINEAR_COEFFICIENT, which, values)
        self._aim = which

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
        values = _dense(point.variable_values, self._count)
        return Answer(proven=optimal, objective=point.objective_value, values=values)


def _dense(sparse: Any, size: int) -> Floats:
    full = np.zeros(size)
    full[np.fromiter(sparse.ids, dtype=np.int64)] = np.fromiter(sparse.values, dtype=np.float64)
    return full


def _keys(*ids: Ints) -> Ints:
    """Return the keys of an attribute: a row for each, a column for each id that it takes."""
    return np.stack([np.asarray(k, dtype=np.int64) for k in ids], axis=1)


def _model(program: Program) -> CppElemental:
    """Fill the model from whole arrays: an object for each column and row would cost more than GLOP."""
    model = CppElemental()
    columns = model.add_elements(ElementType.VARIABLE, program.columns)
    rows = model.add_elements(ElementType.LINEAR_CONSTRAINT, len(program.low))
    bounds = (
        (Of.VARIABLE_LOWER_BOUND, columns, np.zeros(program.columns)),
        (Of.VARIABLE_UPPER_BOUND, columns, program.top),
        (Of.LINEAR_CONSTRAINT_LOWER_BOUND, rows, program.low),
        (Of.LINEAR_CONSTRAINT_UPPER_BOUND, rows, program.high),
    )
    for what, which, values in bounds:
        model.set_attrs(what, _keys(which), np.asarray(values, dtype=np.float64))
    where = _keys(program.row, program.column)
    model.set_attrs(COEFFICIENT, where, np.asarray(program.value, dtype=np.float64))
    return model
