"""No full number, phone, account or name leaves by any route to a role that may not see it.

Every route is asked by every role on a district with signed plan, findings, cases and a comparison;
whoever adds a route is in the test by that. What a role may see in full, it sees only after the
look was recorded.
"""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from httpx2 import Response
from starlette.testclient import TestClient

from api.http.app import WORKS, create_app
from api.masks import Field
from api.usecases.audits.tasks import run_audits
from api.usecases.cases.propose import propose
from api.usecases.comparison.stored import compare_stored
from api.usecases.context import Context
from graphcore.domain.actor import Role
from graphcore.store.open import open_embedded
from tests.support.marked import WATCHED, Secrets, allowed, look_lines, secrets_of
from tests.support.small_world import token
from tests.support.walked import blank, dispatcher
from tests.unit.http.serving import method_of, routes
from tests.walk.conftest import served

LABELS = {  # of the node that a path's parameter names
    "plan_id": "Plan", "household_id": "Household", "finding_id": "Finding", "trip_id": "Trip",
    "case_id": "AidCase", "review_id": "ReviewCase", "roster_id": "Roster",
}  # fmt: skip
PLAIN = {"year": "2026", "number": "1"}


@dataclass(frozen=True)
class World:
    """The served district, its secrets by kind, and a real id for every parameter of a path."""

    ctx: Context
    client: TestClient
    secrets: Secrets
    ids: Mapping[str, str]
    keys: Mapping[Role, str]

    def path(self, route: APIRoute) -> str:
        """The route's path with real ids, and "NONE" where there is none."""
        return re.sub(r"\{(\w+)\}", lambda m: self.ids.get(m[1], "NONE"), route.path)

    def ask(self, route: APIRoute, role: Role) -> Response:
        """Ask for a route with a purpose; a body that is posted holds a secret."""
        headers = {
            "Authorization": f"Bearer {self.keys[role]}", "Doudi-Purpose": "visit",
            "Idempotency-Key": f"{route.operation_id}-{role}",
        }  # fmt: skip
        if method_of(route) == "GET":
            return self.client.get(self.path(route), headers=headers)
        number = next(s for s, kinds in self.secrets.kinds.items() if Field.ID_NUMBER in kinds)
        return self.client.post(
            self.path(route), headers=headers, json={"text": number, "reason": number, number: 1}
        )


@pytest.fixture(scope="module")
def world(signed_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("marked") / "store"
    shutil.copytree(signed_folder, folder)
    with closing(open_embedded(folder)) as store:
        ctx = served(blank(store, seed=99))
        run_audits(ctx, dispatcher())
        propose(ctx, dispatcher())
        compare_stored(ctx, dispatcher(), None, str)
        keys = {role: token(ctx, role, scope=ctx.district) for role in Role}
        with TestClient(create_app(ctx, WORKS), raise_server_exceptions=False) as client:
            yield World(ctx, client, secrets_of(ctx), ids(ctx), keys)


def ids(ctx: Context) -> dict[str, str]:
    """A real id of each kind."""

    def first(label: str) -> str:
        found = ctx.store.read(lambda unit: unit.nodes(label))["id"].sort()
        return str(found[0]) if len(found) else "NONE"

    return {**{name: first(label) for name, label in LABELS.items()}, **PLAIN}


def test_the_district_holds_what_must_not_leave(world: World) -> None:
    kinds = {kind for some in world.secrets.kinds.values() for kind in some}
    assert kinds == WATCHED
    assert len(world.secrets.kinds) > 500
    assert "NONE" not in {world.ids[name] for name in ("plan_id", "finding_id", "case_id")}


@pytest.mark.parametrize("role", Role)
def test_a_role_is_told_what_its_masks_allow_and_that_is_recorded(
    world: World, role: Role, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "doudi")
    wrong: dict[str, object] = {}
    for route in routes(world.client):
        before = look_lines(world.ctx)
        answer = world.ask(route, role)
        told = world.secrets.told(answer.text + str(answer.headers))
        forbidden = [s for s, kinds in told.items() if not allowed(role, kinds)]
        if forbidden:
            wrong[str(route.operation_id)] = len(forbidden)
        if told and look_lines(world.ctx) == before:
            wrong[str(route.operation_id)] = "no look"
    assert wrong == {}
    assert world.secrets.told(caplog.text) == {}


def test_somebody_is_told_something_in_full(world: World) -> None:
    route = next(r for r in routes(world.client) if r.operation_id == "read_people")
    assert world.secrets.told(world.ask(route, Role.CIVIL_AFFAIRS).text)
    assert not world.secrets.told(world.ask(route, Role.TOWNSHIP).text)
