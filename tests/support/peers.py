"""The one-goal household-level program as users of solvers and modelling libraries write it.

Each function builds and solves in the process that calls it: run them by `measured`, in a process
used for nothing else, since two builds of HiGHS clash in one process.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from optimizer.problem import Limits, Problem
from optimizer.validate import MOST_CAPACITY
from tests.support.apart import alone
from tests.support.households import Model, model
from tests.support.provinces import province

INF = float("inf")
Result = tuple[float, float]
"""Processor seconds, and the value found."""


@dataclass(frozen=True)
class Place:
    """A seeded place of the benchmark at one size; ``single``: its first item, without vehicles."""

    households: int
    townships: int
    warehouses: int
    items: int
    days: int = 3
    seed: int = 1
    single: bool = False

    def problem(self) -> Problem:
        """Return it as the optimiser's tables."""
        made = province(**{k: v for k, v in vars(self).items() if k != "single"})
        if not self.single:
            return made
        mine = pl.col("item") == made.items["item"][0]
        room = pl.lit(MOST_CAPACITY, pl.Int64)
        return replace(
            made, needs=made.needs.filter(mine), lots=made.lots.filter(mine), items=made.items[:1],
            fleet=made.fleet.with_columns(capacity_kg=room, capacity_l=room),
        )  # fmt: skip

    def arrays(self) -> Arrays:
        """Return the household-level program."""
        return arrays(model(self.problem()), fleet=not self.single)


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
        column, value = self.column[order], self.value[order]
        for k, top in enumerate(self.top.tolist()):
            if cuts[k] < cuts[k + 1]:
                part = slice(cuts[k], cuts[k + 1])
                yield top, list(zip(column[part].tolist(), value[part].tolist(), strict=True))


_TINY = Arrays(np.ones(1), np.ones(2), np.arange(2), np.zeros(2, dtype=np.int64), np.ones(2))


def arrays(table: Model, *, fleet: bool = True) -> Arrays:
    """Return the one-goal program: needs, stock and both fleet limits."""
    columns, every = table.columns, np.arange(table.columns.height)
    parts, tops, first = [], [], 0
    van = columns["van"].to_numpy().astype(np.int64)
    limits = [
        (columns["row"].to_numpy().astype(np.int64), table.needs["quantity"], np.ones(len(every))),
        (columns["stock"].to_numpy().astype(np.int64), table.lots["quantity"], np.ones(len(every))),
        (van, table.fleet["capacity_kg"], columns["weight_g"].to_numpy() / 1000),
        (van, table.fleet["capacity_l"], columns["volume_ml"].to_numpy() / 1000),
    ]
    for index, top, load in limits if fleet else limits[:2]:
        parts.append((first + index, every, load))
        tops.append(top.to_numpy().astype(float))
        first += len(top)
    row, column, value = (np.concatenate([p[k] for p in parts]) for k in range(3))
    return Arrays(worth(table), np.concatenate(tops), row, column, value)


def worth(table: Model) -> np.ndarray:
    """Return goal 3's value of one unit by column."""
    whole = (pl.col("weight") * pl.col("quantity")).sum().over("item")
    count = table.needs["item"].n_unique()
    value = table.needs.select(pl.col("weight") / whole / count).to_series().to_numpy()
    return np.asarray(value[table.columns["row"].to_numpy()])


def measured(
    peer: Callable[[Arrays], float], place: Place, runs: int, limit: int
) -> list[Result] | None:
    """Return each run's result, from arrays to value; None if a run passed the limit.

    Args:
        peer: One of this module's functions.
        place: What it solves.
        runs: How often, in one process of its own, imports and data not counted.
        limit: Processor seconds of one run; the system ends the process there.
    """
    try:
        return alone(_runs, peer, place, runs, limit)
    except (BrokenProcessPool, TimeoutError):
        return None


