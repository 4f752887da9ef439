"""Goals: the values that the plan states are the values that its lines have."""

from __future__ import annotations

import math
from collections.abc import Iterable

import polars as pl

from graphcore.domain.tables import FLEET, ITEMS, completed, met
from graphcore.domain.text import say
from optimizer.classes import zones_of
from optimizer.flow import carried_so
from optimizer.order import KEEP, SCOPED
from optimizer.rules import added, kits
from optimizer.rules.case import Case, Violation
from optimizer.rules.substitution import stepped, substitutable
from optimizer.surplus import split

_CLOSE = 1e-9


def stated(case: Case) -> list[Violation]:
    """Each stated value equals the one recomputed from the lines, without the solver."""
    owed = owed_of(case)
    found = []
    for goal in case.solution.goals:
        real = value_of(case, owed, goal.name)
        if not math.isclose(goal.value, real, rel_tol=_CLOSE, abs_tol=_CLOSE):
            what = say("目标“{name}”报告值 {said} 与按分配行重算的 {real} 不符。",
                       name=goal.name, said=goal.value, real=real)  # fmt: skip
            found.append(Violation("goal", goal.name, what))
    return found


def values(case: Case, names: Iterable[str]) -> dict[str, float]:
    """Return the named goals' values from the plan's own lines."""
    owed = owed_of(case)
    return {name: value_of(case, owed, name) for name in names}


def value_of(case: Case, owed: pl.DataFrame, name: str) -> float:
    """Return the named goal's value from the plan's own lines."""
    if name == "survival_floor":
        return _least(owed.filter("survival"))
    if name.startswith("full_need_tier_"):
        return _least(owed.filter(pl.col("tier") == int(name.rpartition("_")[2])))
    if name == "weighted_coverage":
        return _weighted(owed)
    firm = case.fresh.filter(pl.col("state") == "firm")
    if name.startswith(SCOPED) or name == KEEP:
        return added.moved(case, firm) if name == KEEP else added.scoped(owed, name)
    if name == "cost":
        return _cost(case, firm)
    late = pl.col("day") - pl.col("due_day")
    other = (pl.col("swap") != "") & ~kits.lines_of(case.problem)  # a kit is no substitute
    each = late if name == "lateness" else other.cast(pl.Int64)
    return float(met(firm).select((pl.col("covers") * each).sum()).item())


def owed_of(case: Case) -> pl.DataFrame:
    """Return every need, net of pinned lines, with units served and whether anything could."""
    key = ["need", "day"]
    pinned = (
        met(case.pinned)
        .group_by("need", pl.col("due_day").alias("day"))
        .agg(pl.col("covers").sum().alias("pinned"))
    )
    firm = case.serving.filter(pl.col("state") == "firm")
    served = firm.group_by("need", pl.col("due_day").alias("day")).agg(
        pl.col("covers").sum().alias("served")
    )
    points, _ = zones_of(case.problem)
    table = (
        case.problem.needs.join(pinned, on=key, how="left")
        .join(served, on=key, how="left")
        .join(points, on="point", how="left")
        .with_columns(pl.col("pinned", "served").fill_null(0))
        .with_columns(pl.col("quantity") - pl.col("pinned"))
        .filter(pl.col("quantity") > 0)
    )
    keys = ["point", "township", "item", "day", "daily", "who", "stepped"]
    table = table.with_columns(
        who=pl.col("groups").list.sort().list.join(","), stepped=stepped(case.problem)
    )
    kinds = table.select(*keys, "groups").unique(subset=keys)
    trips = _trips(case)
    can = _servable(case, kinds, trips).select(keys).with_columns(can=pl.lit(value=True))
    whole = kits.servable(case.problem, table, trips).with_columns(kit=pl.lit(value=True))
    return (
        table.join(can, on=keys, how="left")
        .join(whole, on=key, how="left")
        .with_columns(pl.col("can").fill_null(value=False) | pl.col("kit").fill_null(value=False))
    )


