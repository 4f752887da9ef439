"""How time grows with households while places, goods and groups stay: classes saturate.

Each size is made in one process and solved, cold, in another: processor seconds from files to lines
of all five goals, and that process's peak memory.
"""

from __future__ import annotations

import math
import os
import statistics
import sys
import tempfile
import time

from optimizer.problem import Limits
from optimizer.solve import solve
from tests.bench.million import ALONE, make, peak_mib, read
from tests.support.apart import alone


def run(
    least: int = 3, most: int = 7, townships: int = 50, warehouses: int = 10, items: int = 12,
    seed: int = 1,
) -> dict[str, object]:  # fmt: skip
    """Solve 10^least to 10^most households; ``exponent`` is the slope of log time by log size."""
    os.environ.update(ALONE)
    sizes = [10**k for k in range(least, most + 1)]
    taken = [_size(seed, size, townships, warehouses, items) for size in sizes]
    x, y = [math.log(s) for s in sizes], [math.log(t) for t, _, _ in taken]
    return {
        "exponent": round(statistics.linear_regression(x, y).slope, 3),
        "last_exponent": round((y[-1] - y[-2]) / (x[-1] - x[-2]), 3),
        "households": sizes,
        "cpu_seconds": [round(t, 2) for t, _, _ in taken],
        "classes": [c for _, c, _ in taken],
        "rss_mib": [m for _, _, m in taken],
    }


def _size(
    seed: int, households: int, townships: int, warehouses: int, items: int
) -> tuple[float, int, int]:
    with tempfile.TemporaryDirectory() as folder:
        alone(make, folder, seed, households, townships, warehouses, items)
        found = alone(solved, folder, 3 if households <= 1_000_000 else 1)
    print(f"{households} households: {found}", file=sys.stderr, flush=True)
    return found


def solved(folder: str, rounds: int = 3) -> tuple[float, int, int]:
    """Return processor seconds from files to lines (the median), classes and MiB at the peak."""
    taken, classes = [], 0
    for _ in range(rounds):
        began = time.process_time()
        plan = solve(read(folder), Limits(work=100_000_000, simplex_columns=0))
        taken.append(time.process_time() - began)
        classes = plan.counts["classes"]
        del plan  # two plans of ten million households would not fit
    return statistics.median(taken), classes, peak_mib()
