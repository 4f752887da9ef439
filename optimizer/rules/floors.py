"""Equity floors: what the dispatcher asked for at least, in whole units."""

from __future__ import annotations

import polars as pl

from graphcore.domain.text import say
from optimizer.floors import targets
from optimizer.rules.case import MOST_NAMED, Case, Violation


def kept(case: Case) -> list[Violation]:
    """Each township and group gets at least the stated share of what it is owed."""
    fresh = case.serving.filter(pl.col("state") == "firm")
    got = fresh.group_by("need", pl.col("due_day").alias("day")).agg(pl.col("covers").sum())
    table = case.problem.needs.join(got, on=["need", "day"], how="left")
    found = []
    for row in targets(case.problem).iter_rows(named=True):
        mine = table
        for column in ("township", "item"):
            mine = mine.filter(pl.col(column) == row[column]) if row[column] else mine
        if row["group"]:
            mine = mine.filter(pl.col("groups").list.contains(row["group"]))
        units = int(mine["covers"].sum())
        if units < row["target"]:
            what = say("保底要求“{floor}”未达到：{item} 应至少 {target} 件，计划 {units} 件。",
                       floor=row["floor"], item=row["item"] or "—", target=row["target"],
                       units=units)  # fmt: skip
            found.append(Violation("floor", row["township"] or row["group"], what))
    return found[:MOST_NAMED]
