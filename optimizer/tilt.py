"""Tilt: what hard-hit areas and special-hardship groups got relative to their need.

For a set S of households with needs of the items I_S:

* coverage c_S = mean over i in I_S of (units that S gets of i / units that S needs of i),
* everyone e_S = mean over i in I_S of (units that all get of i / units that all need of i),
* tilt t_S = c_S / e_S.

Items count alike, since units of different goods do not compare. t_S > 1: S got more, relative to
what it needs, than everyone did of the same goods. Only promises count: firm and accepted lines.
"""

from __future__ import annotations

import polars as pl

from graphcore.domain.tables import Schema, conform, met

TILT: Schema = {
    "kind": pl.String(),  # intensity | group
    "mark": pl.String(),  # band of intensity ("40-69") or hardship group ("none" = in no group)
    "subjects": pl.Int64(),  # households and headcounts with needs
    "coverage": pl.Float64(),  # c_S, 0..1
    "everyone": pl.Float64(),  # e_S, 0..1
    "tilt": pl.Float64(),  # t_S; null where e_S is 0
}
"""One row a set of households."""

MARKS: Schema = {"subject": pl.String(), "kind": pl.String(), "mark": pl.String()}
"""Which sets each household or headcount is in; it may be in several."""

COUNTED = ("firm", "accepted")


def marks(subjects: pl.DataFrame, bands: list[int]) -> pl.DataFrame:
    """Return MARKS of SUBJECTS: the band of intensity, and each hardship group.

    Args:
        subjects: SUBJECTS.
        bands: Lower bounds of the bands of intensity, ascending; the last one ends at 100.
    """
    tops = [*(b - 1 for b in bands[1:]), 100]
    band = pl.lit(f"{bands[0]}-{tops[0]}")
    for low, top in zip(bands[1:], tops[1:], strict=True):
        band = pl.when(pl.col("intensity") >= low).then(pl.lit(f"{low}-{top}")).otherwise(band)
    where = subjects.select("subject", pl.lit("intensity").alias("kind"), band.alias("mark"))
    named = subjects.select("subject", pl.col("groups").alias("mark")).explode(
        "mark", empty_as_null=True
    )
    group = named.select("subject", pl.lit("group").alias("kind"), pl.col("mark").fill_null("none"))
    return conform(pl.concat([where, group]), MARKS)


def tilt(needs: pl.DataFrame, lines: pl.DataFrame, sets: pl.DataFrame) -> pl.DataFrame:
    """Return TILT of a plan, sorted by kind and mark.

    Args:
        needs: NEEDS.
        lines: LINES; units beyond a need (it shrank after they left) are not counted.
        sets: MARKS.
    """
    given = (
        met(lines)
        .filter(pl.col("state").is_in(COUNTED))
        .group_by("need", pl.col("due_day").alias("day"))
        .agg(pl.col("covers").sum().alias("served"))
    )
    each = needs.select("subject", "need", "day", "item", "quantity").join(
        given, on=["need", "day"], how="left"
    )
    each = each.with_columns(pl.min_horizontal(pl.col("served").fill_null(0), "quantity"))
    share = pl.col("served").sum() / pl.col("quantity").sum()
    all_ = each.group_by("item").agg(share.alias("everyone"))
    mine = each.join(sets, on="subject")
    found = (
        mine.group_by("kind", "mark", "item")
        .agg(share.alias("coverage"))
        .join(all_, on="item")
        .sort("item")
        .group_by("kind", "mark")
        .agg(pl.col("coverage", "everyone").mean())
    )
    counts = mine.group_by("kind", "mark").agg(pl.col("subject").n_unique().alias("subjects"))
    ratio = pl.when(pl.col("everyone") > 0).then(pl.col("coverage") / pl.col("everyone"))
    full = found.join(counts, on=["kind", "mark"]).with_columns(ratio.alias("tilt"))
    return conform(full.sort("kind", "mark"), TILT)
