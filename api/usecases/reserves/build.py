"""From what is known to the restocking problem: scenarios, options, stock, ways, money."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from api.usecases.planning.supply import BUREAU, commanded
from api.usecases.reserves.demand import needed
from api.usecases.reserves.snapshot import Reserves
from graphcore.domain.errors import InputError
from graphcore.domain.supply import Hold, Mode
from graphcore.domain.tables import conform, frame
from graphcore.domain.text import say
from graphcore.policy.rulebook import Rulebook
from optimizer.restock.problem import Problem, Risk
from optimizer.restock.tables import (
    DAMAGE,
    DATES,
    GOODS,
    HITS,
    KINDS,
    LANES,
    OPTIONS,
    SCENARIOS,
    SITES,
    STOCK,
)
from optimizer.restock.ways import surviving

PPM = 1_000_000
QUIET = "quiet"
"""The scenario in which nothing happens: what the others leave of the probability."""
UNTOLD_LITRES = 1_000_000_000
"""Shelf of a warehouse whose size nobody told: no limit in practice."""


@dataclass(frozen=True)
class Prepared:
    """A restocking problem, and the daily needs of its scenarios."""

    problem: Problem
    needed: pl.DataFrame  # NEEDED
    rotate_days: int
    missed_min: int


def prepare(
    data: Reserves, rulebook: Rulebook, today: date, budget_fen: int | None = None
) -> Prepared:
    """Return the problem as of ``today``; ``budget_fen`` takes the place of the stored budgets.

    Raises:
        InputError: no scenario, no offer, no money, or probabilities above 1.
        NoRuleInForce: a parameter has no value on a day.
    """
    _enough(data, budget_fen)
    data = _ours(data)
    sites = _sites(data)
    roads, lost = _roads(data)
    hit = data.strikes.select("scenario", "township").unique().sort("scenario", "township")
    ways = surviving(roads, lost, sites["site"].to_list(), hit)
    cut = frozenset(hit.join(ways, on=["scenario", "township"], how="anti").iter_rows())
    days = int(rulebook.at("restock.cover_days", today).value)
    wants = needed(data, rulebook, cut, days)
    items = sorted({*wants["item"].to_list(), *data.offers["item"].to_list()})
    problem = Problem(
        sites=sites, goods=_goods(items, rulebook, today), options=_options(data, items),
        stock=_stock(data, items, sites, today), dates=_dates(data, today, budget_fen),
        lanes=_lanes(data, roads, rulebook, today), scenarios=_scenarios(data), hits=_hits(wants, rulebook, today),
        ways=ways, damage=_damage(data), risk=_risk(rulebook, today),
    )  # fmt: skip
    return Prepared(
        problem, wants, int(rulebook.at("restock.rotate_days", today).value),
        int(rulebook.at("restock.missed_minutes", today).value),
    )  # fmt: skip


def _enough(data: Reserves, budget_fen: int | None) -> None:
    """Refuse a district that nothing can be computed for; say which table is missing."""
    missing = [
        (data.scenarios.is_empty(), say("还没有灾害风险情景。"), say("请先导入“灾害风险情景表”。")),
        (data.offers.is_empty(), say("还没有供货意向。"), say("请先导入“应急物资供货意向表”。")),
        (data.budgets.is_empty() and budget_fen is None, say("还没有采购资金。"),
         say("请先导入“救灾物资采购资金表”，或用 --budget 给出金额（元）。")),
        (int(data.scenarios["probability_ppm"].sum()) > PPM, say("各情景的概率合计超过 100%。"),
         say("请核对“灾害风险情景表”的概率：每一行是整个情景在一年内发生的概率。")),
    ]  # fmt: skip
    for bad, what, advice in missing:
        if bad:
            raise InputError(what, advice, field="scenarios")


def _ours(data: Reserves) -> Reserves:
    """Keep the warehouses that the bureau runs: other owners' shelves are not its to fill."""
    owner = pl.col("owner").fill_null("")
    placed = pl.col("township").fill_null("") != ""  # an account of money is no shelf
    mine = data.warehouses.filter(placed & owner.is_in(["", data.district_name + BUREAU]))
    keys = mine["id"].implode()
    return replace(
        data, warehouses=mine, lots=data.lots.filter(pl.col("warehouse").is_in(keys)),
        offers=data.offers.filter(pl.col("warehouse").is_in(keys)),
        stores_hit=data.stores_hit.filter(pl.col("facility").is_in(keys)),
    )  # fmt: skip


