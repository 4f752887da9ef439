"""Winter–spring relief: campaigns, steps, visits."""

from __future__ import annotations

from typing import Annotated, Any

import polars as pl
from fastapi import Depends, FastAPI, Query, Request, Response

from api.access import Operation
from api.http import wintermodels as m
from api.http.auth import Guard
from api.http.plans import REPLAYED
from api.http.queries import IdempotencyKey
from api.http.room import room_of
from api.usecases.winter import requested
from api.usecases.winter.campaigns import waiting, winter
from api.usecases.winter.steps import Pick, Said
from api.usecases.winter.visits import Found, visits
from graphcore.domain.actor import Actor

Reader = Annotated[Actor, Depends(Guard(Operation.READ_CASES))]
Desk = Annotated[Actor, Depends(Guard(Operation.RUN_CAMPAIGN))]
Taker = Annotated[Actor, Depends(Guard(Operation.TAKE_STEP))]
Visitor = Annotated[Actor, Depends(Guard(Operation.RECORD_VISIT))]


def get_entries(request: Request, actor: Reader, year: m.Year,
                query: Annotated[m.EntryQuery, Query()]) -> Any:  # fmt: skip
    """Surveyed households within the caller's scope, by meaningless id."""
    rows = winter(room_of(request).ctx, actor, year).entries.filter(
        (pl.col("id") > query.after) & pl.col("village").str.starts_with(query.village)
    )
    rows = rows.filter(pl.col("state") == query.state.value) if query.state else rows
    page = rows.sort("id").head(query.limit)
    more = rows.height > page.height
    return {"items": page.to_dicts(), "next": page["id"][-1] if more else None}


def get_due(request: Request, actor: Reader, year: m.Year) -> Any:
    """Who waits for which step, until when."""
    return {"items": waiting(room_of(request).ctx, actor, year).to_dicts()}


def get_visits(request: Request, actor: Reader, year: m.Year) -> Any:
    """Visits planned and made."""
    return {"items": visits(room_of(request).ctx, actor, year).to_dicts()}


def post_campaign(request: Request, response: Response, actor: Desk, body: m.OpenRequest,
                  key: IdempotencyKey) -> m.Opened:  # fmt: skip
    """Open a campaign."""
    done = requested.open_once(room_of(request).ctx, actor, body.year, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return m.Opened(campaign=done.result)


def post_step(request: Request, response: Response, actor: Taker, year: m.Year,
              body: m.StepRequest, key: IdempotencyKey) -> m.StepOut:  # fmt: skip
    """Take a step: review, audit, notice, decide (for officers who decide cases) or return."""
    pick = Pick(tuple(body.ids), body.village, body.township)
    said = Said(body.evidence, body.reason, body.on)
    done = requested.step_once(room_of(request).ctx, actor, year, body.step, pick, said, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    households, fen = done.result.split(",")
    return m.StepOut(step=body.step, households=int(households), amount_fen=int(fen),
                     replayed=done.replayed)  # fmt: skip


def post_visits(request: Request, response: Response, actor: Visitor, year: m.Year,
                body: m.VisitsRequest, key: IdempotencyKey) -> m.Planned:  # fmt: skip
    """Plan visits."""
    asked = requested.Visits(body.visitor, body.on, body.township, tuple(body.households))
    done = requested.plan_once(room_of(request).ctx, actor, year, asked, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return m.Planned(planned=int(done.result), replayed=done.replayed)


def post_result(request: Request, response: Response, actor: Visitor, visit_id: m.VisitId,
                body: m.VisitResultRequest, key: IdempotencyKey) -> m.VisitedOut:  # fmt: skip
    """Record what a visit found; who is still in difficulty gets a case for temporary assistance."""
    found = Found(body.result, body.evidence, tuple(body.lacks), body.on)
    done = requested.visited_once(room_of(request).ctx, actor, visit_id, found, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return m.VisitedOut(visit=visit_id, opened=done.result, replayed=done.replayed)


def add_to(app: FastAPI) -> None:
    """Add the routes to the application."""
    reads = (
        ("/v1/campaigns/{year}/entries", get_entries, m.EntriesOut, "list_winter_entries"),
        ("/v1/campaigns/{year}/due", get_due, m.DueOut, "read_winter_due"),
        ("/v1/campaigns/{year}/visits", get_visits, m.VisitsOut, "list_winter_visits"),
    )
    writes = (
        ("/v1/campaigns", post_campaign, "open_campaign"),
        ("/v1/campaigns/{year}/steps", post_step, "take_winter_step"),
        ("/v1/campaigns/{year}/visits", post_visits, "plan_winter_visits"),
        ("/v1/visits/{visit_id}/result", post_result, "record_winter_visit"),
    )
    for path, read, model, name in reads:
        app.add_api_route(path, read, methods=["GET"], response_model=model, operation_id=name,
                          tags=["campaigns"])  # fmt: skip
    for path, write, name in writes:
        app.add_api_route(path, write, methods=["POST"], operation_id=name, tags=["campaigns"])
