"""Changes, re-plans, options: what is told on the phone, and what becomes of the plan."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, FastAPI, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import Operation
from api.http.auth import Guard
from api.http.jobs import job_out
from api.http.models import Bound, JobOut
from api.http.plans import REPLAYED
from api.http.queries import IdempotencyKey, PlanId
from api.http.room import room_of
from api.usecases.planning.changes import TOLD, ChangeKind, Told, contained
from api.usecases.replanning.asked import Question, options
from api.usecases.requests import answer_once, change_once, request_replan
from graphcore.domain.actor import Actor
from optimizer.replan.options import Option

ChangeId = Annotated[str, Path(pattern=r"^CH-[0-9A-Z]{1,32}$", description="Id of a change")]
Teller = Annotated[Actor, Depends(Guard(Operation.STATE_CHANGE))]
Maker = Annotated[Actor, Depends(Guard(Operation.MAKE_PLAN))]
Reader = Annotated[Actor, Depends(Guard(Operation.READ_PLAN))]
What = Annotated[str, Path(pattern=r"^[^\x00-\x1f/]{1,64}$", description="A line, or a lot")]
Answerer = Annotated[Actor, Depends(Guard(Operation.ANSWER_REQUEST))]
Asker = Annotated[Actor, Depends(Guard(Operation.EXPLAIN))]
MOVES = 1000


class ChangeRequest(BaseModel):
    """A change as it is told; the giver is an office or post, never a person's name."""

    model_config = ConfigDict(extra="forbid")

    kind: ChangeKind = Field(description=f"One of {', '.join(TOLD)}")
    what: str = Field(pattern=r"^[^\x00-\x1f]{1,64}$", description="Code of the road or lot")
    until: date | None = Field(None, description="When the way opens, or the goods arrive")
    giver: str = Field("", pattern=r"^[^\x00-\x1f]{0,64}$")


class ChangeOut(BaseModel):
    """A change and the first plan that contains it; number 0 = none yet."""

    id: str
    kind: ChangeKind
    what: str
    plan: str
    number: int


class ReplanRequest(BaseModel):
    """How to re-plan."""

    model_config = ConfigDict(extra="forbid")

    keep: float = Field(0.0, ge=0, le=0.5, description="Share of weighted coverage to give up")
    wide: bool = Field(True, description="Look at everything if there is something to gain")


class OwnerAnswer(BaseModel):
    """What the owner of goods that the bureau does not command said to a request."""

    model_config = ConfigDict(extra="forbid")

    accepted: bool
    reason: str = Field("", pattern=r"^[^\x00-\x1f]{0,200}$")


class AnsweredOut(BaseModel):
    """An answer that was recorded; a refusal opens a re-plan: ``job`` is where it is told."""

    what: str
    accepted: bool
    job: str | None


class GoalMoveOut(BaseModel):
    """What becomes of a goal."""

    name: str
    unit: str
    before: float
    after: float
    bound: Bound


class MoveOut(BaseModel):
    """A line that is new, gone or changed."""

    move: str
    need: str
    due_day: int
    township: str
    item: str
    old_item: str | None
    old_lot: str | None
    old_mode: str | None
    old_day: int | None
    old_quantity: int | None
    new_item: str | None
    new_lot: str | None
    new_mode: str | None
    new_day: int | None
    new_quantity: int | None


class DifferenceOut(BaseModel):
    """What a plan changed of the one before it. ``moves`` are the first thousand in scope."""

    added: int
    removed: int
    changed: int
    kept_share: float
    goals: list[GoalMoveOut]
    moves: list[MoveOut]


class OptionOut(BaseModel):
    """One way to meet a new need."""

    item: str
    lot: str
    warehouse: str
    mode: str
    day: int
    minutes: int
    units: int
    met: int
    swap: str
    request: bool
    displaced_units: int
    goals: list[GoalMoveOut]


def post_change(request: Request, response: Response, actor: Teller, body: ChangeRequest,
                key: IdempotencyKey) -> ChangeOut:  # fmt: skip
    """Record a change; a re-plan takes up all that wait."""
    ctx = room_of(request).ctx
    told = Told(body.kind, body.what, body.until.isoformat() if body.until else "", body.giver)
    change, replayed = change_once(ctx, actor, told, key)
    response.headers[REPLAYED] = str(replayed).lower()
    response.headers["Location"] = f"/v1/changes/{change}"
    return _change(contained(ctx, actor, change))


def get_change(request: Request, actor: Reader, change_id: ChangeId) -> ChangeOut:
    """A change, and the first plan that contains it."""
    return _change(contained(room_of(request).ctx, actor, change_id))


