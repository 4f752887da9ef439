"""What is left of stock, fleet and needs while whole units are given out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from optimizer.classes import Classes
from optimizer.flow import Flow

Ints = npt.NDArray[np.int64]
Reach = Mapping[int, Sequence[tuple[int, int]]]
"""By class, the (send, serve) that reach it, in the order in which they are tried."""


@dataclass(frozen=True)
class Whole:
    """Whole units: ``send`` (row of flow.sends) gives ``units`` to ``cls``, through ``serve``.

    ``units`` are those of the item sent, ``covers`` those of the class's need that they meet.
    """

    send: Ints
    cls: Ints
    units: Ints
    serve: Ints  # row of flow.serves
    covers: Ints

    def served(self, classes: int) -> Ints:
        """Return the units of its need that each class gets."""
        return _sums(self.cls, self.covers, classes)


def whole(flow: Flow, send: Ints, serve: Ints, portions: Ints) -> Whole:
    """Return portions (for a substitute, whole steps) as units of both sides."""
    serves = flow.serves
    take, step = serves["take"].to_numpy()[serve], serves["step"].to_numpy()[serve]
    cls = serves["cls"].to_numpy()[serve]
    return Whole(send, cls, portions * take, serve, portions * step)


class Ledger:
    """What is left of stock, fleet and needs while units are given out one after the other.

    A *portion* is what one serve gives at least: one unit, or one whole step of a substitute.
    """

    def __init__(self, classes: Classes, flow: Flow) -> None:
        fleet = classes.fleet.with_row_index("van")
        keys = ["warehouse", "mode", "day"]
        sends = flow.sends.join(fleet, on=keys, how="left", maintain_order="left")
        self.flow = flow
        self.group: Ints = sends["group"].to_numpy()
        self.van: Ints = sends["van"].cast(pl.Int64).to_numpy()
        self.grams: Ints = sends["weight_g"].to_numpy()
        self.litres: Ints = sends["volume_ml"].to_numpy()
        self.cls: Ints = flow.serves["cls"].to_numpy()
        self.take: Ints = flow.serves["take"].to_numpy()
        self.step: Ints = flow.serves["step"].to_numpy()
        self.limit: Ints = flow.serves["limit"].to_numpy()
        self.swap: npt.NDArray[np.bool_] = (flow.serves["swap"] != "").to_numpy()
        self.stock: Ints = classes.groups["quantity"].to_numpy().copy()
        self.van_g: Ints = fleet["grams"].to_numpy().copy()
        self.van_ml: Ints = fleet["millilitres"].to_numpy().copy()
        self.need: Ints = classes.classes["quantity"].to_numpy().copy()
        self.swappable: Ints = classes.classes["swappable"].to_numpy().copy()
        self.limits: Ints = classes.limits["units"].to_numpy().copy()

    def book(self, given: Whole) -> None:
        """Take whole units off (they may be more than is left: see `overdrawn`)."""
        np.subtract.at(self.stock, self.group[given.send], given.units)
        van = self.van[given.send]
        np.subtract.at(self.van_g, van, given.units * self.grams[given.send])
        np.subtract.at(self.van_ml, van, given.units * self.litres[given.send])
        np.subtract.at(self.need, given.cls, given.covers)
        swap = self.swap[given.serve]
        np.subtract.at(self.swappable, given.cls[swap], given.covers[swap])
        bound = self.limit[given.serve] >= 0
        np.subtract.at(self.limits, self.limit[given.serve[bound]], given.covers[bound])

    @property
    def broken(self) -> bool:
        """Return whether any limit is below zero."""
        parts = (self.stock, self.van_g, self.van_ml, self.need, self.swappable, self.limits)
        return any(bool((part < 0).any()) for part in parts)

    def overdrawn(self, send: int, serve: int) -> bool:
        """Return whether one of the limits that this pair touches is below zero."""
        g, v, c = self.group[send], self.van[send], self.cls[serve]
        least = [self.stock[g], self.van_g[v], self.van_ml[v], self.need[c]]
        if self.swap[serve]:
            least.append(self.swappable[c])
        if self.limit[serve] >= 0:
            least.append(self.limits[self.limit[serve]])
        return bool(min(least) < 0)

    def room(self, send: int, serve: int) -> int:
        """Return how many more portions this pair may carry."""
        take = int(self.take[serve])
        most = min(int(self.stock[self.group[send]]) // take, self._wanted(serve))
        if most <= 0:
            return 0
        van = self.van[send]
        if self.grams[send]:
            most = min(most, int(self.van_g[van]) // (int(self.grams[send]) * take))
        if self.litres[send]:
            most = min(most, int(self.van_ml[van]) // (int(self.litres[send]) * take))
        return max(0, most)

    def _wanted(self, serve: int) -> int:
        cls, step = self.cls[serve], int(self.step[serve])
        left = int(self.need[cls])
        if self.swap[serve]:
            left = min(left, int(self.swappable[cls]))
        if self.limit[serve] >= 0:
            left = min(left, int(self.limits[self.limit[serve]]))
        return left // step

    def move(self, send: int, serve: int, portions: int) -> None:
        """Take ``portions`` off what this pair draws on."""
        units, covers = portions * self.take[serve], portions * self.step[serve]
        self.stock[self.group[send]] -= units
        self.van_g[self.van[send]] -= units * self.grams[send]
        self.van_ml[self.van[send]] -= units * self.litres[send]
        self.need[self.cls[serve]] -= covers
        if self.swap[serve]:
            self.swappable[self.cls[serve]] -= covers
        if self.limit[serve] >= 0:
            self.limits[self.limit[serve]] -= covers


def fill(ledger: Ledger, reach: Reach, order: Sequence[int], most: Ints | int | None) -> Whole:
    """Give classes, in ``order``, what still fits (at most ``most`` units each, or ``most[cls]``)."""
    given: list[tuple[int, int, int]] = []
    for cls in order:
        left = int(ledger.need[cls])
        if most is not None:
            left = min(left, most if isinstance(most, int) else int(most[cls]))
        if left <= 0:
            continue
        for send, serve in reach.get(cls, ()):
            step = int(ledger.step[serve])
            portions = min(left // step, ledger.room(send, serve))
            if portions:
                ledger.move(send, serve, portions)
                given.append((send, serve, portions))
                left -= portions * step
            if not left:
                break
    table = np.array(given, dtype=np.int64).reshape(-1, 3)
    return whole(ledger.flow, table[:, 0], table[:, 1], table[:, 2])


def _sums(index: Ints, units: Ints, size: int) -> Ints:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, index, units)
    return total
