"""Published routing instances: PyVRP behind our port against best known values and OR-Tools.

The ring instances 5 to 8 of Golden, Wasil, Kelly and Chao (1998) have a closed form: the depot at
the origin, rings of equal numbers of customers at radius 30, 60, ... 300, demand 30 for the second
and third of every four customers, else 10, capacity 900 and a limit on each route's length.

``DOUDI_INSTANCES=FOLDER`` routes the instances there instead: CVRPLIB's ``.vrp`` and Solomon's
``.txt``, each beside a ``.sol`` whose last word is the best known value ("Cost 27591").
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from time import perf_counter
from typing import Any

from optimizer.transport.engine import PyVrp
from optimizer.transport.instances import (
    Instance,
    distances,
    fleet,
    nearest,
    read_cvrplib,
    read_solomon,
)
from optimizer.transport.jobs import finish
from optimizer.transport.router import Effort, Task, Visit, served, travel_cost, worth
from optimizer.transport.timetable import timetable
from tests.support.exactroutes import best, tiny

SCALE = 1_000
CAPACITY = 900
RINGS = 10
TINY = 20


@dataclass(frozen=True)
class Ring:
    """One instance; best known value as in Vidal, Crainic, Gendreau and Prins (2014)."""

    name: str
    around: int  # customers on each ring
    length: int  # of a route, at most
    known: float


RINGS_OF_1998 = (
    Ring("Golden_5", 20, 1800, 6460.98),
    Ring("Golden_6", 28, 1500, 8400.33),
    Ring("Golden_7", 36, 1300, 10102.70),
    Ring("Golden_8", 44, 1200, 11635.30),
)


def run(instances: int = 2, seconds: int = 60, seed: int = 1, peer: int = 1) -> dict[str, object]:
    """Route the first ``instances`` (200, 280, 360, 440 customers) for ``seconds`` each.

    ``peer=0`` leaves OR-Tools out. ``tiny_missed`` counts tasks of 7 visits with windows, releases
    and several trips whose optimum, known by enumeration, was not reached.
    """
    cases = _published() or [(ring.known, task(ring)) for ring in RINGS_OF_1998]
    cases = cases[:instances]
    gaps, spent = [], []
    peers: list[int | None] = []
    for known, case in cases:
        began = perf_counter()
        gaps.append(_gap(known, case.scale, _ours(case, seconds, seed)))
        spent.append(perf_counter() - began)
        peers.append(_ortools(case, seconds) if peer else None)
    solved = [
        _gap(known, case.scale, v)
        for (known, case), v in zip(cases, peers, strict=True)
        if v is not None
    ]
    missed = sum(_reached(k) != best(tiny(k)) for k in range(TINY))
    return {
        "instances": len(cases), "worst_gap": round(max(gaps), 5),
        "names": [case.name for _, case in cases],
        "mean_gap": round(fmean(gaps), 5), "gaps": gaps,
        "seconds_each": round(fmean(spent), 1),
        "ortools_gap": round(fmean(solved), 5) if solved else None, "ortools_gaps": solved,
        "ortools_unsolved": len(peers) - len(solved) if peer else None,
        "tiny": TINY, "tiny_missed": missed,
    }  # fmt: skip


def task(ring: Ring) -> Instance:
    """Return an instance; lengths are 1,000 times those of the literature."""
    points, demand = [(0.0, 0.0)], []
    for k in range(1, RINGS + 1):
        for i in range(ring.around):
            angle = 2 * math.pi * i / ring.around
            points.append((30 * k * math.cos(angle), 30 * k * math.sin(angle)))
            demand.append(30 if i % 4 in (1, 2) else 10)
    matrix = distances(points, SCALE, nearest)
    visits = tuple(Visit(str(k), k, (q,)) for k, q in enumerate(demand, 1))
    count = math.ceil(sum(demand) / CAPACITY) + 3
    carriers = fleet(count, CAPACITY, ring.length * SCALE)
    return Instance(ring.name, Task(visits, carriers, (matrix,), (matrix,)), SCALE)


def _published() -> list[tuple[float, Instance]]:
    """Return best known value and instance of each file that the environment points to."""
    folder = os.environ.get("DOUDI_INSTANCES", "")
    files = sorted(Path(folder).glob("*.sol")) if folder else []
    return [(float(file.read_text("utf-8").split()[-1]), _read(file)) for file in files]


def _read(solution: Path) -> Instance:
    plain = solution.with_suffix(".vrp")
    if plain.exists():
        return read_cvrplib(plain.read_text("utf-8"))
    return read_solomon(solution.with_suffix(".txt").read_text("utf-8"))


def _gap(known: float, scale: int, value: float) -> float:
    return round(value / scale / known - 1, 5)


def _ours(case: Instance, seconds: int, seed: int) -> int:
    problem = case.task
    found = PyVrp().route(problem, Effort(seed, 10**9, float(seconds)))
    assert len(served(found.tours)) == len(problem.visits)
    for carrier in problem.carriers:
        assert timetable(problem, carrier, found.tours.get(carrier.id, ())) is not None
    return travel_cost(problem, found.tours)


def _reached(seed: int) -> tuple[int, int]:
    problem = tiny(seed)
    found = PyVrp().route(problem, Effort(iterations=300))
    tours = finish(problem, found.tours, lambda _c, _t: True, 0)
    return worth(problem, served(tours)), travel_cost(problem, tours)


def _ortools(case: Instance, seconds: int) -> int | None:
    """Return what OR-Tools routing reaches: cheapest arc, then guided local search."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    problem = case.task
    lengths, first = problem.cost[0].tolist(), problem.carriers[0]
    manager = pywrapcp.RoutingIndexManager(len(lengths), len(problem.carriers), 0)
    routing: Any = pywrapcp.RoutingModel(manager)
    way = routing.RegisterTransitMatrix(lengths)
    routing.SetArcCostEvaluatorOfAllVehicles(way)
    _hours(routing, manager, problem, lengths)
    load = routing.RegisterUnaryTransitVector([0, *(v.demand[0] for v in problem.visits)])
    routing.AddDimension(load, 0, first.capacity[0], True, "load")
    search: Any = pywrapcp.DefaultRoutingSearchParameters()
    search.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    search.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    search.time_limit.FromSeconds(seconds)
    found = routing.SolveWithParameters(search)
    return int(found.ObjectiveValue()) if found else None


def _hours(routing: Any, manager: Any, problem: Task, lengths: Sequence[Sequence[int]]) -> None:
    """Bound routes by length and service, and visits by their windows."""
    service = [0, *(v.service for v in problem.visits)]
    rows = [[x + service[i] for x in row] for i, row in enumerate(lengths)]
    carrier = problem.carriers[0]
    horizon = min(carrier.end, carrier.hours)
    spent = routing.RegisterTransitMatrix(rows)
    routing.AddDimension(spent, horizon, horizon, False, "hours")
    clock = routing.GetDimensionOrDie("hours")
    for visit in problem.visits:
        index = manager.NodeToIndex(visit.place)
        clock.CumulVar(index).SetRange(visit.earliest, min(visit.latest, horizon))
