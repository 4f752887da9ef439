"""The term of a decision: it runs from the day on which the application was accepted.

A case that was opened because somebody is likely entitled has no term until they apply: the day is
that of their application at the desk, or what the township records. It may be extended once.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.cases.found import case_of
from api.usecases.context import Context
from api.usecases.privacy.sealing import seal
from graphcore.casework.cases import CaseState
from graphcore.casework.desk import Kind as Asked
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import InputError, WrongState
from graphcore.domain.event import EventDraft
from graphcore.domain.text import say
from graphcore.policy.rulebook import Rulebook
from graphcore.policy.workdays import after_working_days
from graphcore.store.port import ReadUnit, WriteUnit

TERM, EXTENDED = "benefit.decide_days", "benefit.decide_days_extended"
_S = pl.String()
_TERM = {"id": _S, "accepted": _S, "decide_by": _S}


def accept(ctx: Context, actor: Actor, case: str, on: date | None = None) -> str:
    """Record the day on which a case's application was accepted; return the last day to decide.

    Raises:
        Forbidden: the actor may not do it there.
        NotFound: no such case.
        WrongState: it is decided.
        InputError: the day is yet to come, or another one is recorded already.
        NoRuleInForce: the calendar has no value on a day of the term.
    """
    at = ctx.clock()
    day = on or day_of(at)
    if day > day_of(at):
        raise InputError(say("受理日期不能晚于今天。"), say("请核对日期。"), field="on")
    row = _waiting(ctx, actor, case, Operation.RECEIVE_PAPERS)
    last = _last(ctx.rulebook.within(ctx.district), str(row["benefit"]), day, "")

    def write(unit: WriteUnit) -> str:
        now = case_of(unit, case)
        if now["accepted_on"] and now["accepted_on"] != day.isoformat():
            raise InputError(say("已登记受理日期 {day}。", day=now["accepted_on"]),
                             say("受理日期登记后不改。"), field="on")  # fmt: skip
        unit.update("AidCase", pl.DataFrame([{
            "id": case, "accepted_on": day.isoformat(), "version": now["version"] + 1}]))  # fmt: skip
        unit.append(EventDraft("case.accepted", actor.id, at,
                               {"case": case, "on": day.isoformat(), "decide_by": last}))  # fmt: skip
        return last

    return ctx.store.write(ctx.district, write)


def extend(ctx: Context, actor: Actor, case: str, reason: str) -> str:
    """Extend the term of a decision, once and within it; return the last day to decide.

    The reason is sealed with the case.

    Raises:
        Forbidden: the actor may not decide cases there.
        NotFound: no such case.
        WrongState: it is decided, was not accepted, has no extension, or has had it, or is late.
        InputError: no reason.
    """
    at = ctx.clock()
    row, day = _waiting(ctx, actor, case, Operation.DECIDE_CASE), day_of(at)
    if not reason.strip():
        raise InputError(say("延期必须写明理由。"), say("请用 --reason 写明理由。"), field="reason")
    rules = ctx.rulebook.within(ctx.district)
    accepted = _accepted(ctx, case)
    last = _extended(rules, row, accepted, day)

    def write(unit: WriteUnit) -> str:
        now = case_of(unit, case)
        if now["extended_on"]:
            raise WrongState(say("此个案的决定期限已经延长过一次。"), say("请在期限内作出决定。"))
        unit.update("AidCase", pl.DataFrame([{
            "id": case, "accepted_on": accepted, "extended_on": day.isoformat(),
            "version": now["version"] + 1}]))  # fmt: skip
        seal(ctx, unit, "AidCase", case, {"extension": reason})
        unit.append(EventDraft("case.extended", actor.id, at, {"case": case, "decide_by": last}))
        return last

    return ctx.store.write(ctx.district, write)


def _extended(rules: Rulebook, row: dict[str, Any], accepted: str, day: date) -> str:
    """Return the last day of the longer term, if the case may have it today."""
    benefit = str(row["benefit"])
    if not accepted:
        raise WrongState(say("此个案尚未受理，决定期限还没有起算。"), say("请先登记受理日期。"))
    began = date.fromisoformat(accepted)
    longer = _last(rules, benefit, began, day.isoformat())
    if not longer:
        raise WrongState(
            say("这项救助没有可以延长的决定期限。"), say("请用 doudi policy 查看现行期限。")
        )
    if day.isoformat() > _last(rules, benefit, began, ""):
        raise WrongState(say("决定期限已过，不能再延长。"), say("请尽快作出决定，并说明逾期原因。"))
    return longer


def _waiting(ctx: Context, actor: Actor, case: str, operation: Operation) -> dict[str, Any]:
    row = ctx.store.read(lambda unit: case_of(unit, case))
    authorise(actor, operation, str(row["township"]))
    if row["state"] != CaseState.PROPOSED.value:
        raise WrongState(say("此个案已经作出决定。"), say("请用 doudi cases list 查看个案现状。"))
    return row


def _accepted(ctx: Context, case: str) -> str:
    rows = ctx.store.read(lambda unit: with_acceptance(unit, unit.nodes("AidCase", [case])))
    return str(rows["accepted"][0])


def with_acceptance(unit: ReadUnit, rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``accepted`` to AidCase rows: the day recorded, or of the first application, "" if none."""
    asked = unit.nodes("Application").filter(
        (pl.col("kind") == Asked.APPLY.value) & (pl.col("household") != "")
    )
    days = [day_of(int(at)).isoformat() for at in asked["received_at"]]
    first = asked.with_columns(pl.Series("_asked", days, dtype=_S)).group_by(
        "household", "benefit"
    ).agg(pl.col("_asked").min())  # fmt: skip
    told = pl.col("accepted_on").fill_null("")
    return rows.join(first, on=["household", "benefit"], how="left").with_columns(
        pl.when(told != "").then(told).otherwise(pl.col("_asked").fill_null("")).alias("accepted")
    ).drop("_asked")  # fmt: skip


def terms(rows: pl.DataFrame, rules: Rulebook) -> pl.DataFrame:
    """Return id, accepted, decide_by of undecided, accepted cases (rows with ``accepted``).

    Raises:
        NoRuleInForce: the calendar has no value on a day of a term.
    """
    waiting = rows.filter(
        (pl.col("state") == CaseState.PROPOSED.value) & (pl.col("accepted") != "")
    ).select("id", "benefit", "accepted", pl.col("extended_on").fill_null(""))  # fmt: skip
    ends: dict[tuple[str, str, bool], str] = {}
    told = []
    for key, benefit, accepted, extended in waiting.iter_rows():
        term = (benefit, accepted, bool(extended))
        if term not in ends:
            ends[term] = _last(rules, benefit, date.fromisoformat(accepted), extended)
        told.append((key, accepted, ends[term]))
    return pl.DataFrame(told, schema=_TERM, orient="row").filter(pl.col("decide_by") != "")


def _last(rules: Rulebook, benefit: str, accepted: date, extended: str) -> str:
    """Return the last day to decide by the rules of the day of acceptance, "" without a term."""
    days = dict(rules.at(EXTENDED if extended else TERM, accepted).value)
    if benefit not in days:
        return ""
    return after_working_days(rules, accepted, int(days[benefit])).isoformat()
