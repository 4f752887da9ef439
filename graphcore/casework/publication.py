"""What a public notice (公示) may show: no minors, no labels, no count that points at somebody.

A notice has two parts. The list names heads of households, masked, with village, kind and amount,
and nothing else: hardship labels, diagnoses, telephones, cards and numbers have no column to stand
in. The counts are a *partition*: small cells are joined with their smallest neighbours until each
has enough households, so that whatever is subtracted from whatever is again the size of whole
cells (complementary suppression by construction).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

import polars as pl

from graphcore.domain.household import AgeBand

OTHER: Final = ""
"""Stands for all that was joined at a level."""

PATH: Final = ("township", "village", "kind")
ROWS: Final = {
    "household": pl.String(), "township": pl.String(), "village": pl.String(), "kind": pl.String(),
    "fen": pl.Int64(),
}  # fmt: skip
_MINORS = (AgeBand.INFANT.value, AgeBand.CHILD.value)


def plain_kinds(rows: pl.DataFrame, labels: Collection[str]) -> pl.DataFrame:
    """Return rows whose ``kind`` no longer says that somebody is in a hardship group.

    Args:
        rows: with ``kind``.
        labels: Kinds that are a label themselves (an application for low-income allowance).
    """
    hidden = pl.col("kind").is_in(sorted(labels))
    return rows.with_columns(pl.when(hidden).then(pl.lit(OTHER)).otherwise("kind").alias("kind"))


def withheld(
    homes: Collection[str], persons: pl.DataFrame, births: Mapping[str, str], on: date, age: int
) -> frozenset[str]:
    """Return the households that a notice does not name: a minor's, or of minors alone.

    Args:
        homes: Households on the notice.
        persons: household, is_head, age_band of the known members.
        births: household → birth date of its head, ISO, "" unknown.
        on: Day of the notice.
        age: From which age on a person is no minor.
    """
    young = pl.col("age_band").is_in(_MINORS)
    led = (young & pl.col("is_head").fill_null(value=False)).any()
    found = persons.group_by("household").agg((young.all() | led).alias("hide")).filter("hide")
    by_birth = {h for h in homes if births.get(h) and _age(births[h], on) < age}
    return frozenset((set(found["household"].to_list()) | by_birth) & set(homes))


def _age(born_on: str, on: date) -> int:
    born = date.fromisoformat(born_on)
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def merged_counts(rows: pl.DataFrame, least: int) -> pl.DataFrame:
    """Return township, village, kind, households, fen: cells of at least ``least`` households.

    Kinds are joined within their village, villages within their township, townships within the
    district; what is joined has ``OTHER`` for its name. If all together are too few, nothing is
    shown.

    Args:
        rows: ROWS, a row a household and kind (more are added up).
        least: Fewest households of a cell, at least 1.
    """
    table = rows.select(*ROWS)
    for depth in range(len(PATH)):
        table = _join_small(table, depth, least)
    counts = table.group_by(*PATH).agg(
        pl.col("household").n_unique().cast(pl.Int64()).alias("households"), pl.col("fen").sum()
    )
    return counts.filter(pl.col("households") >= least).sort(*PATH)


def _join_small(table: pl.DataFrame, depth: int, least: int) -> pl.DataFrame:
    """Join the small children of each parent at a level, with their neighbours while too few."""
    if table.is_empty():
        return table
    above = list(PATH[:depth])
    parts = table.group_by(above, maintain_order=True) if above else [((), table)]
    return pl.concat([_joined(part, depth, least) for _, part in parts])


def _joined(part: pl.DataFrame, depth: int, least: int) -> pl.DataFrame:
    gone = _too_few(part, PATH[depth], least)
    hide = pl.col(PATH[depth]).is_in(gone)
    return part.with_columns(
        pl.when(hide).then(pl.lit(OTHER)).otherwise(name).alias(name) for name in PATH[depth:]
    )


def _too_few(part: pl.DataFrame, name: str, least: int) -> list[str]:
    """Return the children to be joined: the small ones, and the next while they are too few."""
    sizes = part.group_by(name).agg(pl.col("household").unique())
    homes = {str(child): set(some) for child, some in sizes.iter_rows()}
    gone: list[str] = []
    known: set[str] = set()
    for child in sorted(homes, key=lambda c: (len(homes[c]), c)):
        if len(homes[child]) >= least and (not gone or len(known) >= least):
            break
        gone.append(child)
        known |= homes[child]
    return gone


__all__ = ["OTHER", "PATH", "ROWS", "merged_counts", "plain_kinds", "withheld"]
