"""The coupling rows once the nooks are eliminated: each item's stock, then the fleet in the middle.

A send draws on one lot group and one van. So an item's sends fall into a few routes (lot group,
van), whatever the number of zones, and its part of the matrix is as small as its routes are few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.blocks.hubs import GUARD, Local
from optimizer.blocks.layout import Layout
from optimizer.blocks.nooks import Nooks

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Item:
    """One item's routes, and how its sends lie among routes and pools."""

    mine: Ints  # its sends among the active ones
    place: Ints  # of each in (route, pool counted from its nook's end, nook)
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
        routes, pools, count = self.shape
        table = np.zeros(pools * routes * count)
        table[self.place] = mine * to_pool[self.mine]
        table = table.reshape(self.shape)
        for j in range(pools, 0, -1):
            for k in range(pools, j, -1):
                table[:, j - 1] -= table[:, k - 1] * nooks.corner(self.nook, j, k)
        for j in range(pools):
            table[:, j] /= np.sqrt(nooks.corner(self.nook, j + 1, j + 1))
        half = table.reshape(routes, -1)
        middle = np.diag(np.bincount(self.route, mine, routes)) - half @ half.T
        return np.asarray(self.use.T @ middle @ self.use)


def item_of(lay: Layout, nooks: Nooks, active: Ints, unit: float, k: int) -> Item | None:
    """Return the k-th item's routes over the active sends to nooks' pools; None if it has none."""
    mine = np.flatnonzero((lay.item[active] == k) & ~lay.hub[lay.pool[active]])
    if not len(mine):
        return None
    pool_of = lay.pool[active[mine]]
    pools, pool = np.unique(pool_of, return_inverse=True)
    nook, at = np.unique(lay.nook[pools], return_inverse=True)
    back = nooks.width[lay.nook[pools]] - nooks.place[pools] - 1
    route, use = routes_of(lay, active, unit, mine)
    deep = int(back.max()) + 1
    place = (route * deep + back[pool]) * len(nook) + at[pool]
    shape = (len(use.matrix), deep, len(nook))
    return Item(mine, place, shape, nook, use.stock, use.fleet, use.matrix, route)


@dataclass(frozen=True)
class Use:
    """What each route takes of its lot group (``stock``) and of the fleet's rows."""

    stock: Ints
    fleet: Ints
    matrix: Floats


