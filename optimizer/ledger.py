"""What is left of stock, fleet and needs while whole units are given out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from optimizer.classes import Classes
from optimizer.flow import Flow

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Whole:
    """Whole units: ``send`` (row of flow.sends) gives ``units`` to ``cls``."""

    send: Ints
    cls: Ints
    units: Ints

    def served(self, classes: int) -> Ints:
        """Return the units that each class gets."""
        return _sums(self.cls, self.units, classes)


class Ledger:
    """What is left of stock, fleet and needs while units are given out one after the other."""

    def __init__(self, classes: Classes, flow: Flow) -> None:
        fleet = classes.fleet.with_row_index("van")
        keys = ["warehouse", "mode", "day"]
        sends = flow.sends.join(fleet, on=keys, how="left", maintain_order="left")
        self.group: Ints = sends["group"].to_numpy()
        self.van: Ints = sends["van"].cast(pl.Int64).to_numpy()
        self.grams: Ints = sends["weight_g"].to_numpy()
        self.litres: Ints = sends["volume_ml"].to_numpy()
        self.stock: Ints = classes.groups["quantity"].to_numpy().copy()
        self.van_g: Ints = fleet["grams"].to_numpy().copy()
        self.van_ml: Ints = fleet["millilitres"].to_numpy().copy()
        self.need: Ints = classes.classes["quantity"].to_numpy().copy()

    def book(self, whole: Whole) -> None:
        """Take whole units off (they may be more than is left: see `overdrawn`)."""
        np.subtract.at(self.stock, self.group[whole.send], whole.units)
        van = self.van[whole.send]
        np.subtract.at(self.van_g, van, whole.units * self.grams[whole.send])
        np.subtract.at(self.van_ml, van, whole.units * self.litres[whole.send])
        np.subtract.at(self.need, whole.cls, whole.units)

    @property
    def broken(self) -> bool:
        """Return whether any limit is below zero."""
        parts = (self.stock, self.van_g, self.van_ml, self.need)
        return any(bool((part < 0).any()) for part in parts)

    @property
    def open_sends(self) -> npt.NDArray[np.bool_]:
        """Return which sends have stock and room for one unit more."""
        room = (self.van_g[self.van] >= self.grams) & (self.van_ml[self.van] >= self.litres)
        return np.asarray(room & (self.stock[self.group] > 0))

    def overdrawn(self, send: int, cls: int) -> bool:
        """Return whether one of the limits that this pair touches is below zero."""
        g, v = self.group[send], self.van[send]
        least = (self.stock[g], self.van_g[v], self.van_ml[v], self.need[cls])
        return bool(min(least) < 0)

    def room(self, send: int, cls: int) -> int:
        """Return how many more units this pair may carry."""
        most = min(int(self.stock[self.group[send]]), int(self.need[cls]))
        if most <= 0:
            return 0
        van = self.van[send]
        if self.grams[send]:
            most = min(most, int(self.van_g[van] // self.grams[send]))
        if self.litres[send]:
            most = min(most, int(self.van_ml[van] // self.litres[send]))
        return max(0, most)

    def move(self, send: int, cls: int, units: int) -> None:
        """Take ``units`` off what this pair draws on."""
        self.stock[self.group[send]] -= units
        self.van_g[self.van[send]] -= units * self.grams[send]
        self.van_ml[self.van[send]] -= units * self.litres[send]
        self.need[cls] -= units


def fill(
    ledger: Ledger, reach: dict[int, list[int]], order: list[int], most: Ints | int | None
) -> Whole:
    """Give classes, in ``order``, what still fits (at most ``most`` units each, or ``most[cls]``)."""
    given: list[tuple[int, int, int]] = []
    for cls in order:
        left = int(ledger.need[cls])
        if most is not None:
            left = min(left, most if isinstance(most, int) else int(most[cls]))
        if left <= 0:
            continue
        for send in reach.get(cls, ()):
            units = min(left, ledger.room(send, cls))
            if units:
                ledger.move(send, cls, units)
                given.append((send, cls, units))
                left -= units
            if not left:
                break
    table = np.array(given, dtype=np.int64).reshape(-1, 3)
    return Whole(table[:, 0], table[:, 1], table[:, 2])


def _sums(index: Ints, units: Ints, size: int) -> Ints:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, index, units)
    return total
