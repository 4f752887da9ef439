"""Decide and hand over: each act by a named person, with its reason, in the audit chain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.audits.warning import Warned, warn
from api.usecases.cases.found import case_of
from api.usecases.cases.propose import Today, entitled_on, nodes, open_cases
from api.usecases.context import Context
from api.usecases.privacy.sealing import seal
from graphcore.casework.cases import Act, CaseState, after
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import Conflict, InputError
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.text import Text, say
from graphcore.store.port import ReadUnit, WriteUnit


@dataclass(frozen=True, slots=True)
class Done:
    """What an act led to; ``opened`` is the case that follows, "" if none.

    ``warnings``: aid for the same need that stands beside an approval; ``waits``: nothing was done,
    somebody has to look at them first.
    """

    case: str
    state: CaseState
    opened: str = ""
    warnings: tuple[Text, ...] = ()
    waits: bool = False


def act(
    ctx: Context, actor: Actor, case: str, what: Act, reason: str = "", to: str = "", *,
    confirmed: bool = False, strict: bool = False,
) -> Done:  # fmt: skip
    """Do one act on a case.

    An approval beside aid that the compatibility matrix forbids for the same need and days waits
    for ``confirmed`` (``strict``: is refused); beside a pair that it does not name it only warns.
    An offer goes to the bureau of the benefit that follows by the rulebook, or of ``to`` where the
    rulebook knows another. Accepting opens that benefit's case: by the rules if the household is
    likely entitled, else with the facts of the case handed over, since the receiver decides.

    Raises:
        Forbidden: the actor may not decide, or the household lies out of scope.
        NotFound: no such case.
        WrongState: the act is not possible in the case's state.
        InputError: a reason is missing, or nothing follows the benefit.
        Conflict: somebody else acted on the case meanwhile; or, ``strict``, the approval waits.
    """
    seen = ctx.store.read(lambda unit: case_of(unit, case))
    authorise(actor, Operation.DECIDE_CASE, str(seen["township"]))
    at = ctx.clock()
    state = after(what, CaseState(seen["state"]), reason)
    following = _following(ctx, seen, to) if what in (Act.OFFER, Act.ACCEPT) else ""
    opened = _opening(ctx, actor, seen, following, at) if what is Act.ACCEPT else None

    def write(unit: WriteUnit) -> Done:
        row = _unmoved(unit, case, seen)
        found = _beside(ctx, unit, row, at) if what is Act.APPROVE else ()
        warnings = tuple(w.text for w in found)
        if any(w.forbidden for w in found) and not confirmed:
            return _waiting(row, warnings, strict=strict)
        unit.update("AidCase", _changed(ctx, row, what, state, actor, at, following))
        if reason.strip():
            seal(ctx, unit, "AidCase", case, {"reason": reason})
        new = _open(unit, opened, case) if opened is not None else ""
        body: dict[str, Json] = {"case": case, "act": what.value, "state": state.value,
                                 "opened": new, "warned": len(found)}  # fmt: skip
        unit.append(EventDraft("case.acted", actor.id, at, body))
        return Done(case, state, new, warnings)

    return ctx.store.write(ctx.district, write)


def _waiting(row: dict[str, Any], warnings: tuple[Text, ...], *, strict: bool) -> Done:
    """Say that an approval waits for somebody to look at other aid; ``strict``: refuse it."""
    if not strict:
        return Done(str(row["id"]), CaseState(row["state"]), "", warnings, waits=True)
    raise Conflict(
        say("同一需求、同一时段已有其他救助（{n} 项），没有批准。", n=len(warnings)),
        say("请先核对；核实后如仍要批准，请写明已看过提醒（confirmed）。"),
    )


def _unmoved(unit: ReadUnit, case: str, seen: dict[str, Any]) -> dict[str, Any]:
    row = case_of(unit, case)
    if row["version"] != seen["version"]:
        raise Conflict(say("此个案刚被他人办理。"), say("请重新查看后再办。"))
    return row


def _beside(ctx: Context, unit: ReadUnit, row: dict[str, Any], at: int) -> tuple[Warned, ...]:
    """Return the aid for the same need and days that approving a case would stand beside."""
    programme = ctx.rulebook.programmes.get(str(row["benefit"]))
    if programme is None or not programme.basic:
        return ()
    new = {"label": "AidCase", "id": row["id"], "household": row["household"],
           "programme": row["benefit"], "basic": programme.basic.value,
           "first_on": row["from_on"], "last_on": row["to_on"]}  # fmt: skip
    return warn(ctx, unit, new, day_of(at))


def _following(ctx: Context, row: dict[str, Any], to: str) -> str:
    """Return the benefit that a case is handed over to."""
    rule = ctx.rulebook.benefits[str(row["benefit"])]
    following = to or str(row["follows_on"] or "") or rule.next
    if not following or following not in (rule.next, *rule.also):
        raise InputError(
            say("“{name}”之后没有可移交的救助项目。", name=rule.name),
            say("可移交的项目：{codes}。", codes="、".join(c for c in (rule.next, *rule.also) if c) or say("无")),
            field="case",
        )  # fmt: skip
    return following


def _changed(
    ctx: Context, row: dict[str, Any], what: Act, state: CaseState, actor: Actor, at: int,
    following: str,
) -> pl.DataFrame:  # fmt: skip
    offered = ctx.rulebook.benefits[following].owner if what is Act.OFFER else row["offered_to"]
    return pl.DataFrame([{
        "id": row["id"], "state": state.value,
        "decided_at": at, "decided_by": actor.id, "version": row["version"] + 1,
        "offered_to": "" if what is Act.RETURN else offered,
        "follows_on": following if what is Act.OFFER else row["follows_on"] or "",
    }])  # fmt: skip


def _opening(
    ctx: Context, actor: Actor, row: dict[str, Any], benefit: str, at: int
) -> pl.DataFrame:
    """Return the node of the case that the receiver opens."""
    today = entitled_on(ctx, str(row["disaster"]), day_of(at))
    mine = today.likely.filter(
        (pl.col("household") == row["household"]) & (pl.col("benefit") == benefit)
    )
    known = mine if mine.height else as_known(ctx, row, benefit, today, at)
    return nodes(replace(today, likely=known), actor, at, follows=str(row["id"]))


def as_known(
    ctx: Context, row: dict[str, Any], benefit: str, today: Today, at: int
) -> pl.DataFrame:
    """One LIKELY row with what the giver knew; the amount is the receiver's to decide."""
    rule = ctx.rulebook.benefits[benefit]
    said = {
        **{name: row[name] for name in ("household", "township", "village")},
        "benefit": benefit, "stage": rule.stage, "owner": rule.owner, "persons": row["persons"],
        "days": 0, "from_on": day_of(at).isoformat(), "to_on": "", "amount_fen": 0,
        "raised_permille": row["raised_permille"], "cites": rule.values[-1].cites,
        "papers": list(rule.papers), "papers_due_on": "",
    }  # fmt: skip
    return pl.DataFrame([said], schema=today.likely.schema)


def _open(unit: WriteUnit, rows: pl.DataFrame, giver: str) -> str:
    """Create the case that follows unless the household has it already; link the two."""
    key = str(rows["id"][0])
    if unit.nodes("AidCase", [key]).is_empty():
        open_cases(unit, rows)
    unit.link("FOLLOWS", "AidCase", "AidCase", pl.DataFrame([{"from": key, "to": giver}]))
    return key
