"""What has left already: units on their way, handed over or declined are not planned again."""

from __future__ import annotations

from datetime import date

import polars as pl

from graphcore.domain.plan import CARRIED
from graphcore.domain.supply import LineState
from graphcore.domain.tables import NEEDS, Schema, conform

_S, _I = pl.String(), pl.Int64()
OUT: Schema = {
    "cargo": _S, "plan": _S, "line": _S, "trip": _S, "lot": _S, "item": _S, "need": _S,
    "subject": _S, "township": _S, "point": _S, "day_on": _S, "due_on": _S,
    "daily": pl.Boolean(), "quantity": _I, "covers": _I, "also": pl.List(_S),
    "in_transit": _I, "at_point": _I, "received": _I,
    "declined": _I, "damaged": _I, "lost": _I,
}  # fmt: skip
"""Goods that have left a warehouse; the buckets add up to quantity. ``covers``: units of the need
that all of them meet; ``also``: what a kit meets besides, as need, item, due date, units of one kit
and whether daily, by |."""

_KEPT = pl.col("in_transit") + pl.col("at_point") + pl.col("received") + pl.col("declined")
SETTLED = _KEPT * pl.col("covers") // pl.col("quantity")
"""Units of a need that are served, or that its household said it does not want."""


def by_need(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a need that goods meet (a kit meets several), its ``due_on`` and ``daily``."""
    kits = rows.filter(pl.col("also").list.len() > 0)
    if kits.is_empty():
        return rows
    part = pl.col("also").str.split("|").list
    own = {"due_on": part.get(2), "daily": part.get(4, null_on_oob=True) == "1"}
    more = kits.explode("also", empty_as_null=False).with_columns(
        need=part.get(0), covers=pl.col("quantity") * part.get(3).cast(_I),
        **{name: value for name, value in own.items() if name in rows.columns},
    )  # fmt: skip
    none = pl.lit([], dtype=pl.List(_S))
    return pl.concat([rows, more.with_columns(also=none).select(rows.columns)])


def due_day(first_on: date) -> pl.Expr:
    """Return the day of the plan on which the served need is due; a durable one on day 0."""
    told = pl.col("due_on").str.to_date("%Y-%m-%d", strict=False)
    days = (told - pl.lit(first_on)).dt.total_days()
    return pl.when("daily").then(days).otherwise(0).cast(_I)


def net(needs: pl.DataFrame, out: pl.DataFrame, first_on: date) -> pl.DataFrame:
    """Return NEEDS less what has left for them; what is met in full is left out.

    A daily need is met day by day; of a durable one the earliest rows are met first.
    """
    if out.is_empty():
        return needs
    served = by_need(out).with_columns(due_day(first_on).alias("on")).group_by("need", "daily", "on").agg(
        SETTLED.sum().alias("units")
    )  # fmt: skip
    by_day = served.filter("daily").select("need", pl.col("on").alias("day"), "units")
    total = served.filter(~pl.col("daily")).group_by("need").agg(pl.col("units").sum().alias("all"))
    joined = needs.join(by_day, on=["need", "day"], how="left").join(total, on="need", how="left")
    before = pl.col("quantity").cum_sum().over("need", order_by="day") - pl.col("quantity")
    durable = (pl.col("all").fill_null(0) - before).clip(0, pl.col("quantity"))
    met = pl.when("daily").then(pl.col("units").fill_null(0)).otherwise(durable)
    left = joined.with_columns((pl.col("quantity") - met).alias("quantity"))
    return conform(left.filter(pl.col("quantity") > 0), NEEDS).sort("need", "day")


def carried(
    needs: pl.DataFrame, out: pl.DataFrame, first_on: date, lots: pl.DataFrame, trips: pl.DataFrame
) -> pl.DataFrame:
    """Return CARRIED: lines by which the next plan counts what has left already.

    Only units still owed are counted: a need that ended is nobody's any more.

    Args:
        needs: NEEDS, as owed.
        out: OUT of the plans before.
        first_on: calendar day of day 0.
        lots: StockLot nodes.
        trips: Trip nodes.
    """
    day_on = pl.col("day_on").str.to_date("%Y-%m-%d", strict=False)
    units = _KEPT  # what was declined is not owed again either, and must not look unplanned
    open_ = pl.col("in_transit") + pl.col("at_point")
    mode = trips.select(pl.col("id").alias("trip"), "mode")
    store = lots.select(pl.col("id").alias("lot"), "warehouse")
    rows = _still_owed(needs, out, first_on).filter(units > 0).join(
        mode, on="trip", how="left").join(store, on="lot", how="left").with_columns(
            (day_on - pl.lit(first_on)).dt.total_days().clip(lower_bound=0).alias("day"),
            pl.when("daily").then("on").otherwise("first").alias("due_day"),
            units.alias("quantity"), units.alias("dispatched"), pl.lit("").alias("swap"),
            (units * pl.col("covers") // pl.col("quantity")).alias("covers"),
            pl.when(open_ > 0).then(pl.lit(LineState.DISPATCHED.value))
            .otherwise(pl.lit(LineState.RECEIVED.value)).alias("state"),
            pl.lit("carried").alias("reason"), pl.col("mode").fill_null("truck"),
        )  # fmt: skip
    told = _kits_again(rows).with_columns(pl.col("cargo").alias("line"))
    return conform(told, CARRIED).sort("line")


def _still_owed(needs: pl.DataFrame, out: pl.DataFrame, first_on: date) -> pl.DataFrame:
    """Return what left by need and day it was due on, of needs that are owed that day."""
    owed = needs.group_by("need").agg(
        pl.col("day").min().alias("first"),
        pl.col("day").alias("days"),
        pl.col("item").first().alias("need_item"),
    )
    rows = by_need(out).with_columns(
        due_day(first_on).alias("on"), each=pl.col("covers") // pl.col("quantity")
    )
    there = ~pl.col("daily") | pl.col("days").list.contains(pl.col("on"))
    return rows.join(owed, on="need").filter(there)


def _kits_again(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a cargo again: a kit's first need that is still owed, the others with it."""
    text = pl.concat_str("need", "need_item", "due_day", "each", separator="|")
    together = rows.with_columns(text=text).group_by("cargo", maintain_order=True).agg(
        pl.all().exclude("cargo", "also", "text").first(),
        pl.col("text").slice(1).alias("also"),
    )  # fmt: skip
    kit = pl.when(pl.col("also").list.len() > 0).then("item").otherwise("swap")
    return together.with_columns(swap=kit)
