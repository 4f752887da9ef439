"""Approve: a named officer signs a roster; only then are its orders given out."""

from __future__ import annotations

from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.roster.snapshot import current, digest, told_now
from api.usecases.roster.view import find_roster
from graphcore.domain.actor import Actor
from graphcore.domain.errors import StalePlan, WrongState
from graphcore.domain.event import EventDraft
from graphcore.domain.forces import RosterState
from graphcore.domain.text import say
from graphcore.store.port import WriteUnit


def approve_roster(ctx: Context, actor: Actor, roster: str) -> str:
    """Sign a draft roster ("" = the newest draft); the one before is superseded; return its id.

    Raises:
        Forbidden: the actor is not one who may approve.
        NotFound: no such roster.
        WrongState: it is not a draft.
        StalePlan: volunteers, organisations, equipment or promises changed, or another roster was
            approved, since it was made; says what.
    """
    authorise(actor, Operation.APPROVE_ROSTER, ctx.district)
    at = ctx.clock()

    def write(unit: WriteUnit) -> str:
        row = _draft(unit, ctx.district, roster)
        base = current(unit, ctx.district)
        _still_true(unit, row, base)
        unit.update("Roster", pl.DataFrame([{
            "id": row["id"], "state": RosterState.APPROVED.value, "approved_at": at,
            "approved_by": actor.id, "version": row["version"] + 1,
        }]))  # fmt: skip
        if base:
            old = {"id": base["id"], "state": RosterState.SUPERSEDED.value,
                   "version": base["version"] + 1}  # fmt: skip
            unit.update("Roster", pl.DataFrame([old]))
        body = {"roster": str(row["id"]), "base": str(base.get("id", ""))}
        unit.append(EventDraft("roster.approved", actor.id, at, body))
        return str(row["id"])

    return ctx.store.write(ctx.district, write)


def _draft(unit: WriteUnit, district: str, wanted: str) -> dict[str, Any]:
    drafts = unit.nodes("Roster").filter(
        (pl.col("district") == district) & (pl.col("state") == RosterState.DRAFT.value)
    )
    if not wanted and drafts.height:
        wanted = str(drafts.sort("number")["id"][-1])
    row = find_roster(unit, district, wanted)
    if row["state"] != RosterState.DRAFT.value:
        raise WrongState(say("第 {number} 号排班不是待批准的草案。", number=row["number"]),
                         say("请用 doudi roster show 查看现行排班，或重新排班。"))  # fmt: skip
    return row


def _still_true(unit: WriteUnit, row: dict[str, Any], base: dict[str, Any]) -> None:
    changes = []
    if str(base.get("id", "")) != row["base"]:
        changes.append(say("第 {number} 号排班已在此期间批准。", number=base.get("number", 0)))
    elif digest(told_now(unit, str(row["base"]))) != row["snapshot"]:
        changes.append(say("志愿者、组织、装备、任务、认领、道路或派遣进展在排班之后有变化。"))
    if changes:
        raise StalePlan(say("排班所依据的情况已经变化，没有批准。"), changes,
                        say("请重新运行 doudi roster make，再行批准。"))  # fmt: skip
