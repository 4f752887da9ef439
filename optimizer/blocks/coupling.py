"""The coupling rows once the nooks are eliminated: each item's stock, then the fleet in the middle.

A send draws on one lot group and one van. So an item's sends fall into a few routes (lot group,
van), whatever the number of zones, and its part of the matrix is as small as its routes are few.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

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
    entry: Entries
    corners: Ints  # (pool, pool, nook), pools counted from their nook's end: places in the factor
    use: Use
    route: Ints  # by send

    def reduced(self, nooks: Nooks, d: Floats, to_pool: Floats) -> Floats:
        """Return the item's part of the matrix by lot group and van, with its nooks eliminated.

        Args:
            nooks: Factored.
            d: Weights of the active sends.
            to_pool: Their coefficients in their pools' rows.
        """
        mine, routes = d.take(self.mine), len(self.use.taken)
        through = (mine * to_pool.take(self.mine)).take(self.entry.send)
        through *= self._rooted(nooks).take(self.entry.pair)
        size = routes * self.corners[0].size
        half = np.bincount(self.entry.place, through, size).reshape(routes, -1)
        middle = np.diag(np.bincount(self.route, mine, routes)) - half @ half.T
        taken = self.use.taken
        return np.asarray(taken.T @ middle @ taken)

    def _rooted(self, nooks: Nooks) -> Floats:
        """Return R by (pool, pool, nook), flat, where R'R is the inverse of the factor's corner."""
        lower = nooks.entry(self.corners)
        deep = len(lower)
        out = np.zeros_like(lower)
        for j in range(deep - 1, -1, -1):
            out[j, j] = 1.0
            for k in range(j + 1, deep):
                out[j, k:] -= lower[j, k] * out[k, k:]
        for j in range(deep):
            out[j] /= np.sqrt(lower[j, j])
        return out.ravel()


@dataclass(frozen=True)
class Entries:
    """What sends are in (route, pool, nook): each in its own pool, and in those it is carried to."""

    send: Ints  # among the item's
    pair: Ints  # (pool it is carried to, its own, nook)
    place: Ints


def _entries(route: Ints, back: Ints, at: Ints, deep: int, nooks: int) -> Entries:
    """Return the entries of sends by route, pool (counted from its nook's end) and nook."""
    send = np.repeat(np.arange(len(back)), back + 1)
    to = np.arange(len(send)) - np.repeat(np.cumsum(back + 1) - back - 1, back + 1)
    pair = (to * deep + back[send]) * nooks + at[send]
    return Entries(send, pair, (route[send] * deep + to) * nooks + at[send])


def item_of(lay: Layout, nooks: Nooks, active: Ints, unit: float, mine: Ints) -> Item:
    """Return the routes of one item's sends to nooks' pools: ``mine``, among the active ones."""
    pool_of = lay.pool[active[mine]]
    pools, pool = np.unique(pool_of, return_inverse=True)
    nook, at = np.unique(lay.nook[pools], return_inverse=True)
    back = nooks.width[lay.nook[pools]] - nooks.place[pools] - 1
    route, use = routes_of(lay, active, unit, mine)
    deep = int(back.max()) + 1
    entries = _entries(route, back[pool], at[pool], deep, len(nook))
    return Item(mine, entries, nooks.corners(nook, deep), use, route)


@dataclass(frozen=True)
class Use:
    """What each route takes of its lot group (``stock``) and of the fleet's rows, kilograms first.

    Both limits of a van are taken in one proportion, since an item's units are alike.
    """

    stock: Ints
    fleet: Ints
    taken: Floats  # (routes, lot groups and vans): what of the lot group, and units of the van
    each: Floats  # by row of the fleet: what one of these units takes

    @cached_property
    def matrix(self) -> Floats:
        """Return (routes, lot groups and fleet rows): what a route takes of each."""
        return self.wide(self.taken)

    def wide(self, by_van: Floats) -> Floats:
        """Return the rows of lot groups and fleet for columns by lot group and van."""
        first = len(self.stock)
        vans = by_van[..., first:]
        return np.concatenate([by_van[..., :first], self.spread(vans)], axis=-1)

    def spread(self, vans: Floats) -> Floats:
        """Return columns by row of the fleet for columns by van."""
        return np.concatenate([vans, vans], axis=-1) * self.each


def routes_of(lay: Layout, active: Ints, unit: float, mine: Ints) -> tuple[Ints, Use]:
    """Return the route of each of ``mine`` (active sends of one item), and what routes take."""
    vans = max(len(lay.kg), 1)
    pairs, route = np.unique(lay.group[active[mine]] * vans + lay.van[active[mine]],
                             return_inverse=True)  # fmt: skip
    return route, _use(lay, pairs // vans, pairs % vans, int(active[mine[0]]), unit)


def _use(lay: Layout, group: Ints, van: Ints, example: int, unit: float) -> Use:
    stock, stock_at = np.unique(group, return_inverse=True)
    vans, van_at = np.unique(van, return_inverse=True)
    taken = np.zeros((len(group), len(stock) + len(vans)))
    every = np.arange(len(group))
    taken[every, stock_at] = unit / lay.stock[group]
    taken[every, len(stock) + van_at] = unit / 1000.0
    each = [
        float(lay.grams[example]) / lay.kg[vans],
        float(lay.millilitres[example]) / lay.litres[vans],
    ]
    fleet = np.concatenate([vans, vans + len(lay.kg)])
    return Use(stock, fleet, taken, np.concatenate(each))


class Block:
    """One block's part of the coupling matrix: its items' nooks, then its hub rows."""

    def __init__(
        self, lay: Layout, inner: Local, active: Ints, unit: Floats, sends: dict[int, Ints]
    ) -> None:
        """Take the active sends of each of its items; ``unit`` is each item's typical pool."""
        self._inner = inner
        hub = {k: lay.hub[lay.pool[active[mine]]] for k, mine in sends.items()}
        self.items = [
            item_of(lay, inner.nooks, active, float(unit[k]), mine[~hub[k]])
            for k, mine in sends.items()
            if not hub[k].all()
        ]
        self._hub = [
            (mine[hub[k]], *routes_of(lay, active, float(unit[k]), mine[hub[k]]))
            for k, mine in sends.items()
            if hub[k].any()
        ]
        hubs = [use for _, _, use in self._hub]
        self.stock = _all([i.use.stock for i in self.items] + [use.stock for use in hubs])
        self.fleet = _all([i.use.fleet for i in self.items] + [use.fleet for use in hubs])
        self._wide = len(self.stock) + len(self.fleet)
        self.corner = (self.fleet[:, None] * 2 * len(lay.kg) + self.fleet).ravel()
        self._places = [self._columns(item.use.stock, item.use.fleet) for item in self.items]
        self._rows = np.zeros(0, dtype=np.int64)
        if len(inner.hub):
            self._tie(lay, active, lay.block[next(iter(sends))])

    def _columns(self, stock: Ints, fleet: Ints) -> Ints:
        """Return the places of stock and fleet rows in the block's matrix."""
        return np.concatenate(
            [np.searchsorted(self.stock, stock),
             len(self.stock) + np.searchsorted(self.fleet, fleet)]
        )  # fmt: skip

    def _tie(self, lay: Layout, active: Ints, block: int) -> None:
        """Note which hub rows are the block's, and which of its sends reach them through nooks."""
        inner = self._inner
        of_part = np.zeros(int(lay.part.max(initial=-1)) + 1, dtype=np.int64) - 1
        pools = len(lay.pool_units)
        of_part[lay.part[:pools]] = lay.block[lay.pool_item]
        self._rows = np.flatnonzero(of_part[inner.part] == block)
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

    def left(self, d: Floats, to_pool: Floats, e: Floats) -> tuple[Floats, Floats, Floats]:
        """Return R of the block's stock (R'R the inverse), R times its fleet's columns, and the rest.

        The rest is what the block leaves on its rows of the fleet; ``e`` is the stock's diagonal.
        """
        if not self._alone:
            return _eliminated(self.reduced(d, to_pool), e)
        use = self.items[0].use
        root, across, rest = _eliminated(self.items[0].reduced(self._inner.nooks, d, to_pool), e)
        return root, use.spread(across), use.spread(use.spread(rest).T)

    @property
    def _alone(self) -> bool:
        """Return whether it is one item without hub rows: the fleet's rows can be taken by van."""
        return len(self.items) == 1 and not self._hub and not len(self._rows)

    def reduced(self, d: Floats, to_pool: Floats) -> Floats:
        """Return the block's part with all its local rows eliminated."""
        matrix = np.zeros((self._wide, self._wide))
        for item, columns in zip(self.items, self._places, strict=True):
            part = item.reduced(self._inner.nooks, d, to_pool)
            matrix[np.ix_(columns, columns)] += item.use.wide(item.use.wide(part).T)
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
            self._add(table, row, item.route[has], value, item.use.matrix, columns)
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
        order = np.argsort(lay.item[active], kind="stable")
        ends = np.cumsum(np.bincount(lay.item[active], minlength=lay.items))
        sends = np.split(order, ends[:-1])
        blocks = [np.flatnonzero(lay.block == k).tolist() for k in np.unique(lay.block)]
        self._blocks = [
            Block(lay, inner, active, unit, {k: sends[k] for k in items}) for items in blocks
        ]

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
        flat = fleet.reshape(-1)
        for block in self._blocks:
            root, across, rest = block.left(d, to_pool, e[block.stock])
            flat[block.corner] += rest.ravel()
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


def _eliminated(part: Floats, e: Floats) -> tuple[Floats, Floats, Floats]:
    n = len(e)
    own = part[:n, :n]
    own[np.diag_indices_from(own)] += e
    root = root_of(own)
    across = root @ part[:n, n:]
    return root, across, part[n:, n:] - across.T @ across


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
