"""What one new need does to each goal: coverage cell by cell, and the bound that prices give."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from optimizer.goals import Fairness
from optimizer.replan.ask import Ask, Row
from optimizer.replan.board import Board
from optimizer.replan.prices import Prices, dual
from optimizer.swaps import scales

Floats = npt.NDArray[np.float64]


class Limit:
    """One goal's dual under the published plan, and its prices by lot and vehicle day."""

    def __init__(self, board: Board, price: Prices) -> None:
        self.goal = price.goal
        figures = dual(board, price)
        self.total, self.scale, self.nu = figures.total, figures.scale, figures.nu
        groups = board.classes.lots.select("lot", "group").iter_rows()
        self._stock = {lot: float(figures.stock[g]) for lot, g in groups}
        self._scale = scales(board.classes.swaps, board.classes.items)
        limits = price.limits.select("swap", "township", "day", "price").iter_rows()
        self._limits = {(s, t, d): float(p) for s, t, d, p in limits}
        self._vans = {
            (w, m, d): (g, v)
            for w, m, d, g, v in price.vans.select(
                "warehouse", "mode", "day", "gram", "millilitre"
            ).iter_rows()
        }

    def path(self, lot: str, van: tuple[str, str, int], item: Row) -> float:
        """Return the price of one unit from a lot by a vehicle day, as the solver counts units."""
        gram, litre = self._vans.get(van, (0.0, 0.0))
        load = gram * item["weight_g"] + litre * item["volume_ml"]
        return float(self._stock.get(lot, 0.0) + load) / self._scale.get(item["item"], 1)

    def allowed(self, swap: str, township: str, day: int) -> float:
        """Return the price of one unit that a substitution rule may still meet."""
        return self._limits.get((swap, township, day), 0.0)

    def stock(self, lot: str, item: str) -> float:
        """Return the price of one unit of a lot."""
        return self._stock.get(lot, 0.0) / self._scale.get(item, 1)


class Cells:
    """Coverage of one fairness goal's cells, to be asked what a few units more or less do."""

    def __init__(self, board: Board, goal: Fairness) -> None:
        self.goal = goal
        served = board.served().astype(np.float64)
        self.units = np.bincount(goal.cell, served[goal.cls], len(goal.cell_units))
        table = board.classes.classes[goal.cls].select("zone", "basic", "item", "day")
        keys = zip(*(table[c].to_list() for c in table.columns), strict=True)
        self.cell = dict(zip(keys, goal.cell.tolist(), strict=True))
        kinds = board.kinds["kid"].to_list()
        of_cls = dict(zip(goal.cls.tolist(), goal.cell.tolist(), strict=True))
        self.of_kid = {k: of_cls.get(c) for k, c in zip(kinds, board.cls.tolist(), strict=True)}
        self.zone = dict(board.classes.points.select("point", "zone").iter_rows())
        tier = goal.name.rpartition("_")[2]
        self.tier = int(tier) if goal.number != 1 else 0

    def counts(self, ask: Ask) -> bool:
        """Whether the need counts at this goal."""
        return ask.survival if not self.tier else ask.tier == self.tier

    def at(self, ask: Ask) -> int | None:
        """Return the need's cell, None if it opens one of its own."""
        return self.cell.get((self.zone.get(ask.point), ask.basic, ask.item, ask.day))

    def least(self, ask: Ask, given: int, taken: list[Row], *, able: bool) -> float:
        """Return the goal's value once the need is there, given units, others less.

        Where nothing could serve it (not ``able``), it does not count.
        """
        units, needed = self.units.copy(), self.goal.cell_units.copy()
        for t in taken:
            cell = self.of_kid.get(t["kid"])
            if cell is not None:
                units[cell] -= t["units"]
        low = 1.0
        if able and self.counts(ask):
            cell = self.at(ask)
            if cell is None:
                low = given / ask.quantity
            else:
                units[cell] += given
                needed[cell] += ask.quantity
        return float(min(low, (units / needed).min(initial=1.0)))


def shares(board: Board) -> tuple[dict[str, float], dict[str, float]]:
    """Return weighted units served and owed by item."""
    table = board.served_kinds.group_by("item").agg(
        (pl.col("weight") * pl.col("served")).sum().cast(pl.Float64),
        (pl.col("weight") * pl.col("quantity")).sum().cast(pl.Float64).alias("owed"),
    ).sort("item")  # fmt: skip
    return (dict(table.select("item", "weight").iter_rows()),
            dict(table.select("item", "owed").iter_rows()))  # fmt: skip


def scoped_shares(board: Board, scope: pl.Expr) -> tuple[dict[str, float], dict[str, float]]:
    """Return units served and owed by item within an added goal's scope."""
    table = board.served_kinds.filter(scope).group_by("item").agg(
        pl.col("served", "quantity").sum().cast(pl.Float64)
    ).sort("item")  # fmt: skip
    return (dict(table.select("item", "served").iter_rows()),
            dict(table.select("item", "quantity").iter_rows()))  # fmt: skip
