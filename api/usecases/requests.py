"""What may be asked for over the wire, once each: a repeated request has one effect."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from api.access import Operation, authorise
from api.usecases.context import Context, Progress
from api.usecases.job_rows import Job, JobMint, JobState, enqueue, find, waiting
from api.usecases.planning.floors import floors
from graphcore.domain.actor import Actor
from graphcore.domain.errors import Conflict
from graphcore.domain.event import EventDraft, Json, canonical_json
from graphcore.domain.ids import Kind
from graphcore.store.idempotency import Outcome, Request, once, recall
from graphcore.store.port import GraphStore, ReadUnit, WriteUnit
from optimizer.order import ordered

if TYPE_CHECKING:
    from api.usecases.make_plan import PlanOptions
    from api.usecases.planning.changes import Told

T = TypeVar("T")
USUAL_REPLAN: dict[str, Json] = {"keep": 0, "wide": True}
"""Options of a re-plan that nobody asked for in words: it gives nothing up, and looks everywhere."""
PLAN, REPLAN = "plan", "replan"
"""Kinds of the jobs that make a plan, and that bring the one in force up to date."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A queued job; ``replayed`` if the request had been here before."""

    job: Job
    replayed: bool


@dataclass(frozen=True, slots=True)
class Approved:
    """An approved plan; ``replayed`` if the request had been here before."""

    plan: str
    approved_at: int
    replayed: bool


def request_plan(ctx: Context, actor: Actor, options: Mapping[str, Json], key: str) -> Asked:
    """Queue a job that makes a plan, once for each key of the actor.

    Raises:
        Forbidden: the actor may not make plans.
        InputError: an order of goals that cannot be, or a floor that names nobody known.
        KeyReused: the key came with other options before.
        StoreError: the store failed; where it says retry, the same key may be sent again.
    """
    authorise(actor, Operation.MAKE_PLAN, ctx.district)
    ordered(_texts(options.get("goals")), _texts(options.get("give_up")))
    known = ctx.store.read(lambda unit: unit.nodes("Township"))
    towns = dict(known.select("code", "name").iter_rows())
    floors(_texts(options.get("floors")), towns, ctx.rulebook)  # refused now, not by the job
    return request_job(ctx, actor, Operation.MAKE_PLAN, PLAN, options, key)


def request_job(
    ctx: Context,
    actor: Actor,
    operation: Operation,
    kind: str,
    options: Mapping[str, Json],
    key: str,
) -> Asked:
    """Queue a job of a kind, once for each key of the actor; raises as `request_plan`."""
    authorise(actor, operation, ctx.district)
    now = ctx.clock()
    job = Job(ctx.mint.mint(Kind.JOB), kind, JobState.QUEUED, actor, dict(options), queued_at=now)
    request = _request(ctx, actor, operation, key, options)
    event = EventDraft(f"{kind}.requested", actor.id, now, {"job": job.id})
    return _queued(ctx, job, request, event)


def _queued(
    ctx: Context, job: Job, request: Request, event: EventDraft,
    instead: Callable[[WriteUnit], str] = lambda _unit: "",
) -> Asked:  # fmt: skip
    """Queue the job once for the request, unless there is a job to wait for ``instead``."""

    def effect(unit: WriteUnit) -> Outcome:
        if other := instead(unit):
            return Outcome(other, 202)
        enqueue(unit, job)
        unit.append(event)
        return Outcome(job.id, 202)

    def write(unit: WriteUnit) -> Asked:
        outcome = once(unit, request, lambda: effect(unit))
        return Asked(find(unit, outcome.result), outcome.replayed)

    return ctx.store.write(ctx.district, write)


def _texts(value: Json) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else []


