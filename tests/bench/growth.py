"""How time grows with households while places, goods and groups stay: classes saturate."""

from __future__ import annotations

import math
import statistics
import time

from optimizer.problem import Limits
from optimizer.solve import solve
from tests.support.apart import alone
from tests.support.provinces import province


def run(
    least: int = 3, most: int = 6, townships: int = 50, warehouses: int = 10, items: int = 12,
    seed: int = 1,
) -> dict[str, object]:  # fmt: skip
    """Solve 10^least to 10^most households; ``exponent`` is the slope of log time by log size."""
    sizes = [10**k for k in range(least, most + 1)]
    taken = [alone(_seconds, seed, size, townships, warehouses, items) for size in sizes]
    x, y = [math.log(s) for s in sizes], [math.log(t) for t, _ in taken]
    return {
        "exponent": round(statistics.linear_regression(x, y).slope, 3),
        "households": sizes,
        "cpu_seconds": [round(t, 2) for t, _ in taken],
        "classes": [c for _, c in taken],
    }


def _seconds(
    seed: int, households: int, townships: int, warehouses: int, items: int
) -> tuple[float, int]:
    problem = province(seed, households=households, townships=townships, warehouses=warehouses,
                       items=items)  # fmt: skip
    began = time.process_time()
    plan = solve(problem, Limits(work=100_000_000, simplex_columns=0))
    return time.process_time() - began, plan.counts["classes"]