def _sites(data: Reserves) -> pl.DataFrame:
    litres = pl.col("capacity_l").fill_null(0)
    opening = pl.col("opening_fen").fill_null(0)
    stocked = pl.col("id").is_in(data.lots["warehouse"].implode())
    return conform(data.warehouses.select(
        pl.col("id").alias("site"),
        pl.when(litres > 0).then(litres).otherwise(UNTOLD_LITRES).alias("capacity_l"),
        opening.alias("opening_fen"), ((opening > 0) & ~stocked).alias("candidate"),
    ), SITES).sort("site")  # fmt: skip


def _goods(items: list[str], rulebook: Rulebook, today: date) -> pl.DataFrame:
    hours = rulebook.at("restock.deadline_hours", today).value
    wait = int(rulebook.at("restock.wait_permille", today).value)
    facts = {r["item"]: r for r in rulebook.items().iter_rows(named=True)}
    return frame(GOODS, [
        {"item": i, "volume_ml": facts[i]["volume_ml"], "weight_g": facts[i]["weight_g"],
         "deadline_min": int(hours[facts[i]["basic"]]) * 60,
         "wait_fen_per_hour": price(rulebook, i, today) * wait // 1000}
        for i in items
    ])  # fmt: skip


def price(rulebook: Rulebook, item: str, today: date) -> int:
    """Return the reference price of a unit, in fen."""
    known = rulebook.at("supply.price_fen", today).value
    return int(known.get(item) or rulebook.at("restock.price_fen_other", today).value)


def _options(data: Reserves, items: list[str]) -> pl.DataFrame:
    told = data.offers.filter(pl.col("item").is_in(items)).select(
        pl.col("warehouse").alias("site"), "item", "kind", "unit_fen", "call_fen",
        pl.col("delay_minutes").alias("delay_min"), "lead_days", "most",
    )  # fmt: skip
    return conform(told, OPTIONS).sort("site", "item", "kind")


def _stock(data: Reserves, items: list[str], sites: pl.DataFrame, today: date) -> pl.DataFrame:
    """What the bureau commands and can use, and what suppliers hold for it under contract."""
    open_ = sites.filter(~pl.col("candidate"))["site"].implode()
    lots = data.lots.filter(
        commanded(data.district_name + BUREAU) & (pl.col("hold").fill_null("none") == Hold.NONE.value)
        & (pl.col("arrives_on").fill_null("") <= today.isoformat())
        & (pl.col("expires_on").fill_null("").is_in([""]) | (pl.col("expires_on") >= today.isoformat()))
    ).select(
        pl.col("id").alias("lot"), pl.col("warehouse").alias("site"), "item",
        pl.lit(KINDS[0]).alias("kind"),
        (pl.col("on_hand") - pl.col("reserved")).alias("quantity"), pl.col("expires_on").fill_null(""),
    )  # fmt: skip
    held = data.offers.filter(pl.col("held").fill_null(0) > 0).select(
        pl.col("id").alias("lot"), pl.col("warehouse").alias("site"), "item", "kind",
        pl.col("held").alias("quantity"), pl.lit("").alias("expires_on"),
    )  # fmt: skip
    kept = pl.concat([conform(lots, STOCK), conform(held, STOCK)])
    ours = pl.col("site").is_in(open_) & pl.col("item").is_in(items) & (pl.col("quantity") > 0)
    return kept.filter(ours).sort("lot")


def _dates(data: Reserves, today: date, budget_fen: int | None) -> pl.DataFrame:
    if budget_fen is not None:
        return frame(DATES, [{"buys_on": today.isoformat(), "budget_fen": budget_fen}])
    by_day = data.budgets.group_by("buys_on").agg(pl.col("amount_fen").sum().alias("budget_fen"))
    return conform(by_day, DATES).sort("buys_on")


def _lanes(data: Reserves, roads: pl.DataFrame, rulebook: Rulebook, today: date) -> pl.DataFrame:
    """Any warehouse to any other over whole roads, at a price a tonne and hour of driving."""
    rate = int(rulebook.at("restock.haul_fen_tonne_hour", today).value)
    homes = dict(data.warehouses.select("id", "township").iter_rows())
    townships = pl.DataFrame({"scenario": "-", "township": sorted(set(homes.values()))})
    times = surviving(roads, pl.DataFrame(schema=_LOST), sorted(homes), townships)
    minutes = {(s, t): m for s, t, m in times.select("site", "township", "minutes").iter_rows()}
    return frame(LANES, [
        {"origin": a, "target": b,
         "fen_per_kg": math.ceil(rate * minutes[a, homes[b]] / 60 / 1000)}
        for a in sorted(homes) for b in sorted(homes) if a != b and (a, homes[b]) in minutes
    ])  # fmt: skip


_ROADS = {"road": pl.String(), "a": pl.String(), "b": pl.String(), "minutes": pl.Int64()}
_LOST = {"scenario": pl.String(), "road": pl.String()}


def _roads(data: Reserves) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Whole truck roads (today's cuts are mended by then), with each warehouse at its township."""
    truck = data.roads.filter(pl.col("modes").list.contains(Mode.TRUCK.value))
    links = truck.select(pl.col("id").alias("road"), "a", "b", "minutes")
    doors = data.warehouses.select(
        pl.concat_str(pl.lit("door-"), "id").alias("road"), pl.col("id").alias("a"),
        pl.col("township").alias("b"), pl.lit(0, dtype=pl.Int64).alias("minutes"),
    )  # fmt: skip
    lost = data.roads_lost.filter(pl.col("kept_permille") == 0).select(
        "scenario", pl.col("facility").alias("road")
    )
    return conform(pl.concat([conform(links, _ROADS), conform(doors, _ROADS)]), _ROADS), lost


def _scenarios(data: Reserves) -> pl.DataFrame:
    strong = data.strikes.group_by("scenario").agg(pl.col("intensity").max())
    rows = data.scenarios.rename({"id": "scenario", "hazard": "type"}).join(
        strong, on="scenario", how="left"
    ).with_columns(
        (pl.col("probability_ppm") / PPM).alias("probability"), pl.col("intensity").fill_null(0)
    )  # fmt: skip
    left = (PPM - int(data.scenarios["probability_ppm"].sum())) / PPM
    last = str(data.scenarios["strikes_on"].max())
    quiet = frame(SCENARIOS, [{"scenario": QUIET, "type": QUIET, "intensity": 0,
                               "probability": left, "strikes_on": last, "source": ""}])  # fmt: skip
    return pl.concat([conform(rows, SCENARIOS).sort("scenario"), quiet])


def _hits(wants: pl.DataFrame, rulebook: Rulebook, today: date) -> pl.DataFrame:
    times = rulebook.at("restock.short_times", today).value
    floor = int(rulebook.at("restock.survival_times", today).value)
    keys = ["scenario", "township", "item", "priority"]
    sums = wants.group_by(keys).agg(pl.col("quantity").sum(), pl.col("survival").any()).sort(keys)
    short = [
        price(rulebook, r["item"], today) * int(times[r["priority"]])
        * (floor if r["survival"] else 1)
        for r in sums.iter_rows(named=True)
    ]  # fmt: skip
    return conform(sums.with_columns(pl.Series("short_fen", short, dtype=pl.Int64())), HITS)


def _damage(data: Reserves) -> pl.DataFrame:
    return conform(data.stores_hit.rename({"facility": "site"}), DAMAGE).sort("scenario", "site")


def _risk(rulebook: Rulebook, today: date) -> Risk:
    weight, alpha = (
        int(rulebook.at(f"restock.risk_{name}_permille", today).value) / 1000
        for name in ("weight", "alpha")
    )
    return Risk(weight, alpha)
