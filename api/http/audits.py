"""Audits: run them, read findings, accounts and coverage; assign, rule, record aid."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request, Response

from api.access import Operation
from api.http import auditmodels as m
from api.http.auth import Guard
from api.http.language import of_header
from api.http.plans import REPLAYED
from api.http.purpose import Casework
from api.http.queries import IdempotencyKey
from api.http.room import room_of
from api.text import translator
from api.usecases.audits import requested
from api.usecases.audits.accounts import household_accounts
from api.usecases.audits.aid import NewAid
from api.usecases.audits.fair import fair
from api.usecases.audits.rulings import Said
from api.usecases.audits.tasks import counts, findings, one_finding
from graphcore.domain.actor import Actor

Reader = Annotated[Actor, Depends(Guard(Operation.READ_AUDIT))]
Runner = Annotated[Actor, Depends(Guard(Operation.RUN_AUDIT))]
Giver = Annotated[Actor, Depends(Guard(Operation.ASSIGN_FINDING))]
Officer = Annotated[Actor, Depends(Guard(Operation.DETERMINE))]
Desk = Annotated[Actor, Depends(Guard(Operation.RECORD_AID))]


def post_audit(request: Request, response: Response, actor: Runner, body: m.RunRequest,
               key: IdempotencyKey) -> m.RunOut:  # fmt: skip
    """Run every audit on the live data; findings whose facts have changed are closed."""
    ctx = room_of(request).ctx
    done = requested.run_once(ctx, actor, body.disaster, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return m.RunOut(run=done.result, open=int(counts(ctx, actor)["findings"].sum()))


def get_findings(
    request: Request, actor: Reader, query: Annotated[m.FindingQuery, Query()]
) -> Any:  # fmt: skip
    """Findings within the caller's scope, by meaningless id."""
    wanted = query.wanted()
    rows = findings(room_of(request).ctx, actor, wanted)
    page = rows[: query.limit]
    return {"items": page, "next": page[-1]["id"] if len(rows) > len(page) else None}


def get_counts(request: Request, actor: Reader) -> Any:
    """Findings that stand, by township, village, rule and reason."""
    return {"items": counts(room_of(request).ctx, actor).to_dicts()}


def get_coverage(
    request: Request, actor: Reader, query: Annotated[m.CoverageQuery, Query()]
) -> Any:  # fmt: skip
    """Coverage by township, group, sex, age and remoteness, the largest gap first."""
    found = fair(room_of(request).ctx, actor, query.category)
    return {"items": found.table.to_dicts(), "behind": found.behind.to_dicts()}


def get_finding(request: Request, actor: Reader, finding_id: m.FindingId) -> Any:
    """A finding with what proves it."""
    return one_finding(room_of(request).ctx, actor, finding_id)


def get_accounts(
    request: Request, actor: Reader, household_id: m.HouseholdId, reason: Casework
) -> Any:
    """What a household is owed of each basic need, and what became of it."""
    return household_accounts(room_of(request).ctx, actor, household_id, reason)


def post_assignment(request: Request, response: Response, actor: Giver, body: m.AssignRequest,
                    key: IdempotencyKey) -> m.Assigned:  # fmt: skip
    """Give findings to an owner."""
    done = requested.assign_once(
        room_of(request).ctx, actor, body.findings, body.owner, body.due_at, key
    )
    response.headers[REPLAYED] = str(done.replayed).lower()
    return m.Assigned(assigned=len(set(body.findings)), owner=body.owner)


def post_ruling(request: Request, response: Response, actor: Officer, body: m.RulingRequest,
                key: IdempotencyKey) -> m.Ruled:  # fmt: skip
    """Record what a named person determined: on an absent record, a need, or a finding."""
    said = Said(body.ruling, body.evidence, body.basic.value if body.basic else "")
    done = requested.rule_once(room_of(request).ctx, actor, body.subject, said, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return m.Ruled(ruling=done.result)


def post_revocation(request: Request, response: Response, actor: Officer, ruling_id: m.RulingId,
                    body: m.RevocationRequest, key: IdempotencyKey) -> m.Ruled:  # fmt: skip
    """Take a ruling back, by name and with a reason."""
    done = requested.revoke_once(room_of(request).ctx, actor, ruling_id, body.reason, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return m.Ruled(ruling=done.result)


def post_aid(request: Request, response: Response, actor: Desk, body: m.AidRequest,
             key: IdempotencyKey) -> m.AidOut:  # fmt: skip
    """Record aid of a programme; where the same need is met already, warn first."""
    _ = translator(of_header(request.headers.get("accept-language", "")))
    aid = NewAid(body.household, body.programme, body.basic.value, body.first_on, body.last_on,
                 body.quantity, body.amount_fen)  # fmt: skip
    done = requested.aid_once(room_of(request).ctx, actor, aid, key, confirmed=body.confirmed)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return m.AidOut(
        aid=done.id, recorded=bool(done.id), warnings=[w.render(_) for w in done.warnings]
    )


def add_to(app: FastAPI) -> None:
    """Add the routes to the application."""
    reads = (
        ("/v1/findings", get_findings, m.FindingsPage, "list_findings"),
        ("/v1/findings/{finding_id}", get_finding, m.FoundWithProof, "read_finding"),
        ("/v1/audits/counts", get_counts, m.CountsOut, "count_findings"),
        ("/v1/audits/coverage", get_coverage, m.CoverageOut, "read_coverage"),
        ("/v1/households/{household_id}/accounts", get_accounts, m.AccountsOut, "read_accounts"),
    )
    writes = (
        ("/v1/audits", post_audit, "run_audits"),
        ("/v1/findings/assignments", post_assignment, "assign_findings"),
        ("/v1/rulings", post_ruling, "record_ruling"),
        ("/v1/rulings/{ruling_id}/revocation", post_revocation, "revoke_ruling"),
        ("/v1/aid", post_aid, "record_aid"),
    )
    for path, endpoint, model, name in reads:
        app.add_api_route(path, endpoint, methods=["GET"], response_model=model, operation_id=name,
                          tags=["audits"])  # fmt: skip
    for path, write, name in writes:
        app.add_api_route(path, write, methods=["POST"], operation_id=name, tags=["audits"])
