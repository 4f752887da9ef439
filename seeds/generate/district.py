"""A whole synthetic district, from a size and a seed to one frame a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.text import say
from graphcore.exchange.forms.catalogue import FORMS
from graphcore.policy import rulebook
from seeds.generate import (
    damage,
    demand,
    forces,
    found,
    frames,
    hardship,
    lifecycle,
    money,
    people,
    registers,
    reports,
    risk,
    shelters,
    social,
    supply,
    winter,
)  # fmt: skip
from seeds.generate.hazard import Flood, make_flood
from seeds.generate.moments import DAY, after, on
from seeds.generate.network import Network, make_network
from seeds.generate.places import DISTRICT_CODE, DISTRICT_NAME, Map, degrees, make_map

DISASTER = f"{DISTRICT_CODE}-20260701-FL"
FEWEST_EACH = 12  # households for each township, at least
_PEOPLE_EACH = 2.62
_CALM, _HARD = 40, 70  # hazard intensity from which shops are shut for a day, or longer


@dataclass(frozen=True)
class Truth:
    """What is really so, for judging what a system makes of the files.

    ``households``: household (number), code, village, township, persons, damage, place_now,
    in_need, cut_off, state, inspected. ``persons``: person (number), household, name, id_number,
    born, male, age, relation, groups, facts. ``cut``: village, group, reach.
    """

    households: pl.DataFrame
    persons: pl.DataFrame
    cut: pl.DataFrame


@dataclass(frozen=True)
class District:
    """One frame for each form code (typed as the form is read), and the truth behind them."""

    code: str
    name: str
    seed: int
    frames: Mapping[str, pl.DataFrame]
    truth: Truth

    def __getitem__(self, form: str) -> pl.DataFrame:
        return self.frames[form]


def generate(households: int, townships: int, seed: int) -> District:
    """Return a synthetic district; the same arguments give the same district.

    Args:
        households: in the hit villages: the roster's length.
        townships: 2 to as many as the real district has.
        seed: of all randomness.

    Raises:
        ProblemInvalid: a size that the district cannot have.
    """
    if households < FEWEST_EACH * townships:
        least = FEWEST_EACH * townships
        raise ProblemInvalid(
            say("户数 {count} 太少：{towns} 个乡镇至少 {least} 户。",
                count=households, towns=townships, least=least),
            say("请增加户数或减少乡镇数。"), field="households",
        )  # fmt: skip
    rng = np.random.default_rng(seed)
    places = make_map(rng, townships)
    flood = make_flood(rng, places, households)
    sites = supply.store_townships(places, flood.intensity)
    network = make_network(rng, places, flood, sites)
    truth = _truth(rng, places, flood, network, households)
    made = _land(places, flood, households) | {"roads": network.roads}
    made |= _reported(rng, places, flood, truth, seed)
    made |= _supplies(rng, places, flood, truth, made, network, sites)
    made |= _forces(seed, made, network)
    made |= lifecycle.course(truth.households, truth.persons, made)
    made |= winter.autumn(truth.households, truth.persons)
    ordered = {form.code: made[form.code] for form in FORMS if form.code in made}
    return District(DISTRICT_CODE, DISTRICT_NAME, seed, ordered, truth)


def _truth(
    rng: np.random.Generator, places: Map, flood: Flood, network: Network, households: int
) -> Truth:
    reach = dict(network.cut.select("village", "reach").iter_rows())
    homes = people.settle(rng, flood, households, set(reach))
    areas = {code: i for i, code in enumerate(places.townships["code"], start=1)}
    folk = people.make_people(rng, homes, areas)
    struck = damage.strike(rng, folk.households, reach)
    persons = hardship.mark(rng, folk.persons, struck)
    names = dict(places.townships.select("code", "name").iter_rows())
    told = struck.with_columns(
        pl.col("township").replace_strict(names).alias("township_name"),
        _household_type(persons),
    )
    return Truth(told, persons, network.cut)


def _household_type(persons: pl.DataFrame) -> pl.Series:
    """What the ledger calls the household, by its poorest member."""
    held = persons.group_by("household", maintain_order=True).agg(
        pl.col("groups").list.contains("extreme_poverty").any().alias("extreme"),
        pl.col("groups").list.contains("minimum_living").any().alias("minimum"),
    )
    word = (
        pl.when("extreme").then(pl.lit("特困")).when("minimum").then(pl.lit("低保"))
        .otherwise(pl.lit("一般户"))
    )  # fmt: skip
    return held.select(word.alias("household_type")).to_series()


def _land(places: Map, flood: Flood, households: int) -> dict[str, pl.DataFrame]:
    names = dict(places.townships.select("code", "name").iter_rows())
    per = households * _PEOPLE_EACH / max(1, flood.hit.height)
    size = flood.villages.group_by("township").agg(pl.len().alias("villages"))
    seats = places.townships.join(
        size, left_on="code", right_on="township", how="left", maintain_order="left"
    )
    return {
        "disaster": frames.rows("disaster", [
            {"code": DISASTER, "name": f"{DISTRICT_NAME}{DAY.month}·{DAY.day}洪涝灾害（合成示范）",
             "hazard": "flood", "occurred_at": after(0), "response_level": "县级Ⅲ级"}]),
        "impact": frames.shaped("impact", flood.intensity.with_columns(
            pl.lit(DISASTER).alias("disaster"), pl.col("township").replace_strict(names))),
        "townships": frames.shaped("townships", degrees(seats).with_columns(
            pl.lit(DISTRICT_NAME).alias("district"),
            (pl.col("villages") * per * 1.1).round().cast(pl.Int64).alias("population"),
            _markets(flood.intensity))),
        "villages": frames.shaped("villages", degrees(flood.villages).with_columns(
            pl.col("township").replace_strict(names))),
    }  # fmt: skip


def _markets(intensity: pl.DataFrame) -> pl.Expr:
    """Say from which day a township's shops sell again: the calmer it was, the sooner."""
    days = {
        town: on(0) if hit < _CALM else on(1) if hit < _HARD else ""
        for town, hit in intensity.select("township", "intensity").iter_rows()
    }
    return pl.col("code").replace_strict(days, default=on(0)).alias("market_on")


