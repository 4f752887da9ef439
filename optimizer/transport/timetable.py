"""When a carrier is where, given the order of its visits: the same times for every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from optimizer.transport.router import NO_WAY, Carrier, Task, Trip


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop; ``leave`` is when the last of its visits is done."""

    place: int
    arrive: int
    leave: int
    visits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One trip: loading from ``begin``, out at ``depart``, home at ``back``."""

    begin: int
    depart: int
    stops: tuple[Stop, ...]
    back: int


@dataclass(slots=True)
class _Clock:
    """Minutes of the day, and minutes at the wheel so far."""

    now: int
    driven: int = 0

    def drive(self, task: Task, leg: int) -> None:
        rests = task.rest.stops(self.driven + leg) - task.rest.stops(self.driven)
        self.driven += leg
        self.now += leg + rests * task.rest.minutes


def timetable(
    task: Task, carrier: Carrier, trips: Sequence[Trip], *, stowed: bool = False
) -> tuple[Run, ...] | None:
    """Return the earliest times of the trips, or None if they cannot be kept.

    The carrier starts as early as it may; only if its hours would not suffice, as much later as
    they need (waiting at a closed door counts as work). ``stowed``: loads were looked at already.
    """
    if not _begins(task, carrier, trips):
        return None
    if not stowed and not all(_fits(task, carrier, trip) for trip in trips):
        return None
    first = max(carrier.start, task.opens)
    runs = _forward(task, carrier, trips, first)
    if runs and runs[-1].back - first > carrier.hours:
        runs = _forward(task, carrier, trips, runs[-1].back - carrier.hours)
        if runs and runs[-1].back - runs[0].begin > carrier.hours:
            return None
    return runs


def _begins(task: Task, carrier: Carrier, trips: Sequence[Trip]) -> bool:
    """Whether the carrier's first trips begin with its heads."""
    heads = task.heads.get(carrier.id, ())
    return len(heads) <= len(trips) and all(
        trip[: len(head)] == head for trip, head in zip(trips, heads, strict=False)
    )


def _fits(task: Task, carrier: Carrier, trip: Trip) -> bool:
    return all(
        sum(task.visits[v].demand[d] for v in trip) <= room
        for d, room in enumerate(carrier.capacity)
    )


def _forward(
    task: Task, carrier: Carrier, trips: Sequence[Trip], start: int
) -> tuple[Run, ...] | None:
    if len(trips) > carrier.trips:
        return None
    clock = _Clock(start)
    runs = []
    for trip in trips:
        run = _run(task, carrier, trip, clock)
        if run is None or run.depart > task.closes or run.back > carrier.end:
            return None
        runs.append(run)
    return tuple(runs)


def _run(task: Task, carrier: Carrier, trip: Trip, clock: _Clock) -> Run | None:
    begin = clock.now
    depart = max(begin + task.loading, max((task.visits[v].release for v in trip), default=0))
    clock.now = depart
    legs = task.minutes[carrier.profile]
    here, stops = 0, []
    for place, group in groupby(trip, key=lambda v: task.visits[v].place):
        stop = _stop(task, int(legs[here, place]), place, tuple(group), clock)
        if stop is None:
            return None
        stops.append(stop)
        here = place
    home = int(legs[here, 0])
    if home >= NO_WAY:
        return None
    clock.drive(task, home)
    return Run(begin, depart, tuple(stops), clock.now)


def _stop(task: Task, leg: int, place: int, visits: tuple[int, ...], clock: _Clock) -> Stop | None:
    if leg >= NO_WAY:
        return None
    clock.drive(task, leg)
    arrive = clock.now
    clock.now += task.setup
    for visit in (task.visits[v] for v in visits):
        clock.now = max(clock.now, visit.earliest)
        if clock.now > visit.latest:
            return None
        clock.now += visit.service
    return Stop(place, arrive, clock.now, visits)
