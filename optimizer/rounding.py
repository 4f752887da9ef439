"""Whole units from a fractional plan: floors first, then what still fits, never past a rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from heapq import heapify, heappop, heappush

import numpy as np
import numpy.typing as npt
import polars as pl

from optimizer.classes import Classes
from optimizer.floors import mend
from optimizer.flow import Flow
from optimizer.ledger import Ledger, Reach, Whole, drawn, fill, whole
from optimizer.minimum import kept

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
    send, serve, amount = paths(flow, sends, serves)
    ledger = Ledger(classes, flow)
    take, step = ledger.take[serve], ledger.step[serve]
    portions = np.floor(amount / take + EPSILON).astype(np.int64)
    portions = _dealt(ledger, serve, portions)
    floors = whole(flow, send, serve, portions)
    ledger.book(floors)
    floors = _back(ledger, floors)
    many = classes.classes.height
    wanted = _wanted(ledger, serve, amount * step / take, many)
    lost = wanted - floors.served(many)
    rank = classes.classes.select(
        (~pl.col("survival")).alias("rest"), "tier", (-pl.col("weight")).alias("light"), "cls"
    )
    reach = _reach(flow)
    kits = _kits_back(ledger, send, serve, amount - portions * take)
    lost = lost - kits.served(many)
    least = raise_least(classes, ledger, reach, wanted)
    lost = lost - least.served(many)
    order = _order(rank, np.round(-lost, 6))
    more = fill(ledger, reach, order, np.ceil(lost - EPSILON).astype(np.int64))
    ranked = rank.sort("rest", "tier", "light", "cls")["cls"].to_list()
    rest = fill(ledger, reach, ranked if full else [], None)
    made, ways = kept(classes, ledger, reach, _merged([floors, kits, least, more, rest]), ranked)
    if classes.floors.height:
        made = mend(classes, ledger, ways, _merged([made]), ranked)
    return _merged([made]), ledger


def _wanted(ledger: Ledger, serve: Ints, covers: Floats, many: int) -> Floats:
    """Return the units by class that the fractional plan meets."""
    met = np.bincount(ledger.cls[serve], weights=covers, minlength=many).astype(np.float64)
    for k in [k for k, s in enumerate(serve.tolist()) if s in ledger.mates]:
        for _, cls, units in ledger.mates[int(serve[k])]:
            met[cls] += covers[k] / ledger.step[serve[k]] * units
    return met


def _dealt(ledger: Ledger, serve: Ints, portions: Ints) -> Ints:
    """Return the portions with kits in whole households: what fits none stays in the warehouse."""
    if not ledger.mates:
        return portions
    return np.array(
        [ledger.deal(s, n) if s in ledger.mates and n else n
         for s, n in zip(serve.tolist(), portions.tolist(), strict=True)],
        dtype=np.int64,
    )  # fmt: skip


def _kits_back(ledger: Ledger, send: Ints, serve: Ints, rest: Floats) -> Whole:
    """Give kits back that rounding took, the largest remainder first, before loose goods."""
    mine = [k for k, s in enumerate(serve.tolist()) if s in ledger.mates and rest[k] > EPSILON]
    given = []
    for k in sorted(mine, key=lambda k: (-round(float(rest[k]), 6), k)):
        pair = int(send[k]), int(serve[k])
        some = min(int(np.ceil(rest[k] - EPSILON)), ledger.room(*pair))
        if some:
            ledger.move(*pair, some)
            given.append((*pair, some))
    table = np.array(given, dtype=np.int64).reshape(-1, 3)
    return whole(ledger.flow, table[:, 0], table[:, 1], table[:, 2])


def raise_least(classes: Classes, ledger: Ledger, reach: Reach, wanted: Floats) -> Whole:
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
        part = next((w for c in behind if len((w := _one(ledger, reach, c)).units)), None)
        if part is None:
            continue
        given.append(part)
        if served(cell) < share[cell] - EPSILON:
            heappush(heap, (served(cell) / units[cell], cell))
    return _merged(given)


def _one(ledger: Ledger, reach: Reach, cls: int) -> Whole:
    """Give the class one unit, or one whole step of a substitute if no unit can come."""
    unit = fill(ledger, reach, [cls], 1)
    if len(unit.units):
        return unit
    steps = {int(ledger.step[serve]) for _, serve in reach.get(cls, ())}
    return fill(ledger, reach, [cls], max(steps, default=1))


def spare_units(classes: Classes, flow: Flow, left: Ledger) -> tuple[Whole, Ledger]:
    """Return what unused stock could still serve, and what would be left of everything then."""
    ledger = deepcopy(left)
    rank = classes.classes.select(
        "cls", (~pl.col("survival")).alias("rest"), "tier", (-pl.col("weight")).alias("light")
    ).sort("rest", "tier", "light", "cls")
    return fill(ledger, _reach(flow), rank["cls"].to_list(), None), ledger


def request_units(classes: Classes, flow: Flow, firm: Ledger) -> tuple[Whole, Ledger]:
    """Propose units of lots that are not commanded, on what firm lines leave unmet.

    They fit the fleet that firm lines leave, so that accepting all of them stays possible.
    """
    ledger = Ledger(classes, flow)
    ledger.van_g, ledger.van_ml = firm.van_g.copy(), firm.van_ml.copy()
    ledger.need, ledger.swappable = firm.need.copy(), _steps_left(classes, firm)
    ledger.limits = firm.limits.copy()
    rank = classes.classes.select(
        "cls", (~pl.col("survival")).alias("rest"), "tier", (-pl.col("weight")).alias("light")
    ).sort("rest", "tier", "light", "cls")
    order, reach = rank["cls"].to_list(), _reach(flow)
    asked = fill(ledger, reach, order, None)
    return _merged([kept(classes, ledger, reach, asked, order)[0]]), ledger


def _steps_left(classes: Classes, firm: Ledger) -> Ints:
    """Return what whole steps surely still fit, however firm units fell on the households.

    Of a class's households each may be left with a part of a step that no substitute can fill.
    """
    table = classes.classes.join(
        classes.swaps.select(item="need_item", step="step").unique(), on="item", how="left",
        maintain_order="left",
    )  # fmt: skip
    step = table["step"].fill_null(1).to_numpy()
    whole_steps = np.maximum(firm.need - table["rows"].to_numpy() * (step - 1), 0)
    return np.asarray(np.minimum(firm.swappable, whole_steps // step * step))


def paths(flow: Flow, sends: Floats, serves: Floats) -> tuple[Ints, Ints, Floats]:
    """Split pools into paths (send, serve, units sent): early arrivals to the first classes.

    Both sides of a pool are laid end to end; each piece between two cuts is one path.
    """
    pool_in, pool_out = flow.sends["pool"].to_numpy(), flow.serves["pool"].to_numpy()
    pools = flow.pools.height
    each = flow.serves["take"].to_numpy() / flow.serves["step"].to_numpy()
    into = np.where(sends > DUST, sends, 0.0) * flow.sends["scale"].to_numpy()
    out = np.where(serves > DUST, serves, 0.0) * each
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
    return send[good], taker[good], length[good]


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


def _back(ledger: Ledger, given: Whole) -> Whole:
    """Give back the units by which a solver's tolerance overdrew a limit (rarely any)."""
    if not ledger.broken:
        return given
    drew, served, units = drawn(given)
    portions = units // ledger.take[served]
    for k in np.argsort(-portions, kind="stable").tolist():
        if not portions[k]:
            break
        send, serve = int(drew[k]), int(served[k])
        while portions[k] and ledger.overdrawn(send, serve):
            ledger.move(send, serve, -1)
            portions[k] -= 1
    return whole(ledger.flow, drew, served, portions)


