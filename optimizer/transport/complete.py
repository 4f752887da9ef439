"""Makes an engine's routes keep every rule, and leaves no delivery behind that still fits.

An engine knows neither release times nor how goods are shared out in a convoy, and its search may
end early. Here visits that break a rule are taken out, and everything that stays behind is tried at
every place of every trip. So no visit is left that one insertion could still serve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

from optimizer.transport.router import Carrier, Task, Tours, Trip, served
from optimizer.transport.timetable import timetable

Accept = Callable[[Carrier, Trip], bool]
"""Whether the goods of a trip can be stowed."""
Order = tuple[Trip, ...]


def complete(task: Task, tours: Tours, accept: Accept) -> Tours:
    """Return tours that keep every rule and to which no single visit can be added."""
    kept = _keep(task, tours, accept)
    for visit in wanted(task, kept):
        kept = insert(task, kept, visit, accept) or kept
    return {c: trips for c, trips in kept.items() if trips}


def wanted(task: Task, tours: Tours) -> list[int]:
    """Return the visits that stay behind, the one worth most for its size first."""
    done = served(tours)
    rest = [v for v in range(len(task.visits)) if v not in done]
    most = [max((c.capacity[d] for c in task.carriers), default=1) for d in _dimensions(task)]

    def density(v: int) -> float:
        visit = task.visits[v]
        size = max((x / max(m, 1) for x, m in zip(visit.demand, most, strict=True)), default=0.0)
        return visit.worth / max(size, 1e-12)

    return sorted(rest, key=lambda v: (-density(v), task.visits[v].id))


def _dimensions(task: Task) -> range:
    return range(len(task.visits[0].demand) if task.visits else 0)


def _keep(task: Task, tours: Tours, accept: Accept) -> Tours:
    """Keep the tours that are sound; of the others each visit that the ones before it allow."""
    kept: Tours = {}
    for carrier in task.carriers:
        trips = tours.get(carrier.id, ())
        sound = all(accept(carrier, t) for t in trips) and timetable(task, carrier, trips)
        kept[carrier.id] = tuple(trips) if sound else _rebuilt(task, carrier, trips, accept)
    return kept


def _rebuilt(task: Task, carrier: Carrier, trips: Order, accept: Accept) -> Order:
    heads = task.heads.get(carrier.id, ())
    kept: Order = ()
    for k, trip in enumerate([*trips, *heads[len(trips) :]]):
        begun = heads[k] if k < len(heads) else ()
        for visit in trip[len(begun) :] if trip[: len(begun)] == begun else trip:
            longer, later = (*begun, visit), heads[k + 1 :]
            if visit in task.fixed or not accept(carrier, longer):
                continue
            if timetable(task, carrier, (*kept, longer, *later)):
                begun = longer
        kept = (*kept, begun) if begun else kept
    return kept


def insert(task: Task, tours: Tours, visit: int, accept: Accept) -> Tours | None:
    """Return the tours with the visit at its cheapest place, or None if it fits nowhere."""
    best: tuple[int, str, Order] | None = None
    idle: set[Carrier] = set()
    for carrier in task.carriers:
        trips = tours.get(carrier.id, ())
        if not trips and (kind := replace(carrier, id="")) in idle:
            continue  # as good as the one that was tried
        if not trips and accept(carrier, (visit,)):
            idle.add(kind)
        for added, order, changed in _places(
            task, carrier, trips, visit, spare(task, carrier, trips)
        ):
            if best is not None and added >= best[0]:
                continue
            if accept(carrier, changed) and timetable(task, carrier, order, stowed=True):
                best = (added, carrier.id, order)
    return None if best is None else {**tours, best[1]: best[2]}


def spare(task: Task, carrier: Carrier, trips: Order) -> int:
    """Return the most minutes that a carrier can have left: waiting and rests only make it fewer."""
    legs, work = task.minutes[carrier.profile], 0
    for trip in trips:
        stops = [0, *(task.visits[v].place for v in trip), 0]
        work += task.loading + sum(int(legs[a, b]) for a, b in pairwise(stops))
        work += sum(task.visits[v].service for v in trip)
        work += task.setup * sum(a != b for a, b in pairwise(stops[:-1]))
    return min(carrier.hours, carrier.end - max(carrier.start, task.opens)) - work


def _places(
    task: Task, carrier: Carrier, trips: Order, visit: int, room: int
) -> Iterator[tuple[int, Order, Trip]]:
    """Yield the added cost, the trips with the visit in every place, and the trip that changed.

    Places for which ``room`` (see `spare`) is too little are passed over.
    """
    matrix, place = task.cost[carrier.profile], task.visits[visit].place
    legs, room = task.minutes[carrier.profile], room - task.visits[visit].service
    for k, trip in enumerate(trips):
        if not _fits(task, carrier, (*trip, visit)):
            continue
        stops = [0, *(task.visits[v].place for v in trip), 0]
        for at, (a, b) in enumerate(pairwise(stops)):
            if int(legs[a, place]) + int(legs[place, b]) - int(legs[a, b]) > room:
                continue
            changed = (*trip[:at], visit, *trip[at:])
            added = int(matrix[a, place]) + int(matrix[place, b]) - int(matrix[a, b])
            yield added, (*trips[:k], changed, *trips[k + 1 :]), changed
    out_and_back = task.loading + int(legs[0, place]) + int(legs[place, 0])
    if out_and_back > room:
        return
    if len(trips) < carrier.trips and _fits(task, carrier, (visit,)):
        alone = int(matrix[0, place]) + int(matrix[place, 0]) + (0 if trips else carrier.fixed)
        for k in range(len(trips) + 1):
            yield alone, (*trips[:k], (visit,), *trips[k:]), (visit,)


def _fits(task: Task, carrier: Carrier, trip: Trip) -> bool:
    return all(
        sum(task.visits[v].demand[d] for v in trip) <= room
        for d, room in enumerate(carrier.capacity)
    )


def without(task: Task, carrier: Carrier, trips: Order, gone: frozenset[int]) -> Order | None:
    """Return the trips without some visits, or None if a shortcut that they need is closed."""
    left = tuple(tuple(v for v in trip if v not in gone) for trip in trips)
    shorter = tuple(trip for trip in left if trip)
    return shorter if timetable(task, carrier, shorter) is not None else None
