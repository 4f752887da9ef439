"""Plans: ask for one, read it, approve it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request, Response

from api.access import Operation
from api.http.auth import Guard
from api.http.jobs import job_out
from api.http.models import Approval, JobOut, PlanSummary
from api.http.queries import ApprovalRequest, IdempotencyKey, PlanId, PlanRequest
from api.http.room import room_of
from api.usecases.lists import plan_summary
from api.usecases.requests import Asked, approve_once, request_plan
from graphcore.domain.actor import Actor
from graphcore.domain.supply import PlanState

REPLAYED = "Idempotency-Replayed"
"""Header of an answer that repeats an earlier one."""

Maker = Annotated[Actor, Depends(Guard(Operation.MAKE_PLAN))]
Reader = Annotated[Actor, Depends(Guard(Operation.READ_PLAN))]
Approver = Annotated[Actor, Depends(Guard(Operation.APPROVE_PLAN))]


def accepted(request: Request, response: Response, asked: Asked) -> JobOut:
    """Answer a request that queued a job: wake the queue, say where its progress is told."""
    room_of(request).jobs.wake()
    response.headers["Location"] = f"/v1/jobs/{asked.job.id}"
    response.headers[REPLAYED] = str(asked.replayed).lower()
    return job_out(asked.job, request.headers.get("accept-language", ""))


def post_plan(request: Request, response: Response, actor: Maker, body: PlanRequest,
              key: IdempotencyKey) -> JobOut:  # fmt: skip
    """Queue a job that makes a plan; `Location` is where its progress is told."""
    return accepted(
        request, response, request_plan(room_of(request).ctx, actor, body.options(), key)
    )


def get_plan(request: Request, actor: Reader, plan_id: PlanId) -> Any:
    """A plan with its goals, and its totals within the caller's scope."""
    return plan_summary(room_of(request).ctx, actor, plan_id)


def post_approval(request: Request, response: Response, actor: Approver, plan_id: PlanId,
                  key: IdempotencyKey, body: ApprovalRequest | None = None) -> Approval:  # noqa: ARG001  # fmt: skip
    """Approve a published plan: from then on its lines may leave."""
    done = approve_once(room_of(request).ctx, actor, plan_id, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return Approval(plan=done.plan, state=PlanState.APPROVED, approved_at=done.approved_at)


def add_to(app: FastAPI) -> None:
    """Add the routes to the application."""
    app.add_api_route("/v1/plans", post_plan, methods=["POST"], status_code=202,
                      operation_id="make_plan", tags=["plans"])  # fmt: skip
    app.add_api_route("/v1/plans/{plan_id}", get_plan, methods=["GET"],
                      response_model=PlanSummary, operation_id="read_plan", tags=["plans"])  # fmt: skip
    app.add_api_route("/v1/plans/{plan_id}/approval", post_approval, methods=["POST"],
                      operation_id="approve_plan", tags=["plans"])  # fmt: skip
