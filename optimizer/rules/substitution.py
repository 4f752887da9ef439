"""Substitution: at its rate, where a rule allows it, within its limit, and in whole steps."""

from __future__ import annotations

import math

import polars as pl

from graphcore.domain.tables import MARKETS, SWAPS, empty
from graphcore.domain.text import say
from optimizer.problem import Problem
from optimizer.rules import kits
from optimizer.rules.case import MOST_NAMED, Case, Violation

_KEY = ["need", "due_day", "swap"]


def rules_of(problem: Problem) -> pl.DataFrame:
    """Return the problem's SWAPS."""
    return empty(SWAPS) if problem.swaps is None else problem.swaps


def stepped(problem: Problem) -> pl.Expr:
    """Return whether a need of `quantity` units of `item` holds a whole step of its substitutes."""
    step = pl.col("item").replace_strict(_steps(problem), default=None, return_dtype=pl.Int64)
    return (pl.col("quantity") >= step).fill_null(value=False)


def _steps(problem: Problem) -> dict[str, int]:
    """Return by item the least number of units that every rate of its substitutes makes whole."""
    parts: dict[str, list[int]] = {}
    for need, give, of in rules_of(problem).select("need_item", "give", "of").iter_rows():
        parts.setdefault(need, []).append(of // math.gcd(give, of))
    return {need: math.lcm(*sizes) for need, sizes in parts.items()}


def substitutable(case: Case, kinds: pl.DataFrame) -> pl.DataFrame:
    """Return kinds of needs with each substitute (`by`) and the day `since` which it may stand in.

    ``kinds`` have township, item and day.
    """
    limits = _limits(case).select("swap", "township", "day", "top", "pinned")
    step = pl.col("item").replace_strict(_steps(case.problem), default=1, return_dtype=pl.Int64)
    since = pl.when(pl.col("market")).then("from_day").otherwise(0)
    return (
        kinds.join(rules_of(case.problem).rename({"item": "by"}), left_on="item",
                   right_on="need_item")
        .join(_markets(case), on="township", how="left")
        .join(limits, on=["swap", "township", "day"], how="left")
        .with_columns(since=since)
        .filter(pl.col("since").is_not_null()
                & (pl.col("top") - pl.col("pinned") >= step))
        .select(*kinds.columns, "by", "since")
    )  # fmt: skip


def named(case: Case) -> list[Violation]:
    """A line that gives another item than the one owed names a rule that allows it; others none."""
    rules = rules_of(case.problem).select("swap", "item", "need_item")
    other = pl.col("item") != pl.col("need_item")
    swapped = case.fresh.filter(other | (pl.col("swap") != ""))
    swapped = swapped.filter(~kits.lines_of(case.problem))
    bad = swapped.join(rules, on=["swap", "item", "need_item"], how="anti")["line"].sort()
    return [
        Violation("swap", line, say("该行发放的物资与所需不同，没有替代规则允许这样做。"))
        for line in bad.head(MOST_NAMED)
    ]


def rate(case: Case) -> list[Violation]:
    """What a household is given for a need covers what the rule's rate says, in whole units."""
    swapped = case.fresh.filter(pl.col("swap") != "")
    plain = case.fresh.filter((pl.col("swap") == "") & (pl.col("covers") != pl.col("quantity")))
    total = swapped.group_by(*_KEY, "day", "state").agg(pl.col("quantity", "covers").sum(),
                                                        pl.col("line").min())  # fmt: skip
    table = total.join(rules_of(case.problem).select("swap", "give", "of"), on="swap", how="inner")
    wrong = table.filter(
        (pl.col("quantity") * pl.col("of") != pl.col("covers") * pl.col("give"))
        | (pl.col("covers") < 1)
    )
    refs = pl.concat([plain["line"], wrong["line"]]).sort()
    return [
        Violation("swap_rate", line, say("该行发放数量与所抵需求数量不符合替代比例。"))
        for line in refs.head(MOST_NAMED)
    ]


def within_limit(case: Case) -> list[Violation]:
    """A rule meets no more than its share of what a township is owed of the item on a day.

    Requests are counted too. What pinned lines substitute beyond it is theirs.
    """
    over = _limits(case).filter(pl.col("all") > pl.max_horizontal("top", "pinned"))
    return [
        Violation("swap_limit", township,
                  say("第 {day} 天的需求中，规则“{swap}”替代了 {units} 件，超过上限 {most}。",
                      day=day, swap=swap, units=units, most=most))
        for township, day, swap, units, most in over.sort("township", "day", "swap")
        .select("township", "day", "swap", "all", "top").head(MOST_NAMED).iter_rows()
    ]  # fmt: skip


def market_open(case: Case) -> list[Violation]:
    """Money stands for goods only where a market works on the day."""
    rules = rules_of(case.problem).filter("market").select("swap")
    table = case.fresh.join(rules, on="swap", how="semi").join(
        _markets(case), on="township", how="left"
    )
    shut = (pl.col("day") >= pl.col("from_day")).fill_null(value=False).not_()
    return [
        Violation("market", line, say("第 {day} 天该乡镇市场尚未恢复，不能以资金替代物资。", day=day))
        for line, day in table.filter(shut).sort("line").select("line", "day")
        .head(MOST_NAMED).iter_rows()
    ]  # fmt: skip


def _limits(case: Case) -> pl.DataFrame:
    """Return (swap, township, day, top, all, pinned, step): units of the need, limit and use."""
    owed = case.problem.needs.group_by("item", "township", "day").agg(pl.col("quantity").sum())
    table = (
        rules_of(case.problem)
        .join(owed, left_on="need_item", right_on="item")
        .with_columns(top=pl.col("quantity") * pl.col("most_permille") // 1000)
    )
    for name, lines in (("all", case.lines), ("pinned", case.pinned)):
        used = lines.group_by("swap", "township", pl.col("due_day").alias("day")).agg(
            pl.col("covers").sum().alias(name)
        )
        table = table.join(used, on=["swap", "township", "day"], how="left")
    return table.with_columns(pl.col("all", "pinned").fill_null(0))


def _markets(case: Case) -> pl.DataFrame:
    table = empty(MARKETS) if case.problem.markets is None else case.problem.markets
    return table.group_by("township").agg(pl.col("from_day").min())
