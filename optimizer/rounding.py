"""Whole units from a fractional plan: floors first, then what still fits, never past a rule."""

from __future__ import annotations

from copy import deepcopy
from heapq import heapify, heappop, heappush

import numpy as np
import numpy.typing as npt
import polars as pl

from optimizer.classes import Classes
from optimizer.flow import Flow
from optimizer.ledger import Ledger, Whole, fill

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_NONE = np.zeros(0, dtype=np.int64)
DUST = 1e-9  # a fractional amount below this is none
EPSILON = 1e-6  # a figure this close under a whole number counts as that number


def whole_units(
    classes: Classes, flow: Flow, sends: Floats, serves: Floats, *, full: bool = True
) -> tuple[Whole, Ledger]:
    """Round a fractional plan once, and return it with what is left of everything.

    Every rule is a limit from above on units sent, so rounding each path down keeps all of them.
    Then the survival cells that rounding left furthest behind get units back, then each class the
    unit it lost, largest remainder first, and at last whatever stock still fits an unmet need: no
    remainder stays that something could serve. Without ``full`` that last step is left out: a goal
    that is better served by sending less stands above coverage.
    """
    send, cls, amount = paths(flow, sends, serves)
    ledger = Ledger(classes, flow)
    floors = Whole(send, cls, np.floor(amount + EPSILON).astype(np.int64))
    ledger.book(floors)
    floors = _back(ledger, floors)
    wanted = np.bincount(cls, weights=amount, minlength=classes.classes.height).astype(np.float64)
    lost = wanted - floors.served(classes.classes.height)
    rank = classes.classes.select(
        (~pl.col("survival")).alias("rest"), "tier", (-pl.col("weight")).alias("light"), "cls"
    )
    reach = _reach(flow, ledger)
    least = raise_least(classes, ledger, reach, wanted)
    lost = lost - least.served(classes.classes.height)
    order = _order(rank, np.round(-lost, 6))
    more = fill(ledger, reach, order, np.ceil(lost - EPSILON).astype(np.int64))
    last = rank.sort("rest", "tier", "light", "cls")["cls"].to_list() if full else []
    rest = fill(ledger, reach, last, None)
    return _merged([floors, least, more, rest]), ledger


def raise_least(
    classes: Classes, ledger: Ledger, reach: dict[int, list[int]], wanted: Floats
) -> Whole:
    """Give survival cells back the units that rounding took, one by one, the least covered first.

    A cell is (zone, basic need, item, day); it gets no more than its fractional share rounded up.
    """
    table = classes.classes.filter("survival").with_columns(
        pl.Series("wanted", wanted).gather(classes.classes.filter("survival")["cls"])
    )
    cells = table.group_by("zone", "basic", "item", "day", maintain_order=True).agg(
        "cls", pl.col("quantity").sum(), pl.col("wanted").sum()
    )
    members, units = cells["cls"].to_list(), cells["quantity"].to_list()
    share = cells["wanted"].to_list()
    left, needed = ledger.need, classes.classes["quantity"].to_numpy()

    def served(cell: int) -> int:
        return int(units[cell] - sum(int(left[c]) for c in members[cell]))

    heap = [(served(k) / units[k], k) for k in range(len(units)) if served(k) < share[k] - EPSILON]
    heapify(heap)
    given: list[Whole] = []
    while heap:
        _, cell = heappop(heap)
        behind = sorted(
            members[cell], key=lambda c: (-round(wanted[c] - needed[c] + left[c], 6), c)
        )
        part = next((w for c in behind if len((w := fill(ledger, reach, [c], 1)).units)), None)
        if part is None:
            continue
        given.append(part)
        if served(cell) < share[cell] - EPSILON:
            heappush(heap, (served(cell) / units[cell], cell))
    return _merged(given)


def spare_units(classes: Classes, flow: Flow, left: Ledger) -> tuple[Whole, Ledger]:
    """Return what unused stock could still serve, and what would be left of everything then."""
    ledger = deepcopy(left)
    rank = classes.classes.select(
        "cls", (~pl.col("survival")).alias("rest"), "tier", (-pl.col("weight")).alias("light")
    ).sort("rest", "tier", "light", "cls")
    return fill(ledger, _reach(flow, ledger), rank["cls"].to_list(), None), ledger


def request_units(classes: Classes, flow: Flow, firm: Ledger) -> tuple[Whole, Ledger]:
    """Propose units of lots that are not commanded, on what firm lines leave unmet.

    They fit the fleet that firm lines leave, so that accepting all of them stays possible.
    """
    ledger = Ledger(classes, flow)
    ledger.van_g, ledger.van_ml = firm.van_g.copy(), firm.van_ml.copy()
    ledger.need = firm.need.copy()
    rank = classes.classes.select(
        "cls", (~pl.col("survival")).alias("rest"), "tier", (-pl.col("weight")).alias("light")
    ).sort("rest", "tier", "light", "cls")
    return fill(ledger, _reach(flow, ledger), rank["cls"].to_list(), None), ledger


