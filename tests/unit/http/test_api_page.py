"""docs/API.md says what the code does: tables are made from it, routes and variables are all there."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from api.access import TABLE
from api.http.auditmodels import (
    AidRequest,
    AssignRequest,
    RevocationRequest,
    RulingRequest,
    RunRequest,
)
from api.http.cases import (
    ActRequest,
    HandOverRequest,
    PapersRequest,
    ProposeRequest,
    SimplifyRequest,
)
from api.http.changes import ChangeRequest, OwnerAnswer, ReplanRequest
from api.http.ledgermodels import (
    AnswerRequest,
    ApplicationRequest,
    GuardianRequest,
    HeadRequest,
    ResponseRequest,
    SendRequest,
)
from api.http.paymodels import AllotRequest, BatchRequest, ReturnedRequest, SignatureRequest
from api.http.pins import PinRequest
from api.http.problems import RETRY_AFTER_S, STATUS
from api.http.queries import MAX_DAYS, MAX_PAGE, PlanRequest
from api.http.rebuilding import InterimRequest, MilestoneRequest, RouteChoice
from api.http.returns import InspectionRequest
from api.http.reviewmodels import DecisionRequest, ReopenRequest
from api.http.shield import MAX_BODY
from api.http.wintermodels import OpenRequest, StepRequest, VisitResultRequest, VisitsRequest
from api.settings import PREFIX, Settings
from api.text.words import word
from api.usecases.job_rows import MOST_RUNS
from graphcore.domain.actor import Role
from tests.unit.http.serving import Service, guard_of, method_of, routes

PAGE = (Path(__file__).parents[3] / "docs" / "API.md").read_text("utf-8")


def table(*rows: tuple[str, ...]) -> str:
    """A Markdown table; the first row is its head."""
    head, *body = rows
    lines = [head, ("---",) * len(head), *body]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def access_table() -> str:
    """Operations by roles."""
    head = ("operation", *(f"`{role}`" for role in Role))
    rows = (
        (f"`{op}`", *("✓" if role in roles else "" for role in Role)) for op, roles in TABLE.items()
    )
    return table(head, *rows)


def role_table() -> str:
    """Roles in both languages."""
    rows = ((f"`{role}`", word("role", role), word("role", role, "en")) for role in Role)
    return table(("role", "中文", "English"), *rows)


def status_table() -> str:
    """Problem codes by status."""
    rows = sorted((str(status), code) for code, status in STATUS.items())
    return table(("status", "code"), *((status, f"`{code}`") for status, code in rows))


@pytest.mark.parametrize("made", [access_table, role_table, status_table])
def test_the_pages_tables_are_those_of_the_code(made: object) -> None:
    assert callable(made)
    assert made() in PAGE, f"\n{made()}"


def test_every_route_has_its_operation_and_an_example(shop: Service) -> None:
    for route in routes(shop.client):
        method = method_of(route)
        guard = guard_of(route)
        assert f"| `{method} {route.path}` | {f'`{guard}`' if guard else 'open'} |" in PAGE
        path = route.path.replace("{plan_id}", "$PLAN").replace("{job_id}", "$JOB")
        path = path.replace("{finding_id}", "$FINDING").replace("{household_id}", "$HOUSEHOLD")
        path = path.replace("{roster_id}", "$ROSTER").replace("{order_id}", "$ORDER")
        path = path.replace("{trip_id}", "$TRIP").replace("{number}", "0")
        path = path.replace("{change_id}", "$CHANGE").replace("{pin_id}", "$PIN")
        path = path.replace("{lot_id}", "$LOT").replace("{what}", "$LOT")
        path = path.replace("{application_id}", "$RECEIPT")
        path = path.replace("{trip_id}", "$TRIP").replace("{visit_id}", "$VISIT")
        path = path.replace("{year}", "2026").replace("{rebuild_id}", "$REBUILD")
        path = path.replace("{case_id}", "$CASE").replace("{record_id}", "$REBUILD")
        path = path.replace("{review_id}", "$PAIR").replace("{ruling_id}", "$RULING")
        path = path.replace("{township}", "331121202000").replace("{batch_id}", "$BATCH")
        assert re.search(rf'curl .*"\$API{re.escape(path)}["?]', PAGE.replace("\\\n", "")), path


def test_every_variable_is_described() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    assert set(re.findall(r"^\| `(DOUDI_[A-Z0-9_]+)`", PAGE, re.MULTILINE)) == known


def test_the_limits_are_those_of_the_code() -> None:
    for said in (f"{MAX_BODY // 1024} KiB", f"{MAX_PAGE} rows", f"{MAX_DAYS} days",
                 f"{RETRY_AFTER_S} seconds", f"{MOST_RUNS} times"):  # fmt: skip
        assert said in PAGE


def test_the_bodies_of_the_examples_fit() -> None:
    bodies = re.findall(r"-d '(\{.*?\})'", PAGE)
    assert bodies
    for body in bodies:
        assert any(fits(model, json.loads(body)) for model in BODIES), body


BODIES = (
    PlanRequest, RunRequest, AssignRequest, RulingRequest, AidRequest, ResponseRequest, SendRequest, HeadRequest,
    GuardianRequest, ApplicationRequest, AnswerRequest, OpenRequest, StepRequest, VisitsRequest,
    VisitResultRequest, MilestoneRequest, PapersRequest, SimplifyRequest, HandOverRequest,
    ChangeRequest, ReplanRequest, DecisionRequest, ReopenRequest, PinRequest, InspectionRequest,
    OwnerAnswer, RevocationRequest, ActRequest, ProposeRequest, RouteChoice, InterimRequest,
    BatchRequest, SignatureRequest, AllotRequest, ReturnedRequest,
)  # fmt: skip


def fits(model: type[BaseModel], body: object) -> bool:
    """Whether a body is one of the model's."""
    with suppress(ValidationError):
        model.model_validate(body)
        return True
    return False
