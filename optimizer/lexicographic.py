"""Runs the goals in their order; each keeps what the ones above achieved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from graphcore.domain.plan import Outcome
from optimizer import floors
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
    substituted,
    transport_costs,
)
from optimizer.leximin import leximin
from optimizer.model import Matrix, build
from optimizer.problem import Limits, Progress

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
GOALS = (1, 2, 3, 4, 5, 6)
SHARE = 0.25  # of the work left, which one fairness goal may use
KEEP = 1e-9  # relative tolerance with which a linear goal is kept by the goals below


@dataclass(frozen=True)
class Stage:
    """What the linear programs say of one goal, before whole units."""

    number: int
    name: str
    bound: float
    outcome: Outcome
    unit: str


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


@dataclass(frozen=True)
class Linear:
    """A linear goal over columns, in its own unit."""

    number: int
    name: str
    unit: str
    which: Ints
    weights: Floats
    most: bool

    @property
    def easy(self) -> float:
        """Return the bound that holds without solving."""
        return 1.0 if self.most else 0.0


def linear_goals(classes: Classes, flow: Flow) -> list[Linear]:
    """Return goals 3, 4 and 5; where something can be substituted, how little comes before cost."""
    sends, serves = flow.sends.height, flow.serves.height
    first, second = np.arange(sends), sends + np.arange(serves)
    worth = coverage_weights(classes)[flow.serves["cls"].to_numpy()]
    late = np.concatenate([lateness_costs(flow), late_serves(classes, flow)])
    cost = transport_costs(flow)
    goals = [(3, GoalName.COVERAGE, "coverage", second, worth, True)]
    goals.append((4, GoalName.LATENESS, "unit_days", np.concatenate([first, second]), late, False))
    other, last = substituted(flow), 5
    if other.any():
        goals.append((5, GoalName.SUBSTITUTION, "units", second, other, False))
        last = 6
    goals.append((last, GoalName.COST, "minute_kg", first, cost, False))
    return [
        Linear(n, str(name), unit, which[w > 0], w[w > 0], most)
        for n, name, unit, which, w, most in goals
    ]


def run(
    classes: Classes,
    flow: Flow,
    limits: Limits,
    progress: Progress | None = None,
    numbers: Sequence[int] = GOALS,
) -> Course:
    """Solve the goals of ``numbers`` in order and return the fractional plan.

    A stated limit leaves the goal it struck ``bounded`` and those below ``not_reached``; the plan
    is then the last point found.
    """
    fair = fairness_goals(classes, np.unique(flow.serves["cls"].to_numpy()))
    matrix = build(classes, flow, fair)
    simplex = Simplex(matrix.program, limits)
    course = Course(matrix, fair, np.zeros(matrix.program.columns))
    tell = progress or (lambda _step, _share: None)
    linear_ones = linear_goals(classes, flow)
    total = len(fair) + len(linear_ones)
    above = sum(goal.number == 1 for goal in fair)  # equity floors stand below goal 1 alone
    for k, goal in enumerate(fair):
        if k == above:
            _floors(course, simplex, classes, flow)
        if goal.number in numbers:
            tell(goal.name, k / total)
            _fair(course, simplex, k, limits)
    if above == len(fair):
        _floors(course, simplex, classes, flow)
    for k, linear in enumerate(linear_ones):
        if linear.number in numbers:
            tell(linear.name, (len(fair) + k) / total)
            _linear(course, simplex, linear)
    course.iterations, course.by_clock = simplex.iterations, simplex.by_clock
    return course


def _floors(course: Course, simplex: Simplex, classes: Classes, flow: Flow) -> None:
    if not course.ended:
        try:
            floors.hold(simplex, classes, flow)
        except Ended:
            course.ended = True


def _fair(course: Course, simplex: Simplex, k: int, limits: Limits) -> None:
    goal, matrix = course.fair[k], course.matrix
    if course.ended:
        outcome, bound = Outcome.NOT_REACHED, 1.0
    else:
        try:
            work = int(SHARE * (limits.work - simplex.iterations))
            cover, link = matrix.cover[k], matrix.link[k]
            found = leximin(simplex, matrix.level, cover, link, limits.delta, work)
            course.rounds += found.rounds
            course.values, bound = found.answer.values, found.first if found.rounds else 1.0
            course.ended = not found.answer.proven
            outcome = Outcome.PROVEN if found.proven else Outcome.BOUNDED
        except Ended:
            outcome, bound, course.ended = Outcome.BOUNDED, 1.0, True
    course.stages.append(Stage(goal.number, goal.name, bound, outcome, "coverage"))


def _linear(course: Course, simplex: Simplex, goal: Linear) -> None:
    if course.ended:
        outcome, bound = Outcome.NOT_REACHED, goal.easy
    elif not len(goal.which):
        outcome, bound = Outcome.PROVEN, 0.0
    else:
        outcome, bound = _optimise(course, simplex, goal)
    course.stages.append(Stage(goal.number, goal.name, bound, outcome, goal.unit))


def _optimise(course: Course, simplex: Simplex, goal: Linear) -> tuple[Outcome, float]:
    scale = 1.0 / float(np.exp(np.mean(np.log(goal.weights))))  # costs near 1 for the solver
    scaled = goal.weights * scale
    try:
        answer = simplex.solve(goal.which, scaled, most=goal.most)
    except Ended:
        course.ended = True
        return Outcome.BOUNDED, goal.easy
    course.values = answer.values
    if not answer.proven:
        course.ended = True
        return Outcome.BOUNDED, goal.easy
    _keep(simplex, goal, scaled, answer)
    return Outcome.PROVEN, float(goal.weights @ answer.values[goal.which])


def _keep(simplex: Simplex, goal: Linear, scaled: Floats, answer: Answer) -> None:
    """Hold the goal's value by a row, within KEEP of what was achieved."""
    achieved = float(scaled @ answer.values[goal.which])
    give = KEEP * max(1.0, abs(achieved))
    low, high = (achieved - give, INF) if goal.most else (-INF, achieved + give)
    simplex.add_row(goal.which, scaled, low, high)
