"""Changes told on the phone: each is a fact in the graph, an event, and a row that waits for a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from graphcore.domain.actor import Actor
from graphcore.domain.errors import InputError, NotFound
from graphcore.domain.event import EventDraft, Json, canonical_json
from graphcore.domain.ids import Kind
from graphcore.domain.supply import Hold, RoadState
from graphcore.domain.text import say
from graphcore.store.port import Row, WriteUnit


class ChangeKind(StrEnum):
    """What opens a re-plan: all but the last can be told in a word."""

    ROAD_CLOSED = "road_closed"
    ROAD_OPENED = "road_opened"
    LOT_LATE = "lot_late"
    LOT_LOST = "lot_lost"
    LOT_FOUND = "lot_found"
    REQUEST_REFUSED = "request_refused"  # follows from an owner's answer


TOLD = tuple(kind for kind in ChangeKind if kind is not ChangeKind.REQUEST_REFUSED)


@dataclass(frozen=True, slots=True)
class Told:
    """A change as it is told. ``until`` is an ISO date: when the way opens, the goods arrive."""

    kind: ChangeKind
    what: str  # code of a road or lot
    until: str = ""
    giver: str = ""  # the office or post that told it


@dataclass(frozen=True, slots=True)
class Contained:
    """A change and the first plan that contains it; ``number`` 0 = none yet."""

    id: str
    kind: ChangeKind
    what: str
    giver: str
    plan: str
    number: int


def state_change(ctx: Context, actor: Actor, told: Told, change: str = "") -> str:
    """Record a change; return its id. The next re-plan takes it up, with all others that wait.

    ``change`` is the id it gets, where the caller has minted one.

    Raises:
        Forbidden: the actor may not state changes.
        NotFound: no such road or lot.
        InputError: a day is missing or is no date.
    """
    authorise(actor, Operation.STATE_CHANGE, ctx.district)
    _check(told)
    key, at = change or ctx.mint.mint(Kind.CHANGE), ctx.clock()

    def write(unit: WriteUnit) -> str:
        label, row = _fact(unit, told)
        unit.update(label, pl.DataFrame([row]))
        _open(unit, ctx.district, actor, told, (key, str(row["id"]), at))
        return key

    return ctx.store.write(ctx.district, write)


def refused(ctx: Context, unit: WriteUnit, actor: Actor, lots: list[str]) -> list[str]:
    """Open a re-plan for lots whose owners refused, in the unit that records it; return the ids."""
    known = dict(unit.nodes("StockLot", lots).select("id", "code").iter_rows())
    at, keys = ctx.clock(), [ctx.mint.mint(Kind.CHANGE) for _ in lots]
    for key, lot in zip(keys, lots, strict=True):
        told = Told(ChangeKind.REQUEST_REFUSED, known[lot])
        _open(unit, ctx.district, actor, told, (key, lot, at))
    return keys


def _open(
    unit: WriteUnit, district: str, actor: Actor, told: Told, named: tuple[str, str, int]
) -> None:
    """Write the row that waits for a plan, and its event."""
    key, what, at = named
    body: dict[str, Json] = {
        "change": key, "what": what, "until": told.until, "giver": told.giver,
    }  # fmt: skip
    unit.create("Change", pl.DataFrame([{
        "id": key, "district": district, "kind": told.kind.value, "what": told.what,
        "told": canonical_json(body), "giver": told.giver, "actor": actor.id, "at": at,
        "plan": "", "version": 1,
    }]))  # fmt: skip
    unit.append(EventDraft(f"change.{told.kind.value}", actor.id, at, body))


def _check(told: Told) -> None:
    if told.kind not in TOLD:
        raise InputError(say("拒绝调用的答复请用 doudi accept --refuse 登记。"),
                         say("登记后自动列为待调整的变化。"), field="kind")  # fmt: skip
    if told.kind is ChangeKind.LOT_LATE and not told.until:
        raise InputError(say("推迟到货须写明新的到货日期。"), say("请加上 --until 2026-07-03 这样的日期。"),
                         field="until")  # fmt: skip
    try:
        if told.until:
            date.fromisoformat(told.until)
    except ValueError as error:
        raise InputError(say("日期应写成 2026-07-01 的样子。"), say("请改正日期后重试。"),
                         field="until") from error  # fmt: skip


def _fact(unit: WriteUnit, told: Told) -> tuple[str, Mapping[str, object]]:
    """Return the node to change and its new columns."""
    if told.kind in (ChangeKind.ROAD_CLOSED, ChangeKind.ROAD_OPENED):
        row = _one(unit, "Road", told.what)
        shut = told.kind is ChangeKind.ROAD_CLOSED
        state = RoadState.CUT if shut else RoadState.OPEN
        return "Road", _next(row, state=state.value, repaired_on=told.until if shut else "")
    row = _one(unit, "StockLot", told.what)
    if told.kind is ChangeKind.LOT_LATE:
        return "StockLot", _next(row, arrives_on=told.until)
    hold = Hold.FROZEN if told.kind is ChangeKind.LOT_LOST else Hold.NONE
    return "StockLot", _next(row, hold=hold.value)


def _next(row: Mapping[str, object], **columns: object) -> dict[str, object]:
    return {"id": row["id"], **columns, "version": int(str(row["version"])) + 1}


def _one(unit: WriteUnit, label: str, code: str) -> dict[str, object]:
    found = unit.nodes(label).filter((pl.col("code") == code) | (pl.col("id") == code))
    if found.height != 1:
        advice = {"Road": say("请核对道路通行情况表中的路段编号。"),
                  "StockLot": say("请用 doudi show stock 查看批次编号。")}  # fmt: skip
        raise NotFound(say("没有编号为 {code} 的路段或批次。", code=code[:40]), advice[label])
    return found.row(0, named=True)


def contained(ctx: Context, actor: Actor, change: str) -> Contained:
    """Return a change with the first plan that contains it.

    Raises:
        Forbidden: the actor may not read plans.
        NotFound: no such change.
    """
    authorise(actor, Operation.READ_PLAN, ctx.district)
    rows = ctx.store.read(lambda unit: unit.rows("replan.change", change=change))
    if not rows:
        raise NotFound(say("没有编号为 {change} 的变化记录。", change=change[:40]),
                       say("请核对登记时返回的编号。"))  # fmt: skip
    return _contained(rows[0])


def _contained(row: Row) -> Contained:
    return Contained(
        str(row["id"]), ChangeKind(str(row["kind"])), str(row["what"]), str(row["giver"]),
        str(row["plan"]), int(str(row["number"] or 0)),
    )  # fmt: skip


def waiting(ctx: Context) -> list[Row]:
    """Return the changes that no plan contains yet, oldest first."""
    return ctx.store.read(lambda unit: unit.rows("replan.changes_open", district=ctx.district))


def settle(ctx: Context, rows: list[Row], plan: str) -> None:
    """Note that a plan is the first to contain these changes."""
    if not rows:
        return
    now = pl.DataFrame(
        [{"id": r["id"], "plan": plan, "version": int(str(r["version"])) + 1} for r in rows]
    )
    ctx.store.write(ctx.district, lambda unit: unit.update("Change", now))
