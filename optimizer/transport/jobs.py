"""One base, mode and day: what its vehicles have to do, as a task for an engine, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest

import numpy as np

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.text import Text, named, say
from optimizer.transport.complete import Accept, complete, insert, wanted
from optimizer.transport.parcels import Parcel
from optimizer.transport.polish import MOST_ROUNDS, polish, value
from optimizer.transport.problem import Problem
from optimizer.transport.rigs import Rig
from optimizer.transport.router import (
    FOREVER,
    NO_WAY,
    Carrier,
    Effort,
    Matrix,
    Router,
    Task,
    Tours,
    Trip,
    Visit,
    served,
)
from optimizer.transport.timetable import timetable
from optimizer.transport.ways import Ways

_EACH_ROUND, _FEWEST_ROUNDS = 10, 80
"""Iterations of the engine that one round of polishing counts as, and how many it gets at least."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A parcel on one leg of its way."""

    parcel: Parcel
    place: str  # where this leg ends
    leg: str = "direct"  # direct, feeder, final
    release: int = 0  # at the base, ready to be loaded
    by: int = FOREVER  # unloaded by then


@dataclass(frozen=True)
class Job:
    """What one base does on one day with one mode."""

    day: int
    base: str
    mode: str
    rigs: tuple[Rig, ...]
    errands: tuple[Errand, ...]
    heads: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """By rig: parcels with which its first trips begin, in this order."""
    known: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """By rig: what it brought the last time, beside its heads: one more way to begin the search."""

    @property
    def cold(self) -> bool:
        """Whether some goods must be kept cold: then that is one more dimension of capacity."""
        return any(e.parcel.cold for e in self.errands)


@dataclass(frozen=True)
class Done:
    """A job with its trips: positions in ``job.errands`` and in ``task.visits`` agree."""

    job: Job
    task: Task
    tours: Tours
    by_clock: bool = False


@dataclass(frozen=True)
class Yard:
    """Turns jobs into tasks: what is the same for all of them."""

    problem: Problem
    ways: Ways
    hours: dict[str, tuple[int, int, int]]  # place -> opens, closes, together

    def task(self, job: Job) -> Task:
        """Return the job as plain numbers; place 0 is the base."""
        places = _places(job)
        kinds = sorted({_kind(r) for r in job.rigs})
        minutes = tuple(self._matrix(job, kind, places) for kind in kinds)
        handling = self.problem.handling
        opens, closes, _ = self.hours[job.base]
        load, stop = handling.load.get(job.mode, 0), handling.stop.get(job.mode, 0)
        carriers = tuple(_carrier(r, kinds.index(_kind(r)), cold=job.cold) for r in job.rigs)
        work = tuple(_work(m, load, stop) for m in minutes)
        at = {errand.parcel.id: k for k, errand in enumerate(job.errands)}
        heads = {rig: tuple(tuple(at[p] for p in trip) for trip in trips)
                 for rig, trips in job.heads.items()}  # fmt: skip
        return Task(
            self.visits(job), carriers, minutes, work, load, stop, opens, closes, handling.rest,
            heads,
        )  # fmt: skip

    def visits(self, job: Job) -> tuple[Visit, ...]:
        """Return the errands as visits; the job's places number them."""
        places = _places(job)
        return tuple(self._visit(job, e, places) for e in job.errands)

    def _visit(self, job: Job, errand: Errand, places: list[str]) -> Visit:
        opens, closes, _ = self.hours[errand.place]
        parcel, handling = errand.parcel, self.problem.handling
        service = handling.unload(job.mode, parcel.grams)
        ready = errand.release + handling.load.get(job.mode, 0) if errand.release else 0
        return Visit(
            parcel.id, places.index(errand.place, 1), _demand(parcel, cold=job.cold), service,
            opens + handling.stop.get(job.mode, 0), min(closes, errand.by) - service, ready,
            parcel.worth,
        )  # fmt: skip

    def _matrix(self, job: Job, kind: tuple[int, int], places: list[str]) -> Matrix:
        """Return the minutes; a place that wants more vehicles together is closed to fewer."""
        gross, size = kind
        matrix = self.ways.matrix(job.day, job.mode, gross, places)
        for k, place in enumerate(places):
            if k and self.hours[place][2] > size:
                matrix[k, :] = NO_WAY
                matrix[:, k] = NO_WAY
                matrix[k, k] = 0
        return matrix


def _places(job: Job) -> list[str]:
    return [job.base, *sorted({e.place for e in job.errands})]


def _work(minutes: Matrix, load: int, stop: int) -> Matrix:
    """Return what a leg costs: its minutes, the loading before it and the stop after it."""
    cost = minutes.copy()
    cost[0] += load
    cost[:, 1:] += stop
    np.fill_diagonal(cost, 0)
    return cost


def _kind(rig: Rig) -> tuple[int, int]:
    return rig.gross, len(rig.members)


def _demand(parcel: Parcel, *, cold: bool) -> tuple[int, ...]:
    own = (parcel.grams, parcel.ml)
    kept = (max(parcel.grams, 1), max(parcel.ml, 1)) if parcel.cold else (0, 0)
    return (*own, *kept) if cold else own


