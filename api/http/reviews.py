"""Comparison and review: compare what is stored, see pairs side by side, decide, take back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request, Response

from api.access import Operation
from api.http import reviewmodels as m
from api.http.auth import Guard
from api.http.models import JobOut
from api.http.plans import REPLAYED, accepted
from api.http.purpose import Asked, Casework
from api.http.queries import IdempotencyKey
from api.http.room import room_of
from api.usecases import reviewed
from api.usecases.comparison.answers import answers, township_lists
from api.usecases.comparison.judging import Allowed, judge_stored, judged_as_dict
from api.usecases.review import Case, list_cases, show_case
from graphcore.domain.actor import Actor

Reader = Annotated[Actor, Depends(Guard(Operation.READ_REVIEW))]
Comparer = Annotated[Actor, Depends(Guard(Operation.COMPARE))]
Officer = Annotated[Actor, Depends(Guard(Operation.DECIDE_REVIEW))]


def post_comparison(request: Request, response: Response, actor: Comparer, key: IdempotencyKey,
                    body: m.ComparisonRequest | None = None) -> JobOut:  # noqa: ARG001  # fmt: skip
    """Queue a comparison of the stored ledger with the stored register."""
    asked = reviewed.request_comparison(room_of(request).ctx, actor, key)
    return accepted(request, response, asked)


def get_comparison(request: Request, actor: Reader) -> Any:
    """What the comparison says of each township within the caller's scope."""
    return {"items": answers(room_of(request).ctx, actor).rows()}


def get_thresholds(
    request: Request, actor: Comparer, query: Annotated[m.AllowedQuery, Query()]
) -> Any:  # fmt: skip
    """What the thresholds in use cost, by the pairs that persons decided, and which ones these prove.

    The tables are compared anew for it.
    """
    allowed = Allowed(query.wrong, query.missed)
    return judged_as_dict(judge_stored(room_of(request).ctx, actor, None, allowed))


def get_township(
    request: Request, actor: Reader, township: m.TownshipCode, reason: Casework
) -> Any:
    """Who of a township is affected and registered, and who is in no report, by meaningless id."""
    found = township_lists(room_of(request).ctx, actor, township, reason)
    return {
        "township": township, "held": found.held.drop("township").to_dicts(),
        "unreported": found.silent.drop("township").to_dicts(),
    }  # fmt: skip


def get_reviews(
    request: Request, actor: Reader, query: Annotated[m.ReviewQuery, Query()]
) -> Any:  # fmt: skip
    """Pairs of a state within the caller's scope, the heaviest first, by meaningless ids."""
    cases = list_cases(room_of(request).ctx, actor, query.state.value)
    behind = [c for c in cases if query.behind(c.weight, c.id)]
    page = behind[: query.limit]
    more = len(behind) > len(page)
    return {
        "items": [_case(c) for c in page],
        "next": m.cursor_of(page[-1].weight, page[-1].id) if more else None,
    }


def get_review(request: Request, actor: Reader, review_id: m.ReviewId, reason: Asked) -> Any:
    """Two records side by side, by the role's masks; the look is recorded before the answer."""
    case, lines, why = show_case(room_of(request).ctx, actor, review_id, reason)
    fields = [{"field": x.field, "left": x.left, "right": x.right, "sign": x.sign} for x in lines]
    return {**_case(case), "fields": fields, "decision_reason": why}


def post_decision(request: Request, response: Response, actor: Officer, review_id: m.ReviewId,
                  body: m.DecisionRequest, key: IdempotencyKey) -> Any:  # fmt: skip
    """Say that two records are one person, or are not; the key names the officer."""
    done = reviewed.decide_once(
        room_of(request).ctx, actor, review_id, key, same=body.same, reason=body.reason
    )
    return _judged(response, done)


def post_reopening(request: Request, response: Response, actor: Officer, review_id: m.ReviewId,
                   body: m.ReopenRequest, key: IdempotencyKey) -> Any:  # fmt: skip
    """Take a decision back, and the merge that came of it."""
    done = reviewed.reopen_once(room_of(request).ctx, actor, review_id, key, reason=body.reason)
    return _judged(response, done)


def _judged(response: Response, done: reviewed.Judged) -> dict[str, object]:
    response.headers[REPLAYED] = str(done.replayed).lower()
    return _case(done.case)


def _case(c: Case) -> dict[str, object]:
    levels = [{"field": f, "level": level, "weight": float(w)} for f, level, w in c.levels]
    return {
        "id": c.id, "left": c.left, "right": c.right, "township": c.township, "state": c.state,
        "decided_by": c.decided_by, "weight": c.weight, "reason": c.reason, "levels": levels,
    }  # fmt: skip


def add_to(app: FastAPI) -> None:
    """Add the routes to the application."""
    reads = (
        ("/v1/comparison", get_comparison, m.AnswersOut, "read_comparison"),
        ("/v1/comparison/thresholds", get_thresholds, m.JudgedOut, "judge_thresholds"),
        ("/v1/comparison/{township}", get_township, m.TownshipOut, "read_township_comparison"),
        ("/v1/reviews", get_reviews, m.ReviewsPage, "list_reviews"),
        ("/v1/reviews/{review_id}", get_review, m.ReviewShown, "read_review"),
    )
    for path, endpoint, model, name in reads:
        app.add_api_route(path, endpoint, methods=["GET"], response_model=model, operation_id=name,
                          tags=["comparison"])  # fmt: skip
    app.add_api_route("/v1/comparisons", post_comparison, methods=["POST"], status_code=202,
                      operation_id="compare_registers", tags=["comparison"])  # fmt: skip
    for name, write in (("decision", post_decision), ("reopening", post_reopening)):
        app.add_api_route(f"/v1/reviews/{{review_id}}/{name}", write, methods=["POST"],
                          response_model=m.ReviewOut, operation_id=f"{name}_review",
                          tags=["comparison"])  # fmt: skip
