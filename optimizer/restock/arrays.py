"""The problem as arrays: options by item, who may call what, and the arcs of every item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from optimizer.restock.problem import Problem, Risk
from optimizer.restock.tables import KINDS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEN = 60
"""Loss is counted in sixtieths of a fen, so that waiting minutes stay whole numbers."""


@dataclass(frozen=True)
class Options:
    """What may be held, sorted by (item, site, kind); arrays of length O."""

    site: Ints
    item: Ints
    kind: Ints
    price: Floats  # fen in the objective
    spend: Floats  # fen out of the budget
    call: Ints
    delay: Ints
    lead: Ints
    most: Floats
    litres: Floats  # of shelf space a unit takes; 0 unless physical
    today: Floats  # units held today, expired ones included

    def __len__(self) -> int:
        return len(self.site)


@dataclass(frozen=True)
class Block:
    """One item's recourse over all scenarios; R demand rows sorted by scenario, A arcs by row."""

    first: int  # options first .. last-1 are this item's
    last: int
    row_scenario: Ints
    row_township: Ints
    row_priority: Ints
    row_need: Ints
    row_short: Ints  # FEN
    arc_row: Ints
    arc_source: Ints  # scenario x options of the item + option
    arc_cost: Ints  # FEN
    arc_minutes: Ints
    by_source: Ints  # arcs in the order of arc_source

    @property
    def options(self) -> int:
        """Number of options of the item."""
        return self.last - self.first


@dataclass(frozen=True)
class Lanes:
    """Possible transfers, one a (lane, item); arrays of length Z."""

    origin: Ints  # option index of the physical stock that gives
    target: Ints
    cost: Floats  # fen a unit


@dataclass(frozen=True)
class Case:
    """A problem in arrays: W scenarios, O options, D purchase dates, S sites."""

    sites: tuple[str, ...]
    items: tuple[str, ...]
    townships: tuple[str, ...]
    scenarios: tuple[str, ...]
    dates: tuple[str, ...]
    risk: Risk
    probability: Floats  # (W,)
    budget: Floats  # (D,) cumulated fen
    capacity: Floats  # (S,) litres
    opening: Floats  # (S,) fen
    candidate: npt.NDArray[np.bool_]  # (S,)
    options: Options
    lanes: Lanes
    movable: Floats  # (O,) units that may leave
    kept: Floats  # (W, S)
    alive: Floats  # (W, O) units of today's stock that have not expired
    callable: Ints  # (W, O) purchase dates whose goods can be called, 0..D
    blocks: tuple[Block, ...]  # by item
    totals: Floats | None = None  # (items,) most units bought of each item in all, or no limit

    def position(self, buys: Floats, moves: Floats) -> Floats:
        """Return (O, D+1): units gained at each option once n purchase dates have delivered."""
        count = len(self.options)
        gain = np.zeros((count, len(self.dates) + 1))
        gain[:, 1:] = np.cumsum(buys, axis=1)
        into = np.bincount(self.lanes.target, weights=moves, minlength=count)
        out = np.bincount(self.lanes.origin, weights=moves, minlength=count)
        return gain + (into - out)[:, None]

    def reach(self) -> npt.NDArray[np.bool_]:
        """Return (W, O): whether a scenario could call a unit of the option in time."""
        reach = np.zeros((len(self.scenarios), len(self.options)), dtype=bool)
        for block in self.blocks:
            scenario, option = np.divmod(block.arc_source, max(block.options, 1))
            reach[scenario, block.first + option] = True
        return reach

    def available(self, block: Block, position: Floats) -> Floats:
        """Return (W, options of the item): units that each scenario can call."""
        part = slice(block.first, block.last)
        gained = position[np.arange(block.first, block.last), self.callable[:, part]]
        kept = self.kept[:, self.options.site[part]]
        return np.asarray(np.maximum(kept * (self.alive[:, part] + gained), 0.0))


