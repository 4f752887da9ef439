"""What each scenario would need: the same need rules as in a real disaster, on people counted.

A scenario tells persons, relocated and roofless by township. They become subjects without names:
those who stay and those who move, each in two parts by the township's share of persons in priority
groups, with the district's age structure. Medical facts of single persons are not used.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from api.usecases.reserves.snapshot import Reserves
from graphcore.casework.entitlement import assess
from graphcore.domain.household import (
    AgeBand,
    HardshipGroup,
    HouseDamage,
    PointKind,
    RosterState,
    Stage,
)
from graphcore.domain.tables import FACTS, SUBJECTS, conform, empty
from graphcore.policy.rulebook import Rulebook

NEEDED = {"scenario": pl.String(), "township": pl.String(), "item": pl.String(),
          "basic": pl.String(), "priority": pl.Int64(), "survival": pl.Boolean(),
          "day": pl.Int64(), "quantity": pl.Int64()}  # fmt: skip
"""Units by day after the strike; a durable is needed on day 0."""


def needed(
    data: Reserves, rulebook: Rulebook, cut: frozenset[tuple[str, str]], days: int
) -> pl.DataFrame:
    """Return NEEDED of all scenarios over ``days`` days.

    ``cut`` names (scenario, township) pairs that no road reaches.

    Raises:
        NoRuleInForce: a parameter has no value on a day of a scenario.
    """
    parts = [
        _of(one, data, rulebook, cut, days)
        for one in data.scenarios.sort("id").iter_rows(named=True)
    ]
    return (
        pl.concat([p for p in parts if p.height]) if any(p.height for p in parts) else empty(NEEDED)
    )


def _of(
    one: dict[str, object], data: Reserves, rulebook: Rulebook, cut: frozenset[tuple[str, str]],
    days: int,
) -> pl.DataFrame:  # fmt: skip
    first_on, scenario = date.fromisoformat(str(one["strikes_on"])), str(one["id"])
    strikes = data.strikes.filter(scenario=scenario)
    if strikes.is_empty():
        return empty(NEEDED)
    per = int(rulebook.at("headcount.persons_per_household", first_on).value)
    found = assess(
        _subjects(strikes, data, cut, per), empty(FACTS), rulebook=rulebook,
        hazard=str(one["hazard"]), stage=Stage.EMERGENCY, first_on=first_on, days=days,
        disaster=scenario,
    )  # fmt: skip
    keys = ["township", "item", "basic", "tier", "survival", "day"]
    sums = found.needs.group_by(keys).agg(pl.col("quantity").sum())
    named = sums.rename({"tier": "priority"}).with_columns(pl.lit(scenario).alias("scenario"))
    return conform(named, NEEDED).sort("township", "item", "priority", "day")


def _subjects(
    strikes: pl.DataFrame, data: Reserves, cut: frozenset[tuple[str, str]], per: int
) -> pl.DataFrame:
    """Return SUBJECTS: up to four parts a township, persons adding up to what was told."""
    ages, first = _ages(data), _priority(data)
    rows: list[dict[str, object]] = []
    for s in strikes.iter_rows(named=True):
        away = min(s["relocated"], s["persons"])
        roofless = min(s["roofless"], s["persons"])
        off = (s["scenario"], s["township"]) in cut
        gone = min(roofless, away)  # who has no roof is the first to move
        for moved, persons, bare in (
            (True, away, gone), (False, s["persons"] - away, roofless - gone),
        ):  # fmt: skip
            share = first.get(s["township"], 0.0)
            some, bare_some = round(persons * share), round(bare * share)
            for group, count, without in (
                (True, some, min(bare_some, some)),
                (False, persons - some, bare - min(bare_some, some)),
            ):  # fmt: skip
                if count > 0:
                    rows.append(_row(s, count, min(without, count), per, ages,
                                     moved=moved, group=group, off=off))  # fmt: skip
    return conform(pl.DataFrame(rows), SUBJECTS) if rows else empty(SUBJECTS)


def _row(
    s: dict[str, object], persons: int, roofless: int, per: int, ages: dict[str, float],
    *, moved: bool, group: bool, off: bool,
) -> dict[str, object]:  # fmt: skip
    place = str(s["township"])
    return {
        "subject": f"{place}|{int(moved)}{int(group)}", "anonymous": True, "village": place,
        "township": place, "point": place, "point_kind": PointKind.VILLAGE.value,
        "state": RosterState.IN_NEED.value, "persons": persons,
        "households": -(-persons // per), "roofless": roofless,
        **{name: round(persons * share) for name, share in ages.items()},
        "damage": HouseDamage.NONE.value, "relocated": moved, "cut_off": off,
        "intensity": s["intensity"],
        "groups": [HardshipGroup.MINIMUM_LIVING.value] if group else [],
    }  # fmt: skip


def _ages(data: Reserves) -> dict[str, float]:
    """Return the district's shares of infants, children and elders among persons known."""
    bands = {"infants": AgeBand.INFANT, "children": AgeBand.CHILD, "elders": AgeBand.ELDER}
    whole = max(1, data.persons.height)
    return {
        name: data.persons.filter(pl.col("age_band") == band.value).height / whole
        for name, band in bands.items()
    }


def _priority(data: Reserves) -> dict[str, float]:
    """Return township → share of known persons who live in a household of a priority group."""
    members = data.persons.join(
        data.households.select(pl.col("id").alias("household"), "township"), on="household"
    )
    marked = members.with_columns(
        pl.col("household").is_in(data.statuses["household"].unique().implode()).alias("first")
    )
    shares = marked.group_by("township").agg(pl.col("first").mean())
    return dict(shares.iter_rows())
