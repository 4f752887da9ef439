"""What a restocking plan is made from, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Risk:
    """How the tail counts: expected loss + ``weight`` x CVaR at level ``alpha`` of the loss."""

    weight: float
    alpha: float


@dataclass(frozen=True)
class Problem:
    """One restocking problem; frames have the schemas of `optimizer.restock.tables`."""

    sites: pl.DataFrame
    goods: pl.DataFrame
    options: pl.DataFrame
    stock: pl.DataFrame
    dates: pl.DataFrame
    lanes: pl.DataFrame
    scenarios: pl.DataFrame
    hits: pl.DataFrame
    ways: pl.DataFrame
    damage: pl.DataFrame
    risk: Risk


@dataclass(frozen=True, slots=True)
class Limits:
    """What a solve may cost. ``gap`` and ``rounds`` decide the result; ``seconds`` may cut it."""

    gap: float = 0.005  # relative, certified
    rounds: int = 200
    work: int = 50_000_000  # simplex iterations in all
    groups: int = 4  # scenario groups, each with a cut by item in each round
    seconds: float | None = None  # by the clock, which must then be handed in too
    clock: Callable[[], float] | None = None  # e.g. time.monotonic


@dataclass(frozen=True, slots=True)
class Round:
    """What was certain after one round, in fen."""

    number: int
    bound: float
    value: float

    @property
    def gap(self) -> float:
        """(value - bound) / value, 0 if the value is 0."""
        return 0.0 if self.value <= 0 else max(0.0, (self.value - self.bound) / self.value)


@dataclass(frozen=True)
class Plan:
    """A restocking plan in whole units with its certified gap; frames as in `tables`."""

    targets: pl.DataFrame
    purchases: pl.DataFrame
    transfers: pl.DataFrame
    rotation: pl.DataFrame
    openings: pl.DataFrame
    spending: pl.DataFrame
    cost_fen: float  # purchases, transfers, openings
    expected_loss_fen: float
    cvar_fen: float
    bound_fen: float  # no plan costs less in all
    rounds: tuple[Round, ...]
    by_clock: bool

    def value_fen(self, risk: Risk) -> float:
        """Return what was minimised: cost + expected loss + weight x CVaR."""
        return self.cost_fen + self.expected_loss_fen + risk.weight * self.cvar_fen

    def gap(self, risk: Risk) -> float:
        """Return how far above the bound the whole-unit plan is, relative to its value."""
        value = self.value_fen(risk)
        return 0.0 if value <= 0 else max(0.0, (value - self.bound_fen) / value)
