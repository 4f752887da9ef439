"""The class program cut by block: an item, or items tied by substitution.

Blocks meet only in the fleet, the goal rows and the common level.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from optimizer.blocks.layout import Layout, Portion
from optimizer.blocks.prices import Aim, Floors
from optimizer.blocks.system import GoalRow

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Share:
    """One block's rows and columns by their numbers in the whole, and its own layout.

    The fleet's rows are everybody's, under the same numbers in every share.
    """

    lay: Layout
    active: Ints  # the first columns, numbered within the share
    sends: Ints
    serves: Ints
    classes: Ints
    cells: Ints


@dataclass(frozen=True)
class Given:
    """What a part is made from."""

    lay: Layout
    active: Ints


@dataclass(frozen=True)
class Task:
    """One block's part of a program: what is maximised, floors, goal rows (their tops are central)."""

    sends: Floats  # of the aim
    serves: Floats
    floors: Floors
    goals: list[GoalRow]
    rising: Ints  # cells of the concave program, within the share; none in a linear one
    worth: Floats  # of each


def shares(lay: Layout, active: Ints) -> list[Share]:
    """Return every block's share of the layout."""
    of_part = np.zeros(int(lay.part.max(initial=0)) + 1, dtype=np.int64)
    of_part[lay.part[: len(lay.pool_units)]] = lay.block[lay.pool_item]
    group = np.zeros(len(lay.stock), dtype=np.int64)
    group[lay.group] = lay.block[lay.item]
    blocks = np.unique(lay.block).tolist()
    return [_share(lay, active, k, of_part[lay.part], group) for k in blocks]


def _share(lay: Layout, active: Ints, k: int, row: Ints, group: Ints) -> Share:
    """Return one block's share; ``row`` and ``group`` tell each local row's and lot group's block."""
    ends = [0, len(lay.pool_units), lay.first_cell, lay.first_cap, lay.local]
    kinds = [row[low:high] for low, high in pairwise(ends)]
    pools, classes, cells, caps = (np.flatnonzero(kind == k) for kind in kinds)
    to_pool, to_cls, to_cell, to_cap = (_numbers(kind, k) for kind in kinds)
    rows, groups = np.flatnonzero(row == k), np.flatnonzero(group == k)
    items, to_item = np.flatnonzero(lay.block == k), _numbers(lay.block, k)
    sends = np.flatnonzero(lay.block[lay.item] == k)
    serves = np.flatnonzero(lay.block[lay.out_item] == k)
    nooks, nook = np.unique(lay.nook[rows], return_inverse=True)
    own, portion = sends, lay.portion
    made = replace(
        lay, group=_numbers(group, k)[lay.group[own]], van=lay.van[own],
        pool=to_pool[lay.pool[own]], item=to_item[lay.item[own]], grams=lay.grams[own],
        millilitres=lay.millilitres[own], out_pool=to_pool[lay.out_pool[serves]],
        out_cls=to_cls[lay.out_cls[serves]], out_item=to_item[lay.out_item[serves]],
        out_draw=lay.out_draw[serves], out_cells=_renumbered(lay.out_cells[serves], to_cell),
        out_caps=_renumbered(lay.out_caps[serves], to_cap),
        portion=Portion(portion.take[serves], portion.step[serves], portion.swap[serves],
                        portion.scale[items]),
        pool_units=lay.pool_units[pools], pool_item=to_item[lay.pool_item[pools]],
        need=lay.need[classes], cell_units=lay.cell_units[cells], cell_first=[len(cells)],
        cap_units=lay.cap_units[caps], stock=lay.stock[groups], nook=nook, nooks=len(nooks),
        part=np.unique(lay.part[rows], return_inverse=True)[1], hub=lay.hub[rows],
        items=len(items), block=np.zeros(len(items), dtype=np.int64),
    )  # fmt: skip
    first = np.searchsorted(sends, np.intersect1d(sends, active))
    return Share(made, first, sends, serves, classes, cells)


def _numbers(of: Ints, k: int) -> Ints:
    """Return each row's number among those of the k-th block (-1: not its)."""
    mine = of == k
    return np.where(mine, np.cumsum(mine) - 1, -1)


def _renumbered(places: Ints, to: Ints) -> Ints:
    return np.where(places >= 0, to[places] if len(to) else places, -1)


def task(
    share: Share, aim: Aim, floors: Floors, goals: list[GoalRow], rising: Ints, worth: Floats
) -> Task:
    """Return a share's part of a program."""
    mine = np.isin(rising, share.cells)
    return Task(
        sends=aim.sends[share.sends],
        serves=aim.serves[share.serves],
        floors=Floors(floors.open[share.cells], floors.least[share.cells], floors.give),
        goals=[
            GoalRow(row.sends[share.sends], row.serves[share.serves], 0.0, row.scale)
            for row in goals
        ],
        rising=np.searchsorted(share.cells, rising[mine]),
        worth=worth[mine],
    )
