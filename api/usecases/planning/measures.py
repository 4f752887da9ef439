"""Measures that could relieve shortfalls: each is the problem again with one rule relaxed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from api.usecases.planning.demand import Demand
from api.usecases.planning.snapshot import Snapshot
from api.usecases.planning.supply import RESTRICTIONS
from graphcore.domain.ids import Kind, derived
from graphcore.domain.supply import RoadState
from graphcore.domain.tables import LOTS, NEVER, frame
from graphcore.domain.text import Text, say
from graphcore.policy.rulebook import Rulebook
from optimizer.problem import Problem


@dataclass(frozen=True, slots=True)
class Prices:
    """What measures are thought to cost, in fen."""

    unit: Mapping[str, int]  # of one unit of an item
    vehicle_day: Mapping[str, int]  # of one more vehicle for a day, by mode
    road: int | None  # of opening one road


def prices(rulebook: Rulebook, day: date) -> Prices:
    """Return the rulebook's prices on a day."""
    unit, vehicle = (
        {str(k): int(v) for k, v in rulebook.at(name, day).value.items()}
        for name in ("supply.price_fen", "relief.vehicle_day_fen")
    )
    return Prices(unit, vehicle, int(rulebook.at("relief.road_fen", day).value))


@dataclass(frozen=True, slots=True)
class Words:
    """What people call an id or code, and the unit in which an item is counted."""

    name: Callable[[str], Text]
    unit: Callable[[str], Text]
    prices: Prices = field(default_factory=lambda: Prices({}, {}, None))


@dataclass(frozen=True)
class Measure:
    """One thing that could be done: what, the problem with it done, the missing units behind it.

    ``fixed_fen`` is what it costs whatever comes of it, 0 for consent and the like; ``unit_fen`` what
    each unit drawn from ``lot`` costs besides. None = nobody knows.
    """

    what: Text
    problem: Problem
    behind: int
    fixed_fen: int | None = 0
    lot: str = ""
    unit_fen: int | None = 0


def measures(
    snapshot: Snapshot, owed: Demand, problem: Problem, shortfalls: pl.DataFrame, words: Words
) -> list[Measure]:
    """Return what could relieve the shortfalls, the one with most missing units behind it first.

    The reasons of the shortfalls suggest the measures; whether one helps, and how much, only
    solving again can tell.
    """
    found: list[Measure] = []
    for relax, reasons in _RELAXED.items():
        mine = shortfalls.filter(pl.col("reason").is_in(reasons))
        total = mine.group_by("item").agg(pl.col("quantity").sum()).sort("item")
        for item, units in total.iter_rows():
            found += relax(problem, item, units, words)
    found += _vehicles(snapshot, problem, shortfalls, words)
    found += _roads(snapshot, owed, problem, shortfalls, words)
    return sorted(found, key=lambda m: (-m.behind, str(m.what)))


def _buy(problem: Problem, item: str, units: int, words: Words) -> list[Measure]:
    """More stock where the item's stock is, or where most ways begin if there is none."""
    store = _best_store(problem, item)
    if store is None:
        return []
    lot = {
        "lot": derived(Kind.LOT, "measure", item, store), "item": item, "warehouse": store,
        "quantity": units, "arrives_day": 0, "expires_day": NEVER, "commanded": True,
        "hold": "none", "only_townships": [], "only_groups": [], "only_items": [], "surplus": False, "min_units": 1,
        "donation": "",
    }  # fmt: skip
    more = pl.concat([problem.lots, frame(LOTS, [lot])])
    what = say("为{store}补充{item} {n} {unit}", store=words.name(store), item=words.name(item), n=units,
               unit=words.unit(item))  # fmt: skip
    price = words.prices.unit.get(item)
    return [Measure(what, replace(problem, lots=more), units, 0, str(lot["lot"]), price)]


def _best_store(problem: Problem, item: str) -> str | None:
    holding = problem.lots.filter(pl.col("item") == item).group_by("warehouse").agg(
        pl.col("quantity").sum()
    )  # fmt: skip
    reach = problem.access.group_by("warehouse").agg(pl.col("point").n_unique().alias("reach"))
    both = reach.join(holding, on="warehouse", how="left").sort(
        pl.col("quantity").fill_null(0), "reach", "warehouse", descending=[True, True, False]
    )
    return str(both["warehouse"][0]) if both.height else None


def _redirect(problem: Problem, item: str, units: int, words: Words) -> list[Measure]:
    mine = (pl.col("item") == item) & (
        pl.any_horizontal(pl.col(c).list.len() > 0 for c in RESTRICTIONS)
    )
    lots = problem.lots.filter(mine)
    none = pl.lit([], dtype=pl.List(pl.String()))
    free = problem.lots.with_columns(
        pl.when(mine).then(none).otherwise(c).alias(c) for c in RESTRICTIONS
    )
    what = say(
        "征得捐赠人同意，把{item}的 {n} 个定向批次改为不限定", item=words.name(item), n=lots.height
    )
    return [Measure(what, replace(problem, lots=free), units)]