def routes_of(lay: Layout, active: Ints, unit: float, mine: Ints) -> tuple[Ints, Use]:
    """Return the route of each of ``mine`` (active sends of one item), and what routes take."""
    vans = max(len(lay.kg), 1)
    pairs, route = np.unique(lay.group[active[mine]] * vans + lay.van[active[mine]],
                             return_inverse=True)  # fmt: skip
    parts = _use(lay, pairs // vans, pairs % vans, int(active[mine[0]]), unit)
    return route, Use(*parts)


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


class Block:
    """One block's part of the coupling matrix: its items' nooks, then its hub rows."""

    def __init__(
        self, lay: Layout, inner: Local, active: Ints, unit: Floats, items: list[int]
    ) -> None:
        """Take the items of the block; ``unit`` is each item's typical pool."""
        self._inner = inner
        found = (item_of(lay, inner.nooks, active, float(unit[k]), k) for k in items)
        self.items = [item for item in found if item is not None]
        self._hub = [
            (mine, *routes_of(lay, active, float(unit[k]), mine))
            for k in items
            if len(mine := np.flatnonzero((lay.item[active] == k) & lay.hub[lay.pool[active]]))
        ]
        hubs = [use for _, _, use in self._hub]
        self.stock = _all([i.stock for i in self.items] + [use.stock for use in hubs])
        self.fleet = _all([i.fleet for i in self.items] + [use.fleet for use in hubs])
        self._wide = len(self.stock) + len(self.fleet)
        self._places = [self._columns(item.stock, item.fleet) for item in self.items]
        self._rows = np.zeros(0, dtype=np.int64)
        if len(inner.hub):
            self._tie(lay, active, items)

    def _columns(self, stock: Ints, fleet: Ints) -> Ints:
        """Return the places of stock and fleet rows in the block's matrix."""
        return np.concatenate(
            [np.searchsorted(self.stock, stock),
             len(self.stock) + np.searchsorted(self.fleet, fleet)]
        )  # fmt: skip

    def _tie(self, lay: Layout, active: Ints, items: list[int]) -> None:
        """Note which hub rows are the block's, and which of its sends reach them through nooks."""
        inner = self._inner
        of_part = np.zeros(int(lay.part.max(initial=-1)) + 1, dtype=np.int64) - 1
        pools = len(lay.pool_units)
        of_part[lay.part[:pools]] = lay.block[lay.pool_item]
        self._rows = np.flatnonzero(of_part[inner.part] == lay.block[items[0]])
        where = np.full(len(inner.hub), -1, dtype=np.int64)
        where[self._rows] = np.arange(len(self._rows))
        row_of = np.full(lay.local, -1, dtype=np.int64)
        row_of[inner.hub] = where
        self._direct = [
            (mine, row_of[lay.pool[active[mine]]], route, use, self._columns(use.stock, use.fleet))
            for mine, route, use in self._hub
        ]
        self._through = []
        for item, columns in zip(self.items, self._places, strict=True):
            pool = lay.pool[active[item.mine]]
            for k in range(inner.slots):
                hub = inner.slot_hub(k, pool)
                has = np.flatnonzero(hub >= 0)
                if len(has):
                    self._through.append((item, has, k, pool[has], where[hub[has]], columns))

    def reduced(self, d: Floats, to_pool: Floats) -> Floats:
        """Return the block's part with all its local rows eliminated."""
        matrix = np.zeros((self._wide, self._wide))
        for item, columns in zip(self.items, self._places, strict=True):
            matrix[np.ix_(columns, columns)] += item.reduced(self._inner.nooks, d, to_pool)
        for mine, route, use in self._hub:
            columns = self._columns(use.stock, use.fleet)
            flow = np.bincount(route, d[mine], len(use.matrix))
            matrix[np.ix_(columns, columns)] += (use.matrix.T * flow) @ use.matrix
        if len(self._rows):
            half = self._inner.rooted(self._reach(d, to_pool), self._rows)
            matrix -= half.T @ half
        return matrix

    def _reach(self, d: Floats, to_pool: Floats) -> Floats:
        """Return the hub rows' entries in the coupling rows' columns, nooks eliminated."""
        table = np.zeros((len(self._rows), self._wide))
        for mine, row, route, use, columns in self._direct:
            self._add(table, row, route, d[mine] * to_pool[mine], use.matrix, columns)
        for item, has, k, pool, row, columns in self._through:
            mine = item.mine[has]
            value = -self._inner.across[k][pool] * d[mine] * to_pool[mine]
            self._add(table, row, item.route[has], value, item.use, columns)
        return table

    def _add(
        self, table: Floats, row: Ints, route: Ints, value: Floats, use: Floats, columns: Ints
    ) -> None:
        routes = len(use)
        by_route = np.bincount(row * routes + route, value, len(table) * routes)
        table[:, columns] += by_route.reshape(len(table), routes) @ use


class Coupling:
    """The factored matrix of the coupling rows."""

    def __init__(self, lay: Layout, inner: Local, active: Ints, unit: Floats) -> None:
        """Take the layout's local rows and the active sends; ``unit`` is each item's scale."""
        self._groups = len(lay.stock)
        blocks = [np.flatnonzero(lay.block == k).tolist() for k in np.unique(lay.block)]
        self._blocks = [Block(lay, inner, active, unit, items) for items in blocks]

    def factor(self, d: Floats, to_pool: Floats, e: Floats) -> None:
        """Factor the matrix with ``e`` on its diagonal."""
        fleet = np.diag(e[self._groups :]).copy()
        self.eliminate(d, to_pool, e, fleet)
        self._fleet = root_of(fleet)

    def eliminate(self, d: Floats, to_pool: Floats, e: Floats, fleet: Floats) -> None:
        """Eliminate every block's stock; what it leaves is added to the matrix of the fleet's rows.

        Until `factor` is called, `solve` takes the fleet's prices for settled: they come out as 0.
        """
        self._plain = e[: self._groups]
        self._fleet = np.zeros_like(fleet)
        self._parts: list[tuple[Block, Floats, Floats]] = []
        for block in self._blocks:
            part, n = block.reduced(d, to_pool), len(block.stock)
            own = part[:n, :n]
            own[np.diag_indices_from(own)] += e[block.stock]
            root = root_of(own)
            across = root @ part[:n, n:]
            fleet[np.ix_(block.fleet, block.fleet)] += part[n:, n:] - across.T @ across
            self._parts.append((block, root, across))

    def solve(self, right: Floats) -> Floats:
        """Return the solution for a right-hand side by coupling row."""
        out = right.copy()
        out[: self._groups] /= self._plain
        fleet = out[self._groups :]
        for block, root, across in self._parts:
            part = root @ right[block.stock]
            out[block.stock] = part
            fleet[block.fleet] -= across.T @ part
        fleet[:] = self._fleet.T @ (self._fleet @ fleet)
        for block, root, across in self._parts:
            out[block.stock] = root.T @ (out[block.stock] - across @ fleet[block.fleet])
        return out


def _all(parts: list[Ints]) -> Ints:
    return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *parts]))


def root_of(matrix: Floats) -> Floats:
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
