"""Visits that are still wanted: what a plan without trips would bring, and the trips do not."""

from __future__ import annotations

import polars as pl

from graphcore.domain.tables import LOTS, completed, conform
from optimizer.problem import Problem as Allocation
from optimizer.transport.tables import LOADS

_CELL = ["point", "item", "day"]
_MARK = "offer"
MORE = 100
"""Who gets nothing of an item on a day comes so many times before who gets some."""


def offers(allocation: Allocation, wish: pl.DataFrame, loads: pl.DataFrame) -> pl.DataFrame:
    """Return LOADS that nobody promised: what of the wish lacks in the loads that ride.

    They only ask for visits; which goods a visit brings, the next filling of the trips decides. What
    may come late is asked for on each later day too.

    Args:
        allocation: needs, ways and days.
        wish: LOADS of the plan that knows no trips.
        loads: LOADS that ride.
    """
    have = loads.group_by(_CELL).agg(pl.col("units").sum().alias("have"))
    before = pl.col("units").cum_sum().over(_CELL) - pl.col("units")
    unmet = (before + pl.col("units") - pl.max_horizontal("have", before)).clip(0)
    lack = (
        wish.sort("load").join(have, on=_CELL, how="left", maintain_order="left")
        .with_columns(pl.col("have").fill_null(0))
        .with_columns(
            pl.min_horizontal("units", unmet).alias("units"),
            pl.when(pl.col("have") > 0).then((pl.col("worth") // MORE).clip(1)).otherwise("worth")
            .alias("worth"),
        )
        .filter(pl.col("units") > 0)
    )  # fmt: skip
    durable = allocation.needs.filter(~pl.col("daily"))["item"].unique().implode()
    vans = allocation.fleet.select("warehouse", "mode", later="day")
    late = (
        lack.filter(pl.col("item").is_in(durable)).join(vans, on=["warehouse", "mode"])
        .filter(pl.col("later") > pl.col("day")).with_columns(day="later")
    )  # fmt: skip
    every = [lack, late, _elsewhere(allocation, lack.filter(pl.col("have") == 0))]
    both = pl.concat([conform(rows, LOADS) for rows in every])
    name = pl.concat_str(
        "load", pl.col("day").cast(pl.String), "warehouse", "mode", pl.lit(_MARK), separator="|"
    )
    return both.with_columns(name.alias("load"))


def _elsewhere(allocation: Allocation, lack: pl.DataFrame) -> pl.DataFrame:
    """Return the same from every other warehouse that has the goods and a way there."""
    stores = (
        completed(allocation.lots, LOTS)
        .filter("commanded", pl.col("hold") == "none", pl.col("quantity") > 0)
        .group_by("warehouse", "item").agg(pl.col("arrives_day").min())
        .join(allocation.access.select("warehouse", "point", "mode", "from_day"), on="warehouse")
        .join(allocation.fleet.select("warehouse", "mode", "day"), on=["warehouse", "mode"])
        .filter(pl.col("day") >= pl.max_horizontal("from_day", "arrives_day"))
        .select(*_CELL, store="warehouse", by="mode").unique()
    )  # fmt: skip
    own = (pl.col("store") == pl.col("warehouse")) & (pl.col("by") == pl.col("mode"))
    rows = lack.join(stores, on=_CELL).filter(~own)
    return (
        rows.with_columns(warehouse="store", mode="by")
        .unique([*_CELL, "warehouse", "mode"], keep="first", maintain_order=True)
        .sort("load", "warehouse", "mode")
    )
