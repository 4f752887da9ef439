"""Runs the goals in their order; each keeps, to the last unit, what the ones above achieved.

For each goal the linear relaxation gives a bound. On large programs a branch and bound over the
columns near the relaxation's optimum finds whole values; if they reach the bound, that is a proof
for the whole program. Only if they do not is the whole program searched, by CP-SAT.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from graphcore.domain.plan import Outcome
from optimizer.volunteers.engines import (
    SLACK,
    Budget,
    Found,
    Relaxed,
    branch,
    linear,
    nothing,
    outward,
)
from optimizer.volunteers.problem import Limits
from optimizer.volunteers.program import MANY, Aim, Program

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
SMALL = 2_000
"""Columns up to which branch and bound takes the whole program at once."""
LARGE = 30_000
"""Columns beyond which the whole program is searched by CP-SAT, not by branch and bound."""
SAMPLE = 4_000
"""Columns without reduced cost that the narrowed program takes at most besides the near ones."""


@dataclass(frozen=True)
class Stage:
    """What is known of one goal, in its integers."""

    aim: Aim
    value: int
    bound: float
    linear: float
    outcome: Outcome


@dataclass
class Search:
    """One program on its way through the goals."""

    program: Program
    limits: Limits
    needed: Sequence[int]  # columns that a narrowed program always keeps
    values: Ints | None = None
    stages: list[Stage] = field(default_factory=list)
    by_clock: bool = False
    impossible: bool = False  # proven: nothing keeps the rows
    seconds: float = 0.0
    _relaxed: tuple[Aim, Relaxed | None] | None = None
    narrowed: int = 0
    searched: int = 0

    def __post_init__(self) -> None:
        self.near = np.zeros(len(self.program.top), dtype=np.bool_)
        self.near[list(self.needed)] = True

    def consider(self, columns: Sequence[int]) -> None:
        """Take columns into narrowed programs."""
        self.near[list(columns)] = True

    def hold(self, aim: Aim, value: int) -> None:
        """Add the row that keeps an aim's value."""
        terms = dict(zip(aim.which.tolist(), aim.coefficients.tolist(), strict=True))
        low, high = (value - aim.constant, MANY) if aim.most else (-MANY, value - aim.constant)
        self.program.add(terms, low, high)

    def run(self, aim: Aim, *, quick: bool = False) -> bool:
        """Optimise an aim and keep its value; False if no values were found.

        ``quick`` stops a program too large for branch and bound at the narrowed one's values:
        `finish` goes on from there.
        """
        relaxed = self.relax(aim)
        if relaxed is None:
            self.impossible = True
            return False
        self.near |= relaxed.values > SLACK
        found = self._search(aim, relaxed, quick=quick)
        if found.values is None:
            self.impossible = found.impossible
            return False
        self._take(aim, relaxed, found)
        if not quick:
            self.hold(aim, aim.of(found.values))
        return True

    def relax(self, aim: Aim) -> Relaxed | None:
        """Return the linear relaxation's optimum, solved once for each aim."""
        if self._relaxed is None or self._relaxed[0] is not aim:
            found = linear(self.program, aim, self._left())
            self._relaxed = (aim, found)
            self.seconds += found.seconds if found else 0.0
            self.by_clock = self.by_clock or (found is not None and found.by_clock)
        return self._relaxed[1]

    def finish(self, aim: Aim) -> None:
        """Search the whole program for better values of the aim that was run last, or a proof."""
        stage = self.stages.pop()
        relaxed = self.relax(aim)
        assert relaxed is not None
        before = Found(self.values, stage.bound, stage.outcome == Outcome.PROVEN)
        found = before if before.proven else self._whole(aim, relaxed, before)
        self._take(aim, relaxed, found)

    def _take(self, aim: Aim, relaxed: Relaxed, found: Found) -> None:
        """Record what is known of an aim now."""
        assert found.values is not None
        self.values = found.values
        self.near |= found.values > 0
        value, best = aim.of(found.values), outward(relaxed.bound, most=aim.most)
        known = (best, found.bound, float(aim.extreme(self.program.top)))
        bound = min(known) if aim.most else max(known)
        outcome = Outcome.PROVEN if found.proven or value == bound else Outcome.BOUNDED
        bound = float(value) if outcome == Outcome.PROVEN else bound
        self.stages.append(Stage(aim, value, bound, relaxed.bound, outcome))

    def _search(self, aim: Aim, relaxed: Relaxed, *, quick: bool) -> Found:
        """Return the best of: the values at hand, the narrowed program, the whole one."""
        bound = outward(relaxed.bound, most=aim.most)
        best = Found(self.values, nothing(aim), proven=False)
        if self.values is not None and aim.of(self.values) == bound:
            return replace(best, bound=bound, proven=True)
        if len(self.program.top) > SMALL:
            best = self._better(aim, best, self._narrow(aim, relaxed))
            if best.values is not None and aim.of(best.values) == bound:
                return replace(best, bound=bound, proven=True)
        if quick and len(self.program.top) > (SMALL if best.values is not None else LARGE):
            return best
        return self._whole(aim, relaxed, best)

    def _whole(self, aim: Aim, relaxed: Relaxed, best: Found) -> Found:
        program = self._fixed(aim, relaxed, best)
        self.searched += 1
        whole = branch if self._by_branches(program) else _propagate
        found = whole(program, aim, self._budget(), best.values)
        return self._better(aim, best, self._spent(found))

    def _fixed(self, aim: Aim, relaxed: Relaxed, best: Found) -> Program:
        """Fix at 0 what no better values can hold: columns whose reduced cost exceeds the gap."""
        if best.values is None:
            return self.program
        gap = abs(aim.of(best.values) - relaxed.bound) + SLACK
        zero = (relaxed.values <= SLACK) & (np.abs(relaxed.reduced) > gap)
        return self.program.only(~zero)

    def _by_branches(self, program: Program) -> bool:
        if self.limits.engine:
            return self.limits.engine == "mip"
        return program.width() <= LARGE

    def _narrow(self, aim: Aim, relaxed: Relaxed) -> Found:
        """Solve with the columns near the relaxation's optimum only; its bound is not one of ours."""
        self.narrowed += 1
        keep, sample = self.near.copy(), min(SAMPLE, len(self.program.top) // 4)
        free = np.flatnonzero((np.abs(relaxed.reduced) <= SLACK) & ~keep)
        keep[np.random.default_rng(self.limits.seed).permutation(free)[:sample]] = True
        close = np.argsort(np.abs(relaxed.reduced), kind="stable")[: sample // 2]
        keep[close] = True
        found = branch(self.program.only(keep), aim, self._budget(), self.values)
        spent = self._spent(found)
        return replace(spent, bound=nothing(aim), proven=False, impossible=False)

    def _budget(self) -> Budget:
        return Budget(self.limits.work, self.limits.nodes, self.limits.seed, self._left())

    def _left(self) -> float | None:
        """Return the seconds that are left by the clock, None without a limit."""
        most = self.limits.seconds
        return None if most is None else max(0.01, most - self.seconds)

    def _spent(self, found: Found) -> Found:
        self.seconds += found.seconds
        self.by_clock = self.by_clock or found.by_clock
        return found

    @staticmethod
    def _better(aim: Aim, one: Found, two: Found) -> Found:
        """Return the better values with the tighter bound."""
        if two.values is None or (
            one.values is not None
            and (aim.of(one.values) > aim.of(two.values)) == aim.most
            and aim.of(one.values) != aim.of(two.values)
        ):
            values = one.values
        else:
            values = two.values
        bound = min(one.bound, two.bound) if aim.most else max(one.bound, two.bound)
        same = values is not None and aim.of(values) == bound
        return replace(two, values=values, bound=bound, proven=same)


def _propagate(program: Program, aim: Aim, budget: Budget, hint: Ints | None) -> Found:
    from optimizer.volunteers.cpsat import propagate  # noqa: PLC0415 - 2 s, and rarely needed

    return propagate(program, aim, budget, hint)
