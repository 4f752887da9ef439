"""A job is polled, or followed by server-sent events from queued to its end."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.usecases.requests import PLAN as PLAN_KIND
from graphcore.domain.actor import Role
from tests.support.small_world import PLAN
from tests.unit.http.serving import Service
from tests.unit.http.works import PATIENCE_S, Gated, faulty, quick, stale


@pytest.fixture
def gate() -> Gated:
    return Gated()


@pytest.fixture(name="works")
def chosen(request: pytest.FixtureRequest, gate: Gated) -> dict[str, object]:
    return {PLAN_KIND: getattr(request, "param", gate)}


def parsed(stream: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Read a stream as (event, id, data), comments left out."""
    found = []
    for block in stream.replace("\r\n", "\n").strip().split("\n\n"):
        lines = [line.partition(": ") for line in block.split("\n") if not line.startswith(":")]
        fields = {name: value for name, _, value in lines}
        if fields:
            found.append((fields["event"], fields["id"], json.loads(fields["data"])))
    return found


def test_a_stream_tells_every_state_from_queued_to_done(service: Service, gate: Gated) -> None:
    first = service.ask_plan("key-00001").json()["id"]
    second = service.ask_plan("key-00002").json()["id"]  # waits behind the first
    assert gate.began.wait(PATIENCE_S)
    with ThreadPoolExecutor(1) as pool:
        stream = pool.submit(service.events, second)
        wait_for_listener(service, second)
        gate.let.release(4)
        told = parsed(stream.result(PATIENCE_S))
    states = [event for event, _, _ in told]
    assert states[0] == "queued"
    assert states[1:-1] == ["running"] * len(states[1:-1])
    assert states[-1] == "done"
    shares = [data["share"] for _, _, data in told]
    assert shares == sorted(shares)
    assert {0.25, 0.5, 1.0} <= set(shares)
    assert told[-1][2]["plan"] == f"/v1/plans/{PLAN}"
    assert {data["id"] for _, _, data in told} == {second}
    assert service.get(f"/v1/jobs/{first}").json()["state"] == "done"


def wait_for_listener(service: Service, job: str) -> None:
    """Wait until a stream of the job is open."""
    app: Any = service.client.app
    listeners = app.state.room.jobs._listeners
    deadline = threading.Event()
    for _ in range(400):
        if job in listeners:
            return
        deadline.wait(PATIENCE_S / 400)
    raise AssertionError("nobody listens")


def test_a_stream_of_a_job_that_is_over_tells_its_end_once(service: Service, gate: Gated) -> None:
    gate.let.release(2)
    job = service.ask_plan("key-00001").json()["id"]
    service.events(job)
    told = parsed(service.events(job))
    assert [event for event, _, _ in told] == ["done"]
    polled = service.get(f"/v1/jobs/{job}").json()
    assert told[0][2] == polled
    assert polled["queued_at"] < polled["started_at"] < polled["ended_at"]


@pytest.mark.parametrize("works", [stale], indirect=True)
def test_a_failing_jobs_stream_ends_with_its_problem(service: Service) -> None:
    job = service.ask_plan("key-00001").json()["id"]
    event, _, data = parsed(service.events(job))[-1]
    assert (event, data["step"], data["share"]) == ("failed", "plan.commit", 0.9)
    assert data["plan"] is None
    assert data["error"] == {
        "code": "stale_plan",
        "detail": "计划所依据的情况已经变化，没有提交。",
        "advice": "请重新运行 doudi plan，按最新情况再作计划。",
        "retry": False,
        "changes": ["批次 L-0 变了。"],
    }


@pytest.mark.parametrize("works", [stale], indirect=True)
def test_a_failing_jobs_problem_is_in_the_callers_language(service: Service) -> None:
    job = service.ask_plan("key-00001").json()["id"]
    error = parsed(service.events(job, "en"))[-1][2]["error"]
    assert error["detail"].isascii()
    assert error["advice"].isascii()


@pytest.mark.parametrize("works", [faulty], indirect=True)
def test_a_fault_in_a_job_is_told_without_its_message(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    job = service.ask_plan("key-00001").json()["id"]
    data = parsed(service.events(job))[-1][2]
    assert data["state"] == "failed"
    assert data["error"]["code"] == "error"
    assert job in data["error"]["advice"]
    assert "ValueError at " in caplog.text
    assert "欧阳" not in caplog.text + json.dumps(data, ensure_ascii=False)


@pytest.mark.parametrize("works", [quick], indirect=True)
@pytest.mark.parametrize("path", ["", "/events"])
def test_no_such_job(service: Service, path: str) -> None:
    answer = service.get(f"/v1/jobs/J-NONE{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_stream_ends_when_the_service_does(service: Service, gate: Gated) -> None:
    job = service.ask_plan("key-00001").json()["id"]
    assert gate.began.wait(PATIENCE_S)
    app: Any = service.client.app
    with ThreadPoolExecutor(1) as pool:
        stream = pool.submit(service.events, job)
        wait_for_listener(service, job)
        app.state.room.jobs.halt()
        told = parsed(stream.result(PATIENCE_S))
    assert told[-1][0] == "running"
    gate.let.release(2)


def test_who_may_not_read_plans_may_not_follow_jobs(service: Service) -> None:
    assert service.get("/v1/jobs/J-NONE/events", Role.PLATFORM).status_code == 403
