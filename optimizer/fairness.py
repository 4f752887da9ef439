"""The price of fairness: how much coverage each step of the floors costs, by solving again.

The floors that leximin finds are multiplied by a share from 1 (as they are) to 0 (none); at each
share weighted coverage is maximised again, from the last basis. Figures are those of the linear
programs, before whole units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.classes import classify
from optimizer.engines.simplex import Ended, Simplex
from optimizer.flow import flow
from optimizer.goals import Fairness, coverage_weights, fairness_goals
from optimizer.leximin import leximin
from optimizer.model import Matrix, build
from optimizer.problem import Limits, Problem, Progress
from optimizer.validate import validate

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SHARES = (1.0, 0.95, 0.9, 0.75, 0.5, 0.25, 0.0)
SURVIVAL, ALL = "survival", "all"
"""Which floors are lowered: goal 1's alone (goal 2 left out), or those of goals 1 and 2."""


@dataclass(frozen=True, slots=True)
class Point:
    """One step: the share of the floors that is kept, and what that leaves.

    ``floor`` is the coverage promised to the worst group, ``coverage`` the best weighted coverage
    that then remains; both in 0..1.
    """

    share: float
    floor: float
    coverage: float


@dataclass(frozen=True)
class Curve:
    """The steps solved, the whole floors first.

    ``complete`` is false where a limit ended the work: floors are then what was reached, and later
    steps are missing.
    """

    which: str
    points: tuple[Point, ...]
    complete: bool

    @property
    def price(self) -> float:
        """The share of the best coverage that whole floors cost (0 = fairness is free)."""
        if not self.points or self.points[-1].share or not self.points[-1].coverage:
            return 0.0
        return max(0.0, 1.0 - self.points[0].coverage / self.points[-1].coverage)


def price_of_fairness(
    problem: Problem,
    limits: Limits,
    shares: Sequence[float] = SHARES,
    progress: Progress | None = None,
) -> tuple[Curve, Curve]:
    """Return the curve of the survival floor alone, and of all floors (goals 1 and 2).

    ``limits`` hold for each curve.

    Raises:
        ProblemInvalid: a number that no plan can be made from.
    """
    problem = validate(problem)
    classes = classify(problem)
    firm = flow(classes)
    fair = fairness_goals(classes, np.unique(firm.serves["cls"].to_numpy()))
    weights = coverage_weights(classes)[firm.serves["cls"].to_numpy()]
    columns = firm.sends.height + np.flatnonzero(weights > 0)
    aim = columns, weights[weights > 0]
    tell = progress or (lambda _step, _share: None)
    found = []
    for n, (which, goals) in enumerate(
        ((SURVIVAL, [g for g in fair if g.number == 1]), (ALL, fair))
    ):
        tell(f"fairness.{which}", n / 2)
        found.append(_curve(which, goals, build(classes, firm, goals), aim, limits, shares))
    return found[0], found[1]


def _curve(
    which: str, goals: list[Fairness], matrix: Matrix, aim: tuple[Ints, Floats], limits: Limits,
    shares: Sequence[float],
) -> Curve:  # fmt: skip
    simplex = Simplex(matrix.program, limits)
    points: list[Point] = []
    try:
        floors, complete = _floors(goals, matrix, simplex, limits)
        for share in sorted(shares, reverse=True):
            for cover, low in zip(matrix.cover, floors, strict=True):
                simplex.bound_columns(cover, share * low, np.ones(len(cover)))
            answer = simplex.solve(*aim, most=True)
            complete = complete and answer.proven
            if answer.proven:
                points.append(Point(share, share * _least(floors), answer.objective))
    except Ended:
        complete = False
    return Curve(which, tuple(points), complete)


def _floors(
    goals: list[Fairness], matrix: Matrix, simplex: Simplex, limits: Limits
) -> tuple[list[Floats], bool]:
    """Return the floors by goal and group, and whether all are proven."""
    floors, proven = [], True
    work = max(1, limits.work // (2 * max(len(goals), 1)))
    for cover, link in zip(matrix.cover, matrix.link, strict=True):
        found = leximin(simplex, matrix.level, cover, link, limits.delta, work)
        floors.append(found.floors)
        proven = proven and found.proven
        if not found.answer.proven:
            raise Ended
    return floors, proven


def _least(floors: list[Floats]) -> float:
    """Return the first goal's lowest floor."""
    return float(floors[0].min()) if floors and len(floors[0]) else 1.0
