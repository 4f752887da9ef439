"""Donor intent: a restricted unit goes only to the places, groups and needs that its donor named."""

from __future__ import annotations

import polars as pl

from graphcore.domain.text import say
from optimizer.rules.case import MOST_NAMED, Case, Violation


def townships(case: Case) -> list[Violation]:
    """A lot for named townships goes nowhere else."""
    named = pl.col("only_townships")
    bad = case.drawn.filter((named.list.len() > 0) & ~named.list.contains(pl.col("township")))
    return [
        Violation(
            "intent_township", line, say("捐赠人指定了乡镇，该行发往其他乡镇，请改用其他批次。")
        )
        for line in bad["line"].head(MOST_NAMED)
    ]


def groups(case: Case) -> list[Violation]:
    """A lot for named hardship groups goes to nobody else."""
    who = case.problem.needs.select("need", pl.col("day").alias("due_day"), "groups")
    table = case.drawn.filter(pl.col("only_groups").list.len() > 0).join(
        who, on=["need", "due_day"], how="left"
    )
    shared = pl.col("only_groups").list.set_intersection("groups").list.len()
    bad = table.filter(shared.fill_null(0) == 0).sort("line")
    return [
        Violation("intent_group", line, say("捐赠人指定了困难群体，该户不在其中，请改用其他批次。"))
        for line in bad["line"].head(MOST_NAMED)
    ]


def purposes(case: Case) -> list[Violation]:
    """A lot for named needs serves no other, whether it is given itself or stands in for them."""
    named = pl.col("only_items")
    bad = case.drawn.filter((named.list.len() > 0) & ~named.list.contains(pl.col("need_item")))
    return [
        Violation(
            "intent_purpose", line, say("捐赠人指定了用途，该行用于其他需求，请改用其他批次。")
        )
        for line in bad["line"].sort().head(MOST_NAMED)
    ]