def _reported(
    rng: np.random.Generator, places: Map, flood: Flood, truth: Truth, seed: int
) -> dict[str, pl.DataFrame]:
    homes = truth.households
    housed = shelters.open_shelters(rng, places, homes, set(truth.cut["village"]))
    names = dict(places.townships.select("code", "name").iter_rows())
    villages = dict(places.villages.select("code", "name").iter_rows())
    named = housed.shelters.with_columns(
        pl.col("village").replace_strict(villages), pl.col("township").replace_strict(names)
    )
    ledger, houses = registers.ledger(rng, homes), registers.houses(homes)
    told = flood.villages.with_columns(
        pl.col("township").replace_strict(names).alias("township_name")
    )
    strays = found.found(np.random.default_rng([seed, 7]), places.townships, homes, named)
    return {
        "found_persons": strays,
        "shelters": named, "stays": housed.stays,
        "roster": registers.roster(rng, homes),
        "members": registers.members(truth.persons, homes),
        "groups": registers.groups(rng, truth.persons, homes),
        "ledger": ledger, "houses": houses,
        "headcounts": reports.headcounts(rng, told, homes),
        "reports": reports.reports(
            rng, DISASTER, places.townships, homes, ledger, houses, housed.stays, strays),
    }  # fmt: skip


def _supplies(
    rng: np.random.Generator, places: Map, flood: Flood, truth: Truth,
    made: Mapping[str, pl.DataFrame], network: Network, sites: list[str],
) -> dict[str, pl.DataFrame]:  # fmt: skip
    homes = truth.households
    rules = rulebook.load()
    counted = int(made["headcounts"]["persons"].sum()) // 3  # the rest is named already
    need = demand.expected(homes, truth.persons, flood.intensity, counted)
    ranked = flood.intensity.sort("intensity", "township", descending=[True, False])
    names = dict(places.townships.select("code", "name").iter_rows())
    hardest = [names[code] for code in ranked["township"]]
    donors = social.donor_names(rng, social.donors_for(homes.height))
    in_kind = supply.gifts_in_kind(need, rules, hardest, donors)
    lots = supply.lots(need, rules)
    cut = int(homes.filter("cut_off")["persons"].sum())
    stores = supply.warehouses(places, sites)
    told = risk.scenarios(flood.intensity, made["townships"])
    codes = {name: code for code, name in names.items()}
    return {
        "funds": money.funds(homes.height),
        "accounts": money.accounts(made["ledger"]),
        "scenarios": told,
        "scenario_losses": risk.losses(
            told, codes, network.roads, dict(stores.select("code", "township").iter_rows())),
        "offers": risk.offers(need, rules, supply.BOUGHT_FOR),
        "budgets": risk.budgets(need, rules),
        "warehouses": stores,
        "lots": lots,
        "donations": social.donations(rng, in_kind, donors, hardest),
        "fleet": supply.fleet(lots, rules, network.roads, sites, cut),
        "organizations": social.organizations(homes.height, places.townships["name"].to_list()),
    }  # fmt: skip


def _forces(
    seed: int, made: Mapping[str, pl.DataFrame], network: Network
) -> Mapping[str, pl.DataFrame]:
    """Volunteers and their tasks, by a stream of randomness of their own."""
    wet = network.cut.filter(pl.col("reach") == "boat")["village"].implode()
    cut = made["villages"].filter(pl.col("code").is_in(wet)).select("township", "name")
    return forces.make_forces(
        np.random.default_rng([seed, 5]), made["organizations"], made["shelters"],
        made["townships"]["name"].to_list(), list(cut.iter_rows()),
    ).frames  # fmt: skip
