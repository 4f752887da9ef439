"""The class program in arrays: who draws on which rows, and in which nook each local row lies.

Rows are scaled by what they limit (stock, capacity, units needed) and columns by the item's typical
pool, so that every figure is near 1. Coupling rows are lot groups' stock and the fleet's kilograms
and litres. All others are local: pools, needs, cells, and the caps on substitutes. Local rows that
serves connect make a *part*. Within it, pools that substitutes come from, the rules' shares of a
township and equity floors are *hub* rows; what is left of the part falls into *nooks*, mostly one
(zone, item) or one (zone, item, day). Without substitutes and floors there are no hub rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from optimizer.classes import Classes
from optimizer.floors import members
from optimizer.flow import Flow
from optimizer.goals import Fairness
from optimizer.model import rates

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """Columns: sends, then serves. Local rows: pools, needs of classes, cells, caps."""

    group: Ints  # by send: lot group
    van: Ints  # by send: fleet row
    pool: Ints  # by send
    item: Ints  # by send
    grams: Ints  # by send, of one unit
    millilitres: Ints  # by send, of one unit
    out_pool: Ints  # by serve
    out_cls: Ints  # by serve
    out_item: Ints  # by serve: item of the need
    out_draw: Floats  # by serve: solver's units drawn from the pool for one unit of the need
    out_cells: Ints  # (serves, 2 and more): survival cell, tier cell, equity floors; -1 if none
    out_caps: Ints  # (serves, 2): whole steps of the class, the rule's share; -1 if none
    portion: Portion
    pool_units: Floats  # by pool: units that its classes need
    pool_item: Ints  # by pool
    need: Floats  # by class
    cell_units: Floats  # by cell, all goals after each other, then the equity floors
    cell_first: list[int]  # by goal: its first cell; last, the first equity floor's
    cap_units: Floats  # by cap
    stock: Floats  # by lot group, in the solver's units
    kg: Floats  # by fleet row
    litres: Floats  # by fleet row
    nook: Ints  # by local row; a hub row is one by itself
    nooks: int
    part: Ints  # by local row
    hub: npt.NDArray[np.bool_]  # by local row
    items: int
    block: Ints  # by item

    @property
    def local(self) -> int:
        """Return the number of local rows."""
        return len(self.nook)

    @property
    def coupling(self) -> int:
        """Return the number of coupling rows."""
        return len(self.stock) + 2 * len(self.kg)

    @property
    def first_cell(self) -> int:
        """Return the local row of the first cell."""
        return len(self.pool_units) + len(self.need)

    @property
    def first_cap(self) -> int:
        """Return the local row of the first cap."""
        return self.first_cell + len(self.cell_units)

    @property
    def floors(self) -> Ints:
        """Return the cells of the equity floors."""
        return np.arange(self.cell_first[-1], len(self.cell_units))


@dataclass(frozen=True)
class Portion:
    """In what whole amounts a serve gives: ``take`` units of its pool's item meet ``step``."""

    take: Ints
    step: Ints
    swap: Ints  # code of the substitution rule, -1 for the goods owed
    scale: Ints  # by item: units of it that the solver counts as one


def layout(classes: Classes, flow: Flow, goals: list[Fairness]) -> Layout:
    """Return the arrays of the flow with the cells of the fairness goals."""
    names = pl.concat([classes.classes["item"], flow.pools["item"]]).unique().sort().to_list()
    codes = {item: k for k, item in enumerate(names)}
    keys = ["warehouse", "mode", "day"]
    vans = classes.fleet.with_row_index("van")
    van = flow.sends.select(keys).join(vans, on=keys, how="left", maintain_order="left")["van"]
    cls_item, pool_item = _codes(classes.classes["item"], codes), _codes(flow.pools["item"], codes)
    out_cls, out_pool = _ints(flow.serves["cls"]), _ints(flow.serves["pool"])
    need = classes.classes["quantity"].to_numpy().astype(np.float64)
    cells, units, first = _cells(classes, goals)
    caps, cap_units = _caps(classes, flow)
    draw, portion = rates(flow), _portion(flow, pool_item, len(codes))
    pools = flow.pools.height
    rows = [out_pool, pools + out_cls, *_shifted(cells[out_cls], pools + len(need)),
            *_shifted(caps, pools + len(need) + len(units))]  # fmt: skip
    local = pools + len(need) + len(units) + len(cap_units)
    hub = _hubs(local, out_pool[portion.swap >= 0], pools + len(need), first[-1], len(units), caps)
    part, nook = connected(rows, local), connected([_masked(r, hub) for r in rows], local)
    scale = portion.scale[_group_items(classes, codes)]
    return Layout(
        group=_ints(flow.sends["group"]), van=_ints(van), pool=_ints(flow.sends["pool"]),
        item=_codes(flow.sends["item"], codes),
        grams=_ints(flow.sends["weight_g"]), millilitres=_ints(flow.sends["volume_ml"]),
        out_pool=out_pool, out_cls=out_cls, out_item=cls_item[out_cls], out_draw=draw,
        out_cells=cells[out_cls], out_caps=caps, portion=portion,
        pool_units=np.maximum(np.bincount(out_pool, need[out_cls] * draw, pools), 1.0),
        pool_item=pool_item, need=need, cell_units=units, cell_first=first, cap_units=cap_units,
        stock=np.maximum(classes.groups["quantity"].to_numpy(), 1) / scale,
        kg=np.maximum(classes.fleet["grams"].to_numpy(), 1) / 1000.0,
        litres=np.maximum(classes.fleet["millilitres"].to_numpy(), 1) / 1000.0,
        nook=nook, nooks=int(nook.max(initial=-1)) + 1, part=part, hub=hub, items=len(codes),
        block=_blocks(part, pool_item, cls_item, len(codes)),
    )  # fmt: skip


