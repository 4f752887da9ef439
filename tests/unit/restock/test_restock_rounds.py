"""The rounds of the search, whatever the losses are: a parabola bounded by its tangents."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from optimizer.engines.simplex import Ended, Imprecise
from optimizer.restock.inout import Search
from optimizer.restock.problem import Limits

LOW, HIGH, FLOOR = -3.0, 5.0, 2.0


@dataclass
class Parabola(Search[float]):
    """Minimise x² + 2 between two walls; a cut is a tangent."""

    best: float = HIGH
    tangents: list[float] = field(default_factory=list)
    fails_at: int = 1_000
    failure: type[Exception] = Ended

    @property
    def value(self) -> float:
        return self.best**2 + FLOOR

    @property
    def cuts(self) -> int:
        return len(self.tangents)

    def ask(self) -> tuple[float, float]:
        if len(self.tangents) >= self.fails_at:
            raise self.failure("")
        points = [LOW, HIGH] + [(a + b) / 2 for a in self.tangents for b in self.tangents if a != b]
        return min((self._under(x), x) for x in points)

    def look(self, plan: float, step: float) -> None:
        x = self.best + step * (plan - self.best)
        if x not in self.tangents:
            self.tangents.append(x)
        if x**2 + FLOOR < self.value:
            self.best = x

    def _under(self, x: float) -> float:
        return max([-50.0, *(FLOOR - t * t + 2 * t * x for t in self.tangents)])


def test_the_gap_asked_for_is_reached_and_each_round_is_written_down() -> None:
    search = Parabola(bound=-50.0)
    search.run(Limits(gap=1e-3))
    assert search.gap <= 1e-3
    assert search.bound <= FLOOR <= search.value
    bounds = [r.bound for r in search.rounds]
    assert bounds == sorted(bounds)
    assert [r.number for r in search.rounds] == list(range(1, len(bounds) + 1))


@pytest.mark.parametrize("failure", [Ended, Imprecise])
def test_a_master_that_gives_up_leaves_what_is_certain(failure: type[Exception]) -> None:
    search = Parabola(bound=-50.0, fails_at=4, failure=failure)
    search.run(Limits(gap=0.0))
    assert len(search.rounds) == 4
    assert search.bound <= FLOOR <= search.value


def test_the_clock_ends_the_search_and_is_told() -> None:
    ticks = iter(range(100))
    search = Parabola(bound=-50.0, ends=0.5)
    search.run(Limits(gap=0.0, seconds=0.5, clock=lambda: float(next(ticks))))
    assert search.by_clock
    assert len(search.rounds) == 2


def test_rounds_bound_the_search() -> None:
    search = Parabola(bound=-50.0)
    search.run(Limits(gap=0.0, rounds=3))
    assert len(search.rounds) == 3
    assert not search.by_clock
