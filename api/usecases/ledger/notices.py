"""Notices of the ledger: Civil Affairs takes each version in, and answers by township, timed."""

from __future__ import annotations

from typing import cast

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.pay.draft import PAID_FOR
from graphcore.casework import registered
from graphcore.casework.ledger.answers import Standing, answer_by_township
from graphcore.casework.subjects import groups_on
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import NotFound, WrongState
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, WriteUnit

_HITS = {"disaster": pl.String(), "township": pl.String(), "intensity": pl.Int64()}


def notices(ctx: Context, actor: Actor) -> pl.DataFrame:
    """Return the ledger's versions with their notices, the newest first.

    Columns: those of LedgerNotice, ``number``, ``phase``, ``cause``, ``at``, ``actor``, ``figures``
    (JSON: what the ledger's rows added up to, by township), ``minutes`` (from sent to answered, or
    until now) and ``overdue``.

    Raises:
        Forbidden: the actor may not read cases.
    """
    authorise(actor, Operation.READ_CASES, ctx.district)
    now = ctx.clock()
    versions, sent = ctx.store.read(lambda u: (u.nodes("LedgerVersion"), u.nodes("LedgerNotice")))
    told = versions.select(pl.col("id").alias("ledger"), "number", "phase", "cause", "at", "actor",
                           "figures", "disaster")  # fmt: skip
    until = pl.when(pl.col("answered_at") > 0).then("answered_at").otherwise(pl.lit(now))
    return sent.join(told, on="ledger").with_columns(
        ((until - pl.col("sent_at")) // 60_000_000).alias("minutes"),
        (until > pl.col("due_at")).alias("overdue"),
    ).sort("number", descending=True)  # fmt: skip


def receive(ctx: Context, actor: Actor, number: int = 0) -> str:
    """Record that Civil Affairs has taken a version in (0 = the newest); return the notice's id.

    Raises:
        Forbidden: the actor is not of Civil Affairs.
        NotFound: no such version.
        WrongState: it was taken in before.
    """
    authorise(actor, Operation.ANSWER_LEDGER, ctx.district)
    at = ctx.clock()

    def write(unit: WriteUnit) -> str:
        row = _find(unit, ctx.district, number)
        if row["received_at"]:
            raise WrongState(say("第 {number} 版台账已经签收。", number=row["number"]))
        unit.update("LedgerNotice", pl.DataFrame([{
            "id": row["id"], "received_at": at, "received_by": actor.id,
            "version": int(str(row["version"])) + 1}]))  # fmt: skip
        unit.append(EventDraft("ledger.received", actor.id, at, {"id": str(row["id"])}))
        return str(row["id"])

    return ctx.store.write(ctx.district, write)


def notice_of(unit: ReadUnit, district: str, number: int) -> str:
    """Return the id of a version's notice (0 = the newest).

    Raises:
        NotFound: no such version.
    """
    return str(_find(unit, district, number)["id"])


def _find(unit: ReadUnit, district: str, number: int) -> dict[str, object]:
    versions = unit.nodes("LedgerVersion").filter(pl.col("district") == district).sort("number")
    mine = versions.filter(pl.col("number") == number) if number else versions.tail(1)
    if mine.is_empty():
        raise NotFound(say("没有第 {number} 版台账。", number=number),
                       say("请用 doudi ledger notices 查看。"))  # fmt: skip
    key = derived(Kind.NOTICE, str(mine["id"][0]))
    notice = unit.nodes("LedgerNotice", [key]).row(0, named=True)
    return {**notice, "number": mine["number"][0], "disaster": mine["disaster"][0]}


def answer(ctx: Context, actor: Actor, number: int = 0) -> pl.DataFrame:
    """Answer a version (0 = the newest) with how assistance stands in each hit township.

    Returns LedgerAnswer rows: matches with the register, cases opened, approved, paid and pending
    with their fen. The answer is taken from the records at that moment and kept.

    Raises:
        Forbidden: the actor is not of Civil Affairs.
        NotFound: no such version.
        WrongState: it was answered before.
    """
    authorise(actor, Operation.ANSWER_LEDGER, ctx.district)
    at = ctx.clock()

    def write(unit: WriteUnit) -> pl.DataFrame:
        row = _find(unit, ctx.district, number)
        if row["answered_at"]:
            raise WrongState(say("第 {number} 版台账已经答复。", number=row["number"]),
                             say("情况有变化时请答复下一版。"))  # fmt: skip
        rows = _answers(unit, str(row["id"]), str(row["disaster"]), at)
        unit.create("LedgerAnswer", rows)
        unit.link("ANSWERS", "LedgerAnswer", "LedgerNotice", rows.select(
            pl.col("id").alias("from"), pl.lit(row["id"]).alias("to")))  # fmt: skip
        seen = {} if row["received_at"] else {"received_at": at, "received_by": actor.id}
        unit.update("LedgerNotice", pl.DataFrame([{
            "id": row["id"], "answered_at": at, "answered_by": actor.id, **seen,
            "version": int(str(row["version"])) + 1}]))  # fmt: skip
        body: dict[str, Json] = {
            "id": str(row["id"]), "townships": rows.height,
            "minutes": (at - int(str(row["sent_at"]))) // 60_000_000,
        }  # fmt: skip
        unit.append(EventDraft("ledger.answered", actor.id, at, body))
        return rows

    return ctx.store.write(ctx.district, write)


def _answers(unit: ReadUnit, notice: str, disaster: str, at: int) -> pl.DataFrame:
    of = pl.col("disaster") == disaster
    struck = unit.table("intake.hits", _HITS).filter(of & (pl.col("intensity") > 0))
    rows = answer_by_township(Standing(
        sorted(struck["township"].unique()), unit.nodes("Household").select("id", "township"),
        unit.nodes("LedgerEntry").filter(of), _states(unit, at),
        unit.nodes("AidCase").filter(of), unit.table("pay.paid_for", PAID_FOR),
    ))  # fmt: skip
    ids = [derived(Kind.ANSWER, notice, town) for town in rows["township"]]
    return rows.with_columns(
        pl.Series("id", ids, dtype=pl.String),
        pl.lit(notice).alias("notice"),
        pl.lit(at).alias("at"),
    )


def _states(unit: ReadUnit, at: int) -> pl.DataFrame:
    """Return STATES of every household, as the audits and the townships' lists have them."""
    tied = registered.ties(unit.table("audits.compared", registered.COMPARED))
    held = groups_on(unit.nodes("HardshipStatus"), day_of(at)).rename({"subject": "household"})
    homes = unit.nodes("Household").select(pl.col("id").alias("household"))
    return registered.states(homes.join(held, on="household", how="left"), tied)


def answers(ctx: Context, actor: Actor, number: int = 0) -> pl.DataFrame:
    """Return the LedgerAnswer rows of a version (0 = the newest that was answered), in scope.

    Raises:
        Forbidden: the actor may not read cases.
        NotFound: no version was answered yet.
    """
    authorise(actor, Operation.READ_CASES)
    told = notices(ctx, Actor(actor.id, actor.roles, ""))
    done = told.filter((pl.col("answered_at") > 0) & ((pl.col("number") == number) | (number == 0)))
    if done.is_empty():
        raise NotFound(
            say("还没有答复过的台账版本。"), say("请民政部门先用 doudi ledger answer 答复。")
        )
    key = cast("str", done["id"][0])
    rows = ctx.store.read(lambda unit: unit.nodes("LedgerAnswer"))
    return rows.filter(
        (pl.col("notice") == key) & pl.col("township").str.starts_with(actor.scope)
    ).sort("township")  # fmt: skip
