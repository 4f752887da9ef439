"""The service over a small world, and who may call it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi.routing import APIRoute
from httpx2 import Response
from starlette.testclient import TestClient

from api.access import Operation
from api.http.app import WORKS, create_app
from api.http.auth import Guard
from api.jobs import Work
from api.usecases.context import Context
from graphcore.domain.actor import Role
from graphcore.store.port import GraphStore
from tests.support import small_world

OPERATIONS = {
    "list_townships": Operation.READ_PLACES,
    "list_villages": Operation.READ_PLACES,
    "list_households": Operation.READ_CASES,
    "list_disasters": Operation.READ_PLACES,
    "list_programmes": Operation.READ_PLACES,
    "list_organizations": Operation.READ_PLACES,
    "list_donations": Operation.READ_SUPPLY,
    "list_warehouses": Operation.READ_SUPPLY,
    "list_lots": Operation.READ_SUPPLY,
    "list_needs": Operation.READ_CASES,
    "list_plans": Operation.READ_PLAN,
    "list_lines": Operation.READ_PLAN,
    "list_shortfalls": Operation.READ_PLAN,
    "list_trips": Operation.READ_PLAN,
    "list_cargo": Operation.READ_PLAN,
    "route_plan": Operation.MAKE_PLAN,
    "dispatch_trip": Operation.DISPATCH,
    "report_trip": Operation.DISPATCH,
    "receipt_trip": Operation.SIGN_RECEIPT,
    "read_plan": Operation.READ_PLAN,
    "make_plan": Operation.MAKE_PLAN,
    "approve_plan": Operation.APPROVE_PLAN,
    "list_volunteers": Operation.READ_FORCES,
    "list_equipment": Operation.READ_FORCES,
    "list_tasks": Operation.READ_FORCES,
    "list_rosters": Operation.READ_FORCES,
    "list_assignments": Operation.READ_FORCES,
    "list_openings": Operation.READ_FORCES,
    "read_roster": Operation.READ_FORCES,
    "make_roster": Operation.MAKE_ROSTER,
    "approve_roster": Operation.APPROVE_ROSTER,
    "report_progress": Operation.REPORT_PROGRESS,
    "explain": Operation.EXPLAIN,
    "compare_plans": Operation.EXPLAIN,
    "read_tilt": Operation.READ_PLAN,
    "read_replan": Operation.READ_PLAN,
    "price_of_fairness": Operation.EXPLAIN,
    "read_relief": Operation.EXPLAIN,
    "read_contradictions": Operation.EXPLAIN,
    "state_change": Operation.STATE_CHANGE,
    "read_change": Operation.READ_PLAN,
    "replan": Operation.MAKE_PLAN,
    "read_moves": Operation.READ_PLAN,
    "options": Operation.EXPLAIN,
    "answer_request": Operation.ANSWER_REQUEST,
    "list_pins": Operation.READ_PLAN,
    "set_pin": Operation.MAKE_PLAN,
    "remove_pin": Operation.MAKE_PLAN,
    "list_returned": Operation.READ_SUPPLY,
    "inspect_returned": Operation.INSPECT,
    "read_job": Operation.READ_PLAN,
    "follow_job": Operation.READ_PLAN,
    "read_people": Operation.READ_PERSON,
    "list_looks": Operation.READ_LOOKS,
    "list_findings": Operation.READ_AUDIT,
    "read_finding": Operation.READ_AUDIT,
    "count_findings": Operation.READ_AUDIT,
    "read_coverage": Operation.READ_AUDIT,
    "read_accounts": Operation.READ_AUDIT,
    "run_audits": Operation.RUN_AUDIT,
    "assign_findings": Operation.ASSIGN_FINDING,
    "record_ruling": Operation.DETERMINE,
    "revoke_ruling": Operation.DETERMINE,
    "record_aid": Operation.RECORD_AID,
    "read_reports": Operation.READ_CASES,
    "read_clocks": Operation.READ_CASES,
    "read_differences": Operation.READ_CASES,
    "read_next_form": Operation.READ_CASES,
    "list_notices": Operation.READ_CASES,
    "read_answer": Operation.READ_CASES,
    "list_surveyed": Operation.READ_CASES,
    "list_summaries": Operation.READ_CASES,
    "send_summary": Operation.SEND_UP,
    "list_casualties": Operation.READ_CASUALTIES,
    "list_bereavements": Operation.READ_CASES,
    "list_applications": Operation.READ_CASES,
    "receive_ledger": Operation.ANSWER_LEDGER,
    "answer_ledger": Operation.ANSWER_LEDGER,
    "record_response": Operation.RECORD_RESPONSE,
    "name_head": Operation.CARE_FOR_SURVIVORS,
    "approve_guardian": Operation.CARE_FOR_SURVIVORS,
    "take_application": Operation.TAKE_APPLICATION,
    "answer_application": Operation.ANSWER_APPLICATION,
    "propose_cases": Operation.PROPOSE_CASES,
    "act_on_case": Operation.DECIDE_CASE,
    "open_houses": Operation.REBUILD,
    "choose_route": Operation.REBUILD,
    "record_interim": Operation.REBUILD,
    "try_batch": Operation.PAY,
    "list_batches": Operation.PAY,
    "list_funds": Operation.PAY,
    "read_lead_times": Operation.PAY,
    "list_account_changes": Operation.PAY,
    "make_batch": Operation.PAY,
    "sign_batch": Operation.DECIDE_CASE,
    "answer_batch": Operation.PAY,
    "allot_funds": Operation.DECIDE_CASE,
    "write_bank_file": Operation.EXPORT_PERSONAL,
    "list_houses": Operation.READ_CASES,
    "list_unhoused": Operation.READ_CASES,
    "record_milestone": Operation.REBUILD,
    "list_cases": Operation.READ_CASES,
    "list_due_cases": Operation.READ_CASES,
    "list_watched": Operation.READ_CASES,
    "read_case_words": Operation.READ_PERSON,
    "read_application_words": Operation.READ_PERSON,
    "read_grounds": Operation.READ_PERSON,
    "accept_application": Operation.RECEIVE_PAPERS,
    "extend_term": Operation.DECIDE_CASE,
    "simplify_cases": Operation.DECIDE_CASE,
    "receive_papers": Operation.RECEIVE_PAPERS,
    "hand_over_watched": Operation.DECIDE_CASE,
    "list_winter_entries": Operation.READ_CASES,
    "read_winter_due": Operation.READ_CASES,
    "list_winter_visits": Operation.READ_CASES,
    "open_campaign": Operation.RUN_CAMPAIGN,
    "take_winter_step": Operation.TAKE_STEP,
    "plan_winter_visits": Operation.RECORD_VISIT,
    "record_winter_visit": Operation.RECORD_VISIT,
    "compare_registers": Operation.COMPARE,
    "read_comparison": Operation.READ_REVIEW,
    "read_township_comparison": Operation.READ_REVIEW,
    "judge_thresholds": Operation.COMPARE,
    "list_reviews": Operation.READ_REVIEW,
    "read_review": Operation.READ_REVIEW,
    "decision_review": Operation.DECIDE_REVIEW,
    "reopening_review": Operation.DECIDE_REVIEW,
}
"""What each route is, by its id in the description: written down apart from the routes."""


@dataclass(frozen=True)
class Service:
    """A running application with a client that has no key of its own."""

    ctx: Context
    client: TestClient
    tokens: dict[tuple[object, ...], str] = field(default_factory=dict)

    def key(self, *roles: Role, scope: str = small_world.DISTRICT) -> dict[str, str]:
        """Headers with a key of these roles, made at the first call."""
        wanted = (*roles, scope)
        if wanted not in self.tokens:
            self.tokens[wanted] = small_world.token(self.ctx, *roles, scope=scope)
        return {"Authorization": f"Bearer {self.tokens[wanted]}"}

    def get(self, path: str, role: Role = Role.DISPATCHER, scope: str = small_world.DISTRICT,
            **params: object) -> Response:  # fmt: skip
        """Read with a role's key."""
        given: Mapping[str, Any] = params
        return self.client.get(path, headers=self.key(role, scope=scope), params=given)

    def ask_plan(self, key: str, role: Role = Role.DISPATCHER, **body: object) -> Response:
        """Ask for a plan under an idempotency key."""
        headers = {**self.key(role), "Idempotency-Key": key}
        return self.client.post("/v1/plans", headers=headers, json=body)

    def approve(self, key: str, plan: str = small_world.PLAN) -> Response:
        """Approve a plan under an idempotency key."""
        headers = {**self.key(Role.APPROVER), "Idempotency-Key": key}
        return self.client.post(f"/v1/plans/{plan}/approval", headers=headers)

    def events(self, job: str, language: str = "zh") -> str:
        """Follow a job to its end."""
        headers = {**self.key(Role.DISPATCHER), "Accept-Language": language}
        return self.client.get(f"/v1/jobs/{job}/events", headers=headers).text


@contextmanager
def serving(store: GraphStore, works: Mapping[str, Work] = WORKS) -> Iterator[Service]:
    """Serve a small world from an empty store."""
    ctx = small_world.context(store)
    small_world.fill(ctx)
    with TestClient(create_app(ctx, works), raise_server_exceptions=False) as client:
        yield Service(ctx, client)


def routes(client: TestClient) -> list[APIRoute]:
    """The application's own routes."""
    app: Any = client.app
    return [route for route in app.routes if isinstance(route, APIRoute)]


def method_of(route: APIRoute) -> str:
    """A route's one method."""
    (method,) = route.methods or {""}
    return method


def guard_of(route: APIRoute) -> Operation | None:
    """The operation that a route's guard asks for, also behind another dependency."""
    waiting = list(route.dependant.dependencies)
    for dependency in waiting:
        if isinstance(dependency.call, Guard):
            return dependency.call.operation
        waiting += dependency.dependencies
    return None
