"""Donor intent: a restricted unit goes only to the places, groups and needs that its donor named."""

from __future__ import annotations

import polars as pl

from graphcore.domain.tables import LOTS, completed
from graphcore.domain.text import say
from optimizer.rules.case import MOST_NAMED, Case, Violation
from optimizer.surplus import surplus, within


def surplus_only(case: Case) -> list[Violation]:
    """Of a lot whose donor agreed to it, no more goes elsewhere than its purpose leaves over."""
    free = dict(surplus(case.problem).iter_rows())
    lots = completed(case.problem.lots, LOTS).filter(pl.col("lot").is_in(list(free)))
    found = []
    for lot in lots.sort("lot").iter_rows(named=True):
        mine = case.problem.needs.filter(within(lot)).select("need", pl.col("day").alias("due_day"))
        away = case.serving.filter(pl.col("lot") == lot["lot"]).join(
            mine, on=["need", "due_day"], how="anti"
        )  # fmt: skip
        units = int(away.unique("line")["quantity"].sum())
        if units > free[lot["lot"]]:
            what = say("捐赠指定用途之外用了 {units} 件，超过其余额 {free} 件。", units=units,
                       free=free[lot["lot"]])  # fmt: skip
            found.append(Violation("intent_surplus", lot["lot"], what))
    return found[:MOST_NAMED]


def townships(case: Case) -> list[Violation]:
    """A lot for named townships goes nowhere else."""
    named = pl.col("only_townships")
    bad = case.drawn.filter(
        ~pl.col("surplus") & (named.list.len() > 0) & ~named.list.contains(pl.col("township"))
    )
    return [
        Violation(
            "intent_township", line, say("捐赠人指定了乡镇，该行发往其他乡镇，请改用其他批次。")
        )
        for line in bad["line"].head(MOST_NAMED)
    ]


def groups(case: Case) -> list[Violation]:
    """A lot for named hardship groups goes to nobody else."""
    who = case.problem.needs.select("need", pl.col("day").alias("due_day"), "groups")
    table = case.drawn.filter(~pl.col("surplus") & (pl.col("only_groups").list.len() > 0)).join(
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
    bad = case.drawn.filter(
        ~pl.col("surplus") & (named.list.len() > 0) & ~named.list.contains(pl.col("need_item"))
    )
    return [
        Violation(
            "intent_purpose", line, say("捐赠人指定了用途，该行用于其他需求，请改用其他批次。")
        )
        for line in bad["line"].sort().head(MOST_NAMED)
    ]