def request_replan(ctx: Context, actor: Actor, options: Mapping[str, Json], key: str) -> Asked:
    """Queue a re-plan, once for each key of the actor; one that waits already takes all with it.

    Raises:
        Forbidden: the actor may not make plans.
        KeyReused: the key came with other options before.
    """
    authorise(actor, Operation.MAKE_PLAN, ctx.district)
    now = ctx.clock()
    job = Job(ctx.mint.mint(Kind.JOB), REPLAN, JobState.QUEUED, actor, dict(options), queued_at=now)
    request = _request(ctx, actor, Operation.MAKE_PLAN, key, {"replan": dict(options)})
    event = EventDraft("replan.requested", actor.id, now, {"job": job.id})

    def same(unit: WriteUnit) -> str:
        for other in waiting(unit, JobState.QUEUED):
            queued = find(unit, other)
            if queued.kind == REPLAN and queued.options == job.options:
                return queued.id
        return ""

    return _queued(ctx, job, request, event, same)


def run_replan(ctx: Context, job: Job, progress: Progress) -> str:
    """Bring the plan in force up to date; return its id.

    Raises:
        DoudiError: as `api.usecases.replanning.replan.replan`.
    """
    from api.usecases.replanning.replan import ReplanOptions, replan  # noqa: PLC0415 -- heavy

    plan = JobMint(job.id).mint(Kind.PLAN)
    if ctx.store.read(lambda unit: _published(unit, plan)):
        return plan
    options = ReplanOptions(**job.options)  # type: ignore[arg-type]  # checked when asked for
    return replan(replace(ctx, mint=JobMint(job.id)), job.actor, options, progress).plan


def change_once(ctx: Context, actor: Actor, told: Told, key: str) -> tuple[str, bool]:
    """Record a change, once for each key; return its id, and whether it was here before.

    Raises:
        As `api.usecases.planning.changes.state_change`; KeyReused: the key came with another.
    """
    from api.usecases.planning.changes import state_change  # noqa: PLC0415 -- when told

    authorise(actor, Operation.STATE_CHANGE, ctx.district)
    change = ctx.mint.mint(Kind.CHANGE)
    body: dict[str, Json] = {"kind": told.kind.value, "what": told.what, "until": told.until,
                             "giver": told.giver}  # fmt: skip
    keyed = _Keyed(ctx.store, _request(ctx, actor, Operation.STATE_CHANGE, key, body),
                   Outcome(change, 201))  # fmt: skip
    here = replace(ctx, store=cast("GraphStore", keyed))
    outcome = keyed.run(lambda: state_change(here, actor, told, change))
    return outcome.result, outcome.replayed


def answer_once(
    ctx: Context, actor: Actor, what: str, key: str, *, accepted: bool, reason: str = ""
) -> Asked | None:
    """Record an owner's answer, once for each key; a refusal queues the re-plan that it opens.

    Returns the queued (or joined) re-plan, None where the owner agreed.

    Raises:
        As `api.usecases.accept_request.accept_request`; KeyReused: the key came with another.
    """
    from api.usecases.accept_request import accept_request  # noqa: PLC0415 -- loaded when told

    authorise(actor, Operation.ANSWER_REQUEST, ctx.district)
    body: dict[str, Json] = {"what": what, "accepted": accepted, "reason": reason}
    keyed(ctx, actor, Operation.ANSWER_REQUEST, key, body, what,
          lambda inner: accept_request(inner, actor, what, accepted=accepted, reason=reason))  # fmt: skip
    return None if accepted else request_replan(ctx, actor, USUAL_REPLAN, f"{key}/replan")


def run_plan(ctx: Context, job: Job, progress: Progress) -> str:
    """Make the plan that a job asks for; return its id.

    A run that committed its plan and was killed before the job's row said so is recognised by the
    id that `JobMint` gives the job's plan each time.

    Raises:
        DoudiError: as `api.usecases.make_plan.make_plan`.
    """
    from api.usecases.make_plan import make_plan  # noqa: PLC0415 -- the solver is heavy

    plan = JobMint(job.id).mint(Kind.PLAN)
    if ctx.store.read(lambda unit: _published(unit, plan)):
        return plan
    return make_plan(replace(ctx, mint=JobMint(job.id)), job.actor, _options(job), progress)


def _options(job: Job) -> PlanOptions:
    from api.usecases.make_plan import PlanOptions  # noqa: PLC0415 -- the solver is heavy

    return PlanOptions(**job.options)  # type: ignore[arg-type]  # checked when it was asked for


