"""Accounts: numbers that changed after somebody decided and before the money went out."""

from __future__ import annotations

import polars as pl

from graphcore.casework.audits.tables import FOUND
from graphcore.domain.audit import Missing, Rule
from graphcore.domain.tables import Schema, conform

_S, _I, _L = pl.String(), pl.Int64(), pl.List(pl.String())
CHANGED: Schema = {
    "account": _S, "household": _S,
    "n": _I,  # version, 2 = the first change
    "changed_at": _I,  # UTC microseconds
    "file": _S, "actor": _S,
    "cases": _L,  # approved before the change and not paid yet
    "waiting": _I,
}  # fmt: skip
"""Changes of account numbers, without the numbers."""


def swapped(homes: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """FOUND of households whose account number changed while approved money was waiting."""
    rows = conform(changes, CHANGED).filter(pl.col("waiting") > 0).group_by("household").agg(
        pl.col("changed_at").min().alias("since"), pl.len().cast(_I).alias("changes"),
        pl.col("account").first(), pl.col("cases").explode().unique().sort(),
    ).join(homes.select("household", "village", "township"), on="household")  # fmt: skip
    made = rows.with_columns(
        pl.lit(Rule.ACCOUNT_CHANGED.value).alias("rule"), pl.col("household").alias("subject"),
        pl.lit([], dtype=_L).alias("basics"), pl.lit(Missing.PENDING.value).alias("reason"),
        pl.lit("civil_affairs").alias("whom"), pl.struct("changes").struct.json_encode().alias("detail"),
        pl.concat_list(
            pl.lit("Household/") + pl.col("household"), pl.lit("BankAccount/") + pl.col("account"),
            pl.col("cases").list.eval(pl.lit("AidCase/") + pl.element()),
        ).alias("proof"),
    )  # fmt: skip
    return conform(made, FOUND).sort("subject")
