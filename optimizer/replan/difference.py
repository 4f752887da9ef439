"""The difference between two plans, line by line and goal by goal."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from graphcore.domain.tables import Schema
from optimizer.surplus import MARK

_S, _I = pl.String(), pl.Int64()
MOVES: Schema = {
    "move": _S,  # added | removed | changed
    "need": _S, "due_day": _I, "subject": _S, "township": _S, "point": _S, "item": _S, "state": _S,
    "old_item": _S, "old_lot": _S, "old_warehouse": _S, "old_mode": _S, "old_day": _I, "old_quantity": _I,
    "new_item": _S, "new_lot": _S, "new_warehouse": _S, "new_mode": _S, "new_day": _I, "new_quantity": _I,
}  # fmt: skip
"""One row a line that is new, gone, or goes another way, on another day, in another quantity.

``item`` is what is owed; ``old_item`` and ``new_item`` are handed over (a substitute differs)."""
_NEED = ["need", "due_day", "state"]
_WAY = ["given", "lot", "warehouse", "mode", "day"]
_SHOWN = ["subject", "township", "point", "item"]


@dataclass(frozen=True)
class GoalMove:
    """What becomes of one goal: value before and after, and the most that any plan could have."""

    name: str
    unit: str
    before: float
    after: float
    bound: float | None = None


@dataclass(frozen=True)
class Difference:
    """What a new plan changes of the published one."""

    moves: pl.DataFrame  # MOVES
    goals: tuple[GoalMove, ...]
    kept_share: float  # of the published units (items count alike), on the same line as before
    units: int  # published units that were compared, for those who add up shares

    def count(self, move: str) -> int:
        """Return how many lines were added, removed or changed."""
        return self.moves.filter(pl.col("move") == move).height

    @property
    def empty(self) -> bool:
        """Whether no line differs."""
        return self.moves.is_empty()


def moves(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Return MOVES from the lines of one plan to those of another, ids set aside."""
    before, after = _summed(old), _summed(new)
    both = [*_NEED, *_SHOWN, *_WAY, "quantity"]
    gone = before.join(after, on=both, how="anti")
    come = after.join(before, on=both, how="anti")
    table = _numbered(gone).join(
        _numbered(come), on=[*_NEED, "nth"], how="full", coalesce=True, suffix="_new"
    )
    move = (
        pl.when(pl.col("quantity").is_null()).then(pl.lit("added"))
        .when(pl.col("quantity_new").is_null()).then(pl.lit("removed"))
        .otherwise(pl.lit("changed"))
    )  # fmt: skip
    told = {"given": "item"} | {c: c for c in [*_WAY[1:], "quantity"]}
    olds = [pl.col(c).alias(f"old_{name}") for c, name in told.items()]
    news = [pl.col(f"{c}_new").alias(f"new_{name}") for c, name in told.items()]
    shown = [pl.coalesce(c, f"{c}_new").alias(c) for c in _SHOWN]
    found = table.select(move.alias("move"), *_NEED, *shown, *olds, *news)
    return found.select(list(MOVES)).sort("move", *_NEED, "old_lot", "new_lot")


def _summed(lines: pl.DataFrame) -> pl.DataFrame:
    own = pl.col("lot").str.replace(MARK, "", literal=True)
    told = lines.with_columns(own, given=pl.col("item"), item=pl.col("need_item"))
    return told.group_by(*_NEED, *_SHOWN, *_WAY).agg(pl.col("quantity").sum())


def _numbered(lines: pl.DataFrame) -> pl.DataFrame:
    """Number a need's lines, so that what replaces what can be said: like days meet first."""
    order = lines.sort(*_NEED, "day", "lot", "mode")
    return order.with_columns(nth=pl.int_range(pl.len()).over(_NEED))


def kept(old: pl.DataFrame, found: pl.DataFrame) -> float:
    """Return the share of published units that stay on the same line, items counted alike.

    Args:
        old: Published units: item, quantity (lines, or sums of them).
        found: MOVES away from them.
    """
    total = old.group_by("item").agg(pl.col("quantity").sum())
    same = pl.col("old_lot").eq_missing(pl.col("new_lot")) & pl.col("old_mode").eq_missing(
        pl.col("new_mode")
    ) & pl.col("old_day").eq_missing(pl.col("new_day"))  # fmt: skip
    stay = pl.when(same).then(pl.min_horizontal("old_quantity", "new_quantity")).otherwise(0)
    lost = (
        found.filter(pl.col("old_quantity").is_not_null())
        .group_by(item="old_item").agg((pl.col("old_quantity") - stay).sum().alias("lost"))
    )  # fmt: skip
    both = total.join(lost, on="item", how="left").with_columns(pl.col("lost").fill_null(0))
    if both.is_empty():
        return 1.0
    return 1.0 - float(both.select((pl.col("lost") / pl.col("quantity")).mean()).item())
