"""The goals in their order, as figures over classes and columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import polars as pl

from optimizer.classes import Classes
from optimizer.flow import Flow
from optimizer.order import within

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class GoalName(StrEnum):
    """Names of the goals; tiers are told apart by a suffix."""

    SURVIVAL = "survival_floor"
    TIER = "full_need_tier"
    COVERAGE = "weighted_coverage"
    LATENESS = "lateness"
    SUBSTITUTION = "substitution"
    COST = "cost"


@dataclass(frozen=True)
class Fairness:
    """Leximin over groups; a group's coverage is the least over its cells (item, day).

    ``cell`` and ``group`` are parallel to ``cls``: the cell (and by it the group) of each class
    that counts. Classes that nothing can serve are taken out first and stay visible as shortfalls.
    """

    number: int
    name: str
    cls: Ints  # classes that count
    cell: Ints  # cell of each
    cell_units: Floats  # units needed by cell
    cell_group: Ints  # group of each cell
    groups: int


def fairness_goals(classes: Classes, served: Ints) -> list[Fairness]:
    """Return goals 1 and 2 (one for each tier) over the classes that something can serve."""
    table = classes.classes.filter(pl.col("cls").is_in(pl.Series(served).implode()))
    goals = [_fairness(1, GoalName.SURVIVAL, table.filter(pl.col("survival")))]
    for tier in table["tier"].unique().sort().to_list():
        name = f"{GoalName.TIER}_{tier}"
        goals.append(_fairness(2, name, table.filter(pl.col("tier") == tier)))
    return [g for g in goals if g.groups]


def _fairness(number: int, name: str, table: pl.DataFrame) -> Fairness:
    group = (pl.struct("zone", "basic").rank("dense") - 1).cast(pl.Int64)
    cell = (pl.struct("zone", "basic", "item", "day").rank("dense") - 1).cast(pl.Int64)
    keyed = table.with_columns(group=group, cell=cell)
    cells = keyed.group_by("cell").agg(pl.col("group").first(), pl.col("quantity").sum())
    cells = cells.sort("cell")
    return Fairness(
        number=number,
        name=str(name),
        cls=keyed["cls"].to_numpy(),
        cell=keyed["cell"].to_numpy(),
        cell_units=cells["quantity"].to_numpy().astype(np.float64),
        cell_group=cells["group"].to_numpy(),
        groups=cells["group"].n_unique(),
    )


def coverage_by_group(goal: Fairness, served: Floats) -> Floats:
    """Return each group's coverage: served over needed units, the least over its cells."""
    units = np.bincount(goal.cell, weights=served[goal.cls], minlength=len(goal.cell_units))
    least = np.ones(goal.groups)
    np.minimum.at(least, goal.cell_group, units / goal.cell_units)
    return least


def coverage_weights(classes: Classes) -> Floats:
    """Return goal 3's value of one unit of each class.

    Units of different goods do not compare, so each item counts alike: the mean over items of
    (weighted units served / weighted units needed). Items whose weights are all 0 are left out.
    """
    table = classes.classes
    whole = (pl.col("weight") * pl.col("quantity")).sum().over("item")
    counted = table.filter(pl.col("weight") > 0)["item"].n_unique()
    value = pl.when(whole > 0).then(pl.col("weight") / whole).otherwise(0.0) / max(counted, 1)
    return table.select(value.cast(pl.Float64)).to_series().to_numpy()


def scoped_weights(classes: Classes, goal: str) -> Floats:
    """Return an added goal's value of one unit of each class: coverage within its scope.

    The mean over the scope's items of (units served / units needed); 0 outside the scope.
    """
    table = classes.classes.with_columns(mine=within(goal))
    whole = pl.col("quantity").filter("mine").sum().over("item")
    items = table.filter("mine")["item"].n_unique()
    value = pl.when("mine").then(1.0 / whole / max(items, 1)).otherwise(0.0)
    return table.select(value.cast(pl.Float64)).to_series().to_numpy()


def lateness_costs(flow: Flow) -> Floats:
    """Return goal 4's unit-days of one unit sent by each column of ``sends``.

    The due day of a pool that merges classes is theirs; the other pools are charged by class
    (`late_serves`), since their classes differ.
    """
    merged = flow.pools.select("pool", "daily", "slot", "due")
    late = (
        pl.when(~pl.col("daily") & (pl.col("slot") < 0)).then(pl.col("day") - pl.col("due"))
    ).otherwise(0)
    table = flow.sends.join(merged, on="pool", how="left", maintain_order="left")
    return table.select(late.cast(pl.Float64)).to_series().to_numpy()


def late_serves(classes: Classes, flow: Flow) -> Floats:
    """Return goal 4's unit-days of one unit by each column of ``serves``."""
    table = flow.serves.join(
        flow.pools.select("pool", "slot"), on="pool", how="left", maintain_order="left"
    ).join(classes.classes.select("cls", "day"), on="cls", how="left", maintain_order="left")
    late = pl.when(pl.col("slot") >= 0).then(pl.col("slot") - pl.col("day")).otherwise(0)
    return table.select(late.cast(pl.Float64)).to_series().to_numpy()


def substituted(flow: Flow) -> Floats:
    """Return the units of needs that one unit of each column of ``serves`` meets by a substitute.

    What is owed itself comes first: a substitute stands in where it serves a goal above this one,
    not where it is merely lighter to carry.
    """
    other = (pl.col("swap") != "") & (pl.col("bundle") < 0)  # a kit holds what is owed itself
    return flow.serves.select(other.cast(pl.Float64)).to_series().to_numpy()


def transport_costs(flow: Flow) -> Floats:
    """Return goal 5's minutes x kg of one unit sent by each column of ``sends``."""
    cost = pl.col("minutes") * pl.col("weight_g") / 1000
    return flow.sends.select(cost.cast(pl.Float64)).to_series().to_numpy()
