"""Invariants 1, 2 and 4 on the road: what trips carry is what left, and each unit is somewhere."""

from __future__ import annotations

import polars as pl

from api.usecases.audits.finding import Evidence, Finding, name_some
from api.usecases.audits.stock import balances
from api.usecases.transport.moves import ACCOUNTS, BUCKETS
from graphcore.domain.supply import Account, TripState
from graphcore.domain.text import say


def cargo_is_whole(e: Evidence) -> list[Finding]:
    """Goods are all still in the warehouse, or all of them are in some bucket; none is negative."""
    cargo = e["Cargo"].with_columns(pl.col(BUCKETS).fill_null(0))
    out = pl.sum_horizontal(BUCKETS)
    less = pl.min_horizontal(BUCKETS) < 0
    wrong = cargo.filter(less | ((out != 0) & (out != pl.col("quantity"))))
    return name_some("trips.units", wrong, "id", say("所载物资的去向合计与数量不符。"))


def accounts_hold_the_cargo(e: Evidence) -> list[Finding]:
    """By lot and account, movements left what the buckets of the goods say."""
    looked_at = pl.col("source") == Account.RETURNED.value  # declined goods that came back since
    held = balances(e["Movement"].filter(~looked_at))
    names = {a.value for a in ACCOUNTS.values()} - {Account.LOST.value}
    moved = held.filter(pl.col("account").is_in(sorted(names)) & (pl.col("units") != 0))
    told = pl.concat([
        e["Cargo"].select("lot", pl.lit(ACCOUNTS[b].value).alias("account"),
                          pl.col(b).fill_null(0).alias("told"))
        for b in BUCKETS if ACCOUNTS[b] is not Account.LOST
    ]).group_by("lot", "account").agg(pl.col("told").sum())  # fmt: skip
    both = moved.join(told, on=["lot", "account"], how="full", coalesce=True)
    wrong = both.filter(pl.col("units").fill_null(0) != pl.col("told").fill_null(0))
    return name_some("trips.accounts", wrong, "lot", say("在途、乡镇、住户账户与车次所载不符。"))


def lines_left_as_carried(e: Evidence) -> list[Finding]:
    """A line says that as many units left, were received and were lost as its goods say."""
    goods = e["Cargo"].group_by(pl.col("line").alias("id")).agg(
        pl.sum_horizontal(BUCKETS).sum().alias("left"), pl.col("received").sum().alias("got"),
    )  # fmt: skip
    lines = e["AllocationLine"].filter(pl.col("cargo").fill_null("") == "").join(
        goods, on="id", how="left"
    )  # fmt: skip
    wrong = lines.filter(
        (pl.col("dispatched").fill_null(0) != pl.col("left").fill_null(0))
        | (pl.col("received").fill_null(0) != pl.col("got").fill_null(0))
    )
    return name_some("trips.lines", wrong, "id", say("分配行的已发、已收数与车次所载不符。"))


def closed_when_empty(e: Evidence) -> list[Finding]:
    """A trip is closed once nothing is on it any more, and never while something is."""
    on = e["Cargo"].group_by(pl.col("trip").alias("id")).agg(pl.col("in_transit").sum())
    closed = e["Trip"].filter(pl.col("state") == TripState.CLOSED.value).join(on, on="id")
    wrong = closed.filter(pl.col("in_transit") > 0)
    return name_some("trips.closed", wrong, "id", say("已办结的车次上还有在途物资。"))
