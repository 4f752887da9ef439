"""Social forces and rosters: lists, ask for a roster, approve it, report an order's progress."""

# No postponed annotations here: routes are made in a loop, with the classes at hand.
from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Query, Request, Response
from pydantic import BaseModel

from api.access import Operation
from api.http import models, queries, rostermodels
from api.http.auth import Guard
from api.http.models import JobOut
from api.http.plans import REPLAYED, accepted
from api.http.queries import IdempotencyKey, OrderId, ProgressRequest, RosterId, RosterRequest
from api.http.room import room_of
from api.http.rostermodels import Changed, RosterSummary
from api.usecases.lists import Page
from api.usecases.roster.lists import forces_page, roster_summary
from api.usecases.roster.requests import approve_roster_once, report_once, request_roster
from graphcore.domain.actor import Actor

Reader = Annotated[Actor, Depends(Guard(Operation.READ_FORCES))]
Maker = Annotated[Actor, Depends(Guard(Operation.MAKE_ROSTER))]
Approver = Annotated[Actor, Depends(Guard(Operation.APPROVE_ROSTER))]
Reporter = Annotated[Actor, Depends(Guard(Operation.REPORT_PROGRESS))]

ROUTES: Final[tuple[tuple[str, type[queries.PageQuery], type[BaseModel]], ...]] = (
    ("volunteers", queries.ReadinessQuery, rostermodels.Volunteer),
    ("equipment", queries.ReadinessQuery, rostermodels.Equipment),
    ("tasks", queries.TaskQuery, rostermodels.Task),
    ("rosters", queries.RosterQuery, rostermodels.Roster),
)
OF_ROSTER: Final[tuple[tuple[str, type[queries.PageQuery], type[BaseModel]], ...]] = (
    ("assignments", queries.AssignmentQuery, rostermodels.Assignment),
    ("openings", queries.ShortfallQuery, rostermodels.Opening),
)


def _top(name: str, asked: type[queries.PageQuery]) -> Callable[..., object]:
    def endpoint(
        request: Request,
        actor: Reader,
        query: Annotated[asked, Query()],  # type: ignore[valid-type]
    ) -> Any:
        return _out(forces_page(room_of(request).ctx, actor, name, query.ask()))  # type: ignore[attr-defined]

    return endpoint


def _within(name: str, asked: type[queries.PageQuery]) -> Callable[..., object]:
    def endpoint(
        request: Request, actor: Reader, roster_id: RosterId,
        query: Annotated[asked, Query()],  # type: ignore[valid-type]
    ) -> Any:  # fmt: skip
        return _out(forces_page(room_of(request).ctx, actor, name, query.ask(roster_id)))  # type: ignore[attr-defined]

    return endpoint


def _out(found: Page) -> dict[str, object]:
    return {"items": found.rows, "next": found.next or None}


def post_roster(request: Request, response: Response, actor: Maker, body: RosterRequest,
                key: IdempotencyKey) -> JobOut:  # fmt: skip
    """Queue a job that makes a draft roster; `Location` is where its progress is told."""
    asked = request_roster(room_of(request).ctx, actor, body.options(), key)
    return accepted(request, response, asked)


def get_roster(request: Request, actor: Reader, roster_id: RosterId) -> Any:
    """A roster with its goals, and its totals within what the caller sees."""
    return roster_summary(room_of(request).ctx, actor, roster_id)


def post_approval(request: Request, response: Response, actor: Approver, roster_id: RosterId,
                  key: IdempotencyKey, body: queries.ApprovalRequest | None = None) -> Changed:  # noqa: ARG001  # fmt: skip
    """Approve a draft roster: from then on its orders are given out."""
    done = approve_roster_once(room_of(request).ctx, actor, roster_id, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return Changed(id=done.id, state=done.state)


def post_progress(request: Request, response: Response, actor: Reporter, order_id: OrderId,
                  body: ProgressRequest, key: IdempotencyKey) -> Changed:  # fmt: skip
    """Record how far an order has come: confirmed, arrived, done, declined, missed."""
    done = report_once(room_of(request).ctx, actor, order_id, body.progress, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return Changed(id=done.id, state=done.state)


def add_to(app: FastAPI) -> None:
    """Add the routes to the application."""
    for name, asked, row in ROUTES:
        _list(app, f"/v1/{name}", name, row, _top(name, asked))
    for name, asked, row in OF_ROSTER:
        _list(app, f"/v1/rosters/{{roster_id}}/{name}", name, row, _within(name, asked))
    app.add_api_route("/v1/rosters", post_roster, methods=["POST"], status_code=202,
                      operation_id="make_roster", tags=["rosters"])  # fmt: skip
    app.add_api_route("/v1/rosters/{roster_id}", get_roster, methods=["GET"],
                      response_model=RosterSummary, operation_id="read_roster", tags=["rosters"])  # fmt: skip
    app.add_api_route("/v1/rosters/{roster_id}/approval", post_approval, methods=["POST"],
                      operation_id="approve_roster", tags=["rosters"])  # fmt: skip
    app.add_api_route("/v1/orders/{order_id}/progress", post_progress, methods=["POST"],
                      operation_id="report_progress", tags=["rosters"])  # fmt: skip


def _list(
    app: FastAPI, path: str, name: str, row: type[BaseModel], endpoint: Callable[..., object]
) -> None:
    app.add_api_route(path, endpoint, methods=["GET"], operation_id=f"list_{name}", tags=["rosters"],
                      summary=(row.__doc__ or "").partition("\n")[0],
                      response_model=models.PageOut[row])  # type: ignore[valid-type]  # fmt: skip
