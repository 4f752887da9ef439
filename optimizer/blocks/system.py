"""The scaled class program ``A x <= b, x >= 0`` and its normal equations, solved through the coupling.

The local rows are eliminated nook by nook; what is left is one dense system over the coupling rows
(stock and fleet), a few of them whatever the number of zones. Goal rows and the common level touch
everything, so they border it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.blocks.coupling import Coupling
from optimizer.blocks.hubs import Local
from optimizer.blocks.layout import Layout
from optimizer.blocks.nooks import Nooks

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class GoalRow:
    """``sends . units sent + serves . units served <= top``, divided by ``scale``."""

    sends: Floats  # by send of the layout
    serves: Floats
    top: float
    scale: float


class System:
    """The program over the active sends, every serve and the common level."""

    def __init__(self, lay: Layout, nooks: Nooks, active: Ints) -> None:
        self.lay, self.nooks, self.active = lay, nooks, active
        per = np.bincount(lay.pool_item, minlength=lay.items)
        units = np.bincount(lay.pool_item, lay.pool_units, lay.items)
        self.unit = units / np.maximum(per, 1) + (per == 0)
        self.pool = lay.pool[active]
        self._first = np.flatnonzero(np.diff(self.pool, prepend=-1))
        self._run_pool = self.pool[self._first]
        self.send_unit = self.unit[lay.item[active]]
        self.serve_unit = self.unit[lay.out_item]
        self._inner = Local(lay, nooks)
        self._send_coefficients()
        self._serve_coefficients()
        self.plan = len(active) + len(lay.out_cls)
        self.risers = np.zeros(0, dtype=np.int64)
        self.base = lay.local + lay.coupling
        self.rows = self.base + 1
        self.goals = np.zeros((0, self.plan))
        self.open = np.zeros(len(lay.cell_units))
        self._coupling = Coupling(lay, self._inner, active, self.unit)

    @property
    def columns(self) -> int:
        """Return the number of columns: sends, serves, risers, the level."""
        return self.plan + len(self.risers) + 1

    def set_goals(self, rows: list[GoalRow]) -> None:
        """Set the goal rows (they follow the coupling rows; the level's own row is last)."""
        made = [
            np.concatenate(
                [row.sends[self.active] * self.send_unit, row.serves * self.serve_unit]
            ) / row.scale
            for row in rows
        ]  # fmt: skip
        self.goals = np.array(made).reshape(len(rows), self.plan)
        self.rows = self.base + len(rows) + 1

    @property
    def _riser_rows(self) -> Ints:
        return np.asarray(self._cells.start + self.risers)

    def times(self, x: Floats) -> Floats:
        """Return ``A x``."""
        lay, n = self.lay, len(self.active)
        out = np.empty(self.rows)
        self._local(x[:n], x[n : self.plan], out)
        out[self._cells] += self.open * x[-1]
        out[self._riser_rows] += x[self.plan : -1]
        self._coupled(x[:n], out[lay.local : self.base])
        out[self.base : -1] = self.goals @ x[: self.plan]
        out[-1] = x[-1]
        return out

    def transposed(self, y: Floats) -> Floats:
        """Return ``A^T y``."""
        n = len(self.active)
        out = np.empty(self.columns)
        out[:n] = self.into * y.take(self.pool) + self._prices(y)
        part = y.take(self._serve_rows[0]) * self._serve_values[0]
        for rows, values in zip(self._serve_rows[1:], self._serve_values[1:], strict=True):
            part += y.take(rows) * values
        out[n : self.plan] = part
        if len(self.goals):
            out[: self.plan] += y[self.base : -1] @ self.goals
        out[self.plan : -1] = y[self._riser_rows]
        out[-1] = self.open @ y[self._cells] + y[-1]
        return out

    def factor(self, d: Floats, e: Floats) -> None:
        """Factor ``A diag(d) A^T + diag(e)``; the last of ``d`` is the level's."""
        self._factor_local(d, e)
        lay, n = self.lay, len(self.active)
        self._coupling.factor(d[:n], self.into, e[lay.local : self.base])
        self._border()

    def _factor_local(self, d: Floats, e: Floats) -> None:
        lay, n = self.lay, len(self.active)
        self._d, self._e = d, e
        self._flow = self.into * d[:n]
        flat = np.bincount(
            self._pair, self._pair_value * d[n:].take(self._pair_column), self._inner.size
        ).astype(np.float64)
        diagonal = e[: lay.local].copy()
        diagonal[: len(lay.pool_units)] += self._by_pool(self.into * self._flow)
        diagonal[self._riser_rows] += d[self.plan : -1]
        self._inner.factor(flat, diagonal)

    def solve(self, right: Floats, level: float) -> tuple[Floats, float]:
        """Return (dy, dz) of the bordered system; see `interior`."""
        base = self._solve(right[: self.base])
        rest = np.append(right[self.base :], level) - self._left @ base
        small = np.linalg.solve(self._small, rest)
        dy = np.concatenate([base - self._columns @ small, small[:-1]])
        return dy, float(small[-1])

    def product(self, y: Floats) -> Floats:
        """Return ``(A diag(d) A^T + diag(e)) y`` without the level's column."""
        column = self.transposed(y) * self._d
        column[-1] = 0.0
        return self.times(column) + self._e * y

    def level_column(self) -> Floats:
        """Return the column of A of the common level."""
        out = np.zeros(self.rows)
        out[self._cells] = self.open
        out[-1] = 1.0
        return out

    def _border(self) -> None:
        extra = self.rows - self.base
        across = np.zeros((extra, self.rows))
        for k, goal in enumerate(self.goals):
            weighted = np.zeros(self.columns)
            weighted[: self.plan] = goal * self._d[: self.plan]
            across[k] = self.times(weighted)
        level = self.level_column()
        self._left = np.vstack([across[:, : self.base], level[: self.base]])
        right = np.vstack([across[:, : self.base], -level[: self.base]])
        self._columns = np.array([self._solve(r) if r.any() else r for r in right]).T
        corner = np.zeros((extra + 1, extra + 1))
        corner[:extra, :extra] = across[:, self.base :] + np.diag(self._e[self.base :])
        corner[:extra, extra] = -level[self.base :]
        corner[extra, :extra] = level[self.base :]
        corner[extra, extra] = 1.0 / self._d[-1]
        self._small = corner - self._left @ self._columns

    def _solve(self, right: Floats) -> Floats:
        """Solve over local and coupling rows."""
        lay = self.lay
        first = self._inner.solve(right[: lay.local])
        across = np.empty(lay.coupling)
        self._coupled(self._flow * first.take(self.pool), across)
        prices = self._coupling.solve(right[lay.local :] - across)
        pull = self._flow * self._prices(np.concatenate([np.zeros(lay.local), prices]))
        back = np.zeros(lay.local)
        back[: len(lay.pool_units)] = self._by_pool(pull)
        return np.concatenate([first - self._inner.solve(back), prices])

    def _local(self, sent: Floats, served: Floats, out: Floats) -> None:
        lay = self.lay
        pools = len(lay.pool_units)
        out[:pools] = self._by_pool(self.into * sent)
        out[pools : lay.local] = 0.0
        for (first, count), (row, which, value) in zip(self._kinds, self._hits, strict=True):
            out[first : first + count] += np.bincount(row, served.take(which) * value, count)

    def _by_pool(self, values: Floats) -> Floats:
        """Return the sums by pool of values by send: runs of one pool first, as sends mostly lie."""
        if not len(values):
            return np.zeros(len(self.lay.pool_units))
        runs = np.add.reduceat(values, self._first)
        summed = np.bincount(self._run_pool, runs, len(self.lay.pool_units))
        return np.asarray(summed, dtype=np.float64)

    def _coupled(self, sent: Floats, out: Floats) -> None:
        """Add up what sends take of the coupling rows, route by route: they are few."""
        groups, vans = len(self.lay.stock), len(self.lay.kg)
        units = np.bincount(self._route, sent, len(self._route_group))
        out[:groups] = np.bincount(self._route_group, self._stock * units, groups)
        out[groups : groups + vans] = np.bincount(self._route_van, self._kg * units, vans)
        out[groups + vans :] = np.bincount(self._route_van, self._litres * units, vans)

    def _prices(self, y: Floats) -> Floats:
        """Return what the coupling rows' prices make of each send."""
        part = y[self.lay.local :]
        groups, vans = len(self.lay.stock), len(self.lay.kg)
        by_route = (
            self._stock * part[self._route_group]
            + self._kg * part[groups + self._route_van]
            + self._litres * part[groups + vans + self._route_van]
        )
        return np.asarray(by_route.take(self._route))

    def _send_coefficients(self) -> None:
        lay, active = self.lay, self.active
        self.into = -self.send_unit / lay.pool_units[self.pool]
        vans = max(len(lay.kg), 1)
        keys, first, self._route = np.unique(
            lay.group[active] * vans + lay.van[active], return_index=True, return_inverse=True
        )
        self._route_group, self._route_van = keys // vans, keys % vans
        example, unit = active[first], self.send_unit[first]  # a lot group is of one item
        self._stock = unit / lay.stock[self._route_group]
        self._kg = unit * lay.grams[example] / 1000.0 / lay.kg[self._route_van]
        self._litres = unit * lay.millilitres[example] / 1000.0 / lay.litres[self._route_van]

    def _serve_coefficients(self) -> None:
        lay, unit = self.lay, self.serve_unit
        pools, cells, caps = len(lay.pool_units), len(lay.cell_units), len(lay.cap_units)
        self._cells = slice(lay.first_cell, lay.first_cap)
        rows = [lay.out_pool, pools + lay.out_cls]
        values = [unit * lay.out_draw / lay.pool_units[lay.out_pool], unit / lay.need[lay.out_cls]]
        self._kinds = [(0, pools), (pools, len(lay.need))]
        for places, first, units, sign in (
            (lay.out_cells, lay.first_cell, lay.cell_units, -1.0),
            (lay.out_caps, lay.first_cap, lay.cap_units, 1.0),
        ):
            for at in places.T:
                rows.append(np.where(at >= 0, first + at, 0))
                size = units[at] if len(units) else np.ones(len(at))
                values.append(np.where(at >= 0, sign * unit / size, 0.0))
                self._kinds.append((first, cells if sign < 0 else caps))
        self._has = [value != 0.0 for value in values]
        self._serve_rows, self._serve_values = rows, values
        self._hits = [
            (row[has] - first, np.flatnonzero(has), value[has])
            for row, value, has, (first, _) in zip(rows, values, self._has, self._kinds, strict=True)
        ]  # fmt: skip
        self._pairs_of(rows, values)

    def _pairs_of(self, rows: list[Ints], values: list[Floats]) -> None:
        """Note which pairs of rows each serve joins."""
        first, second, products, columns = [], [], [], []
        for a, has in enumerate(self._has):
            for b, too in enumerate(self._has):
                both = np.flatnonzero(has & too)
                first.append(rows[a][both])
                second.append(rows[b][both])
                products.append(values[a][both] * values[b][both])
                columns.append(both)
        place = self._inner.join(np.concatenate(first), np.concatenate(second))
        has = place >= 0
        self._pair, self._pair_value = place[has], np.concatenate(products)[has]
        self._pair_column = np.concatenate(columns)[has]
