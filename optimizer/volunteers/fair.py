"""Goals 5 and 6: the shortest longest load under which all higher goals still hold, then travel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.volunteers.classes import Classes
from optimizer.volunteers.engines import SLACK, outward
from optimizer.volunteers.lexicographic import Search, Stage
from optimizer.volunteers.model import Model
from optimizer.volunteers.problem import Limits

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Shared:
    """A search that found values under a cap, and the least cap that is not excluded."""

    model: Model
    search: Search
    cap: int
    proven: bool  # cap is the least possible for classes


@dataclass
class Sharing:
    """Looks for the least cap between what is not excluded and what a named plan has."""

    classes: Classes
    held: Sequence[Stage]
    limits: Limits
    highest: int  # a named plan's longest load
    near: Bools  # V x S: moves worth considering
    seconds: float = 0.0
    by_clock: bool = False
    least: int = 0  # no plan has a shorter longest load
    _next: int = -1  # the first cap to try; finer classes never allow a lower one
    _proven: bool = True
    _ready: tuple[int, Model, Search] | None = None  # the lowest cap relaxed so far

    def find(self) -> Shared | None:
        """Return the least cap with values; None if a limit ended every attempt."""
        caps = self._caps()
        if self._next < 0:
            self.least = self._next = caps[self._least(caps)]
        for cap in (c for c in caps if c >= self._next):
            model, search = self._search(cap)
            search.seconds = self.seconds
            found = search.run(model.aims[-1], quick=cap < self.highest)
            self.near |= model.spread(search.near)
            self.seconds, self.by_clock = search.seconds, self.by_clock or search.by_clock
            if found:
                self._next = cap
                return Shared(model, search, cap, self._proven)
            self._proven = self._proven and search.impossible
            if self._proven:
                self.least = min(cap + Model.step_of(self.classes.grid), self.highest)
        return None

    def floor(self, cap: int) -> float:
        """Return a bound on travel under a cap that a plan has but that was not searched."""
        model, search = self._search(cap)
        relaxed = search.relax(model.aims[-1])
        return 0.0 if relaxed is None else max(0.0, outward(relaxed.bound, most=False))

    def _caps(self) -> list[int]:
        """Return loads that may be the longest, up to the known one."""
        claimed = int(self.classes.grid.claimed_hours.sum(axis=1).max(initial=0))
        step = Model.step_of(self.classes.grid)
        return [*range(min(claimed, self.highest), self.highest, step), self.highest]

    def _least(self, caps: list[int]) -> int:
        """Return the place of the first cap under which the relaxation has a solution."""
        low, high = 0, len(caps) - 1
        while low < high:
            middle = (low + high) // 2
            model, search = self._search(caps[middle])
            relaxed = search.relax(model.aims[-1])
            self.seconds, self.by_clock = search.seconds, self.by_clock or search.by_clock
            if relaxed is None:
                low = middle + 1
            else:
                high, self._ready = middle, (caps[middle], model, search)
                self.near |= model.spread(relaxed.values > SLACK)
        return low

    def _search(self, cap: int) -> tuple[Model, Search]:
        if self._ready is not None and self._ready[0] == cap:
            _, model, search = self._ready
            self._ready = None
            search.consider(model.gather(self.near))
            return model, search
        model = Model(self.classes, cap)
        near = [*model.needed, *model.gather(self.near)]
        search = Search(model.program, self.limits, near, seconds=self.seconds)
        for stage, aim in zip(self.held, model.aims, strict=False):
            search.hold(aim, stage.value)
        return model, search
