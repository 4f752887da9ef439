"""What prices prove: a bound that holds whatever the prices are, and a plan that keeps every rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.blocks.layout import Layout
from optimizer.blocks.system import GoalRow

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


GIVE_FLOOR = (
    1e-6  # coverage by which floors yield: a program without an inside has no finite prices
)


@dataclass(frozen=True)
class Aim:
    """What is maximised: by unit sent and served, and by the common level; never above 0 by sends."""

    sends: Floats
    serves: Floats
    level: float


@dataclass(frozen=True)
class Floors:
    """By cell: whether it is held to the common level, else its least coverage (-1: none)."""

    open: Floats  # 1.0 or 0.0
    least: Floats
    give: float = GIVE_FLOOR  # each goal below gives as much more, so that the plan above fits

    @property
    def top(self) -> Floats:
        """Return the right-hand side of "level - coverage <= top"."""
        return np.where(self.open > 0, 0.0, np.where(self.least > 0, self.give, 0.0) - self.least)


@dataclass(frozen=True)
class Bound:
    """A certified upper bound, and which sends would better it if they were among the columns."""

    value: float
    wanted: Ints
    inner: (
        float  # the same for the active sends alone: where it meets the plan, columns are missing
    )


def certify(
    lay: Layout, aim: Aim, floors: Floors, goals: list[GoalRow], y: Floats, active: Ints
) -> Bound:
    """Return the bound that the prices ``y >= 0`` (scaled, by row) prove over *every* column.

    Weak duality: the prices of stock, fleet, cells and goal rows are kept; those of pools, needs and
    the level follow in closed form, so that no column is left with a profit. No solver is trusted.
    """
    pools, groups, vans = len(lay.pool_units), len(lay.stock), len(lay.kg)
    y_cell, y_cap = y[lay.first_cell : lay.first_cap], y[lay.first_cap : lay.local]
    y_cell = np.where((floors.open > 0) | (floors.least > 0), y_cell, 0.0)
    part = y[lay.local :]
    theta = y[lay.local + lay.coupling : -1]
    price = send_prices(lay, y)
    for goal, weight in zip(goals, theta.tolist(), strict=True):
        price = price + goal.sends * (weight / goal.scale)
    price = price - aim.sends
    cheapest = _least(lay.pool, price, pools)
    known = _least(lay.pool[active], price[active], pools)
    wanted = np.flatnonzero(price < known[lay.pool] - 1e-9 * np.abs(known[lay.pool]))
    worth = aim.serves.copy()
    for places, each in (
        (lay.out_cells, y_cell / lay.cell_units),
        (lay.out_caps, -y_cap / lay.cap_units),
    ):
        for at in places.T:
            has = at >= 0
            worth[has] += each[at[has]]
    for goal, weight in zip(goals, theta.tolist(), strict=True):
        worth -= goal.serves * (weight / goal.scale)
    rest = max(0.0, aim.level - float(floors.open @ y_cell))
    fixed = float(part[: groups + 2 * vans].sum() + y_cell @ floors.top + y_cap.sum()) + rest
    fixed += sum(t * g.top / g.scale for t, g in zip(theta.tolist(), goals, strict=True))
    return Bound(fixed + _needs(lay, worth, cheapest), wanted, fixed + _needs(lay, worth, known))


def _needs(lay: Layout, worth: Floats, pool: Floats) -> float:
    """Return what the classes' needs are worth at the prices of their pools."""
    need = np.zeros(len(lay.need))
    np.maximum.at(need, lay.out_cls, worth - pool[lay.out_pool] * lay.out_draw)
    return float(need @ lay.need)


def send_prices(lay: Layout, y: Floats) -> Floats:
    """Return what one unit of each send costs at the prices of stock and fleet."""
    part, groups, vans = y[lay.local :], len(lay.stock), len(lay.kg)
    stock = part[:groups] / lay.stock
    kg = part[groups : groups + vans] / lay.kg / 1000.0
    litres = part[groups + vans : groups + 2 * vans] / lay.litres / 1000.0
    return np.asarray(
        stock[lay.group] + kg[lay.van] * lay.grams + litres[lay.van] * lay.millilitres
    )


def feasible(lay: Layout, active: Ints, sent: Floats, served: Floats) -> tuple[Floats, Floats]:
    """Return units that keep stock, fleet, pools and needs exactly, by shrinking what breaks them."""
    group, van, pool = lay.group[active], lay.van[active], lay.pool[active]
    kg, litres = lay.grams[active] / 1000.0, lay.millilitres[active] / 1000.0
    part = _shrink(group, sent, lay.stock)[group]
    part = np.minimum(part, _shrink(van, sent * kg, lay.kg)[van])
    part = np.minimum(part, _shrink(van, sent * litres, lay.litres)[van])
    sent = sent * part
    served = served * _shrink(lay.out_cls, served, lay.need)[lay.out_cls]
    for at in lay.out_caps.T:
        has = at >= 0
        served[has] *= _shrink(at[has], served[has], lay.cap_units)[at[has]]
    into = np.bincount(pool, sent, len(lay.pool_units)).astype(np.float64)
    served = served * _shrink(lay.out_pool, served * lay.out_draw, into)[lay.out_pool]
    out = np.bincount(lay.out_pool, served * lay.out_draw, len(lay.pool_units)).astype(np.float64)
    return sent * _shrink(pool, sent, out)[pool], served


def _shrink(key: Ints, load: Floats, top: Floats) -> Floats:
    used = np.bincount(key, load, len(top))
    return np.divide(top, used, out=np.ones(len(top)), where=used > top)


def _least(key: Ints, value: Floats, count: int) -> Floats:
    least = np.full(count, np.inf)
    np.minimum.at(least, key, value)
    return np.where(np.isfinite(least), least, 0.0)
