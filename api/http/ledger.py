"""The ledger: reports, clocks, differences, notices, the response, the lost, the desk."""

from __future__ import annotations

import json
from typing import Annotated, Any

import polars as pl
from fastapi import Depends, FastAPI, Query, Request, Response

from api.access import Operation
from api.http import ledgermodels as m
from api.http.auditmodels import HouseholdId
from api.http.auth import Guard
from api.http.plans import REPLAYED
from api.http.queries import IdempotencyKey
from api.http.room import room_of
from api.usecases.ledger import asked, desk, field, notices, people, reports, sentup
from api.usecases.ledger.response import Said
from api.usecases.ledger.totals import reconciled
from graphcore.domain.actor import Actor
from graphcore.domain.figures import COLUMNS
from graphcore.store.idempotency import Outcome

Reader = Annotated[Actor, Depends(Guard(Operation.READ_CASES))]
Answerer = Annotated[Actor, Depends(Guard(Operation.ANSWER_LEDGER))]
Recorder = Annotated[Actor, Depends(Guard(Operation.RECORD_RESPONSE))]
Sender = Annotated[Actor, Depends(Guard(Operation.SEND_UP))]
Mourner = Annotated[Actor, Depends(Guard(Operation.READ_CASUALTIES))]
Carer = Annotated[Actor, Depends(Guard(Operation.CARE_FOR_SURVIVORS))]
Clerk = Annotated[Actor, Depends(Guard(Operation.TAKE_APPLICATION))]
Officer = Annotated[Actor, Depends(Guard(Operation.ANSWER_APPLICATION))]