class _Ways(Mapping[int, Sequence[tuple[int, int]]]):
    """A `Reach` in arrays: a million pairs of numbers as tuples would take 150 bytes each."""

    def __init__(self, cls: Ints, send: Ints, serve: Ints) -> None:
        """Take the pairs, sorted by class."""
        self._send, self._serve = send.astype(np.int32), serve.astype(np.int32)
        some, first = np.unique(cls, return_index=True)
        ends = np.append(first, len(cls))[1:]
        self._span = dict(
            zip(some.tolist(), zip(first.tolist(), ends.tolist(), strict=True), strict=True)
        )

    def __getitem__(self, cls: int) -> Sequence[tuple[int, int]]:
        span = slice(*self._span[cls])
        return list(zip(self._send[span].tolist(), self._serve[span].tolist(), strict=True))

    def __iter__(self) -> Iterator[int]:
        return iter(self._span)

    def __len__(self) -> int:
        return len(self._span)


def _reach(flow: Flow) -> Reach:
    """Return what reaches each class: the goods owed before any substitute, earliest and nearest."""
    serves = flow.serves.with_row_index("serve")
    table = (
        flow.sends.with_row_index("send")
        .select("send", "pool", "day", "minutes")
        .join(
            serves.filter(pl.col("take") > 0).select(
                "pool", "cls", "serve", other=pl.col("swap") != ""
            ),
            on="pool",
        )
        .sort("cls", "other", "day", "minutes", "send", "serve")
    )
    return _Ways(*(table[name].to_numpy() for name in ("cls", "send", "serve")))


def _order(rank: pl.DataFrame, remainder: Floats) -> list[int]:
    table = rank.with_columns(pl.Series("remainder", remainder))
    return table.sort("rest", "tier", "remainder", "light", "cls")["cls"].to_list()


def _merged(parts: list[Whole]) -> Whole:
    """Return one row a (send, serve), positive units only, sorted."""
    names = ("send", "cls", "units", "serve", "covers")
    table = pl.DataFrame(
        {name: np.concatenate([_NONE, *(getattr(part, name) for part in parts)]) for name in names}
    )
    summed = (
        table.filter(pl.col("covers") > 0)
        .group_by("send", "serve", "cls")
        .agg(pl.col("units", "covers").sum())
        .sort("cls", "send", "serve")
    )
    return Whole(*(summed[name].to_numpy() for name in names))
