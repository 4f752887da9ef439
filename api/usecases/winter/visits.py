"""Visits (走访慰问): planned, recorded, and what follows where somebody is still in difficulty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.cases.decide import as_known
from api.usecases.cases.propose import entitled_on, nodes, open_cases
from api.usecases.context import Context
from api.usecases.privacy.sealing import seal
from api.usecases.winter.campaigns import find, winter
from graphcore.casework.benefits import PLAIN
from graphcore.casework.subjects import groups_on
from graphcore.domain.actor import Actor
from graphcore.domain.campaign import VisitResult, WinterNeed
from graphcore.domain.clock import day_of
from graphcore.domain.errors import InputError, NotFound, WrongState
from graphcore.domain.event import EventDraft
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, WriteUnit
from graphcore.store.values import label_schema

AFTERWARDS = "temporary_assistance"
"""The benefit that a household still in difficulty is helped to apply for."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a visit found. ``lacks`` names what is still missing."""

    result: VisitResult
    evidence: str
    lacks: tuple[WinterNeed, ...] = ()
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Visited:
    """A recorded visit and the case that it opened, "" if none."""

    visit: str
    opened: str


def plan_visits(
    ctx: Context, actor: Actor, year: int, visitor: str, on: date, *, township: str = "",
    households: Sequence[str] = (),
) -> int:  # fmt: skip
    """Plan a visit to each key household that has none; return how many are new.

    Key households are those that the survey marks and those in `winter.visit_groups`; with
    ``households`` those that are named, key or not.

    Raises:
        Forbidden: the actor may not plan visits there.
        NotFound: the campaign was not opened, or a household named was not surveyed.
        InputError: nobody is named as the visitor.
    """
    authorise(actor, Operation.RECORD_VISIT, township)
    if not visitor.strip():
        raise InputError(say("走访必须写明由谁去。"), say("请填写走访人或单位。"), field="visitor")
    at = ctx.clock()

    def write(unit: WriteUnit) -> int:
        campaign = str(find(ctx, unit, year)["id"])
        due = _to_visit(ctx, unit, campaign, on, households).filter(
            pl.col("township").str.starts_with(township or actor.scope)
        )
        new = _new_visits(unit, due, campaign, visitor, on)
        if new.height:
            unit.create("WinterVisit", new)
            unit.link("VISIT_TO", "WinterVisit", "Household", new.select(
                pl.col("id").alias("from"), pl.col("household").alias("to")))  # fmt: skip
            unit.append(EventDraft("winter.visits_planned", actor.id, at, {
                "campaign": campaign, "visits": new.height, "on": on.isoformat()}))  # fmt: skip
        return new.height

    return ctx.store.write(ctx.district, write)


def _to_visit(
    ctx: Context, unit: ReadUnit, campaign: str, on: date, households: Sequence[str]
) -> pl.DataFrame:
    entries = unit.nodes("WinterEntry").filter(pl.col("campaign") == campaign)
    homes = entries.sort("id").unique("household", keep="first", maintain_order=True)
    if households:
        named = homes.filter(pl.col("household").is_in(households))
        if named.height < len(set(households)):
            raise NotFound(say("所列户中有未列入本年度调查的。"),
                           say("请先把它填入“冬春救助需求调查表”。"))  # fmt: skip
        return named
    wanted = ctx.rulebook.within(ctx.district).at("winter.visit_groups", on).value
    groups = groups_on(unit.nodes("HardshipStatus"), on).filter(
        pl.col("groups").list.set_intersection([str(g) for g in wanted]).list.len() > 0
    )
    must = pl.col("key") | pl.col("household").is_in(groups["subject"].implode())
    return homes.filter(must)


def _new_visits(
    unit: ReadUnit, due: pl.DataFrame, campaign: str, visitor: str, on: date
) -> pl.DataFrame:
    known = unit.nodes("WinterVisit").filter(
        (pl.col("campaign") == campaign) & (pl.col("done_on") == "")
    )
    new = due.join(known.select("household"), on="household", how="anti")
    ids = [derived(Kind.VISIT, campaign, h, on.isoformat()) for h in new["household"]]
    fixed = {"planned_on": on.isoformat(), "visitor": visitor, "done_on": "", "result": "",
             "aid_case": "", "version": 1}  # fmt: skip
    full = new.drop("version", "aid_case", "id").with_columns(
        pl.Series("id", ids, dtype=pl.String()),
        pl.lit([], dtype=pl.List(pl.String())).alias("lacks"),
        *(pl.lit(value).alias(name) for name, value in fixed.items()),
    )
    there = unit.nodes("WinterVisit", ids).select("id")
    return full.join(there, on="id", how="anti").select(list(label_schema("WinterVisit")))


