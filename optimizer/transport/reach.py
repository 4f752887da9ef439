"""How a load can get there at all: straight on, by way of a transfer, or why in no way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphcore.domain.supply import Mode
from optimizer.transport.jobs import Errand, Job, Yard
from optimizer.transport.parcels import Load, Parcel
from optimizer.transport.rigs import Rig
from optimizer.transport.router import FOREVER, NO_WAY
from optimizer.transport.timetable import timetable

Rigs = Mapping[tuple[str, str], list[Rig]]


@dataclass(frozen=True, slots=True)
class Bundle:
    """The loads of one warehouse, mode and point on a day."""

    day: int
    warehouse: str
    mode: str
    point: str
    loads: tuple[Load, ...]

    @property
    def name(self) -> str:
        """Starts the ids of its parcels."""
        plain = f"{self.day}|{self.warehouse}|{self.mode}|{self.point}"
        return f"{plain}|cold" if self.cold else plain

    @property
    def cold(self) -> bool:
        """Whether its loads must be kept cold: all of them, or none."""
        return any(load.cold for load in self.loads)


@dataclass(frozen=True, slots=True)
class Course:
    """How a bundle travels: the rigs that end its way, and those that bring it to a transfer."""

    last: tuple[Rig, ...]
    via: str = ""
    feeders: tuple[Rig, ...] = ()
    minutes: int = 0

    @property
    def rigs(self) -> tuple[Rig, ...]:
        """All that it may ride on."""
        return (*self.last, *self.feeders)


ORDER = ("hours", "window", "size", "cold", "together", "road", "vehicle")
"""Reasons, the one first that comes closest to getting there."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing gets there: road, together, vehicle, size, cold, window, hours."""

    reason: str


def course(yard: Yard, rigs: Rigs, bundle: Bundle) -> Course | Refusal:
    """Return how a bundle can go, or why it cannot."""
    own = tuple(rigs.get((bundle.warehouse, bundle.mode), ()))
    straight = _straight(yard, own, bundle)
    if isinstance(straight, Course):
        return straight
    found = [_via(yard, rigs, bundle, t) for t in _transfers(yard, bundle)]
    ways = [w for w in found if isinstance(w, Course)]
    if ways:
        return min(ways, key=lambda w: (w.minutes, w.via))
    refused = [straight, *(w for w in found if isinstance(w, Refusal))]
    return min(refused, key=lambda w: ORDER.index(w.reason))


def _transfers(yard: Yard, bundle: Bundle) -> list[str]:
    """Return the transfers at which the mode goes on; a warehouse's own trucks are no feeders."""
    table = yard.problem.transfers
    rows = [] if table is None else list(table.iter_rows())
    return [t for t, mode in rows if mode == bundle.mode and t != bundle.warehouse]


def _straight(yard: Yard, own: tuple[Rig, ...], bundle: Bundle) -> Course | Refusal:
    if not own:
        return Refusal("vehicle")
    going, reason = reaching(yard, own, bundle.day, bundle.warehouse, bundle.point)
    if not going:
        return Refusal(reason)
    able = tuple(r for r in going if _holds(r, bundle))
    if not able:
        return Refusal(_unfit(going, bundle))
    slow = _too_late(yard, able, bundle, bundle.warehouse, bundle.point, 0)
    return Refusal(slow) if slow else Course(able)


def _via(yard: Yard, rigs: Rigs, bundle: Bundle, transfer: str) -> Course | Refusal:
    if bundle.warehouse in _transfers(yard, replace(bundle, mode=Mode.TRUCK.value, warehouse="")):
        return Refusal("vehicle")  # its trucks wait for what others bring: they feed no third place
    trucks = tuple(rigs.get((bundle.warehouse, Mode.TRUCK.value), ()))
    others = tuple(rigs.get((transfer, bundle.mode), ()))
    if not trucks or not others:
        return Refusal("vehicle")
    feeders, near = reaching(yard, trucks, bundle.day, bundle.warehouse, transfer)
    last, far = reaching(yard, others, bundle.day, transfer, bundle.point)
    if not feeders or not last:
        return Refusal(far if feeders else near)
    near_by, far_off = feeders, last
    feeders = tuple(r for r in feeders if _holds(r, bundle))
    last = tuple(r for r in last if _holds(r, bundle))
    if not feeders or not last:
        return Refusal(_unfit(far_off if feeders else near_by, bundle))
    ready = earliest(yard, feeders, bundle.day, bundle.warehouse, transfer)
    slow = _too_late(yard, feeders, bundle, bundle.warehouse, transfer, 0) or _too_late(
        yard, last, bundle, transfer, bundle.point, ready
    )
    if slow:
        return Refusal(slow)
    minutes = fastest(yard, feeders, bundle.day, bundle.warehouse, transfer) + fastest(
        yard, last, bundle.day, transfer, bundle.point
    )
    return Course(last, transfer, feeders, minutes)


