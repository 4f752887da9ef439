"""What the assignment is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from graphcore.domain.plan import GoalResult


@dataclass(frozen=True)
class Problem:
    """One assignment problem; frames have the schemas of `optimizer.volunteers.tables`."""

    volunteers: pl.DataFrame
    skills: pl.DataFrame
    certificates: pl.DataFrame
    languages: pl.DataFrame
    available: pl.DataFrame
    teams: pl.DataFrame
    equipment: pl.DataFrame
    shifts: pl.DataFrame
    tasks: pl.DataFrame
    slots: pl.DataFrame
    travel: pl.DataFrame
    claims: pl.DataFrame
    preferences: pl.DataFrame
    days: int  # horizon
    reach_minutes: int = 120  # longest way one way
    language_points: int = 100  # goal 4: a task whose wanted language somebody speaks


@dataclass(frozen=True, slots=True)
class Limits:
    """What a solve may cost. All but ``seconds`` are deterministic and decide the result."""

    seed: int = 0
    work: float = 60.0  # CP-SAT deterministic units for one goal
    nodes: int = 20_000  # branch-and-bound nodes for one goal
    rounds: int = 3  # refinements of classes for the sake of fairness alone
    seconds: float | None = None  # by the clock, in all; a stop by it is marked
    engine: str = ""  # "mip" or "cpsat"; "" = chosen by size


@dataclass(frozen=True)
class Plan:
    """A plan's tables with the value and bound of each goal."""

    crew: pl.DataFrame  # CREW
    gear: pl.DataFrame  # GEAR
    open: pl.DataFrame  # OPEN
    goals: tuple[GoalResult, ...]
    linear: Mapping[str, float]  # goal name -> bound of the linear relaxation
    by_clock: bool
    counts: Mapping[str, int] = field(default_factory=dict)
