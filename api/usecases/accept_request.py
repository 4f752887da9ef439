"""Requests: the owner of goods that the bureau does not command says yes or no to a line."""

from __future__ import annotations

from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.planning import reserve
from api.usecases.planning.changes import refused
from graphcore.domain.actor import Actor
from graphcore.domain.errors import Conflict, NotFound, WrongState
from graphcore.domain.event import EventDraft
from graphcore.domain.ids import Kind, derived
from graphcore.domain.supply import LineState, PlanState
from graphcore.domain.tables import LINES
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, WriteUnit

IN_FORCE = (PlanState.PUBLISHED.value, PlanState.APPROVED.value)
REQUESTED, REFUSED = "requested", "refused"


def accept_request(
    ctx: Context, actor: Actor, what: str, *, accepted: bool, reason: str = ""
) -> int:
    """Record the owner's answer to a line, or to all open requests on a lot (its id or code).

    Yes reserves the goods; no leaves the shortfall as refused and opens a re-plan: a change that
    waits until a plan no longer asks for the lot. Returns how many lines were answered: all of
    them or, if one cannot be, none.

    Raises:
        Forbidden: the actor may not record answers.
        NotFound: no such line or lot.
        WrongState: the line is no open request of the plan in force, or the lot has none.
        Conflict: the lot no longer holds enough.
    """
    authorise(actor, Operation.ANSWER_REQUEST, ctx.district)
    at = ctx.clock()
    state = LineState.ACCEPTED if accepted else LineState.REFUSED

    def write(unit: WriteUnit) -> int:
        keys = _lines_of(unit, ctx.district, what)
        lots: set[str] = set()
        for key in keys:
            row = _open_request(unit, ctx.district, key)
            lots.add(str(row["lot"]))
            if accepted:
                _reserve(unit, row, at)
            unit.update("AllocationLine", pl.DataFrame([
                {"id": key, "state": state.value, "answer": reason, "version": row["version"] + 1}
            ]))  # fmt: skip
            _settle_shortfall(unit, row, accepted=accepted)
            unit.append(EventDraft("request.answered", actor.id, at, {
                "line": key, "plan": row["plan"], "accepted": accepted, "lot": row["lot"],
                "quantity": row["quantity"],
            }))  # fmt: skip
        if not accepted:
            refused(ctx, unit, actor, sorted(lots))
        return len(keys)

    return ctx.store.write(ctx.district, write)


def _lines_of(unit: ReadUnit, district: str, what: str) -> list[str]:
    """Return the line itself, or the open requests on the lot that is named."""
    if what.startswith(f"{Kind.LINE}-"):
        return [what]
    lots = unit.nodes("StockLot").filter((pl.col("id") == what) | (pl.col("code") == what))
    if lots.is_empty():
        raise NotFound(say("没有编号为 {what} 的分配行或批次。", what=what[:40]),
                       say("请用 doudi show requests 查看待答复的请求。"))  # fmt: skip
    plan = unit.rows("planning.current", district=district)
    lines = unit.table("planning.lines", LINES, plan=str(plan[0]["id"]) if plan else "")
    keys = lines.filter(
        (pl.col("lot") == lots["id"][0]) & (pl.col("state") == LineState.REQUEST.value)
    )["line"].to_list()
    if not keys:
        raise WrongState(say("批次 {lot} 没有待答复的请求。", lot=lots["code"][0]),
                         say("请用 doudi show requests 查看待答复的请求。"))  # fmt: skip
    return keys


def _open_request(unit: ReadUnit, district: str, line: str) -> dict[str, Any]:
    found = unit.nodes("AllocationLine", [line])
    if found.is_empty():
        raise NotFound(say("没有编号为 {line} 的分配行。", line=line),
                       say("请用 doudi show lines 查看编号。"))  # fmt: skip
    row: dict[str, Any] = found.row(0, named=True)
    plan = unit.nodes("Plan", [row["plan"]]).row(0, named=True)
    if plan["district"] != district or plan["state"] not in IN_FORCE:
        raise WrongState(say("该行所属的第 {number} 号计划已不是现行计划。", number=plan["number"]),
                         say("请查看现行计划中的请求。"))  # fmt: skip
    if row["state"] != LineState.REQUEST.value:
        raise WrongState(say("分配行 {line} 不是待答复的请求。", line=line),
                         say("请用 doudi show lines 查看其状态。"))  # fmt: skip
    return row


def _reserve(unit: WriteUnit, row: dict[str, Any], at: int) -> None:
    lot = unit.nodes("StockLot", [row["lot"]]).row(0, named=True)
    left = lot["on_hand"] - lot["reserved"]
    if left < row["quantity"]:
        raise Conflict(say("批次 {lot} 只剩 {left}，不够请求的 {asked}。", lot=lot["code"], left=left,
                           asked=row["quantity"]),
                       say("请与权属单位核对，或重新制定计划。"))  # fmt: skip
    taken = pl.DataFrame([{"lot": row["lot"], "quantity": row["quantity"]}], schema=reserve.HELD)
    reserve.move(unit, taken.clear(), taken, base="", plan=row["plan"], at=at, cause=row["id"])


def _settle_shortfall(unit: WriteUnit, row: dict[str, Any], *, accepted: bool) -> None:
    """Take the line's units off the shortfall that waited for it; refused ones stay, as refused."""
    waiting = unit.rows("planning.waiting", plan=row["plan"], need=row["need"], day=row["due_day"])
    left = int(row["covers"])
    for short in waiting:
        units = min(left, int(str(short["quantity"])))
        rest = int(str(short["quantity"])) - units
        if rest:
            unit.update("Shortfall", pl.DataFrame([{"id": short["id"], "quantity": rest}]))
        else:
            unit.delete("Shortfall", [str(short["id"])])
        left -= units
    if not accepted and row["covers"]:
        _lacking(unit, row)


def _lacking(unit: WriteUnit, row: dict[str, Any]) -> None:
    tier = unit.nodes("Need", [row["need"]])["tier"][0]
    key = derived(Kind.SHORTFALL, row["plan"], row["id"])
    unit.create("Shortfall", pl.DataFrame([{
        "id": key, **{c: row[c] for c in ("plan", "need", "subject", "township", "point")},
        "item": row["need_item"], "day": row["due_day"], "quantity": row["covers"], "tier": tier, "reason": REFUSED,
        "detail": "{}",
    }]))  # fmt: skip
    ends = [("PLANNED_IN", "Plan", row["plan"]), ("LACKS", "Need", row["need"])]
    for rel, label, target in ends:
        unit.link(rel, "Shortfall", label, pl.DataFrame([{"from": key, "to": target}]))
