"""Rebuilding's writes over the wire: a repeated request has one effect."""

from __future__ import annotations

from datetime import date

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.rebuild.houses import open_cases
from api.usecases.rebuild.progress import choose_route, record, stay
from api.usecases.requests import keyed
from graphcore.casework.rebuilding import Proof
from graphcore.domain.actor import Actor
from graphcore.domain.event import Json
from graphcore.domain.rebuilding import Milestone, Route
from graphcore.store.idempotency import Outcome


def record_once(
    ctx: Context, actor: Actor, rebuild: str, what: Milestone, proof: Proof, key: str
) -> Outcome:
    """Record a milestone once for each key of the actor.

    Raises:
        As `record`.
        KeyReused: the key came with another body before.
    """
    authorise(actor, Operation.REBUILD)
    body: dict[str, Json] = {
        "rebuild": rebuild, "milestone": what.value, "evidence": proof.evidence,
        "photos": list(proof.photos), "on": proof.on.isoformat(),
    }  # fmt: skip
    return keyed(ctx, actor, Operation.REBUILD, key, body, rebuild,
                 lambda inner: record(inner, actor, rebuild, what, proof))  # fmt: skip


def open_once(ctx: Context, actor: Actor, key: str) -> Outcome:
    """Open the cases of houses once for each key of the actor; the result is how many.

    Raises:
        As `open_cases`.
    """
    return keyed(ctx, actor, Operation.REBUILD, key, {"open": True}, "",
                 lambda inner: open_cases(inner, actor), str)  # fmt: skip


def route_once(
    ctx: Context, actor: Actor, rebuild: str, route: Route, reason: str, key: str
) -> Outcome:
    """Choose a house's route once for each key of the actor.

    Raises:
        As `choose_route`.
        KeyReused: the key came with another body before.
    """
    body: dict[str, Json] = {"rebuild": rebuild, "route": route.value, "reason": reason}
    return keyed(ctx, actor, Operation.REBUILD, key, body, rebuild,
                 lambda inner: choose_route(inner, actor, rebuild, route, reason))  # fmt: skip


def stay_once(
    ctx: Context, actor: Actor, rebuild: str, where: str, until: date, key: str
) -> Outcome:
    """Record a place to stay meanwhile, once for each key of the actor.

    Raises:
        As `stay`.
        KeyReused: the key came with another body before.
    """
    body: dict[str, Json] = {"rebuild": rebuild, "where": where, "until": until.isoformat()}
    return keyed(ctx, actor, Operation.REBUILD, key, body, rebuild,
                 lambda inner: stay(inner, actor, rebuild, where, until))  # fmt: skip