def _servable(case: Case, kinds: pl.DataFrame, trips: pl.DataFrame) -> pl.DataFrame:
    """Return the kinds of needs that some lot can serve: reach, time, intent, room for a unit."""
    towns, names = pl.col("only_townships"), pl.col("only_groups")
    on_day = (pl.col("on") == pl.col("day")) | (~pl.col("daily") & (pl.col("on") > pl.col("day")))
    meant = (towns.list.len() == 0) | towns.list.contains(pl.col("township"))
    known = (names.list.len() == 0) | (names.list.set_intersection("groups").list.len() > 0)
    items = pl.col("only_items")
    meant &= (items.list.len() == 0) | items.list.contains(pl.col("item"))
    other = substitutable(case, kinds.filter("stepped"))
    ways = [
        kinds.join(trips, on=["item", "point"]).with_columns(since=pl.lit(0, pl.Int64)),
        other.join(trips, left_on=["by", "point"], right_on=["item", "point"]),
    ]
    return (
        pl.concat(ways, how="diagonal")
        .filter(on_day & meant & known & (pl.col("on") >= pl.col("since")))
        .unique(subset=kinds.columns[:-1])
    )


def _trips(case: Case) -> pl.DataFrame:
    """Return where and when commanded lots can go, with what their donors said."""
    problem = case.problem
    lots = split(problem).sendable.drop("quantity")
    vans = (
        completed(problem.fleet, FLEET)
        .join(completed(problem.items, ITEMS), how="cross", suffix="_item")
        .filter(
            (_left(case, "capacity_kg", "weight_g") >= pl.col("weight_g"))
            & (_left(case, "capacity_l", "volume_ml") >= pl.col("volume_ml"))
            & carried_so(pl.col("mode"))
            & (~pl.col("cold_item") | pl.col("cold"))
        )
    )
    vans = vans.select("warehouse", "mode", "item", pl.col("day").alias("on"))
    return (
        lots.join(vans, on=["warehouse", "item"])
        .filter(pl.col("on").is_between(pl.col("arrives_day"), pl.col("expires_day")))
        .join(problem.access, on=["warehouse", "mode"])
        .filter(pl.col("on") >= pl.col("from_day"))
        .select("item", "point", "on", "only_townships", "only_groups", "only_items")
        .unique()
    )


def _left(case: Case, capacity: str, unit: str) -> pl.Expr:
    """Return a fleet row's capacity in grams or millilitres, less what pinned lines take."""
    load = case.pinned.join(case.problem.items, on="item").with_columns(
        key=pl.concat_str("warehouse", "mode", pl.col("day").cast(pl.String), separator="\x1f")
    )
    taken = dict(load.group_by("key").agg((pl.col("quantity") * pl.col(unit)).sum()).iter_rows())
    key = pl.concat_str("warehouse", "mode", pl.col("day").cast(pl.String), separator="\x1f")
    used = key.replace_strict(taken, default=0, return_dtype=pl.Int64) if taken else pl.lit(0)
    return pl.col(capacity) * 1000 - used


def _least(owed: pl.DataFrame) -> float:
    cells = (
        owed.filter("can")
        .group_by("zone", "basic", "item", "day")
        .agg(pl.col("served").sum() / pl.col("quantity").sum())
    )
    least = cells["served"].min()
    return 1.0 if least is None else float(str(least))


def _weighted(owed: pl.DataFrame) -> float:
    by_item = owed.group_by("item").agg(
        (pl.col("weight") * pl.col("served")).sum().alias("served"),
        (pl.col("weight") * pl.col("quantity")).sum().alias("owed"),
    )
    shares = by_item.filter(pl.col("owed") > 0).sort("item")
    return float((shares["served"] / shares["owed"]).sum()) / max(shares.height, 1)


def _cost(case: Case, firm: pl.DataFrame) -> float:
    ways = case.problem.access
    table = (
        firm.join(ways, on=["warehouse", "point", "mode"])
        .filter(pl.col("from_day") <= pl.col("day"))
        .group_by("line", "item", "quantity")
        .agg(pl.col("minutes").min())
        .join(case.problem.items, on="item")
    )
    cost = pl.col("quantity") * pl.col("minutes") * pl.col("weight_g")
    return float(table.select(cost.sum()).item()) / 1000
