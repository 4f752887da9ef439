"""Milestones over the wire: a repeated request has one effect."""

from __future__ import annotations

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.rebuild.progress import record
from api.usecases.requests import keyed
from graphcore.casework.rebuilding import Proof
from graphcore.domain.actor import Actor
from graphcore.domain.event import Json
from graphcore.domain.rebuilding import Milestone
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
