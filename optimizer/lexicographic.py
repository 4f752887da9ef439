"""Runs the goals in their order; each keeps what the ones above achieved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.errors import SolverError
from graphcore.domain.plan import Outcome
from optimizer import floors, keep
from optimizer.classes import Classes
from optimizer.engines.simplex import INF, Answer, Ended, Simplex
from optimizer.flow import Flow
from optimizer.goals import (
    Fairness,
    GoalName,
    coverage_weights,
    fairness_goals,
    late_serves,
    lateness_costs,
    scoped_weights,
    substituted,
    transport_costs,
)
from optimizer.leximin import Levels, leximin
from optimizer.model import Matrix, build
from optimizer.order import FULL, KEEP, MOST, SCOPED, USUAL, Aim, Aims
from optimizer.problem import Limits, Progress

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
T = TypeVar("T")
GOALS = tuple(range(1, MOST + 1))
"""All places of an order."""
SHARE = 0.25  # of the work left, which one fairness goal may use
EXACT = 1e-9  # relative tolerance with which a linear goal is kept by the goals below


@dataclass(frozen=True)
class Stage:
    """What the linear programs say of one goal, before whole units."""

    number: int
    name: str
    bound: float
    outcome: Outcome
    unit: str
    give_up: str = ""  # what the goals below may take of it
    reached: float | None = None  # by the linear plan of this goal, where it may be short of bound


@dataclass(frozen=True, slots=True)
class Held:
    """The row that holds a linear goal: its bounds, and the least step that loosens them."""

    row: int
    low: float
    high: float
    step: float


@dataclass
class Course:
    """A fractional plan and how far the goals got."""

    matrix: Matrix
    fair: list[Fairness]
    values: Floats
    stages: list[Stage] = field(default_factory=list)
    rounds: int = 0
    ended: bool = False
    iterations: int = 0
    by_clock: bool = False
    held: list[Held] = field(default_factory=list)
    loads: keep.Loads | None = None  # of the published plan
    load_of: Ints | None = None  # load of each column of sends
    whole: Floats | None = None  # the values in whole units, where they are known already
    way: str = ""  # who solved it: see `Solution.way`

    @property
    def gaps(self) -> dict[str, float]:
        """Return the distance of plan and bound of each goal that is short of its bound."""
        return {s.name: abs(s.bound - s.reached) / (1.0 if s.unit == "coverage" else max(1.0, abs(s.bound)))
                for s in self.stages if s.reached is not None}  # fmt: skip


@dataclass(frozen=True)
class Linear:
    """A linear goal over columns, in its own unit.

    ``whole`` is set where the columns say what is kept of a whole: the goal's value is the rest,
    and a share given up is one of the whole.
    """

    name: str
    unit: str
    which: Ints
    weights: Floats
    most: bool
    whole: float | None = None

    @property
    def easy(self) -> float:
        """Return the bound that holds without solving."""
        return 1.0 if self.most and self.whole is None else 0.0

    def value(self, amount: float) -> float:
        """Return the goal's value where its columns come to ``amount``."""
        return amount if self.whole is None else max(0.0, self.whole - amount)


@dataclass(frozen=True)
class _Step:
    """One goal to solve: its place in the order, and either a fairness goal or a linear one."""

    number: int
    aim: Aim
    name: str
    fair: int | None = None
    linear: Linear | None = None


def run(
    classes: Classes,
    flow: Flow,
    limits: Limits,
    progress: Progress | None = None,
    numbers: Sequence[int] = GOALS,
    aims: Aims = USUAL,
) -> Course:
    """Solve the goals in the order of ``aims`` and return the fractional plan.

    ``numbers`` leaves out all goals but those at these places of the order. A stated limit leaves
    the goal it struck ``bounded`` and those below ``not_reached``; the plan is then the last point
    found.
    """
    fair = fairness_goals(classes, np.unique(flow.serves["cls"].to_numpy()))
    matrix = build(classes, flow, fair)
    simplex = Simplex(matrix.program, limits)
    course = Course(matrix, fair, np.zeros(matrix.program.columns))
    steps = [s for s in _steps(course, simplex, classes, flow, aims) if s.number in numbers]
    tell = progress or (lambda _step, _share: None)
    held = False
    for k, step in enumerate(steps):
        if step.name != GoalName.SURVIVAL and not held:  # equity floors stand below goal 1 alone
            _floors(course, simplex, classes, flow)
            held = True
        tell(step.name, k / len(steps))
        if step.linear is None:
            _fair(course, simplex, step, limits)
        else:
            _linear(course, simplex, step, step.linear)
    course.iterations, course.by_clock = simplex.iterations, simplex.by_clock
    return course


