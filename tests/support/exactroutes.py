"""Optimal routes of tiny tasks by enumeration: labels over (served, last stop, room, time)."""

from __future__ import annotations

import random

import numpy as np

from optimizer.transport.router import NO_WAY, Carrier, Matrix, Task, Visit

Best = dict[int, int]
"""Least cost by set of visits (bits), for one carrier."""


def best(task: Task) -> tuple[int, int]:
    """Return the greatest worth that can be served, and the least cost of serving that much.

    Only for tasks without hours (a carrier may start as early as it likes) and without rests.
    """
    total: Best = {0: 0}
    for carrier in task.carriers:
        alone = _carrier(task, carrier)
        joined: Best = {}
        for a, cost_a in total.items():
            for b, cost_b in alone.items():
                if not a & b:
                    joined[a | b] = min(joined.get(a | b, cost_a + cost_b), cost_a + cost_b)
        total = joined
    worth = {s: sum(v.worth for k, v in enumerate(task.visits) if s >> k & 1) for s in total}
    most = max(worth.values())
    return most, min(cost for s, cost in total.items() if worth[s] == most)


def _carrier(task: Task, carrier: Carrier) -> Best:
    """Return the least cost of every set that one carrier can serve, several trips included."""
    begin = max(carrier.start, task.opens)
    found: Best = {0: 0}
    home: list[tuple[int, int, int, int]] = [(0, begin, 0, 0)]  # served, time, cost, trips
    while home:
        served, now, cost, trips = home.pop()
        if trips == carrier.trips:
            continue
        for more, back, added in _trips(task, carrier, served, now):
            fixed = carrier.fixed if not trips else 0
            key = served | more
            found[key] = min(found.get(key, cost + added + fixed), cost + added + fixed)
            home.append((key, back, cost + added + fixed, trips + 1))
    return found


def _trips(task: Task, carrier: Carrier, served: int, now: int) -> list[tuple[int, int, int]]:
    """Return every feasible trip from a moment on: visits, time back, cost."""
    done: list[tuple[int, int, int]] = []
    minutes, costs = task.minutes[carrier.profile], task.cost[carrier.profile]

    def grow(order: tuple[int, ...]) -> None:
        release = max((task.visits[v].release for v in order), default=0)
        time = max(now + task.loading, release)
        if time > task.closes:
            return
        here = cost = 0
        for v in order:
            visit = task.visits[v]
            if minutes[here, visit.place] >= NO_WAY:
                return
            time += int(minutes[here, visit.place]) + (task.setup if visit.place != here else 0)
            time = max(time, visit.earliest)
            if time > visit.latest:
                return
            time += visit.service
            cost += int(costs[here, visit.place])
            here = visit.place
        back = time + int(minutes[here, 0])
        if order and back <= carrier.end:
            bits = sum(1 << v for v in order)
            done.append((bits, back, cost + int(costs[here, 0])))
        for v in range(len(task.visits)):
            if v in order or served >> v & 1:
                continue
            longer = (*order, v)
            if all(sum(task.visits[x].demand[d] for x in longer) <= room
                   for d, room in enumerate(carrier.capacity)):  # fmt: skip
                grow(longer)

    grow(())
    return done


def shortest(task: Task) -> int:
    """Return the least cost of serving everything, by Held and Karp over sets; no times, no fixed.

    One dimension of capacity, all carriers on the first matrix.
    """
    visits = range(len(task.visits))
    everything = (1 << len(task.visits)) - 1
    tour = _tours(task)
    load = [sum(task.visits[v].demand[0] for v in visits if s >> v & 1) for s in range(len(tour))]
    reach = {0: 0}
    for carrier in task.carriers:
        for _ in range(carrier.trips):
            longer = dict(reach)
            for s, cost in reach.items():
                rest = everything & ~s
                more = rest
                while more:
                    if load[more] <= carrier.capacity[0]:
                        key = s | more
                        longer[key] = min(longer.get(key, cost + tour[more]), cost + tour[more])
                    more = (more - 1) & rest
            reach = longer
    return reach[everything]


def _tours(task: Task) -> list[int]:
    """Return the length of the best round trip through every set of visits."""
    n, matrix = len(task.visits), task.cost[0].tolist()
    at = [v.place for v in task.visits]
    ends: list[dict[int, int]] = [{} for _ in range(1 << n)]
    tour = [0] * (1 << n)
    for s in range(1, 1 << n):
        for last in (v for v in range(n) if s >> v & 1):
            before = ends[s & ~(1 << last)]
            ends[s][last] = min(
                (cost + matrix[at[v]][at[last]] for v, cost in before.items()),
                default=matrix[0][at[last]],
            )
        tour[s] = min(cost + matrix[at[v]][0] for v, cost in ends[s].items())
    return tour


def grid(rng: random.Random, places: int) -> Matrix:
    at = [(rng.randint(0, 60), rng.randint(0, 60)) for _ in range(places)]
    rows = [[round(((a - c) ** 2 + (b - d) ** 2) ** 0.5) for c, d in at] for a, b in at]
    return np.array(rows, dtype=np.int64)


def tiny(seed: int, visits: int = 7, carriers: int = 2) -> Task:
    """Two dimensions, windows, releases, two trips each, more goods than can go."""
    rng = random.Random(seed)
    matrix = grid(rng, visits + 1)
    made = tuple(
        Visit(f"v{k}", k + 1, (rng.randint(2, 5), rng.randint(2, 5)), rng.randint(1, 20),
              rng.randint(0, 100), rng.randint(100, 400), rng.choice([0, 0, 60]),
              rng.choice([1, 10, 100]))
        for k in range(visits)
    )  # fmt: skip
    fleet = tuple(
        Carrier(f"c{k}", (rng.randint(6, 10), rng.randint(6, 10)), start=rng.randint(0, 60),
                end=rng.randint(200, 400), trips=2)
        for k in range(carriers)
    )  # fmt: skip
    return Task(made, fleet, (matrix,), (matrix,), loading=15, setup=5, opens=20, closes=420)
