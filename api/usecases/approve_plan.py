"""Approve: a named officer signs the plan in force; only then may its lines leave."""

from __future__ import annotations

from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from graphcore.domain.actor import Actor
from graphcore.domain.errors import NotFound, WrongState
from graphcore.domain.event import EventDraft
from graphcore.domain.supply import PlanState
from graphcore.domain.text import Text, say
from graphcore.store.port import ReadUnit, WriteUnit


def approve_plan(ctx: Context, actor: Actor, plan: str) -> None:
    """Sign a published plan.

    Raises:
        Forbidden: the actor is not one who may approve.
        NotFound: no such plan.
        WrongState: it was approved already, or another plan has taken its place; says which.
    """
    authorise(actor, Operation.APPROVE_PLAN, ctx.district)
    at = ctx.clock()

    def write(unit: WriteUnit) -> None:
        row = _published(unit, ctx.district, plan)
        unit.update("Plan", pl.DataFrame([{
            "id": plan, "state": PlanState.APPROVED.value, "approved_at": at,
            "approved_by": actor.id, "version": row["version"] + 1,
        }]))  # fmt: skip
        unit.append(EventDraft("plan.approved", actor.id, at, {"plan": plan}))

    ctx.store.write(ctx.district, write)


def _published(unit: ReadUnit, district: str, plan: str) -> dict[str, Any]:
    found = unit.nodes("Plan", [plan]).filter(
        (pl.col("district") == district) & (pl.col("state") != PlanState.DRAFT.value)
    )
    if found.is_empty():
        raise NotFound(
            say("没有找到计划 {plan}。", plan=plan), say("请用 doudi show 查看现行计划。")
        )
    row: dict[str, Any] = found.row(0, named=True)
    if row["state"] != PlanState.PUBLISHED.value:
        raise WrongState(_why(unit, district, row), say("请查看现行计划后再作决定。"))
    return row


def _why(unit: ReadUnit, district: str, row: dict[str, Any]) -> Text:
    if row["state"] == PlanState.APPROVED.value:
        return say("第 {number} 号计划已由 {who} 批准。", number=row["number"],
                   who=row["approved_by"])  # fmt: skip
    now = unit.rows("planning.current", district=district)[0]
    return say("第 {number} 号计划已被第 {now} 号取代，不能再批准。", number=row["number"],
               now=now["number"])  # fmt: skip
