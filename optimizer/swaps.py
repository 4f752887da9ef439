"""Substitution: what may stand for what, in whole steps that every rate of an item agrees on."""

from __future__ import annotations

import math
from functools import reduce

import polars as pl

from graphcore.domain.tables import MARKETS, SWAPS, Schema, empty
from optimizer.problem import Problem

PERMILLE = 1000
BULK = 10
"""From so many units for one unit of a need on, the solver counts the substitute in that many."""

PREPARED = {
    **SWAPS,
    "take": pl.Int64(),  # units of `item` that one step draws
    "step": pl.Int64(),  # units of the need that one step meets; the same for all swaps of an item
}


def prepared(problem: Problem) -> pl.DataFrame:
    """Return SWAPS with the whole step of each, by need and name.

    All substitutes of an item go in steps of one size, the least that every rate makes whole: so
    they add up, and what a household can take of them all is a whole number of steps.
    """
    table = empty(SWAPS) if problem.swaps is None else problem.swaps
    if table.is_empty():
        return empty(PREPARED)
    reduced = [math.gcd(g, o) for g, o in table.select("give", "of").iter_rows()]
    table = table.with_columns(gcd=pl.Series(reduced, dtype=pl.Int64))
    table = table.with_columns(pl.col("give") // pl.col("gcd"), pl.col("of") // pl.col("gcd"))
    steps = {need: _lcm(group["of"]) for (need,), group in table.group_by("need_item")}
    step = pl.col("need_item").replace_strict(steps, default=1, return_dtype=pl.Int64)
    return (
        table.with_columns(step=step)
        .with_columns(take=pl.col("give") * pl.col("step") // pl.col("of"))
        .select(list(PREPARED))
        .sort("need_item", "swap")
    )


def markets(problem: Problem) -> pl.DataFrame:
    """Return MARKETS, one row a township with its first day."""
    table = empty(MARKETS) if problem.markets is None else problem.markets
    return table.group_by("township").agg(pl.col("from_day").min()).sort("township")


def scales(swaps: pl.DataFrame, items: pl.DataFrame) -> dict[str, int]:
    """Return by item in how many units the solver counts it: 1 but for money and the like.

    A bottle that costs 300 fen beside stocks of millions would leave the solver's tolerances no
    room. Only what weighs nothing is scaled, so that no cost of transport is.
    """
    light = items.filter((pl.col("weight_g") == 0) & (pl.col("volume_ml") == 0))
    least = (
        swaps.join(light, on="item", how="semi")
        .group_by("item")
        .agg((pl.col("take") // pl.col("step")).min())
    )
    return {item: unit for item, unit in least.iter_rows() if unit >= BULK}


def fits(quantity: pl.Expr, step: pl.Expr) -> pl.Expr:
    """Return how much of a household's need whole steps can meet."""
    return quantity // step * step


LIMITS: Schema = {
    "limit": pl.Int64(), "swap": pl.String(), "township": pl.String(), "day": pl.Int64(),
    "units": pl.Int64(),
}  # fmt: skip
OWED = ["item", "township", "day"]
"""What limits of rules are shares of: units owed by these."""


def owed(needs: pl.DataFrame) -> pl.DataFrame:
    """Return (OWED, quantity): what is owed of each item in each township on each day."""
    return needs.group_by(OWED).agg(pl.col("quantity").sum())


def limits(
    problem: Problem, swaps: pl.DataFrame, known: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return (limit, swap, township, day, units): how far each limited rule may go.

    A rule's limit is a share of what the township's people are owed of the item on a day; what
    pinned lines substitute already is taken off. ``known`` is what `owed` returns, where it is
    known already.
    """
    bound = swaps.filter(pl.col("most_permille") < PERMILLE)
    if bound.is_empty():
        return empty(LIMITS)
    total = owed(problem.needs) if known is None else known
    found = bound.join(total, left_on="need_item", right_on="item").select(
        "swap", "township", "day",
        units=pl.col("quantity") * pl.col("most_permille") // PERMILLE,
    )  # fmt: skip
    if problem.pinned is not None and problem.pinned.height:
        gone = problem.pinned.group_by("swap", "township", pl.col("due_day").alias("day")).agg(
            pl.col("covers").sum().alias("gone")
        )
        found = found.join(gone, on=["swap", "township", "day"], how="left").with_columns(
            units=(pl.col("units") - pl.col("gone").fill_null(0)).clip(lower_bound=0)
        )
    number = pl.int_range(pl.len(), dtype=pl.Int64).alias("limit")
    return found.sort("swap", "township", "day").select(number, "swap", "township", "day", "units")


def _lcm(values: pl.Series) -> int:
    return reduce(math.lcm, values.to_list(), 1)
