"""One goal from rows to named households, beside household-level models of the same data.

Weighted coverage at 100,000 households (`raw`) against HiGHS and GLOP on a hand-built matrix, linopy
and an OR-Tools loop, and at 30,000 (`built`) against PuLP with CBC and Pyomo; networkx where one item
and no vehicle are asked for. Processor seconds of a process of its own on both sides, medians of
``runs``, imports and data not counted. Two places: a county (the keys without a prefix) and one with
fewer warehouses and goods (``plain``). ``at_least`` names the peers that passed ``limit`` processor
seconds: their ratios and seconds are lower bounds. ``seconds_100k`` is all five goals, by the clock.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

from optimizer.check import check
from optimizer.problem import Limits, Problem
from optimizer.solve import solve
from tests.support import peers
from tests.support.apart import alone
from tests.support.districts import random_problem
from tests.support.peers import Arrays, Place, Result, measured

SEED = 20_261_124
COUNTY = Place(0, townships=30, warehouses=10, items=12)
PLAIN = Place(0, townships=30, warehouses=5, items=10)
RAW: dict[str, Callable[[Arrays], float]] = {
    "glop": peers.by_glop, "highs": peers.by_highs, "loop": peers.by_loop,
    "linopy": peers.by_linopy,
}  # fmt: skip
BUILT: dict[str, Callable[[Arrays], float]] = {"pulp": peers.by_pulp, "pyomo": peers.by_pyomo}
FLOWS: dict[str, Callable[[Arrays], float]] = {"networkx": peers.by_networkx}
ONE_THREAD = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def run(
    raw: int = 100_000, built: int = 30_000, flows: int = 2_000, runs: int = 3, limit: int = 150,
    county: int = 1, plain: int = 1, every: int = 100_000,
) -> dict[str, object]:  # fmt: skip
    """Compare both places; 0 leaves out a size, a place, or (``every``) all five goals."""
    os.environ.update(ONE_THREAD)
    found = _all_goals(every) if every else {}
    sizes = {"raw": raw, "built": built, "flows": flows}
    if county:
        found |= _beside(COUNTY, sizes, runs, limit)
    if plain:
        found["plain"] = _beside(PLAIN, sizes, runs, limit)
    return found


def district(households: int) -> Problem:
    """Return a district where every household lacks much: 12 items, 30 townships, 10 warehouses."""
    return random_problem(
        SEED, households=households, townships=30, warehouses=10, items=12, days=3, even=True
    )


def _all_goals(households: int) -> dict[str, object]:
    problem = district(households)
    began = time.perf_counter()
    plan = solve(problem)
    seconds = time.perf_counter() - began
    return {
        "seconds_100k": round(seconds, 2), "households": households,
        "needs": problem.needs.height, "lines": plan.lines.height,
        "violations": len(check(problem, plan)), **plan.counts,
    }  # fmt: skip


def _beside(place: Place, sizes: dict[str, int], runs: int, limit: int) -> dict[str, Any]:
    """Return ratios, seconds and the largest relative difference of values at each size."""
    found: dict[str, Any] = {"objective_gap": 0.0, "at_least": [], "goal": "weighted_coverage"}
    for name, group in (("raw", RAW), ("built", BUILT), ("flows", FLOWS)):
        if sizes[name]:
            mine = replace(place, households=sizes[name], single=group is FLOWS)
            _group(found, name, mine, group, (runs, limit))
    return found


def _group(
    found: dict[str, Any], name: str, place: Place, group: dict[str, Callable[[Arrays], float]],
    terms: tuple[int, int],
) -> None:  # fmt: skip
    ours, columns = alone(ours_of, place, max(terms[0], 5))
    seconds, value = median(s for s, _ in ours), ours[0][1]
    found |= {f"{name}_households": place.households, f"{name}_columns": columns,
              f"{name}_ours_seconds": round(seconds, 3), f"{name}_value": value}  # fmt: skip
    for peer, call in group.items():
        results = measured(call, place, *terms)
        took = median(s for s, _ in results) if results else float(terms[1])
        _say(f"{place}: {peer} {took:.2f} s{'' if results else ' and more'}, ours {seconds:.3f} s")
        found |= {f"ratio_{peer}": round(took / seconds, 1), f"{peer}_seconds": round(took, 2)}
        if results is None:
            found["at_least"].append(peer)
        else:
            gap = max(abs(v - value) / abs(value) for _, v in results)
            found["objective_gap"] = max(found["objective_gap"], gap)


def ours_of(place: Place, runs: int) -> tuple[list[Result], int]:
    """Return our runs, from tables to named households, and the columns that peers have."""
    solve(replace(place, households=200).problem(), goals=(3,))  # imports
    problem, limits = place.problem(), Limits(work=100_000_000)
    results = []
    for _ in range(runs):
        began = time.process_time()
        plan = solve(problem, limits, goals=(3,))
        results.append((time.process_time() - began, plan.goals[0].bound))
    return results, len(place.arrays().worth)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