def record_visit(ctx: Context, actor: Actor, visit: str, found: Found) -> Visited:
    """Record what a visit found; one still in difficulty gets a case for temporary assistance.

    The case is proposed, never approved here, and only where the household has none: whether
    winter relief meets the same need already is looked at by whoever decides it, and by the audit
    of doubled aid.

    Raises:
        Forbidden: the actor may not record visits there.
        NotFound: no such visit.
        WrongState: it is recorded already.
        InputError: no evidence.
    """
    seen = ctx.store.read(lambda unit: _one(unit, visit))
    authorise(actor, Operation.RECORD_VISIT, str(seen["township"]))
    if not found.evidence.strip():
        raise InputError(say("走访结果必须写明记录编号。"), say("请填写走访记录编号，不要写姓名。"),
                         field="evidence")  # fmt: skip
    at = ctx.clock()
    on = found.on or day_of(at)
    hard = found.result is VisitResult.DIFFICULT
    case = _case(ctx, actor, seen, on, at) if hard else None

    def write(unit: WriteUnit) -> Visited:
        row = _one(unit, visit)
        if row["done_on"]:
            raise WrongState(say("此次走访已登记。"), say("需要再访的，请另行安排走访。"))
        opened = _open(unit, case) if case is not None else ""
        unit.update("WinterVisit", pl.DataFrame([{
            "id": visit, "done_on": on.isoformat(), "result": found.result.value,
            "lacks": [n.value for n in found.lacks], "aid_case": opened,
            "version": row["version"] + 1,
        }], schema_overrides={"lacks": pl.List(pl.String())}))  # fmt: skip
        seal(ctx, unit, "WinterVisit", visit, {"evidence": found.evidence})
        unit.append(EventDraft("winter.visited", actor.id, at, {
            "visit": visit, "result": found.result.value, "opened": opened}))  # fmt: skip
        return Visited(visit, opened)

    return ctx.store.write(ctx.district, write)


def _one(unit: ReadUnit, visit: str) -> dict[str, Any]:
    rows = unit.nodes("WinterVisit", [visit])
    if rows.is_empty():
        raise NotFound(say("没有走访 {visit}。", visit=visit),
                       say("请用 doudi campaign visits 查看走访编号。"))  # fmt: skip
    row = rows.row(0, named=True)
    disaster = unit.nodes("Campaign", [row["campaign"]])["disaster"][0]
    persons = unit.nodes("Household", [row["household"]])["persons"][0]
    return {**row, "disaster": disaster, "persons": persons or 1}


def _case(ctx: Context, actor: Actor, seen: dict[str, Any], on: date, at: int) -> pl.DataFrame:
    """Return the node of a proposed case for what comes after winter relief.

    By the rules where the household is likely entitled, else with what the visit knows: nobody is
    left out by a rule, and whoever receives the case decides on its amount.
    """
    today = entitled_on(ctx, str(seen["disaster"]), on)
    mine = today.likely.filter(
        (pl.col("household") == seen["household"]) & (pl.col("benefit") == AFTERWARDS)
    )
    known = mine if mine.height else as_known(ctx, {**seen, "raised_permille": PLAIN},
                                              AFTERWARDS, today, at)  # fmt: skip
    return nodes(replace(today, likely=known), actor, at)


def _open(unit: WriteUnit, case: pl.DataFrame) -> str:
    key = str(case["id"][0])
    if unit.nodes("AidCase", [key]).is_empty():
        open_cases(unit, case)
    return key


def visits(ctx: Context, actor: Actor, year: int) -> pl.DataFrame:
    """Return the campaign's visits within the actor's scope, those not made yet first.

    Raises:
        As `winter`.
    """
    campaign = str(winter(ctx, actor, year).campaign["id"])
    rows = ctx.store.read(lambda unit: unit.nodes("WinterVisit"))
    return rows.filter(
        (pl.col("campaign") == campaign) & pl.col("township").str.starts_with(actor.scope)
    ).sort("done_on", "planned_on", "township", "id")
