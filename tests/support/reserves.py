"""Restocking problems for tests and the benchmark: a seeded plane of sites, townships, hazards.

All figures are illustrative.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from graphcore.domain.tables import Schema, frame
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
FIRST = date(2026, 4, 1)  # illustrative: purchases before the flood season


def world(
    seed: int, *, scenarios: int = 6, sites: int = 4, items: int = 2, townships: int = 8,
    dates: int = 2, reach: float = 0.2, budget: float = 0.5, candidates: int = 0, lanes: int = 2,
    risk: Risk | None = None,
) -> Problem:  # fmt: skip
    """Return a random problem; ``reach`` is a hazard's radius in widths of the plane."""
    rng = np.random.default_rng(seed)
    site_at, town_at = rng.random((sites, 2)), rng.random((townships, 2))
    people = rng.integers(500, 5000, townships)
    goods = _goods(rng, items)
    hazards = _hazards(rng, scenarios, town_at, reach)
    hits = _hits(rng, hazards, people, goods)
    ways, damage = _ways(rng, hazards, site_at, town_at)
    options = _options(rng, goods, sites)
    stock = _stock(rng, goods, sites, hits)
    worth = float((hits["quantity"] * 3000).sum()) / max(scenarios, 1)
    each = int(budget * worth * 2 / dates)
    return Problem(
        sites=_frame(SITES, [
            {"site": f"S{s:02}", "capacity_l": int(rng.integers(40, 400)) * 1000,
             "opening_fen": 5_000_000 if s < candidates else 0, "candidate": s < candidates}
            for s in range(sites)
        ]),
        goods=_frame(GOODS, goods), options=_frame(OPTIONS, options),
        stock=_frame(STOCK, [r for r in stock if int(r["site"][1:]) >= candidates]),
        dates=_frame(DATES, [
            {"buys_on": (FIRST + timedelta(days=40 * d)).isoformat(), "budget_fen": each}
            for d in range(dates)
        ]),
        lanes=_frame(LANES, _lanes(site_at, lanes, candidates)),
        scenarios=_frame(SCENARIOS, [h["row"] for h in hazards]),
        hits=hits, ways=_frame(WAYS, ways), damage=_frame(DAMAGE, damage),
        risk=risk or Risk(0.5, 0.8),
    )  # fmt: skip


def _frame(schema: Schema, rows: list[Row]) -> pl.DataFrame:
    return frame(schema, rows)


def _goods(rng: np.random.Generator, items: int) -> list[Row]:
    return [
        {"item": f"I{i:02}", "volume_ml": int(rng.integers(2000, 60_000)),
         "weight_g": int(rng.integers(500, 20_000)),
         "deadline_min": int(rng.choice([360, 720, 1440])),
         "wait_fen_per_hour": int(rng.integers(20, 120))}
        for i in range(items)
    ]  # fmt: skip


def _hazards(rng: np.random.Generator, count: int, town_at: np.ndarray, reach: float) -> list[Row]:
    """Each hazard has a centre on some township and hits those within its radius."""
    share = rng.dirichlet(np.full(count, 3.0))
    share = np.append(share[:-1], 1.0 - share[:-1].sum())
    hazards = []
    for w in range(count):
        centre = town_at[rng.integers(len(town_at))]
        radius = reach * (0.5 + rng.random())
        hit = np.flatnonzero(np.linalg.norm(town_at - centre, axis=1) <= radius)
        strikes = FIRST + timedelta(days=int(rng.choice([30, 75, 120])))
        row = {"scenario": f"W{w:03}", "type": str(rng.choice(["flood", "earthquake", "typhoon"])),
               "intensity": int(rng.integers(1, 6)), "probability": float(share[w]),
               "strikes_on": strikes.isoformat(), "source": "illustrative"}  # fmt: skip
        hazards.append({"row": row, "centre": centre, "radius": radius, "hit": hit})
    return hazards


