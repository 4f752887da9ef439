"""The ledger over the wire: each write once for its key, by whom the table lets, naming nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import polars as pl
import pytest
from httpx2 import Response

from api.usecases.ledger.issue import issue
from api.usecases.verify import verify
from graphcore.domain.actor import Role
from graphcore.store.open import open_embedded
from tests.support.small_world import DISTRICT, NOON, RIVER, WHEAT, admin
from tests.unit.http.serving import Service, serving

WORDS = "房屋进水，无处居住"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A small world with one version of the ledger and a family to care for."""
    with closing(open_embedded(tmp_path_factory.mktemp("desk") / "store")) as store:
        store.migrate()
        with serving(store) as service:
            ctx = service.ctx
            ctx.store.write(DISTRICT, lambda unit: issue(
                unit, ctx, admin(), DISTRICT, cause="ledger", file="F-1", at=NOON))  # fmt: skip
            ctx.store.write(DISTRICT, lambda unit: unit.create("Person", pl.DataFrame([
                {"id": "P-1", "household": "H-1", "age_band": "adult", "is_head": False,
                 "died_on": "", "version": 1}])))  # fmt: skip
            yield service


def post(service: Service, path: str, role: Role, key: str, **body: Any) -> Response:
    headers = {**service.key(role), "Idempotency-Key": key}
    return service.client.post(f"/v1/{path}", headers=headers, json=body)


def twice(service: Service, path: str, role: Role, key: str, **body: Any) -> dict[str, Any]:
    """The answer of a request that is sent twice and has one effect."""
    first, again = (post(service, path, role, key, **body) for _ in range(2))
    assert first.status_code == 200, first.text
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    found: dict[str, Any] = first.json()
    return found


def test_a_response_is_started_once_and_then_runs(desk: Service) -> None:
    start = {"act": "start", "level": "3", "authority": "减灾委"}
    assert post(desk, "responses", Role.APPROVER, "resp-0000", act="change", level="2",
                authority="减灾委").status_code == 409  # fmt: skip
    twice(desk, "responses", Role.APPROVER, "resp-0001", **start)
    assert post(desk, "responses", Role.APPROVER, "resp-0002", **start).status_code == 409
    told = desk.get("/v1/ledger/clocks").json()
    assert (told["response"], told["every_hours"]) == ("3", 24)


def test_civil_affairs_takes_in_and_answers_once(desk: Service) -> None:
    for act in ("receipt", "answer"):
        twice(desk, f"ledger/notices/0/{act}", Role.CIVIL_AFFAIRS, f"{act}-0001")
        assert (
            post(desk, f"ledger/notices/1/{act}", Role.CIVIL_AFFAIRS, f"{act}-0002").status_code
            == 409
        )
    (notice,) = desk.get("/v1/ledger/notices").json()["items"]
    assert notice["answered_at"] >= notice["received_at"] > 0
    assert (
        post(desk, "ledger/notices/9/answer", Role.CIVIL_AFFAIRS, "answer-0009").status_code == 404
    )


def test_an_application_has_one_receipt_and_one_answer(desk: Service) -> None:
    asked = {"kind": "apply", "place": WHEAT, "text": WORDS, "name": "赵某某", "channel": "phone"}
    taken = twice(desk, "applications", Role.TOWNSHIP, "apply-0001", **asked)
    other = post(desk, "applications", Role.TOWNSHIP, "apply-0002", **asked).json()
    assert taken["number"] < other["number"]
    answer = {"state": "granted", "text": "已立案"}
    path = f"applications/{taken['number']}/answer"
    assert post(desk, path, Role.TOWNSHIP, "reply-0000", **answer).status_code == 403
    twice(desk, path, Role.APPROVER, "reply-0001", **answer)
    assert post(desk, path, Role.APPROVER, "reply-0002", **answer).status_code == 409
    listed = desk.get("/v1/applications")
    assert len(listed.json()["items"]) == 2
    assert "赵某某" not in listed.text
    assert WORDS not in listed.text
    assert not desk.get("/v1/applications", Role.TOWNSHIP, RIVER).json()["items"]


def test_a_head_is_a_member_and_a_guardian_is_for_children_alone(desk: Service) -> None:
    twice(desk, "households/H-1/head", Role.APPROVER, "heads-0001", person="P-1")
    assert (
        post(desk, "households/H-1/head", Role.APPROVER, "heads-0002", person="P-9").status_code
        == 404
    )
    wanted = {"name": "李某某", "relation": "祖父", "document": "1号"}
    refused = post(desk, "households/H-1/guardian", Role.APPROVER, "guard-0001", **wanted)
    assert refused.status_code == 404
    assert "李某某" not in refused.text


def test_every_recorded_request_has_its_effect(desk: Service) -> None:
    assert not {f.rule for f in verify(desk.ctx, admin())} & {
        "requests",
        "ledger.notified",
        "chain",
    }
