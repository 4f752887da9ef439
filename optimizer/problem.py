"""What the optimiser is given, and what it gives back: tables, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from graphcore.domain.plan import GoalResult
from graphcore.domain.tables import LOTS, completed


@dataclass(frozen=True)
class Problem:
    """One allocation problem; frames have the schemas of `graphcore.domain.tables`."""

    needs: pl.DataFrame  # NEEDS
    lots: pl.DataFrame  # LOTS
    items: pl.DataFrame  # ITEMS
    access: pl.DataFrame  # ACCESS
    fleet: pl.DataFrame  # FLEET
    days: int  # horizon
    pinned: pl.DataFrame | None = None  # LINES that are fixed (dispatched)
    swaps: pl.DataFrame | None = None  # SWAPS: what may stand for what
    markets: pl.DataFrame | None = None  # MARKETS
    floors: pl.DataFrame | None = None  # FLOORS
    kits: pl.DataFrame | None = None  # KITS: what is handed over whole, and what it holds

    @property
    def sendable(self) -> pl.DataFrame:
        """Return LOTS, all columns, that the bureau commands and may send."""
        return completed(self.lots, LOTS).filter(
            "commanded", pl.col("hold") == "none", pl.col("quantity") > 0
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """What a solve may cost. ``seed`` and ``work`` decide the result; ``seconds`` may cut it."""

    seed: int = 0
    work: int = 1_000_000  # simplex iterations in all
    seconds: float | None = None  # by the clock; a stop by it is marked
    delta: float = 0.005  # quantum of the leximin floors
    simplex_columns: int = 50_000  # above so many, the class model is solved by blocks


@dataclass(frozen=True)
class Solution:
    """A plan's tables with the value and bound of each goal."""

    lines: pl.DataFrame  # LINES
    shortfalls: pl.DataFrame  # SHORTFALLS
    left_out: pl.DataFrame  # LEFT_OUT
    goals: tuple[GoalResult, ...]
    by_clock: bool
    counts: Mapping[str, int] = field(default_factory=dict)  # classes, columns, rows, blocks, …
    gaps: Mapping[str, float] = field(default_factory=dict)
    """Of goals solved by blocks: certified distance of the linear plan from its bound, relative to
    the bound (to 1 where the goal is a coverage), given the goals above."""
    way: str = ""
    """Who solved it: `blocks`, `simplex`, or `simplex:` and why blocks could not."""


Progress = Callable[[str, float], None]
