"""Rebuilding: who has no warm dwelling as the frost comes near, and whose house stands still."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from graphcore.casework.audits.tables import FOUND
from graphcore.casework.rebuilding import HOUSES, unhoused
from graphcore.domain.audit import Missing, Rule
from graphcore.domain.household import BasicNeed
from graphcore.domain.rebuilding import Milestone
from graphcore.domain.tables import conform, empty


def cold(
    houses: pl.DataFrame, first_frost: date, notice_days: int, on: date, since: int
) -> pl.DataFrame:
    """FOUND of households without a safe, warm dwelling, from ``notice_days`` before the frost on."""
    if on < first_frost - timedelta(days=notice_days):
        return empty(FOUND)
    rows = unhoused(conform(houses, HOUSES), first_frost, on)
    return _of(
        Rule.REBUILD_FROST, rows, pl.struct("damage", "route", "milestone", "frost_on"), since
    )


def stalled(houses: pl.DataFrame, days: int, on: date, since: int) -> pl.DataFrame:
    """FOUND of cases that began and have not moved for more than ``days`` days."""
    last = pl.col("reached_on").str.to_date(strict=False)
    rows = conform(houses, HOUSES).filter(
        (pl.col("milestone") != Milestone.MOVED_IN.value) & (last < on - timedelta(days=days))
    )
    return _of(Rule.REBUILD_STALLED, rows, pl.struct("route", "milestone", "reached_on"), since)


def _of(rule: Rule, rows: pl.DataFrame, told: pl.Expr, since: int) -> pl.DataFrame:
    case = pl.when(pl.col("rebuild") != "").then(pl.lit("RebuildCase/") + pl.col("rebuild"))
    proof = pl.concat_list(pl.lit("Household/") + pl.col("household"), case).list.drop_nulls()
    made = rows.unique("household", keep="first", maintain_order=True).with_columns(
        pl.lit(rule.value).alias("rule"), pl.col("household").alias("subject"),
        pl.lit([BasicNeed.SHELTER.value]).alias("basics"), told.struct.json_encode().alias("detail"),
        pl.lit(Missing.PENDING.value).alias("reason"), pl.lit("dispatcher").alias("whom"),
        pl.lit(since, dtype=pl.Int64()).alias("since"), proof.alias("proof"),
    )  # fmt: skip
    return conform(made, FOUND).sort("subject")
