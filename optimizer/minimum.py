"""Minimum lots: nothing, or at least so many units of a lot to a township on a day.

No limit from above says that, so it is mended in whole units: what falls short is topped up where
needs and vehicles allow, else given back, and what comes free goes by the other deliveries.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from optimizer.classes import Classes
from optimizer.ledger import Ledger, Reach, Whole, drawn, fill

Ints = npt.NDArray[np.int64]
_NAMES = ("send", "cls", "units", "serve", "covers")
Key = tuple[int, str, int]
"""Lot group, township, day."""


class Deliveries:
    """The deliveries that have a minimum."""

    def __init__(self, classes: Classes, ledger: Ledger) -> None:
        self.ledger = ledger
        towns = dict(classes.zones.select("zone", "township").iter_rows())
        least = dict(classes.groups.select("group", "min_units").iter_rows())
        sends = ledger.flow.sends.select("group", "zone", "day").iter_rows()
        self.key: list[Key | None] = [
            (group, towns[zone], day) if least[group] > 1 else None for group, zone, day in sends
        ]
        self.least = least

    def totals(self, given: Whole) -> dict[Key, int]:
        """Return the units of each delivery that has a minimum."""
        found: dict[Key, int] = {}
        for send, units in zip(given.send.tolist(), given.units.tolist(), strict=True):
            key = self.key[send]
            if key is not None:
                found[key] = found.get(key, 0) + units
        return found

    def short(self, given: Whole) -> list[Key]:
        """Return the deliveries below their minimum."""
        totals = self.totals(given).items()
        return sorted(key for key, units in totals if units < self.least[key[0]])

    def open(self, reach: Reach, given: Whole) -> Reach:
        """Return the ways that break no minimum: without one, or of deliveries that keep it."""
        kept = {k for k, units in self.totals(given).items() if units >= self.least[k[0]]}
        return {
            cls: [pair for pair in pairs if self.key[pair[0]] is None or self.key[pair[0]] in kept]
            for cls, pairs in reach.items()
        }

    def within(self, reach: Reach, key: Key) -> Reach:
        """Return the ways of one delivery."""
        return {c: [p for p in pairs if self.key[p[0]] == key] for c, pairs in reach.items()}


def kept(
    classes: Classes, ledger: Ledger, reach: Reach, given: Whole, ranked: Sequence[int]
) -> tuple[Whole, Reach]:
    """Return the whole units with every minimum kept, and the ways that stay open to more.

    Args:
        classes: The problem in classes.
        ledger: What is left after ``given``.
        reach: What reaches each class.
        given: Whole units so far.
        ranked: All classes, the highest in rank first.
    """
    if not (classes.groups["min_units"] > 1).any():
        return given, reach
    deliveries = Deliveries(classes, ledger)
    more = [
        fill(ledger, deliveries.within(reach, key), ranked, None) for key in deliveries.short(given)
    ]
    topped = _joined([given, *more])
    short = set(deliveries.short(topped))
    keeps = np.array([deliveries.key[s] not in short for s in topped.send.tolist()], dtype=bool)
    gone = drawn(_some(topped, ~keeps))
    for send, serve, units in zip(*(part.tolist() for part in gone), strict=True):
        ledger.move(send, serve, -(units // int(ledger.take[serve])))
    left = _some(topped, keeps)
    ways = deliveries.open(reach, left)
    return _joined([left, fill(ledger, ways, ranked, None)]), ways


def _some(given: Whole, keeps: npt.NDArray[np.bool_]) -> Whole:
    return Whole(*(getattr(given, n)[keeps] for n in _NAMES))


def _joined(parts: Sequence[Whole]) -> Whole:
    return Whole(*(np.concatenate([getattr(part, n) for part in parts]) for n in _NAMES))


def fixed(classes: Classes, ledger: Ledger) -> frozenset[int]:
    """Return the sends from which no floor may take units: those of lots with a minimum."""
    least = classes.groups.sort("group")["min_units"].to_numpy()
    return frozenset(np.flatnonzero(least[ledger.group] > 1).tolist())
