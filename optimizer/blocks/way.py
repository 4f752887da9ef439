"""How far one descent has come: which points are judged, and when it ends."""

from __future__ import annotations

import math
from dataclasses import dataclass

CLOSE = 1e-6  # gap at which a solve ends
NEARLY = 10.0  # times CLOSE: a gap from which on every point is judged
JUDGED = 1e-5  # mean complementarity below which points are judged
SKIPPED = 4  # steps of which one is judged while the end is far and the mean has not halved
PATIENCE = 12  # steps without a smaller gap after which a solve gives up
MISS = 3e-7  # coverage by which a plan may miss a floor, beyond what floors yield
MANY = 0.01  # share of the columns above which prices are not ripe to say which are wanted
GROW_AT = (1e-4, 3e-6)  # mean complementarities at which wanted columns are taken in


@dataclass
class Way:
    """The gap of the best plan so far, and what the next judgement waits for."""

    gap: float = math.inf
    done: bool = False
    stale: int = 0  # steps since the best plan was found
    mu: float = math.inf  # mean complementarity of the last point judged
    steps: int = 0  # since then
    near: bool = False  # whether it was near the end

    def due(self, mu: float) -> bool:
        """Count a step; return whether its point is to be judged: a third of a step's time each."""
        if mu > JUDGED:
            return False
        self.steps += 1
        return self.near or mu <= self.mu / 2 or self.steps >= SKIPPED

    def take(self, mu: float, gap: float, inner: float, broken: float, scale: float) -> bool:
        """Note a judgement; return whether this plan is the best so far.

        Args:
            mu: The point's mean complementarity.
            gap: The distance of value and bound, missed floors included.
            inner: The same for the program's own columns, without missed floors.
            broken: Coverage by which the worst floor is missed.
            scale: What gaps are relative to.
        """
        better, self.stale = gap < self.gap, self.stale + self.steps
        self.mu, self.steps = mu, 0
        if better:
            self.gap, self.stale = gap, 0
        close = CLOSE * scale
        self.near = min(inner, gap) <= NEARLY * close
        self.done = gap <= close or (inner <= close and broken <= MISS) or self.stale >= PATIENCE
        return better
