"""Needs: every unit owed is a line or a shortfall, on a day that serves it, whole and once."""

from __future__ import annotations

import polars as pl

from graphcore.domain.tables import met
from graphcore.domain.text import say
from optimizer.rules.case import MOST_NAMED, Case, Violation

_KEY = ["need", "day"]


def balance(case: Case) -> list[Violation]:
    """Every (need, day) has needed = lines + shortfalls; requests are not counted.

    Pinned lines may exceed a need that shrank after they left.
    """
    table = (
        case.problem.needs.select("need", "day", "quantity")
        .join(_served(case.lines, "lines"), on=_KEY, how="full", coalesce=True)
        .join(_served(case.pinned, "pinned"), on=_KEY, how="left")
        .join(_short(case), on=_KEY, how="full", coalesce=True)
        .with_columns(pl.col("quantity", "lines", "pinned", "short").fill_null(0))
    )
    owed = pl.max_horizontal("quantity", "pinned")
    bad = table.filter(pl.col("lines") + pl.col("short") != owed).sort(_KEY)
    return [
        Violation(
            "balance", need,
            say("第 {day} 天应得 {need} 件，计划 {lines} 件加缺口 {short} 件与之不符。",
                day=day, need=quantity, lines=lines, short=short),
        )
        for need, day, quantity, lines, short in bad
        .select("need", "day", "quantity", "lines", "short").head(MOST_NAMED).iter_rows()
    ]  # fmt: skip


def _served(lines: pl.DataFrame, name: str) -> pl.DataFrame:
    counted = met(lines).filter(pl.col("state").is_in(["firm", "accepted"]))
    return counted.group_by("need", pl.col("due_day").alias("day")).agg(
        pl.col("covers").sum().alias(name)
    )


def _short(case: Case) -> pl.DataFrame:
    table = case.solution.shortfalls
    return table.group_by(_KEY).agg(pl.col("quantity").sum().alias("short"))


def whole(case: Case) -> list[Violation]:
    """Lines and shortfalls are at least one whole unit."""
    tables = ((case.lines, "line"), (case.solution.shortfalls, "shortfall"))
    bad = [
        ref
        for table, column in tables
        for ref in table.filter(pl.col("quantity") < 1)[column].head(MOST_NAMED).to_list()
    ]
    return [Violation("whole", ref, say("数量应为不小于 1 的整数。")) for ref in bad]


def unique(case: Case) -> list[Violation]:
    """No line and no shortfall appears twice."""
    found = []
    for table, column in ((case.lines, "line"), (case.solution.shortfalls, "shortfall")):
        double = table.filter(pl.col(column).is_duplicated())[column].unique().sort()
        found += [
            Violation("unique", ref, say("编号重复出现。")) for ref in double.head(MOST_NAMED)
        ]
    return found


def on_its_day(case: Case) -> list[Violation]:
    """A daily need is served on its day; a durable on its day or later, within the horizon."""
    kind = case.problem.needs.select("need", pl.col("day").alias("due_day"), "daily")
    table = case.serving.join(kind, on=["need", "due_day"], how="left")
    day, due = pl.col("day"), pl.col("due_day")
    good = pl.when(pl.col("daily")).then(day == due).otherwise(day >= due)
    bad = table.filter(~(good & (day < case.problem.days) & pl.col("daily").is_not_null()))
    return [
        Violation(
            "day", line, say("发放日（第 {day} 天）不符合应得日（第 {due} 天）。", day=d, due=u)
        )
        for line, d, u in bad.sort("line")
        .select("line", "day", "due_day")
        .head(MOST_NAMED)
        .iter_rows()
    ]


def same_place(case: Case) -> list[Violation]:
    """Lines and shortfalls carry the subject, point, township and (needed) item of their need."""
    place = ["subject", "point", "township", "item"]
    needs = case.problem.needs.select("need", "day", *place).rename({"day": "due_day"})
    served = case.serving.drop("item").rename({"need_item": "item"})
    lost = served.join(needs, on=["need", "due_day", *place], how="anti")["line"]
    short = case.solution.shortfalls.rename({"day": "due_day"})
    gone = short.join(needs, on=["need", "due_day", *place], how="anti")["shortfall"]
    refs = lost.sort().head(MOST_NAMED).to_list() + gone.sort().head(MOST_NAMED).to_list()
    return [
        Violation("place", ref, say("该行的户、发放点、乡镇或品种与需求不一致。")) for ref in refs
    ]
