"""Comparison and review as asked for over the wire: once each, however often it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from api.access import Operation, authorise
from api.usecases.comparison.stored import compare_stored
from api.usecases.context import Context, Progress
from api.usecases.job_rows import Job
from api.usecases.requests import Asked, keyed, request_job
from api.usecases.review import Case, decide_case, reopen_case, scoped_case
from graphcore.domain.actor import Actor
from graphcore.domain.event import Json

COMPARISON = "comparison"
"""Kind of the jobs that compare the stored ledger with the stored register."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair after a request; ``replayed`` if the request had been here before."""

    case: Case
    replayed: bool


def request_comparison(ctx: Context, actor: Actor, key: str) -> Asked:
    """Queue a comparison of what is stored, once for each key of the actor.

    Raises:
        Forbidden: the actor may not compare.
        KeyReused: the key came with another body before.
    """
    return request_job(ctx, actor, Operation.COMPARE, COMPARISON, {}, key)


def run_comparison(ctx: Context, job: Job, progress: Progress) -> str:
    """Compare; return the model's checksum.

    A run that was killed after its commit is repeated: matches are replaced by the same ones.

    Raises:
        DoudiError: as `compare_stored`.
    """
    progress("comparison.compare", 0.1)
    return compare_stored(ctx, job.actor, None, str).model


def decide_once(
    ctx: Context, actor: Actor, case: str, key: str, *, same: bool, reason: str
) -> Judged:
    """Record that two records are one person or are not, once for each key; raises as `decide_case`."""
    body: dict[str, Json] = {"case": case, "same": same, "reason": reason}
    authorise(actor, Operation.DECIDE_REVIEW, ctx.district)
    done = keyed(ctx, actor, Operation.DECIDE_REVIEW, key, body, case,
                 lambda inner: decide_case(inner, actor, case, same=same, reason=reason))  # fmt: skip
    return Judged(scoped_case(ctx, actor, case), done.replayed)


def reopen_once(ctx: Context, actor: Actor, case: str, key: str, *, reason: str) -> Judged:
    """Take a decision back, once for each key of the actor; raises as `reopen_case`."""
    body: dict[str, Json] = {"case": case, "reopen": True, "reason": reason}
    authorise(actor, Operation.DECIDE_REVIEW, ctx.district)
    done = keyed(ctx, actor, Operation.DECIDE_REVIEW, key, body, case,
                 lambda inner: reopen_case(inner, actor, case, reason=reason))  # fmt: skip
    return Judged(scoped_case(ctx, actor, case), done.replayed)
