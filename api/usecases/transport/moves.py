"""Goods between accounts, and the lines and needs that follow them; all within one write unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from api.usecases.planning.settled import by_need
from graphcore.domain.ids import Kind, derived
from graphcore.domain.supply import Account, LineState
from graphcore.store.port import WriteUnit

BUCKETS = ("in_transit", "at_point", "received", "declined", "damaged", "lost")
"""Where the units of a cargo that has left are: together its quantity."""
ACCOUNTS = {
    "in_transit": Account.IN_TRANSIT, "at_point": Account.TOWNSHIP, "received": Account.HOUSEHOLD,
    "declined": Account.RETURNED, "damaged": Account.LOST, "lost": Account.LOST,
}  # fmt: skip
GONE = ("damaged", "lost")


@dataclass(frozen=True, slots=True)
class Move:
    """Units of one cargo from one bucket to another; ``source`` "" = out of the warehouse."""

    cargo: str
    source: str
    target: str
    units: int


def apply(
    unit: WriteUnit, cargo: pl.DataFrame, moves: Iterable[Move], *, cause: str, at: int, plan: str
) -> pl.DataFrame:
    """Write the moves of some cargo (Cargo nodes); return the cargo as it is then.

    Each lot and pair of accounts is one movement, named by ``cause``; the lines that count the
    cargo and the needs that it serves follow. ``plan`` is the one in force.
    """
    made = [m for m in moves if m.units]
    after = _after(cargo, made)
    _book(unit, cargo, made, cause, at)
    unit.update("Cargo", after.select("id", *BUCKETS, pl.col("version") + 1))
    changed = _differences(cargo, after)
    _lines(unit, changed, plan)
    _needs(unit, changed)
    return after


def _after(cargo: pl.DataFrame, moves: list[Move]) -> pl.DataFrame:
    rows = {r["id"]: r for r in cargo.to_dicts()}
    for m in moves:
        if m.source:
            rows[m.cargo][m.source] -= m.units
        rows[m.cargo][m.target] += m.units
    return pl.DataFrame(list(rows.values()), schema=cargo.schema)


def _book(unit: WriteUnit, cargo: pl.DataFrame, moves: list[Move], cause: str, at: int) -> None:
    """Book the moves double-entry, by lot; what leaves the warehouse is no longer on hand."""
    lot_of = dict(cargo.select("id", "lot").iter_rows())
    plan_of = dict(cargo.select("id", "plan").iter_rows())
    sums: dict[tuple[str, Account, Account, str], int] = {}
    for m in moves:
        source = ACCOUNTS[m.source] if m.source else Account.RESERVED
        key = (lot_of[m.cargo], source, ACCOUNTS[m.target], plan_of[m.cargo])
        sums[key] = sums.get(key, 0) + m.units
    rows = [
        {"id": derived(Kind.MOVEMENT, cause, lot, source.value, target.value, plan), "lot": lot,
         "source": source.value, "target": target.value, "quantity": n, "at": at, "plan": plan,
         "event": ""}
        for (lot, source, target, plan), n in sorted(sums.items()) if source is not target
    ]  # fmt: skip
    if not rows:
        return
    table = pl.DataFrame(rows)
    unit.create("Movement", table)
    ends = table.select(pl.col("id").alias("from"), pl.col("lot").alias("to"))
    unit.link("MOVES", "Movement", "StockLot", ends)
    out = table.filter(pl.col("source") == Account.RESERVED.value)
    _take(unit, out.group_by("lot").agg(pl.col("quantity").sum()))


def _take(unit: WriteUnit, taken: pl.DataFrame) -> None:
    if taken.is_empty():
        return
    lots = unit.nodes("StockLot", taken["lot"].to_list()).join(taken, left_on="id", right_on="lot")
    unit.update("StockLot", lots.select(
        "id", pl.col("on_hand") - pl.col("quantity"), pl.col("reserved") - pl.col("quantity"),
        pl.col("version") + 1))  # fmt: skip


def _differences(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Return how each cargo's buckets changed, in units of goods and (``_need``) of its need."""
    both = before.select("id", "line", "need", "quantity", "covers", "also", "plan", *BUCKETS).join(
        after.select("id", *BUCKETS), on="id", suffix="_after"
    )  # fmt: skip
    moved = both.with_columns((pl.col(f"{b}_after") - pl.col(b)).alias(b) for b in BUCKETS)
    return moved.with_columns(
        (pl.col("in_transit") + pl.col("at_point")).alias("open"),
        (pl.col("damaged") + pl.col("lost")).alias("gone"),
        pl.sum_horizontal(BUCKETS).alias("left"),
    )


def _lines(unit: WriteUnit, changed: pl.DataFrame, plan: str) -> None:
    """Let the line that the cargo is of, and the one by which the plan in force counts it, follow."""
    own = changed.select(pl.col("line").alias("id"), "left", "received", "declined", "gone")
    later = unit.table(
        "transport.carried", {"id": pl.String(), "cargo": pl.String(), "plan": pl.String()},
        cargo=changed["id"].to_list(), plans=[plan] if plan else [],
    )  # fmt: skip
    counted = later.join(changed, left_on="cargo", right_on="id").select(
        "id", pl.lit(0, dtype=pl.Int64()).alias("left"), "received", "declined", "gone"
    )
    sums = pl.concat([own, counted]).group_by("id").agg(pl.all().sum())
    figures = ("dispatched", "received", "declined", "lost")
    lines = unit.nodes("AllocationLine", sums["id"].to_list()).select(
        "id", "quantity", "state", "version", *(pl.col(f).fill_null(0) for f in figures)
    ).join(sums, on="id", suffix="_more")  # fmt: skip
    moved = lines.with_columns(
        pl.col("dispatched") + pl.col("left"), pl.col("received") + pl.col("received_more"),
        pl.col("declined") + pl.col("declined_more"), pl.col("lost") + pl.col("gone"),
    )  # fmt: skip
    closed = pl.col("received") + pl.col("declined") + pl.col("lost") >= pl.col("quantity")
    out = pl.col("dispatched") >= pl.col("quantity")
    state = (
        pl.when(closed).then(pl.lit(LineState.RECEIVED.value))
        .when(out).then(pl.lit(LineState.DISPATCHED.value)).otherwise("state")
    )  # fmt: skip
    unit.update("AllocationLine", moved.select(
        "id", *figures, state.alias("state"), pl.col("version") + 1))  # fmt: skip


def _needs(unit: WriteUnit, changed: pl.DataFrame) -> None:
    """Let needs follow: what is under way, what is received, in units of the need."""
    rate = pl.col("covers") / pl.col("quantity")
    settled = pl.col("received") + pl.col("declined")
    sums = (
        by_need(changed)
        .group_by("need")
        .agg(
            (pl.col("open") * rate).sum().round().cast(pl.Int64()).alias("more_under_way"),
            (settled * rate).sum().round().cast(pl.Int64()).alias("more_received"),
        )
    )
    needs = unit.nodes("Need", sums["need"].to_list()).join(sums, left_on="id", right_on="need")
    unit.update("Need", needs.select(
        "id", (pl.col("under_way").fill_null(0) + pl.col("more_under_way")).alias("under_way"),
        (pl.col("received").fill_null(0) + pl.col("more_received")).alias("received"),
        pl.col("version") + 1))  # fmt: skip
