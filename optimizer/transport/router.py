"""The port of the routing engines: one depot, one day, plain numbers in, orders of visits out.

An engine decides who goes where in which order. It never decides times: those are computed by
`optimizer.transport.timetable` for every engine alike, and judged by `optimizer.transport.check`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.int64]

NO_WAY = 1_000_000
"""Minutes between places that no road joins: more than any shift, less than any overflow."""
FOREVER = 1 << 40


@dataclass(frozen=True, slots=True)
class Visit:
    """One delivery that is not divided.

    ``service`` starts within [``earliest``, ``latest``]; the trip that brings it leaves the depot
    no sooner than ``release``.
    """

    id: str
    place: int  # row of the matrices
    demand: tuple[int, ...]  # one number a dimension of capacity
    service: int = 0
    earliest: int = 0
    latest: int = FOREVER
    release: int = 0
    worth: int = 1  # what is lost if it stays behind


@dataclass(frozen=True, slots=True)
class Carrier:
    """A vehicle, or a convoy that goes as one."""

    id: str
    capacity: tuple[int, ...]
    profile: int = 0  # which matrices it travels by
    start: int = 0
    end: int = FOREVER  # back at the depot
    hours: int = FOREVER  # from its first loading to its last return
    trips: int = 1
    fixed: int = 0  # cost of using it at all


@dataclass(frozen=True, slots=True)
class Rest:
    """After ``after`` minutes at the wheel a driver rests ``minutes``; 0 = no such rule."""

    after: int = 0
    minutes: int = 0

    def stops(self, driven: int) -> int:
        """Return how many rests ``driven`` minutes at the wheel take."""
        return (driven - 1) // self.after if self.after and driven > 0 else 0


NO_REST = Rest()


Trip = tuple[int, ...]
"""Positions in `Task.visits`, in the order of travel."""
Tours = dict[str, tuple[Trip, ...]]
"""Trips of each carrier that moves."""


@dataclass(frozen=True)
class Task:
    """One routing problem. Place 0 is the depot; matrices are (places x places), by profile.

    ``heads``: a carrier's first trips begin with these visits, in this order.
    """

    visits: tuple[Visit, ...]
    carriers: tuple[Carrier, ...]
    minutes: tuple[Matrix, ...]
    cost: tuple[Matrix, ...]
    loading: int = 0  # minutes at the depot before each trip
    setup: int = 0  # minutes at each stop before its first service
    opens: int = 0  # the depot loads from here
    closes: int = FOREVER  # every trip has left by then
    rest: Rest = NO_REST
    heads: Mapping[str, tuple[Trip, ...]] = field(default_factory=dict)

    @cached_property
    def fixed(self) -> frozenset[int]:
        """Visits that are part of a head."""
        return served(self.heads)


@dataclass(frozen=True, slots=True)
class Effort:
    """What a search may cost. ``seed`` and ``iterations`` decide; ``seconds`` may cut it short."""

    seed: int = 0
    iterations: int = 3_000
    seconds: float | None = None


@dataclass(frozen=True)
class Found:
    """What an engine found; visits in no trip stay behind."""

    tours: Tours
    by_clock: bool = False
    iterations: int = 0


class Router(Protocol):
    """An engine."""

    def route(self, task: Task, effort: Effort) -> Found:
        """Return trips that serve as much worth as possible, then cost as little as possible."""
        ...


def served(tours: Mapping[str, tuple[Trip, ...]]) -> frozenset[int]:
    """Return the visits that some trip makes."""
    return frozenset(v for trips in tours.values() for trip in trips for v in trip)


def worth(task: Task, visits: Iterable[int]) -> int:
    """Return what the visits are worth together."""
    return sum(task.visits[v].worth for v in visits)


def travel_cost(task: Task, tours: Tours) -> int:
    """Return the cost of all legs and of the carriers that move."""
    total = 0
    for carrier in task.carriers:
        trips = [t for t in tours.get(carrier.id, ()) if t]
        total += carrier.fixed if trips else 0
        for trip in trips:
            stops = [0, *(task.visits[v].place for v in trip), 0]
            matrix = task.cost[carrier.profile]
            total += sum(int(matrix[a, b]) for a, b in pairwise(stops))
    return total
