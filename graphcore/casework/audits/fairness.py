"""Fairness: how much of what is owed is covered, by township, group, sex, age and remoteness.

A household's coverage is the mean, over its needs, of (received + planned) / (needed - not
needed): units of different items are never added up. A category's coverage is the mean over its
persons, each with the household's. Categories of few households are merged, so that no figure is
of somebody in particular.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from graphcore.casework.audits.tables import FOUND
from graphcore.domain.audit import Missing, Rule
from graphcore.domain.tables import Schema, conform, empty

_S, _I, _L = pl.String(), pl.Int64(), pl.List(pl.String())
BELONGS: Schema = {"household": _S, "dimension": _S, "category": _S, "persons": _I}
"""Who belongs to which category, with how many persons."""

COVERAGE: Schema = {
    "dimension": _S, "category": _S, "households": _I, "persons": _I, "coverage": _I, "gap": _I,
    "merged": _I,
}  # fmt: skip
"""Permille; ``gap`` is below the mean of everybody (negative: above); ``merged`` categories are in
this one; the coverage of a dimension that has too few households altogether is null."""

MERGED = "merged"
PERMILLE = 1000
_MOST = 100


def covered(accounts: pl.DataFrame) -> pl.DataFrame:
    """Return (household, coverage) of ACCOUNTS: 0 to 1, null where nothing is owed."""
    open_ = pl.col("needed") - pl.col("not_needed")
    got = (pl.col("received") + pl.col("planned")) / open_
    some = accounts.filter(open_ > 0).with_columns(got.clip(upper_bound=1.0).alias("_got"))
    return some.group_by("household").agg(pl.col("_got").mean().alias("coverage")).sort("household")


def coverage(belongs: pl.DataFrame, cover: pl.DataFrame, least: int) -> pl.DataFrame:
    """Return COVERAGE, the largest gap first; no category of fewer than ``least`` households."""
    rows = conform(belongs, BELONGS).join(cover, on="household")
    if rows.is_empty():
        return empty(COVERAGE)
    weighted = (pl.col("coverage") * pl.col("persons")).sum()
    counts = rows.group_by("dimension", "category").agg(
        pl.col("household").n_unique().cast(_I).alias("households"),
        pl.col("persons").sum(), weighted.alias("got"),
    )  # fmt: skip
    names = _merged(counts, least)
    renamed = rows.join(names, on=["dimension", "category"])
    told = renamed.group_by("dimension", pl.col("into").alias("category")).agg(
        pl.col("household").n_unique().cast(_I).alias("households"), pl.col("persons").sum(),
        weighted.alias("got"), pl.col("category").n_unique().cast(_I).alias("merged"),
    )  # fmt: skip
    return _gaps(told, least, _everybody(rows))


def _everybody(rows: pl.DataFrame) -> float | None:
    """Mean coverage of all persons, each once: by township; null where no township is told.

    Somebody of two groups is in two categories of that dimension, which has no such mean.
    """
    each = rows.filter(pl.col("dimension") == "township")
    whole = int(each["persons"].sum())
    return float((each["coverage"] * each["persons"]).sum()) / whole if whole else None


def _merged(counts: pl.DataFrame, least: int) -> pl.DataFrame:
    """Return dimension, category, into: small categories, and as many next ones as it takes.

    One small category alone could be told from the total, so that another always joins it.
    """
    parts = []
    for _, part in counts.sort("dimension", "households", "category").group_by(
        "dimension", maintain_order=True
    ):
        sizes = part["households"].to_list()
        small = sum(n < least for n in sizes)
        if small and small < len(sizes):
            small = max(small, 2)
        while small and small < len(sizes) and sum(sizes[:small]) < least:
            small += 1
        into = [MERGED] * small + part["category"].to_list()[small:]
        parts.append(part.select("dimension", "category").with_columns(pl.Series("into", into)))
    return pl.concat(parts)


def _gaps(told: pl.DataFrame, least: int, everybody: float | None) -> pl.DataFrame:
    share = pl.col("got") / pl.col("persons")
    own = pl.col("got").sum().over("dimension") / pl.col("persons").sum().over("dimension")
    mean = own if everybody is None else pl.lit(everybody)
    enough = pl.col("households") >= least
    told = told.with_columns(
        pl.when(enough).then((share * PERMILLE).round().cast(_I)).alias("coverage"),
        pl.when(enough).then(((mean - share) * PERMILLE).round().cast(_I)).alias("gap"),
    )
    return conform(told, COVERAGE).sort(
        "gap", "dimension", "category", descending=[True, False, False], nulls_last=True
    )


def behind(
    belongs: pl.DataFrame, cover: pl.DataFrame, dimension: str, category: str
) -> pl.DataFrame:
    """Return (household, coverage) of a category that fall short, the least covered first."""
    rows = belongs.filter((pl.col("dimension") == dimension) & (pl.col("category") == category))
    short = rows.select("household").unique().join(cover, on="household").filter(
        pl.col("coverage") < 1.0
    )  # fmt: skip
    return short.sort("coverage", "household")


def gaps(
    table: pl.DataFrame, belongs: pl.DataFrame, cover: pl.DataFrame, from_gap: int, since: int
) -> pl.DataFrame:
    """FOUND of each category whose coverage lies ``from_gap`` permille or more below the mean."""
    wide = table.filter((pl.col("gap") >= from_gap) & (pl.col("category") != MERGED))
    rows = [_gap(row, belongs, cover, since) for row in wide.iter_rows(named=True)]
    made = pl.DataFrame(rows, schema=dict(FOUND), orient="row") if rows else empty(FOUND)
    return made.sort("subject")


def _gap(
    row: Mapping[str, object], belongs: pl.DataFrame, cover: pl.DataFrame, since: int
) -> dict[str, object]:
    dimension, category = str(row["dimension"]), str(row["category"])
    few = behind(belongs, cover, dimension, category)["household"].head(_MOST).to_list()
    figures = ",".join(f'"{k}":{row[k]}' for k in ("households", "persons", "coverage", "gap"))
    return {
        "rule": Rule.GAP.value, "subject": f"{dimension}:{category}", "village": "",
        "township": category if dimension == "township" else "", "basics": [],
        "reason": Missing.PENDING.value, "whom": "dispatcher", "since": since,
        "detail": f"{{{figures}}}", "proof": [_node(h) for h in few],
    }  # fmt: skip


def _node(home: str) -> str:
    return f"Headcount/{home}" if home.startswith("HC-") else f"Household/{home}"


def banded(minutes: pl.Expr, limits: Sequence[int]) -> pl.Expr:
    """Return the band of a way's length: ``to_30``, ``to_60``, ``beyond``; no way: ``cut_off``."""
    band = pl.lit("beyond")
    for limit in sorted(limits, reverse=True):
        band = pl.when(minutes <= limit).then(pl.lit(f"to_{limit}")).otherwise(band)
    return pl.when(minutes.is_null()).then(pl.lit("cut_off")).otherwise(band)