def _published(unit: ReadUnit, plan: str) -> bool:
    return bool(unit.rows("lists.plan", plan=plan))


def approve_once(ctx: Context, actor: Actor, plan: str, key: str) -> Approved:
    """Approve a plan, once for each key of the actor.

    Raises:
        Forbidden: the actor may not approve.
        NotFound: there is no such plan.
        WrongState: the plan is not one that waits for approval.
        KeyReused: the key was used for another plan before.
    """
    from api.usecases.approve_plan import approve_plan  # noqa: PLC0415 -- loaded when approving

    authorise(actor, Operation.APPROVE_PLAN, ctx.district)
    outcome = keyed(ctx, actor, Operation.APPROVE_PLAN, key, {"plan": plan}, plan,
                    lambda inner: approve_plan(inner, actor, plan))  # fmt: skip
    at = ctx.store.read(lambda unit: unit.rows("lists.plan", plan=outcome.result))[0]["approved_at"]
    return Approved(outcome.result, at if isinstance(at, int) else 0, outcome.replayed)


def keyed(
    ctx: Context, actor: Actor, operation: Operation, key: str, body: Mapping[str, Json], done: str,
    effect: Callable[[Context], object], made: Callable[[Any], str] | None = None,
) -> Outcome:  # fmt: skip
    """Run a use case that writes once, with its request's record in the same transaction.

    ``effect`` runs it over the context that it is given; ``done`` is its result's id, known
    beforehand, or ``made`` says what its unit of work made: ids and figures, never personal data.

    Raises:
        KeyReused: the key came with another body before.
    """
    asked = _request(ctx, actor, operation, key, body)
    behind = _Keyed(ctx.store, asked, Outcome(done), made)
    inner = replace(ctx, store=cast("GraphStore", behind))
    return behind.run(lambda: effect(inner))


class _Replayed(Exception):
    """Ends a write unit whose request has been here before."""


class _Keyed:
    """A store whose one write unit commits the request's record with the use case's effect."""

    def __init__(
        self, behind: GraphStore, request: Request, done: Outcome,
        made: Callable[[Any], str] | None = None,
    ) -> None:  # fmt: skip
        self._behind, self._request, self._done, self._made = behind, request, done, made
        self.engine = behind.engine

    def run(self, effect: Callable[[], object]) -> Outcome:
        """Run a use case that writes once; return how its request ended."""
        earlier = self._recall()
        if earlier is not None:
            return earlier
        try:
            effect()
        except (_Replayed, Conflict):
            earlier = self._recall()  # the same request, a moment earlier on another thread
            if earlier is None:
                raise
            return earlier
        return self._done

    def _recall(self) -> Outcome | None:
        return self._behind.read(lambda unit: recall(unit, self._request))

    def read(self, fn: Callable[[ReadUnit], T], *, timeout_s: float = 60.0) -> T:
        """Run ``fn`` in a read transaction."""
        return self._behind.read(fn, timeout_s=timeout_s)

    def write(self, district: str, fn: Callable[[WriteUnit], T]) -> T:
        """Run ``fn`` and record the request, in one transaction."""

        def keyed(unit: WriteUnit) -> T:
            results: list[T] = []

            def effect() -> Outcome:
                results.append(fn(unit))
                if self._made:
                    self._done = Outcome(self._made(results[0]))
                return self._done

            if once(unit, self._request, effect).replayed:
                raise _Replayed
            return results[0]

        return self._behind.write(district, keyed)


def read_job(ctx: Context, actor: Actor, job_id: str) -> Job:
    """Return a job.

    Raises:
        Forbidden: the actor may not read plans.
        NotFound: there is no such job.
    """
    authorise(actor, Operation.READ_PLAN)
    return ctx.store.read(lambda unit: find(unit, job_id))


def _request(ctx: Context, actor: Actor, operation: Operation, key: str,
             body: Mapping[str, Json]) -> Request:  # fmt: skip
    """Return the request with its body's canonical bytes hashed: they may be repeated, not read."""
    canonical = canonical_json(body).encode()
    return Request(actor.id, str(operation), key, hashlib.sha256(canonical).digest(), ctx.clock())
