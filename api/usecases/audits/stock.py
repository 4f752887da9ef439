"""Invariant 1: every unit of every lot is somewhere."""

from __future__ import annotations

import json

import polars as pl

from api.usecases.audits.finding import Evidence, Finding, name_some
from graphcore.domain.supply import Account
from graphcore.domain.text import say


def balances(moves: pl.DataFrame) -> pl.DataFrame:
    """Return (lot, account, units): what each account of a lot holds by its movements."""
    into = moves.select("lot", pl.col("target").alias("account"), pl.col("quantity").alias("units"))
    out = moves.select("lot", pl.col("source").alias("account"), -pl.col("quantity").alias("units"))
    return pl.concat([into, out]).group_by("lot", "account").agg(pl.col("units").sum())


def every_unit_somewhere(e: Evidence) -> list[Finding]:
    """On hand is what movements left in the warehouse and reserved; so is what is reserved."""
    held = balances(e["Movement"])
    lots = e["StockLot"].select("id", "on_hand", pl.col("reserved").fill_null(0))
    for account in (Account.WAREHOUSE, Account.RESERVED):
        name = f"by_{account.value}"  # beside the lot's own figures, never in their place
        some = held.filter(pl.col("account") == account.value).select(
            pl.col("lot").alias("id"), pl.col("units").alias(name)
        )
        lots = lots.join(some, on="id", how="left").with_columns(pl.col(name).fill_null(0))
    there = pl.col("by_warehouse") + pl.col("by_reserved")
    wrong = lots.filter(
        (there != pl.col("on_hand").fill_null(0)) | (pl.col("by_reserved") != pl.col("reserved"))
    )
    return name_some("stock.double_entry", wrong, "id", say("库存数与出入账不符。"))


def never_below_zero(e: Evidence) -> list[Finding]:
    """On hand minus reserved is never negative, nor is any account but the supplier's."""
    lots = e["StockLot"].filter(
        (pl.col("on_hand").fill_null(0) < pl.col("reserved").fill_null(0))
        | (pl.col("reserved").fill_null(0) < 0)
    )
    accounts = balances(e["Movement"]).filter(
        (pl.col("units") < 0) & (pl.col("account") != Account.SUPPLIER.value)
    )
    return [
        *name_some("stock.available", lots, "id", say("预留数超过在库数。")),
        *name_some("stock.account", accounts, "lot", say("某个账户的数量为负。")),
    ]


def counted_as_told(e: Evidence) -> list[Finding]:
    """On hand equals the sum of what imports, dispatches and inspections told of the lot."""
    told: dict[str, int] = {}
    for event in e.events:
        if event.type in ("import.file", "trip.dispatched", "returned.inspected"):
            for lot, delta in json.loads(event.canonical)["body"]["stock"].items():
                told[lot] = told.get(lot, 0) + int(delta)
    wrong = [
        lot for lot, on_hand in e["StockLot"].select("id", "on_hand").iter_rows()
        if told.get(lot, 0) != (on_hand or 0)
    ]  # fmt: skip
    rows = pl.DataFrame({"id": wrong}, schema={"id": pl.String()})
    return name_some("stock.events", rows, "id", say("在库数与审计链中的盘点不符。"))
