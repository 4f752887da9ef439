"""The one-goal household-level program as users of other modelling libraries write it.

Each function builds and solves in the process that calls it: run them by `apart.alone`, since two
builds of HiGHS clash in one process. They return (seconds of building and solving, value).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

Result = tuple[float, float]


@dataclass(frozen=True)
class Arrays:
    """``max worth . x`` with ``A x <= top``, ``x >= 0``; A in triplets."""

    worth: np.ndarray
    top: np.ndarray
    row: np.ndarray
    column: np.ndarray
    value: np.ndarray

    @property
    def scale(self) -> float:
        """Return a factor that brings worths near 1."""
        return float(1.0 / self.worth.mean())

    def rows(self) -> Iterator[tuple[float, list[tuple[int, float]]]]:
        """Yield each row's limit and its (column, value) pairs."""
        order = np.argsort(self.row, kind="stable")
        cuts = np.searchsorted(self.row[order], np.arange(len(self.top) + 1))
        column, value = self.column[order].tolist(), self.value[order].tolist()
        for k, top in enumerate(self.top.tolist()):
            if cuts[k] < cuts[k + 1]:
                part = slice(cuts[k], cuts[k + 1])
                yield top, list(zip(column[part], value[part], strict=True))


_TINY = Arrays(np.ones(1), np.ones(2), np.arange(2), np.zeros(2, dtype=np.int64), np.ones(2))


def timed(call: Callable[[Arrays], float], data: Arrays) -> Result:
    """Return the processor seconds that a peer took, imports not counted, and its value."""
    call(_TINY)
    began = time.process_time()
    value = call(data)
    return time.process_time() - began, value


def by_loop(data: Arrays) -> float:
    """OR-Tools, one Python call a variable and coefficient, solved by GLOP."""
    from ortools.linear_solver import pywraplp

    solver = pywraplp.Solver.CreateSolver("GLOP")
    units = [solver.NumVar(0.0, solver.infinity(), "") for _ in data.worth]
    for top, terms in data.rows():
        row = solver.Constraint(-solver.infinity(), top)
        for column, value in terms:
            row.SetCoefficient(units[column], value)
    aim = solver.Objective()
    for unit, worth in zip(units, (data.worth * data.scale).tolist(), strict=True):
        aim.SetCoefficient(unit, worth)
    aim.SetMaximization()
    assert solver.Solve() == pywraplp.Solver.OPTIMAL
    return float(aim.Value() / data.scale)


def by_linopy(data: Arrays) -> float:
    """Build with linopy over labelled arrays; solved by HiGHS."""
    import linopy
    import xarray

    model = linopy.Model()
    units = model.add_variables(lower=0.0, coords=[("unit", np.arange(len(data.worth)))], name="x")
    count = len(data.worth)
    for first in range(0, len(data.row), count):
        part = slice(first, first + count)  # each rule has one entry a column
        key = xarray.DataArray(data.row[part], dims="unit", name="key",
                               coords={"unit": data.column[part]})  # fmt: skip
        load = xarray.DataArray(data.value[part], dims="unit", coords={"unit": data.column[part]})
        used = (load * units).groupby(key).sum()
        rows = used.indexes["key"].to_numpy()
        top = xarray.DataArray(data.top[rows], dims="key", coords={"key": rows})
        model.add_constraints(used <= top)
    worth = xarray.DataArray(data.worth * data.scale, dims="unit",
                             coords={"unit": np.arange(count)})  # fmt: skip
    model.add_objective((worth * units).sum(), sense="max")
    status, _ = model.solve(solver_name="highs", io_api="direct", output_flag=False)
    assert status == "ok"
    return float(model.objective.value / data.scale)


def by_pyomo(data: Arrays) -> float:
    """Build with Pyomo expressions; solved by HiGHS."""
    import pyomo.environ as pyo

    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(len(data.worth)), within=pyo.NonNegativeReals)
    model.rows = pyo.ConstraintList()
    for top, terms in data.rows():
        model.rows.add(sum(value * model.x[column] for column, value in terms) <= top)
    worth = (data.worth * data.scale).tolist()
    model.aim = pyo.Objective(
        expr=sum(w * model.x[k] for k, w in enumerate(worth)), sense=pyo.maximize
    )
    done = pyo.SolverFactory("appsi_highs").solve(model)
    assert done.solver.termination_condition == pyo.TerminationCondition.optimal
    return float(pyo.value(model.aim) / data.scale)
