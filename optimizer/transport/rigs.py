"""Vehicles and convoys as what moves as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import polars as pl

from optimizer.transport.parcels import Parcel
from optimizer.transport.tables import VEHICLES

Share = list[tuple[Parcel, str, int]]
"""What one vehicle takes of a trip: parcel, load, units."""


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One row of VEHICLES, read."""

    vehicle: str
    day: int
    mode: str
    base: str
    capacity_kg: int
    capacity_l: int
    gross_kg: int
    start: int
    end: int
    hours: int
    trips: int
    convoy: str
    cold: bool = True


@dataclass(frozen=True, slots=True)
class Rig:
    """A vehicle, or the vehicles of a convoy: same stops, same times."""

    id: str
    members: tuple[Vehicle, ...]

    @property
    def gross(self) -> int:
        """Weight of the heaviest member, 0 if one is not known."""
        return 0 if any(not m.gross_kg for m in self.members) else max(
            m.gross_kg for m in self.members
        )  # fmt: skip

    @property
    def capacity(self) -> tuple[int, int]:
        """Grams and millilitres, as far as goods of one density can be shared out."""
        return _room(self.members)

    @property
    def cold(self) -> tuple[int, int]:
        """Grams and millilitres that it keeps cold."""
        return _room([m for m in self.members if m.cold])

    @property
    def start(self) -> int:
        """The last member's shift begins."""
        return max(m.start for m in self.members)

    @property
    def end(self) -> int:
        """The first member's shift ends."""
        return min(m.end for m in self.members)

    @property
    def hours(self) -> int:
        """Fewest hours of a member."""
        return min(m.hours for m in self.members)

    @property
    def trips(self) -> int:
        """Fewest trips of a member."""
        return min(m.trips for m in self.members)

    def holds(self, weight_g: int, volume_ml: int, *, cold: bool = False) -> bool:
        """Whether one unit fits into a member, one that keeps cold if it must be."""
        return any(
            (m.cold or not cold)
            and weight_g <= m.capacity_kg * 1000
            and volume_ml <= m.capacity_l * 1000
            for m in self.members
        )

    def pack(self, parcels: Iterable[Parcel]) -> list[Share] | None:
        """Return what each member takes of a trip, or None if the units cannot be shared out."""
        room = [[m.capacity_kg * 1000, m.capacity_l * 1000] for m in self.members]
        shares: list[Share] = [[] for _ in self.members]
        loose = [
            (load.weight_g, load.volume_ml, load.load, n, parcel, load.cold)
            for parcel in parcels
            for load, n in parcel.contents
        ]
        order = sorted(loose, key=lambda x: (not x[5], -x[0], -x[1], x[2]))
        for grams, ml, load, n, parcel, cold in order:  # cold goods first: fewer members take them
            dealt = _deal(room, n, grams, ml, [m.cold or not cold for m in self.members])
            if sum(dealt) < n:
                return None
            for share, taken in zip(shares, dealt, strict=True):
                if taken:
                    share.append((parcel, load, taken))
        return shares


def _room(members: Sequence[Vehicle]) -> tuple[int, int]:
    grams = sum(m.capacity_kg for m in members)
    ml = min((m.capacity_l * grams // m.capacity_kg for m in members), default=0)
    return grams * 1000, ml * 1000


def _deal(
    room: list[list[int]], units: int, grams: int, ml: int, able: Sequence[bool]
) -> list[int]:
    """Share units out over able members: evenly by free room, then wherever one still fits."""
    free = [_share(r, grams, ml, units) if a else 0 for r, a in zip(room, able, strict=True)]
    total = sum(free)
    even = [min(f, units * f // total) if total else 0 for f in free]
    left = units - sum(even)
    for k, most in enumerate(free):
        more = min(left, most - even[k])
        even[k] += more
        left -= more
    for r, n in zip(room, even, strict=True):
        r[0] -= n * grams
        r[1] -= n * ml
    return even


def _share(room: Sequence[int], grams: int, ml: int, units: int) -> int:
    """Return how many of the units fit."""
    by_weight = room[0] // grams if grams else units
    by_volume = room[1] // ml if ml else units
    return min(units, by_weight, by_volume)


def rigs_of(vehicles: pl.DataFrame, day: int) -> Mapping[tuple[str, str], list[Rig]]:
    """Return the day's rigs by base and mode."""
    rows = [Vehicle(*row) for row in vehicles.select(list(VEHICLES)).iter_rows()]
    here = sorted((v for v in rows if v.day == day), key=_key)
    found: dict[tuple[str, str], list[Rig]] = {}
    for (base, mode, convoy, alone), group in groupby(here, key=_key):
        rig = Rig(f"convoy:{convoy}" if convoy else alone, tuple(group))
        found.setdefault((base, mode), []).append(rig)
    return found


def _key(vehicle: Vehicle) -> tuple[str, str, str, str]:
    alone = "" if vehicle.convoy else vehicle.vehicle
    return vehicle.base, vehicle.mode, vehicle.convoy, alone
