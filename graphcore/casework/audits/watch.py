"""Poverty watch: affected, watched households that nobody has taken over."""

from __future__ import annotations

import polars as pl

from graphcore.casework.audits.tables import FOUND
from graphcore.domain.audit import Missing, Rule
from graphcore.domain.household import WatchState
from graphcore.domain.tables import conform


def open_watches(rows: pl.DataFrame, since: int) -> pl.DataFrame:
    """FOUND of affected, watched households (see `graphcore.casework.watch.affected`) not accepted."""
    left = rows.filter(pl.col("state") != WatchState.ACCEPTED.value)
    made = left.with_columns(
        pl.lit(Rule.WATCH_OPEN.value).alias("rule"), pl.col("household").alias("subject"),
        pl.lit([], dtype=pl.List(pl.String())).alias("basics"),
        pl.struct("kind", "state", "damage").struct.json_encode().alias("detail"),
        pl.lit(Missing.PENDING.value).alias("reason"), pl.lit("civil_affairs").alias("whom"),
        pl.lit(since, dtype=pl.Int64()).alias("since"),
        pl.concat_list(pl.lit("Household/") + pl.col("household"),
                       pl.lit("PovertyWatch/") + pl.col("id")).alias("proof"),
    )  # fmt: skip
    return conform(made, FOUND).sort("subject")
