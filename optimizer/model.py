"""The class matrix: stock, fleet, pools, needs and the cells of the fairness goals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from optimizer.classes import Classes
from optimizer.engines.simplex import INF, Program
from optimizer.flow import Flow
from optimizer.goals import Fairness

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Matrix:
    """A program and where its columns and rows lie."""

    program: Program
    sends: int  # columns 0 .. sends-1 are flow.sends, then flow.serves
    serves: int
    cls: Ints  # class of each column of serves
    level: int  # column of the common level z
    cover: list[Ints]  # by fairness goal: the coverage column of each group
    link: list[Ints]  # by fairness goal: the row "coverage of the group >= z"

    def served(self, values: Floats, classes: int) -> Floats:
        """Return the units that each class gets."""
        part = values[self.sends : self.sends + self.serves]
        return np.bincount(self.cls, weights=part, minlength=classes).astype(np.float64)


class _Rows:
    """Collects triplets and bounds."""

    def __init__(self) -> None:
        self.row: list[Ints] = []
        self.column: list[Ints] = []
        self.value: list[Floats] = []
        self.low: list[Floats] = []
        self.high: list[Floats] = []
        self.count = 0

    def add(self, low: Floats, high: Floats) -> int:
        """Open ``len(low)`` rows and return the first's number."""
        first = self.count
        self.low.append(low)
        self.high.append(high)
        self.count += len(low)
        return first

    def put(self, row: Ints, column: Ints, value: Floats) -> None:
        self.row.append(row)
        self.column.append(column)
        self.value.append(value)


def build(classes: Classes, flow: Flow, goals: list[Fairness]) -> Matrix:
    """Return the matrix of the flow with the cells of the fairness goals."""
    rows = _Rows()
    sends, serves = flow.sends.height, flow.serves.height
    cls = flow.serves["cls"].to_numpy()
    _stock(rows, classes, flow)
    _fleet(rows, classes, flow)
    _pools(rows, flow)
    needed = classes.classes["quantity"].to_numpy().astype(np.float64)
    first = rows.add(np.full(len(needed), -INF), needed)
    rows.put(first + cls, sends + np.arange(serves), np.ones(serves))
    if classes.swaps.height:
        _swaps(rows, classes, flow)
    if classes.kits.height:
        _kits(rows, classes, flow)
    level = sends + serves
    tops = [np.full(level, INF), np.ones(1)]
    cover, link, column = [], [], level + 1
    for goal in goals:
        cover.append(column + np.arange(goal.groups))
        link.append(_cells(rows, goal, cls, sends, level, cover[-1]))
        tops.append(np.ones(goal.groups))
        column += goal.groups
    program = Program(
        column, np.concatenate(tops), np.concatenate(rows.low), np.concatenate(rows.high),
        np.concatenate(rows.row), np.concatenate(rows.column), np.concatenate(rows.value),
    )  # fmt: skip
    return Matrix(program, sends, serves, cls, level, cover, link)


def _stock(rows: _Rows, classes: Classes, flow: Flow) -> None:
    units = classes.groups["quantity"].to_numpy().astype(np.float64)
    group, scale = flow.sends["group"].to_numpy(), flow.sends["scale"].to_numpy()
    each = np.ones(len(units))
    each[group] = scale  # a group has one item, so one scale
    first = rows.add(np.full(len(units), -INF), units / each)
    rows.put(first + group, np.arange(len(group)), np.ones(len(group)))


def _fleet(rows: _Rows, classes: Classes, flow: Flow) -> None:
    """Two rows by warehouse, mode and day, in kg and litres."""
    fleet = classes.fleet.with_row_index("van")
    keys = ["warehouse", "mode", "day"]
    van = flow.sends.join(fleet, on=keys, how="left", maintain_order="left")["van"]
    columns = np.arange(flow.sends.height)
    for capacity, unit in (("grams", "weight_g"), ("millilitres", "volume_ml")):
        top = fleet[capacity].to_numpy() / 1000.0
        first = rows.add(np.full(len(top), -INF), top)
        load = flow.sends[unit].to_numpy() / 1000.0
        rows.put(first + van.cast(pl.Int64).to_numpy(), columns, load)


