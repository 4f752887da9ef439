"""Rosters asked for over the wire: each request has one effect, however often it is repeated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from api.access import Operation, authorise
from api.usecases.context import Context, Progress
from api.usecases.job_rows import Job, JobMint
from api.usecases.requests import Asked, keyed, request_job
from graphcore.domain.actor import Actor
from graphcore.domain.event import Json
from graphcore.domain.forces import Progress as Report
from graphcore.domain.ids import Kind

ROSTER = "roster"
"""Kind of the jobs that make a roster."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a request changed; ``replayed`` if it had been here before."""

    id: str
    state: str
    replayed: bool


def request_roster(ctx: Context, actor: Actor, options: Mapping[str, Json], key: str) -> Asked:
    """Queue a job that makes a roster, once for each key of the actor.

    Raises:
        Forbidden: the actor may not make rosters.
        KeyReused: the key came with other options before.
    """
    return request_job(ctx, actor, Operation.MAKE_ROSTER, ROSTER, options, key)


def run_roster(ctx: Context, job: Job, progress: Progress) -> str:
    """Make the roster that a job asks for; return its id, also where an earlier run stored it.

    Raises:
        DoudiError: as `api.usecases.roster.make.make_roster`.
    """
    from api.usecases.roster.make import (  # noqa: PLC0415 -- the solver is heavy
        RosterOptions,
        make_roster,
    )

    roster = JobMint(job.id).mint(Kind.ROSTER)
    if ctx.store.read(lambda unit: unit.nodes("Roster", [roster])).height:
        return roster
    options = RosterOptions(**job.options)  # type: ignore[arg-type]  # checked when it was asked for
    return make_roster(replace(ctx, mint=JobMint(job.id)), job.actor, options, progress)


def approve_roster_once(ctx: Context, actor: Actor, roster: str, key: str) -> Told:
    """Approve a draft roster, once for each key of the actor.

    Raises:
        As `api.usecases.roster.approve.approve_roster`; KeyReused.
    """
    from api.usecases.roster.approve import approve_roster  # noqa: PLC0415 -- loaded when approving

    body: dict[str, Json] = {"roster": roster}
    authorise(actor, Operation.APPROVE_ROSTER)
    done = keyed(ctx, actor, Operation.APPROVE_ROSTER, key, body, roster,
                 lambda inner: approve_roster(inner, actor, roster))  # fmt: skip
    return Told(done.result, "approved", done.replayed)


def report_once(ctx: Context, actor: Actor, order: str, progress: Report, key: str) -> Told:
    """Record an order's progress, once for each key of the actor.

    Raises:
        As `api.usecases.roster.progress.report_progress`; KeyReused.
    """
    from api.usecases.roster.progress import report_progress  # noqa: PLC0415

    body: dict[str, Json] = {"order": order, "progress": progress.value}
    authorise(actor, Operation.REPORT_PROGRESS)
    done = keyed(ctx, actor, Operation.REPORT_PROGRESS, key, body, order,
                 lambda inner: report_progress(inner, actor, order, progress))  # fmt: skip
    return Told(done.result, progress.value, done.replayed)
