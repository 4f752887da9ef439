"""The audits' writes over the wire: a repeated request has one effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from api.access import Operation, authorise
from api.usecases.audits.aid import Entered, NewAid, record_aid
from api.usecases.audits.rulings import Said, revoke, rule_on
from api.usecases.audits.tasks import assign, run_audits
from api.usecases.context import Context
from api.usecases.requests import keyed
from graphcore.domain.actor import Actor
from graphcore.domain.event import Json
from graphcore.domain.ids import Kind
from graphcore.domain.text import Text
from graphcore.store.idempotency import Outcome


def run_once(ctx: Context, actor: Actor, disaster: str, key: str) -> Outcome:
    """Run the audits once for each key of the actor; the result is the run's id.

    Raises:
        As `run_audits`.
        KeyReused: the key came with another body before.
    """
    authorise(actor, Operation.RUN_AUDIT, ctx.district)
    ref = ctx.mint.mint(Kind.RUN)
    body: dict[str, Json] = {"disaster": disaster}
    return keyed(ctx, actor, Operation.RUN_AUDIT, key, body, ref,
                 lambda inner: run_audits(inner, actor, disaster, ref))  # fmt: skip


def assign_once(
    ctx: Context, actor: Actor, ids: Sequence[str], owner: str, due_at: int, key: str
) -> Outcome:
    """Give findings to an owner once for each key of the actor.

    Raises:
        As `assign`.
        KeyReused: the key came with another body before.
    """
    ref = ctx.mint.mint(Kind.RUN)
    body: dict[str, Json] = {"findings": list(ids), "owner": owner, "due_at": due_at}
    return keyed(ctx, actor, Operation.ASSIGN_FINDING, key, body, ref,
                 lambda inner: assign(inner, actor, ids, owner, due_at=due_at, ref=ref))  # fmt: skip


def rule_once(ctx: Context, actor: Actor, subject: str, said: Said, key: str) -> Outcome:
    """Record a ruling once for each key of the actor; the result is its id.

    Raises:
        As `rule_on`.
        KeyReused: the key came with another body before.
    """
    ref = ctx.mint.mint(Kind.RULING)
    body: dict[str, Json] = {"subject": subject, "ruling": said.ruling.value, "basic": said.basic,
                             "evidence": said.evidence}  # fmt: skip
    return keyed(ctx, actor, Operation.DETERMINE, key, body, ref,
                 lambda inner: rule_on(inner, actor, subject, said, ref))  # fmt: skip


def revoke_once(ctx: Context, actor: Actor, ruling: str, reason: str, key: str) -> Outcome:
    """Take a ruling back once for each key of the actor; the result is the ruling's id.

    Raises:
        As `revoke`.
        KeyReused: the key came with another body before.
    """
    body: dict[str, Json] = {"ruling": ruling, "reason": reason}
    return keyed(ctx, actor, Operation.DETERMINE, key, body, ruling,
                 lambda inner: revoke(inner, actor, ruling, reason))  # fmt: skip


@dataclass(frozen=True, slots=True)
class EnteredOnce:
    """As `Entered`; ``replayed`` if the request had been here before."""

    id: str
    warnings: tuple[Text, ...]
    replayed: bool


def aid_once(ctx: Context, actor: Actor, aid: NewAid, key: str, *, confirmed: bool) -> EnteredOnce:
    """Record aid once for each key of the actor; what waits for a confirmation uses up no key.

    Raises:
        As `record_aid`.
        KeyReused: the key came with another body before.
    """
    ref, done = ctx.mint.mint(Kind.AID), list[Entered]()
    body: dict[str, Json] = {**asdict(aid), "confirmed": confirmed}
    outcome = keyed(ctx, actor, Operation.RECORD_AID, key, body, ref, lambda inner: done.append(
        record_aid(inner, actor, aid, confirmed=confirmed, ref=ref)))  # fmt: skip
    if outcome.replayed or not done:
        return EnteredOnce(outcome.result, (), replayed=True)
    return EnteredOnce(done[0].id, done[0].warnings, replayed=False)
