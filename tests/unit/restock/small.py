"""One site, one item, figures small enough to check by hand. Illustrative."""

from __future__ import annotations

from typing import Any

import polars as pl

from graphcore.domain.tables import frame
from optimizer.restock.problem import Problem, Risk
from optimizer.restock.tables import (
    DAMAGE,
    DATES,
    GOODS,
    HITS,
    LANES,
    OPTIONS,
    SCENARIOS,
    SITES,
    STOCK,
    WAYS,
)

Row = dict[str, Any]


def option(site: str = "A", kind: str = "physical", **more: Any) -> Row:
    """100 fen a unit, at once, 1,000 on sale."""
    row: Row = {"site": site, "item": "tent", "kind": kind, "unit_fen": 100, "call_fen": 0,
                "delay_min": 0, "lead_days": 0, "most": 1000}  # fmt: skip
    return row | more


def lot(name: str, quantity: int, site: str = "A", **more: object) -> Row:
    """Physical tents that never expire."""
    row: Row = {"lot": name, "site": site, "item": "tent", "kind": "physical",
                "quantity": quantity, "expires_on": ""}  # fmt: skip
    return row | more


def problem(
    needs: list[int], chances: list[float] | None = None, *, options: list[Row] | None = None,
    stock: list[Row] | None = None, sites: list[Row] | None = None, lanes: list[Row] | None = None,
    dates: list[tuple[str, int]] | None = None, strikes: str = "2026-06-01",
    minutes: dict[str, int] | None = None, deadline: int = 600, short: int = 1000, wait: int = 0,
    risk: Risk | None = None, damage: list[Row] | None = None,
) -> Problem:  # fmt: skip
    """Return scenario W0.. with the needs of township T; sites 60 minutes away unless told."""
    chances = chances or [1.0 / len(needs)] * len(needs)
    sites = sites or [site("A")]
    ways = minutes or {str(s["site"]): 60 for s in sites}
    names = [f"W{n}" for n in range(len(needs))]
    return Problem(
        sites=frame(SITES, sites),
        goods=frame(GOODS, [{"item": "tent", "volume_ml": 1000, "weight_g": 1000,
                             "deadline_min": deadline, "wait_fen_per_hour": wait}]),
        options=frame(OPTIONS, options if options is not None else [option()]),
        stock=frame(STOCK, stock or []),
        dates=frame(DATES, [{"buys_on": d, "budget_fen": fen}
                            for d, fen in dates or [("2026-04-01", 10_000_000)]]),
        lanes=frame(LANES, lanes or []),
        scenarios=frame(SCENARIOS, [
            {"scenario": w, "type": "flood", "intensity": 1, "probability": p,
             "strikes_on": strikes, "source": "illustrative"}
            for w, p in zip(names, chances, strict=True)]),
        hits=frame(HITS, [
            {"scenario": w, "township": "T", "item": "tent", "priority": 1, "quantity": q,
             "short_fen": short}
            for w, q in zip(names, needs, strict=True) if q]),
        ways=frame(WAYS, [
            {"scenario": w, "site": s, "township": "T", "minutes": m}
            for w in names for s, m in ways.items()]),
        damage=frame(DAMAGE, damage or []), risk=risk or Risk(0.0, 0.0),
    )  # fmt: skip


def site(name: str, **more: object) -> Row:
    """An open site with room for 100,000 tents."""
    row: Row = {"site": name, "capacity_l": 100_000, "opening_fen": 0, "candidate": False}
    return row | more


def bought(purchases: pl.DataFrame, **where: str) -> int:
    """Return the units bought of what the filters name."""
    return int(purchases.filter(**where)["quantity"].sum()) if purchases.height else 0
