"""Loads from a plan's lines."""

from __future__ import annotations

import polars as pl

from graphcore.domain.supply import LineState, Mode
from graphcore.domain.tables import ITEMS, completed, conform
from optimizer.transport.tables import LOADS

RANKS = {"survival_floor": 10_000, "priority_group": 100}
"""How much more a line counts that serves an earlier goal, by its reason; others count 1."""
SHARE = 100_000
"""An item's units in the whole plan are worth this together: units of different goods do not
compare, so each item counts alike, as in goal 3 of the allocation."""


def loads_of(lines: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Return LOADS of the lines that will leave: firm and accepted ones (see `load_ids`).

    Args:
        lines: `graphcore.domain.tables.LINES`.
        items: `graphcore.domain.tables.ITEMS`.
    """
    going = load_ids(lines).filter(pl.col("load") != "")
    rank = pl.col("reason").replace_strict(RANKS, default=1, return_dtype=pl.Int64)
    cell = ["item", "point", "due_day", "reason"]
    total = (
        pl.when(pl.col("reason").is_in(list(RANKS)))
        .then(pl.col("quantity").sum().over(cell))
        .otherwise(pl.col("quantity").sum().over("item"))
    )
    worth = (rank * SHARE / total).ceil().cast(pl.Int64)
    table = (
        going.with_columns(worth.alias("worth"))
        .group_by("load", "warehouse", "point", "mode", "day", "item")
        .agg(pl.col("quantity").sum().alias("units"), pl.col("worth").max())
        .join(
            completed(items, ITEMS).select("item", "weight_g", "volume_ml", "cold"),
            on="item",
            how="left",
        )
    )
    return conform(table, LOADS).sort("load")


def load_ids(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines with the column ``load``: the load they ride in, "" if they stay."""
    keys = ["day", "warehouse", "mode", "point", "item", "rank"]
    rank = pl.when(pl.col("reason").is_in(list(RANKS))).then("reason").otherwise(pl.lit("other"))
    goes = pl.col("state").is_in([LineState.FIRM.value, LineState.ACCEPTED.value])
    goes &= pl.col("mode") != Mode.TRANSFER.value  # money and vouchers ride in nothing
    name = pl.concat_str([pl.col(k).cast(pl.String) for k in keys], separator="|")
    with_rank = lines.with_columns(rank.alias("rank"))
    return with_rank.with_columns(
        pl.when(goes).then(name).otherwise(pl.lit("")).alias("load")
    ).drop("rank")
