"""A real plan over HTTP: asked for, followed, read, approved, by the roles that may."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from api.usecases.import_files import import_files
from graphcore.domain.actor import Role
from graphcore.store.port import GraphStore
from tests.support.small_world import token
from tests.support.walked import blank, dispatcher, files

pytestmark = pytest.mark.slow

STEPS = ["plan.snapshot", "plan.needs", "plan.solve", "plan.check", "plan.commit", "done"]


@pytest.fixture
def client(store: GraphStore) -> Iterator[TestClient]:
    """A service over a synthetic district's files."""
    ctx = blank(store)
    import_files(ctx, dispatcher(), files(households=30, townships=2))
    ctx = replace(ctx, district=store.read(lambda unit: unit.nodes("District")["code"][0]))
    with TestClient(create_app(ctx)) as running:
        for role in (Role.DISPATCHER, Role.APPROVER, Role.TOWNSHIP):
            running.headers[f"X-{role}"] = token(ctx, role, scope=ctx.district)
        yield running


def by(client: TestClient, role: Role, key: str = "") -> dict[str, str]:
    """Headers of a caller."""
    return {"Authorization": f"Bearer {client.headers[f'X-{role}']}", "Idempotency-Key": key}


def test_a_plan_is_asked_for_made_read_and_approved(client: TestClient) -> None:
    desk, clerk = by(client, Role.DISPATCHER, "walk-0001"), by(client, Role.TOWNSHIP)
    accepted = client.post("/v1/plans", headers=desk, json={"days": 3, "seed": 7})
    assert accepted.status_code == 202
    stream = client.get(accepted.headers["Location"] + "/events", headers=clerk).text
    told = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: ")]
    assert [step for step in STEPS if step in {job["step"] for job in told}] == STEPS
    assert [job["share"] for job in told] == sorted(job["share"] for job in told)
    assert told[-1]["state"] == "done"

    plan = told[-1]["plan"]
    summary = client.get(plan, headers=clerk).json()
    assert (summary["state"], summary["days"], summary["seed"]) == ("published", 3, 7)
    assert [goal["number"] for goal in summary["goals"]] == sorted(
        goal["number"] for goal in summary["goals"]
    )
    assert units(client, f"{plan}/lines", clerk) == sum(t["units"] for t in summary["lines"]) > 0
    short = sum(t["units"] for t in summary["shortfalls"])
    assert units(client, f"{plan}/shortfalls", clerk) == short > 0

    repeated = client.post("/v1/plans", headers=desk, json={"days": 3, "seed": 7})
    assert repeated.json()["plan"] == plan
    assert len(client.get("/v1/plans", headers=clerk).json()["items"]) == 1

    assert client.post(f"{plan}/approval", headers=desk).status_code == 403
    officer = by(client, Role.APPROVER, "walk-0002")
    assert client.post(f"{plan}/approval", headers=officer).json()["state"] == "approved"
    assert client.get(plan, headers=clerk).json()["approved_by"].startswith("key-approver")


def units(client: TestClient, path: str, headers: dict[str, str]) -> int:
    """Units of all rows of a list, page by page."""
    total, cursor = 0, ""
    while True:
        page = client.get(path, headers=headers, params={"limit": 200, "cursor": cursor}).json()
        total += sum(int(row["quantity"]) for row in page["items"])
        if page["next"] is None:
            return total
        cursor = page["next"]
