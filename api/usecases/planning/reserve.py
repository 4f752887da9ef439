"""Reservations: a lot's units between the accounts *warehouse* and *reserved*, double-entry."""

from __future__ import annotations

import polars as pl

from graphcore.domain.ids import Kind, derived
from graphcore.domain.supply import Account
from graphcore.domain.tables import Schema
from graphcore.store.port import ReadUnit, WriteUnit

HELD: Schema = {"lot": pl.String(), "quantity": pl.Int64()}


def held(unit: ReadUnit, plan: str) -> pl.DataFrame:
    """Return HELD: units that a plan's firm and accepted lines hold, by lot."""
    return unit.table("planning.reserved_by", HELD, plan=plan)


def move(
    unit: WriteUnit, freed: pl.DataFrame, taken: pl.DataFrame, *, base: str, plan: str, at: int,
    cause: str = "",
) -> None:  # fmt: skip
    """Give back what a plan held and take what another holds, each as a movement of its lot.

    ``freed`` (of ``base``) and ``taken`` (of ``plan``) are HELD. The lots' ``reserved`` follows the
    movements. ``cause`` tells apart several takings of one plan from one lot.
    """
    rows = [
        *_movements(freed, Account.RESERVED, Account.WAREHOUSE, base, f"freed for {plan}", at),
        *_movements(taken, Account.WAREHOUSE, Account.RESERVED, plan, f"taken {cause}", at),
    ]
    if not rows:
        return
    moves = pl.DataFrame(rows)
    unit.create("Movement", moves)
    ends = moves.select(pl.col("id").alias("from"), pl.col("lot").alias("to"))
    unit.link("MOVES", "Movement", "StockLot", ends)
    _follow(unit, freed, taken)


def _movements(
    held_: pl.DataFrame, source: Account, target: Account, plan: str, why: str, at: int
) -> list[dict[str, object]]:
    return [
        {"id": derived(Kind.MOVEMENT, plan, lot, why), "lot": lot, "source": source.value,
         "target": target.value, "quantity": quantity, "at": at, "plan": plan, "event": ""}
        for lot, quantity in held_.sort("lot").iter_rows() if quantity
    ]  # fmt: skip


def _follow(unit: WriteUnit, freed: pl.DataFrame, taken: pl.DataFrame) -> None:
    net = (
        pl.concat([freed.with_columns(-pl.col("quantity")), taken])
        .group_by("lot")
        .agg(pl.col("quantity").sum())
    )
    lots = unit.nodes("StockLot", net["lot"].to_list()).select("id", "reserved", "version")
    unit.update("StockLot", lots.join(net, left_on="id", right_on="lot").select(
        "id", pl.col("reserved") + pl.col("quantity"), pl.col("version") + 1))  # fmt: skip
