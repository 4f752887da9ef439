"""The PyVRP engine behind the port.

First every visit is required. If no such routes are found, visits become optional with prizes, and
the search keeps what is worth most. Rests at the wheel are outside PyVRP's model: its legs are
lengthened by their share, which is never less than the rests that fall due, so what it finds
feasible is feasible.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from optimizer.transport.router import (
    FOREVER,
    NO_WAY,
    Carrier,
    Effort,
    Found,
    Matrix,
    Rest,
    Task,
    Tours,
    Trip,
    Visit,
)
from optimizer.transport.timetable import timetable

if TYPE_CHECKING:
    import pyvrp
    from pyvrp.stop import StoppingCriterion

PRIZE_SPREAD = 1_000
"""The dearest visit's prize in units of the cheapest: wider, and penalties lose their grip."""


@dataclass(frozen=True)
class PyVrp:
    """Iterated local search; the same task, seed and iterations give the same routes."""

    def route(self, task: Task, effort: Effort) -> Found:
        """See `Router.route`."""
        if not task.visits or not task.carriers:
            return Found({})
        if len(task.fixed) == len(task.visits):
            return Found(dict(task.heads))
        began = perf_counter()
        whole = _search(task, effort, effort.seconds, optional=False)
        if whole.tours:
            return whole
        left = None if effort.seconds is None else effort.seconds - (perf_counter() - began)
        part = _search(task, effort, left, optional=True)
        clock = whole.by_clock or part.by_clock
        return Found(part.tours, clock, whole.iterations + part.iterations)


def _search(task: Task, effort: Effort, seconds: float | None, *, optional: bool) -> Found:
    """Run one search; no tours if it found nothing that keeps all rules."""
    import pyvrp  # noqa: PLC0415 - imported where used

    data = _data(task, optional=optional)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyVRP's own advice about penalties
        result = pyvrp.solve(
            data, _stop(effort, seconds), seed=effort.seed, collect_stats=False, display=False
        )
    clock = seconds is not None and result.num_iterations < effort.iterations
    tours = _tours(task, result.best) if result.is_feasible() else {}
    return Found(tours, clock, result.num_iterations)


def _stop(effort: Effort, seconds: float | None) -> StoppingCriterion:
    from pyvrp.stop import MaxIterations, MaxRuntime, MultipleCriteria  # noqa: PLC0415

    most = MaxIterations(effort.iterations)
    if seconds is None:
        return most
    return MultipleCriteria([most, MaxRuntime(max(seconds, 0.0))])


def _data(task: Task, *, optional: bool) -> pyvrp.ProblemData:
    import pyvrp  # noqa: PLC0415

    late = FOREVER if task.closes >= FOREVER else task.closes - task.loading
    depots = [
        pyvrp.Depot(0, task.opens, max(late, task.opens)),  # where trips begin
        pyvrp.Depot(0),  # where the last one ends, after closing too
    ]
    kinds = _kinds(task)
    begun = [task.heads.get(same[0].id, ()) for same in kinds]
    free = [task.visits[v] for v in _free(task)]
    prizes = _prizes(task, free) if optional else [0] * len(free)
    return pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _ in range(len(task.minutes[0]))],
        [_client(task, v, p) for v, p in zip(free, prizes, strict=True)],
        [*depots, *(pyvrp.Depot(task.visits[heads[-1][-1]].place) for heads in begun if heads)],
        _vehicles(task, kinds),
        [_clipped(m) for m in task.cost],  # type: ignore[misc]
        [_legs(task, m) for m in task.minutes],  # type: ignore[misc]
    )


def _free(task: Task) -> list[int]:
    """Return the visits that are for the engine to place."""
    return [v for v in range(len(task.visits)) if v not in task.fixed]


def _client(task: Task, visit: Visit, prize: int) -> pyvrp.Client:
    """Return a client; a prize makes it optional.

    A release becomes the earliest service that it allows. PyVRP 0.14.1 has release times, but with
    reloads and shift lengths its local search was seen to cycle forever on them. A trip that would
    leave too soon for one of its visits is put right by `optimizer.transport.complete`.
    """
    import pyvrp  # noqa: PLC0415

    leg = min(int(m[0, visit.place]) for m in task.minutes)
    early = max(visit.earliest, visit.release + leg + task.setup if visit.release else 0)
    return pyvrp.Client(
        location=visit.place, delivery=list(visit.demand), service_duration=visit.service,
        tw_early=early, tw_late=max(visit.latest, early), prize=prize, required=not prize,
    )  # fmt: skip