def paths(flow: Flow, sends: Floats, serves: Floats) -> tuple[Ints, Ints, Floats]:
    """Split pools into paths (send, class, amount): early arrivals to the first classes.

    Both sides of a pool are laid end to end; each piece between two cuts is one path.
    """
    pool_in, pool_out = flow.sends["pool"].to_numpy(), flow.serves["pool"].to_numpy()
    pools = flow.pools.height
    into = np.where(sends > DUST, sends, 0.0)
    out = np.where(serves > DUST, serves, 0.0)
    total = np.bincount(pool_in, weights=into, minlength=pools).astype(np.float64)
    asked = np.bincount(pool_out, weights=out, minlength=pools).astype(np.float64)
    kept = np.minimum(total, asked)
    into = into * _ratio(kept, total)[pool_in]
    out = out * _ratio(kept, asked)[pool_out]
    edge_in = _edges(into, pool_in, kept, pools)
    edge_out = _edges(out, pool_out, kept, pools)
    cuts = np.unique(np.concatenate([edge_in, edge_out]))
    low = np.concatenate([[0.0], cuts[:-1]])
    middle, length = (low + cuts) / 2, cuts - low
    send = np.searchsorted(edge_in, middle).clip(max=max(len(into) - 1, 0))
    taker = np.searchsorted(edge_out, middle).clip(max=max(len(out) - 1, 0))
    good = (
        (length > DUST) & (pool_in[send] == pool_out[taker])
        if len(into)
        else np.zeros(0, dtype=bool)
    )
    chosen = flow.serves["cls"].to_numpy()[taker[good]]
    return send[good], chosen, length[good]


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def _edges(amount: Floats, pool: Ints, kept: Floats, pools: int) -> Floats:
    """Return where each amount ends when pools are laid end to end (exact at pool ends)."""
    if not len(amount):
        return np.zeros(0)
    start = np.concatenate([[0.0], np.cumsum(kept)[:-1]])
    running = np.cumsum(amount)
    before = np.concatenate([[0.0], np.cumsum(np.bincount(pool, weights=amount, minlength=pools))])
    inside = np.clip(running - before[pool], 0.0, kept[pool])
    last = np.append(pool[1:] != pool[:-1], True)
    return np.asarray(start[pool] + np.where(last, kept[pool], inside))


def _back(ledger: Ledger, whole: Whole) -> Whole:
    """Give back the units by which a solver's tolerance overdrew a limit (rarely any)."""
    units = whole.units.copy()
    if not ledger.broken:
        return whole
    for k in np.argsort(-units, kind="stable").tolist():
        if not units[k]:
            break
        send, cls = int(whole.send[k]), int(whole.cls[k])
        while units[k] and ledger.overdrawn(send, cls):
            ledger.move(send, cls, -1)
            units[k] -= 1
    return Whole(whole.send, whole.cls, units)


def _reach(flow: Flow, ledger: Ledger) -> dict[int, list[int]]:
    """Return the rows of sends that still reach each unmet class, earliest and nearest first."""
    open_sends = pl.Series(ledger.open_sends)
    unmet = pl.DataFrame({"cls": np.flatnonzero(ledger.need > 0)})
    table = (
        flow.sends.select("pool", "day", "minutes")
        .with_row_index("send")
        .filter(open_sends)
        .join(flow.serves.join(unmet, on="cls", how="semi"), on="pool")
        .sort("cls", "day", "minutes", "send")
        .group_by("cls", maintain_order=True)
        .agg("send")
    )
    return dict(zip(table["cls"].to_list(), table["send"].to_list(), strict=True))


def _order(rank: pl.DataFrame, remainder: Floats) -> list[int]:
    table = rank.with_columns(pl.Series("remainder", remainder))
    return table.sort("rest", "tier", "remainder", "light", "cls")["cls"].to_list()


def _merged(parts: list[Whole]) -> Whole:
    """Return one row a (send, class), positive units only, sorted."""
    table = pl.DataFrame(
        {
            name: np.concatenate([_NONE, *(getattr(part, name) for part in parts)])
            for name in ("send", "cls", "units")
        }
    )
    table = table.filter(pl.col("units") > 0).group_by("send", "cls").agg(pl.col("units").sum())
    table = table.sort("cls", "send")
    return Whole(*(table[c].to_numpy() for c in ("send", "cls", "units")))
