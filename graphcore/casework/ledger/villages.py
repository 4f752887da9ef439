"""Villages to survey: who is unknown, which group looks after them, when somebody was last there."""

from __future__ import annotations

import polars as pl

from graphcore.domain.household import RosterState
from graphcore.domain.tables import Schema, conform

_S, _I, _B, _L = pl.String(), pl.Int64(), pl.Boolean(), pl.List(pl.String())
VILLAGES: Schema = {
    "village": _S, "township": _S, "households": _I, "unknown": _I, "in_need": _I, "surveys": _I,
    "last_at": _I, "groups": _L,
    "done": _B,  # surveyed, and nobody is unknown
}  # fmt: skip


def villages(
    hit: pl.DataFrame, households: pl.DataFrame, surveys: pl.DataFrame, groups: pl.DataFrame
) -> pl.DataFrame:
    """Return VILLAGES of the hit villages: not surveyed first, then by who is still unknown.

    Args:
        hit: village, township.
        households: id, village, state.
        surveys: id, village, at.
        groups: id, area (codes of villages or townships).
    """
    count = _states(households)
    seen = surveys.group_by("village").agg(
        pl.len().cast(_I).alias("surveys"), pl.col("at").max().alias("last_at")
    )
    joined = hit.join(count, on="village", how="left").join(seen, on="village", how="left").join(
        _assigned(hit, groups), on="village", how="left")  # fmt: skip
    filled = joined.with_columns(
        pl.col("households", "unknown", "in_need", "surveys", "last_at").fill_null(0),
        pl.col("groups").fill_null(pl.lit([], dtype=_L)),
    )
    done = (pl.col("surveys") > 0) & (pl.col("unknown") == 0)
    return conform(filled.with_columns(done.alias("done")), VILLAGES).sort(
        pl.col("surveys") > 0, "unknown", "village", descending=[False, True, False]
    )


def _states(households: pl.DataFrame) -> pl.DataFrame:
    def state(which: RosterState) -> pl.Expr:
        return (pl.col("state") == which.value).sum().cast(_I).alias(which.value)

    return households.group_by("village").agg(
        pl.len().cast(_I).alias("households"),
        state(RosterState.UNKNOWN),
        state(RosterState.IN_NEED),
    )


def _assigned(hit: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    area = groups.select(pl.col("id").alias("group"), "area").explode("area").drop_nulls("area")
    both = [hit.join(area, left_on=key, right_on="area") for key in ("village", "township")]
    return pl.concat([b.select("village", "group") for b in both]).group_by("village").agg(
        pl.col("group").unique().sort().alias("groups")
    )  # fmt: skip
