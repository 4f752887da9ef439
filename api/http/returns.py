"""Declined goods that came back: which wait to be looked at, and what was found."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import Operation
from api.http.auth import Guard
from api.http.plans import REPLAYED
from api.http.queries import IdempotencyKey
from api.http.room import room_of
from api.usecases.transport.asked import inspect_once
from api.usecases.transport.returned import waiting
from graphcore.domain.actor import Actor

LotId = Annotated[str, Path(pattern=r"^[^\x00-\x1f/]{1,64}$", description="Id or code of a lot")]
Reader = Annotated[Actor, Depends(Guard(Operation.READ_SUPPLY))]
Inspector = Annotated[Actor, Depends(Guard(Operation.INSPECT))]


class InspectionRequest(BaseModel):
    """What whoever holds the key found: units that can be handed over again, and others."""

    model_config = ConfigDict(extra="forbid")

    good: int = Field(0, ge=0, le=10**9)
    bad: int = Field(0, ge=0, le=10**9)


class ReturnedLot(BaseModel):
    """Declined units of a lot that nobody has looked at yet."""

    lot: str
    code: str
    item: str
    warehouse: str
    units: int


class ReturnedOut(BaseModel):
    """All lots with such units, by code."""

    items: list[ReturnedLot]


def get_returned(request: Request, actor: Reader) -> Any:
    """Declined units by lot that nobody has looked at yet."""
    return {"items": waiting(room_of(request).ctx, actor).to_dicts()}


def post_inspection(request: Request, response: Response, actor: Inspector, lot_id: LotId,
                    body: InspectionRequest, key: IdempotencyKey) -> Any:  # fmt: skip
    """Record what an inspection found; returns what of the district's goods still waits."""
    ctx = room_of(request).ctx
    done = inspect_once(ctx, actor, lot_id, body.good, body.bad, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return {"items": waiting(ctx, actor).to_dicts()}


def add_to(app: FastAPI) -> None:
    """Add the routes to the application."""
    app.add_api_route("/v1/returned", get_returned, methods=["GET"], response_model=ReturnedOut,
                      operation_id="list_returned", tags=["replan"])  # fmt: skip
    app.add_api_route("/v1/lots/{lot_id}/inspection", post_inspection, methods=["POST"],
                      response_model=ReturnedOut, operation_id="inspect_returned",
                      tags=["replan"])  # fmt: skip
