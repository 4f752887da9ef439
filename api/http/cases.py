"""Cases of benefits in money: lists, who is due to move on, papers, fast track, poverty watch."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import polars as pl
from fastapi import Depends, FastAPI, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import Operation
from api.http.auth import Guard
from api.http.models import Int, Str, Words
from api.http.plans import REPLAYED
from api.http.queries import IdempotencyKey
from api.http.room import room_of
from api.usecases.cases import lists
from api.usecases.cases.requested import (
    Told,
    accept_once,
    act_once,
    extend_once,
    hand_over_once,
    papers_once,
    propose_once,
    simplify_once,
)
from api.usecases.cases.watched import watched
from graphcore.casework.cases import Act, CaseState
from graphcore.domain.actor import Actor
from graphcore.domain.household import WatchState

Reader = Annotated[Actor, Depends(Guard(Operation.READ_CASES))]
Clerk = Annotated[Actor, Depends(Guard(Operation.RECEIVE_PAPERS))]
Proposer = Annotated[Actor, Depends(Guard(Operation.PROPOSE_CASES))]
Officer = Annotated[Actor, Depends(Guard(Operation.DECIDE_CASE))]
CaseId = Annotated[str, Path(pattern=r"^CA-[0-9A-Z]{1,32}$", description="Id of a case")]
Key = Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9A-Z]{1,32}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CaseQuery(_Body):
    """Which cases."""

    limit: int = Field(100, ge=1, le=1000)
    after: str = Field("", max_length=40, description="Id of the last case of the page before")
    benefit: str = Field("", pattern=r"^[a-z_]{0,40}$")
    state: CaseState | None = None
    township: str = Field("", pattern=r"^[0-9]{0,12}$")


class Case(BaseModel):
    """A case, by meaningless ids; the rulebook's hash says by which rules."""

    id: str
    household: Str
    township: Str
    village: Str
    benefit: Str
    stage: Str
    owner: Str
    state: Str
    persons: Int
    days: Int
    from_on: Str
    to_on: Str
    amount_fen: Int
    raised_permille: Int
    cites: Str
    rulebook: Str
    papers: Words
    papers_in: Words
    papers_due_on: Str
    fast: Str
    offered_to: Str
    follows: Str
    accepted: Str
    decide_by: Str


class DueCase(Case):
    """A case that is due to move on, or whose papers or decision are due."""

    decide_left: int | None
    days_left: int | None
    papers_left: int | None
    missing: Words
    next: Str


class CasesOut(BaseModel):
    """A page of cases by id; ``next`` is null on the last."""

    items: list[Case]
    next: str | None


class DueOut(BaseModel):
    """Cases that are due, the most urgent first."""

    items: list[DueCase]


class PapersRequest(_Body):
    """Papers that came in."""

    papers: list[Annotated[str, Field(max_length=60)]] = Field(min_length=1, max_length=30)
    evidence: str = Field(min_length=1, max_length=200, description="A receipt's number; no names")


class ProposeRequest(_Body):
    """By which day's rules, for which disaster; none = today, the latest."""

    disaster: str = Field("", pattern=r"^(X-[0-9A-Z]{1,32})?$")
    on: date | None = None


class ActRequest(_Body):
    """What an officer does with a case; a refusal and a return need a reason, which is sealed."""

    act: Act
    reason: str = Field("", max_length=2000)
    to: str = Field("", pattern=r"^[a-z_]{0,40}$", description="Benefit to hand over to")
    confirmed: bool = Field(False, description="The other aid for the same need was looked at")


class ActOut(BaseModel):
    """How the case stands; ``opened`` is the case that follows it, empty if none."""

    case: str
    state: CaseState
    opened: str
    replayed: bool


class AcceptanceRequest(_Body):
    """The day on which the application was accepted; none = today."""

    on: date | None = None


class ExtensionRequest(_Body):
    """Why the decision needs longer; sealed."""

    reason: str = Field(min_length=1, max_length=2000)


class SimplifyRequest(_Body):
    """Cases to put on the fast track that is open to their household; none = all that wait."""

    cases: list[Key] = Field(default=[], max_length=1000)


class HandOverRequest(_Body):
    """Watched households to offer, or the receiving bureau's answer."""

    watches: list[Key] = Field(min_length=1, max_length=1000)
    to: WatchState
    reason: str = Field("", max_length=200)


class Watched(BaseModel):
    """An affected household that is watched for falling back into poverty."""

    id: str
    household: str
    township: Str
    village: Str
    kind: Str
    source: Str
    valid_from: Str
    valid_to: Str
    damage: Str
    state: Str


class WatchedOut(BaseModel):
    """Watched households, those not handed over first."""

    items: list[Watched]


class Written(BaseModel):
    """That a request had its effect; ``replayed`` if an earlier one had it."""

    replayed: bool


class OpenedOut(Written):
    """How many cases were opened."""

    opened: int


class SimplifiedOut(Written):
    """How many cases were put on which fast track."""

    cases: int
    tracks: dict[str, int]


class TermOut(Written):
    """The last day of the decision's term, empty where the benefit has none."""

    case: str
    decide_by: str


