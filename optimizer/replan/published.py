"""The plan in force, made ready for changes: keyed tables, its board, its prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from graphcore.domain.plan import GoalResult
from graphcore.domain.tables import NEEDS, SHORTFALLS
from optimizer.order import ORDINARY, Order
from optimizer.problem import Limits, Problem, Solution
from optimizer.replan.board import Board, board, whole
from optimizer.replan.keyed import flows, keyed, kinds, net, pair, steps_of, with_kind
from optimizer.replan.prices import Prices, prices
from optimizer.surplus import MARK, split, within
from optimizer.swaps import owed
from optimizer.validate import validate

REST = "\x1frest"
"""Ends the id of what a pin leaves of a line: the pinned units have the line's own."""
PRICED = Limits(work=2_000_000)


@dataclass(frozen=True)
class Published:
    """A plan and the problem that it answers, ready to be patched.

    ``needs`` are the problem's with their keys, ``lines`` all that are not pinned, with theirs.
    """

    problem: Problem
    needs: pl.DataFrame
    lines: pl.DataFrame
    shortfalls: pl.DataFrame
    goals: tuple[GoalResult, ...]
    board: Board
    prices: tuple[Prices, ...]
    stated: Mapping[str, float]  # value at each goal, net of what was pinned then

    @cached_property
    def hashes(self) -> pl.Series:
        """A hash of each row of ``needs``, which tells changed rows at once."""
        return hashed(self.needs)

    @cached_property
    def owed(self) -> pl.DataFrame:
        """What everybody is owed: `optimizer.swaps.OWED`."""
        return owed(self.needs)

    @property
    def loads(self) -> pl.DataFrame:
        """What there is to keep to: firm units as `optimizer.keep.loads` reads them."""
        firm = self.board.units.filter(
            (pl.col("state") == "firm") & pl.col("day").is_between(0, self.problem.days - 1)
        )
        return firm.with_columns(quantity="units", price=pl.lit(1.0))

    @cached_property
    def gaps(self) -> dict[str, float]:
        """How far each goal was from its bound when the plan was published."""
        return {g.name: abs(g.bound - g.value) for g in self.goals}


def prepare(
    problem: Problem, solution: Solution, limits: Limits | None = PRICED, order: Order = ORDINARY
) -> Published:
    """Return a plan made ready: a second or two at 100,000 households, once a plan.

    Args:
        problem: What the plan was made from.
        solution: The plan, judged correct.
        limits: Of the programs that yield the prices; None = no prices, hence no bounds.
        order: Of the goals that the plan was asked for.

    Raises:
        ProblemInvalid: numbers that no plan can be made from.
    """
    told = validate(problem)
    problem = split(told)
    steps = steps_of(problem)
    needs = keyed(problem.needs, steps)
    own = net(needs, problem.pinned, steps)
    fresh = marked(loose(solution.lines, problem.pinned), told, problem)
    lines = with_kind(fresh, own)
    made = board(problem, kinds(own), flows(lines), whole(problem, order))
    priced = () if limits is None else tuple(prices(made, limits))
    shortfalls = solution.shortfalls.select(list(SHORTFALLS)).with_columns(pair())
    return Published(problem, needs, lines, shortfalls, solution.goals, made, priced, made.values)


def marked(lines: pl.DataFrame, told: Problem, problem: Problem) -> pl.DataFrame:
    """Return the lines with the part of its lot that each draws on, where surplus was split off.

    What serves the donor's purpose draws on the purpose's part as long as that lasts; the rest, and
    all that goes elsewhere, on the surplus.
    """
    for lot in problem.lots.filter(pl.col("lot").str.ends_with(MARK))["lot"].to_list():
        own = str(lot).removesuffix(MARK)
        (row,) = told.lots.filter(pl.col("lot") == own).to_dicts()
        held = problem.lots.filter(pl.col("lot") == own)["quantity"].sum()
        meant = told.needs.filter(within(row)).select("need", pl.col("day").alias("due_day"))
        mine = lines.filter(pl.col("lot") == own).sort("line")
        inside = mine.join(meant, on=["need", "due_day"], how="semi", maintain_order="left")
        fits = inside.filter(pl.col("quantity").cum_sum() <= held)["line"]
        away = (pl.col("lot") == own) & ~pl.col("line").is_in(fits.implode())
        lines = lines.with_columns(pl.when(away).then(pl.lit(lot)).otherwise("lot").alias("lot"))
    return lines


def loose(lines: pl.DataFrame, pinned: pl.DataFrame | None) -> pl.DataFrame:
    """Return the lines that are not pinned."""
    if pinned is None or pinned.is_empty():
        return lines
    return lines.join(pinned.select("line"), on="line", how="anti", maintain_order="left")


def released(old: Published, pinned: pl.DataFrame | None) -> Published:
    """Return the plan without the lines (or the units of them) that are pinned by now.

    They are no longer the plan's to move, and their goods are off the lots' quantities.
    """
    if pinned is None or pinned.is_empty():
        return old
    mine = old.lines.select("line", "kid", "pair")
    fixed = pinned.join(mine, on="line", maintain_order="left")
    if fixed.is_empty():
        return old
    taken = fixed.select("line", taken="quantity", met="covers")
    left = pl.col("quantity") - pl.col("taken").fill_null(0)
    owed = pl.col("covers") - pl.col("met").fill_null(0)
    lines = old.lines.join(taken, on="line", how="left", maintain_order="left")
    rest = pl.when(pl.col("taken").is_null()).then("line").otherwise(pl.col("line") + REST)
    lines = lines.with_columns(
        left.alias("quantity"), owed.alias("covers"), rest.alias("line")
    ).drop("taken", "met")  # fmt: skip
    lines = lines.filter(pl.col("quantity") > 0)
    return replace(old, lines=lines, board=replace(old.board, units=flows(lines)))


def hashed(needs: pl.DataFrame) -> pl.Series:
    """Return a hash of each NEEDS row, whatever the order of its groups."""
    one = int(str(needs["groups"].list.len().max() or 0))
    groups = pl.col("groups").list
    text = groups.first() if one <= 1 else groups.sort().list.join(",")  # joining takes most of it
    return needs.select(list(NEEDS)).with_columns(text.fill_null("")).hash_rows(seed=1)