def _floors(course: Course, simplex: Simplex, classes: Classes, flow: Flow) -> None:
    if not course.ended:
        try:
            floors.hold(simplex, classes, flow)
        except Ended:
            course.ended = True


def _steps(
    course: Course, simplex: Simplex, classes: Classes, flow: Flow, aims: Aims
) -> Iterator[_Step]:
    """Yield the goals that the order names and the problem has, each once."""
    done: set[int] = set()
    for number, aim in enumerate(aims.order.aims, start=1):
        places = [k for k, g in enumerate(course.fair) if meant(aim.goal, g.name) and k not in done]
        done.update(places)
        for k in places:
            yield _Step(number, aim, course.fair[k].name, fair=k)
        if aim.goal == GoalName.COST and (other := substitution_goal(flow)) is not None:
            yield _Step(number, Aim(GoalName.SUBSTITUTION), other.name, linear=other)
        if not places:
            linear = _linear_goal(aim.goal, course, simplex, classes, flow, aims)
            if linear is not None:
                yield _Step(number, aim, linear.name, linear=linear)


def meant(aim: str, name: str) -> bool:
    """Whether a goal of the order stands for the fairness goal of that name."""
    return name == aim or (aim == FULL and name.startswith(f"{GoalName.TIER}_"))


def _linear_goal(
    goal: str, course: Course, simplex: Simplex, classes: Classes, flow: Flow, aims: Aims
) -> Linear | None:
    """Return the linear goal of that code, None if the problem has none."""
    if goal == KEEP and aims.published is not None:
        return _keep_goal(course, simplex, classes, flow, aims.published)
    return figured(goal, classes, flow)


def figured(goal: str, classes: Classes, flow: Flow) -> Linear | None:
    """Return a linear goal that is a figure over the flow's own columns, None if it is not."""
    sends, serves = flow.sends.height, flow.serves.height
    first, second = np.arange(sends), sends + np.arange(serves)
    cls = flow.serves["cls"].to_numpy().astype(np.int64)  # an empty table has no type of its own
    if goal == GoalName.COVERAGE:
        return _lean(goal, "coverage", second, coverage_weights(classes)[cls], most=True)
    if goal.startswith(SCOPED):
        return _lean(goal, "coverage", second, scoped_weights(classes, goal)[cls], most=True)
    if goal == GoalName.LATENESS:
        late = np.concatenate([lateness_costs(flow), late_serves(classes, flow)])
        return _lean(goal, "unit_days", np.concatenate([first, second]), late, most=False)
    if goal == GoalName.COST:
        return _lean(goal, "minute_kg", first, transport_costs(flow), most=False)
    return None


def substitution_goal(flow: Flow) -> Linear | None:
    """Return the goal that stands before cost, wherever that stands: few substitutes, if any are.

    What is owed itself comes before what is merely lighter to carry.
    """
    other, columns = substituted(flow), flow.sends.height + np.arange(flow.serves.height)
    if not other.any():
        return None
    return _lean(GoalName.SUBSTITUTION, "units", columns, other, most=False)


def linear_goals(classes: Classes, flow: Flow) -> list[tuple[int, Linear]]:
    """Return the linear goals of the usual order with their places, `keep` left out."""
    found = [
        (3, figured(GoalName.COVERAGE, classes, flow)),
        (4, figured(GoalName.LATENESS, classes, flow)),
        (5, substitution_goal(flow)),
        (5, figured(GoalName.COST, classes, flow)),
    ]
    return [(number, goal) for number, goal in found if goal is not None]


def _lean(name: str, unit: str, which: Ints, weights: Floats, *, most: bool) -> Linear:
    return Linear(str(name), unit, which[weights > 0], weights[weights > 0], most)


def _keep_goal(
    course: Course, simplex: Simplex, classes: Classes, flow: Flow, published: pl.DataFrame
) -> Linear:
    course.loads = loads = keep.loads(published, classes.points)
    course.load_of = of = keep.load_of(loads, flow)
    columns = keep.install(simplex, loads, of, flow.sends["scale"].to_numpy())
    whole = float(loads.worth @ loads.units)
    return Linear(KEEP, "share", columns, loads.worth, most=True, whole=whole)


