"""Fairness when only some groups changed: they rise, and whoever has more may lend down to them.

The floors of the published plan stand for everybody else. So a handful of programs decide what a
leximin from scratch needs hundreds for. What it leaves open is measured by the plan's bounds. Where
the change touches everybody, it is a leximin of as many levels as `ROUNDS`, and who is above the last
of them keeps what is published as far as it goes: the first answer to a broad change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.engines.simplex import INF, Answer, Ended, Simplex
from optimizer.leximin import POSITIVE, SLACK, quantum

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SLIP = 1e-7  # room left to a floor when it is held: enough for the solver, far below a unit
RISE = 5e-8  # more than a level by less than this is that level; below SLIP, or floors clash
FELL = 1e-6  # less than before by more than this is less
ROUNDS = 8  # levels that touched groups are told apart by; the rest share the last
TRIES = 8  # rounds of "who has more than the level found": two or three are usual


@dataclass(frozen=True)
class Side:
    """One fairness goal in a program: its columns, rows, and what the groups had."""

    cover: Ints
    link: Ints
    had: Floats  # published coverage by group; nan = the change touches the group
    was: Floats  # what published units would cover now, of touched groups too


@dataclass(frozen=True)
class Lent:
    """The last point, and the groups that fell below what they had."""

    answer: Answer
    lenders: Ints


def lend(simplex: Simplex, level: int, side: Side, delta: float) -> Lent:
    """Fix the floors of a fairness goal in the program.

    Touched groups are raised together, the least first, as in `optimizer.leximin`. An untouched
    group keeps what it had, or the level that is reached, whichever is less; what has to be lent is
    lent by those who have most.

    Raises:
        Ended: a stated limit ended the solve.
    """
    solver = _Lender(simplex, level, side)
    rising = np.flatnonzero(np.isnan(side.had))
    solver.eased()
    for turn in range(1, ROUNDS + 1):
        if not len(rising):
            break
        z = solver.raised(rising)
        duals = np.abs(simplex.duals(side.link[rising]))
        stuck = rising[duals > POSITIVE]
        last = turn == ROUNDS and z < 1.0 - SLACK
        if not len(stuck) or z >= 1.0 - SLACK or last:
            stuck = rising
        floors = np.full(len(stuck), quantum(z, delta))
        if last and solver.alone:
            floors = np.maximum(floors, solver.anchored(stuck))
        solver.floor(stuck, floors)
        rising = np.setdiff1d(rising, stuck)
    return solver.settled()


class _Lender:
    def __init__(self, simplex: Simplex, level: int, side: Side) -> None:
        self._simplex, self._level, self._side = simplex, level, side
        self._had = np.where(np.isnan(side.had), 0.0, side.had)
        self._first = self._had.copy()
        self._least = self._had.copy()  # down to which each has lent so far
        self._known = np.flatnonzero(~np.isnan(side.had))
        self._lent = np.zeros(0, dtype=np.int64)
        self._answer: Answer | None = None

    def eased(self) -> None:
        """Let untouched groups have less where the goals above took it: who has most gives most."""
        if not len(self._known):
            return
        level = self._shared(self._known)
        self._had = np.minimum(self._had, level)
        self._least = self._had.copy()

    def raised(self, rising: Ints) -> float:
        """Return the highest common level of ``rising`` while who has more lends down to it."""
        lending = np.zeros(0, dtype=np.int64)
        z = self._solve(rising, lending)
        for _ in range(TRIES):
            more = self._known[self._least[self._known] > z + RISE]
            if np.array_equal(more, lending):
                break
            lending = more
            z = self._solve(rising, lending)
        self._lent = np.union1d(self._lent, lending)
        self._least[lending] = np.minimum(self._least[lending], z)
        return z

    @property
    def alone(self) -> bool:
        """Whether there is nobody whom the change leaves untouched."""
        return not len(self._known)

    def anchored(self, groups: Ints) -> Floats:
        """Return what the groups keep of what is published: who has most gives most."""
        self._had[groups] = self._least[groups] = self._side.was[groups]
        self._known = groups
        level = self._shared(groups)
        self._known = groups[:0]
        return np.minimum(self._had[groups], level)

    def settled(self) -> Lent:
        """Let those who may lend keep as much as they can, the least of them first."""
        if not len(self._known):
            assert self._answer is not None
            return Lent(self._answer, self._known)
        lenders = self._lent
        self._least = self._had.copy()
        z = self._shared(lenders)
        keeps = np.minimum(self._had[self._known], z)
        inside = np.isin(self._known, lenders)
        assert self._answer is not None
        kept = np.where(inside, keeps, self._had[self._known])
        self.floor(self._known, kept)
        fell = self._known[self._first[self._known] > kept + FELL]
        return Lent(self._answer, fell)

    def _shared(self, lending: Ints) -> float:
        """Return the level below which nobody of ``lending`` has to fall."""
        z = 1.0
        for _ in range(TRIES):
            z = self._solve(np.zeros(0, dtype=np.int64), lending)
            less = lending[self._had[lending] > z + RISE]
            if len(less) in (0, len(lending)):
                break
            lending = less
        return z

    def _solve(self, rising: Ints, lending: Ints) -> float:
        side, simplex = self._side, self._simplex
        keeping = np.setdiff1d(self._known, lending)
        self.floor(keeping, self._least[keeping])
        self.floor(lending, np.zeros(len(lending)))
        both = np.concatenate([rising, lending])
        simplex.bound_rows(side.link[both], 0.0)
        answer = simplex.solve(np.array([self._level]), np.ones(1), most=True)
        simplex.bound_rows(side.link[both], -INF)
        if not answer.proven:
            raise Ended
        self._answer = answer
        return min(1.0, answer.objective)

    def floor(self, groups: Ints, floors: Floats) -> None:
        """Hold groups at floors from now on."""
        low = np.maximum(np.minimum(floors, 1.0) - SLIP, 0.0)
        self._simplex.bound_columns(self._side.cover[groups], low, np.ones(len(groups)))
