"""Units that were lost or damaged on the way are a shortfall of the plan in force."""

from __future__ import annotations

from collections.abc import Iterable

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
    tiers = dict(
        unit.nodes("Need", [r["need"] for r in lines.values()]).select("id", "tier").iter_rows()
    )
    rows = []
    for (key, reason), n in sorted(units.items()):
        line = lines.get(line_of.get(key, ""))
        if line is not None:
            rows.append({
                "id": derived(Kind.SHORTFALL, plan, key, cause, reason), "plan": plan,
                **{c: line[c] for c in ("need", "subject", "township", "point")},
                "item": line["need_item"] or line["item"], "day": line["due_day"],
                "quantity": n * (line["covers"] or line["quantity"]) // line["quantity"],
                "tier": tiers.get(line["need"]), "reason": reason, "detail": "{}",
            })  # fmt: skip
    if not rows:
        return
    table = pl.DataFrame(rows)
    unit.create("Shortfall", table)
    for rel, label, column in (("PLANNED_IN", "Plan", "plan"), ("LACKS", "Need", "need")):
        ends = table.select(pl.col("id").alias("from"), pl.col(column).alias("to"))
        unit.link(rel, "Shortfall", label, ends)


def _lines(unit: WriteUnit, cargo: pl.DataFrame, plan: str) -> dict[str, str]:
    """Return the line by which the plan counts each cargo: its own, or one that carries it on."""
    own = {c: line for c, line, p in cargo.select("id", "line", "plan").iter_rows() if p == plan}
    later = unit.rows("transport.carried", cargo=cargo["id"].to_list(), plans=[plan])
    return {**own, **{str(r["cargo"]): str(r["id"]) for r in later}}