def _kinds(task: Task) -> list[list[Carrier]]:
    """Return the carriers in groups of equal ones: the search is faster on few kinds."""
    kinds: dict[tuple[Carrier, tuple[Trip, ...]], list[Carrier]] = {}
    for carrier in task.carriers:
        key = replace(carrier, id=""), task.heads.get(carrier.id, ())
        kinds.setdefault(key, []).append(carrier)
    return list(kinds.values())


def _vehicles(task: Task, kinds: list[list[Carrier]]) -> list[pyvrp.VehicleType]:
    """Return the kinds; those that have begun their day set out from where they then are."""
    found, depot = [], 2
    for same in kinds:
        kind = _vehicle(task, same)
        if same[0].id in task.heads:
            kind, depot = _under_way(task, same[0], kind, depot), depot + 1
        found.append(kind)
    return found


def _under_way(
    task: Task, carrier: Carrier, kind: pyvrp.VehicleType, depot: int
) -> pyvrp.VehicleType:
    """Return the carrier from its last fixed stop on: less time, trips and room for its load."""
    heads = task.heads[carrier.id]
    runs = timetable(task, carrier, heads)
    assert runs, "heads that cannot be driven are refused before"
    leave = runs[-1].stops[-1].leave
    load = [sum(task.visits[v].demand[d] for v in heads[-1]) for d in range(len(carrier.capacity))]
    trips = carrier.trips - len(heads)
    return kind.replace(
        start_depot=depot, tw_early=leave, tw_late=max(carrier.end, leave),
        shift_duration=max(carrier.hours - (leave - runs[0].begin), 0), initial_load=load,
        reload_depots=[0] if trips > 0 else [], max_reloads=max(trips, 0), fixed_cost=0,
    )  # fmt: skip


def _vehicle(task: Task, same: list[Carrier]) -> pyvrp.VehicleType:
    import pyvrp  # noqa: PLC0415

    carrier = same[0]
    start = max(carrier.start, task.opens)
    return pyvrp.VehicleType(
        num_available=len(same),
        capacity=list(carrier.capacity), start_depot=0, end_depot=1, fixed_cost=carrier.fixed,
        tw_early=start, tw_late=max(carrier.end, start), shift_duration=carrier.hours,
        profile=carrier.profile, reload_depots=[0] if carrier.trips > 1 else [],
        max_reloads=carrier.trips - 1,
    )  # fmt: skip


def _clipped(matrix: Matrix) -> Matrix:
    return np.minimum(matrix, NO_WAY)


def _legs(task: Task, minutes: Matrix) -> Matrix:
    """Return legs with their share of rests, the loading before and the setup after them."""
    legs = minutes + _share(task.rest, minutes)
    legs[:, 1:] += task.setup
    legs[0] += task.loading
    np.fill_diagonal(legs, 0)
    return np.asarray(np.where(minutes >= NO_WAY, NO_WAY, legs), dtype=np.int64)


def _share(rest: Rest, minutes: Matrix) -> Matrix:
    if not rest.after:
        return np.zeros_like(minutes)
    return np.asarray(-(-minutes * rest.minutes // rest.after), dtype=np.int64)


def _prizes(task: Task, visits: list[Visit]) -> list[int]:
    """Return prizes in the order of worth, each above the cost of a trip for that visit alone."""
    reach = max(int(m[m < NO_WAY].max(initial=1)) for m in task.cost)
    alone = 2 * reach + max(c.fixed for c in task.carriers) + 1
    least = max(1, min(v.worth for v in visits))
    return [alone * min(max(1, round(v.worth / least)), PRIZE_SPREAD) for v in visits]


def _tours(task: Task, best: pyvrp.Solution) -> Tours:
    """Return each carrier's trips; equal carriers take the routes in turn."""
    found: Tours = {}
    visits, free = _free(task), [iter(same) for same in _kinds(task)]
    for route in best.routes():
        trips: dict[int, list[int]] = {}
        for act in route.schedule():
            if act.is_client():
                trips.setdefault(act.trip, []).append(visits[act.idx])
        if trips:
            carrier = next(free[route.vehicle_type()]).id
            found[carrier] = _joined(task.heads.get(carrier, ()), trips)
    return {**task.heads, **found}


def _joined(heads: tuple[Trip, ...], trips: dict[int, list[int]]) -> tuple[Trip, ...]:
    """Return a carrier's trips: its first one goes on where its heads end."""
    if not heads:
        return tuple(tuple(t) for _, t in sorted(trips.items()))
    later = tuple(tuple(t) for k, t in sorted(trips.items()) if k)
    return (*heads[:-1], (*heads[-1], *trips.get(0, [])), *later)