def _fair(course: Course, simplex: Simplex, step: _Step, limits: Limits) -> None:
    k = step.fair or 0
    matrix = course.matrix
    if course.ended:
        outcome, bound = Outcome.NOT_REACHED, 1.0
    else:
        try:
            work = int(SHARE * (limits.work - simplex.iterations))
            cover, link = matrix.cover[k], matrix.link[k]

            def level() -> Levels:
                simplex.bound_columns(cover, np.zeros(len(cover)), np.ones(len(cover)))
                simplex.bound_rows(link, -INF)
                return leximin(simplex, matrix.level, cover, link, limits.delta, work)

            found = _loosening(course, simplex, level)
            lower(simplex, cover, found.floors, step.aim)
            course.rounds += found.rounds
            course.values, bound = found.answer.values, found.first if found.rounds else 1.0
            course.ended = not found.answer.proven
            outcome = Outcome.PROVEN if found.proven else Outcome.BOUNDED
        except Ended:
            outcome, bound, course.ended = Outcome.BOUNDED, 1.0, True
    _record(course, step, bound, outcome, "coverage")


def lower(simplex: Simplex, cover: Ints, floors: Floats, aim: Aim) -> None:
    """Lower a fairness goal's floors by what may be given up of it."""
    if aim.give_up:
        low = np.maximum(0.0, floors * (1.0 - aim.share) - aim.amount)
        simplex.bound_columns(cover, low, np.ones(len(cover)))


def _linear(course: Course, simplex: Simplex, step: _Step, goal: Linear) -> None:
    if course.ended:
        outcome, bound = Outcome.NOT_REACHED, goal.easy
    elif not len(goal.which):
        outcome, bound = Outcome.PROVEN, goal.value(0.0)
    else:
        outcome, bound = _optimise(course, simplex, goal, step.aim)
    _record(course, step, bound, outcome, goal.unit)


def _record(course: Course, step: _Step, bound: float, outcome: Outcome, unit: str) -> None:
    stage = Stage(step.number, step.name, bound, outcome, unit, step.aim.give_up)
    course.stages.append(stage)


def _optimise(course: Course, simplex: Simplex, goal: Linear, aim: Aim) -> tuple[Outcome, float]:
    scale = 1.0 / float(np.exp(np.mean(np.log(goal.weights))))  # costs near 1 for the solver
    scaled = goal.weights * scale
    try:
        answer = _loosening(
            course, simplex, lambda: simplex.solve(goal.which, scaled, most=goal.most)
        )
    except Ended:
        course.ended = True
        return Outcome.BOUNDED, goal.easy
    course.values = answer.values
    if not answer.proven:
        course.ended = True
        return Outcome.BOUNDED, goal.easy
    course.held.append(_hold(simplex, goal, scale, answer, aim))
    return Outcome.PROVEN, goal.value(float(goal.weights @ answer.values[goal.which]))


def _hold(simplex: Simplex, goal: Linear, scale: float, answer: Answer, aim: Aim) -> Held:
    """Hold the goal's value by a row, within `EXACT` or what may be given up of it."""
    scaled = goal.weights * scale
    achieved = float(scaled @ answer.values[goal.which])
    whole = abs(achieved) if goal.whole is None else goal.whole * scale
    step = EXACT * max(1.0, abs(achieved))
    give = max(step, aim.share * whole + aim.amount * scale)
    low, high = (achieved - give, INF) if goal.most else (-INF, achieved + give)
    return Held(simplex.add_row(goal.which, scaled, low, high), low, high, step)


def _loosening(course: Course, simplex: Simplex, solve: Callable[[], T]) -> T:
    """Solve; where the solver finds no point, loosen the rows that hold goals tenfold, again.

    The point at which the goals above were achieved keeps rows to the solver's own tolerance only;
    several such rows together may leave no point at all. Three times tenfold is 1e-6 relative.
    """
    for power in (1, 2, 3):
        try:
            return solve()
        except SolverError:
            if not course.held:
                raise
            for held in course.held:
                wide = held.step * 10**power
                simplex.widen(held.row, held.low - wide, held.high + wide)
    return solve()
