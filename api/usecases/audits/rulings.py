"""Rulings: a named person decides on an absent record, on a need, or accepts a finding.

No rule and no file ends aid: an absent record stays, and a need stays owed, until somebody who is
named has looked and said on what evidence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.audits.accepting import acceptable, fingerprint
from api.usecases.context import Context
from api.usecases.homes import find_home
from api.usecases.privacy.sealing import seal
from graphcore.domain.actor import Actor
from graphcore.domain.audit import OF_NEEDS, FindingState, Ruling
from graphcore.domain.clock import day_of
from graphcore.domain.errors import InputError, NotFound, WrongState
from graphcore.domain.event import EventDraft
from graphcore.domain.household import BasicNeed
from graphcore.domain.ids import Kind
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, WriteUnit

MOST_EVIDENCE = 200
FINDING = "finding"
_NUMBERS = re.compile(r"\d{11,}")
"""An identity or telephone number has as many digits."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the officer said. ``basic`` "" is for an absent record or a finding."""

    ruling: Ruling
    evidence: str
    basic: str = ""


def rule_on(ctx: Context, actor: Actor, subject: str, said: Said, ref: str = "") -> str:
    """Record a ruling on a source record, a basic need of a household (id or code), or a finding.

    ``actor`` is the named person. Returns the ruling's id, which is ``ref`` if given. What is not
    needed is so for the days that the rulebook allows, then it is missing again unless somebody
    looks anew. A finding that is accepted still stands; it is nobody's task until its facts change.

    Raises:
        Forbidden: the actor may not rule, or the place is out of scope.
        InputError: no evidence, numbers of persons in it, or a ruling that doesn't fit.
        NotFound: no such record, household or finding.
        WrongState: the record is not absent, the finding is accepted already, or closed.
    """
    authorise(actor, Operation.DETERMINE)
    evidence = _evidence(said.evidence)
    at, key = ctx.clock(), ref or ctx.mint.mint(Kind.RULING)
    days = int(ctx.rulebook.within(ctx.district).at("audit.not_needed.days", day_of(at)).value)
    until = (day_of(at) + timedelta(days=days)).isoformat() if said.basic else ""

    def write(unit: WriteUnit) -> str:
        about = _subject(unit, ctx, actor, subject, said)
        row = {
            "id": key, "kind": about.kind, "subject": about.node, "household": about.household,
            "basic": said.basic, "ruling": said.ruling.value, "officer": actor.id,
            "reasoned": True, "place": about.place, "file": about.file, "facts": about.facts, "at": at,
            "until": until, "revoked_at": 0, "version": 1,
        }  # fmt: skip
        unit.create("Determination", pl.DataFrame([row]))
        if about.kind == FINDING:
            _turn(unit, about.node, FindingState.ACCEPTED)
        ends = pl.DataFrame([{"from": key, "to": about.node}])
        seal(ctx, unit, "Determination", key, {"evidence": evidence})
        unit.link("DETERMINES", "Determination", about.label, ends)
        body = {k: row[k] for k in ("id", "kind", "subject", "basic", "ruling", "until")}
        unit.append(EventDraft("ruling.recorded", actor.id, at, body))
        return key

    return ctx.store.write(ctx.district, write)


def revoke(ctx: Context, actor: Actor, ruling: str, reason: str) -> None:
    """Take a ruling back; the record is absent, the need owed, or the finding found, again.

    Raises:
        Forbidden: the actor may not rule.
        InputError: no reason.
        NotFound: no such ruling.
        WrongState: it was taken back before.
    """
    authorise(actor, Operation.DETERMINE)
    at, why = ctx.clock(), _evidence(reason)

    def write(unit: WriteUnit) -> None:
        found = unit.nodes("Determination", [ruling])
        if found.is_empty():
            raise NotFound(say("没有编号为 {ruling} 的认定。", ruling=ruling[:40]))
        row = found.row(0, named=True)
        authorise(actor, Operation.DETERMINE, str(row["place"]) or ctx.district)
        if row["revoked_at"]:
            raise WrongState(say("该认定已经撤销。"))
        unit.update("Determination", pl.DataFrame([
            {"id": ruling, "revoked_at": at, "version": row["version"] + 1}]))  # fmt: skip
        if row["kind"] == FINDING:
            _turn(unit, str(row["subject"]), FindingState.OPEN)
        seal(ctx, unit, "Determination", ruling, {"reason": why})
        unit.append(EventDraft("ruling.revoked", actor.id, at, {"id": ruling}))

    ctx.store.write(ctx.district, write)


