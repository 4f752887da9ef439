"""CP-SAT: one goal of a program too large for branch and bound, and the rosters of one class.

Imported where used: its Python interface takes 2 s to load. Its sub-solvers take turns in one order,
so that the same program, seed and deterministic work give the same values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from optimizer.volunteers.engines import Budget, Found, failed, nothing, outward
from optimizer.volunteers.program import Aim, Program

Ints = npt.NDArray[np.int64]
WORK = 5.0
"""Deterministic units for one class's rosters."""


def propagate(program: Program, aim: Aim, budget: Budget, hint: Ints | None) -> Found:
    """Optimise by CP-SAT, its sub-solvers interleaved so that the result repeats.

    Raises:
        SolverError: any status but optimal, feasible or unknown at the limit.
    """
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 8
    solver.parameters.interleave_search = True
    solver.parameters.random_seed = budget.seed
    solver.parameters.max_deterministic_time = budget.work
    if budget.seconds is not None:
        solver.parameters.max_time_in_seconds = budget.seconds
    model = _model(program, aim, hint)
    status = solver.solve(model)
    ends = {cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN, cp_model.INFEASIBLE}
    if status not in ends:
        raise failed(solver.status_name(status))
    took = solver.wall_time
    open_end = status in {cp_model.FEASIBLE, cp_model.UNKNOWN}
    worked = solver.response_proto.deterministic_time >= 0.99 * budget.work
    clock = open_end and budget.seconds is not None and not worked
    if status in {cp_model.UNKNOWN, cp_model.INFEASIBLE}:
        gone = status == cp_model.INFEASIBLE
        return Found(None, nothing(aim), gone, clock, took, impossible=gone)
    values = np.array(solver.response_proto.solution, dtype=np.int64)
    bound = outward(solver.best_objective_bound + aim.constant, most=aim.most)
    return Found(values, bound, status == cp_model.OPTIMAL, clock, took)


def _model(program: Program, aim: Aim, hint: Ints | None) -> Any:
    """Fill CP-SAT's protocol buffer directly: expressions of Python objects cost seconds."""
    model = cp_model.CpModel()
    proto = model.proto
    for top in program.top:
        proto.variables.add().domain.extend([0, top])
    starts = np.argsort(np.array(program.row), kind="stable")
    cuts = np.searchsorted(np.array(program.row)[starts], np.arange(len(program.low) + 1))
    column, value = np.array(program.column), np.array(program.value)
    for k, (low, high) in enumerate(zip(program.low, program.high, strict=True)):
        terms = starts[cuts[k] : cuts[k + 1]]
        row = proto.constraints.add().linear
        row.vars.extend(column[terms].tolist())
        row.coeffs.extend(value[terms].tolist())
        row.domain.extend([low, high])
    sign = -1 if aim.most else 1
    proto.objective.vars.extend(aim.which.tolist())
    proto.objective.coeffs.extend((sign * aim.coefficients).tolist())
    proto.objective.scaling_factor = float(sign)
    if hint is not None:
        proto.solution_hint.vars.extend(range(len(hint)))
        proto.solution_hint.values.extend(hint.tolist())
    return model


@dataclass(frozen=True)
class Rules:
    """What one unit of a class may take: sets of tasks with the most hours or pieces of each."""

    sets: Sequence[tuple[Mapping[int, int], int]]  # task -> what it takes of the set's room, room


def rosters(
    units: int, counts: Mapping[int, int], rules: Rules, seed: int
) -> dict[int, list[int]] | None:
    """Return the units of each task so that each keeps the rules.

    Returns:
        None if there is no way, or none was found within `WORK`.
    """
    model, tasks = cp_model.CpModel(), sorted(counts)
    takes = {(k, t): model.new_bool_var("") for k in range(units) for t in tasks}
    for t in tasks:
        model.add(sum(takes[k, t] for k in range(units)) == counts[t])
    for k in range(units):
        for terms, room in rules.sets:
            model.add(sum(need * takes[k, t] for t, need in terms.items()) <= room)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = WORK
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    return {t: [k for k in range(units) if solver.value(takes[k, t])] for t in tasks}
