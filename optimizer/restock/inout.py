"""The rounds of the L-shaped method, whatever the losses are: in-out points, a certified gap."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from optimizer.engines.simplex import INF, Ended, Imprecise
from optimizer.restock.problem import Limits, Round

STEP = 0.5
"""How far from the best known plan towards the master's plan the next cuts are taken."""
RISE = 1e-9
"""The bound has risen if it did so by more than this part."""

P = TypeVar("P")


@dataclass
class Search(ABC, Generic[P]):
    """A solve in progress: the bound and every round so far; ``P`` is a first stage."""

    bound: float = field(default=0.0, kw_only=True)
    rounds: list[Round] = field(default_factory=list, kw_only=True)
    by_clock: bool = field(default=False, kw_only=True)
    ends: float = field(default=INF, kw_only=True)  # by the clock handed in

    @property
    @abstractmethod
    def value(self) -> float:
        """What the best first stage known costs in all."""

    @property
    @abstractmethod
    def cuts(self) -> int:
        """How many cuts the master has."""

    @abstractmethod
    def ask(self) -> tuple[float, P]:
        """Solve the master: a bound, and the first stage that attains it there.

        Raises:
            Ended: a stated limit ended the solve.
            Imprecise: the master has become too steep for its solver.
        """

    @abstractmethod
    def look(self, plan: P, step: float) -> None:
        """Take cuts ``step`` of the way from the best plan to this one; keep what is better."""

    @property
    def gap(self) -> float:
        """Relative gap that is certain now."""
        return Round(0, self.bound, self.value).gap

    def note(self) -> None:
        """Write down what is certain now."""
        self.rounds.append(Round(len(self.rounds) + 1, self.bound, self.value))

    def raise_to(self, bound: float) -> bool:
        """Take a bound; tell whether it is higher than what was known."""
        rose = bound > self.bound + RISE * abs(self.bound)
        self.bound = max(self.bound, bound)
        return rose

    def out_of_time(self, limits: Limits) -> bool:
        """Whether the clock has ended the solve; marks it."""
        self.by_clock = self.by_clock or (limits.clock is not None and limits.clock() > self.ends)
        return self.by_clock

    def run(self, limits: Limits) -> None:
        """Go on until the gap is reached, a limit strikes, or nothing is left to learn."""
        for _ in range(limits.rounds):
            try:
                bound, plan = self.ask()
            except (Ended, Imprecise):
                break  # what is certain so far stays certain
            rose = self.raise_to(bound)
            if self.gap <= limits.gap:
                self.note()
                break
            known = self.cuts
            self.look(plan, STEP if rose else 1.0)
            self.note()
            if self.gap <= limits.gap or (not rose and self.cuts == known):
                break  # the second: nothing left to learn, the rest is the grain of the losses
            if self.out_of_time(limits):
                break


def ends_at(limits: Limits) -> float:
    """Return when the clock handed in ends the solve."""
    if limits.clock is None or limits.seconds is None:
        return INF
    return limits.clock() + limits.seconds
