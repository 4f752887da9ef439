"""Which sends are columns: the first ones, and how a point on its way takes more in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optimizer.blocks.interior import Point
from optimizer.blocks.layout import Layout
from optimizer.blocks.system import System

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
FEW = 200_000  # up to so many sends, all are columns from the start
EACH = 5  # sends of each pool in the first columns, nearest and at random
SHY = 0.1  # reduced cost of a fresh column, over the root of the mean complementarity
KEPT = 0.3  # share of its reduced cost that a column keeps when prices move
NEW = 1e-3  # first value of a column in a point that is only kept
LEAST = 1e-12  # price that a pool keeps


def first_columns(lay: Layout, minutes: Ints, seed: int) -> Ints:
    """Return the first columns: of each pool the nearest sends, and some at random."""
    count = len(lay.pool)
    if count <= FEW:
        return np.arange(count)
    chance = np.random.default_rng(seed).random(count)
    chosen = [_best(lay.pool, minutes.astype(np.float64), EACH), _best(lay.pool, chance, EACH)]
    return np.unique(np.concatenate(chosen))


def taken_in(before: Ints, system: System, aim: Floats, point: Point, mu: float) -> Point:
    """Return the point, made with the sends ``before``, with all columns of ``system``.

    ``aim`` is by column of ``system``, ``mu`` the mean complementarity of the whole program.

    A column that is wanted costs less than its pool's price, so the prices do not admit it. Pools'
    prices are lowered until they do; what other columns lose by that, their own slack gives. A fresh
    column's product is the mean of the others: it neither blocks the way nor leaves the middle.
    """
    sends, pools = len(system.active), len(system.lay.pool_units)
    fresh = np.ones(sends, dtype=bool)
    fresh[np.searchsorted(system.active, before)] = False
    least = SHY * float(np.sqrt(mu))
    t = np.append(np.full(sends, least), point.t[len(before) :])
    t[:sends][~fresh] = point.t[: len(before)]
    cost = (system.transposed(point.y) - aim)[:sends][fresh]
    low = np.zeros(pools)
    np.maximum.at(low, system.pool[fresh], np.maximum(0.0, least - cost) / -system.into[fresh])
    y = point.y.copy()
    y[:pools] = np.maximum(y[:pools] - low, LEAST)
    t = np.maximum(system.transposed(y) - aim, KEPT * t)
    x = np.append(mu / t[:sends], point.x[len(before) :])
    x[:sends][~fresh] = point.x[: len(before)]
    return Point(x, point.s, y, t)


def with_room(before: Ints, active: Ints, point: Point, mu: float) -> Point:
    """Return the point, made with the sends ``before``, with small amounts of the other active ones."""
    sends, where = len(active), np.searchsorted(active, before)
    x = np.append(np.full(sends, NEW), point.x[len(before) :])
    t = np.append(np.full(sends, mu / NEW), point.t[len(before) :])
    x[where], t[where] = point.x[: len(before)], point.t[: len(before)]
    return Point(x, point.s, point.y, t)


def _best(key: Ints, value: Floats, each: int) -> Ints:
    order = np.lexsort((value, key))
    ranked = key[order]
    place = np.arange(len(order)) - np.searchsorted(ranked, ranked)
    return np.asarray(order[place < each])
