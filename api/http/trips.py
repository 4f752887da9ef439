"""Trips: ask for routes, let a trip leave, say what became of it, sign for what it brought."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import Operation
from api.http.auth import Guard
from api.http.models import Int, JobOut, Micros, Str
from api.http.plans import REPLAYED, accepted
from api.http.queries import IdempotencyKey, PlanId
from api.http.room import room_of
from api.usecases.transport import asked
from api.usecases.transport.receive import Signature
from graphcore.casework.receipt import Level, Signed
from graphcore.domain.actor import Actor
from graphcore.domain.supply import TripState

TripId = Annotated[str, Path(pattern=r"^T-[0-9A-Z]{1,32}$", description="Id of a trip")]
Maker = Annotated[Actor, Depends(Guard(Operation.MAKE_PLAN))]
Dispatcher = Annotated[Actor, Depends(Guard(Operation.DISPATCH))]
Signer = Annotated[Actor, Depends(Guard(Operation.SIGN_RECEIPT))]
_MOST_ROWS = 1_000


class RouteRequest(BaseModel):
    """How to route."""

    model_config = ConfigDict(extra="forbid")

    agree: bool | None = Field(
        None, description="Solve again what cannot be delivered; empty: unless it is approved"
    )
    rounds: int = Field(4, ge=1, le=20)
    seed: int = Field(0, ge=0, le=2**31 - 1)
    iterations: int = Field(500, ge=1, le=100_000, description="Of each warehouse and day")
    seconds: float | None = Field(None, gt=0, le=3600, description="Of each search, by the clock")


class TripReport(BaseModel):
    """What became of a trip on its way: late by so many minutes in all, or its goods are lost."""

    model_config = ConfigDict(extra="forbid")

    late_minutes: int = Field(0, ge=0, le=10_000)
    lost: bool = False


class SignedRow(BaseModel):
    """Totals signed for of one line of a trip's goods."""

    model_config = ConfigDict(extra="forbid")

    cargo: str = Field(pattern=r"^CG-[0-9A-Z]{1,32}$")
    received: int = Field(ge=0)
    damaged: int = Field(0, ge=0)
    declined: int = Field(0, ge=0)


class ReceiptRequest(BaseModel):
    """Who signs for what; without rows, for everything open at the place (or of the trip)."""

    model_config = ConfigDict(extra="forbid")

    by: str = Field(min_length=1, max_length=100, description="Who signed; sealed when stored")
    level: Level = Level.HOUSEHOLD
    place: str = Field("", max_length=100, description="A point's or household's id or code")
    rows: list[SignedRow] = Field(default_factory=list, max_length=_MOST_ROWS)


class TripOut(BaseModel):
    """A trip as it stands; units are those within the caller's scope."""

    id: str
    plan: Str
    vehicle: Str
    day_on: Str
    state: TripState
    dispatched_at: Micros
    late_minutes: Int
    quantity: int
    in_transit: int
    at_point: int
    received: int
    declined: int
    damaged: int
    lost: int


def post_routes(request: Request, response: Response, actor: Maker, plan_id: PlanId,
                body: RouteRequest, key: IdempotencyKey) -> JobOut:  # fmt: skip
    """Queue a job that puts a plan on vehicles and trips."""
    options = {"plan": plan_id, **body.model_dump()}
    made = asked.request_route(room_of(request).ctx, actor, options, key)
    return accepted(request, response, made)


def post_dispatch(request: Request, response: Response, actor: Dispatcher, trip_id: TripId,
                  key: IdempotencyKey) -> Any:  # fmt: skip
    """Let a trip leave: its goods go from the warehouse onto the road."""
    return _out(response, asked.dispatch_once(room_of(request).ctx, actor, trip_id, key))


def post_report(request: Request, response: Response, actor: Dispatcher, trip_id: TripId,
                body: TripReport, key: IdempotencyKey) -> Any:  # fmt: skip
    """Say that a trip on its way is late, or that its goods are lost."""
    done = asked.report_once(
        room_of(request).ctx, actor, trip_id, key, late_minutes=body.late_minutes, lost=body.lost
    )
    return _out(response, done)


def post_receipt(request: Request, response: Response, actor: Signer, trip_id: TripId,
                 body: ReceiptRequest, key: IdempotencyKey) -> Any:  # fmt: skip
    """Sign for what a trip brought; a township for its own places."""
    rows = [Signed(r.cargo, r.received, r.damaged, r.declined) for r in body.rows]
    done = asked.receive_once(
        room_of(request).ctx, actor, trip_id, key, Signature(body.by, body.level),
        place=body.place, rows=rows,
    )  # fmt: skip
    return _out(response, done)


def _out(response: Response, done: asked.Standing) -> dict[str, object]:
    response.headers[REPLAYED] = str(done.replayed).lower()
    return {**done.trip, **done.units}


def add_to(app: FastAPI) -> None:
    """Add the routes to the application."""
    app.add_api_route("/v1/plans/{plan_id}/routes", post_routes, methods=["POST"], status_code=202,
                      operation_id="route_plan", tags=["trips"])  # fmt: skip
    for name, endpoint in (("dispatch", post_dispatch), ("report", post_report),
                           ("receipt", post_receipt)):  # fmt: skip
        app.add_api_route(f"/v1/trips/{{trip_id}}/{name}", endpoint, methods=["POST"],
                          response_model=TripOut, operation_id=f"{name}_trip", tags=["trips"])  # fmt: skip
