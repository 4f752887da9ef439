"""Problem in, plan out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.plan import GoalResult
from optimizer import portions, tables
from optimizer.blocks.ladder import MakePrograms, descend
from optimizer.blocks.scope import BLOCKS, SIMPLEX, Refusal, couplings, refusal
from optimizer.blocks.solver import Solver
from optimizer.classes import Classes, classify
from optimizer.figures import fractional, whole_values
from optimizer.floors import targets
from optimizer.flow import Flow, flow
from optimizer.kits import Dealer
from optimizer.ledger import Ledger, Whole
from optimizer.lexicographic import GOALS, Course, run
from optimizer.memory import give_back, held
from optimizer.order import USUAL, Aims
from optimizer.problem import Limits, Problem, Progress, Solution
from optimizer.rounding import request_units, spare_units, whole_units
from optimizer.shortfalls import Binding, Findings, left_out
from optimizer.surplus import joined, split
from optimizer.validate import validate

_NO_LIMITS = Limits()
_NOTHING = Whole(*(np.zeros(0, dtype=np.int64) for _ in range(5)))
Ints = npt.NDArray[np.int64]


def solve(
    problem: Problem,
    limits: Limits = _NO_LIMITS,
    progress: Progress | None = None,
    goals: Sequence[int] = GOALS,
    aims: Aims = USUAL,
) -> Solution:
    """Return the plan for the problem: the goals in order, whole units, named households.

    ``aims`` holds the order of the goals, what each gives up, and the published plan to keep to;
    ``goals`` names the places of the order to solve (all unless a benchmark asks for one).
    The same problem (rows in any order), seed and work limit give the same plan, byte for byte.

    Raises:
        ProblemInvalid: a number that no plan can be made from.
        SolverError: the solver ended with a status that is neither optimal nor a stated limit.
    """
    problem = split(validate(problem))
    tell = progress or (lambda _step, _share: None)
    tell("classes", 0.0)
    classes = classify(problem, targets(problem))
    solution = _solution(
        problem, classes, planned(classes, limits, tell, goals, aims), limits.seed, tell
    )
    tell("done", 1.0)
    return joined(solution)


def planned(
    classes: Classes, limits: Limits, tell: Progress, goals: Sequence[int] = GOALS,
    aims: Aims = USUAL, programs: MakePrograms = Solver,
) -> Made:  # fmt: skip
    """Return whole units by class; ``programs`` is who solves where the model goes by blocks."""
    firm = flow(classes)
    told = lambda step, share: tell(step, 0.1 + 0.7 * share)  # noqa: E731
    course = _course(classes, firm, limits, told, goals, aims, programs)
    tell("whole_units", 0.8)
    return _made(classes, firm, course, full=not aims.order.frugal)


def _course(
    classes: Classes, firm: Flow, limits: Limits, tell: Progress, goals: Sequence[int],
    aims: Aims, programs: MakePrograms,
) -> Course:  # fmt: skip
    """Solve by simplex, or by blocks where the columns are many and blocks know the problem."""
    columns = firm.sends.height + firm.serves.height
    many = columns > limits.simplex_columns
    refused = refusal(classes, firm, aims) if many else None
    if many and refused is None:
        with held(columns):
            course = descend(classes, firm, limits, tell, goals, programs)
        if course is not None:
            return replace(course, way=BLOCKS)
        refused = Refusal.WIDE
    way = SIMPLEX if refused is None else f"{SIMPLEX}:{refused}"
    return replace(run(classes, firm, limits, tell, goals, aims), way=way)


@dataclass(frozen=True)
class Made:
    """Whole units by class: firm ones with what they leave, and what others are asked for."""

    course: Course
    firm: Flow
    whole: Whole
    spare: Whole  # what a goal above coverage keeps in the warehouses
    left: Ledger  # after both
    dealer: Dealer  # which kits the households of each profile hold
    wish: Flow
    asked: Whole
    after: Ledger


def _made(classes: Classes, firm: Flow, course: Course, *, full: bool) -> Made:
    sends, serves = course.matrix.sends, course.matrix.serves
    values = course.values if course.whole is None else course.whole
    whole, rest = whole_units(
        classes, firm, values[:sends], values[sends : sends + serves], full=full
    )
    spare, left = (_NOTHING, rest) if full else spare_units(classes, firm, rest)
    wish = flow(classes, "request")
    asked, after = request_units(classes, wish, left)
    return Made(course, firm, whole, spare, left, rest.dealer, wish, asked, after)


def _solution(
    problem: Problem, classes: Classes, made: Made, seed: int, tell: Progress
) -> Solution:  # fmt: skip
    """Return the plan's tables; what was solved is let go before the largest of them are made."""
    rows = problem.needs.height
    give_back(rows)
    tell("households", 0.9)
    goals, figures, found = results(classes, made), counts(classes, made), findings(classes, made)
    by_clock, gaps, way = made.course.by_clock, made.course.gaps, made.course.way
    firm, wish = (made.firm, made.whole), (made.wish, made.asked)
    units = portions.given(classes, firm, wish, made.dealer, seed)
    del made
    give_back(rows)
    lines = tables.lines(
        problem, classes, [(*firm, units.firm, "firm"), (*wish, units.asked, "request")]
    )
    del firm, wish
    give_back(rows)
    shortfalls = tables.shortfalls(problem, classes, units, found.segments)
    pinned = 0 if problem.pinned is None else problem.pinned.height
    used = lines[pinned:].group_by("lot").agg(pl.col("quantity").sum().alias("used"))
    left = left_out(classes, used, found.blocked)
    give_back(rows)
    return Solution(lines, shortfalls, left, goals, by_clock, counts=figures, gaps=gaps, way=way)


