"""Jobs: poll one, or follow it by server-sent events until it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.access import Operation
from api.http.auth import Guard
from api.http.language import of_header
from api.http.models import JobError, JobOut
from api.http.queries import JobId
from api.http.room import Room, room_of
from api.text import translator
from api.usecases.job_rows import Job, JobState, text_of
from api.usecases.requests import PLAN, REPLAN, read_job
from api.usecases.roster.requests import ROSTER
from api.usecases.transport.asked import ROUTE
from graphcore.domain.actor import Actor
from graphcore.domain.errors import StoreError

LOOK_AGAIN_S = 1.0
"""How often a stream looks at the row itself, for changes that another process made."""

Reader = Annotated[Actor, Depends(Guard(Operation.READ_PLAN))]


def _job(request: Request, actor: Reader, job_id: JobId) -> Job:
    return read_job(room_of(request).ctx, actor, job_id)


Found = Annotated[Job, Depends(_job)]


def job_out(job: Job, language: str) -> JobOut:
    """Return a job as it is shown, in the language of an `Accept-Language` header."""
    done = job.result if job.state is JobState.DONE else ""
    made = job.kind in (PLAN, REPLAN, ROUTE)
    return JobOut(
        id=job.id, kind=job.kind, state=job.state, step=job.step, share=round(job.share, 4),
        result=job.result, plan=f"/v1/plans/{done}" if done and made else None,
        roster=f"/v1/rosters/{done}" if done and job.kind == ROSTER else None,
        error=_error(job, language), queued_at=job.queued_at, started_at=job.started_at,
        ended_at=job.ended_at,
    )  # fmt: skip


def _error(job: Job, language: str) -> JobError | None:
    if job.error is None:
        return None
    _ = translator(of_header(language))
    changes = job.error.get("changes")
    return JobError(
        code=str(job.error["code"]),
        detail=text_of(job.error["what"]).render(_),
        advice=text_of(job.error["advice"]).render(_),
        retry=bool(job.error["retry"]),
        changes=[text_of(c).render(_) for c in changes] if isinstance(changes, list) else [],
    )


def get_job(request: Request, job: Found) -> JobOut:
    """A job as it stands."""
    return job_out(job, request.headers.get("accept-language", ""))


async def get_events(request: Request, actor: Reader, job: Found) -> AsyncIterator[ServerSentEvent]:
    """Each change of a job, from how it stands now to its end; then the stream closes.

    The event's name is the job's state, its data the job. Every event tells the whole state, so a
    client that reconnects has missed nothing that matters.
    """
    language = request.headers.get("accept-language", "")
    async for state in _changes(room_of(request), actor, job):
        yield ServerSentEvent(
            data=job_out(state, language), event=state.state.value, id=str(state.version)
        )


async def _changes(room: Room, actor: Actor, job: Job) -> AsyncIterator[Job]:
    loop = asyncio.get_running_loop()
    news: asyncio.Queue[Job] = asyncio.Queue()

    def listener(changed: Job) -> None:
        with suppress(RuntimeError):  # the loop closed with its server
            loop.call_soon_threadsafe(news.put_nowait, changed)

    with room.jobs.listen(job.id, listener):
        told = await run_in_threadpool(read_job, room.ctx, actor, job.id)
        yield told
        while not told.state.over and not room.jobs.stopping:
            changed = await _next(news) or await _looked_up(room, actor, told)
            if changed.version >= told.version and changed != told:
                told = changed
                yield told


async def _next(news: asyncio.Queue[Job]) -> Job | None:
    with suppress(TimeoutError):
        return await asyncio.wait_for(news.get(), LOOK_AGAIN_S)
    return None


async def _looked_up(room: Room, actor: Actor, told: Job) -> Job:
    """Return the row if it moved on: progress is told sooner, and more often, than it is stored."""
    with suppress(StoreError):  # the answer has begun: look again later
        row = await run_in_threadpool(read_job, room.ctx, actor, told.id)
        return row if row.version > told.version else told
    return told


def add_to(app: FastAPI) -> None:
    """Add the routes to the application."""
    app.add_api_route("/v1/jobs/{job_id}", get_job, methods=["GET"], response_model=JobOut,
                      operation_id="read_job", tags=["jobs"])  # fmt: skip
    app.add_api_route("/v1/jobs/{job_id}/events", get_events, methods=["GET"],
                      response_class=EventSourceResponse, operation_id="follow_job",
                      tags=["jobs"])  # fmt: skip