class HandedOver(Written):
    """How many watched households were handed over or answered."""

    households: int


class PapersOut(Written):
    """The papers that are still missing."""

    missing: list[str]


def get_cases(request: Request, actor: Reader, query: Annotated[CaseQuery, Query()]) -> Any:
    """Cases within the caller's scope, page by page."""
    state = query.state.value if query.state else ""
    rows = lists.cases(room_of(request).ctx, actor, benefit=query.benefit, state=state,
                       township=query.township).filter(pl.col("id") > query.after).sort("id")  # fmt: skip
    page = rows.head(query.limit)
    more = rows.height > page.height
    told = lists.with_terms(room_of(request).ctx, page).sort("id").to_dicts()
    return {"items": told, "next": page["id"][-1] if more else None}


def get_due(request: Request, actor: Reader) -> Any:
    """Who is due to move on, to what, and which papers are missing until when."""
    return {"items": lists.due(room_of(request).ctx, actor).to_dicts()}


def get_watched(request: Request, actor: Reader) -> Any:
    """Affected households that are watched for falling back into poverty."""
    return {"items": watched(room_of(request).ctx, actor).to_dicts()}


def post_papers(request: Request, response: Response, actor: Clerk, case_id: CaseId,
                body: PapersRequest, key: IdempotencyKey) -> PapersOut:  # fmt: skip
    """Record papers that came in."""
    done = papers_once(room_of(request).ctx, actor, case_id, body.papers, body.evidence, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return PapersOut(missing=json.loads(done.result), replayed=done.replayed)


def post_proposed(request: Request, response: Response, actor: Proposer, body: ProposeRequest,
                  key: IdempotencyKey) -> OpenedOut:  # fmt: skip
    """Open a case for everyone who is likely entitled and has none; nobody is refused here."""
    done = propose_once(room_of(request).ctx, actor, body.disaster, body.on, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return OpenedOut(opened=int(done.result), replayed=done.replayed)


def post_act(request: Request, response: Response, actor: Officer, case_id: CaseId,
             body: ActRequest, key: IdempotencyKey) -> ActOut:  # fmt: skip
    """Approve or refuse a case, offer it to the next bureau, accept it or return it."""
    told = Told(body.act, body.reason, body.to, body.confirmed)
    done = act_once(room_of(request).ctx, actor, case_id, told, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return ActOut.model_validate(asdict(done))


def post_simplified(request: Request, response: Response, actor: Officer, body: SimplifyRequest,
                    key: IdempotencyKey) -> SimplifiedOut:  # fmt: skip
    """Put cases on their fast track."""
    done = simplify_once(room_of(request).ctx, actor, body.cases, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    tracks = json.loads(done.result)
    return SimplifiedOut(cases=sum(tracks.values()), tracks=tracks, replayed=done.replayed)


def post_acceptance(request: Request, response: Response, actor: Clerk, case_id: CaseId,
                    body: AcceptanceRequest, key: IdempotencyKey) -> TermOut:  # fmt: skip
    """Record the day on which a case's application was accepted: the decision's term runs from it."""
    done = accept_once(room_of(request).ctx, actor, case_id, body.on, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return TermOut(case=case_id, decide_by=done.result, replayed=done.replayed)


def post_extension(request: Request, response: Response, actor: Officer, case_id: CaseId,
                   body: ExtensionRequest, key: IdempotencyKey) -> TermOut:  # fmt: skip
    """Extend the term of a decision, once and within it, with the reason."""
    done = extend_once(room_of(request).ctx, actor, case_id, body.reason, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return TermOut(case=case_id, decide_by=done.result, replayed=done.replayed)


def post_watched(request: Request, response: Response, actor: Officer, body: HandOverRequest,
                 key: IdempotencyKey) -> HandedOver:  # fmt: skip
    """Hand watched households over, or record the answer."""
    done = hand_over_once(room_of(request).ctx, actor, body.watches, body.to, body.reason, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return HandedOver(households=int(done.result), replayed=done.replayed)


def add_to(app: FastAPI) -> None:
    """Add the routes to the application."""
    reads = (
        ("/v1/cases", get_cases, CasesOut, "list_cases"),
        ("/v1/cases/due", get_due, DueOut, "list_due_cases"),
        ("/v1/watched", get_watched, WatchedOut, "list_watched"),
    )
    writes = (
        ("/v1/cases", post_proposed, "propose_cases"),
        ("/v1/cases/{case_id}/acts", post_act, "act_on_case"),
        ("/v1/cases/{case_id}/acceptance", post_acceptance, "accept_application"),
        ("/v1/cases/{case_id}/extension", post_extension, "extend_term"),
        ("/v1/cases/simplified", post_simplified, "simplify_cases"),
        ("/v1/cases/{case_id}/papers", post_papers, "receive_papers"),
        ("/v1/watched", post_watched, "hand_over_watched"),
    )
    for path, read, model, name in reads:
        app.add_api_route(path, read, methods=["GET"], response_model=model, operation_id=name,
                          tags=["cases"])  # fmt: skip
    for path, write, name in writes:
        app.add_api_route(path, write, methods=["POST"], operation_id=name, tags=["cases"])
