"""Problem in, plan out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.plan import GoalResult
from optimizer import tables
from optimizer.classes import Classes, classify
from optimizer.floors import targets
from optimizer.flow import Flow, flow
from optimizer.goals import (
    GoalName,
    coverage_by_group,
    coverage_weights,
    late_serves,
    lateness_costs,
    substituted,
    transport_costs,
)
from optimizer.ledger import Ledger, Whole
from optimizer.lexicographic import GOALS, Course, run
from optimizer.problem import Limits, Problem, Progress, Solution
from optimizer.rounding import request_units, whole_units
from optimizer.shortfalls import Binding, left_out
from optimizer.surplus import joined, split
from optimizer.validate import validate

_NO_LIMITS = Limits()
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def solve(
    problem: Problem,
    limits: Limits = _NO_LIMITS,
    progress: Progress | None = None,
    goals: Sequence[int] = GOALS,
) -> Solution:
    """Return the plan for the problem: goals 1 to 5 in order, whole units, named households.

    ``goals`` names the goals to solve (all of them unless a benchmark asks for one).
    The same problem (rows in any order), seed and work limit give the same plan, byte for byte.

    Raises:
        ProblemInvalid: a number that no plan can be made from.
        SolverError: the solver ended with a status that is neither optimal nor a stated limit.
    """
    problem = split(validate(problem))
    tell = progress or (lambda _step, _share: None)
    tell("classes", 0.0)
    classes = classify(problem, targets(problem))
    firm = flow(classes)
    course = run(classes, firm, limits, lambda step, share: tell(step, 0.1 + 0.7 * share), goals)
    tell("whole_units", 0.8)
    made = _made(classes, firm, course)
    tell("households", 0.9)
    solution = _solution(problem, classes, course, made, limits.seed)
    tell("done", 1.0)
    return joined(solution)


@dataclass(frozen=True)
class _Made:
    """Whole units by class: firm ones with what they leave, and what others are asked for."""

    firm: Flow
    whole: Whole
    left: Ledger
    wish: Flow
    asked: Whole
    after: Ledger


def _made(classes: Classes, firm: Flow, course: Course) -> _Made:
    sends, serves = course.matrix.sends, course.matrix.serves
    whole, left = whole_units(
        classes, firm, course.values[:sends], course.values[sends : sends + serves]
    )
    wish = flow(classes, "request")
    asked, after = request_units(classes, wish, left)
    return _Made(firm, whole, left, wish, asked, after)


def _solution(
    problem: Problem, classes: Classes, course: Course, made: _Made, seed: int
) -> Solution:
    count = classes.classes.height
    got, hoped = made.whole.served(count), made.asked.served(count)
    firm, wish = (made.firm, made.whole), (made.wish, made.asked)
    units = tables.given(classes, firm, wish, seed)
    lines = tables.lines(
        problem, classes, [(*firm, units.firm, "firm"), (*wish, units.asked, "request")]
    )
    asked_for = classes.groups["status"] == "request"
    unused = np.where(asked_for, made.after.stock, made.left.stock)
    drawn = _drawn(made.firm, made.whole)
    found = Binding(classes, got, drawn, unused, hoped, made.after.limits).find()
    pinned = 0 if problem.pinned is None else problem.pinned.height
    used = lines[pinned:].group_by("lot").agg(pl.col("quantity").sum().alias("used"))
    return Solution(
        lines=lines,
        shortfalls=tables.shortfalls(problem, classes, units, found.segments),
        left_out=left_out(classes, used, found.blocked),
        goals=_results(classes, made.firm, course, made.whole),
        by_clock=course.by_clock,
        counts=_counts(classes, made.firm, course),
    )


def _drawn(firm: Flow, whole: Whole) -> pl.DataFrame:
    group = firm.sends["group"].to_numpy()[whole.send]
    return pl.DataFrame({"group": group, "cls": whole.cls}).unique().sort("group", "cls")


def _results(classes: Classes, firm: Flow, course: Course, whole: Whole) -> tuple[GoalResult, ...]:
    """Return each goal's value in whole units, its bound, and what whole units cost it."""
    fractional = _values(classes, firm, course, *_fractional(course, classes, firm))
    units = whole.served(classes.classes.height).astype(np.float64)
    sent = np.bincount(whole.send, weights=whole.units, minlength=firm.sends.height)
    load = sent.astype(np.float64)
    late = _lateness(classes, firm, whole)  # of the need's units
    instead = float(whole.covers @ substituted(firm)[whole.serve])
    final = _values(classes, firm, course, units, load, (late, instead))
    return tuple(
        GoalResult(
            number=stage.number, name=stage.name, value=final[stage.name], bound=stage.bound,
            outcome=stage.outcome, unit=stage.unit,
            rounding_loss=(fractional[stage.name] - final[stage.name])
            * (1 if stage.unit == "coverage" else -1),
        )
        for stage in course.stages
    )  # fmt: skip


def _fractional(
    course: Course, classes: Classes, firm: Flow
) -> tuple[Floats, Floats, tuple[float, float]]:
    matrix = course.matrix
    served = matrix.served(course.values, classes.classes.height)
    load = course.values[: matrix.sends]
    given = course.values[matrix.sends : matrix.sends + matrix.serves]
    late = lateness_costs(firm) @ load + late_serves(classes, firm) @ given
    return served, load, (float(late), float(substituted(firm) @ given))


def _lateness(classes: Classes, firm: Flow, whole: Whole) -> float:
    day = firm.sends["day"].to_numpy()[whole.send]
    due = classes.classes["day"].to_numpy()[whole.cls]
    return float((whole.covers * (day - due)).sum())


def _values(
    classes: Classes,
    firm: Flow,
    course: Course,
    served: Floats,
    load: Floats,
    extra: tuple[float, float],
) -> dict[str, float]:
    """Return the goals' values of units served by class and sent by column.

    ``extra`` are lateness and substituted units.
    """
    values = {goal.name: float(coverage_by_group(goal, served).min()) for goal in course.fair}
    return values | {
        str(GoalName.COVERAGE): float(coverage_weights(classes) @ served),
        str(GoalName.LATENESS): extra[0],
        str(GoalName.SUBSTITUTION): extra[1],
        str(GoalName.COST): float(transport_costs(firm) @ load),
    }


def _counts(classes: Classes, firm: Flow, course: Course) -> dict[str, int]:
    served = np.unique(firm.serves["cls"].to_numpy())
    cut = classes.classes.filter(~pl.col("cls").is_in(pl.Series(served).implode()))
    return {
        "needs": classes.rows.height,
        "classes": classes.classes.height,
        "zones": classes.zones.height,
        "lot_groups": classes.groups.height,
        "columns": course.matrix.program.columns,
        "rows": len(course.matrix.program.low),
        "rounds": course.rounds,
        "iterations": course.iterations,
        "units_out_of_reach": int(cut["quantity"].sum()),
    }
