"""A marked person in the store: every route, as every role, shows of them what the masks say.

Routes come from the application: a new one is asked by itself, or the test names what it lacks.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import polars as pl
import pytest
from fastapi.routing import APIRoute
from httpx2 import Response

from api.masks import Field, View, view_of
from api.usecases.privacy.sealing import seal
from graphcore.domain.actor import Actor, Role
from graphcore.domain.event import Json
from graphcore.store.open import open_embedded
from graphcore.store.port import WriteUnit
from tests.support.small_world import DISTRICT, PLAN, WHEAT
from tests.unit.http.serving import Service, method_of, routes, serving

HOME, CHILD, CASE, ASKED = "H-1", "P-1", "CA-1", "AP-1"
NAME, NUMBER, PHONE = "独孤标记", "331121201508070012", "13912345678"
CARD, ILLNESS, DOOR, WORDS = "6222020200012345678", "肺结核标记", "标记巷七号", "家中无米下锅标记"
FIELDS = {NAME: Field.NAME, NUMBER: Field.ID_NUMBER, PHONE: Field.PHONE, CARD: Field.ACCOUNT,
          ILLNESS: Field.HEALTH, DOOR: Field.ADDRESS, WORDS: Field.WORDS}  # fmt: skip
IDS = {
    "plan_id": PLAN, "household_id": HOME, "case_id": CASE, "application_id": ASKED,
    "job_id": "J-1", "finding_id": "FN-1", "roster_id": "RO-1", "order_id": "OR-1-00001",
    "trip_id": "T-1", "number": "1", "change_id": "CH-1", "pin_id": "PN-1", "lot_id": "L-0",
    "what": "A-0", "visit_id": "WV-1", "rebuild_id": "RB-1", "year": "2026", "review_id": "RV-1",
    "ruling_id": "DT-1", "township": WHEAT, "batch_id": "PB-1", "record_id": "RB-1",
}  # fmt: skip
"""A value for each parameter of a path; those of the marked person where there is one."""
PEOPLE = {"read_people", "read_case_words", "read_application_words", "read_grounds"}
"""Routes that may show a field of a person in full, to a role that sees it clear."""


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The small world with a child whose every field is marked, a case and an application."""
    with closing(open_embedded(tmp_path_factory.mktemp("marked") / "store")) as store:
        store.migrate()
        with serving(store) as service:
            service.ctx.store.write(DISTRICT, lambda unit: _mark(service, unit))
            yield service


def _mark(service: Service, unit: WriteUnit) -> None:
    at = {"household": HOME, "township": WHEAT, "version": 1}
    unit.create("Person", pl.DataFrame([{"id": CHILD, "household": HOME, "is_head": False,
                                         "age_band": "child", "version": 1}]))  # fmt: skip
    unit.link("MEMBER_OF", "Person", "Household", pl.DataFrame([{"from": CHILD, "to": HOME}]))
    unit.create("AidCase", pl.DataFrame([{"id": CASE, "state": "refused", **at}]))
    unit.create("Application", pl.DataFrame([
        {"id": ASKED, "number": "990101-20260701-0001", "kind": "apply", "channel": "window",
         "state": "open", "due_on": "2026-07-09", **at}]))  # fmt: skip
    told: dict[str, Json] = {"name": NAME, "id_number": NUMBER, "phone": PHONE, "account": CARD,
            "facts": [ILLNESS], "address": DOOR, "born_on": "2015-08-07"}  # fmt: skip
    seal(service.ctx, unit, "Person", CHILD, told)
    unit.create(
        "RebuildCase", pl.DataFrame([{"id": "RB-1", "dwelling": "DW-1", "milestone": "", **at}])
    )
    seal(service.ctx, unit, "RebuildCase", "RB-1", {"reason": WORDS, "interim": WORDS})
    seal(service.ctx, unit, "AidCase", CASE, {"reason": WORDS})
    seal(service.ctx, unit, "Application", ASKED, {"name": NAME, "phone": PHONE, "text": WORDS})


def ask(service: Service, route: APIRoute, role: Role) -> Response:
    """Ask a route as a role: for the marked person's things, or with nothing that it takes."""
    path = route.path
    for name in route.param_convertors:
        assert name in IDS, f"{route.operation_id}: add a value for {{{name}}} to IDS"
        path = path.replace(f"{{{name}}}", IDS[name])
    headers = {**service.key(role), "Doudi-Purpose": "visit", "Idempotency-Key": f"k-{role}-0001"}
    if method_of(route) == "GET":
        return service.client.get(path, headers=headers)
    forged: dict[str, Any] = {secret: secret for secret in FIELDS}
    return service.client.post(path, headers=headers, json=forged)


def looks(service: Service) -> int:
    return sum(1 for _ in service.ctx.looks.looks())


def test_each_parameter_and_each_route_that_shows_people_is_still_there(marked: Service) -> None:
    found = routes(marked.client)
    assert {name for route in found for name in route.param_convertors} == set(IDS)
    assert {route.operation_id for route in found} >= PEOPLE


@pytest.mark.parametrize("role", Role)
def test_no_route_shows_a_marker_but_as_the_masks_say_and_after_a_recorded_look(
    marked: Service, role: Role, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "httpx2")
    caplog.set_level(logging.DEBUG, "doudi")
    actor = Actor("a", frozenset({role}), DISTRICT)
    for route in routes(marked.client):
        if route.operation_id == "follow_job":
            continue  # an endless stream of a job; test_no_personal_data follows one
        before, answer = looks(marked), ask(marked, route, role)
        seen = {s for s in FIELDS if s in answer.text + str(answer.headers)}
        allowed = {s for s, field in FIELDS.items() if view_of(actor, field) is View.CLEAR}
        assert seen <= (allowed if route.operation_id in PEOPLE else set()), route.operation_id
        assert not seen or looks(marked) == before + 1, route.operation_id
    assert not any(secret in caplog.text for secret in FIELDS)


@pytest.mark.parametrize("operation_id", sorted(PEOPLE))
def test_who_sees_a_marker_is_who_the_masks_name(marked: Service, operation_id: str) -> None:
    route = next(r for r in routes(marked.client) if r.operation_id == operation_id)
    here = {NAME, PHONE, WORDS} if "application" in operation_id else {WORDS}
    here = set(FIELDS) - {WORDS} if operation_id == "read_people" else here
    for role in (Role.CIVIL_AFFAIRS, Role.AUDITOR):
        actor, text = Actor("a", frozenset({role}), DISTRICT), ask(marked, route, role).text
        clear = {s for s in here if view_of(actor, FIELDS[s]) is View.CLEAR}
        assert {s for s in FIELDS if s in text} == clear
