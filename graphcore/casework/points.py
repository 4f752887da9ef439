"""Delivery points: need follows where people are now."""

from __future__ import annotations

import polars as pl

from graphcore.domain.household import PointKind
from graphcore.domain.tables import SUBJECTS, Schema, conform

_S, _I = pl.String(), pl.Int64()

STAYS: Schema = {"shelter": _S, "household": _S, "checked_in_at": _I, "checked_out_at": _I}
SHELTERS: Schema = {"shelter": _S, "township": _S}
CUT: Schema = {"point": _S, "cluster": _S, "township": _S}
"""Cut-off points with the cluster that they belong to (the point itself, if it stands alone)."""


def current_stays(stays: pl.DataFrame, at: int) -> pl.DataFrame:
    """Return (household, shelter) of those checked in and not out at a time (UTC microseconds).

    Of several open stays the latest holds: people move on without checking out. An unknown time of
    arrival counts as long ago.
    """
    arrived = pl.col("checked_in_at").fill_null(0)
    left = pl.col("checked_out_at")
    inside = conform(stays, STAYS).filter((arrived <= at) & (left.is_null() | (left > at)))
    return (
        inside.sort("household", arrived, "shelter")
        .unique("household", keep="last", maintain_order=True)
        .select("household", "shelter")
    )


def at_shelters(
    subjects: pl.DataFrame, stays: pl.DataFrame, shelters: pl.DataFrame, at: int
) -> pl.DataFrame:
    """Return SUBJECTS with those who are at a shelter now moved to it; others stay where they are.

    A shelter outside SHELTERS is not known to exist, so the household stays at its village.
    """
    now = (
        current_stays(stays, at)
        .join(conform(shelters, SHELTERS), on="shelter")
        .rename({"household": "subject", "township": "_township"})
    )
    joined = subjects.join(now, on="subject", how="left", maintain_order="left")
    inside = pl.col("shelter").is_not_null()
    moved = joined.with_columns(
        pl.coalesce("shelter", "point").alias("point"),
        pl.coalesce("_township", "township").alias("township"),
        pl.when(inside).then(pl.lit(PointKind.SHELTER.value)).otherwise("point_kind")
        .alias("point_kind"),
        (inside | pl.col("relocated")).alias("relocated"),
    )  # fmt: skip
    return conform(moved, SUBJECTS)


def at_clusters(subjects: pl.DataFrame, cut: pl.DataFrame) -> pl.DataFrame:
    """Return SUBJECTS with those at a cut-off point marked, villages gathered in their cluster.

    A shelter that is cut off stays the delivery point: its people are in one place already.
    """
    found = conform(cut, CUT).rename({"township": "_township"})
    joined = subjects.join(found, on="point", how="left", maintain_order="left")
    off = pl.col("cluster").is_not_null()
    gathered = off & (pl.col("point_kind") != PointKind.SHELTER.value)
    placed = joined.with_columns(
        pl.when(gathered).then("cluster").otherwise("point").alias("point"),
        pl.when(gathered).then("_township").otherwise("township").alias("township"),
        pl.when(gathered).then(pl.lit(PointKind.CUT_OFF.value)).otherwise("point_kind")
        .alias("point_kind"),
        (off | pl.col("cut_off")).alias("cut_off"),
    )  # fmt: skip
    return conform(placed, SUBJECTS)
