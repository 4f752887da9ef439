"""Invariant 4: everyone is accounted for."""

from __future__ import annotations

import polars as pl

from api.usecases.audits.finding import Evidence, Finding, name_some
from graphcore.domain.household import RosterState
from graphcore.domain.tables import met
from graphcore.domain.text import say


def needs_balance(e: Evidence) -> list[Finding]:
    """Of the plan in force: needed = received + planned + missing, for every need it covers.

    A need that the plan does not know (computed after it) is not yet planned for: the next plan's.
    """
    plans = e.in_force.select(pl.col("id").alias("plan"), "disaster", "first_on", "days")
    if plans.is_empty():
        return []
    key = ["need", "day"]
    lines = met(e.counted()).select(
        "need", pl.col("due_day").alias("day"), pl.col("covers").alias("quantity")
    )
    shorts = e["Shortfall"].filter(pl.col("plan").is_in(plans["plan"].implode()))
    both = pl.concat([lines, shorts.select("need", "day", "quantity")])
    total = both.group_by(key).agg(pl.col("quantity").sum())
    needs = e["Need"].select("id", "per_day", "days", "version", pl.col("received"))
    wrong = total.join(needs, left_on="need", right_on="id", how="left").filter(
        pl.col("per_day").is_null()
        | ((pl.col("days") > 0) & (pl.col("quantity") > pl.col("per_day")))
    )
    done = [n for n, *units in e["Need"].select("id", "received", "under_way").iter_rows()
           if sum(u or 0 for u in units)]  # fmt: skip
    covered = (
        pl.concat([total["need"], pl.Series("need", done, dtype=pl.String())]).unique().implode()
    )
    current = e["Need"].join(plans, on=["disaster", "first_on"], how="inner").filter(
        (pl.col("days") > 0) & ~pl.col("id").is_in(covered)
    )  # fmt: skip
    return [
        *name_some("accounted.balance", wrong, "need", say("应得与“已安排加尚缺”不符。")),
        *name_some("accounted.left_out", current, "id", say("该需求既未安排，也不在缺口表中。")),
    ]


def everyone_has_a_home(e: Evidence) -> list[Finding]:
    """Each household lives in one village, the one it says, and has a roster state."""
    told = e.homes.group_by("household").agg(pl.col("village").first(), pl.len().alias("n"))
    rows = e["Household"].join(told, left_on="id", right_on="household", how="left", suffix="_rel")
    wrong = rows.filter(
        (pl.col("n").fill_null(0) != 1) | (pl.col("village") != pl.col("village_rel"))
    )
    states = [s.value for s in RosterState]
    odd = e["Household"].filter(~pl.col("state").is_in(states).fill_null(value=False))
    return [
        *name_some("accounted.home", wrong, "id", say("该户不在且只在一个村。")),
        *name_some("accounted.state", odd, "id", say("该户没有核查状态。")),
    ]


def refused_rows_listed(e: Evidence) -> list[Finding]:
    """A refused row names the file that it came from."""
    files = e["SourceFile"]["id"].implode()
    loose = e["RefusedRow"].filter(~pl.col("file").is_in(files))
    return name_some("accounted.refused", loose, "id", say("被拒收的行找不到来源文件。"))
