"""What a designated gift's purpose can never use may go elsewhere, where its donor said so before.

A lot whose donor agreed to it is split: as many units as its purpose is owed stay with the purpose,
the rest is free. Both parts are the same lot to everybody else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import polars as pl

from graphcore.domain.tables import KITS, LINES, LOTS, SWAPS, completed, empty, met
from optimizer.problem import Problem, Solution

MARK = "\x1fsurplus"
"""Ends the id of the free part of a lot, as long as the problem is split."""
_NAMED = ("only_townships", "only_groups", "only_items")


def split(problem: Problem) -> Problem:
    """Return the problem with the surplus of designated lots as free lots of their own."""
    rest = surplus(problem).filter(pl.col("surplus_units") > 0)
    if rest.is_empty():
        return problem
    none = pl.lit([], dtype=pl.List(pl.String()))
    free = problem.lots.join(rest, on="lot").with_columns(
        pl.col("lot") + MARK, pl.col("surplus_units").alias("quantity"),
        *(none.alias(name) for name in _NAMED),
    )  # fmt: skip
    kept = problem.lots.join(rest, on="lot", how="left", maintain_order="left").with_columns(
        pl.col("quantity") - pl.col("surplus_units").fill_null(0)
    )
    both = [part.select(list(LOTS)) for part in (kept, free)]
    return replace(problem, lots=pl.concat(both).sort("lot"))


def surplus(problem: Problem) -> pl.DataFrame:
    """Return (lot, surplus_units): what each lot holds beyond what its purpose is owed.

    Counted generously for the purpose: all that is owed in the plan's days to those whom the donor
    named, reachable or not, of the item itself and of all that it may stand in for.
    """
    lots = completed(problem.lots, LOTS)
    rows = [
        (lot["lot"], max(0, lot["quantity"] - owed_to(problem, lot)))
        for lot in lots.filter("surplus").iter_rows(named=True)
        if any(lot[name] for name in _NAMED)
    ]
    return pl.DataFrame(rows, schema={"lot": pl.String, "surplus_units": pl.Int64}, orient="row")


def owed_to(problem: Problem, lot: dict[str, object]) -> int:
    """Return how many units of a lot its purpose could use at most."""
    mine = problem.needs.filter(within(lot))
    served = empty(LINES) if problem.pinned is None else problem.pinned
    gone = met(served).group_by("need", pl.col("due_day").alias("day")).agg(pl.col("covers").sum())
    owed = mine.join(gone, on=["need", "day"], how="left").select(
        "item", units=pl.col("quantity") - pl.col("covers").fill_null(0)
    )
    total = owed.group_by("item").agg(pl.col("units").clip(lower_bound=0).sum())
    held = empty(KITS) if problem.kits is None else problem.kits
    kit = held.filter(pl.col("kit") == lot["item"]).rename({"units": "each"})
    if kit.height:  # whole kits: no more than the least of its contents is owed
        owes: dict[str, int] = dict(total.iter_rows())
        return min(owes.get(item, 0) // int(each) for _, item, each in kit.iter_rows())
    rules = empty(SWAPS) if problem.swaps is None else problem.swaps
    other = rules.filter(pl.col("item") == lot["item"]).group_by("need_item").agg(
        (pl.col("give") / pl.col("of")).max().alias("rate")
    )  # fmt: skip
    rates = dict(other.iter_rows()) | {lot["item"]: 1.0}
    return sum(
        -int(-units * rates[item] // 1) for item, units in total.iter_rows() if item in rates
    )


def within(lot: dict[str, object]) -> pl.Expr:
    """Return which needs a lot's donor named."""
    towns, groups, items = (cast("list[str]", lot[name] or []) for name in _NAMED)
    here = pl.col("township").is_in(towns) if towns else pl.lit(value=True)
    who = pl.col("groups").list.set_intersection(groups).list.len() > 0 if groups else True
    return here & who & (pl.col("item").is_in(items) if items else pl.lit(value=True))


def joined(solution: Solution) -> Solution:
    """Return the solution with both parts of a lot as one lot again; its lines say ``surplus``."""
    if not solution.lines["lot"].str.ends_with(MARK).any() and not (
        solution.left_out["lot"].str.ends_with(MARK).any()
    ):
        return solution
    own = pl.col("lot").str.replace(MARK, "", literal=True)
    extra = pl.col("lot").str.ends_with(MARK)
    lines = solution.lines.with_columns(
        pl.when(extra & (pl.col("state") == "firm")).then(pl.lit("surplus")).otherwise("reason")
        .alias("reason"), own.alias("lot"),
    )  # fmt: skip
    left = solution.left_out.with_columns(own).group_by("lot", "item", "warehouse").agg(
        pl.col("quantity").sum(), pl.col("reason").sort_by("quantity", "reason").last()
    )  # fmt: skip
    return replace(solution, lines=lines, left_out=left.sort("lot"))
