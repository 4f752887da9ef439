"""Campaigns: opened by a named person, one each autumn; who waits for which step, until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from graphcore.casework.winter import NEXT, deadlines
from graphcore.domain.actor import Actor
from graphcore.domain.campaign import EntryState
from graphcore.domain.clock import day_of
from graphcore.domain.errors import InputError, NotFound
from graphcore.domain.event import EventDraft
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, WriteUnit

SPAN = (2000, 2100)


@dataclass(frozen=True)
class Winter:
    """A campaign with what was surveyed."""

    campaign: Mapping[str, Any]
    entries: pl.DataFrame  # WinterEntry, within the actor's scope

    @property
    def year(self) -> int:
        """The autumn in which it began."""
        return int(self.campaign["year"])


def open_campaign(ctx: Context, actor: Actor, year: int) -> str:
    """Open the campaign of an autumn for the latest disaster; the same again changes nothing.

    Raises:
        Forbidden: the actor may not run campaigns.
        InputError: no sensible year, or a calendar without the next Spring Festival.
        NotFound: there is no disaster.
    """
    authorise(actor, Operation.RUN_CAMPAIGN, ctx.district)
    if not SPAN[0] <= year <= SPAN[1]:
        raise InputError(say("年度 {year} 不对。", year=year), say("请写四位数的年份，如 2026。"),
                         field="year")  # fmt: skip
    deadlines(ctx.rulebook.within(ctx.district), year)
    at, key = ctx.clock(), campaign_id(ctx, year)

    def write(unit: WriteUnit) -> str:
        if unit.nodes("Campaign", [key]).is_empty():
            unit.create("Campaign", pl.DataFrame([{
                "id": key, "disaster": _latest(unit), "year": year, "opened_at": at,
                "opened_by": actor.id, "version": 1,
            }]))  # fmt: skip
            unit.append(EventDraft("winter.opened", actor.id, at, {"campaign": key, "year": year}))
        return key

    return ctx.store.write(ctx.district, write)


def campaign_id(ctx: Context, year: int) -> str:
    """Return the id of the district's campaign of an autumn."""
    return derived(Kind.CAMPAIGN, ctx.district, year)


def _latest(unit: ReadUnit) -> str:
    rows = unit.nodes("Disaster").sort("occurred_at", "id")
    if rows.is_empty():
        raise NotFound(say("还没有登记灾害。"), say("请先导入“灾害基本情况表”。"))
    return str(rows["id"][-1])


def find(ctx: Context, unit: ReadUnit, year: int) -> Mapping[str, Any]:
    """Return the campaign of an autumn.

    Raises:
        NotFound: it was not opened.
    """
    rows = unit.nodes("Campaign", [campaign_id(ctx, year)])
    if rows.is_empty():
        raise NotFound(say("{year} 年度的冬春救助尚未启动。", year=year),
                       say("请先运行 doudi campaign open {year}。", year=year))  # fmt: skip
    return rows.row(0, named=True)


def entries_of(unit: ReadUnit, campaign: str, scope: str = "") -> pl.DataFrame:
    """Return the WinterEntry nodes of a campaign within a scope, by place and id."""
    rows = unit.nodes("WinterEntry").filter(
        (pl.col("campaign") == campaign) & pl.col("township").str.starts_with(scope)
    )
    return rows.sort("township", "village", "id")


def winter(ctx: Context, actor: Actor, year: int) -> Winter:
    """Return a campaign with what was surveyed in the actor's scope.

    Raises:
        Forbidden: the actor may not read cases.
        NotFound: the campaign was not opened.
    """
    authorise(actor, Operation.READ_CASES)

    def read(unit: ReadUnit) -> Winter:
        campaign = find(ctx, unit, year)
        return Winter(campaign, entries_of(unit, str(campaign["id"]), actor.scope))

    return ctx.store.read(read)


def waiting(ctx: Context, actor: Actor, year: int, on: date | None = None) -> pl.DataFrame:
    """Return who is due: households by village and the step that they wait for.

    Columns: township, village, step (``pay`` once decided and not in a case that is paid for),
    households, persons, key, amount_fen, by (deadline), days_left (negative once it is late).

    Raises:
        As `winter`.
    """
    seen, day = winter(ctx, actor, year), on or day_of(ctx.clock())
    last = deadlines(ctx.rulebook.within(ctx.district), year)
    paid = ctx.store.read(lambda unit: unit.rows("winter.paid"))
    done = [str(r["aid_case"]) for r in paid]
    step = pl.col("state").replace_strict(
        {s.value: n.value for s, n in NEXT.items()}, default="pay", return_dtype=pl.String()
    )
    left = seen.entries.filter(
        ~((pl.col("state") == EntryState.DECIDED.value) & pl.col("aid_case").is_in(done))
    )
    by = pl.col("step").replace_strict({s: d.isoformat() for s, d in last.items()},
                                       return_dtype=pl.String())  # fmt: skip
    return left.with_columns(step.alias("step")).group_by("township", "village", "step").agg(
        pl.len().cast(pl.Int64).alias("households"), pl.col("persons").sum(),
        pl.col("key").sum().cast(pl.Int64).alias("key"), pl.col("amount_fen").sum(),
    ).with_columns(by.alias("by")).with_columns(
        (pl.col("by").str.to_date() - pl.lit(day)).dt.total_days().alias("days_left")
    ).sort("days_left", "township", "village", "step")  # fmt: skip