def _runs(
    peer: Callable[[Arrays], float], place: Place, runs: int, limit: int
) -> list[Result]:  # fmt: skip
    data = place.arrays()
    peer(_TINY)
    return [timed(peer, data, limit) for _ in range(runs)]


def timed(call: Callable[[Arrays], float], data: Arrays, limit: int | None = None) -> Result:
    """Return the processor seconds of this process and its children, and the value."""
    if limit is not None:
        end = int(time.process_time()) + 1 + limit
        resource.setrlimit(resource.RLIMIT_CPU, (end, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    began = _spent()
    value = call(data)
    return _spent() - began, value


def _spent() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def by_highs(data: Arrays) -> float:
    """HiGHS on a hand-built matrix."""
    import highspy

    highs, lp, count = highspy.Highs(), highspy.HighsLp(), len(data.worth)
    highs.silent()
    lp.num_col_, lp.num_row_ = count, len(data.top)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_ = data.worth * data.scale, np.zeros(count)
    lp.col_upper_ = np.full(count, highspy.kHighsInf)
    lp.row_lower_, lp.row_upper_ = np.full(len(data.top), -highspy.kHighsInf), data.top
    order = np.lexsort((data.row, data.column))
    starts = np.concatenate([[0], np.cumsum(np.bincount(data.column, minlength=count))])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = starts.astype(np.int32)
    lp.a_matrix_.index_ = data.row[order].astype(np.int32)
    lp.a_matrix_.value_ = data.value[order]
    highs.passModel(lp)
    highs.setOptionValue("threads", 1)
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(highs.getInfo().objective_function_value / data.scale)


def by_glop(data: Arrays) -> float:
    """GLOP on a hand-built matrix."""
    from optimizer.engines.simplex import Program, Simplex

    count, rows = len(data.worth), len(data.top)
    program = Program(
        count, np.full(count, INF), np.full(rows, -INF), data.top, data.row, data.column, data.value
    )
    answer = Simplex(program, Limits(work=100_000_000)).solve(
        np.arange(count), data.worth * data.scale, most=True
    )
    assert answer.proven
    return float(answer.objective / data.scale)


def by_pulp(data: Arrays) -> float:
    """PuLP with CBC."""
    import pulp

    program = pulp.LpProblem("coverage", pulp.LpMaximize)
    units = [pulp.LpVariable(f"x{k}", lowBound=0) for k in range(len(data.worth))]
    worth = (data.worth * data.scale).tolist()
    program += pulp.LpAffineExpression(zip(units, worth, strict=True))
    for top, terms in data.rows():
        program += pulp.LpAffineExpression([(units[c], v) for c, v in terms]) <= top
    try:
        program.solve(pulp.PULP_CBC_CMD(msg=False, threads=1))
    except pulp.PulpSolverError as ended:
        raise TimeoutError from ended
    assert program.sol_status == pulp.LpSolutionOptimal
    return float(pulp.value(program.objective) / data.scale)


def by_networkx(data: Arrays) -> float:
    """networkx's network simplex: for one item without vehicles' limits, and for nothing else.

    The program's rows must be needs, then lots: every column leads from one lot to one need.
    """
    import networkx

    half = len(data.row) // 2
    graph: networkx.DiGraph[Hashable] = networkx.DiGraph()
    whole = 12_000  # makes the worths of one item, which are as 1 to 4, whole numbers
    worth = np.rint(data.worth / data.worth.min() * whole).astype(int)
    for need, lot, gain in zip(data.row[:half].tolist(), data.row[half:].tolist(), worth.tolist(),
                               strict=True):  # fmt: skip
        graph.add_edge(("lot", lot), ("need", need), weight=-gain)
        graph.add_edge("all", ("lot", lot), capacity=int(data.top[lot]))
        graph.add_edge(("need", need), "all", capacity=int(data.top[need]))
    cost, _ = networkx.network_simplex(graph)
    return float(-cost / whole * data.worth.min())


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
