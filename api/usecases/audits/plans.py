"""Invariants 2, 3, 5 and 8: what plans promise, to whom, under whose name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import polars as pl

from api.usecases.audits.finding import Evidence, Finding, name_some
from api.usecases.context import Context
from api.usecases.planning import pins, tilts
from api.usecases.planning.aims import aims, stored_order
from api.usecases.planning.basis import kept
from api.usecases.planning.build import rebuild
from api.usecases.planning.intents import worded
from graphcore.domain.errors import DoudiError
from graphcore.domain.plan import GoalResult, Outcome
from graphcore.domain.supply import LineState, PlanState
from graphcore.domain.tables import LEFT_OUT, LINES, SHORTFALLS, conform, met
from graphcore.domain.text import say
from optimizer.check import check
from optimizer.order import Aims
from optimizer.problem import Solution
from optimizer.rules import tilted


def one_in_force(e: Evidence) -> list[Finding]:
    """A district has one plan in force at most."""
    plans = e.in_force
    if plans.height <= 1:
        return []
    return name_some(
        "plan.one_in_force", plans, "id", say("同时有 {n} 个计划生效。", n=plans.height)
    )


def nothing_promised_twice(e: Evidence) -> list[Finding]:
    """The units that the plan in force promises of a lot are the units reserved of it."""
    promised = e.counted().group_by("lot").agg(pl.col("held").sum().alias("quantity"))
    lots = e["StockLot"].select("id", "reserved").join(
        promised, left_on="id", right_on="lot", how="full", coalesce=True
    )  # fmt: skip
    wrong = lots.filter(pl.col("quantity").fill_null(0) != pl.col("reserved").fill_null(0))
    return name_some("plan.units", wrong, "id", say("计划承诺的数量与预留数不符。"))


def nothing_served_twice(e: Evidence) -> list[Finding]:
    """No need gets more on a day than it is owed, whatever plans serve it."""
    served = (
        met(e.counted()).group_by("need", "due_day").agg(pl.col("covers").sum().alias("quantity"))
    )
    over = served.join(e["Need"], left_on="need", right_on="id", how="left").filter(
        pl.col("per_day").is_null() | (pl.col("quantity") > pl.col("per_day"))
    )
    return name_some("plan.needs", over, "need", say("同一需求被安排的数量超过应得。"))


def intent_holds(e: Evidence) -> list[Finding]:
    """Designated goods went where their donor named, unless consent to redirect is recorded."""
    agreed = pl.col("redirect_consent").fill_null(value=False) | pl.col("surplus").fill_null(
        value=False  # how much of it may go elsewhere is judged with the plan
    )
    gifts = worded(e["Donation"], e["Project"]).filter(~agreed).select(
        pl.col("id").alias("donation"), "only_townships", "only_groups", "only_needs", "only_things"
    )  # fmt: skip
    lots = e["StockLot"].select(pl.col("id").alias("lot"), "donation").join(gifts, on="donation")
    groups = e["HardshipStatus"].group_by("household").agg(pl.col("group").unique())
    lines = met(e.counted()).join(lots, on="lot").join(
        groups, left_on="subject", right_on="household", how="left"
    )  # fmt: skip
    named, meant = pl.col("only_townships"), pl.col("only_groups")
    place = (named.list.len() > 0) & ~named.list.contains(pl.col("township"))
    shared = meant.list.set_intersection("group").list.len().fill_null(0)
    needs = e["Need"].select(pl.col("id").alias("need"), "basic")
    lines = lines.join(needs, on="need", how="left")
    use = pl.col("only_needs").fill_null([])
    place |= (use.list.len() > 0) & ~use.list.contains(pl.col("basic"))
    things = pl.col("only_things")
    place |= (things.list.len() > 0) & ~things.list.contains(pl.col("need_item"))
    wrong = lines.filter(place | ((meant.list.len() > 0) & (shared == 0)))
    return name_some("plan.intent", wrong, "id", say("该行动用的捐赠物资不符合捐赠意向。"))


def approved_by_name(e: Evidence) -> list[Finding]:
    """Approvals and answers are events of a named person."""
    told = [json.loads(x.canonical) for x in e.events]
    signed = {(x["body"]["plan"], x["actor"]) for x in told if x["type"] == "plan.approved"}
    answered = {x["body"]["line"] for x in told if x["type"] == "request.answered"}
    answered |= {c for x in told if x["type"] == "plan.published" for c in x["body"]["carried"]}
    plans = e["Plan"].filter(pl.col("state") == PlanState.APPROVED.value)
    unsigned = [p for p, who in plans.select("id", "approved_by").iter_rows()
                if not who or (p, who) not in signed]  # fmt: skip
    states = [LineState.ACCEPTED.value, LineState.REFUSED.value]
    lines = e["AllocationLine"].filter(
        pl.col("state").is_in(states) & pl.col("plan").is_in(e.in_force["id"].implode())
    )
    silent = [x for x in lines["id"].to_list() if x not in answered]
    text = say("没有具名人员的批准或答复记录。")
    return [Finding("plan.signed", ref, text) for ref in [*unsigned, *silent]]


def drafts_swept(e: Evidence) -> list[Finding]:
    """Every row of a plan has its plan; what never was published is gone."""
    plans = e["Plan"]["id"].implode()
    found = []
    for label in ("AllocationLine", "Shortfall", "LeftOut"):
        loose = e[label].filter(~pl.col("plan").is_in(plans))
        found += name_some("plan.rows", loose, "id", say("该行不属于任何计划。"))
    return found


def as_published(e: Evidence) -> list[Finding]:
    """Plans and the events that published them tell the same number of lines."""
    told = [json.loads(x.canonical)["body"] for x in e.events if x.type == "plan.published"]
    lines = dict(e["AllocationLine"].group_by("plan").len().iter_rows())
    text = say("计划的行数与审计链中的记录不符。")
    known = {b["plan"]: b["lines"] for b in told}
    published = e["Plan"].filter(pl.col("state") != PlanState.DRAFT.value)["id"].to_list()
    wrong = [p for p in published if known.get(p) != lines.get(p, 0)]
    return [Finding("plan.events", p, text) for p in wrong]


def keeps_every_rule(ctx: Context, e: Evidence) -> Iterator[Finding]:
    """Judge the plan in force again, if the data are still those that it was made from."""
    for row in e.in_force.iter_rows(named=True):
        try:
            snapshot, owed, problem = rebuild(ctx, row)
        except DoudiError as error:
            yield Finding("plan.rules", row["id"], error.what)
            return
        untouched = e["AllocationLine"].filter(
            (pl.col("plan") == row["id"])
            & (
                (pl.col("dispatched").fill_null(0) > 0)
                | ~pl.col("state").is_in(["firm", "request"])
            )
        )
        if snapshot.digest == row["snapshot"] and untouched.is_empty():
            solution = _solution(e, row)
            payload = _payload(ctx, str(row["id"]))
            fixed = pins.as_planned(payload, solution.lines, problem)
            found = check(fixed, solution, _aims(e, row, kept(payload, "pinned")))
            sets, said = tilts.sets_of(owed), tilts.stored(row)
            for broken in found + tilted.stated(owed.needs, solution.lines, sets, said):
                yield Finding(f"plan.rules.{broken.rule}", broken.ref, broken.what)


def _payload(ctx: Context, plan: str) -> str:
    """Return what the plan was made from, packed; "" if nothing was kept."""
    rows = ctx.store.read(lambda unit: unit.rows("replan.basis", plan=plan))
    return str(rows[0]["payload"]) if rows else ""


def _aims(e: Evidence, row: dict[str, object], pinned: pl.DataFrame) -> Aims:
    """Return what the plan was asked to be: the plan that it was made on is still stored."""
    base = e["Plan"].filter(pl.col("id") == str(row["base"]))
    lines = e["AllocationLine"].filter(pl.col("plan") == str(row["base"])).rename({"id": "line"})
    here = pl.col("quantity") - pl.col("dispatched").fill_null(0)  # what left is kept anyway
    lines = lines.with_columns(here.alias("quantity")).filter(pl.col("quantity") > 0)
    lines = pins.movable(lines, pinned)
    was = str(base["first_on"][0]) if base.height else ""
    first_on, days = date.fromisoformat(str(row["first_on"])), int(str(row["days"]))
    return aims(stored_order(row), conform(lines, LINES), was, first_on, days)


def _solution(e: Evidence, row: dict[str, object]) -> Solution:
    def mine(label: str, key: str) -> pl.DataFrame:
        return e[label].filter(pl.col("plan") == str(row["id"])).rename({"id": key})

    goals = json.loads(str(row["goals"]))
    return Solution(
        conform(mine("AllocationLine", "line"), LINES),
        conform(mine("Shortfall", "shortfall"), SHORTFALLS),
        conform(mine("LeftOut", "left_out"), LEFT_OUT),
        tuple(GoalResult(**{**g, "outcome": Outcome(g["outcome"])}) for g in goals),
        bool(row["by_clock"]),
    )