def _turn(unit: WriteUnit, finding: str, to: FindingState) -> None:
    """Bring a finding that stands into another state; what the facts have closed stays closed."""
    rows = unit.nodes("Finding", [finding]).filter(pl.col("state") != FindingState.CLOSED.value)
    unit.update(
        "Finding", rows.select("id", pl.lit(to.value).alias("state"), pl.col("version") + 1)
    )


def _evidence(text: str) -> str:
    told = " ".join(text.split())
    if not told:
        raise InputError(
            say("没有写明依据。"), say("请写明依据，如走访记录编号。"), field="evidence"
        )
    if len(told) > MOST_EVIDENCE or _NUMBERS.search(told):
        raise InputError(
            say("依据过长，或含有证件、电话一类的号码。"),
            say("请只写记录编号和要点，不写姓名和号码，{most} 字以内。", most=MOST_EVIDENCE),
            field="evidence",
        )  # fmt: skip
    return told


@dataclass(frozen=True, slots=True)
class _About:
    """What is ruled on: ``file`` it is absent from, or ``facts``, the fingerprint of a finding's."""

    kind: str
    node: str
    household: str
    label: str
    place: str
    file: str = ""
    facts: str = ""


def _subject(unit: ReadUnit, ctx: Context, actor: Actor, subject: str, said: Said) -> _About:
    of_need = said.ruling in OF_NEEDS
    if of_need != bool(said.basic) or (of_need and said.basic not in set(BasicNeed)):
        raise InputError(
            say("该认定与对象不相符：不需要的认定须写明一项基本需求，其他认定不写。"),
            say("例：--need water --ruling met_otherwise；缺席记录用 still_there、moved_away 等；"
                "发现用 accepted。"),
            field="ruling",
        )  # fmt: skip
    if said.ruling is Ruling.ACCEPTED:
        return _finding(unit, ctx, actor, subject)
    return _need(unit, actor, subject) if of_need else _record(unit, ctx, actor, subject)


def _need(unit: ReadUnit, actor: Actor, subject: str) -> _About:
    row = find_home(unit, subject)
    authorise(actor, Operation.DETERMINE, str(row["village"]))
    return _About("not_needed", str(row["id"]), str(row["id"]), "Household", str(row["village"]))


def _finding(unit: ReadUnit, ctx: Context, actor: Actor, finding: str) -> _About:
    row = acceptable(unit, finding)
    place = str(row["village"] or row["township"] or "")
    authorise(actor, Operation.DETERMINE, place or ctx.district)
    subject = str(row["subject"])
    home = subject if subject.startswith(f"{Kind.HOUSEHOLD}-") else ""
    return _About(
        FINDING, finding, home.partition("@")[0], "Finding", place, facts=fingerprint(row)
    )


def _record(unit: ReadUnit, ctx: Context, actor: Actor, key: str) -> _About:
    found = unit.nodes("SourceRecord", [key])
    if found.is_empty():
        raise NotFound(say("没有编号为 {key} 的来源记录。", key=key[:40]),
                       say("请用 doudi audit list --rule omission.absent 查看。"))  # fmt: skip
    row: dict[str, Any] = found.row(0, named=True)
    if not row["absent_since"]:
        raise WrongState(say("记录 {key} 并未缺席。", key=key), say("最近的表中仍有该记录。"))
    home = _home_of(unit, str(row["subject"]))
    place = _home_place(unit, home)
    authorise(actor, Operation.DETERMINE, place or ctx.district)
    return _About("absent", key, home, "SourceRecord", place, file=str(row["absent_since"]))


def _home_of(unit: ReadUnit, subject: str) -> str:
    if subject.startswith(f"{Kind.HOUSEHOLD}-"):
        return subject
    found = unit.nodes("Person", [subject])
    return str(found["household"][0]) if found.height else ""


def _home_place(unit: ReadUnit, home: str) -> str:
    found = unit.nodes("Household", [home])
    return str(found["village"][0]) if found.height else ""
