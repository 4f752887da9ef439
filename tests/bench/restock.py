"""Restocking at 500 scenarios × 50 sites × 30 items, beside the extensive form in HiGHS.

``seconds`` is from tables to the whole-unit plan, transfers argued; ``cpu`` the same in processor
time, which a busy machine does not stretch. The extensive form grows until HiGHS needs more than
``extensive_limit`` seconds; ``ratio`` compares both at the largest size that it finished.

Published instances whose published optimum is not met are in ``published_missed``. One is written
out from its definition; ``DOUDI_INSTANCES=FOLDER`` names a folder with the files of the others
(`tests.bench.published.FILES`), and those that are not there are in ``published_absent``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from optimizer.restock.arrays import Case, arrays
from optimizer.restock.check import check
from optimizer.restock.extensive import solve_extensive
from optimizer.restock.lshaped import solve
from optimizer.restock.placement import placement
from optimizer.restock.problem import Limits, Problem, Risk
from optimizer.restock.solve import planned
from optimizer.restock.validate import validate
from optimizer.restock.value import vss
from tests.bench import published
from tests.support.reserves import world

T = TypeVar("T")
SEED = 1
RISK = Risk(0.5, 0.95)  # illustrative
MISSED = 2880  # minutes that a unit counts which never comes; illustrative
STEPS = (10, 20, 35, 50, 75, 100, 150, 200, 300, 500)
"""Scenarios tried in the extensive form."""


def run(
    scenarios: int = 500, sites: int = 50, items: int = 30, permille: int = 5,
    extensive_limit: int = 60, ratio_items: int = 2, with_vss: int = 1, with_placement: int = 1,
) -> dict[str, object]:  # fmt: skip
    """Measure; ``permille`` is the gap asked for."""
    gap = permille / 1000
    problem = district(scenarios, sites, items)
    began, cpu = time.perf_counter(), time.process_time()
    course = solve(arrays(validate(problem)), Limits(gap=gap))
    plan = planned(problem, course, 30)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    _say(f"{scenarios} x {sites} x {items}: {seconds:.1f} s ({cpu:.1f} s of processor), "
         f"gap {plan.gap(RISK):.4%} in {len(plan.rounds)} rounds")  # fmt: skip
    size, theirs, ours, apart = _extensive(sites, ratio_items, extensive_limit, gap)
    found = vss(problem, course, Limits(gap=gap)) if with_vss else None
    judged = published.differences()
    ratio = placement(problem, MISSED, Limits(gap=gap)).row(0, named=True) if with_placement else {}
    return {
        "seconds": seconds, "cpu": cpu, "gap": plan.gap(RISK), "scenarios": scenarios,
        "sites": sites, "items": items, "rounds": len(plan.rounds),
        "violations": len(check(problem, plan)), "arcs": arcs(course.case),
        "extensive_seconds": theirs, "extensive_scenarios": size, "extensive_items": ratio_items,
        "ours_there_seconds": ours, "ratio": theirs / ours if theirs and ours else None,
        "objective_apart": apart, "vss": found.value if found else None,
        "vss_share": found.value / found.best_plan if found else None,
        "response_ratio": ratio.get("ratio"), "response_gap": ratio.get("gap"),
        "published_missed": published.missed(judged), "published_apart": judged,
        "published_absent": published.absent(judged),
    }  # fmt: skip


def district(scenarios: int, sites: int, items: int) -> Problem:
    """The bench's district: 100 townships, three kinds of reserve, two purchase dates."""
    return world(SEED, scenarios=scenarios, sites=sites, items=items, townships=100, reach=0.15,
                 dates=2, risk=RISK)  # fmt: skip


def arcs(case: Case) -> int:
    """Return how many flows the extensive form would have."""
    return sum(len(block.arc_row) for block in case.blocks)


def _extensive(
    sites: int, items: int, limit: int, gap: float
) -> tuple[int, float | None, float | None, float | None]:
    """Return the largest number of scenarios that HiGHS finishes, its time, ours, the difference."""
    done: tuple[int, float | None, float | None, float | None] = (0, None, None, None)
    for scenarios in STEPS:
        took, value = _apart(scenarios, sites, items, limit)
        _say(f"extensive form in HiGHS, {scenarios} scenarios: {took:.1f} s, value {value}")
        if value is None:
            break
        case = arrays(validate(district(scenarios, sites, items)))
        ours, best = _ours(case, gap)
        done = (scenarios, took, ours, abs(best - value) / value)
    return done


def _ours(case: Case, gap: float) -> tuple[float, float]:
    seconds, course = _timed(lambda: solve(case, Limits(gap=gap)))
    return seconds, course.best.value


def _apart(scenarios: int, sites: int, items: int, limit: int) -> tuple[float, float | None]:
    """Solve the extensive form in a process of its own, which the limit ends."""
    command = [sys.executable, "-c", "from tests.bench.restock import extensive_value as f; "
               f"print(*f({scenarios}, {sites}, {items}))"]  # fmt: skip
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=2 * limit
        )
    except subprocess.TimeoutExpired:
        return 2.0 * limit, None
    took, value = map(float, done.stdout.split())
    return took, (value if took <= limit else None)


def extensive_value(scenarios: int, sites: int, items: int) -> tuple[float, float]:
    """Return seconds from arrays to the optimum of the extensive form, and the optimum."""
    case = arrays(validate(district(scenarios, sites, items)))
    seconds, (value, _) = _timed(lambda: solve_extensive(case, "highs"))
    return seconds, value


def _timed(call: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