def _change(found: object) -> ChangeOut:
    return ChangeOut.model_validate(found, from_attributes=True)


def post_replan(request: Request, response: Response, actor: Maker, body: ReplanRequest,
                key: IdempotencyKey) -> JobOut:  # fmt: skip
    """Queue a re-plan; one that waits already is joined. `Location` is where progress is told."""
    room = room_of(request)
    asked = request_replan(room.ctx, actor, body.model_dump(), key)
    room.jobs.wake()
    response.headers["Location"] = f"/v1/jobs/{asked.job.id}"
    response.headers[REPLAYED] = str(asked.replayed).lower()
    return job_out(asked.job, request.headers.get("accept-language", ""))


def post_answer(request: Request, actor: Answerer, what: What, body: OwnerAnswer,
                key: IdempotencyKey) -> AnsweredOut:  # fmt: skip
    """Record an owner's answer to a line, or to all open requests on a lot."""
    room = room_of(request)
    asked = answer_once(room.ctx, actor, what, key, accepted=body.accepted, reason=body.reason)
    if asked is not None:
        room.jobs.wake()
    job = None if asked is None else f"/v1/jobs/{asked.job.id}"
    return AnsweredOut(what=what, accepted=body.accepted, job=job)


def get_moves(request: Request, actor: Reader, plan_id: PlanId) -> DifferenceOut:
    """What a plan changed of the one before it, within the caller's scope."""
    from api.usecases.replanning.replan import difference_of  # noqa: PLC0415 -- the solver is heavy

    found = difference_of(room_of(request).ctx, actor, plan_id)
    shown = found.moves.head(MOVES).to_dicts()
    return DifferenceOut(
        added=found.count("added"), removed=found.count("removed"),
        changed=found.count("changed"), kept_share=found.kept_share,
        goals=[_goal(g) for g in found.goals], moves=[MoveOut(**_only(m)) for m in shown],
    )  # fmt: skip


def _only(row: dict[str, object]) -> dict[str, object]:
    return {name: row[name] for name in MoveOut.model_fields}


def _goal(found: object) -> GoalMoveOut:
    return GoalMoveOut.model_validate(found, from_attributes=True)


def get_options(
    request: Request, actor: Asker,
    item: Annotated[str, Query(pattern=r"^[^\x00-\x1f]{1,64}$", description="Code or name")],
    quantity: Annotated[int, Query(ge=1, le=1_000_000)],
    household: Annotated[str, Query(pattern=r"^[^\x00-\x1f]{0,64}$")] = "",
    point: Annotated[str, Query(pattern=r"^[^\x00-\x1f]{0,64}$")] = "",
    day: Annotated[int, Query(ge=0, le=29, description="Of the plan, 0 = its first")] = 0,
) -> list[OptionOut]:  # fmt: skip
    """All feasible ways to meet one new need, the best first, each with its effect and bound."""
    room = room_of(request)
    asked = Question(item, quantity, household, point, day)
    return [_option(o) for o in options(room.ctx, actor, asked, room.shelf)]


def _option(o: Option) -> OptionOut:
    return OptionOut(
        item=o.item, lot=o.lot, warehouse=o.warehouse, mode=o.mode, day=o.day, minutes=o.minutes,
        units=o.units, met=o.met, swap=o.swap, request=o.request,
        displaced_units=sum(t.units for t in o.taken), goals=[_goal(g) for g in o.goals],
    )  # fmt: skip


def add_to(app: FastAPI) -> None:
    """Add the routes to the application."""
    app.add_api_route("/v1/changes", post_change, methods=["POST"], status_code=201,
                      operation_id="state_change", tags=["replan"])  # fmt: skip
    app.add_api_route("/v1/changes/{change_id}", get_change, methods=["GET"],
                      operation_id="read_change", tags=["replan"])  # fmt: skip
    app.add_api_route("/v1/replans", post_replan, methods=["POST"], status_code=202,
                      operation_id="replan", tags=["replan"])  # fmt: skip
    app.add_api_route("/v1/requests/{what}/answer", post_answer, methods=["POST"],
                      operation_id="answer_request", tags=["replan"])  # fmt: skip
    app.add_api_route("/v1/plans/{plan_id}/moves", get_moves, methods=["GET"],
                      operation_id="read_moves", tags=["replan"])  # fmt: skip
    app.add_api_route("/v1/options", get_options, methods=["GET"], operation_id="options",
                      tags=["replan"])  # fmt: skip
