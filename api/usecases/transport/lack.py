"""Units that were lost or damaged on the way are a shortfall of the plan in force."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from api.usecases.transport.moves import GONE, Move
from graphcore.domain.ids import Kind, derived
from graphcore.store.port import WriteUnit


def lacking(
    unit: WriteUnit, cargo: pl.DataFrame, moves: Iterable[Move], plan: str, cause: str
) -> None:
    """Create the shortfalls of what some moves lost, where the plan in force counts the cargo."""
    units: dict[tuple[str, str], int] = {}
    for m in moves:
        if m.target in GONE and m.units:
            units[m.cargo, m.target] = units.get((m.cargo, m.target), 0) + m.units
    if not units or not plan:
        return
    line_of = _lines(unit, cargo, plan)
    lines = {r["id"]: r for r in unit.nodes("AllocationLine", sorted(set(line_of.values())))
             .iter_rows(named=True)}  # fmt: skip
    rows = []
    for (key, reason), n in sorted(units.items()):
        line = lines.get(line_of.get(key, ""))
        if line is None:
            continue
        for k, (need, item, due, each) in enumerate(_met(line, n)):
            rows.append({
                "id": derived(Kind.SHORTFALL, plan, key, cause, reason, *([need] if k else [])),
                "plan": plan, "need": need, **{c: line[c] for c in ("subject", "township", "point")},
                "item": item, "day": due, "quantity": each, "reason": reason, "detail": "{}",
            })  # fmt: skip
    if not rows:
        return
    told = unit.nodes("Need", sorted({str(r["need"]) for r in rows}))
    tiers = told.select(pl.col("id").alias("need"), "tier")
    table = pl.DataFrame(rows).join(tiers, on="need", how="left", maintain_order="left")
    unit.create("Shortfall", table)
    for rel, label, column in (("PLANNED_IN", "Plan", "plan"), ("LACKS", "Need", "need")):
        ends = table.select(pl.col("id").alias("from"), pl.col(column).alias("to"))
        unit.link(rel, "Shortfall", label, ends)


def _met(line: dict[str, Any], n: int) -> list[tuple[str, str, int, int]]:
    """Return (need, item, due day, units) of what ``n`` units of a line were to meet."""
    own = n * (line["covers"] or line["quantity"]) // line["quantity"]
    parts = [text.split("|") for text in line["also"] or []]
    return [
        (line["need"], line["need_item"] or line["item"], line["due_day"], own),
        *((need, item, int(due), n * int(each)) for need, item, due, each in parts),
    ]


def _lines(unit: WriteUnit, cargo: pl.DataFrame, plan: str) -> dict[str, str]:
    """Return the line by which the plan counts each cargo: its own, or one that carries it on."""
    own = {c: line for c, line, p in cargo.select("id", "line", "plan").iter_rows() if p == plan}
    later = unit.rows("transport.carried", cargo=cargo["id"].to_list(), plans=[plan])
    return {**own, **{str(r["cargo"]): str(r["id"]) for r in later}}
