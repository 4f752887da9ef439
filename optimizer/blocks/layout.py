"""The class program in arrays: who draws on which rows, and in which nook each local row lies.

Rows are scaled by what they limit (stock, capacity, units needed) and columns by the item's typical
pool, so that every figure is near 1. Coupling rows are lot groups' stock and the fleet's kilograms
and litres; all others (pools, needs, cells) lie in a nook: one (zone, item), or one (zone, item, day)
where the item is daily. Nooks of different items meet only in the fleet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from optimizer.classes import Classes
from optimizer.flow import Flow
from optimizer.goals import Fairness

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """Columns: sends, then serves. Local rows: pools, needs of classes, cells of each goal."""

    group: Ints  # by send: lot group
    van: Ints  # by send: fleet row
    pool: Ints  # by send
    item: Ints  # by send
    grams: Ints  # by send, of one unit
    millilitres: Ints  # by send, of one unit
    out_pool: Ints  # by serve
    out_cls: Ints  # by serve
    out_item: Ints  # by serve
    out_cells: Ints  # (serves, 2): survival cell and tier cell, -1 if none
    pool_units: Floats  # by pool: units that its classes need
    need: Floats  # by class
    cell_units: Floats  # by cell, all goals after each other
    cell_first: list[int]  # by goal: its first cell
    stock: Floats  # by lot group
    kg: Floats  # by fleet row
    litres: Floats  # by fleet row
    nook: Ints  # by local row: pools, classes, cells
    nooks: int
    items: int

    @property
    def local(self) -> int:
        """Return the number of local rows."""
        return len(self.nook)

    @property
    def coupling(self) -> int:
        """Return the number of coupling rows."""
        return len(self.stock) + 2 * len(self.kg)


def layout(classes: Classes, flow: Flow, goals: list[Fairness]) -> Layout:
    """Return the arrays of the flow with the cells of the fairness goals."""
    codes = {item: k for k, item in enumerate(classes.classes["item"].unique().sort().to_list())}
    keys = ["warehouse", "mode", "day"]
    vans = classes.fleet.with_row_index("van")
    van = flow.sends.select(keys).join(vans, on=keys, how="left", maintain_order="left")["van"]
    cls_item = _codes(classes.classes["item"], codes)
    out_cls, out_pool = flow.serves["cls"].to_numpy(), flow.serves["pool"].to_numpy()
    need = classes.classes["quantity"].to_numpy().astype(np.float64)
    cells, units, first = _cells(classes, goals)
    nook = _nooks(classes, flow, cells, len(units))
    asked = np.bincount(out_pool, need[out_cls], flow.pools.height)
    return Layout(
        group=flow.sends["group"].to_numpy(), van=van.cast(pl.Int64).to_numpy(),
        pool=flow.sends["pool"].to_numpy(), item=_codes(flow.sends["item"], codes),
        grams=flow.sends["weight_g"].to_numpy(), millilitres=flow.sends["volume_ml"].to_numpy(),
        out_pool=out_pool, out_cls=out_cls, out_item=cls_item[out_cls], out_cells=cells[out_cls],
        pool_units=np.maximum(asked, 1.0), need=need, cell_units=units, cell_first=first,
        stock=np.maximum(classes.groups["quantity"].to_numpy(), 1).astype(np.float64),
        kg=np.maximum(classes.fleet["grams"].to_numpy(), 1) / 1000.0,
        litres=np.maximum(classes.fleet["millilitres"].to_numpy(), 1) / 1000.0,
        nook=nook, nooks=int(nook.max(initial=-1)) + 1, items=len(codes),
    )  # fmt: skip


def _codes(names: pl.Series, codes: dict[str, int]) -> Ints:
    return np.asarray(names.replace_strict(codes, return_dtype=pl.Int64).to_numpy())


def _cells(classes: Classes, goals: list[Fairness]) -> tuple[Ints, Floats, list[int]]:
    """Return (class → its two cells), units by cell, and each goal's first cell."""
    cells = np.full((classes.classes.height, 2), -1, dtype=np.int64)
    first, units, count = [], [np.zeros(0)], 0
    for goal in goals:
        first.append(count)
        cells[goal.cls, 0 if goal.number == 1 else 1] = goal.cell + count
        units.append(goal.cell_units)
        count += len(goal.cell_units)
    return cells, np.concatenate(units), first


def _nooks(classes: Classes, flow: Flow, cells: Ints, count: int) -> Ints:
    """Return each local row's nook: (zone, item), and the day too if all is due daily."""
    table = classes.classes.select("zone", "item", "daily", "day")
    pools = flow.pools.select("zone", "item", "daily", pl.col("slot").alias("day"))
    all_daily = pl.col("daily").all().over("zone", "item")
    key = pl.struct(
        "zone", "item", pl.when(all_daily).then("day").otherwise(pl.lit(-2, dtype=pl.Int64))
    )
    both = pl.concat([pools, table]).select((key.rank("dense") - 1).cast(pl.Int64))
    nook = both.to_series().to_numpy()
    of_cell = np.zeros(count, dtype=np.int64)
    mine = nook[flow.pools.height :]
    for k in (0, 1):
        has = cells[:, k] >= 0
        of_cell[cells[has, k]] = mine[has]
    return np.concatenate([nook, of_cell])
