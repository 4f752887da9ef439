"""Propose: open a case for everyone who is likely entitled and has none. Nobody is refused here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.planning.demand import named_now
from api.usecases.planning.reach import reach
from api.usecases.planning.snapshot import take
from graphcore.casework.benefits import likely
from graphcore.casework.cases import CaseState
from graphcore.casework.winter import BENEFIT
from graphcore.domain.actor import Actor
from graphcore.domain.clock import CHINA, day_of, micros
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.ids import Kind, derived
from graphcore.policy.rulebook import Rulebook
from graphcore.store.port import ReadUnit, WriteUnit
from graphcore.store.values import label_schema

NO_PAPERS = pl.lit([], dtype=pl.List(pl.String()))


@dataclass(frozen=True)
class Today:
    """Who is likely entitled to what on a day."""

    disaster: str
    occurred_on: date
    on: date
    likely: pl.DataFrame  # LIKELY
    rulebook: str  # hash
    rules: Rulebook


def entitled_on(ctx: Context, disaster: str, on: date) -> Today:
    """Return who is likely entitled on a day, by the rules of that day.

    Raises:
        NotFound: no such disaster.
        NoRuleInForce: a parameter has no value on a day.
    """
    snapshot, rules = take(ctx, disaster), ctx.rulebook.within(ctx.district)
    at = max(micros(datetime.combine(on, time(), CHINA)), ctx.clock())
    cut = reach(snapshot, rules, on).cut()
    began = day_of(int(str(snapshot.disaster["occurred_at"])))
    found = likely(named_now(snapshot, on, at, cut), snapshot.facts, rules, began, on)
    return Today(str(snapshot.disaster["id"]), began, on, found, rules.hash, rules)


def propose(ctx: Context, actor: Actor, disaster: str = "", on: date | None = None) -> int:
    """Open a case for each household and benefit that is likely due and has none; return how many.

    Cases that exist stay as they are, whatever the rules say today.

    Raises:
        Forbidden: the actor may not open cases.
        NotFound: no such disaster.
    """
    authorise(actor, Operation.PROPOSE_CASES, ctx.district)
    at = ctx.clock()
    today = entitled_on(ctx, disaster, on or day_of(at))
    rows = nodes(today, actor, at)

    def write(unit: WriteUnit) -> int:
        new = rows.join(_known(unit, rows["id"].to_list()), on="id", how="anti")
        if today.disaster in unit.nodes("Campaign")["disaster"].to_list():
            new = new.filter(pl.col("benefit") != BENEFIT)  # the campaign's own steps open them
        if new.height:
            open_cases(unit, new)
            keep_rules(unit, today.rules, today.on)
            body: dict[str, Json] = {
                "disaster": today.disaster, "opened": new.height, "on": today.on.isoformat(),
                "rulebook": today.rulebook,
            }  # fmt: skip
            unit.append(EventDraft("cases.proposed", actor.id, at, body))
        return new.height

    return ctx.store.write(ctx.district, write)


def _known(unit: ReadUnit, keys: list[str]) -> pl.DataFrame:
    return unit.nodes("AidCase", keys).select("id")


def open_cases(unit: WriteUnit, rows: pl.DataFrame) -> None:
    """Create cases with the link to their household."""
    unit.create("AidCase", rows)
    unit.link("CASE_OF", "AidCase", "Household", rows.select(
        pl.col("id").alias("from"), pl.col("household").alias("to")))  # fmt: skip


def keep_rules(unit: WriteUnit, rules: Rulebook, on: date) -> None:
    """Keep the rulebook that a decision cites, whole: it explains it whatever the files say later."""
    unit.upsert("Rulebook", pl.DataFrame([{
        "hash": rules.hash, "effective_on": on.isoformat(), "region": rules.region,
        "text": rules.text,
    }]))  # fmt: skip


def nodes(today: Today, actor: Actor, at: int, follows: str = "") -> pl.DataFrame:
    """Return AidCase nodes of LIKELY rows, proposed; the id is the household's and benefit's own."""
    ids = [
        derived(Kind.CASE, today.disaster, household, benefit)
        for household, benefit in today.likely.select("household", "benefit").iter_rows()
    ]
    fixed = {
        "disaster": today.disaster, "state": CaseState.PROPOSED.value, "rulebook": today.rulebook,
        "offered_to": "", "follows_on": "", "accepted_on": "", "extended_on": "", "follows": follows, "opened_at": at,
        "opened_by": actor.id, "decided_at": 0, "decided_by": "", "fast": "", "fast_by": "",
        "version": 1,
    }  # fmt: skip
    full = today.likely.with_columns(
        pl.Series("id", ids, dtype=pl.String()),
        NO_PAPERS.alias("papers_in"),
        *(pl.lit(value).alias(name) for name, value in fixed.items()),
    )
    return full.select(list(label_schema("AidCase")))
