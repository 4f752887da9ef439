"""Winter–spring relief in the audits: what is read of it, and what is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from graphcore.casework.audits import winter
from graphcore.casework.audits.tables import FOUND
from graphcore.casework.subjects import groups_on
from graphcore.casework.winter import NEXT, deadlines
from graphcore.domain.clock import day_of
from graphcore.domain.tables import conform, empty
from graphcore.policy.rulebook import Rulebook
from graphcore.store.port import ReadUnit

_HOME = {"household": pl.String(), "number": pl.String()}


@dataclass(frozen=True)
class Winters:
    """The campaigns of a disaster and of the winter before each, as they stand in the graph."""

    campaigns: tuple[Mapping[str, Any], ...]
    entries: pl.DataFrame  # WinterEntry of all campaigns
    accounts: pl.DataFrame  # ACCOUNTS_OF
    ties: pl.DataFrame  # TIES
    visits: pl.DataFrame  # WinterVisit
    persons: pl.DataFrame  # Person of households with an entry
    numbers: pl.DataFrame  # NUMBERED of households with an entry
    years: Mapping[int, str]  # of every campaign → its id


def read(unit: ReadUnit, disaster: str) -> Winters:
    """Copy out what the audits look at; next to nothing where there is no campaign."""
    every = unit.nodes("Campaign")
    mine = tuple(every.filter(pl.col("disaster") == disaster).sort("year").iter_rows(named=True))
    if not mine:
        none = empty(winter.NUMBERED)
        return Winters((), none, none, none, none, none, none, {})
    entries = unit.nodes("WinterEntry")
    persons = unit.nodes("Person")
    listed = persons.join(entries.select("household").unique(), on="household", how="semi")
    return Winters(
        mine, entries,
        unit.nodes("BankAccount").select(pl.col("id").alias("account"), "household", "digest"),
        unit.nodes("CadreTie").rename({"id": "tie"}), unit.nodes("WinterVisit"),
        listed, _numbers(unit, entries, persons), dict(every.select("year", "id").iter_rows()),
    )  # fmt: skip


def _numbers(unit: ReadUnit, entries: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Return NUMBERED of the households surveyed: their own record and their members'."""
    index = unit.table("winter.numbers", {"subject": pl.String(), "number": pl.String()})
    lives = persons.select(pl.col("id").alias("subject"), "household")
    both = index.join(lives, on="subject", how="left").with_columns(
        pl.col("household").fill_null(pl.col("subject"))
    )
    wanted = entries.select("household").unique()
    return conform(both.join(wanted, on="household", how="semi").unique(), _HOME)


def found(seen: Winters, statuses: pl.DataFrame, rules: Rulebook, at: int) -> pl.DataFrame:
    """Return FOUND of all campaigns of the disaster.

    Args:
        seen: what was read.
        statuses: HardshipStatus.
        rules: the district's rulebook.
        at: now, UTC microseconds.
    """
    parts = [_of(seen, campaign, statuses, rules, at) for campaign in seen.campaigns]
    return pl.concat([empty(FOUND), *parts]) if parts else empty(FOUND)


def _of(
    seen: Winters, campaign: Mapping[str, Any], statuses: pl.DataFrame, rules: Rulebook, at: int
) -> pl.DataFrame:
    on, year = day_of(at), int(campaign["year"])
    mine = seen.entries.filter(pl.col("campaign") == campaign["id"])
    before = seen.entries.filter(pl.col("campaign") == seen.years.get(year - 1, ""))
    visits = seen.visits.filter(pl.col("campaign") == campaign["id"]).rename({"id": "visit"})
    least = {n: int(rules.at(f"winter.{n}_least", on).value) for n in ("equal", "rotation")}
    last = deadlines(rules, year)
    waits = {state.value: step.value for state, step in NEXT.items()}
    parts = [
        winter.amiss(mine), winter.equal(mine, least["equal"]),
        winter.rotation(mine, before, least["rotation"]), winter.relatives(mine, seen.ties),
        winter.deceased(mine, winter.recorded_dead(visits, seen.persons)), winter.two_villages(mine, seen.numbers),
        winter.shared_cards(mine, seen.accounts), winter.late(mine, waits, last, on),
    ]  # fmt: skip
    if on > last["pay"]:
        parts.append(winter.unvisited(mine, _must(statuses, rules, at), visits))
    since = pl.lit(int(campaign["opened_at"]), dtype=pl.Int64()).alias("since")
    whole = pl.concat(parts).with_columns(since)
    return whole.with_columns(
        pl.concat_str("subject", pl.lit("@"), pl.lit(str(year))).alias("subject")
        if len(seen.campaigns) > 1 else pl.col("subject")
    )  # fmt: skip


def _must(statuses: pl.DataFrame, rules: Rulebook, at: int) -> list[str]:
    """Return households that must be visited for a group of theirs."""
    on = day_of(at)
    wanted = [str(g) for g in rules.at("winter.visit_groups", on).value]
    groups = groups_on(statuses, on)
    hit = groups.filter(pl.col("groups").list.set_intersection(wanted).list.len() > 0)
    return [str(h) for h in hit["subject"]]
