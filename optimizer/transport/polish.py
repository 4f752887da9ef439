"""Large-neighbourhood search under all rules, where an engine's own model falls short.

PyVRP sees neither release times nor how goods are stowed in a convoy, and with optional visits its
search on short days with reloads misses sets that a few exchanges find. Here some visits are taken
out and everything that stays behind is put back in turn, at its cheapest place; what is worth more,
or as much at less cost, is kept.
"""

from __future__ import annotations

import random

from optimizer.transport.complete import Accept, insert, without
from optimizer.transport.router import Task, Tours, served, travel_cost, worth

MOST_OUT = 6
"""Visits taken out at once."""
WORK = 8_000
"""Rounds times visits: a round on a large task costs more, so it gets fewer."""
MOST_ROUNDS = 400
MOST_IN = 12
"""Visits left behind before, tried in one round."""


def rounds(task: Task) -> int:
    """Return how many rounds a task gets."""
    return min(MOST_ROUNDS, WORK // max(1, len(task.visits)))


def polish(task: Task, tours: Tours, accept: Accept, seed: int, most: int = MOST_ROUNDS) -> Tours:
    """Return tours that are worth at least as much, and cost no more if worth the same."""
    rng = random.Random(seed)  # noqa: S311 - a search, no secret
    best = value(task, tours)
    for _ in range(min(most, rounds(task))):
        trial = _rebuilt(task, tours, accept, rng)
        reached = value(task, trial)
        if reached >= best:
            tours, best = trial, reached
    return tours


def value(task: Task, tours: Tours) -> tuple[int, int]:
    """Return what tours are compared by: worth that goes, then what it costs."""
    return worth(task, served(tours)), -travel_cost(task, tours)


def _rebuilt(task: Task, tours: Tours, accept: Accept, rng: random.Random) -> Tours:
    going = sorted(served(tours) - task.fixed)
    out = frozenset(rng.sample(going, rng.randint(0, min(MOST_OUT, len(going)))))
    trial: Tours = {}
    for carrier in task.carriers:
        trips = tours.get(carrier.id, ())
        left = without(task, carrier, trips, out)
        trial[carrier.id] = trips if left is None else left
    for visit in _order(task, trial, out, rng):
        trial = insert(task, trial, visit, accept) or trial
    return {c: trips for c, trips in trial.items() if trips}


def _order(task: Task, tours: Tours, out: frozenset[int], rng: random.Random) -> list[int]:
    """Return some of what stays behind, what was just taken out with it, by worth or at random."""
    done = served(tours)
    behind = [v for v in range(len(task.visits)) if v not in done and v not in out]
    rest = [*sorted(out - done), *rng.sample(behind, min(MOST_IN, len(behind)))]
    rng.shuffle(rest)
    if rng.random() < 0.5:  # noqa: PLR2004 - either way alike
        rest.sort(key=lambda v: -task.visits[v].worth)
    return rest