def _pools(rows: _Rows, flow: Flow) -> None:
    zero = np.zeros(flow.pools.height)
    first = rows.add(zero, zero)
    sends = flow.sends.height
    rows.put(first + flow.sends["pool"].to_numpy(), np.arange(sends), np.ones(sends))
    draws = np.flatnonzero(flow.serves["take"].to_numpy())  # of a kit's serves one draws it
    pool = flow.serves["pool"].to_numpy()[draws]
    rows.put(first + pool, sends + draws, -rates(flow)[draws])


def rates(flow: Flow) -> Floats:
    """Return what one unit of a need draws from its pool, in the solver's units of its item."""
    scale = flow.pools["scale"].to_numpy()[flow.serves["pool"].to_numpy()]
    drawn = flow.serves["take"].to_numpy() / flow.serves["step"].to_numpy()
    return np.asarray(drawn / scale)


def _swaps(rows: _Rows, classes: Classes, flow: Flow) -> None:
    """Bound what substitutes meet: whole steps of each household, and each rule's own limit."""
    table = flow.serves.select("cls", "limit", "swap").with_columns(
        column=flow.sends.height + pl.int_range(pl.len(), dtype=pl.Int64)
    )
    mine = table.filter((pl.col("swap") != "") & (flow.serves["bundle"] < 0))
    tops = {
        "cls": classes.classes["swappable"].to_numpy(), "limit": classes.limits["units"].to_numpy()
    }  # fmt: skip
    for key, top in tops.items():
        some = mine.filter(pl.col(key) >= 0)
        which, place = np.unique(some[key].to_numpy(), return_inverse=True)
        first = rows.add(np.full(len(which), -INF), top[which].astype(np.float64))
        rows.put(first + place, some["column"].to_numpy(), np.ones(some.height))


def _kits(rows: _Rows, classes: Classes, flow: Flow) -> None:
    """Tie what a kit meets together, and let it fit whole into as many needs as hold it whole."""
    table = flow.serves.select("cls", "swap", "step", "part", "bundle").with_columns(
        column=flow.sends.height + pl.int_range(pl.len(), dtype=pl.Int64)
    )
    mine = table.filter(pl.col("bundle") >= 0)
    draws = mine.filter(pl.col("part") == 0).select("bundle", lead="column", lead_step="step")
    ties = mine.filter(pl.col("part") > 0).join(draws, on="bundle", maintain_order="left")
    zero = np.zeros(ties.height)
    which = rows.add(zero, zero) + np.arange(ties.height)
    rows.put(which, ties["column"].to_numpy(), 1.0 / ties["step"].to_numpy())
    rows.put(which, ties["lead"].to_numpy(), -1.0 / ties["lead_step"].to_numpy())
    each = classes.classes.select("cls", "rows", each=pl.col("quantity") // pl.col("rows"))
    rest = mine.join(each, on="cls", maintain_order="left").filter(
        pl.col("each") % pl.col("step") > 0
    )
    tops = rest.select(
        "cls", "swap", top=pl.col("rows") * (pl.col("each") // pl.col("step") * pl.col("step"))
    )
    keyed = tops.with_columns(place=pl.struct("cls", "swap").rank("dense").cast(pl.Int64) - 1)
    unique = keyed.unique("place").sort("place")
    first = rows.add(np.full(unique.height, -INF), unique["top"].to_numpy().astype(np.float64))
    rows.put(first + keyed["place"].to_numpy(), rest["column"].to_numpy(), np.ones(rest.height))


def _cells(rows: _Rows, goal: Fairness, cls: Ints, sends: int, level: int, cover: Ints) -> Ints:
    """Add "units of the cell >= units needed x coverage" and "coverage >= z" (off)."""
    cell_of = np.full(int(max(cls.max(initial=0), goal.cls.max())) + 1, -1)
    cell_of[goal.cls] = goal.cell
    cells = len(goal.cell_units)
    first = rows.add(np.zeros(cells), np.full(cells, INF))
    mine = np.flatnonzero(cell_of[cls] >= 0)
    rows.put(first + cell_of[cls[mine]], sends + mine, np.ones(len(mine)))
    rows.put(first + np.arange(cells), cover[goal.cell_group], -goal.cell_units)
    link = rows.add(np.full(goal.groups, -INF), np.full(goal.groups, INF))
    which = link + np.arange(goal.groups)
    rows.put(which, cover, np.ones(goal.groups))
    rows.put(which, np.full(goal.groups, level), -np.ones(goal.groups))
    return which