def arrays(problem: Problem) -> Case:
    """Return the validated problem as arrays; the order of rows is no input."""
    sites = problem.sites.sort("site")
    goods = problem.goods.sort("item")
    scenarios = problem.scenarios.sort("scenario")
    dates = problem.dates.sort("buys_on")
    towns = tuple(problem.hits["township"].unique().sort().to_list())
    index = _Index(
        {s: k for k, s in enumerate(sites["site"])},
        {s: k for k, s in enumerate(goods["item"])},
        {s: k for k, s in enumerate(towns)},
        {s: k for k, s in enumerate(scenarios["scenario"])},
    )
    options = _options(problem, index, goods)
    at = {(i, s, k): n for n, (i, s, k) in enumerate(_keys(options))}
    strikes = [date.fromisoformat(d) for d in scenarios["strikes_on"]]
    alive = _alive(problem.stock, index, at, strikes)
    movable = np.where(options.kind == 0, alive.min(axis=0), 0.0)
    held = np.bincount(options.site, options.litres * options.today, len(sites))
    return Case(
        sites=tuple(index.site), items=tuple(index.item), townships=towns,
        scenarios=tuple(index.scenario), dates=tuple(dates["buys_on"]), risk=problem.risk,
        probability=scenarios["probability"].to_numpy().astype(float),
        budget=np.cumsum(dates["budget_fen"].to_numpy()).astype(float),
        capacity=np.maximum(sites["capacity_l"].to_numpy(), held).astype(float),
        opening=sites["opening_fen"].to_numpy().astype(float),
        candidate=sites["candidate"].to_numpy(), options=options,
        lanes=_lanes(problem.lanes, index, at, movable, goods), movable=movable,
        kept=_kept(problem.damage, index), alive=alive,
        callable=_callable(tuple(dates["buys_on"]), options.lead, strikes),
        blocks=_blocks(problem, index, options, goods),
    )  # fmt: skip


@dataclass(frozen=True)
class _Index:
    site: dict[str, int]
    item: dict[str, int]
    town: dict[str, int]
    scenario: dict[str, int]


def _codes(column: pl.Series, index: dict[str, int]) -> Ints:
    return column.replace_strict(index, return_dtype=pl.Int64).to_numpy().astype(np.int64)


def _keys(options: Options) -> list[tuple[int, int, int]]:
    return list(
        zip(options.item.tolist(), options.site.tolist(), options.kind.tolist(), strict=True)
    )


def _options(problem: Problem, index: _Index, goods: pl.DataFrame) -> Options:
    """Options on sale, joined by what is held today and by what a transfer may bring."""
    keys = ["item", "site", "kind"]
    held = problem.stock.group_by(keys).agg(pl.col("quantity").sum().alias("today"))
    lanes = problem.lanes.select(pl.col("target").alias("site")).unique()
    moved = held.filter(kind=KINDS[0]).select("item").unique().join(lanes, how="cross")
    every = pl.concat([
        problem.options.select(keys), held.select(keys),
        moved.with_columns(kind=pl.lit(KINDS[0])).select(keys),
    ]).unique()  # fmt: skip
    table = every.join(problem.options, on=keys, how="left").join(held, on=keys, how="left")
    number = {kind: k for k, kind in enumerate(KINDS)}
    codes = [_codes(table["item"], index.item), _codes(table["site"], index.site),
             _codes(table["kind"], number)]  # fmt: skip
    order = np.lexsort(codes[::-1])
    item, site, kind = (c[order] for c in codes)

    def column(name: str) -> Ints:
        return table[name].fill_null(0).to_numpy().astype(np.int64)[order]

    litres = goods["volume_ml"].to_numpy()[item] / 1000.0 * (kind == 0)
    unit = column("unit_fen").astype(float)
    return Options(site, item, kind, unit, unit, column("call_fen"), column("delay_min"),
                   column("lead_days"), column("most").astype(float), litres,
                   column("today").astype(float))  # fmt: skip


def _alive(
    stock: pl.DataFrame, index: _Index, at: dict[tuple[int, int, int], int], strikes: list[date]
) -> Floats:
    alive = np.zeros((len(strikes), len(at)))
    days = np.array([d.toordinal() for d in strikes])
    for row in stock.iter_rows(named=True):
        key = index.item[row["item"]], index.site[row["site"]], KINDS.index(row["kind"])
        ends = row["expires_on"]
        last = date.fromisoformat(ends).toordinal() if ends else np.iinfo(np.int64).max
        alive[days <= last, at[key]] += row["quantity"]
    return alive


