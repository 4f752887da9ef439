"""Routing, dispatch and receipt as asked for over the wire: once each, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context, Progress
from api.usecases.job_rows import Job, JobMint
from api.usecases.requests import Asked, keyed, request_job
from api.usecases.transport.dispatch import dispatch, late, lose
from api.usecases.transport.moves import BUCKETS
from api.usecases.transport.receive import Signature, Signed, receive, receive_trip
from api.usecases.transport.returned import inspect
from graphcore.domain.actor import Actor
from graphcore.domain.errors import NotFound
from graphcore.domain.event import Json
from graphcore.domain.ids import Kind
from graphcore.domain.text import say
from graphcore.store.idempotency import Outcome
from graphcore.store.port import ReadUnit

ROUTE = "route"
"""Kind of the jobs that route a plan."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A trip and where its units are, within the actor's scope; ``replayed`` as in `Asked`."""

    trip: Mapping[str, object]
    units: Mapping[str, int]
    replayed: bool


def request_route(ctx: Context, actor: Actor, options: Mapping[str, Json], key: str) -> Asked:
    """Queue a job that routes a plan (``options["plan"]``), once for each key of the actor.

    Raises:
        Forbidden: the actor may not make plans.
        KeyReused: the key came with other options before.
    """
    return request_job(ctx, actor, Operation.MAKE_PLAN, ROUTE, options, key)


def run_route(ctx: Context, job: Job, progress: Progress) -> str:
    """Route the plan that a job asks for; return the plan that is routed.

    A run that put a plan of its own in place of the one asked for, and was killed then, routes
    that one.

    Raises:
        DoudiError: as `api.usecases.transport.route.route_plan`.
    """
    from api.usecases.transport.route import (  # noqa: PLC0415 -- the solver is heavy
        RouteOptions,
        route_plan,
    )

    options = dict(job.options)
    plan = str(options.pop("plan"))
    own = JobMint(job.id).mint(Kind.PLAN)
    if ctx.store.read(lambda unit: bool(unit.rows("lists.plan", plan=own))):
        plan, options["agree"] = own, False
    minted = replace(ctx, mint=JobMint(job.id))
    return route_plan(minted, job.actor, plan, RouteOptions(**options), progress).plan  # type: ignore[arg-type]  # checked when it was asked for


def dispatch_once(ctx: Context, actor: Actor, trip: str, key: str) -> Standing:
    """Let a trip leave, once for each key of the actor; raises as `dispatch`."""
    return _once(ctx, actor, Operation.DISPATCH, trip, key, {},
                 lambda c: dispatch(c, actor, [trip]))  # fmt: skip


def report_once(
    ctx: Context, actor: Actor, trip: str, key: str, *, late_minutes: int, lost: bool
) -> Standing:
    """Record that a trip is late or its goods are lost; raises as `late` and `lose`."""
    body: dict[str, Json] = {"late_minutes": late_minutes, "lost": lost}

    def act(c: Context) -> object:
        if lost:
            return lose(c, actor, trip)
        late(c, actor, trip, late_minutes)
        return None

    return _once(ctx, actor, Operation.DISPATCH, trip, key, body, act)


def receive_once(
    ctx: Context, actor: Actor, trip: str, key: str, sign: Signature, *, place: str = "",
    rows: Sequence[Signed] = (),
) -> Standing:  # fmt: skip
    """Record signatures on a trip's goods; without rows, for all that is open at the place.

    Raises:
        As `receive`; NotFound: a row is not of this trip.
    """
    told: list[Json] = [[r.cargo, r.received, r.damaged, r.declined] for r in rows]
    body: dict[str, Json] = {"by": sign.by, "level": sign.level.value, "place": place, "rows": told}

    def act(c: Context) -> object:
        if not rows:
            return receive_trip(c, actor, trip, sign, place=place)
        _of_trip(ctx, trip, rows)
        return receive(c, actor, rows, sign)

    return _once(ctx, actor, Operation.SIGN_RECEIPT, trip, key, body, act)


def inspect_once(ctx: Context, actor: Actor, lot: str, good: int, bad: int, key: str) -> Outcome:
    """Record an inspection of declined goods, once for each key of the actor; raises as `inspect`."""
    authorise(actor, Operation.INSPECT, ctx.district)
    body: dict[str, Json] = {"lot": lot, "good": good, "bad": bad}
    return keyed(ctx, actor, Operation.INSPECT, key, body, lot,
                 lambda inner: inspect(inner, actor, lot, good, bad))  # fmt: skip


def _of_trip(ctx: Context, trip: str, rows: Sequence[Signed]) -> None:
    keys = [r.cargo for r in rows]
    known = ctx.store.read(lambda unit: unit.nodes("Cargo", keys))
    mine = set(known.filter(pl.col("trip") == trip)["id"])
    other = sorted(set(keys) - mine)
    if other:
        raise NotFound(say("车次 {trip} 没有编号为 {cargo} 的签收行。", trip=trip, cargo=other[0][:40]),
                       say("请查看该车次所载的物资。"))  # fmt: skip


def _once(
    ctx: Context, actor: Actor, operation: Operation, trip: str, key: str,
    body: Mapping[str, Json], act: Callable[[Context], object],
) -> Standing:  # fmt: skip
    authorise(actor, operation)
    outcome = keyed(ctx, actor, operation, key, {"trip": trip, **body}, trip, act)
    return ctx.store.read(lambda unit: _state(unit, actor, trip, replayed=outcome.replayed))


def _state(unit: ReadUnit, actor: Actor, trip: str, *, replayed: bool) -> Standing:
    row = unit.nodes("Trip", [trip]).row(0, named=True)
    keys = [str(r["id"]) for r in unit.rows("transport.cargo_of_trips", trips=[trip])]
    cargo = unit.nodes("Cargo", keys).filter(pl.col("township").str.starts_with(actor.scope))
    units = {b: int(cargo[b].sum()) for b in ("quantity", *BUCKETS)}
    return Standing(row, units, replayed)
