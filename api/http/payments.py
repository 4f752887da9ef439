"""Payments: dry run, batch, signatures, the bank's file and its answer, funds, account changes."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request, Response

from api.access import Operation
from api.http import paymodels as m
from api.http.auth import Guard
from api.http.language import of_header
from api.http.plans import REPLAYED
from api.http.purpose import Payment
from api.http.queries import IdempotencyKey
from api.http.room import room_of
from api.text import translator
from api.usecases.pay import requested
from api.usecases.pay.bank import answered, bank_file, result_of
from api.usecases.pay.changes import account_changes
from api.usecases.pay.draft import dry_run
from api.usecases.pay.lists import batches, funds, lead_times
from graphcore.casework.payments import Returned
from graphcore.domain.actor import Actor

Cashier = Annotated[Actor, Depends(Guard(Operation.PAY))]
Exporter = Annotated[Actor, Depends(Guard(Operation.EXPORT_PERSONAL))]
Officer = Annotated[Actor, Depends(Guard(Operation.DECIDE_CASE))]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def get_dry_run(request: Request, actor: Cashier,
                query: Annotated[m.DryRunQuery, Query()]) -> Any:  # fmt: skip
    """What a batch of a benefit's approved, unpaid cases would pay, and from which funds."""
    plan = dry_run(room_of(request).ctx, actor, query.benefit, query.township)
    return {
        "benefit": plan.benefit, "payments": plan.lines.height, "total_fen": plan.total_fen,
        "short_fen": plan.short_fen, "signatures": plan.signatures, "approvers": plan.approvers,
        "funds": plan.drawn, "no_account": plan.no_account["case"].to_list(),
        "shared": plan.shared["case"].to_list(),
    }  # fmt: skip


def get_batches(request: Request, actor: Cashier) -> Any:
    """Batches with their payments by state."""
    return {"items": batches(room_of(request).ctx, actor).to_dicts()}


def get_funds(request: Request, actor: Cashier) -> Any:
    """Funds with what is drawn, left and set aside."""
    return {"items": funds(room_of(request).ctx, actor).to_dicts()}


def get_lead_times(request: Request, actor: Cashier) -> Any:
    """How long money takes from the decision to the account."""
    return {"items": lead_times(room_of(request).ctx, actor).to_dicts()}


def get_accounts(request: Request, actor: Cashier) -> Any:
    """Every change of an account number, without the numbers, and whose money waited."""
    return {"items": account_changes(room_of(request).ctx, actor).to_dicts()}


def post_batch(request: Request, response: Response, actor: Cashier, body: m.BatchRequest,
               key: IdempotencyKey) -> m.BatchOut:  # fmt: skip
    """Block the money of a declared batch and write its lines."""
    told = requested.Declared(body.benefit, body.township, body.payments, body.total_fen)
    done = requested.draft_once(room_of(request).ctx, actor, told, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return m.BatchOut(batch=done.result, replayed=done.replayed)


def post_signature(request: Request, response: Response, actor: Officer, batch_id: m.BatchId,
                   body: m.SignatureRequest, key: IdempotencyKey) -> m.SignatureOut:  # fmt: skip
    """Sign a batch; nobody signs twice, ranks sign from the lowest up."""
    ctx = room_of(request).ctx
    left, replayed = requested.sign_once(ctx, actor, batch_id, body.rank, key)
    response.headers[REPLAYED] = str(replayed).lower()
    return m.SignatureOut(batch=batch_id, signatures_left=left, replayed=replayed)


def post_file(request: Request, actor: Exporter, batch_id: m.BatchId, reason: Payment) -> Response:
    """The workbook that the bank takes, with accounts; each one written is recorded as a look."""
    with TemporaryDirectory() as folder:
        made = bank_file(room_of(request).ctx, actor, batch_id, Path(folder) / "bank.xlsx", reason)
        return Response(made.read_bytes(), media_type=XLSX)


def post_returned(request: Request, actor: Cashier, batch_id: m.BatchId,
                  body: m.ReturnedRequest) -> m.AnsweredOut:  # fmt: skip
    """Answer the bank's returned rows one by one; the same rows again change nothing."""
    rows = [Returned(n, r.payment, r.amount_fen, result_of(r.result.strip()), r.reason, r.paid_on)
            for n, r in enumerate(body.rows, start=1)]  # fmt: skip
    done = answered(room_of(request).ctx, actor, batch_id, rows)
    _ = translator(of_header(request.headers.get("accept-language", "")))
    told = [
        m.RowOut(row=a.row, payment=a.payment, state=a.state and a.state.value,
                 told=a.told.render(_), look=a.look)
        for a in done.rows
    ]  # fmt: skip
    return m.AnsweredOut(rows=told, silent=list(done.silent), states=done.states)


def post_allotment(request: Request, response: Response, actor: Officer, body: m.AllotRequest,
                   key: IdempotencyKey) -> m.AllotOut:  # fmt: skip
    """Set money of a fund aside for a benefit; others draw on the rest."""
    told = requested.SetAside(body.fund, body.benefit, body.amount_fen, body.evidence)
    done = requested.allot_once(room_of(request).ctx, actor, told, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return m.AllotOut(allotment=done.result, replayed=done.replayed)


def add_to(app: FastAPI) -> None:
    """Add the routes to the application."""
    reads = (
        ("/v1/payments/draft", get_dry_run, m.DryRunOut, "try_batch"),
        ("/v1/payments/batches", get_batches, m.BatchesOut, "list_batches"),
        ("/v1/payments/funds", get_funds, m.FundsOut, "list_funds"),
        ("/v1/payments/lead-times", get_lead_times, m.LeadTimesOut, "read_lead_times"),
        ("/v1/payments/accounts", get_accounts, m.AccountChangesOut, "list_account_changes"),
    )
    writes = (
        ("/v1/payments/batches", post_batch, "make_batch"),
        ("/v1/payments/batches/{batch_id}/signatures", post_signature, "sign_batch"),
        ("/v1/payments/batches/{batch_id}/returned", post_returned, "answer_batch"),
        ("/v1/payments/allotments", post_allotment, "allot_funds"),
    )
    for path, read, model, name in reads:
        app.add_api_route(path, read, methods=["GET"], response_model=model, operation_id=name,
                          tags=["payments"])  # fmt: skip
    for path, write, name in writes:
        app.add_api_route(path, write, methods=["POST"], operation_id=name, tags=["payments"])
    app.add_api_route("/v1/payments/batches/{batch_id}/file", post_file, methods=["POST"],
                      operation_id="write_bank_file", tags=["payments"],
                      response_class=Response, responses={200: {"content": {XLSX: {}}}})  # fmt: skip
