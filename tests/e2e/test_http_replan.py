"""A change told over HTTP, the re-plan that takes it up, its difference, and options."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import polars as pl
import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from api.usecases.context import Context
from api.usecases.import_files import import_files
from api.usecases.make_plan import PlanOptions, make_plan
from graphcore.domain.actor import Role
from graphcore.store.port import GraphStore
from tests.support.plans import in_force, lines, nodes
from tests.support.small_world import token
from tests.support.walked import FLOOD_DAY, blank, dispatcher, files


@pytest.fixture
def planned(store: GraphStore) -> Context:
    """A small district with a plan in force."""
    ctx = blank(store)
    import_files(ctx, dispatcher(), files(households=30, townships=2))
    ctx = replace(ctx, district=store.read(lambda unit: unit.nodes("District")["code"][0]))
    make_plan(ctx, dispatcher(), PlanOptions(first_on=FLOOD_DAY))
    return ctx


@pytest.fixture
def client(planned: Context) -> Iterator[TestClient]:
    """A service over it; its headers are a dispatcher's."""
    with TestClient(create_app(planned)) as running:
        key = token(planned, Role.DISPATCHER, scope=planned.district)
        running.headers["Authorization"] = f"Bearer {key}"
        yield running


def post(client: TestClient, path: str, key: str, **body: object) -> dict[str, object]:
    """Ask under an idempotency key."""
    answer = client.post(path, headers={"Idempotency-Key": key}, json=body)
    assert answer.status_code in (201, 202), answer.text
    found: dict[str, object] = answer.json()
    return found


def steps(client: TestClient, job: object) -> list[str]:
    """The job's steps as they were streamed."""
    told = client.get(f"/v1/jobs/{job}/events").text.splitlines()
    return [json.loads(line[6:])["step"] for line in told if line.startswith("data: ")]


def finished(client: TestClient, job: object) -> dict[str, object]:
    """The job's last word."""
    told = client.get(f"/v1/jobs/{job}/events").text.splitlines()
    found: dict[str, object] = json.loads([x[6:] for x in told if x.startswith("data: ")][-1])
    return found


def asked(client: TestClient, planned: Context, row: dict[str, object]) -> None:
    """Options are read without a trace."""
    before = nodes(planned, "Event").height
    params = {"item": str(row["need_item"]), "quantity": "1", "household": str(row["subject"])}
    found = client.get("/v1/options", params=params)
    assert found.status_code == 200
    assert all(o["met"] == 1 for o in found.json())
    assert nodes(planned, "Event").height == before


def test_a_lost_lot_is_told_taken_up_and_shown(client: TestClient, planned: Context) -> None:
    first = in_force(planned)["id"]
    assert client.get(f"/v1/plans/{first}/moves").status_code == 404  # nothing to compare it with
    row = lines(planned, str(first), "firm").filter(pl.col("swap") == "").sort("id").row(
        0, named=True
    )  # fmt: skip
    asked(client, planned, row)
    lot = nodes(planned, "StockLot").filter(pl.col("id") == row["lot"])["code"][0]
    told = post(client, "/v1/changes", "change-0001", kind="lot_lost", what=lot, giver="仓库值班")
    assert told["number"] == 0
    again = post(client, "/v1/changes", "change-0001", kind="lot_lost", what=lot, giver="仓库值班")
    assert again["id"] == told["id"]
    assert nodes(planned, "Change").height == 1

    job = post(client, "/v1/replans", "replan-0001", keep=0.0001)
    told_steps = steps(client, job["id"])
    assert any(s.startswith("replan.solve.near.") and "survival_floor=" in s for s in told_steps)
    done = finished(client, job["id"])
    assert done["state"] == "done", done
    plan = str(done["plan"])
    contained = client.get(f"/v1/changes/{told['id']}").json()
    assert (contained["plan"], contained["number"]) == (plan.rpartition("/")[2], 2)

    shown = client.get(f"{plan}/moves").json()
    assert shown["removed"] + shown["changed"] > 0
    assert {g["name"] for g in shown["goals"]} >= {"survival_floor", "weighted_coverage"}
    assert all(m["old_lot"] != m["new_lot"] or m["old_quantity"] != m["new_quantity"]
               or m["old_day"] != m["new_day"] or m["old_mode"] != m["new_mode"]
               for m in shown["moves"])  # fmt: skip
