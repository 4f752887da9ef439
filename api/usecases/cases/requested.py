"""The cases' writes over the wire: a repeated request has one effect."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api.access import Operation
from api.usecases.cases.decide import act
from api.usecases.cases.propose import propose
from api.usecases.cases.simplify import receive_papers, simplify
from api.usecases.cases.terms import accept, extend
from api.usecases.cases.watched import hand_over
from api.usecases.context import Context
from api.usecases.requests import keyed
from graphcore.casework.cases import Act
from graphcore.domain.actor import Actor
from graphcore.domain.event import Json
from graphcore.domain.household import WatchState
from graphcore.store.idempotency import Outcome


def as_json(value: object) -> str:
    """Return what a request made as the text that its record keeps."""
    return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Told:
    """An act on a case: what, why, the benefit that it is handed over to ("" = the rule's)."""

    what: Act
    reason: str = ""
    to: str = ""
    confirmed: bool = False  # other aid for the same need was looked at


@dataclass(frozen=True, slots=True)
class Stands:
    """How a case stands after an act; ``opened`` is the case that follows it, "" if none."""

    case: str
    state: str
    opened: str
    replayed: bool


def act_once(ctx: Context, actor: Actor, case: str, told: Told, key: str) -> Stands:
    """Decide, offer, accept or return a case once for each key of the actor.

    Raises:
        As `act`.
        Conflict: an approval beside aid for the same need waits for ``confirmed``.
        KeyReused: the key came with another body before.
    """
    body: dict[str, Json] = {"case": case, "act": told.what.value, "reason": told.reason,
                             "to": told.to, "confirmed": told.confirmed}  # fmt: skip
    done = keyed(ctx, actor, Operation.DECIDE_CASE, key, body, case,
                 lambda inner: act(inner, actor, case, told.what, told.reason, told.to,
                                   confirmed=told.confirmed, strict=True))  # fmt: skip
    rows = ctx.store.read(lambda unit: unit.nodes("AidCase", [case]))
    after = ctx.store.read(lambda unit: unit.rows("cases.following", given=case))
    opened = str(after[0]["id"]) if after else ""
    return Stands(case, str(rows["state"][0]), opened, done.replayed)


def propose_once(ctx: Context, actor: Actor, disaster: str, on: date | None, key: str) -> Outcome:
    """Open cases once for each key of the actor; the result is how many.

    Raises:
        As `propose`.
        KeyReused: the key came with another body before.
    """
    body: dict[str, Json] = {"disaster": disaster, "on": on.isoformat() if on else ""}
    return keyed(ctx, actor, Operation.PROPOSE_CASES, key, body, "",
                 lambda inner: propose(inner, actor, disaster, on), str)  # fmt: skip


def accept_once(ctx: Context, actor: Actor, case: str, on: date | None, key: str) -> Outcome:
    """Record an acceptance once for each key of the actor; the result is the last day to decide.

    Raises:
        As `accept`.
        KeyReused: the key came with another body before.
    """
    body: dict[str, Json] = {"accepted": case, "on": on.isoformat() if on else ""}
    return keyed(ctx, actor, Operation.RECEIVE_PAPERS, key, body, "",
                 lambda inner: accept(inner, actor, case, on), str)  # fmt: skip


def extend_once(ctx: Context, actor: Actor, case: str, reason: str, key: str) -> Outcome:
    """Extend a term once for each key of the actor; the result is the last day to decide.

    Raises:
        As `extend`.
        KeyReused: the key came with another body before.
    """
    return keyed(ctx, actor, Operation.DECIDE_CASE, key, {"extended": case, "reason": reason}, "",
                 lambda inner: extend(inner, actor, case, reason), str)  # fmt: skip


def papers_once(
    ctx: Context, actor: Actor, case: str, papers: Sequence[str], evidence: str, key: str
) -> Outcome:
    """Record papers once for each key of the actor; the result is a JSON list of those missing.

    Raises:
        As `receive_papers`.
        KeyReused: the key came with another body before.
    """
    return keyed(ctx, actor, Operation.RECEIVE_PAPERS, key,
                 {"case": case, "papers": list(papers), "evidence": evidence}, case,
                 lambda inner: receive_papers(inner, actor, case, papers, evidence), as_json)  # fmt: skip


def simplify_once(ctx: Context, actor: Actor, cases: Sequence[str], key: str) -> Outcome:
    """Grant fast tracks once for each key of the actor; the result is JSON: track → cases.

    Raises:
        As `simplify`.
        KeyReused: the key came with another body before.
    """
    return keyed(ctx, actor, Operation.DECIDE_CASE, key, {"cases": list(cases)}, "",
                 lambda inner: simplify(inner, actor, cases), lambda done: as_json(done.tracks))  # fmt: skip


def hand_over_once(
    ctx: Context, actor: Actor, watches: Sequence[str], to: WatchState, reason: str, key: str
) -> Outcome:
    """Hand watched households over once for each key of the actor; the result is how many.

    Raises:
        As `hand_over`.
        KeyReused: the key came with another body before.
    """
    return keyed(ctx, actor, Operation.DECIDE_CASE, key,
                 {"watches": list(watches), "to": to.value, "reason": reason}, "",
                 lambda inner: hand_over(inner, actor, watches, to, reason), str)  # fmt: skip