def _callable(dates: tuple[str, ...], lead: Ints, strikes: list[date]) -> Ints:
    days = np.array([d.toordinal() for d in strikes])
    count = np.zeros((len(strikes), len(lead)), dtype=np.int64)
    for bought in dates:
        count += date.fromisoformat(bought).toordinal() + lead[None, :] <= days[:, None]
    return count


def _kept(damage: pl.DataFrame, index: _Index) -> Floats:
    kept = np.ones((len(index.scenario), len(index.site)))
    where = _codes(damage["scenario"], index.scenario), _codes(damage["site"], index.site)
    kept[where] = damage["kept_permille"].to_numpy() / 1000.0
    return kept


def _lanes(
    lanes: pl.DataFrame, index: _Index, at: dict[tuple[int, int, int], int], movable: Floats,
    goods: pl.DataFrame,
) -> Lanes:  # fmt: skip
    rows: list[tuple[int, int, float]] = []
    weight = goods["weight_g"].to_list()
    for origin, target, fen in lanes.sort("origin", "target").iter_rows():
        for item in range(len(weight)):
            a = at.get((item, index.site[origin], 0))
            if a is not None and movable[a] >= 1:
                rows.append((a, at[item, index.site[target], 0], fen * weight[item] / 1000.0))
    table = np.array(rows, dtype=float).reshape(-1, 3)
    return Lanes(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2])


def _blocks(
    problem: Problem, index: _Index, options: Options, goods: pl.DataFrame
) -> tuple[Block, ...]:
    travel = np.full((len(index.scenario), len(index.site), len(index.town)), -1, dtype=np.int32)
    ways = problem.ways.filter(pl.col("township").is_in(list(index.town)))
    travel[
        _codes(ways["scenario"], index.scenario), _codes(ways["site"], index.site),
        _codes(ways["township"], index.town),
    ] = ways["minutes"].to_numpy()  # fmt: skip
    hits = problem.hits.sort("scenario", "township", "priority")
    item = _codes(hits["item"], index.item)
    return tuple(
        _block(hits.filter(pl.Series(item == k)), index, options, travel, goods.row(k, named=True))
        for k in range(len(index.item))
    )


def _block(
    hits: pl.DataFrame, index: _Index, options: Options, travel: npt.NDArray[np.int32],
    good: dict[str, int],
) -> Block:  # fmt: skip
    first, last = np.searchsorted(options.item, [index.item[str(good["item"])],
                                                 index.item[str(good["item"])] + 1])  # fmt: skip
    scenario = _codes(hits["scenario"], index.scenario)
    town = _codes(hits["township"], index.town)
    short = hits["short_fen"].to_numpy() * FEN
    row, option, cost, minutes = _arcs(
        scenario, town, short, options, slice(first, last), travel, good
    )
    source = scenario[row] * (last - first) + option
    return Block(
        int(first), int(last), scenario, town, hits["priority"].to_numpy().astype(np.int64),
        hits["quantity"].to_numpy().astype(np.int64), short.astype(np.int64), row, source, cost,
        minutes, np.argsort(source, kind="stable"),
    )  # fmt: skip


def _arcs(
    scenario: Ints, town: Ints, short: Ints, options: Options, part: slice,
    travel: npt.NDArray[np.int32], good: dict[str, int],
) -> tuple[Ints, Ints, Ints, Ints]:  # fmt: skip
    """Option → demand row wherever a unit comes in time and is worth calling."""
    way = travel[scenario[:, None], options.site[part][None, :], town[:, None]].astype(np.int64)
    minutes = way + options.delay[part]
    cost = options.call[part] * FEN + good["wait_fen_per_hour"] * minutes
    open_ = (way >= 0) & (minutes <= good["deadline_min"]) & (cost < short[:, None])
    row, option = np.nonzero(open_)
    return row, option, cost[row, option], minutes[row, option]


def alive_on(case: Case, stock: pl.DataFrame, days: list[date]) -> Floats:
    """Return (days, O): units of the stock that have not expired on each day."""
    index = _Index(*({name: k for k, name in enumerate(names)} for names in (
        case.sites, case.items, case.townships, case.scenarios)))  # fmt: skip
    at = {key: n for n, key in enumerate(_keys(case.options))}
    return _alive(stock, index, at, days)


def due(bought: str, lead: int) -> str:
    """Return the day from which goods bought on a date can be called."""
    return (date.fromisoformat(bought) + timedelta(days=lead)).isoformat()
