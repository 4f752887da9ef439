"""The whole district at a glance: its classes and columns, and what a plan's lines come to.

Needs that are alike are one row, so that figures over 100,000 households take milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.tables import NEEDS, conform
from optimizer.classes import Classes, classify
from optimizer.flow import Flow, flow
from optimizer.goals import (
    Fairness,
    GoalName,
    coverage_by_group,
    coverage_weights,
    fairness_goals,
    scoped_weights,
)
from optimizer.order import ORDINARY, SCOPED, Order
from optimizer.problem import Problem
from optimizer.replan.steps import Step, steps
from optimizer.swaps import limits, prepared
from optimizer.validate import validate

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Board:
    """A problem in kinds, with the units that a plan gives to each.

    ``kinds`` are KINDS sorted by ``kid``; ``units`` are FLOW with ``units`` and ``covers`` (pinned
    lines left out); ``limits`` are those of substitution rules, from what everybody is owed.
    """

    problem: Problem  # needs are the kinds
    kinds: pl.DataFrame
    units: pl.DataFrame
    limits: pl.DataFrame
    order: Order = ORDINARY

    def dealt(self, units: pl.DataFrame) -> Board:
        """Return the board of another plan for the same kinds; what follows from them is kept."""
        other = replace(self, units=units)
        known = {name: self.__dict__[name] for name in _OF_KINDS if name in self.__dict__}
        other.__dict__.update(known)
        return other

    @cached_property
    def classes(self) -> Classes:
        """The kinds in classes."""
        return replace(
            classify(self.problem, swappable=self.kinds["swappable"]), limits=self.limits
        )

    @cached_property
    def flow(self) -> Flow:
        """Columns of the lots that the bureau commands."""
        return flow(self.classes)

    @cached_property
    def fair(self) -> list[Fairness]:
        """The fairness goals."""
        return fairness_goals(self.classes, np.unique(self.flow.serves["cls"].to_numpy()))

    @cached_property
    def steps(self) -> list[Step]:
        """The goals in their order, `keep` left out."""
        return steps(self.order, self.classes, self.flow, self.fair)

    @cached_property
    def cells(self) -> dict[str, pl.DataFrame]:
        """By fairness goal (cell, point, basic, item, day) of each point that a cell spans."""
        return {goal.name: self._cells(goal) for goal in self.fair}

    def _cells(self, goal: Fairness) -> pl.DataFrame:
        table = self.classes.classes[goal.cls].select("zone", "basic", "item", "day")
        named = table.with_columns(cell=pl.Series(goal.cell)).unique().sort("cell")
        points = named.join(self.classes.points, on="zone", maintain_order="left")
        return points.select("cell", "point", "basic", "item", "day")

    @cached_property
    def cls(self) -> Ints:
        """Class of each kind."""
        return self.classes.rows.sort("row")["cls"].to_numpy()

    @property
    def served_kinds(self) -> pl.DataFrame:
        """KINDS with ``served``: units that firm lines give."""
        firm = self.units.filter(pl.col("state") == "firm")
        got = firm.group_by("kid").agg(pl.col("covers").sum().alias("served"))
        both = self.kinds.join(got, on="kid", how="left", maintain_order="left")
        return both.with_columns(pl.col("served").fill_null(0))

    def served(self, state: str = "firm") -> Ints:
        """Return units by class that lines of a state give."""
        mine = self.units.filter(pl.col("state") == state)
        got = mine.group_by("kid").agg(pl.col("covers").sum())
        units = self.kinds.join(got, on="kid", how="left", maintain_order="left")["covers"]
        total = np.zeros(self.classes.classes.height, dtype=np.int64)
        np.add.at(total, self.cls, units.fill_null(0).to_numpy())
        return total

    @cached_property
    def values(self) -> dict[str, float]:
        """The plan's value at each goal, in their order, from its lines alone."""
        served = self.served().astype(np.float64)
        return {step.name: self._value(step, served) for step in self.steps}

    def _value(self, step: Step, served: Floats) -> float:
        if step.fair is not None:
            return float(coverage_by_group(self.fair[step.fair], served).min())
        if step.name == GoalName.COVERAGE:
            return float(coverage_weights(self.classes) @ served)
        if step.name.startswith(SCOPED):
            return float(scoped_weights(self.classes, step.name) @ served)
        firm = self.units.filter(pl.col("state") == "firm")
        if step.name == GoalName.COST:
            return self._cost(firm)
        late = pl.col("day") - pl.col("due_day")
        each = late if step.name == GoalName.LATENESS else (pl.col("swap") != "").cast(pl.Int64)
        return float(firm.select((pl.col("covers") * each).sum()).item() or 0)

    def _cost(self, firm: pl.DataFrame) -> float:
        """Return minutes x kg of the lines, each on the shortest way open on its day."""
        sent = firm.group_by("warehouse", "mode", "day", "point", "item").agg(pl.col("units").sum())
        place = self.classes.points.select("point", "zone")
        keys = ["zone", "warehouse", "mode", "day"]
        table = sent.join(place, on="point").join(self.classes.ways, on=keys)
        table = table.join(self.problem.items, on="item")
        cost = pl.col("units") * pl.col("minutes") * pl.col("weight_g")
        return float(table.select(cost.sum()).item() or 0) / 1000


_OF_KINDS = ("classes", "flow", "fair", "steps", "cls", "cells")


def board(problem: Problem, kinds: pl.DataFrame, units: pl.DataFrame, whole: Whole) -> Board:
    """Return the board of a problem whose needs are the kinds."""
    named = pl.int_range(pl.len()).cast(pl.String()).str.zfill(9)
    groups = pl.when(pl.col("who") == "").then(pl.lit([], dtype=pl.List(pl.String())))
    needs = kinds.with_columns(
        need=pl.lit("K") + named, subject=pl.lit("K") + named, anonymous=pl.lit(value=False),
        groups=groups.otherwise(pl.col("who").str.split(",")),
    )  # fmt: skip
    own = validate(replace(problem, needs=conform(needs, NEEDS)))
    return Board(own, kinds, units, whole.limits, whole.order)


@dataclass(frozen=True)
class Whole:
    """What follows from everybody's needs, whoever is planned anew."""

    limits: pl.DataFrame  # of substitution rules, see `optimizer.swaps.limits`
    order: Order


def whole(problem: Problem, order: Order, owed: pl.DataFrame | None = None) -> Whole:
    """Return what a problem's needs, all together, allow; ``owed`` where it is known already."""
    return Whole(limits(problem, prepared(problem), owed), order)
