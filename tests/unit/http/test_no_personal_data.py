"""No name and no phone leaves over HTTP: not in a list, not in an error, not in a log."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from api.usecases.lists import LISTS
from api.usecases.requests import PLAN as PLAN_KIND
from graphcore.domain.actor import Role
from tests.support.small_world import PLAN, PRIVATE
from tests.unit.http.serving import Service
from tests.unit.http.works import faulty

PATHS = [
    *(f"plans/{PLAN}/{name}" if LISTS[name].of_plan else name for name in LISTS),
    f"plans/{PLAN}", "health", "openapi.json",
]  # fmt: skip


@pytest.fixture
def works() -> dict[str, object]:
    return {PLAN_KIND: faulty}


def clean(text: str) -> bool:
    """Whether none of the small world's names and phones is there."""
    return not any(secret in text for secret in PRIVATE)


def test_the_world_holds_what_must_not_leave(shop: Service) -> None:
    donors = shop.ctx.store.read(lambda unit: unit.nodes("Donor")["name"].to_list())
    assert not clean("".join(donors))


@pytest.mark.parametrize("path", PATHS)
def test_no_list_holds_any(shop: Service, path: str) -> None:
    for role in Role:
        assert clean(shop.get(f"/v1/{path}", role).text)


@pytest.mark.parametrize("secret", PRIVATE)
def test_what_a_caller_sends_comes_neither_back_nor_into_a_log(
    shop: Service, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {**shop.key(Role.DISPATCHER), "Idempotency-Key": "private-1"}
    forged: Any = {"Authorization": f"Bearer doudi_{secret}".encode()}
    asked: list[dict[str, Any]] = [{name: secret} for name in ("cursor", "state", secret)]
    caplog.set_level(logging.WARNING, "httpx2")
    caplog.set_level(logging.DEBUG, "doudi")
    answers = [
        *(shop.get(f"/v1/{path}") for path in (f"plans/{secret}", f"jobs/{secret}", secret)),
        *(shop.get("/v1/households", **given) for given in asked),
        shop.client.post("/v1/plans", headers=headers, json={secret: 1}),
        shop.client.post("/v1/plans", headers=headers, json={"days": secret}),
        shop.client.post("/v1/plans", headers=headers, content=f"{secret}".encode()),
        shop.client.post(f"/v1/plans/{secret}/approval", headers=headers),
        shop.client.get("/v1/lots", headers=forged),
    ]
    assert {answer.status_code for answer in answers} <= {400, 401, 403, 404, 422}
    assert clean("".join(answer.text for answer in answers))
    assert caplog.text.count("doudi.http") == len(answers)
    assert clean(caplog.text)


def test_a_fault_with_a_name_in_its_message(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "doudi")
    job = service.ask_plan("key-00001").json()["id"]
    stream = service.events(job)
    assert "failed" in stream
    assert clean(stream + service.get(f"/v1/jobs/{job}").text + caplog.text)
    rows = service.ctx.store.read(lambda unit: unit.nodes("Job").rows())
    assert clean(repr(rows))