def _carrier(rig: Rig, profile: int, *, cold: bool) -> Carrier:
    room = (*rig.capacity, *rig.cold) if cold else rig.capacity
    return Carrier(rig.id, room, profile, rig.start, rig.end, rig.hours, rig.trips)


def stows(job: Job) -> Accept:
    """Return whether a trip's units can be shared out over the members of its rig."""
    by_id = {rig.id: rig for rig in job.rigs}

    def accept(carrier: Carrier, trip: Trip) -> bool:
        if len(by_id[carrier.id].members) == 1:
            return True  # its capacity says all
        return by_id[carrier.id].pack(job.errands[v].parcel for v in trip) is not None

    return accept


def run(yard: Yard, job: Job, router: Router, effort: Effort) -> Done:
    """Return the job's trips; what fits in no way stays behind, whole parcels only.

    Raises:
        ProblemInvalid: heads that roads, hours or rooms do not allow; names the first vehicle.
    """
    task = yard.task(job)
    _sound(job, task)
    found = router.route(task, effort)
    most = max(_FEWEST_ROUNDS, effort.iterations // _EACH_ROUND)
    known = _known(job, task) if job.known else None
    tours = finish(task, found.tours, stows(job), effort.seed, most, known)
    return Done(job, task, tours, found.by_clock)


def _known(job: Job, task: Task) -> Tours:
    """Return the trips that are known, each after its head."""
    at = {errand.parcel.id: k for k, errand in enumerate(job.errands)}
    tours: Tours = {}
    for rig in sorted({*job.known, *task.heads}):
        trips = [tuple(at[p] for p in trip) for trip in job.known.get(rig, ())]
        pairs = zip_longest(task.heads.get(rig, ()), trips, fillvalue=())
        tours[rig] = tuple((*head, *rest) for head, rest in pairs)
    return tours


def _sound(job: Job, task: Task) -> None:
    """Refuse heads that cannot be driven."""
    accept = stows(job)
    for carrier in task.carriers:
        trips = task.heads.get(carrier.id, ())
        if trips and not (
            all(accept(carrier, trip) for trip in trips) and timetable(task, carrier, trips)
        ):
            raise impossible(carrier.id, job.day, say("道路、时限或载量不允许"))


def impossible(vehicle: str, day: int, why: Text) -> ProblemInvalid:
    """Return the refusal of fixed stops that cannot be made."""
    return ProblemInvalid(
        say("第 {day} 天钉住的车次走不成（{vehicle}）：{why}。", day=day + 1, vehicle=named(vehicle),
            why=why),
        say("请用 doudi pin list 查看并取消该钉，或先消除矛盾。"), field="heads",
    )  # fmt: skip


def finish(
    task: Task, tours: Tours, accept: Accept, seed: int, most: int = MOST_ROUNDS,
    known: Tours | None = None,
) -> Tours:  # fmt: skip
    """Return an engine's tours under every rule; searched further where its model falls short.

    ``known`` tours take their place if they are worth more, or as much at less cost.
    """
    kept = complete(task, tours, accept)
    if known is not None:
        kept = max(kept, complete(task, known, accept), key=lambda t: value(task, t))
    short = len(served(kept)) < len(task.visits)
    released = any(v.release for v in task.visits)
    return polish(task, kept, accept, seed, most) if short or released else kept


def fill(yard: Yard, done: Done) -> Done:
    """Divide the direct parcels that stay behind, and take along as many units as still fit."""
    queue = [v for v in wanted(done.task, done.tours) if done.job.errands[v].leg == "direct"]
    while queue:
        visit = queue.pop(0)
        more = _part(yard, done, visit)
        if more is not done:
            queue.insert(0, len(more.job.errands) - 1)  # the rest may fit elsewhere
        done = more
    return done


def _part(yard: Yard, done: Done, visit: int) -> Done:
    """Take the most units of one parcel that fit somewhere (bisection)."""
    low, high, best = 0, done.job.errands[visit].parcel.units, done
    while high - low > 1:
        units = (low + high) // 2
        trial = _divided(yard, done, visit, units)
        if trial is None:
            high = units
        else:
            low, best = units, trial
    return best


def _divided(yard: Yard, done: Done, visit: int, units: int) -> Done | None:
    """Return the job with the parcel's first units on a trip, the others as a new parcel."""
    errand = done.job.errands[visit]
    taken = replace(errand, parcel=errand.parcel.first(units))
    other = replace(errand, parcel=errand.parcel.after(units))
    errands = [*done.job.errands, other]
    errands[visit] = taken
    job = replace(done.job, errands=tuple(errands))
    task = replace(done.task, visits=yard.visits(job))
    tours = insert(task, done.tours, visit, stows(job))
    return None if tours is None else Done(job, task, tours, done.by_clock)


def behind(done: Done) -> list[Errand]:
    """Return the errands that no trip makes."""
    going = served(done.tours)
    return [e for k, e in enumerate(done.job.errands) if k not in going]
