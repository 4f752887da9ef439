"""A million households from rows to named households: five goals, whole units, certified gaps.

The data are made in one process and solved in another, whose peak memory is what is reported.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import cast

import polars as pl

from optimizer.check import check
from optimizer.problem import Limits, Problem
from optimizer.solve import solve
from tests.support.apart import alone
from tests.support.provinces import province

COVERAGE = 3  # its place in the usual order
TABLES = ("needs", "lots", "items", "access", "fleet")
ALONE = {
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1",
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:0,muzzy_decay_ms:0",
}  # fmt: skip
"""One thread; and what polars frees is given back at once, so that the peak is what was in use."""


def run(
    households: int = 1_000_000, townships: int = 500, warehouses: int = 40, items: int = 30,
    seed: int = 1, judge: int = 1, columns: int = 50_000, one: int = 1,
) -> dict[str, object]:  # fmt: skip
    """Return what five goals took, cold, and the worst certified gap.

    ``judge`` runs `check` too; ``one`` says how often coverage alone is solved, in a process of its own,
    half of the runs before and half after the five goals.
    """
    os.environ.update(ALONE)
    with tempfile.TemporaryDirectory() as folder:
        alone(make, folder, seed, households, townships, warehouses, items)
        before = [alone(_alone, folder, columns) for _ in range((one + 1) // 2)]
        figures = alone(_solve, folder, bool(judge), columns)
        times = before + [alone(_alone, folder, columns) for _ in range(one // 2)]
    if times:
        median = statistics.median(times)
        five = cast("float", figures["seconds"])
        figures |= {"one_seconds": round(median, 1), "ratio_one": round(five / median, 2)}
    return figures


def make(
    folder: str, seed: int, households: int, townships: int, warehouses: int, items: int
) -> None:
    """Write the tables of a province to a folder."""
    made = province(seed, households=households, townships=townships, warehouses=warehouses,
                    items=items)  # fmt: skip
    for name in TABLES:
        getattr(made, name).write_ipc(Path(folder, f"{name}.arrow"), compression="uncompressed")
    Path(folder, "days").write_text(str(made.days))


def read(folder: str) -> Problem:
    """Return the province of a folder; tables stay in their files until they are looked at."""
    tables = {n: pl.read_ipc(Path(folder, f"{n}.arrow")) for n in TABLES}
    return Problem(**tables, days=int(Path(folder, "days").read_text()))


def _alone(folder: str, columns: int) -> float:
    """Return the seconds that weighted coverage takes as the only goal."""
    began = time.perf_counter()
    solve(read(folder), Limits(work=100_000_000, simplex_columns=columns), goals=(COVERAGE,))
    return time.perf_counter() - began


def _solve(folder: str, judge: bool, columns: int = 50_000) -> dict[str, object]:
    began, spent = time.perf_counter(), time.process_time()
    plan = solve(read(folder), Limits(work=100_000_000, simplex_columns=columns))
    seconds, cpu = time.perf_counter() - began, time.process_time() - spent
    peak = peak_mib()
    problem = read(folder)
    violations = len(check(problem, plan)) if judge else None
    return {
        "goals": len({g.number for g in plan.goals}), "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1), "rss_mib": peak, "gap": max(plan.gaps.values(), default=0.0),
        "gaps": dict(plan.gaps), "outcomes": {g.name: g.outcome.value for g in plan.goals},
        "values": {g.name: [g.value, g.bound] for g in plan.goals}, "violations": violations,
        "households": problem.needs["subject"].n_unique(), "lines": plan.lines.height,
        "shortfalls": plan.shortfalls.height, "way": plan.way, **plan.counts,
    }  # fmt: skip


def peak_mib() -> int:
    """Return the peak memory of this process."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