def reaching(
    yard: Yard, rigs: tuple[Rig, ...], day: int, base: str, place: str
) -> tuple[tuple[Rig, ...], str]:
    """Return the rigs that get there and back, and why the others do not (road, together)."""
    by_road = tuple(
        r for r in rigs
        if yard.ways.minutes(day, r.members[0].mode, r.gross, base, place) < NO_WAY
        and yard.ways.minutes(day, r.members[0].mode, r.gross, place, base) < NO_WAY
    )  # fmt: skip
    least = yard.hours[place][2]
    return tuple(r for r in by_road if len(r.members) >= least), "together" if by_road else "road"


def _holds(rig: Rig, bundle: Bundle) -> bool:
    return all(rig.holds(x.weight_g, x.volume_ml, cold=x.cold) for x in bundle.loads)


def _unfit(rigs: tuple[Rig, ...], bundle: Bundle) -> str:
    """Return why none of the rigs takes the loads: ``size``, or ``cold`` if they had the room."""
    roomy = any(all(r.holds(x.weight_g, x.volume_ml) for x in bundle.loads) for r in rigs)
    return "cold" if roomy else "size"


def fastest(yard: Yard, rigs: tuple[Rig, ...], day: int, base: str, place: str) -> int:
    """Return the minutes of the fastest rig."""
    return min(yard.ways.minutes(day, r.members[0].mode, r.gross, base, place) for r in rigs)


def earliest(yard: Yard, rigs: tuple[Rig, ...], day: int, base: str, transfer: str) -> int:
    """Return when goods can be ready at a transfer at the soonest."""
    mode = rigs[0].members[0].mode
    handling = yard.problem.handling
    out = min(
        max(r.start, yard.hours[base][0]) + handling.load.get(mode, 0)
        + yard.ways.minutes(day, mode, r.gross, base, transfer)
        for r in rigs
    )  # fmt: skip
    at = max(out, yard.hours[transfer][0])
    return at + handling.stop.get(mode, 0) + handling.transfer


def latest(yard: Yard, rigs: tuple[Rig, ...], day: int, transfer: str, parcel: Parcel) -> int:
    """Return by when a parcel must be unloaded at a transfer to get further in time."""
    mode, handling = rigs[0].members[0].mode, yard.problem.handling
    work = handling.stop.get(mode, 0) + handling.unload(mode, parcel.grams)
    by = yard.hours[parcel.point][1]
    out = max(
        min(by, r.end - yard.ways.minutes(day, mode, r.gross, parcel.point, transfer))
        - yard.ways.minutes(day, mode, r.gross, transfer, parcel.point)
        for r in rigs
    )  # fmt: skip
    return min(out - work, yard.hours[transfer][1]) - handling.load.get(mode, 0) - handling.transfer


def _too_late(
    yard: Yard, rigs: tuple[Rig, ...], bundle: Bundle, base: str, place: str, ready: int
) -> str:
    """Return why a single unit on an empty vehicle is too late: window, hours, or ""."""
    light = min(bundle.loads, key=lambda x: (x.weight_g, x.load))
    unit = Parcel(bundle.name, bundle.point, ((light, 1),))
    job = Job(
        bundle.day, base, rigs[0].members[0].mode, rigs, (Errand(unit, place, release=ready),)
    )
    task = yard.task(job)
    if any(timetable(task, c, ((0,),)) for c in task.carriers):
        return ""
    visit = replace(task.visits[0], latest=FOREVER)
    open_end = replace(task, visits=(visit,))
    by_door = any(timetable(open_end, c, ((0,),)) for c in task.carriers)
    return "window" if by_door else "hours"
