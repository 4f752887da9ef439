"""2,000 volunteers x 300 tasks and 400 x 80: six goals over classes, beside CP-SAT by person.

`gap` is the worst of the six goals at the large size, `seconds` what all six take by the clock.

The peers solve one goal, weighted coverage, in `seconds` and `small_seconds`: one variable for each
person and slot at the large size, CP-SAT over our classes at the small one.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeVar

from graphcore.domain.plan import Outcome
from optimizer.volunteers.check import check
from optimizer.volunteers.classes import Classes
from optimizer.volunteers.cpsat import propagate
from optimizer.volunteers.eligibility import Grid
from optimizer.volunteers.engines import Budget
from optimizer.volunteers.lexicographic import Search
from optimizer.volunteers.model import Model
from optimizer.volunteers.problem import Limits, Plan, Problem
from optimizer.volunteers.solve import solve
from optimizer.volunteers.validate import validate
from tests.support.persons import Persons
from tests.support.volunteers import random_problem

SEED = 1
CORES = 2
_T = TypeVar("_T")


def run(
    volunteers: int = 2000, tasks: int = 300, small_volunteers: int = 400, small_tasks: int = 80,
    seconds: int = 60, small_seconds: int = 3, days: int = 3, seed: int = SEED,
) -> dict[str, object]:  # fmt: skip
    """Solve both sizes, then the peers; a gap is |bound - value| / larger of them."""
    large = random_problem(seed, volunteers=volunteers, tasks=tasks, days=days, places=12)
    small = random_problem(
        seed, volunteers=small_volunteers, tasks=small_tasks, days=days, places=6
    )
    took, cpu, plan = _timed(lambda: solve(large))
    _say(f"classes, six goals: {took:.1f} s ({cpu:.1f} s of processor)")
    one_s, one_cpu, one = _timed(lambda: _coverage(large))
    _say(f"classes, coverage alone: {one_s:.1f} s")
    persons = Persons(large)
    value, bound, gap = persons.gap("weighted_coverage", float(seconds), CORES)
    _say(f"persons, coverage alone: value {value:.0f}, bound {bound:.0f}")
    small_took, small_cpu, small_plan = _timed(lambda: solve(small))
    mip_s, mip_cpu, mip = _timed(lambda: _coverage(small))
    cpsat = _cpsat(small, float(small_seconds))
    return {
        "gap": _gap(plan), "seconds": round(took, 2),
        "gap_classes": _gap(plan), "seconds_classes": round(took, 2), "cpu_classes": round(cpu, 2),
        "outcomes": [g.outcome.value for g in plan.goals], "gaps": _gaps(plan),
        "gap_coverage": one, "seconds_coverage": round(one_s, 2), "cpu_coverage": round(one_cpu, 2),
        "gap_persons": gap, "seconds_persons": float(seconds),
        "variables_persons": len(persons.goes), "violations": len(check(large, plan)),
        "proven_small": all(g.outcome == Outcome.PROVEN for g in small_plan.goals),
        "seconds_small": round(small_took, 2), "cpu_small": round(small_cpu, 2),
        "gap_coverage_small": mip, "seconds_coverage_small": round(mip_s, 2),
        "cpu_coverage_small": round(mip_cpu, 2), "gap_cpsat_small": cpsat,
        "violations_small": len(check(small, small_plan)), **plan.counts,
        "lines": plan.crew.height, "open": plan.open.height,
    }  # fmt: skip


def _gaps(plan: Plan) -> dict[str, float]:
    return {
        g.name: abs(g.bound - g.value) / max(1.0, abs(g.bound), abs(g.value)) for g in plan.goals
    }


def _gap(plan: Plan) -> float:
    return max(_gaps(plan).values())


def _coverage(problem: Problem) -> float:
    """Solve goal 3 alone over classes, from tables; return its gap."""
    model = Model(Classes(Grid(validate(problem))))
    search = Search(model.program, Limits(), model.needed)
    assert search.run(model.aims[2])
    stage = search.stages[-1]
    return abs(stage.bound - stage.value) / max(1.0, abs(stage.bound))


def _cpsat(problem: Problem, seconds: float) -> float:
    """Return the gap that CP-SAT over the same classes has left at goal 3."""
    model = Model(Classes(Grid(validate(problem))))
    aim = model.aims[2]
    found = propagate(model.program, aim, Budget(1e9, 0, 0, seconds), None)
    if found.values is None:
        return 1.0
    return abs(found.bound - aim.of(found.values)) / max(1.0, abs(found.bound))


def _timed(call: Callable[[], _T]) -> tuple[float, float, _T]:
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    return time.perf_counter() - wall, time.process_time() - cpu, result


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
