"""Visits that are still wanted: what a plan without trips would bring, and the trips do not."""

from __future__ import annotations

import polars as pl

from graphcore.domain.tables import conform
from optimizer.problem import Problem as Allocation
from optimizer.transport.tables import LOADS

_CELL = ["point", "item", "slot"]
_ANY_DAY = -1
MORE = 100
"""Who gets nothing of an item comes so many times before who gets some of it."""


def offers(allocation: Allocation, wish: pl.DataFrame, loads: pl.DataFrame) -> pl.DataFrame:
    """Return LOADS that nobody promised: what of the wish lacks in the loads that ride.

    They only ask for visits; which goods a visit brings, the next filling of the trips decides. What
    may come late is asked for on each later day too, and what somebody has none of from every
    warehouse that has it.

    Args:
        allocation: needs, lots, ways and days.
        wish: LOADS of the plan that knows no trips.
        loads: LOADS that ride.
    """
    late = set(allocation.needs.filter(~pl.col("daily"))["item"])
    slot = pl.when(pl.col("item").is_in(sorted(late))).then(_ANY_DAY).otherwise("day").alias("slot")
    have = loads.group_by("point", "item", slot).agg(pl.col("units").sum().alias("have"))
    before = pl.col("units").cum_sum().over(_CELL) - pl.col("units")
    unmet = (before + pl.col("units") - pl.max_horizontal("have", before)).clip(0)
    none = pl.col("have") == 0
    worth = pl.when(none).then("worth").otherwise(pl.col("worth") // MORE)
    lack = (
        wish.with_columns(slot).sort("load").join(have, on=_CELL, how="left", maintain_order="left")
        .with_columns(pl.col("have").fill_null(0))
        .with_columns(pl.min_horizontal("units", unmet).alias("units"), worth.clip(1))
        .filter(pl.col("units") > 0)
    )  # fmt: skip
    here = ["warehouse", "mode"]
    own = lack.join(_ways(allocation), on=["point", "item", *here])
    other = lack.filter(none).drop(here).join(_ways(allocation), on=["point", "item"])
    due = pl.col("on") == pl.col("day")
    rows = pl.concat([own, other.select(own.columns)]).filter(
        due | ((pl.col("slot") == _ANY_DAY) & (pl.col("on") > pl.col("day")))
    )
    first = (
        rows.with_columns(day="on")
        .sort("load", "day", *here)
        .unique(["point", "item", "day", *here, "worth"], keep="first", maintain_order=True)
    )
    name = pl.concat_str(
        "load", pl.col("day").cast(pl.String), *here, pl.lit("offer"), separator="|"
    )
    return conform(first.with_columns(name.alias("load")), LOADS)


def _ways(allocation: Allocation) -> pl.DataFrame:
    """Return (warehouse, item, mode, point, on): who may send what where on which days."""
    return (
        allocation.sendable.group_by("warehouse", "item").agg(pl.col("arrives_day").min())
        .join(allocation.access, on="warehouse")
        .join(allocation.fleet.select("warehouse", "mode", on="day"), on=["warehouse", "mode"])
        .filter(pl.col("on") >= pl.max_horizontal("from_day", "arrives_day"))
        .select("warehouse", "item", "mode", "point", "on").unique()
    )  # fmt: skip
