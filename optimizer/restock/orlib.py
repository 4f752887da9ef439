"""Capacitated warehouse location in the format of the OR-Library (cap41 and its like).

The format: ``m n``; m lines ``capacity fixed``; then for each of n customers its demand and m costs
of serving all of it from each warehouse. No instance is kept here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphcore.domain.errors import FileRefused
from graphcore.domain.tables import frame
from graphcore.domain.text import say
from optimizer.engines.simplex import INF
from optimizer.restock.arrays import Floats
from optimizer.restock.firststage import Rows
from optimizer.restock.mixed import Mixed, minimise, program_of
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

FEN = 100
NEAR = 1e-6


@dataclass(frozen=True)
class Location:
    """m warehouses, n customers; ``cost[j, i]`` serves all of customer j from warehouse i."""

    capacity: Floats  # (m,)
    fixed: Floats  # (m,)
    demand: Floats  # (n,)
    cost: Floats  # (n, m)


def read_cap(text: str, capacity: float | None = None) -> Location:
    """Read the format; ``capacity`` fills in the word "capacity" of the large instances.

    Raises:
        FileRefused: a number is missing, surplus, or none; or the word stands without a value.
    """
    words = text.split()
    try:
        numbers = np.array([_number(w, capacity) for w in words])
        m, n = int(numbers[0]), int(numbers[1])
    except (ValueError, IndexError) as error:
        raise _refused(say("开头或其中有不是数字的内容")) from error
    want = 2 + 2 * m + n * (m + 1)
    if m < 1 or n < 1 or len(numbers) != want:
        raise _refused(say("应有 {want} 个数，实有 {have} 个", want=want, have=len(numbers)))
    sites = numbers[2 : 2 + 2 * m].reshape(m, 2)
    customers = numbers[2 + 2 * m :].reshape(n, m + 1)
    if not np.isfinite(numbers).all() or (numbers < 0).any():
        raise _refused(say("有负数或无穷大"))
    return Location(sites[:, 0], sites[:, 1], customers[:, 0], customers[:, 1:])


def _number(word: str, capacity: float | None) -> float:
    if word == "capacity" and capacity is not None:
        return capacity
    return float(word)


def _refused(what: object) -> FileRefused:
    return FileRefused(
        say("选址算例文件不合格式：{what}。", what=what),
        say("请核对：首行为库数与客户数，随后为各库容量与固定费用，再为各客户需求与费用。"),
    )


def write_cap(location: Location) -> str:
    """Write the format, every number so that it reads back the same."""
    m, n = len(location.capacity), len(location.demand)
    lines = [f"{m} {n}"]
    lines += [f"{c!r} {f!r}" for c, f in zip(location.capacity.tolist(), location.fixed.tolist(),
                                             strict=True)]  # fmt: skip
    for demand, costs in zip(location.demand.tolist(), location.cost.tolist(), strict=True):
        lines += [repr(demand), " ".join(map(repr, costs))]
    return "\n".join(lines) + "\n"


def solve_cap(location: Location, *, solver: str = "highs", seconds: float | None = None) -> Mixed:
    """Solve by the mixed-integer path; values are openings (m,), then shares (n, m) by row."""
    m, n = len(location.capacity), len(location.demand)
    rows = Rows()
    open_, share = rows.columns_of(np.ones(m)), rows.columns_of(np.ones(n * m))
    customer, site = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    met = rows.rows_of(np.ones(n), np.ones(n))
    rows.put(met[customer], share, np.ones(n * m))
    have = rows.rows_of(np.full(m, -INF), np.zeros(m))
    rows.put(have[site], share, location.demand[customer])
    rows.put(have, open_, -location.capacity)
    only = rows.rows_of(np.full(n * m, -INF), np.zeros(n * m))
    rows.put(only, share, np.ones(n * m))
    rows.put(only, open_[site], -np.ones(n * m))
    costs = np.concatenate([location.fixed, location.cost.ravel()])
    return minimise(program_of(rows), costs, open_, solver=solver, seconds=seconds)


def check_cap(location: Location, answer: Mixed) -> list[str]:
    """Return what an answer breaks, by arithmetic alone."""
    m, n = len(location.capacity), len(location.demand)
    opened, share = answer.values[:m], answer.values[m:].reshape(n, m)
    value = float(location.fixed @ opened + (location.cost * share).sum())
    load = share.T @ location.demand
    broken = {
        "whole": np.abs(opened - np.round(opened)).max() > NEAR,
        "met": np.abs(share.sum(axis=1) - 1).max() > NEAR or share.min() < -NEAR,
        "capacity": (load > location.capacity * opened * (1 + NEAR) + NEAR).any(),
        "value": abs(value - answer.value) > NEAR * max(1.0, abs(value)),
        "bound": answer.bound > value * (1 + NEAR) + NEAR,
    }
    return [name for name, bad in broken.items() if bad]


def as_problem(location: Location, short: int) -> Problem:
    """Return the same question as a restocking problem with one sure scenario.

    Costs become whole fen by whole unit of demand: exact where ``cost / demand x 100`` is whole.
    ``short`` fen a missing unit must exceed every way of serving it.
    """
    day, m = "2000-01-01", len(location.capacity)
    sites = [f"S{i:04}" for i in range(m)]
    towns = [f"T{j:04}" for j in range(len(location.demand))]
    fen = np.round(location.cost / location.demand[:, None] * FEN).astype(int)
    return Problem(
        sites=frame(SITES, [
            {"site": s, "capacity_l": 0, "opening_fen": round(f * FEN), "candidate": True}
            for s, f in zip(sites, location.fixed.tolist(), strict=True)]),
        goods=frame(GOODS, [{"item": "I", "volume_ml": 0, "weight_g": 0,
                             "deadline_min": int(fen.max()), "wait_fen_per_hour": 60}]),
        options=frame(OPTIONS, [
            {"site": s, "item": "I", "kind": "physical", "unit_fen": 0, "call_fen": 0,
             "delay_min": 0, "lead_days": 0, "most": int(c)}
            for s, c in zip(sites, location.capacity.tolist(), strict=True)]),
        stock=frame(STOCK, []), lanes=frame(LANES, []), damage=frame(DAMAGE, []),
        dates=frame(DATES, [{"buys_on": day,
                             "budget_fen": int(location.fixed.sum() * FEN) + FEN}]),
        scenarios=frame(SCENARIOS, [{"scenario": "W", "type": "sure", "intensity": 0,
                                     "probability": 1.0, "strikes_on": day, "source": "format"}]),
        hits=frame(HITS, [
            {"scenario": "W", "township": t, "item": "I", "priority": 1, "quantity": int(d),
             "short_fen": short}
            for t, d in zip(towns, location.demand.tolist(), strict=True)]),
        ways=frame(WAYS, [
            {"scenario": "W", "site": sites[i], "township": towns[j], "minutes": int(fen[j, i])}
            for j in range(len(towns)) for i in range(m)]),
        risk=Risk(0.0, 0.0),
    )  # fmt: skip
