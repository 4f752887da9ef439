"""Rosters over HTTP, on each engine: ask, follow, read, approve, report; each sees what is theirs."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response

from api.usecases.keys import create_key
from graphcore.domain.actor import Role
from graphcore.domain.errors import InputError
from tests.support.small_forces import DAY, fill_forces
from tests.support.small_world import DISTRICT, PRIVATE, RIVER, WHEAT, admin, entropy
from tests.unit.http.serving import Service

LISTS = ("volunteers", "equipment", "tasks", "rosters")


@pytest.fixture
def forces(service: Service) -> Service:
    """The service with social forces."""
    fill_forces(service.ctx)
    return service


def post(service: Service, path: str, role: Role, key: str, body: Any = None) -> Response:
    """Send under an idempotency key."""
    headers = {**service.key(role), "Idempotency-Key": key}
    return service.client.post(f"/v1/{path}", headers=headers, json=body)


def made(service: Service) -> str:
    """Ask for a roster, wait for it, return its id."""
    asked = post(service, "rosters", Role.DISPATCHER, "roster-01", {"days": 1, "first_on": DAY})
    assert asked.status_code == 202
    service.events(asked.json()["id"])
    job = service.get(f"/v1/jobs/{asked.json()['id']}").json()
    assert (job["state"], job["error"]) == ("done", None)
    assert job["roster"] == f"/v1/rosters/{job['result']}"
    return str(job["result"])


def coordinator(service: Service, organization: str) -> dict[str, str]:
    """Headers of an organisation's coordinator."""
    key = create_key(service.ctx, admin(), f"coordinator-{organization}", [Role.ORGANIZATION],
                     DISTRICT, entropy(hash(organization) % 1000), organization)  # fmt: skip
    return {"Authorization": f"Bearer {key.token}"}


def test_a_roster_from_the_request_to_the_report(forces: Service) -> None:
    roster = made(forces)
    told = forces.get(f"/v1/rosters/{roster}").json()
    assert (told["state"], told["orders"], told["volunteers"]) == ("draft", 3, 3)
    assert [g["outcome"] for g in told["goals"]] == ["proven"] * 6
    assert told["openings"] == [{"reason": "skill", "missing": 1}]
    orders = forces.get(f"/v1/rosters/{roster}/assignments").json()["items"]
    assert {(o["volunteer"], o["task"]) for o in orders} == {
        ("VT-0", "TK-1"), ("VT-2", "TK-1"), ("VT-3", "TK-2"),
    }  # fmt: skip
    early = post(forces, f"orders/{orders[0]['id']}/progress", Role.DISPATCHER, "report-00",
                 {"progress": "arrived"})  # fmt: skip
    assert (early.status_code, early.json()["code"]) == (409, "wrong_state")
    assert post(forces, f"rosters/{roster}/approval", Role.APPROVER, "approve-01").json() == {
        "id": roster, "state": "approved",
    }  # fmt: skip
    for replayed in ("false", "true"):
        answer = post(forces, f"orders/{orders[0]['id']}/progress", Role.DISPATCHER, "report-01",
                      {"progress": "arrived"})  # fmt: skip
        assert answer.status_code == 200, answer.text
        assert answer.headers["Idempotency-Replayed"] == replayed
    found = forces.get(f"/v1/rosters/{roster}/assignments", progress="arrived").json()["items"]
    assert [o["id"] for o in found] == [orders[0]["id"]]


def test_a_roster_asked_for_twice_is_made_once(forces: Service) -> None:
    assert made(forces) == made(forces)
    assert len(forces.get("/v1/rosters").json()["items"]) == 1


def test_a_coordinator_sees_and_reports_own_people_only(forces: Service) -> None:
    roster = made(forces)
    post(forces, f"rosters/{roster}/approval", Role.APPROVER, "approve-01")
    headers = coordinator(forces, "ORG1")
    get = forces.client.get
    people = get("/v1/volunteers", headers=headers).json()["items"]
    assert [v["id"] for v in people] == ["VT-0", "VT-1"]
    mine = get(f"/v1/rosters/{roster}/assignments", headers=headers).json()["items"]
    assert [o["volunteer"] for o in mine] == ["VT-0"]
    assert get(f"/v1/rosters/{roster}", headers=headers).json()["orders"] == 1
    assert get(f"/v1/rosters/{roster}/openings", headers=headers).json()["items"] == []
    assert len(get("/v1/tasks", headers=headers).json()["items"]) == 2
    everybody = forces.get(f"/v1/rosters/{roster}/assignments").json()["items"]
    theirs = next(o["id"] for o in everybody if o["organization"] == "O-2")
    for order, status in ((theirs, 404), (mine[0]["id"], 200)):
        answer = forces.client.post(
            f"/v1/orders/{order}/progress", json={"progress": "confirmed"},
            headers={**headers, "Idempotency-Key": f"report-{order}"},
        )  # fmt: skip
        assert answer.status_code == status


def test_a_key_without_an_organisation_sees_nobody(forces: Service) -> None:
    assert forces.get("/v1/volunteers", Role.ORGANIZATION).json()["items"] == []
    assert forces.get("/v1/equipment", Role.ORGANIZATION).json()["items"] == []


def test_a_township_sees_its_own_place(forces: Service) -> None:
    roster = made(forces)
    for town, task in ((WHEAT, "TK-1"), (RIVER, "TK-2")):
        path = f"/v1/rosters/{roster}/assignments"
        seen = forces.get(path, Role.TOWNSHIP, scope=town).json()["items"]
        assert {o["task"] for o in seen} == {task}


@pytest.mark.parametrize(
    ("path", "asked", "ids"),
    [
        ("volunteers", {"readiness": "absent"}, ["VT-1"]),
        ("volunteers", {"township": RIVER}, ["VT-2", "VT-3"]),
        ("equipment", {"township": RIVER}, []),
        ("tasks", {"township": RIVER}, ["TK-2"]),
        ("tasks", {"state": "cancelled"}, []),
    ],
)
def test_lists_are_filtered(
    forces: Service, path: str, asked: dict[str, Any], ids: list[str]
) -> None:
    assert [r["id"] for r in forces.get(f"/v1/{path}", **asked).json()["items"]] == ids


def test_pages_put_together_are_the_whole_list(forces: Service) -> None:
    first = forces.get("/v1/volunteers", limit=3).json()
    second = forces.get("/v1/volunteers", limit=3, cursor=first["next"]).json()
    assert [v["id"] for v in first["items"] + second["items"]] == ["VT-0", "VT-1", "VT-2", "VT-3"]
    assert second["next"] is None
    assert forces.get("/v1/equipment", cursor=first["next"]).status_code == 400


def test_nobody_is_named(forces: Service) -> None:
    roster = made(forces)
    paths = [*LISTS, f"rosters/{roster}", f"rosters/{roster}/assignments",
             f"rosters/{roster}/openings"]  # fmt: skip
    for path in paths:
        for role in Role:
            text = forces.get(f"/v1/{path}", role).text
            assert not any(secret in text for secret in PRIVATE)


def test_a_roster_that_is_not_there(forces: Service) -> None:
    for path in ("rosters/RO-NONE", "rosters/RO-NONE/assignments", "rosters/RO-NONE/openings"):
        assert forces.get(f"/v1/{path}").status_code == 404


def test_only_a_coordinators_key_names_an_organisation_that_is_known(forces: Service) -> None:
    for role, code in ((Role.TOWNSHIP, "ORG1"), (Role.ORGANIZATION, "ORG9")):
        with pytest.raises(InputError):
            create_key(forces.ctx, admin(), "wrong-key", [role], DISTRICT, entropy(1), code)