def findings(classes: Classes, made: Made) -> Findings:
    """Return what binds each unit that classes lack."""
    count = classes.classes.height
    asked_for = classes.groups["status"] == "request"
    unused = np.where(asked_for, made.after.stock, made.left.stock)
    got, hoped, spare = (w.served(count) for w in (made.whole, made.asked, made.spare))
    drawn = _drawn(made.firm, made.whole)
    return Binding(classes, got, drawn, unused, hoped, made.after.limits, spare).find()


def _drawn(firm: Flow, whole: Whole) -> pl.DataFrame:
    group = firm.sends["group"].to_numpy()[whole.send]
    return pl.DataFrame({"group": group, "cls": whole.cls}).unique().sort("group", "cls")


def results(classes: Classes, made: Made) -> tuple[GoalResult, ...]:
    """Return each goal's value in whole units, its bound, and what whole units cost it."""
    course = made.course
    before = fractional(classes, made.firm, course)
    after = whole_values(classes, made.firm, course, made.whole)
    return tuple(
        GoalResult(
            number=stage.number, name=stage.name, value=after[stage.name], bound=stage.bound,
            outcome=stage.outcome, unit=stage.unit,
            rounding_loss=(before[stage.name] - after[stage.name])
            * (1 if stage.unit == "coverage" else -1),
            give_up=stage.give_up,
            given_up=abs(stage.bound - before[stage.name]) if stage.give_up else 0.0,
        )
        for stage in course.stages
    )  # fmt: skip


def counts(classes: Classes, made: Made) -> dict[str, int]:
    """Return how large the model was, and what it took."""
    course = made.course
    served = np.unique(made.firm.serves["cls"].to_numpy())
    cut = classes.classes.filter(~pl.col("cls").is_in(pl.Series(served).implode()))
    blocks, coupling = couplings(classes, made.firm)
    return {
        "needs": classes.rows.height,
        "classes": classes.classes.height,
        "zones": classes.zones.height,
        "lot_groups": classes.groups.height,
        "columns": course.matrix.program.columns,
        "rows": len(course.matrix.program.low),
        "rounds": course.rounds,
        "iterations": course.iterations,
        "blocks": blocks,
        "coupling_rows": coupling,
        "units_out_of_reach": int(cut["quantity"].sum()),
    }
