"""Tasks of the days ahead: those that offices asked for, and those that needs make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from api.usecases.planning.reach import Reach, reach
from api.usecases.roster.snapshot import Snapshot
from graphcore.casework.handwork import HOMES, LOADS, LODGED, Situation, jobs, nodes
from graphcore.casework.points import STAYS, current_stays
from graphcore.domain.forces import KEPT, TaskState
from graphcore.domain.household import HouseDamage, RosterState
from graphcore.domain.tables import conform
from graphcore.policy.rulebook import Rulebook
from graphcore.store.values import label_schema


@dataclass(frozen=True)
class Wanted:
    """Task and Slot nodes of the horizon; ``fresh`` are those to be written."""

    tasks: pl.DataFrame
    slots: pl.DataFrame
    fresh: tuple[pl.DataFrame, pl.DataFrame]
    reach: Reach


def wanted(snapshot: Snapshot, rulebook: Rulebook, first_on: date, days: int, at: int) -> Wanted:
    """Return the open tasks of the horizon: imported ones, and those that the plan in force makes.

    Derived tasks of an earlier plan are left out, since that plan is no longer in force, unless
    somebody has confirmed to come.
    """
    network = reach(snapshot, rulebook, first_on)
    tasks, slots = _derived(snapshot, network, rulebook, first_on, days, at)
    kept = snapshot.orders.filter(pl.col("progress").is_in([p.value for p in KEPT]))["task"]
    mine = (pl.col("plan") == "") | pl.col("id").is_in(kept.implode())
    known = snapshot.tasks.filter(mine & (pl.col("state") == TaskState.OPEN.value))
    last = date.fromordinal(first_on.toordinal() + days - 1).isoformat()
    inside = pl.col("day_on").is_between(pl.lit(first_on.isoformat()), pl.lit(last))
    both = pl.concat([known, tasks]).unique("id", keep="last", maintain_order=True)
    ahead = both.filter(inside).sort("id")
    parts = pl.concat([snapshot.slots, slots]).unique("id", keep="last", maintain_order=True)
    parts = parts.filter(pl.col("task").is_in(ahead["id"].implode())).sort("id")
    return Wanted(ahead, parts, (tasks, slots), network)


def _derived(
    snapshot: Snapshot, network: Reach, rulebook: Rulebook, first_on: date, days: int, at: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    cut = dict(network.cut().select("point", "cluster").iter_rows())
    made = jobs(
        Situation(
            loads=_loads(snapshot, first_on), homes=_homes(snapshot, at), lodged=_lodged(snapshot, at),
            townships=network.townships, cut=cut, days=days,
        ),
        rulebook, first_on,
    )  # fmt: skip
    plan = str(snapshot.plan.get("id", ""))
    tasks, slots = nodes(made, plan or f"none/{snapshot.district}", first_on, network.townships)
    return _frame("Task", tasks), _frame("Slot", slots)


def _frame(label: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    schema = label_schema(label)
    return pl.DataFrame([{**r, "version": 1} for r in rows], schema=schema).select(list(schema))


def _loads(snapshot: Snapshot, first_on: date) -> pl.DataFrame:
    """LOADS of the plan's deliveries, by the roster's days."""
    if not snapshot.plan:
        return pl.DataFrame(schema=dict(LOADS))
    start = date.fromisoformat(str(snapshot.plan["first_on"]))
    ahead = (start - first_on).days
    heavy = snapshot.brought.join(
        snapshot.items.select(pl.col("code").alias("item"), "weight_g"), on="item"
    ).with_columns((pl.col("day") + ahead).alias("day"))
    kg = (pl.col("quantity") * pl.col("weight_g")).sum() // 1000
    return conform(
        heavy.filter(pl.col("day") >= 0).group_by("point", "day").agg(kg.alias("kg")), LOADS
    ).sort("point", "day")


def _homes(snapshot: Snapshot, at: int) -> pl.DataFrame:
    """HOMES of those who are not known to be safe and not at a shelter."""
    away = _inside(snapshot, at)
    here = snapshot.households.filter(
        pl.col("state") != RosterState.SAFE.value
    ).join(away, left_on="id", right_on="household", how="anti")  # fmt: skip
    groups = snapshot.statuses.group_by("household").agg(
        pl.col("group").unique().sort().alias("groups")
    )
    damage = snapshot.dwellings.unique("household", maintain_order=True).select(
        "household", "damage"
    )
    homes = here.select(pl.col("id").alias("household"), pl.col("village").alias("point"))
    told = homes.join(groups, on="household", how="left").join(damage, on="household", how="left")
    return conform(told.with_columns(
        pl.col("groups").fill_null(pl.lit([], dtype=pl.List(pl.String()))),
        pl.col("damage").fill_null(HouseDamage.NONE.value),
    ), HOMES).sort("household")  # fmt: skip


def _lodged(snapshot: Snapshot, at: int) -> pl.DataFrame:
    inside = _inside(snapshot, at)
    persons = snapshot.stays.select("household", "shelter", "persons").unique(
        ["household", "shelter"], keep="last", maintain_order=True
    )
    counted = inside.join(persons, on=["household", "shelter"], how="left")
    return conform(
        counted.group_by("shelter").agg(pl.col("persons").fill_null(1).sum()), LODGED
    ).sort("shelter")


def _inside(snapshot: Snapshot, at: int) -> pl.DataFrame:
    """Return (household, shelter) of those at a shelter now; 0 = not left."""
    left = pl.when(pl.col("checked_out_at") > 0).then("checked_out_at")
    return current_stays(conform(snapshot.stays.with_columns(left), STAYS), at)
