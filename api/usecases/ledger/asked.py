"""The ledger's writes over the wire: a repeated request has one effect."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.ledger import desk, notices, people, response, sentup
from api.usecases.requests import keyed
from graphcore.casework.desk import State
from graphcore.domain.actor import Actor
from graphcore.domain.event import Json
from graphcore.domain.ids import Kind, derived
from graphcore.store.idempotency import Outcome


def respond_once(ctx: Context, actor: Actor, said: response.Said, key: str) -> Outcome:
    """Record a step of the response once for each key of the actor.

    Raises:
        As `response.record`.
        KeyReused: the key came with another body before.
    """
    authorise(actor, Operation.RECORD_RESPONSE, ctx.district)
    ref = ctx.mint.mint(Kind.RESPONSE)
    return keyed(ctx, actor, Operation.RECORD_RESPONSE, key, _json(asdict(said)), ref,
                 lambda inner: response.record(inner, actor, said, ref=ref))  # fmt: skip


def receive_once(ctx: Context, actor: Actor, number: int, key: str) -> Outcome:
    """Take a version in once for each key of the actor; the result is the notice's id.

    Raises:
        As `notices.receive`.
    """
    authorise(actor, Operation.ANSWER_LEDGER, ctx.district)
    ref = ctx.store.read(lambda unit: notices.notice_of(unit, ctx.district, number))
    body: dict[str, Json] = {"receive": number}
    return keyed(ctx, actor, Operation.ANSWER_LEDGER, key, body, ref,
                 lambda inner: notices.receive(inner, actor, number))  # fmt: skip


def answer_once(ctx: Context, actor: Actor, number: int, key: str) -> Outcome:
    """Answer a version once for each key of the actor; the result is the notice's id.

    Raises:
        As `notices.answer`.
    """
    authorise(actor, Operation.ANSWER_LEDGER, ctx.district)
    ref = ctx.store.read(lambda unit: notices.notice_of(unit, ctx.district, number))
    body: dict[str, Json] = {"answer": number}
    return keyed(ctx, actor, Operation.ANSWER_LEDGER, key, body, ref,
                 lambda inner: notices.answer(inner, actor, number))  # fmt: skip


def send_once(ctx: Context, actor: Actor, document: str, key: str) -> Outcome:
    """Record a summary sent up once for each key of the actor; the result is its id.

    Raises:
        As `sentup.send_up`.
    """
    authorise(actor, Operation.SEND_UP, ctx.district)
    ref = ctx.mint.mint(Kind.SUMMARY)
    return keyed(ctx, actor, Operation.SEND_UP, key, {"document": document}, ref,
                 lambda inner: sentup.send_up(inner, actor, document, ref=ref))  # fmt: skip


def take_once(ctx: Context, actor: Actor, asked: desk.Application, key: str) -> Outcome:
    """Take an application in once for each key of the actor; the result is its id.

    Raises:
        As `desk.take`.
    """
    authorise(actor, Operation.TAKE_APPLICATION)
    ref = ctx.mint.mint(Kind.APPLICATION)
    return keyed(ctx, actor, Operation.TAKE_APPLICATION, key, _json(asdict(asked)), ref,
                 lambda inner: desk.take(inner, actor, asked, ref))  # fmt: skip


def reply_once(
    ctx: Context, actor: Actor, number: str, state: State, text: str, key: str, to: str = ""
) -> Outcome:
    """Answer an application once for each key of the actor; the result is its id.

    Raises:
        As `desk.answer`.
    """
    authorise(actor, Operation.ANSWER_APPLICATION)
    ref = str(desk.find(ctx, number)["id"])
    body: dict[str, Json] = {"number": number, "state": state.value, "text": text, "to": to}
    return keyed(ctx, actor, Operation.ANSWER_APPLICATION, key, body, ref,
                 lambda inner: desk.answer(inner, actor, number, state, text, to))  # fmt: skip


def head_once(ctx: Context, actor: Actor, household: str, person: str, key: str) -> Outcome:
    """Name a head once for each key of the actor; the result is the household's id.

    Raises:
        As `people.name_head`.
    """
    authorise(actor, Operation.CARE_FOR_SURVIVORS)
    body: dict[str, Json] = {"household": household, "person": person}
    return keyed(ctx, actor, Operation.CARE_FOR_SURVIVORS, key, body, household,
                 lambda inner: people.name_head(inner, actor, household, person))  # fmt: skip


def guardian_once(
    ctx: Context, actor: Actor, household: str, guardian: people.Guardian, key: str
) -> Outcome:
    """Approve a guardian once for each key of the actor; the result is the guardianship's id.

    Raises:
        As `people.approve_guardian`.
    """
    authorise(actor, Operation.CARE_FOR_SURVIVORS)
    body = {"household": household, **_json(asdict(guardian))}
    return keyed(ctx, actor, Operation.CARE_FOR_SURVIVORS, key, body,
                 derived(Kind.GUARDIAN, household),
                 lambda inner: people.approve_guardian(inner, actor, household, guardian))  # fmt: skip


def _json(said: dict[str, Any]) -> dict[str, Json]:
    return {k: v if isinstance(v, int) else str(v) for k, v in said.items()}
