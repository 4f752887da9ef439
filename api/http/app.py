"""The HTTP application: `create_app` builds it, `serve` runs it."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import version

import uvicorn
from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.bootstrap import open_context
from api.http import (
    audits,
    cases,
    changes,
    insight,
    jobs,
    ledger,
    lists,
    payments,
    persons,
    pins,
    plans,
    problems,
    rebuilding,
    returns,
    reviews,
    rosters,
    trips,
    winters,
)
from api.http.models import Health
from api.http.room import Room, room_of
from api.http.schema import openapi
from api.http.shield import Shield
from api.jobs import Jobs, Work
from api.settings import Settings
from api.usecases.context import Context
from api.usecases.requests import PLAN, REPLAN, run_plan, run_replan
from api.usecases.reviewed import COMPARISON, run_comparison
from api.usecases.roster.requests import ROSTER, run_roster
from api.usecases.transport.asked import ROUTE, run_route
from graphcore.domain.errors import DoudiError

VERSION = version("doudi")


WORKS: Mapping[str, Work] = {
    PLAN: run_plan, REPLAN: run_replan, ROSTER: run_roster, ROUTE: run_route,
    COMPARISON: run_comparison,
}  # fmt: skip
"""What the service's queue can do."""


def create_app(source: Settings | Context, works: Mapping[str, Work] = WORKS) -> FastAPI:
    """Return the application over settings (it opens and closes the store) or an open context."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        room = _rooms(source, works)
        app.state.room = await run_in_threadpool(room.__enter__)
        try:
            yield
        finally:
            await run_in_threadpool(room.__exit__, None, None, None)

    app = FastAPI(
        title="Doudi 兜底", version=VERSION, lifespan=lifespan, openapi_url="/v1/openapi.json",
        docs_url=None, redoc_url=None, redirect_slashes=False,
        description="Disaster relief of a district: lists, plans, jobs. See docs/API.md.",
    )  # fmt: skip
    app.openapi = lambda: openapi(app)  # type: ignore[method-assign]
    app.add_middleware(Shield)
    app.add_exception_handler(DoudiError, problems.on_domain_error)
    app.add_exception_handler(problems.Refused, problems.on_refused)
    app.add_exception_handler(RequestValidationError, problems.on_invalid)
    app.add_exception_handler(HTTPException, problems.on_http)
    app.add_api_route("/v1/health", get_health, methods=["GET"], response_model=Health,
                      operation_id="health", tags=["health"])  # fmt: skip
    for part in (lists, plans, changes, pins, insight, rosters, jobs, audits, trips, returns, ledger,
                 winters, rebuilding, cases, payments, persons, reviews):  # fmt: skip
        part.add_to(app)
    return app


@contextmanager
def _rooms(source: Settings | Context, works: Mapping[str, Work]) -> Iterator[Room]:
    if isinstance(source, Settings):
        with open_context(source) as ctx, _rooms(ctx, works) as room:
            yield room
        return
    queue = Jobs(source, works)
    queue.start()
    try:
        yield Room(source, queue)
    finally:
        queue.stop()


def get_health(request: Request) -> Health:
    """Whether the service answers and reaches its store; needs no key."""
    ctx = room_of(request).ctx
    ctx.store.read(lambda unit: unit.rows("chain.heads"), timeout_s=5.0)
    return Health(status="ok", version=VERSION, engine=ctx.store.engine, district=ctx.district)


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8000,
          works: Mapping[str, Work] = WORKS) -> None:  # fmt: skip
    """Serve until interrupted. One process: it owns the embedded store and works off the queue.

    Port 0 takes any free port; the log says which.

    Raises:
        StoreBusy: another process owns the embedded store.
    """
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in ("doudi", "uvicorn"):
        logging.getLogger(name).setLevel(logging.INFO)
    with open_context(settings) as ctx:
        config = uvicorn.Config(create_app(ctx, works), host=host, port=port, log_config=None,
                                access_log=False, server_header=False,
                                timeout_graceful_shutdown=10)  # fmt: skip
        with _outliving_signals():
            _Server(config).run()


class _Server(uvicorn.Server):
    """Ends the event streams first: uvicorn waits for every open answer before it goes on."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Shut down in order."""
        room: Room = self.config.app.state.room  # type: ignore[union-attr]
        room.jobs.halt()
        await super().shutdown(sockets)


@contextmanager
def _outliving_signals() -> Iterator[None]:
    """Keep the process alive when uvicorn raises the signal that ended it again.

    The store is closed after the server, with its log folded in.
    """
    ends = (signal.SIGINT, signal.SIGTERM)
    before = {end: signal.signal(end, lambda *_: None) for end in ends}
    try:
        yield
    finally:
        for end, handler in before.items():
            signal.signal(end, handler)
