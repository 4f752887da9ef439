"""What the allocation has to respect the next time, from what stayed behind."""

from __future__ import annotations

import json

import polars as pl

from graphcore.domain.tables import frame
from optimizer.transport.problem import Problem
from optimizer.transport.tables import CUTS

CLOSED = frozenset({"road", "together", "window", "hours"})
"""Reasons that hold for a pair of warehouse and point, whatever else the fleet does."""


ITEM = frozenset({"size", "cold"})
"""Reasons that hold for an item there: told, not applied to the rest."""


def cuts_of(problem: Problem, drops: pl.DataFrame, left: pl.DataFrame) -> pl.DataFrame:
    """Return CUTS: closed pairs, items that fit no vehicle, and what a fleet really carries.

    A capacity is what these routes bring, rounded up, so that the same plan without what stayed
    behind remains possible.
    """
    rows: dict[tuple[object, ...], dict[str, object]] = {}
    brought = _carried(problem, drops)
    items = dict(problem.loads.select("load", "item").iter_rows())
    for load, reason, detail in left.select("load", "reason", "detail").iter_rows():
        facts = json.loads(detail)
        kind = "way" if reason in CLOSED else "item" if reason in ITEM else "capacity"
        key = (facts["warehouse"], facts["mode"], facts["day"])
        point = "" if kind == "capacity" else facts["point"]
        item = items[load] if kind == "item" else ""
        kg, litres = brought.get(key, (0, 0)) if kind == "capacity" else (0, 0)
        rows.setdefault((kind, *key, point, item), {
            "kind": kind, "warehouse": key[0], "mode": key[1], "day": key[2], "point": point,
            "item": item, "capacity_kg": kg, "capacity_l": litres, "reason": reason,
        })  # fmt: skip
    return frame(CUTS, list(rows.values())).sort(
        "day", "warehouse", "mode", "kind", "point", "item"
    )


def _carried(problem: Problem, drops: pl.DataFrame) -> dict[tuple[str, str, int], tuple[int, int]]:
    """Return kilograms and litres that reach their points, by warehouse, mode and day."""
    loads = problem.loads.select("load", "warehouse", "mode", "weight_g", "volume_ml")
    sums = (
        drops.filter(pl.col("leg") != "feeder")
        .join(loads, on="load")
        .group_by("warehouse", "mode", "day")
        .agg(
            (pl.col("units") * pl.col("weight_g")).sum().alias("g"),
            (pl.col("units") * pl.col("volume_ml")).sum().alias("ml"),
        )
    )
    return {(w, m, d): (-(-g // 1000), -(-ml // 1000)) for w, m, d, g, ml in sums.iter_rows()}
