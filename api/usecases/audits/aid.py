"""Aid by programme: at entry, one is told what the household gets for the same need already.

A warning refuses nothing. Aid that the matrix does not allow is recorded once the person at the
desk confirms it by name, and stays on the list of findings.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.audits.gathering import AID_ROWS
from api.usecases.audits.warning import warn
from api.usecases.context import Context
from api.usecases.homes import find_home
from graphcore.domain.actor import Actor
from graphcore.domain.errors import InputError
from graphcore.domain.event import EventDraft
from graphcore.domain.household import BasicNeed
from graphcore.domain.ids import Kind
from graphcore.domain.text import Text, say
from graphcore.store.port import WriteUnit


@dataclass(frozen=True, slots=True)
class NewAid:
    """What a household is to get: a programme, for a basic need, on days (ISO; "" = open)."""

    household: str
    programme: str
    basic: str
    first_on: str
    last_on: str = ""
    quantity: int = 0
    amount_fen: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """The id, "" if nothing was recorded since warnings wait to be confirmed; the warnings."""

    id: str
    warnings: tuple[Text, ...]


class _Waits(Exception):
    """Ends the write unit: somebody has to look at the warnings first."""

    def __init__(self, warnings: tuple[Text, ...]) -> None:
        super().__init__()
        self.warnings = warnings


def record_aid(
    ctx: Context, actor: Actor, aid: NewAid, *, confirmed: bool = False, ref: str = ""
) -> Entered:
    """Record aid, or return what should be looked at first; ``confirmed`` records it all the same.

    ``ref`` is its id, minted where none is given.

    Raises:
        Forbidden: the actor may not record aid, or the household lies out of scope.
        InputError: an unknown programme or need, days out of order, negative amounts.
        NotFound: no such household.
    """
    authorise(actor, Operation.RECORD_AID)
    _sound(ctx, aid)
    at, key = ctx.clock(), ref or ctx.mint.mint(Kind.AID)

    def write(unit: WriteUnit) -> Entered:
        home = find_home(unit, aid.household)
        authorise(actor, Operation.RECORD_AID, str(home["village"]))
        row = _row(aid, key, str(home["id"]), actor, at)
        found = warn(ctx, unit, {"label": "Aid", **{k: row[k] for k in AID_ROWS}},
                     date.fromisoformat(aid.first_on))  # fmt: skip
        warnings = tuple(w.text for w in found)
        if warnings and not confirmed:
            raise _Waits(warnings)
        _write(unit, actor, {**row, "confirmed": bool(warnings)})
        return Entered(key, warnings)

    try:
        return ctx.store.write(ctx.district, write)
    except _Waits as waits:
        return Entered("", waits.warnings)


def _row(aid: NewAid, key: str, home: str, actor: Actor, at: int) -> dict[str, Any]:
    return {
        "id": key, "household": home, "programme": aid.programme, "basic": aid.basic,
        "first_on": aid.first_on, "last_on": aid.last_on, "quantity": aid.quantity,
        "amount_fen": aid.amount_fen, "source": aid.source, "officer": actor.id, "at": at,
        "version": 1,
    }  # fmt: skip


def _write(unit: WriteUnit, actor: Actor, row: dict[str, Any]) -> None:
    unit.create("Aid", pl.DataFrame([row]))
    ends = pl.DataFrame([{"from": row["id"], "to": row["household"]}])
    unit.link("AID_FOR", "Aid", "Household", ends)
    told = ("id", "household", "programme", "basic", "first_on", "last_on", "quantity",
            "amount_fen", "confirmed")  # fmt: skip
    unit.append(EventDraft("aid.recorded", actor.id, row["at"], {k: row[k] for k in told}))


def _sound(ctx: Context, aid: NewAid) -> None:
    if aid.programme not in ctx.rulebook.programmes:
        raise InputError(say("没有代码为 {code} 的救助项目。", code=aid.programme[:40]),
                         say("项目登记在规则目录的 programmes 下。"), field="programme")  # fmt: skip
    if aid.basic not in set(BasicNeed):
        raise InputError(say("没有这一项基本需求。"), say("可用：food、clothing、water、shelter、medical。"),
                         field="basic")  # fmt: skip
    if min(aid.quantity, aid.amount_fen) < 0:
        raise InputError(say("数量和金额不能为负。"), field="quantity")
    try:
        first = date.fromisoformat(aid.first_on)
        last = date.fromisoformat(aid.last_on) if aid.last_on else first
    except ValueError as error:
        raise InputError(say("日期应写作 YYYY-MM-DD。"), field="first_on") from error
    if last < first:
        raise InputError(say("截止日早于开始日。"), field="last_on")