def _hits(
    rng: np.random.Generator, hazards: list[Row], people: np.ndarray, goods: list[Row]
) -> pl.DataFrame:
    rows: list[Row] = []
    for hazard in hazards:
        for town in hazard["hit"]:
            share = hazard["row"]["intensity"] / 5 * rng.uniform(0.3, 1.0)
            for good in goods:
                units = int(people[town] * share * rng.uniform(0.1, 0.5)) + 1
                for priority, part in ((1, units // 4), (2, units - units // 4)):
                    if part:
                        rows.append({
                            "scenario": hazard["row"]["scenario"], "township": f"T{town:03}",
                            "item": good["item"], "priority": priority, "quantity": part,
                            "short_fen": 40_000 if priority == 1 else 15_000,
                        })  # fmt: skip
    return _frame(HITS, rows)


def _ways(
    rng: np.random.Generator, hazards: list[Row], site_at: np.ndarray, town_at: np.ndarray
) -> tuple[list[Row], list[Row]]:
    """Ways of a hit township: some lost, the others slower; sites inside lose part of their stock."""
    plain = np.linalg.norm(site_at[:, None] - town_at[None], axis=2) * 900 + 20
    ways: list[Row] = []
    damage: list[Row] = []
    for hazard in hazards:
        name = hazard["row"]["scenario"]
        lost = rng.random(plain.shape) < 0.08 * hazard["row"]["intensity"]
        minutes = plain * rng.uniform(1.0, 1.6, plain.shape)
        ways += [
            {"scenario": name, "site": f"S{s:02}", "township": f"T{t:03}",
             "minutes": int(minutes[s, t])}
            for t in hazard["hit"] for s in range(len(site_at)) if not lost[s, t]
        ]  # fmt: skip
        near = np.linalg.norm(site_at - hazard["centre"], axis=1) < hazard["radius"] / 2
        damage += [
            {"scenario": name, "site": f"S{s:02}", "kept_permille": int(rng.integers(300, 1000))}
            for s in np.flatnonzero(near)
        ]
    return ways, damage


def _options(rng: np.random.Generator, goods: list[Row], sites: int) -> list[Row]:
    """Physical: dear, at once. Agreement: a retainer, a call price, hours. Capacity: cheap, days."""
    rows: list[Row] = []
    for good in goods:
        price = int(rng.integers(1500, 6000))
        for s in range(sites):
            for kind, unit, call, delay, lead in (
                ("physical", price, 0, 0, 20), ("agreement", price // 6, price, 150, 5),
                ("capacity", price // 12, int(price * 1.2), 420, 10),
            ):  # fmt: skip
                rows.append({
                    "site": f"S{s:02}", "item": good["item"], "kind": kind,
                    "unit_fen": int(unit * rng.uniform(0.9, 1.1)) + 1, "call_fen": call,
                    "delay_min": delay, "lead_days": lead, "most": int(rng.integers(200, 3000)),
                })  # fmt: skip
    return rows


def _stock(rng: np.random.Generator, goods: list[Row], sites: int, hits: pl.DataFrame) -> list[Row]:
    rows: list[Row] = []
    for good in goods:
        for s in range(sites):
            if rng.random() < 0.4:
                ends = (FIRST + timedelta(days=60)).isoformat() if rng.random() < 0.3 else ""
                rows.append({
                    "lot": f"L-{good['item']}-{s:02}", "site": f"S{s:02}", "item": good["item"],
                    "kind": "physical", "quantity": int(rng.integers(50, 800)),
                    "expires_on": ends,
                })  # fmt: skip
    return rows


def _lanes(site_at: np.ndarray, nearest: int, candidates: int) -> list[Row]:
    gap = np.linalg.norm(site_at[:, None] - site_at[None], axis=2)
    return [
        {"origin": f"S{a:02}", "target": f"S{b:02}", "fen_per_kg": 10 + int(gap[a, b] * 100)}
        for a in range(candidates, len(site_at))
        for b in np.argsort(gap[a], kind="stable")[1 : nearest + 1].tolist()
    ]
