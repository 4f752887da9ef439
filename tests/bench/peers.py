"""100,000 households from rows to plan, beside household-level models in PuLP, HiGHS and GLOP.

The peers solve one goal, weighted coverage, with one column for each (lot, need, mode, day); we
solve the same goal on classes, rows in to plan out, for the ratios and the comparison of values, and
all five goals for ``seconds_100k``.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import highspy
import numpy as np
import polars as pl
import pulp

from optimizer.check import check
from optimizer.classes import classify
from optimizer.engines.simplex import INF, Program, Simplex
from optimizer.flow import flow
from optimizer.lexicographic import run as run_goals
from optimizer.problem import Limits, Problem
from optimizer.solve import solve
from optimizer.validate import validate
from tests.support.apart import alone
from tests.support.districts import random_problem
from tests.support.households import Model, model
from tests.support.peers import Arrays, by_linopy, by_loop, by_pyomo, timed

SEED = 20_261_124
GROWTH = 2.0
CLOSE = 1.2  # the largest size is found to within this factor


def run(
    households: int = 100_000, peer_seconds: int = 120, start: int = 750, others: int = 250
) -> dict[str, object]:  # fmt: skip
    """Time all five goals at ``households``, then each peer at the largest size CBC finishes."""
    problem = district(households)
    began = time.perf_counter()
    plan = solve(problem)
    seconds = time.perf_counter() - began
    broken = len(check(problem, plan))
    _say(f"{households} households, {problem.needs.height} needs: {seconds:.1f} s")
    size, pulp_s, pulp_value = _largest(start, peer_seconds)
    small = district(size)
    every = _timed(lambda: solve(small))[0]
    ours = _timed(lambda: solve(small, goals=(3,)))[0]
    goal = _coverage(small)
    table = model(small)
    highs_s, highs_value = _timed(lambda: _highs(arrays(model(small)), 2.0 * peer_seconds))
    glop_s, glop_value = _timed(lambda: _glop(arrays(model(small))))
    values = [v for v in (pulp_value, highs_value, glop_value) if v is not None]
    gap = float(max(abs(v - goal) / max(abs(v), 1e-12) for v in values))
    more = libraries(others)
    gap = max(gap, float(str(more.pop("library_gap"))))
    return {
        "ratio_pulp": round(pulp_s / ours, 1), "ratio_highs": round(highs_s / ours, 1),
        "ratio_glop": round(glop_s / ours, 1), "objective_gap": gap,
        "seconds_100k": round(seconds, 2), "households": households,
        "needs": problem.needs.height, "lines": plan.lines.height, "violations": broken,
        "outcomes": [g.outcome.value for g in plan.goals], **plan.counts,
        "peer_households": size, "peer_columns": table.columns.height,
        "ours_seconds": round(ours, 3), "ours_all_goals_seconds": round(every, 2),
        "ratio_pulp_all_goals": round(pulp_s / every, 1), "pulp_seconds": round(pulp_s, 2),
        "highs_seconds": round(highs_s, 2), "highs_finished": highs_value is not None, "glop_seconds": round(glop_s, 2),
        "goal": "weighted_coverage", "value": goal, **more,
    }  # fmt: skip


def libraries(households: int = 250) -> dict[str, object]:
    """Compare with linopy, Pyomo (both HiGHS) and an OR-Tools loop, each in a process of its own.

    Processor seconds on both sides: these peers solve within their process.
    """
    problem = district(households)
    _processor(lambda: solve(problem, goals=(3,)))  # imports and caches are warm on both sides
    ours = _processor(lambda: solve(problem, goals=(3,)))
    goal, data = _coverage(problem), arrays(model(problem))
    peers = {"linopy": by_linopy, "pyomo": by_pyomo, "loop": by_loop}
    found = {name: alone(timed, peer, data) for name, peer in peers.items()}
    return {
        **{f"ratio_{name}": round(took / ours, 1) for name, (took, _) in found.items()},
        **{f"{name}_seconds": round(took, 2) for name, (took, _) in found.items()},
        "library_gap": max(abs(v - goal) / max(abs(v), 1e-12) for _, v in found.values()),
        "library_households": households, "library_columns": len(data.worth),
        "library_ours_seconds": round(ours, 3),
    }  # fmt: skip


def district(households: int) -> Problem:
    """Return the bench's district: 12 items, 30 townships, 10 warehouses, 3 days."""
    return random_problem(
        SEED, households=households, townships=30, warehouses=10, items=12, days=3, even=True
    )


def _largest(start: int, seconds: int) -> tuple[int, float, float]:
    """Return the largest size (growing by steps) that PuLP with CBC finishes within the time."""
    size, best, failed = start, (0, 0.0, 0.0), 0
    while True:
        took, value = _timed(lambda n=size: _pulp(model(district(n)), seconds))
        _say(f"PuLP+CBC, {size} households: {took:.1f} s, value {value}")
        if value is None or took > seconds:
            failed = size
        else:
            best = (size, took, value)
        if not best[0]:
            size = max(1, size // 2)
            continue
        bigger = int(((failed or size * GROWTH**2) * best[0]) ** 0.5)
        if bigger < best[0] * CLOSE or best[1] * CLOSE > seconds:
            return best
        size = bigger


def _coverage(problem: Problem) -> float:
    classes = classify(validate(problem))
    course = run_goals(classes, flow(classes), Limits(work=100_000_000), numbers=(3,))
    return course.stages[0].bound


def arrays(table: Model) -> Arrays:
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
    for index, top, load in limits:
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


def _pulp(table: Model, seconds: int) -> float | None:
    """Build and solve with PuLP and CBC, as its users write it."""
    data = arrays(table)
    program = pulp.LpProblem("coverage", pulp.LpMaximize)
    units = [pulp.LpVariable(f"x{k}", lowBound=0) for k in range(len(data.worth))]
    scale = 1.0 / data.worth.mean()
    program += pulp.LpAffineExpression(zip(units, (data.worth * scale).tolist(), strict=True))
    order = np.argsort(data.row, kind="stable")
    cuts = np.searchsorted(data.row[order], np.arange(len(data.top) + 1))
    column, value = data.column[order].tolist(), data.value[order].tolist()
    for k, top in enumerate(data.top.tolist()):
        terms = [(units[column[i]], value[i]) for i in range(cuts[k], cuts[k + 1])]
        if terms:
            program += pulp.LpAffineExpression(terms) <= top
    program.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, threads=1))
    if program.status != pulp.LpStatusOptimal or program.sol_status != pulp.LpSolutionOptimal:
        return None
    return float(pulp.value(program.objective) / scale)


def _highs(data: Arrays, seconds: float) -> float | None:
    """Solve with HiGHS from arrays; None if the time ended it."""
    highs, lp, scale = highspy.Highs(), highspy.HighsLp(), 1.0 / data.worth.mean()
    highs.silent()
    count = len(data.worth)
    lp.num_col_, lp.num_row_ = count, len(data.top)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_ = data.worth * scale, np.zeros(count)
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
    highs.setOptionValue("time_limit", seconds)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return float(highs.getInfo().objective_function_value / scale)


def _glop(data: Arrays) -> float:
    """Solve with GLOP from arrays."""
    count, rows = len(data.worth), len(data.top)
    program = Program(
        count, np.full(count, INF), np.full(rows, -INF), data.top, data.row, data.column, data.value
    )
    scale = 1.0 / data.worth.mean()
    answer = Simplex(program, Limits(work=100_000_000)).solve(
        np.arange(count), data.worth * scale, most=True
    )
    assert answer.proven
    return float(answer.objective / scale)


def _timed(call: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def _processor(call: Any) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
