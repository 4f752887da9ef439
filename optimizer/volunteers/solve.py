"""Problem in, plan out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from graphcore.domain.plan import GoalResult, Outcome
from optimizer.volunteers.classes import Classes
from optimizer.volunteers.eligibility import Grid
from optimizer.volunteers.fair import Shared, Sharing
from optimizer.volunteers.lexicographic import Search, Stage
from optimizer.volunteers.model import Model
from optimizer.volunteers.naming import Named, Namer
from optimizer.volunteers.openings import openings
from optimizer.volunteers.output import crew, gear, longest_load, points
from optimizer.volunteers.problem import Limits, Plan, Problem
from optimizer.volunteers.validate import validate

Ints = npt.NDArray[np.int64]
_NO_LIMITS = Limits()


@dataclass(frozen=True)
class _Course:
    """Goals 1 to 4 done: what is kept, and a plan by name that has it."""

    model: Model
    search: Search
    named: Named


@dataclass(frozen=True)
class _End:
    """The plan by name, goals 5 and 6 with it as far as they came."""

    model: Model
    values: Ints
    named: Named
    shared: Shared | None
    met: bool  # the names keep the cap that was found


def solve(problem: Problem, limits: Limits = _NO_LIMITS) -> Plan:
    """Return the plan for the problem: six goals in order, whole people, all of them named.

    The same problem (rows in any order), seed, work and nodes give the same plan, byte for byte.

    Raises:
        ProblemInvalid: a number that no plan can be made from.
        SolverError: the solver ended with a status that is neither optimal nor a stated limit.
    """
    grid = Grid(validate(problem))
    course = _higher(grid, limits)
    sharing, end = _lower(course, limits)
    people = crew(grid, end.named, end.values[end.model.starts])
    pieces = gear(grid, end.named)
    by_clock = course.search.by_clock or sharing.by_clock
    return Plan(
        crew=people, gear=pieces, open=openings(grid, people, pieces),
        goals=_results(course, end, sharing), linear=_linear(course, end, sharing.least), by_clock=by_clock,
        counts=_counts(course, end),
    )  # fmt: skip


def _higher(grid: Grid, limits: Limits) -> _Course:
    """Run goals 1 to 4; a class whose counts do not split into rosters is split into people."""
    classes, before, spent = Classes(grid), list[Stage](), 0.0
    while True:
        model = Model(classes)
        search = _again(model, limits, before, spent) or _from_nothing(model, limits, spent)
        assert search.values is not None
        named = Namer(model, limits.seed, None).name(search.values)
        if not named.failed:
            return _Course(model, search, named)
        classes = Classes(grid, classes.split | _members(classes, named.failed))
        before, spent = search.stages, search.seconds


def _from_nothing(model: Model, limits: Limits, spent: float) -> Search:
    search = Search(model.program, limits, model.needed, seconds=spent)
    search.values = np.zeros(len(model.program.top), dtype=np.int64)  # nobody goes anywhere
    for aim in model.aims[:4]:
        search.run(aim)
    return search


def _again(model: Model, limits: Limits, before: list[Stage], spent: float) -> Search | None:
    """Reach the same values with finer classes, if they allow it; their bounds hold as they were."""
    if not before:
        return None
    fresh = Model(model.classes)  # rows are added to it, and may turn out too much
    search = Search(fresh.program, limits, fresh.needed, seconds=spent)
    aims = model.aims[:4]
    for aim, stage in zip(aims, before, strict=True):
        search.hold(aim, stage.value)
    if not search.run(aims[-1], quick=True):
        return None
    search.stages = before
    return search


def _lower(course: _Course, limits: Limits) -> tuple[Sharing, _End]:
    """Run goals 5 and 6, refining classes as far as the limits say."""
    grid, classes = course.model.grid, course.model.classes
    highest = longest_load(grid, course.named.lines)
    near = course.model.spread(course.search.near)
    spent = course.search.seconds
    sharing = Sharing(classes, course.search.stages, limits, highest, near, spent)
    rounds = 0
    while (shared := sharing.find()) is not None:
        values = shared.search.values
        assert values is not None
        capped = Namer(shared.model, limits.seed, shared.cap).name(values)
        if not capped.failed:
            return sharing, _finish(shared, values, capped, limits)
        loose = Namer(shared.model, limits.seed, None).name(values)
        if rounds >= limits.rounds and not loose.failed:
            return sharing, _End(shared.model, values, loose, shared, met=False)
        rounds += 1
        split = sharing.classes.split | _members(sharing.classes, capped.failed)
        sharing.classes = Classes(grid, split)
    start = course.search.values
    assert start is not None
    return sharing, _End(course.model, start, course.named, None, met=False)


def _finish(shared: Shared, values: Ints, named: Named, limits: Limits) -> _End:
    """Look for shorter ways or a proof; keep the plan at hand if the better one has no names."""
    search, before = shared.search, list(shared.search.stages)
    search.finish(shared.model.aims[-1])
    assert search.values is not None
    if (search.values == values).all():
        return _End(shared.model, values, named, shared, met=True)
    better = Namer(shared.model, limits.seed, shared.cap).name(search.values)
    if not better.failed:
        return _End(shared.model, search.values, better, shared, met=True)
    bound = search.stages[-1].bound
    search.stages = [*before[:-1], replace(before[-1], bound=bound)]
    return _End(shared.model, values, named, shared, met=True)


def _members(classes: Classes, failed: Iterable[int]) -> frozenset[int]:
    return frozenset(v for k in failed for unit in classes.all[k].units for v in unit)


def _results(course: _Course, end: _End, sharing: Sharing) -> tuple[GoalResult, ...]:
    first, second, third, fourth = course.search.stages
    heard = points(end.model.grid, end.named, end.values[end.model.starts])
    fourth = replace(fourth, value=max(fourth.value, heard))
    higher = tuple(_result(stage) for stage in (first, second, third, fourth))
    load, least = longest_load(end.model.grid, end.named.lines), sharing.least
    shared = end.shared if end.met else None
    proven = load == least or (shared is not None and shared.proven and load == shared.cap)
    outcome = Outcome.PROVEN if proven else Outcome.BOUNDED
    fifth = GoalResult(
        5, "longest_load", load, load if proven else min(least, load), outcome, "hours"
    )
    if shared is not None and load == shared.cap:
        return (*higher, fifth, _result(shared.search.stages[-1]))
    aim = end.model.aims[-1]
    outcome = Outcome.NOT_REACHED if end.shared is None else Outcome.BOUNDED
    travel = GoalResult(6, aim.name, aim.of(end.values), sharing.floor(load), outcome, aim.unit)
    return (*higher, fifth, travel)


def _result(stage: Stage) -> GoalResult:
    aim = stage.aim
    return GoalResult(
        number=aim.number, name=aim.name, value=stage.value / aim.scale,
        bound=stage.bound / aim.scale, outcome=stage.outcome, unit=aim.unit,
    )  # fmt: skip


def _linear(course: _Course, end: _End, least: int) -> dict[str, float]:
    """Return the linear relaxations' bounds, by goal, each given the goals above."""
    stages = [*course.search.stages, *(end.shared.search.stages if end.shared else [])]
    bounds = {s.aim.name: s.linear / s.aim.scale for s in stages}
    return bounds | {"longest_load": float(least)}


def _counts(course: _Course, end: _End) -> dict[str, int]:
    model, searches = end.model, [course.search, *([end.shared.search] if end.shared else [])]
    grid = model.grid
    return {
        "volunteers": grid.people,
        "tasks": grid.problem.tasks.height,
        "classes": len(model.classes.all),
        "split": len(model.classes.split),
        "columns": len(model.program.top),
        "rows": len(model.program.low),
        "narrowed": sum(s.narrowed for s in searches),
        "searched": sum(s.searched for s in searches),
    }
