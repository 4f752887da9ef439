"""Household-level and class-level models give equal objectives at goals 1 to 5, by two solvers."""

from __future__ import annotations

import random

from optimizer.classes import classify
from optimizer.flow import flow
from optimizer.lexicographic import run as run_goals
from optimizer.problem import Limits, Problem
from optimizer.validate import validate
from tests.support.apart import apart
from tests.support.districts import random_problem
from tests.support.households import household_goals

RELATIVE = 1e-5
"""Tolerance of each comparison, relative to the larger value (absolute below 1)."""
SIZES = (2000, 1000, 500, 300, 200)


def run(districts: int = 20, seed: int = 1) -> dict[str, object]:
    """Compare ``districts`` random districts of 5 to 2,000 households; ``unequal`` must be 0."""
    rng = random.Random(seed)
    unequal: list[str] = []
    worst, largest, compared = 0.0, 0, 0
    for k in range(districts):
        households = SIZES[k] if k < len(SIZES) else rng.randint(5, 150)
        problem = _district(rng, households)
        gaps = differences(problem)
        compared += len(gaps)
        worst = max([worst, *gaps.values()])
        largest = max(largest, households)
        unequal += [f"{k}:{name}" for name, gap in gaps.items() if gap > RELATIVE]
    return {
        "districts": districts, "unequal": len(unequal), "goals_compared": compared,
        "largest_households": largest, "worst_relative_gap": worst, "tolerance": RELATIVE,
        "solvers": "GLOP (classes), HiGHS (households)", "which": unequal,
    }  # fmt: skip


def _district(rng: random.Random, households: int) -> Problem:
    small = households <= 150
    return random_problem(
        rng.randrange(2**32), households=households, townships=rng.randint(1, 4 if small else 3),
        warehouses=rng.randint(1, 3 if small else 2), items=rng.randint(2, 5 if small else 3),
        days=rng.randint(1, 3 if small else 2), scarcity=rng.choice([0.3, 0.7, 1.0]),
        fleet_share=rng.choice([0.3, 0.8, 2.0]),
    )  # fmt: skip


def differences(problem: Problem) -> dict[str, float]:
    """Return each goal's relative difference between the two models' linear optima."""
    limits = Limits(work=100_000_000)
    classes = classify(validate(problem))
    course = run_goals(classes, flow(classes), limits)
    ours = {stage.name: stage.bound for stage in course.stages}
    theirs = apart(household_goals, problem, limits.delta)
    assert list(ours) == list(theirs), (list(ours), list(theirs))
    return {n: abs(ours[n] - theirs[n]) / max(1.0, abs(theirs[n])) for n in ours}
