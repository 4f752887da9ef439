"""Needs and lines with two keys beside them: what they are alike in, and where they belong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from graphcore.domain.tables import Schema
from optimizer.problem import Problem
from optimizer.swaps import fits, prepared

KIND = ["point", "township", "item", "basic", "day", "daily", "survival", "tier", "weight"]
"""With the hardship groups, what two needs must share to be alike for every rule and goal."""
KINDS: Schema = {
    "kid": pl.String(), "pair": pl.String(), "point": pl.String(), "township": pl.String(),
    "item": pl.String(), "basic": pl.String(), "day": pl.Int64(), "daily": pl.Boolean(),
    "survival": pl.Boolean(), "tier": pl.Int64(), "weight": pl.Int64(), "who": pl.String(),
    "quantity": pl.Int64(), "swappable": pl.Int64(),
}  # fmt: skip
"""Kinds of needs with their units, net of pinned lines; ``swappable``: what whole steps of
substitutes can meet, household by household."""
FLOW = ["kid", "pair", "lot", "item", "need_item", "swap", "warehouse", "mode", "day", "due_day",
        "point", "township", "state"]  # fmt: skip
"""What the lines of a plan are summed over: some thousand rows whatever the households."""
SEP = "\x1f"
Steps = Mapping[str, int]
"""By item, the whole step in which its substitutes come."""


def steps_of(problem: Problem) -> Steps:
    """Return the whole steps of a problem's substitutes."""
    return dict(prepared(problem).select("need_item", "step").unique().iter_rows())


def pair(item: str = "item") -> pl.Expr:
    """Return the key of a (delivery point, item owed): the smallest part that is planned anew."""
    return pl.concat_str("point", item, separator=SEP).alias("pair")


def keyed(needs: pl.DataFrame, steps: Steps) -> pl.DataFrame:
    """Return NEEDS with ``who`` (groups as text), ``pair``, ``swappable`` and ``kid``."""
    who = pl.col("groups").list.sort().list.join(",").fill_null("").alias("who")
    return _sized(needs.with_columns(who, pair()), steps)


def _sized(needs: pl.DataFrame, steps: Steps) -> pl.DataFrame:
    """Add what depends on how much is owed: what substitutes can meet, and the kind."""
    step = pl.lit(None, dtype=pl.Int64)
    if steps:
        step = pl.col("item").replace_strict(steps, default=None, return_dtype=pl.Int64)
    room = fits(pl.col("quantity"), step).fill_null(0)
    told = (pl.col(c).cast(pl.String()) for c in [*KIND, "who", "stepped"])
    return (
        needs.with_columns(swappable=room)
        .with_columns(stepped=pl.col("swappable") > 0)
        .with_columns(kid=pl.concat_str(*told, separator=SEP))
        .drop("stepped")
    )


def net(needs: pl.DataFrame, pinned: pl.DataFrame | None, steps: Steps) -> pl.DataFrame:
    """Return the keyed needs less what pinned lines serve; rows with nothing left are gone."""
    if pinned is None or pinned.is_empty():
        return needs
    served = pinned.group_by("need", pl.col("due_day").alias("day")).agg(
        pl.col("covers").sum().alias("pinned")
    )
    left = pl.col("quantity") - pl.col("pinned").fill_null(0)
    mine = pl.col("need").is_in(served["need"].unique().implode())
    some = needs.filter(mine)
    rest = some.join(served, on=["need", "day"], how="left", maintain_order="left")
    rest = rest.with_columns(left.alias("quantity")).drop("pinned")
    rest = _sized(rest.filter(pl.col("quantity") > 0), steps).select(needs.columns)
    return pl.concat([needs.filter(~mine), rest])


def kinds(needs: pl.DataFrame) -> pl.DataFrame:
    """Return KINDS of keyed, net needs."""
    first = [c for c in KINDS if c not in ("kid", "quantity", "swappable")]
    found = needs.group_by("kid").agg(
        *(pl.col(c).first() for c in first), pl.col("quantity", "swappable").sum()
    )
    return found.select(list(KINDS)).sort("kid")


def with_kind(lines: pl.DataFrame, needs: pl.DataFrame) -> pl.DataFrame:
    """Return LINES with ``kid`` and ``pair`` of the need that each serves; others are dropped."""
    key = needs.select("need", pl.col("day").alias("due_day"), "kid")
    found = lines.join(key, on=["need", "due_day"], maintain_order="left")
    return found.with_columns(pair("need_item"))


def flows(lines: pl.DataFrame) -> pl.DataFrame:
    """Return ``units`` sent and what they ``cover``, by FLOW, of lines with their kinds."""
    units = pl.col("quantity").sum().alias("units")
    return lines.group_by(FLOW).agg(units, pl.col("covers").sum()).sort(FLOW)


def among(pairs: Iterable[str]) -> pl.Expr:
    """Return whether a row's pair is one of those."""
    return pl.col("pair").is_in(pl.Series(sorted(pairs), dtype=pl.String()).implode())