def _ints(column: pl.Series) -> Ints:
    return np.asarray(column.cast(pl.Int64).to_numpy())


def _codes(names: pl.Series, codes: dict[str, int]) -> Ints:
    return np.asarray(names.replace_strict(codes, return_dtype=pl.Int64).to_numpy(), dtype=np.int64)


def _group_items(classes: Classes, codes: dict[str, int]) -> Ints:
    """Return each lot group's item; goods that nobody is owed count as the first."""
    names = classes.groups["item"]
    return np.asarray(names.replace_strict(codes, default=0, return_dtype=pl.Int64).to_numpy())


def _portion(flow: Flow, pool_item: Ints, items: int) -> Portion:
    swaps = flow.serves["swap"]
    codes = {"": -1} | {name: k for k, name in enumerate(sorted(set(swaps.to_list()) - {""}))}
    scale = np.ones(items, dtype=np.int64)
    scale[pool_item] = _ints(flow.pools["scale"])
    return Portion(_ints(flow.serves["take"]), _ints(flow.serves["step"]),
                   _codes(swaps, codes), scale)  # fmt: skip


def _shifted(places: Ints, first: int) -> list[Ints]:
    """Return the columns of ``places`` as rows that begin at ``first``; none stays -1."""
    return [np.where(column >= 0, first + column, -1) for column in places.T]


def _masked(row: Ints, hub: npt.NDArray[np.bool_]) -> Ints:
    return np.where((row >= 0) & ~hub[row], row, -1)


def _cells(classes: Classes, goals: list[Fairness]) -> tuple[Ints, Floats, list[int]]:
    """Return (class → its cells), units by cell, each goal's first cell and the floors' first."""
    groups = members(classes)
    floors = _stacked(groups, classes.classes.height)
    cells = np.full((classes.classes.height, 2), -1, dtype=np.int64)
    first, units, count = [], [np.zeros(0)], 0
    for goal in goals:
        first.append(count)
        cells[goal.cls, 0 if goal.number == 1 else 1] = goal.cell + count
        units.append(goal.cell_units)
        count += len(goal.cell_units)
    if groups:
        units.append(classes.floors["target"].to_numpy().astype(np.float64))
    both = np.hstack([cells, np.where(floors >= 0, floors + count, -1)])
    return both, np.concatenate(units), [*first, count]


def _stacked(groups: list[Ints], count: int) -> Ints:
    """Return by class the numbers of the groups that it is in, padded with -1."""
    if not groups:
        return np.zeros((count, 0), dtype=np.int64)
    cls = np.concatenate(groups).astype(np.int64)
    number = np.repeat(np.arange(len(groups)), [len(g) for g in groups])
    order = np.argsort(cls, kind="stable")
    cls, number = cls[order], number[order]
    place = np.arange(len(cls)) - np.searchsorted(cls, cls)
    found = np.full((count, int(place.max(initial=-1)) + 1), -1, dtype=np.int64)
    found[cls, place] = number
    return found


def _caps(classes: Classes, flow: Flow) -> tuple[Ints, Floats]:
    """Return (serve → its caps) and their units: whole steps by class, then the rules' shares."""
    swap = (flow.serves["swap"] != "").to_numpy()
    cls, limit = _ints(flow.serves["cls"]), _ints(flow.serves["limit"])
    some, at = np.unique(cls[swap], return_inverse=True)
    rules, rule_at = np.unique(limit[limit >= 0], return_inverse=True)
    caps = np.full((len(cls), 2), -1, dtype=np.int64)
    caps[swap, 0] = at
    caps[limit >= 0, 1] = len(some) + rule_at
    tops = classes.classes["swappable"].to_numpy()[some], classes.limits["units"].to_numpy()[rules]
    return caps, np.concatenate(tops).astype(np.float64)


def _hubs(
    local: int, pools: Ints, first_cell: int, floor: int, cells: int, caps: Ints
) -> npt.NDArray[np.bool_]:
    """Return which local rows are hubs: substitutes' pools, equity floors, the rules' shares."""
    hub = np.zeros(local, dtype=np.bool_)
    hub[pools] = True
    hub[first_cell + floor : first_cell + cells] = True
    shares = caps[caps[:, 1] >= 0, 1]
    hub[first_cell + cells + shares] = True
    return hub


def connected(rows: list[Ints], count: int) -> Ints:
    """Return the component of each of ``count`` rows, where a column joins all the rows it has.

    ``rows`` has one array a place, by column; -1 is no row. Components are numbered from 0.
    """
    label = np.arange(count)
    while True:
        least = np.full(len(rows[0]), count)
        for row in rows:
            least = np.where(row >= 0, np.minimum(least, label[row]), least)
        new = label.copy()
        for row in rows:
            has = row >= 0
            np.minimum.at(new, row[has], least[has])
        new = new[new]
        if (new == label).all():
            return np.unique(label, return_inverse=True)[1].astype(np.int64)
        label = new


def _blocks(part: Ints, pool_item: Ints, cls_item: Ints, items: int) -> Ints:
    """Return each item's block: items that a part of the local rows holds together are one."""
    item = np.concatenate([pool_item, cls_item])
    part = part[: len(item)]
    pairs = np.unique(np.stack([part, item], axis=1), axis=0)
    head = np.searchsorted(pairs[:, 0], pairs[:, 0])
    return connected([pairs[:, 1], pairs[head, 1]], items)
