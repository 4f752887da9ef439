"""A plan with its routes, and how good it is."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from graphcore.domain.tables import empty
from optimizer.order import SURVIVAL, TIER, Aims
from optimizer.problem import Problem as Allocation
from optimizer.problem import Solution
from optimizer.rules.case import Case
from optimizer.rules.floors import kept
from optimizer.rules.goals import owed_of, value_of
from optimizer.transport.problem import Problem, Routes
from optimizer.transport.tables import CUTS

QUANTUM = 0.005
"""Levels of coverage that differ by less count as equal, as in the allocation's leximin."""


@dataclass(frozen=True)
class Agreement:
    """A plan with its routes. ``settled``: every line of it rides."""

    solution: Solution
    routes: Routes
    allocation: Allocation  # with all cuts in it: what the plan is judged by
    transport: Problem  # what the routes were made from
    cuts: pl.DataFrame  # CUTS of all rounds
    rounds: int
    applied: pl.DataFrame = field(default_factory=lambda: empty(CUTS))  # those in the allocation

    @property
    def settled(self) -> bool:
        """Whether nothing stays behind."""
        return self.routes.left.is_empty()


Rank = tuple[tuple[float, ...], ...]
"""Goal by goal, in the plan's order: larger is better."""


def rank(allocation: Allocation, solution: Solution, aims: Aims) -> Rank:
    """Return what plans are compared by: equity floors kept, then goal after goal.

    Of a fairness goal all groups count, the least covered first (leximin), not the least alone.
    """
    case = Case(allocation, solution, aims)
    owed = owed_of(case)
    found: list[tuple[float, ...]] = [(-float(len(kept(case))),)]
    for goal in solution.goals:
        if goal.name == SURVIVAL or goal.name.startswith(TIER):
            found.append(_levels(owed, goal.name))
        else:
            value = value_of(case, owed, goal.name)
            found.append((round(value if goal.unit == "coverage" else -value, 6),))
    return tuple(found)


def _levels(owed: pl.DataFrame, name: str) -> tuple[float, ...]:
    """Return the groups' coverage, least first, in steps of `QUANTUM`."""
    mine = (
        pl.col("survival") if name == SURVIVAL else pl.col("tier") == int(name.rpartition("_")[2])
    )
    cells = (
        owed.filter("can", mine)
        .group_by("zone", "basic", "item", "day")
        .agg((pl.col("served").sum() / pl.col("quantity").sum()).alias("level"))
    )
    groups = cells.group_by("zone", "basic").agg(pl.col("level").min())["level"].sort()
    return tuple((((groups + 1e-7) / QUANTUM).floor() * QUANTUM).to_list())
