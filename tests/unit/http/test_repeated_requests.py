"""A repeated request has one effect, at once or one after another, on each engine."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.usecases import requests
from graphcore.domain.actor import Role
from graphcore.domain.errors import StoreUnavailable
from graphcore.domain.text import say
from tests.support.small_world import PLAN
from tests.unit.http.serving import Service
from tests.unit.http.works import jobs_of, quick


@pytest.fixture
def works() -> dict[str, object]:
    return {requests.PLAN: quick}


def test_the_same_key_and_body_is_the_same_job(service: Service) -> None:
    first = service.ask_plan("key-00001", days=3)
    again = service.ask_plan("key-00001", days=3)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    assert (
        first.headers["Location"] == again.headers["Location"] == f"/v1/jobs/{first.json()['id']}"
    )
    assert [a.headers["Idempotency-Replayed"] for a in (first, again)] == ["false", "true"]
    assert len(jobs_of(service)) == 1


def test_fields_left_out_are_the_same_body_as_their_defaults(service: Service) -> None:
    first = service.ask_plan("key-00001")
    again = service.ask_plan("key-00001", seed=0, days=None, disaster="", seconds=None)
    assert first.json()["id"] == again.json()["id"]


def test_the_same_key_with_another_body_is_refused(service: Service) -> None:
    service.ask_plan("key-00001", days=3)
    answer = service.ask_plan("key-00001", days=4)
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert len(jobs_of(service)) == 1


def test_a_key_is_its_callers_own(service: Service) -> None:
    first = service.ask_plan("key-00001")
    headers = {**service.key(Role.DISPATCHER, Role.APPROVER), "Idempotency-Key": "key-00001"}
    other = service.client.post("/v1/plans", headers=headers, json={"days": 4})
    assert other.status_code == 202
    assert other.json()["id"] != first.json()["id"]


def test_an_approval_repeated_gives_the_same_answer(service: Service) -> None:
    first, again = service.approve("key-00001"), service.approve("key-00001")
    assert first.status_code == 200
    assert first.json()["state"] == "approved"
    assert first.json() == again.json()
    assert [a.headers["Idempotency-Replayed"] for a in (first, again)] == ["false", "true"]
    assert service.get(f"/v1/plans/{PLAN}").json()["state"] == "approved"


def test_a_second_approval_is_a_wrong_state(service: Service) -> None:
    service.approve("key-00001")
    answer = service.approve("key-00002")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_a_refused_request_leaves_its_key_free(service: Service) -> None:
    assert service.approve("key-00001", plan="PL-NONE").status_code == 404
    assert service.approve("key-00001").status_code == 200
    assert service.approve("key-00001", plan="PL-NONE").json()["code"] == "key_reused"


def test_duplicates_at_the_same_moment_have_one_effect(service: Service) -> None:
    together = threading.Barrier(4)

    def ask(_: int) -> tuple[int, str]:
        together.wait()
        answer = service.ask_plan("key-00001")
        return answer.status_code, answer.json()["id"]

    service.key(Role.DISPATCHER)
    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(ask, range(4)))
    assert len(answers) == 1
    assert len(jobs_of(service)) == 1


def test_approvals_at_the_same_moment_have_one_effect(service: Service) -> None:
    together = threading.Barrier(4)

    def approve(_: int) -> tuple[int, int]:
        together.wait()
        answer = service.approve("key-00001")
        return answer.status_code, answer.json()["approved_at"]

    service.key(Role.APPROVER)
    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(approve, range(4)))
    assert len(answers) == 1
    events = service.ctx.store.read(lambda unit: unit.nodes("Event")["type"].to_list())
    assert events.count("plan.approved") == 1


@pytest.mark.parametrize("post", ["ask_plan", "approve"])
def test_an_answer_that_was_lost_is_given_again(
    service: Service, post: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process breaks off between the commit and the reply: the same key finds the effect."""
    write = service.ctx.store.write

    def breaking(*args: object) -> object:
        write(*args)  # type: ignore[arg-type]
        raise StoreUnavailable(say("连接断开。"))

    service.key(Role.DISPATCHER), service.key(Role.APPROVER)
    with monkeypatch.context() as broken:
        broken.setattr(service.ctx.store, "write", breaking)
        lost = getattr(service, post)("key-00001")
    assert (lost.status_code, lost.headers["Retry-After"]) == (503, "2")
    again = getattr(service, post)("key-00001")
    assert again.headers["Idempotency-Replayed"] == "true"
    events = service.ctx.store.read(lambda unit: unit.nodes("Event")["type"].to_list())
    assert len([e for e in events if e.startswith("plan.")]) == 1