def _figured(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows with their figures in one map."""
    return [
        {**{k: v for k, v in r.items() if k not in COLUMNS}, "figures": {c: r[c] for c in COLUMNS}}
        for r in rows.iter_rows(named=True)
    ]


def get_reports(
    request: Request, actor: Reader, query: Annotated[m.LedgerQuery, Query()]
) -> Any:  # fmt: skip
    """Reports as versions, cumulative and current, with what each changed."""
    found = reports.overview(room_of(request).ctx, actor, township=query.township, at=query.at)
    return {"disaster": found.disaster, "response": found.response.level, "totals": found.totals,
            "versions": _figured(found.versions), "changes": found.changes.to_dicts()}  # fmt: skip


def get_clocks(
    request: Request, actor: Reader, query: Annotated[m.LedgerQuery, Query()]
) -> Any:  # fmt: skip
    """Missing and late townships, and when each one's next report is due."""
    found = reports.overview(room_of(request).ctx, actor, township=query.township, at=query.at)
    return {"response": found.response.level, "every_hours": found.terms.every,
            "county_due_at": found.county_due_at, "straight": found.straight, "cites": list(found.cites),
            "items": found.clocks.to_dicts()}  # fmt: skip


def get_differences(
    request: Request, actor: Reader, query: Annotated[m.DifferenceQuery, Query()]
) -> Any:  # fmt: skip
    """Reported totals beside the rows under them."""
    rows = reconciled(
        room_of(request).ctx, actor, township=query.township, differing=not query.every
    )
    return {"items": rows.to_dicts()}


def get_form(
    request: Request, actor: Reader, query: Annotated[m.LedgerQuery, Query()]
) -> Any:  # fmt: skip
    """The next report's rows, filled with the last figures."""
    rows = reports.next_form(room_of(request).ctx, actor, township=query.township, at=query.at)
    return {"items": _figured(rows)}


def get_notices(request: Request, actor: Reader) -> Any:
    """The ledger's versions, notified to Civil Affairs, taken in and answered."""
    return {"items": notices.notices(room_of(request).ctx, actor).to_dicts()}


def get_answer(request: Request, actor: Reader, number: m.Number) -> Any:
    """How assistance stood in each hit township when a version was answered."""
    return {"items": notices.answers(room_of(request).ctx, actor, number).to_dicts()}


def get_villages(
    request: Request, actor: Reader, query: Annotated[m.PlaceQuery, Query()]
) -> Any:  # fmt: skip
    """Hit villages, those that no group has reached first."""
    return {"items": field.to_survey(room_of(request).ctx, actor, query.township).to_dicts()}


def get_casualties(request: Request, actor: Mourner) -> Any:
    """The dead, the missing and the injured, by meaningless id."""
    return {"items": people.casualties(room_of(request).ctx, actor).to_dicts()}


def get_matters(request: Request, actor: Reader) -> Any:
    """What deaths left open: kin, head, guardian, account."""
    return {"items": people.matters(room_of(request).ctx, actor).to_dicts()}


def get_applications(
    request: Request, actor: Reader, query: Annotated[m.ApplicationQuery, Query()]
) -> Any:  # fmt: skip
    """Applications, objections and appeals, the most urgent first."""
    rows = desk.applications(
        room_of(request).ctx, actor, state=query.state.value if query.state else "",
        overdue=query.overdue,
    )  # fmt: skip
    return {"items": rows.to_dicts()}


def _out(response: Response, done: Outcome) -> m.Done:
    response.headers[REPLAYED] = str(done.replayed).lower()
    return m.Done(id=done.result)


def get_summaries(request: Request, actor: Reader) -> Any:
    """The district's summaries that went up to the city, with what each changed."""
    rows = sentup.sent(room_of(request).ctx, actor).iter_rows(named=True)
    return {"items": [{**r, "figures": json.loads(r["figures"]),
                       "changed": json.loads(r["changed"])} for r in rows]}  # fmt: skip


def post_summary(request: Request, response: Response, actor: Sender, body: m.SendRequest,
                 key: IdempotencyKey) -> m.Done:  # fmt: skip
    """Record that the summary, as the reports stand, went up to the city."""
    return _out(response, asked.send_once(room_of(request).ctx, actor, body.document, key))


def post_receipt(request: Request, response: Response, actor: Answerer, number: m.Number,
                 key: IdempotencyKey) -> m.Done:  # fmt: skip
    """Civil Affairs takes a version of the ledger in."""
    return _out(response, asked.receive_once(room_of(request).ctx, actor, number, key))


def post_answer(request: Request, response: Response, actor: Answerer, number: m.Number,
                key: IdempotencyKey) -> m.Done:  # fmt: skip
    """Civil Affairs answers a version of the ledger from the records as they stand."""
    return _out(response, asked.answer_once(room_of(request).ctx, actor, number, key))


def post_response(request: Request, response: Response, actor: Recorder, body: m.ResponseRequest,
                  key: IdempotencyKey) -> m.Done:  # fmt: skip
    """A response starts, changes, is found stable or ends."""
    level = body.level.value if body.level else ""
    said = Said(body.act, body.authority, level, body.document, body.at)
    return _out(response, asked.respond_once(room_of(request).ctx, actor, said, key))


def post_head(request: Request, response: Response, actor: Carer, household_id: HouseholdId,
              body: m.HeadRequest, key: IdempotencyKey) -> m.Done:  # fmt: skip
    """Name the head of a household."""
    return _out(
        response, asked.head_once(room_of(request).ctx, actor, household_id, body.person, key)
    )


def post_guardian(request: Request, response: Response, actor: Carer, household_id: HouseholdId,
                  body: m.GuardianRequest, key: IdempotencyKey) -> m.Done:  # fmt: skip
    """Approve who cares for children without grown-ups."""
    told = people.Guardian(body.name, body.relation, body.document, body.kind)
    return _out(response, asked.guardian_once(room_of(request).ctx, actor, household_id, told, key))


def post_application(request: Request, response: Response, actor: Clerk,
                     body: m.ApplicationRequest, key: IdempotencyKey) -> Any:  # fmt: skip
    """Take an application, objection, appeal or report in, for any place of the district."""
    ctx = room_of(request).ctx
    done = asked.take_once(ctx, actor, desk.Application(**body.model_dump()), key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return desk.find(ctx, done.result)


def post_reply(request: Request, response: Response, actor: Officer, application_id: m.ApplicationId,
               body: m.AnswerRequest, key: IdempotencyKey) -> m.Done:  # fmt: skip
    """Answer an application, or pass it on; its day stays."""
    done = asked.reply_once(
        room_of(request).ctx, actor, application_id, body.state, body.text, key, body.to
    )
    return _out(response, done)


def add_to(app: FastAPI) -> None:
    """Add the routes to the application."""
    reads = (
        ("/v1/ledger/reports", get_reports, m.ReportsOut, "read_reports"),
        ("/v1/ledger/clocks", get_clocks, m.ClocksOut, "read_clocks"),
        ("/v1/ledger/differences", get_differences, m.DifferencesOut, "read_differences"),
        ("/v1/ledger/form", get_form, m.FormOut, "read_next_form"),
        ("/v1/ledger/notices", get_notices, m.NoticesOut, "list_notices"),
        ("/v1/ledger/notices/{number}/answer", get_answer, m.AnswersOut, "read_answer"),
        ("/v1/ledger/villages", get_villages, m.VillagesOut, "list_surveyed"),
        ("/v1/ledger/summaries", get_summaries, m.SummariesOut, "list_summaries"),
        ("/v1/casualties", get_casualties, m.CasualtiesOut, "list_casualties"),
        ("/v1/bereavements", get_matters, m.MattersOut, "list_bereavements"),
        ("/v1/applications", get_applications, m.ApplicationsOut, "list_applications"),
    )
    writes = (
        ("/v1/ledger/notices/{number}/receipt", post_receipt, m.Done, "receive_ledger"),
        ("/v1/ledger/notices/{number}/answer", post_answer, m.Done, "answer_ledger"),
        ("/v1/ledger/summaries", post_summary, m.Done, "send_summary"),
        ("/v1/responses", post_response, m.Done, "record_response"),
        ("/v1/households/{household_id}/head", post_head, m.Done, "name_head"),
        ("/v1/households/{household_id}/guardian", post_guardian, m.Done, "approve_guardian"),
        ("/v1/applications", post_application, m.ReceiptOut, "take_application"),
        ("/v1/applications/{application_id}/answer", post_reply, m.Done, "answer_application"),
    )
    for path, endpoint, model, name in reads:
        app.add_api_route(path, endpoint, methods=["GET"], response_model=model, operation_id=name,
                          tags=["ledger"])  # fmt: skip
    for path, write, answer, name in writes:
        app.add_api_route(path, write, methods=["POST"], response_model=answer, operation_id=name,
                          tags=["ledger"])  # fmt: skip
