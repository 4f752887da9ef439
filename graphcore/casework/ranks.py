"""Tier and weight of a subject: who comes first, and how much their coverage counts in goal 3."""

from __future__ import annotations

from datetime import date

import polars as pl

from graphcore.casework.conditions import in_groups
from graphcore.policy.rulebook import Rulebook

PERMILLE = 1000
FIRST, REST = 1, 2


def tier(rulebook: Rulebook, day: date) -> pl.Expr:
    """1 for a subject in a priority group, else 2."""
    first = [str(g) for g in rulebook.at("tier.priority_groups", day).value]
    return (
        pl.when(in_groups(first)).then(pl.lit(FIRST)).otherwise(pl.lit(REST))
        .cast(pl.Int64).alias("tier")
    )  # fmt: skip


def weight(rulebook: Rulebook, day: date) -> pl.Expr:
    """Permille: the largest of the groups' factors x damage x intensity band, rounded down."""
    product = (
        _hardship(rulebook.at("weight.groups", day).value)
        * _damage(rulebook.at("weight.damage", day).value)
        * _band(rulebook.at("weight.intensity", day).value)
    )
    return (product // (PERMILLE * PERMILLE)).alias("weight")


def _hardship(table: dict[str, int]) -> pl.Expr:
    """Largest factor of the subject's groups; one outside the table counts as 1.000."""
    factors = [
        pl.when(pl.col("groups").list.contains(group))
        .then(pl.lit(int(factor), dtype=pl.Int64))
        .otherwise(pl.lit(PERMILLE, dtype=pl.Int64))
        for group, factor in sorted(table.items())
    ]
    return pl.max_horizontal([pl.lit(PERMILLE, dtype=pl.Int64), *factors])


def _damage(table: dict[str, int]) -> pl.Expr:
    return pl.col("damage").replace_strict(
        {k: int(v) for k, v in table.items()}, default=PERMILLE, return_dtype=pl.Int64
    )


def _band(table: dict[int, int]) -> pl.Expr:
    """Factor of the highest band whose lower bound the intensity reaches."""
    factor = pl.lit(PERMILLE, dtype=pl.Int64)
    for low, permille in sorted(table.items()):
        reached = pl.col("intensity") >= int(low)
        factor = pl.when(reached).then(pl.lit(int(permille), dtype=pl.Int64)).otherwise(factor)
    return factor
