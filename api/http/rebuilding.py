"""Rebuilding: houses, who is cold before the frost, milestones, routes, shelter meanwhile."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import Operation
from api.http.auth import Guard
from api.http.cases import OpenedOut, Written
from api.http.models import Str
from api.http.plans import REPLAYED
from api.http.queries import IdempotencyKey
from api.http.room import room_of
from api.usecases.rebuild.houses import before_frost, houses
from api.usecases.rebuild.requested import open_once, record_once, route_once, stay_once
from graphcore.casework.rebuilding import Proof
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.rebuilding import Milestone, Route

Reader = Annotated[Actor, Depends(Guard(Operation.READ_CASES))]
Builder = Annotated[Actor, Depends(Guard(Operation.REBUILD))]
RebuildId = Annotated[str, Path(pattern=r"^RB-[0-9A-Z]{1,32}$", description="Id of a house's case")]


class HouseQuery(BaseModel):
    """Which houses."""

    model_config = ConfigDict(extra="forbid")
    township: str = Field("", pattern=r"^[0-9]{0,12}$", description="Township code")


class House(BaseModel):
    """A house to rebuild or repair; ``rebuild`` is empty until a case is open."""

    rebuild: Str
    household: str
    township: Str
    village: Str
    damage: Str
    route: Str
    milestone: Str
    reached_on: Str
    interim_until: Str


class Cold(House):
    """A house whose household has no safe, warm dwelling for the frost."""

    frost_on: str
    days_left: int


class HousesOut(BaseModel):
    """Houses by place."""

    items: list[House]


class ColdOut(BaseModel):
    """Who is cold."""

    items: list[Cold]


class MilestoneRequest(BaseModel):
    """A milestone with what it rests on."""

    model_config = ConfigDict(extra="forbid")
    milestone: Milestone
    evidence: str = Field(min_length=1, max_length=200, description="A record's number; no names")
    photos: list[Annotated[str, Field(max_length=100)]] = Field(default=[], max_length=50)
    on: date | None = None


class RouteChoice(BaseModel):
    """How a household gets its dwelling; before the county's approval."""

    model_config = ConfigDict(extra="forbid")
    route: Route
    reason: str = Field(min_length=1, max_length=200, description="No names")


class InterimRequest(BaseModel):
    """A safe, warm place to stay until the house is ready."""

    model_config = ConfigDict(extra="forbid")
    where: str = Field(min_length=1, max_length=60, description="A kind of place; no address")
    until: date


class MilestoneOut(BaseModel):
    """What was recorded."""

    rebuild: str
    milestone: Milestone


def get_houses(request: Request, actor: Reader, query: Annotated[HouseQuery, Query()]) -> Any:
    """Houses to rebuild within the caller's scope, with route and progress."""
    return {"items": houses(room_of(request).ctx, actor, query.township).to_dicts()}


def get_cold(request: Request, actor: Reader) -> Any:
    """Who has no safe, warm dwelling before the first frost, and its date."""
    return {"items": before_frost(room_of(request).ctx, actor).to_dicts()}


def post_milestone(request: Request, response: Response, actor: Builder, rebuild_id: RebuildId,
                   body: MilestoneRequest, key: IdempotencyKey) -> MilestoneOut:  # fmt: skip
    """Record a milestone; `approved` needs a role that decides cases."""
    ctx = room_of(request).ctx
    proof = Proof(body.on or day_of(ctx.clock()), body.evidence, tuple(body.photos))
    done = record_once(ctx, actor, rebuild_id, body.milestone, proof, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return MilestoneOut(rebuild=rebuild_id, milestone=body.milestone)


def post_houses(request: Request, response: Response, actor: Builder,
                key: IdempotencyKey) -> OpenedOut:  # fmt: skip
    """Open a case for each house that collapsed or is badly damaged and has none."""
    done = open_once(room_of(request).ctx, actor, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return OpenedOut(opened=int(done.result), replayed=done.replayed)


def post_route(request: Request, response: Response, actor: Builder, rebuild_id: RebuildId,
               body: RouteChoice, key: IdempotencyKey) -> Written:  # fmt: skip
    """Choose self-build, a raised standard or public housing, with the reason."""
    done = route_once(room_of(request).ctx, actor, rebuild_id, body.route, body.reason, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return Written(replayed=done.replayed)


def post_interim(request: Request, response: Response, actor: Builder, rebuild_id: RebuildId,
                 body: InterimRequest, key: IdempotencyKey) -> Written:  # fmt: skip
    """Record where the household stays meanwhile, and until when."""
    done = stay_once(room_of(request).ctx, actor, rebuild_id, body.where, body.until, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return Written(replayed=done.replayed)


def add_to(app: FastAPI) -> None:
    """Add the routes to the application."""
    app.add_api_route("/v1/rebuilding", get_houses, methods=["GET"], response_model=HousesOut,
                      operation_id="list_houses", tags=["rebuilding"])  # fmt: skip
    app.add_api_route("/v1/rebuilding/frost", get_cold, methods=["GET"], response_model=ColdOut,
                      operation_id="list_unhoused", tags=["rebuilding"])  # fmt: skip
    app.add_api_route("/v1/rebuilding/{rebuild_id}/milestones", post_milestone, methods=["POST"],
                      operation_id="record_milestone", tags=["rebuilding"])  # fmt: skip
    writes = (
        ("/v1/rebuilding", post_houses, "open_houses"),
        ("/v1/rebuilding/{rebuild_id}/route", post_route, "choose_route"),
        ("/v1/rebuilding/{rebuild_id}/interim", post_interim, "record_interim"),
    )
    for path, write, name in writes:
        app.add_api_route(path, write, methods=["POST"], operation_id=name, tags=["rebuilding"])
