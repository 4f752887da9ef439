"""What is left of stock, fleet and needs while whole units are given out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from optimizer.classes import Classes
from optimizer.flow import Flow
from optimizer.kits import Dealer

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
    """A kit has a row a content; ``units`` stand with the one that draws it, the others have 0."""

    def served(self, classes: int) -> Ints:
        """Return the units of its need that each class gets."""
        return _sums(self.cls, self.covers, classes)


def whole(flow: Flow, send: Ints, serve: Ints, portions: Ints) -> Whole:
    """Return portions (for a substitute, whole steps) as units of both sides."""
    serves = flow.serves
    take, step = serves["take"].to_numpy()[serve], serves["step"].to_numpy()[serve]
    cls = serves["cls"].to_numpy()[serve]
    given = Whole(send, cls, portions * take, serve, portions * step)
    return _opened(given, portions, flow.mates)


def _opened(given: Whole, portions: Ints, others: dict[int, list[tuple[int, int, int]]]) -> Whole:
    """Add the rows of what kits meet besides."""
    if not others:
        return given
    kits = [k for k, s in enumerate(given.serve.tolist()) if s in others and portions[k]]
    more = [
        (given.send[k], cls, 0, serve, portions[k] * units)
        for k in kits
        for serve, cls, units in others[int(given.serve[k])]
    ]
    if not more:
        return given
    table = np.array(more, dtype=np.int64)
    return Whole(*(np.concatenate([getattr(given, n), table[:, i]])
                   for i, n in enumerate(("send", "cls", "units", "serve", "covers"))))  # fmt: skip


def drawn(given: Whole) -> tuple[Ints, Ints, Ints]:
    """Return (send, serve, units) of the rows that draw goods: all but what a kit meets besides."""
    some = np.flatnonzero(given.units)
    return given.send[some], given.serve[some], given.units[some]


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
        self.swap: npt.NDArray[np.bool_] = (
            flow.serves.select((pl.col("swap") != "") & (pl.col("bundle") < 0))
            .to_series()
            .to_numpy()
        )
        self.mates = flow.mates
        self.dealer = Dealer.of(classes.classes) if self.mates else Dealer()
        self._steps = dict(classes.swaps.select("need_item", "step").unique().iter_rows())
        self._items = classes.classes["item"].to_list() if self.mates else []
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
        for cls, _ in self.parts(serve) if serve in self.mates else ():
            least += [self.need[cls], self.swappable[cls]]
        return bool(min(least) < 0)

    def room(self, send: int, serve: int) -> int:
        """Return how many more portions this pair may carry."""
        take = self.take.item(serve)
        if not take:
            return 0
        most = self.stock.item(self.group.item(send)) // take
        if most > 0:
            most = min(most, self._wanted(serve))
        if most <= 0:
            return 0
        van = self.van.item(send)
        if grams := self.grams.item(send):
            most = min(most, self.van_g.item(van) // (grams * take))
        if litres := self.litres.item(send):
            most = min(most, self.van_ml.item(van) // (litres * take))
        return max(0, most)

    def _wanted(self, serve: int) -> int:
        cls, step, limit = self.cls.item(serve), self.step.item(serve), self.limit.item(serve)
        left = self.need.item(cls)
        if self.swap.item(serve):
            left = min(left, self.swappable.item(cls))
        if limit >= 0:
            left = min(left, self.limits.item(limit))
        if serve in self.mates:
            return min(left // step, self._kits(serve))
        return left // step

    def parts(self, serve: int) -> list[tuple[int, int]]:
        """Return (class, units of one kit) of all that a serve's kits meet."""
        own = (int(self.cls[serve]), int(self.step[serve]))
        return [own, *((cls, units) for _, cls, units in self.mates[serve])]

    def _kits(self, serve: int) -> int:
        """Return how many more kits fit: by classes, by households, and beside substitutes."""
        parts = self.parts(serve)
        most = min(int(self.need[cls]) // units for cls, units in parts)
        for cls, units in parts:
            step = self._steps.get(self._items[cls])
            if step and most:  # a kit takes a part of a step from each need that it meets
                most = min(most, max(0, int(self.swappable[cls])) // (-(-units // step) * step))
        return min(most, self.dealer.room(*self._places(parts))) if most > 0 else 0

    def _places(self, parts: list[tuple[int, int]]) -> tuple[int, list[tuple[int, int]]]:
        profile = self.dealer.place[parts[0][0]][0]
        return profile, [(self.dealer.place[cls][1], units) for cls, units in parts]

    def deal(self, serve: int, kits: int) -> int:
        """Deal kits to households of the serve's profile (less than 0: take back); return how many."""
        parts = self.parts(serve)
        profile, places = self._places(parts)
        bound = [(cls, self._steps[item]) for cls, _ in parts
                 if (item := self._items[cls]) in self._steps]  # fmt: skip
        before = [self.dealer.fits(cls, step) for cls, step in bound]
        if kits < 0:
            self.dealer.back(profile, serve, places, -kits)
        done = self.dealer.deal(profile, serve, places, kits) if kits > 0 else kits
        for (cls, step), was in zip(bound, before, strict=True):
            self.swappable[cls] += self.dealer.fits(cls, step) - was
        return done

    def move(self, send: int, serve: int, portions: int) -> None:
        """Take ``portions`` off what this pair draws on."""
        units, covers = portions * self.take[serve], portions * self.step[serve]
        self.stock[self.group[send]] -= units
        self.van_g[self.van[send]] -= units * self.grams[send]
        self.van_ml[self.van[send]] -= units * self.litres[send]
        self.need[self.cls[serve]] -= covers
        if serve in self.mates:
            self.deal(serve, portions)
            for _, cls, each in self.mates[serve]:
                self.need[cls] -= portions * each
        if self.swap[serve]:
            self.swappable[self.cls[serve]] -= covers
        if self.limit[serve] >= 0:
            self.limits[self.limit[serve]] -= covers


def fill(ledger: Ledger, reach: Reach, order: Sequence[int], most: Ints | int | None) -> Whole:
    """Give classes, in ``order``, what still fits (at most ``most`` units each, or ``most[cls]``)."""
    given: list[tuple[int, int, int]] = []
    for cls in order:
        left = ledger.need.item(cls)
        if most is not None:
            left = min(left, most if isinstance(most, int) else most.item(cls))
        if left <= 0:
            continue
        for send, serve in reach.get(cls, ()):
            step = ledger.step.item(serve)
            portions = min(left // step, ledger.room(send, serve)) if left >= step else 0
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
