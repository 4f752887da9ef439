"""Retention: which kinds of personal data of whom are due to be destroyed, and what holds them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Final

import polars as pl

_DAY: Final = 86_400_000_000
DUE: Final = {
    "subject": pl.String(), "household": pl.String(), "kind": pl.String(), "records": pl.Int64(),
    "due_at": pl.Int64(), "due": pl.Boolean(), "held": pl.Boolean(),
}  # fmt: skip


def due_records(
    told: pl.DataFrame, days: Mapping[str, int], held: Collection[str], at: int
) -> pl.DataFrame:
    """Return DUE: a row a subject and kind, the earliest due first.

    The records of a subject and kind share a key and go together: the last one told counts.

    Args:
        told: subject, household ("" of none), kind, told_at (UTC microseconds).
        days: kind → days that it is kept; a kind that is not named is kept.
        held: Households with a case, payment, finding or question open: they keep everything.
        at: Now, UTC microseconds.
    """
    kept = pl.col("kind").replace_strict(days, default=None, return_dtype=pl.Int64())
    groups = told.group_by("subject", "household", "kind").agg(
        pl.len().cast(pl.Int64()).alias("records"), pl.col("told_at").max()
    )
    return (
        groups.with_columns((pl.col("told_at") + kept * _DAY).alias("due_at"))
        .drop_nulls("due_at")
        .with_columns(
            (pl.col("due_at") <= at).alias("due"),
            pl.col("household").is_in(sorted(set(held) - {""})).alias("held"),
        )
        .sort("due_at", "subject", "kind")
        .select(*DUE).cast(DUE)  # type: ignore[arg-type]
    )  # fmt: skip


def to_destroy(due: pl.DataFrame, kinds: Collection[str]) -> pl.DataFrame:
    """Return the rows of DUE that may go now, of the kinds."""
    return due.filter(pl.col("due") & ~pl.col("held") & pl.col("kind").is_in(sorted(kinds)))


def list_digest(rows: pl.DataFrame) -> str:
    """Return the digest of a list of subjects and kinds: what an officer confirms is what goes."""
    lines = sorted(f"{s}\x1f{k}" for s, k in rows.select("subject", "kind").iter_rows())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


__all__ = ["DUE", "due_records", "list_digest", "to_destroy"]
