"""The coupling rows once the nooks are eliminated: each item's stock, then the fleet in the middle.

A send draws on one lot group and one van. So an item's sends fall into a few routes (lot group,
van), whatever the number of zones, and its part of the matrix is as small as its routes are few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.blocks.layout import Layout
from optimizer.blocks.nooks import Nooks

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
GUARD = 1e-14  # relative, on a diagonal: keeps a nearly singular matrix invertible


@dataclass(frozen=True)
class Item:
    """One item's routes, and how its sends lie among routes and pools."""

    mine: Ints  # its sends among the active ones
    place: Ints  # of each in (pool counted from its nook's end, route, nook)
    shape: tuple[int, int, int]
    nook: Ints
    stock: Ints  # its lot groups
    fleet: Ints  # its rows of the fleet, kilograms then litres
    use: Floats  # (routes, lot groups and fleet rows): what a route takes of each
    route: Ints  # by send

    def reduced(self, nooks: Nooks, d: Floats, to_pool: Floats) -> Floats:
        """Return the item's part of the coupling matrix with its nooks eliminated.

        Args:
            nooks: Factored.
            d: Weights of the active sends.
            to_pool: Their coefficients in their pools' rows.
        """
        mine = d[self.mine]
        pools, routes, count = self.shape
        table = np.zeros(pools * routes * count)
        table[self.place] = mine * to_pool[self.mine]
        table = table.reshape(self.shape)
        middle = np.diag(np.bincount(self.route, mine, routes))
        for j in range(pools, 0, -1):
            for k in range(pools, j, -1):
                table[j - 1] -= table[k - 1] * nooks.corner(self.nook, j, k)
            middle -= (table[j - 1] / nooks.corner(self.nook, j, j)) @ table[j - 1].T
        return np.asarray(self.use.T @ middle @ self.use)


def item_of(lay: Layout, nooks: Nooks, active: Ints, unit: float, k: int) -> Item | None:
    """Return the k-th item's routes over the active sends; None if it has none."""
    mine = np.flatnonzero(lay.item[active] == k)
    if not len(mine):
        return None
    vans = len(lay.kg)
    group, van, pool_of = lay.group[active[mine]], lay.van[active[mine]], lay.pool[active[mine]]
    pairs, route = np.unique(group * vans + van, return_inverse=True)
    pools, pool = np.unique(pool_of, return_inverse=True)
    nook, at = np.unique(lay.nook[pools], return_inverse=True)
    back = nooks.width[lay.nook[pools]] - nooks.place[pools] - 1
    shape = (int(back.max()) + 1, len(pairs), len(nook))
    place = (back[pool] * len(pairs) + route) * len(nook) + at[pool]
    stock, fleet, use = _use(lay, pairs // vans, pairs % vans, int(active[mine[0]]), unit)
    return Item(mine, place, shape, nook, stock, fleet, use, route)


def _use(
    lay: Layout, group: Ints, van: Ints, example: int, unit: float
) -> tuple[Ints, Ints, Floats]:
    vans = len(lay.kg)
    stock, stock_at = np.unique(group, return_inverse=True)
    fleet, fleet_at = np.unique(np.concatenate([van, van + vans]), return_inverse=True)
    use = np.zeros((len(group), len(stock) + len(fleet)))
    every, kg = np.arange(len(group)), len(stock) + fleet_at[: len(group)]
    litres = len(stock) + fleet_at[len(group) :]
    use[every, stock_at] = unit / lay.stock[group]
    use[every, kg] = unit * float(lay.grams[example]) / 1000.0 / lay.kg[van]
    use[every, litres] = unit * float(lay.millilitres[example]) / 1000.0 / lay.litres[van]
    return stock, fleet, use


class Coupling:
    """The factored matrix of the coupling rows."""

    def __init__(self, items: list[Item], groups: int) -> None:
        """Take the items and the number of lot groups; the fleet's rows follow theirs."""
        self._items, self._groups = items, groups

    def factor(self, nooks: Nooks, d: Floats, to_pool: Floats, e: Floats) -> None:
        """Factor the matrix with ``e`` on its diagonal."""
        self._plain = e[: self._groups]
        fleet = np.diag(e[self._groups :]).copy()
        self._parts: list[tuple[Item, Floats, Floats]] = []
        for item in self._items:
            part, n = item.reduced(nooks, d, to_pool), len(item.stock)
            own = part[:n, :n]
            own[np.diag_indices_from(own)] += e[item.stock]
            root = _root(own)
            across = root @ part[:n, n:]
            fleet[np.ix_(item.fleet, item.fleet)] += part[n:, n:] - across.T @ across
            self._parts.append((item, root, across))
        self._fleet = _root(fleet)

    def solve(self, right: Floats) -> Floats:
        """Return the solution for a right-hand side by coupling row."""
        out = right.copy()
        out[: self._groups] /= self._plain
        fleet = out[self._groups :]
        for item, root, across in self._parts:
            part = root @ right[item.stock]
            out[item.stock] = part
            fleet[item.fleet] -= across.T @ part
        fleet[:] = self._fleet.T @ (self._fleet @ fleet)
        for item, root, across in self._parts:
            out[item.stock] = root.T @ (out[item.stock] - across @ fleet[item.fleet])
        return out


def _root(matrix: Floats) -> Floats:
    """Return R with ``R' R`` the inverse of the matrix."""
    diagonal = np.diag(matrix)
    size = 1.0 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    even = matrix * size * size[:, None]
    guard = GUARD
    while True:
        even[np.diag_indices_from(even)] = 1.0 + guard
        try:
            return np.asarray(np.linalg.inv(np.linalg.cholesky(even)) * size)
        except np.linalg.LinAlgError:
            guard *= 10.0
