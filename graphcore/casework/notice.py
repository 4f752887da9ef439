"""What a public list may show: nobody's minors, and no count so small that it names somebody."""

from __future__ import annotations

import polars as pl

from graphcore.domain.household import AgeBand

MINORS = (AgeBand.INFANT.value, AgeBand.CHILD.value)


def publishable(rows: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of households that may be named.

    A household whose head is a minor, or that is known to have no member of age, is not.

    Args:
        rows: with ``household``.
        persons: household, is_head, age_band of all known members.
    """
    young = pl.col("age_band").is_in(MINORS)
    hidden = persons.group_by("household").agg(
        (young.all() | (young & pl.col("is_head").fill_null(value=False)).any()).alias("hide")
    ).filter("hide")  # fmt: skip
    return rows.join(hidden.select("household"), on="household", how="anti")


def merged(rows: pl.DataFrame, least: int) -> pl.DataFrame:
    """Return township, village, grade, households, amount_fen with small counts merged.

    Where a class has fewer than ``least`` households, the village shows its total alone (grade
    ""); villages whose total is smaller are shown together as village "", with the next village if
    even that would be too few; what is still too few in a township is not shown, since nothing
    could hide it.
    """
    cells = rows.group_by("township", "village", "grade").agg(
        pl.len().cast(pl.Int64()).alias("households"), pl.col("amount_fen").sum()
    )  # fmt: skip
    few = (pl.col("households") < least).any().over("township", "village")
    by_village = _total(
        cells.with_columns(pl.when(few).then(pl.lit("")).otherwise("grade").alias("grade"))
    )
    total = by_village.with_columns(
        pl.col("households").sum().over("township", "village").alias("_size")
    )
    marked = pl.concat([_joined(part, least) for _, part in total.group_by("township", maintain_order=True)]
                       ) if total.height else total.drop("_size")  # fmt: skip
    return _total(marked).filter(pl.col("households") >= least).sort("township", "village", "grade")


def _joined(part: pl.DataFrame, least: int) -> pl.DataFrame:
    """Give up the names of a township's small villages, and of the next one while too few."""
    sizes = part.select("village", "_size").unique().sort("_size", "village")
    gone: list[str] = []
    count = 0
    for village, size in sizes.iter_rows():
        if size >= least and (not gone or count >= least):
            break
        gone.append(village)
        count += size
    hide = pl.col("village").is_in(gone)
    return part.drop("_size").with_columns(
        pl.when(hide).then(pl.lit("")).otherwise("village").alias("village"),
        pl.when(hide).then(pl.lit("")).otherwise("grade").alias("grade"),
    )  # fmt: skip


def _total(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.group_by("township", "village", "grade", maintain_order=True).agg(
        pl.col("households").sum(), pl.col("amount_fen").sum()
    ).sort("township", "village", "grade")  # fmt: skip