def _release(problem: Problem, item: str, units: int, words: Words) -> list[Measure]:
    mine = (pl.col("item") == item) & (pl.col("hold") != "none")
    free = problem.lots.with_columns(
        pl.when(mine).then(pl.lit("none")).otherwise("hold").alias("hold")
    )
    what = say("完成检验或解除冻结：{item} 的 {n} 个批次", item=words.name(item),
               n=problem.lots.filter(mine).height)  # fmt: skip
    return [Measure(what, replace(problem, lots=free), units)]


def _consent(problem: Problem, item: str, units: int, words: Words) -> list[Measure]:
    mine = (pl.col("item") == item) & ~pl.col("commanded")
    ours = problem.lots.with_columns((pl.col("commanded") | mine).alias("commanded"))
    what = say("权属单位同意动用{item}的 {n} 个批次", item=words.name(item),
               n=problem.lots.filter(mine).height)  # fmt: skip
    return [Measure(what, replace(problem, lots=ours), units)]


_Relax = Callable[[Problem, str, int, Words], list[Measure]]
_RELAXED: dict[_Relax, tuple[str, ...]] = {
    _buy: ("stock", "priority", "expired", "refused"),
    _redirect: ("intent",),
    _release: ("hold",),
    _consent: ("requested",),
}


def _vehicles(
    snapshot: Snapshot, problem: Problem, shortfalls: pl.DataFrame, words: Words
) -> list[Measure]:
    """One more vehicle, on every day, at each warehouse that full vehicles held back."""
    held: dict[str, int] = {}
    for detail, units in shortfalls.filter(pl.col("reason") == "vehicle").select(
        "detail", "quantity"
    ).iter_rows():  # fmt: skip
        for store in json.loads(detail).get("warehouses", []):
            held[store] = held.get(store, 0) + units
    fleet = snapshot.fleet.filter(pl.col("warehouse").is_in(sorted(held)))
    return [_one_more(problem, row, held, words) for row in fleet.iter_rows(named=True)]


def _one_more(problem: Problem, row: dict[str, int], held: dict[str, int], words: Words) -> Measure:
    here = (pl.col("warehouse") == row["warehouse"]) & (pl.col("mode") == row["mode"])
    trips = row["trips_per_day"] or 1
    added = {"capacity_kg": trips * (row["capacity_kg"] or 0),
             "capacity_l": trips * (row["capacity_l"] or 0)}  # fmt: skip
    fleet = problem.fleet.with_columns(
        pl.when(here).then(pl.col(c) + n).otherwise(c).alias(c) for c, n in added.items()
    )
    what = say("{store}每天增加一{mode}（每日 {kg} 千克）", store=words.name(str(row["warehouse"])),
               mode=Text(f"vehicle:{row['mode']}"), kg=added["capacity_kg"])  # fmt: skip
    day = words.prices.vehicle_day.get(str(row["mode"]))
    cost = None if day is None else day * problem.days
    return Measure(what, replace(problem, fleet=fleet), held[str(row["warehouse"])], cost)


def _roads(
    snapshot: Snapshot, owed: Demand, problem: Problem, shortfalls: pl.DataFrame, words: Words
) -> list[Measure]:
    """Each shut road that leads, once open, to points that wait behind a road."""
    waiting = (
        shortfalls.filter(pl.col("reason") == "road").group_by("point")
        .agg(pl.col("quantity").sum())
    )  # fmt: skip
    shut = snapshot.roads.filter(pl.col("state").is_in([RoadState.CUT, RoadState.LIMITED]))
    rows = shut.iter_rows(named=True) if waiting.height else ()
    tried = [_opened(owed, problem, row, waiting, words) for row in rows]
    return [measure for measure in tried if measure.behind]


def _opened(
    owed: Demand, problem: Problem, row: dict[str, str], waiting: pl.DataFrame, words: Words
) -> Measure:
    reach = owed.situation.reach
    mine = pl.col("id") == row["id"]
    roads = reach.roads.with_columns(
        pl.when(mine).then(pl.lit(RoadState.OPEN.value)).otherwise("state").alias("state")
    )
    access = replace(reach, roads=roads).access(problem.needs["point"], problem.days)
    key = ["warehouse", "point", "mode"]
    fresh = access.join(problem.access, on=key, how="anti")["point"].unique()
    behind = waiting.filter(pl.col("point").is_in(fresh.implode()))["quantity"].sum()
    what = say(
        "抢通{a}至{b}（路段 {code}）",
        a=words.name(row["a"]),
        b=words.name(row["b"]),
        code=row["code"],
    )
    return Measure(what, replace(problem, access=access), int(behind), words.prices.road)
