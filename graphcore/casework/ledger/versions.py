"""Report versions: what stands, what each changed, what the next form begins with.

A version is never edited. What a version does not tell is as the one before told it.
"""

from __future__ import annotations

import polars as pl

from graphcore.domain.figures import COLUMNS, FIGURES, FINAL, NOW, Phase
from graphcore.domain.tables import Schema, conform, frame

_S, _I, _B = pl.String(), pl.Int64(), pl.Boolean()
REPORTS: Schema = {
    "id": _S, "township": _S, "phase": _S, "number": _I, "previous": _S, "reported_at": _I,
    "recorded_at": _I, "source": _S, "reporter": _S, "zero": _B, **dict.fromkeys(COLUMNS, _I),
}  # fmt: skip
"""Versions as townships gave them; a null figure was not told."""

STANDING: Schema = {
    "township": _S, "version": _I, "report": _S, "phase": _S, "reported_at": _I,
    **dict.fromkeys(COLUMNS, _I),
}  # fmt: skip
"""What stands for each township: the last that was told of every figure."""

CHANGES: Schema = {
    "report": _S, "township": _S, "version": _I, "figure": _S, "before": _I, "after": _I,
    "fell": _B,  # a cumulative figure that became smaller: somebody corrected it
}  # fmt: skip


def ordered(reports: pl.DataFrame) -> pl.DataFrame:
    """Return REPORTS in the order in which they count, with ``version`` from 1 in each township."""
    rows = conform(reports, REPORTS).with_columns(pl.col("number").fill_null(0)).sort(
        "township", "reported_at", "number", "id"
    )  # fmt: skip
    return rows.with_columns((pl.col("id").cum_count().over("township")).cast(_I).alias("version"))


def _carried(reports: pl.DataFrame) -> pl.DataFrame:
    """Versions with every figure filled from the ones before."""
    return ordered(reports).with_columns(pl.col(COLUMNS).forward_fill().over("township"))


def standing(reports: pl.DataFrame) -> pl.DataFrame:
    """Return STANDING by township."""
    last = _carried(reports).unique("township", keep="last", maintain_order=True)
    final = [pl.coalesce(f + NOW, f).alias(f + NOW) for f in sorted(FINAL)]
    return conform(last.with_columns(pl.col("id").alias("report"), *final), STANDING).sort(
        "township"
    )


def district(stands: pl.DataFrame) -> dict[str, int | None]:
    """Return the sum of STANDING of every figure; null where no township told it."""
    return {
        c: int(stands[c].sum()) if stands[c].drop_nulls().len() else None for c in COLUMNS
    }  # fmt: skip


def changes(reports: pl.DataFrame) -> pl.DataFrame:
    """Return CHANGES of each version against the one before it, by township, version and figure."""
    long = (
        _carried(reports)
        .unpivot(COLUMNS, index=["id", "township", "version"], variable_name="figure",
                 value_name="after")
        .sort("township", "figure", "version")
        .with_columns(pl.col("after").shift().over("township", "figure").alias("before"))
    )  # fmt: skip
    moved = long.filter(
        (pl.col("version") > 1) & pl.col("after").is_not_null()
        & (pl.col("after") != pl.col("before")).fill_null(value=True)
    )  # fmt: skip
    fell = (pl.col("after") < pl.col("before")).fill_null(value=False)
    told = moved.with_columns(
        pl.col("id").alias("report"), (fell & ~pl.col("figure").str.ends_with(NOW)).alias("fell")
    )
    order = pl.col("figure").replace_strict({c: n for n, c in enumerate(COLUMNS)}).alias("_n")
    return conform(told.with_columns(order).sort("township", "version", "_n"), CHANGES)


def follow_ups(
    stands: pl.DataFrame, towns: list[tuple[str, str]], disaster: str, at: dict[str, int]
) -> pl.DataFrame:
    """Return rows of the report form for the next follow-up, filled with the last figures.

    Args:
        stands: STANDING.
        towns: (code, name) of each township, in the order of the rows.
        disaster: the disaster's number in the district's own files.
        at: by township, when the report is due or written, UTC microseconds.
    """
    known = {r["township"]: r for r in stands.iter_rows(named=True)}
    schema: Schema = {
        "township": _S,
        "disaster": _S,
        "phase": _S,
        "reported_at": _I,
        **dict.fromkeys(COLUMNS, _I),
    }
    rows = []
    for code, name in towns:
        last = known.get(code)
        phase = Phase.FOLLOW_UP if last else Phase.FIRST
        figures = {c: last[c] if last else None for c in COLUMNS}
        rows.append({"township": name, "disaster": disaster, "phase": phase.value,
                     "reported_at": at[code], **figures})  # fmt: skip
    return frame(schema, rows)


__all__ = ["CHANGES", "FIGURES", "REPORTS", "STANDING", "changes", "district", "follow_ups",
           "ordered", "standing"]  # fmt: skip
