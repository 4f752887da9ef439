"""Tasks: findings to work off, by place and rule, each with an owner and a due time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.audits.gathering import gather_facts
from api.usecases.audits.proving import subgraph
from api.usecases.audits.recording import Run, record
from api.usecases.audits.running import found_in
from api.usecases.context import Context
from graphcore.domain.actor import Actor
from graphcore.domain.audit import STANDING, FindingState
from graphcore.domain.errors import InputError, NotFound
from graphcore.domain.event import EventDraft
from graphcore.domain.ids import Kind
from graphcore.domain.tables import Schema
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, Row, WriteUnit

_S, _I = pl.String(), pl.Int64()
COUNTS: Schema = {
    "township": _S, "village": _S, "rule": _S, "reason": _S, "findings": _I, "accepted": _I,
    "households": _I, "since": _I,
}  # fmt: skip
DAY = 86_400_000_000
_EVERY = 100_000_000
OPEN = FindingState.OPEN.value


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings; "" and 0 filter nothing. ``rule`` is a prefix: ``omission`` means them all.

    ``state`` "" means all that stand, accepted or not; overdue are only those nobody accepted.
    """

    rule: str = ""
    township: str = ""
    village: str = ""
    owner: str = ""
    state: str = ""
    overdue: bool = False
    limit: int = 100
    after: str = ""


def run_audits(ctx: Context, actor: Actor, disaster: str = "", ref: str = "") -> Run:
    """Run every audit on the live data and bring the findings up to date.

    ``ref`` is the run's id, minted where none is given.

    Raises:
        Forbidden: the actor may not run audits.
        NotFound: no such disaster.
    """
    authorise(actor, Operation.RUN_AUDIT, ctx.district)
    facts = gather_facts(ctx, disaster)
    return record(ctx, actor, facts, found_in(facts), ref or ctx.mint.mint(Kind.RUN))


def findings(ctx: Context, actor: Actor, wanted: Wanted = Wanted()) -> list[Row]:
    """Return findings within the actor's scope, by id, with their age in days.

    Raises:
        Forbidden: the actor may not read findings, or the place is out of scope.
    """
    authorise(actor, Operation.READ_AUDIT, wanted.village or wanted.township)
    at = ctx.clock()
    rows = ctx.store.read(lambda unit: _page(unit, actor, wanted, at))
    return [{**row, "days": age(row, at)} for row in rows]


def _page(unit: ReadUnit, actor: Actor, wanted: Wanted, at: int) -> list[Row]:
    states = [wanted.state] if wanted.state else [s.value for s in STANDING]
    return unit.rows(
        "audits.page", after=wanted.after, scope=actor.scope, township=wanted.township,
        village=wanted.village, rule=wanted.rule, states=[OPEN] if wanted.overdue else states, owner=wanted.owner,
        before=at if wanted.overdue else 0, limit=wanted.limit,
    )  # fmt: skip


def age(row: Row, at: int) -> int:
    """Whole days since the finding's facts began; of a closed one, until it was closed."""
    end = int(str(row.get("closed_at") or 0)) or at
    return max(0, (end - int(str(row["since"] or end))) // DAY)


def counts(ctx: Context, actor: Actor) -> pl.DataFrame:
    """Return COUNTS of the findings that stand, ``accepted`` of them accepted, within the actor's scope.

    Raises:
        Forbidden: the actor may not read findings.
    """
    authorise(actor, Operation.READ_AUDIT)
    return ctx.store.read(lambda unit: unit.table("audits.counts", COUNTS, scope=actor.scope))


def one_finding(ctx: Context, actor: Actor, finding: str) -> dict[str, Any]:
    """Return a finding with the part of the graph that proves it.

    Raises:
        Forbidden: the actor may not read findings, or it lies out of scope.
        NotFound: no such finding.
    """
    authorise(actor, Operation.READ_AUDIT)

    def read(unit: ReadUnit) -> dict[str, Any]:
        row = _row(unit, finding)
        authorise(actor, Operation.READ_AUDIT, _place(row, ctx.district))
        plan = unit.rows("planning.current", district=ctx.district)
        key = str(plan[0]["id"]) if plan else ""
        needs = unit.rows("audits.proof_needs", finding=finding, plan=key)
        records = unit.rows("audits.proof_records", finding=finding)
        houses = unit.rows("audits.proof_houses", finding=finding)
        rulings = unit.rows("audits.rulings_on", finding=finding)
        graph = subgraph(unit, finding, key).as_dict()
        return {**row, "needs": needs, "records": records, "houses": houses, "rulings": rulings,
                "graph": graph}  # fmt: skip

    row = ctx.store.read(read)
    return {**row, "detail": json.loads(row["detail"] or "{}"), "days": age(row, ctx.clock())}


def assign(
    ctx: Context, actor: Actor, ids: Sequence[str], owner: str, *, due_at: int = 0,
    wanted: Wanted | None = None, ref: str = "",
) -> int:  # fmt: skip
    """Give open findings (by id, or all that are ``wanted``) to an owner; return how many.

    ``ref`` is the id of the act, minted where none is given.

    Raises:
        Forbidden: the actor may not assign, or one of them lies out of scope.
        NotFound: one of the ids is no finding.
        InputError: no owner, or nothing to assign.
    """
    authorise(actor, Operation.ASSIGN_FINDING)
    if not owner.strip():
        raise InputError(
            say("没有写明承办人。"), say("请用 --to 写明承办人或岗位。"), field="owner"
        )
    at, act = ctx.clock(), ref or ctx.mint.mint(Kind.RUN)
    every = replace(wanted, limit=_EVERY, state=OPEN) if wanted else None

    def write(unit: WriteUnit) -> int:
        rows = [_row(unit, i) for i in ids] if every is None else _page(unit, actor, every, at)
        for row in rows:
            authorise(actor, Operation.ASSIGN_FINDING, _place(row, ctx.district))
        told: dict[str, Any] = {"ref": act, "owner": owner.strip(), "due_at": due_at}
        return _assign(unit, actor, rows, told, at)

    return ctx.store.write(ctx.district, write)


def _assign(
    unit: WriteUnit, actor: Actor, rows: Sequence[Any], told: dict[str, Any], at: int
) -> int:
    if not rows:
        raise InputError(say("没有符合条件的未办结事项。"), say("请用 doudi audit list 查看。"))
    keys = list(dict.fromkeys(str(r["id"]) for r in rows))
    due = pl.lit(told["due_at"]).alias("due_at") if told["due_at"] else pl.col("due_at")
    found = unit.nodes("Finding", keys).select(
        "id", pl.lit(told["owner"]).alias("owner"), due, pl.col("version") + 1
    )
    unit.update("Finding", found)
    body = {**told, "findings": list(keys[:500]), "count": len(keys)}
    unit.append(EventDraft("finding.assigned", actor.id, at, body))
    return len(keys)


def _row(unit: ReadUnit, finding: str) -> dict[str, Any]:
    found = unit.nodes("Finding", [finding])
    if found.is_empty():
        raise NotFound(say("没有编号为 {finding} 的审计发现。", finding=finding[:40]),
                       say("请用 doudi audit list 查看编号。"))  # fmt: skip
    return found.row(0, named=True)


def _place(row: dict[str, Any] | Row, district: str) -> str:
    return str(row["village"] or row["township"] or district)
