"""What personal data is due to go, and the run that destroys it: dry first, then by an officer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.privacy.destroying import destroy_records
from graphcore.casework.cases import CaseState
from graphcore.casework.payments import PayState
from graphcore.casework.retention import due_records, list_digest, to_destroy
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import Conflict, InputError
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.ids import Kind
from graphcore.domain.privacy import RecordKind
from graphcore.domain.text import say
from graphcore.policy.rulebook import Parameter
from graphcore.store.port import ReadUnit, WriteUnit

DESTROYED = "privacy.destroyed"
_BELONG = ("Person", "Casualty", "Guardianship", "Application", "AidCase", "PovertyWatch", "Survey",
           "WinterStep", "WinterVisit", "RebuildCase", "RebuildStep", "Determination")  # fmt: skip
"""Labels whose nodes have a record of their own and belong to a household."""
_OPEN_CASES = (CaseState.PROPOSED.value, CaseState.OFFERED.value)
_OPEN_PAYMENTS = (PayState.PENDING.value, PayState.FAILED.value, PayState.UNKNOWN.value)


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind: for what it is kept, how long, by which rule; how many subjects, due, held."""

    kind: str
    purpose: str
    days: int
    cites: str
    status: str
    subjects: int
    due: int
    held: int


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a run would destroy: subjects by kind, and the digest that an officer confirms."""

    digest: str
    subjects: dict[str, int]
    records: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """That personal data was destroyed, as the audit chain has it."""

    id: str
    seq: int
    digest: str
    subjects: dict[str, int]
    records: int


def retention(ctx: Context, actor: Actor) -> list[Kept]:
    """Return the kinds of personal data, with what is due and what is held.

    Raises:
        Forbidden: the actor may not read retention.
        NoRuleInForce: the periods have no value today.
    """
    authorise(actor, Operation.READ_RETENTION, ctx.district)
    rule, purposes = _rule(ctx), _purposes(ctx)
    due = ctx.store.read(lambda unit: _due(ctx, unit, ctx.clock()))
    return [
        _kept(due.filter(pl.col("kind") == kind), kind, str(purposes.get(kind, "")), days, rule)
        for kind, days in rule.value.items()
    ]


def _kept(rows: pl.DataFrame, kind: str, purpose: str, days: int, rule: Parameter) -> Kept:
    held = int((rows["due"] & rows["held"]).sum())
    return Kept(kind, purpose, days, rule.cites, rule.status, rows.height,
                int(rows["due"].sum()) - held, held)  # fmt: skip


def dry_run(ctx: Context, actor: Actor, kinds: Sequence[str]) -> DryRun:
    """Return what a run over the kinds would destroy now; nothing is changed.

    Raises:
        Forbidden: the actor may not read retention.
        InputError: no such kind.
    """
    authorise(actor, Operation.READ_RETENTION, ctx.district)
    _check(ctx, kinds)
    rows = ctx.store.read(lambda unit: to_destroy(_due(ctx, unit, ctx.clock()), kinds))
    return DryRun(list_digest(rows), _by_kind(rows), int(rows["records"].sum()))


def destroy(ctx: Context, actor: Actor, kinds: Sequence[str], confirmed: str) -> Certificate:
    """Destroy what is due of the kinds, and leave the certificate in the audit chain.

    Keys, ciphertexts, blind indexes and their versions go; ids, quantities and events stay, so
    that totals and the chain still verify.

    Raises:
        Forbidden: the actor is no named officer who may destroy.
        InputError: no such kind, or nothing is due.
        Conflict: what is due is no longer what was confirmed.
    """
    authorise(actor, Operation.DESTROY_PERSONAL, ctx.district)
    _check(ctx, kinds)
    at, key, rule = ctx.clock(), ctx.mint.mint(Kind.CERTIFICATE), _rule(ctx)

    def write(unit: WriteUnit) -> Certificate:
        rows = to_destroy(_due(ctx, unit, at), kinds)
        _confirm(rows, confirmed)
        records = destroy_records(unit, rows, at)
        done = _by_kind(rows)
        body: dict[str, Json] = {
            "certificate": key, "digest": confirmed, "records": records,
            "subjects": cast("dict[str, Json]", done), "days": {k: rule.value[k] for k in done},
            "rule": rule.name, "cites": rule.cites, "status": rule.status,
            "rulebook": ctx.rulebook.hash,
        }  # fmt: skip
        event = unit.append(EventDraft(DESTROYED, actor.id, at, body))
        return Certificate(key, event.seq, confirmed, done, records)

    return ctx.store.write(ctx.district, write)


def _confirm(rows: pl.DataFrame, confirmed: str) -> None:
    if rows.is_empty():
        raise InputError(say("没有到期可销毁的个人信息。"), say("请用 doudi retention 查看。"))
    if list_digest(rows) != confirmed:
        raise Conflict(
            say("到期名单与试算时不同，没有销毁任何信息。"),
            say("请重新试算，核对后再由负责人确认。"),
        )


def _check(ctx: Context, kinds: Sequence[str]) -> None:
    known = _rule(ctx).value
    odd = sorted(set(kinds) - set(known))
    if odd or not kinds:
        raise InputError(
            say("没有这一类个人信息：{kinds}。", kinds="、".join(odd)),
            say("可以是：{known}。", known="、".join(known)), field="kind",
        )  # fmt: skip


def _rule(ctx: Context) -> Parameter:
    return ctx.rulebook.within(ctx.district).at("privacy.retention.days", day_of(ctx.clock()))


def _purposes(ctx: Context) -> Mapping[str, str]:
    rules = ctx.rulebook.within(ctx.district)
    return cast(
        "Mapping[str, str]", rules.at("privacy.retention.purposes", day_of(ctx.clock())).value
    )


def _by_kind(rows: pl.DataFrame) -> dict[str, int]:
    return dict(rows.group_by("kind").len().sort("kind").iter_rows())


def _due(ctx: Context, unit: ReadUnit, at: int) -> pl.DataFrame:
    told = pl.concat([_records(unit), _decisions(unit)])
    return due_records(told, _rule(ctx).value, _held(unit, day_of(at).isoformat()), at)


def _records(unit: ReadUnit) -> pl.DataFrame:
    """Return subject, household, kind, told_at of every record that is still there."""
    persons = pl.concat([
        unit.nodes(label).select(pl.col("id").alias("subject"), "household") for label in _BELONG
    ])  # fmt: skip
    alone = pl.when(pl.col("subject").str.starts_with("H-")).then("subject").otherwise(pl.lit(""))
    return (
        unit.nodes("PersonalRecord").filter(pl.col("wrapped_key") != "")
        .join(persons, on="subject", how="left")
        .select("subject", pl.col("household").fill_null(alone), "kind", "told_at")
    )  # fmt: skip


def _decisions(unit: ReadUnit) -> pl.DataFrame:
    """Return the reasons written on pairs that were decided, as records of their own kind."""
    persons = dict(unit.nodes("Person").select("id", "household").iter_rows())
    return (
        unit.nodes("ReviewCase").filter((pl.col("wrapped_key") != "") & (pl.col("state") != "open"))
        .select(
            pl.col("id").alias("subject"),
            pl.col("left").replace(persons).alias("household"),
            pl.lit(RecordKind.COMPARISON.value).alias("kind"),
            pl.col("decided_at").alias("told_at"),
        )
    )  # fmt: skip


def _held(unit: ReadUnit, today: str) -> set[str]:
    """Return the households with anything open: a case, a payment, a finding, a question."""
    state = pl.col("state")
    cases = unit.nodes("AidCase").filter(
        state.is_in(_OPEN_CASES)
        | ((state == CaseState.APPROVED.value) & (pl.col("to_on") >= today))
    )
    payments = unit.nodes("Payment").filter(state.is_in(_OPEN_PAYMENTS))
    findings = unit.nodes("Finding").filter(state == "open")
    waiting = unit.nodes("Application").filter(state.is_in(["open", "transferred"]))
    asked = unit.nodes("ReviewCase").filter(state == "open")
    persons = dict(unit.nodes("Person").select("id", "household").iter_rows())
    pairs = {persons.get(s, s) for c in ("left", "right") for s in asked[c].to_list()}
    owed = {str(r["household"]) for r in unit.rows("pay.owed")}
    return {
        *cases["household"],
        *payments["household"],
        *findings["subject"],
        *pairs,
        *owed,
        *waiting["household"],
    }


__all__ = ["Certificate", "DryRun", "Kept", "destroy", "dry_run", "retention"]
