"""Time: one task at a time, rest, hours of the day, teams together."""

from __future__ import annotations

import polars as pl

from graphcore.domain.text import say
from optimizer.rules.case import Violation
from optimizer.volunteers.rules.case import Case, found


def rest(case: Case) -> list[Violation]:
    """Between two shifts of one person lie their hours of rest; of none, shifts do not overlap."""
    cols = ("line", "volunteer", "begin", "end", "rest_hours", "slot")
    one = case.fresh.select(cols)
    two = case.lines.select(cols).rename({c: f"{c}_2" for c in cols if c != "volunteer"})
    pairs = one.join(two, on="volunteer").filter(pl.col("slot") != pl.col("slot_2"))
    gap = pl.max_horizontal(pl.col("begin") - pl.col("end_2"), pl.col("begin_2") - pl.col("end"))
    bad = pairs.filter(gap < pl.col("rest_hours"))
    return found("rest", bad["line"], say("与本人另一班次重叠，或间隔不足休息时间。"))


def hours(case: Case) -> list[Violation]:
    """Nobody's hours on a day exceed theirs, unless their own claims alone do."""
    total = case.lines.group_by("volunteer", "day").agg(pl.col("hours").sum().alias("worked"))
    table = case.fresh.join(total, on=["volunteer", "day"])
    bad = table.filter(pl.col("worked") > pl.col("hours_day"))
    return found("hours", bad["line"], say("当日工时超过本人上限。"))


def together(case: Case) -> list[Violation]:
    """Where a team's member goes by this plan, all of the team goes."""
    size = case.problem.teams.group_by("team").agg(pl.len().alias("size"))
    there = case.fresh.filter(pl.col("team") != "").group_by("team", "task", maintain_order=True)
    counts = there.agg(pl.col("volunteer").n_unique().alias("came"), pl.col("line").first())
    bad = counts.join(size, on="team").filter(pl.col("came") != pl.col("size"))
    return found("team", bad["line"], say("团队成员未在一起。"))
