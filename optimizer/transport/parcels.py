"""Loads of one point, packed into parcels that no vehicle divides further."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_BINS = 12
"""Full vehicles for one point: beyond it parcels grow, and only larger vehicles take them."""


@dataclass(frozen=True, slots=True)
class Load:
    """One row of LOADS, read."""

    load: str
    warehouse: str
    point: str
    mode: str
    day: int
    item: str
    units: int
    weight_g: int
    volume_ml: int
    worth: int
    cold: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """Units of some loads of one point."""

    id: str
    point: str
    contents: tuple[tuple[Load, int], ...]

    @property
    def grams(self) -> int:
        """Weight."""
        return sum(load.weight_g * n for load, n in self.contents)

    @property
    def ml(self) -> int:
        """Volume."""
        return sum(load.volume_ml * n for load, n in self.contents)

    @property
    def worth(self) -> int:
        """What is lost if it stays."""
        return sum(load.worth * n for load, n in self.contents)

    @property
    def cold(self) -> bool:
        """Whether some of it must be kept cold."""
        return any(load.cold for load, _ in self.contents)

    @property
    def units(self) -> int:
        """Units of all loads."""
        return sum(n for _, n in self.contents)

    def first(self, units: int) -> Parcel:
        """Return a parcel of its first units, the most wanted ones."""
        return Parcel(f"{self.id}a", self.point, tuple(_take(self.contents, units)))

    def after(self, units: int) -> Parcel:
        """Return a parcel of what `first` leaves."""
        back = tuple(_take(reversed(self.contents), self.units - units))
        return Parcel(f"{self.id}b", self.point, back[::-1])


def _take(contents: Iterable[tuple[Load, int]], units: int) -> Iterator[tuple[Load, int]]:
    for load, n in contents:
        taken = min(n, units)
        if taken:
            yield load, taken
        units -= taken


def split(name: str, loads: list[Load], grams: int, ml: int) -> list[Parcel]:
    """Return the loads of a point in parcels, the most wanted units first.

    What fits into one vehicle is one parcel. Otherwise the units fill vehicles of that size, and
    each filling is halved: two parcels that fill it together, or go apart.

    Args:
        name: starts the parcels' ids.
        loads: of one point.
        grams: capacity of the smallest vehicle that gets there.
        ml: its capacity by volume.
    """
    wanted = sorted(loads, key=lambda x: (-_density(x, grams, ml), x.load))
    size = sum(_size(x, grams, ml) * x.units for x in wanted)
    full = _bins(wanted, grams, ml, max(1.0, size / MOST_BINS))
    whole = [Parcel(f"{name}#{k:03d}", loads[0].point, tuple(p)) for k, p in enumerate(full)]
    if len(whole) == 1:
        return whole
    return [half for parcel in whole for half in _halves(parcel, grams, ml)]


def _bins(wanted: list[Load], grams: int, ml: int, target: float) -> list[list[tuple[Load, int]]]:
    bins: list[list[tuple[Load, int]]] = [[]]
    room = target
    for load in wanted:
        left, each = load.units, _size(load, grams, ml)
        while left:
            n = min(left, _fitting(room, each))
            if not n and bins[-1]:
                bins.append([])
                room = target
                continue
            n = max(n, 1)  # a unit larger than the target is a bin of its own
            bins[-1].append((load, n))
            room -= n * each
            left -= n
    return bins


def _halves(parcel: Parcel, grams: int, ml: int) -> list[Parcel]:
    """Return the parcel in two parts of about the same size; a single unit stays whole."""
    if parcel.units == 1:
        return [parcel]
    half = sum(_size(x, grams, ml) * n for x, n in parcel.contents) / 2
    units, size = 0, 0.0
    for load, n in parcel.contents:
        each = _size(load, grams, ml)
        more = min(n, _fitting(half - size, each))
        units, size = units + more, size + more * each
        if more < n:
            break
    units = min(max(units, 1), parcel.units - 1)
    return [parcel.first(units), parcel.after(units)]


def _fitting(room: float, each: float) -> int:
    return int(max(0.0, room + 1e-9) / each) if each else 10**9


def _size(load: Load, grams: int, ml: int) -> float:
    """Return the share of the vehicle that a unit takes, by weight or volume."""
    return max(load.weight_g / grams, load.volume_ml / ml)


def _density(load: Load, grams: int, ml: int) -> float:
    return load.worth / max(_size(load, grams, ml), 1e-12)
