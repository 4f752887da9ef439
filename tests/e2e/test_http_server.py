"""The service as a process of its own: started, called over TCP, stopped by a signal, killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx2
import pytest

from api.bootstrap import open_context
from api.settings import Settings
from api.usecases.job_rows import JobMint, JobState, find
from graphcore.domain.actor import Role
from graphcore.domain.errors import StoreBusy
from graphcore.domain.ids import Kind
from tests.support import small_world

PATIENCE_S = 60.0
GRACE_S = 9.0  # uvicorn would wait 10 seconds for an open stream
SERVE = [sys.executable, "-m", "api.cli.main", "serve", "--port", "0"]
WITH_WORK = """
import os, signal, time
import polars as pl
from api.http.app import serve
from api.settings import Settings
from graphcore.domain.ids import Kind
from tests.support.small_world import DISTRICT, plan_row

{work}

serve(Settings.from_env(os.environ), port=0, works={{"plan": work}})
"""
KILLED = """
def work(ctx, job, progress):
    plan = plan_row(ctx.mint.mint(Kind.PLAN), 9, "published")
    ctx.store.write(DISTRICT, lambda unit: unit.create("Plan", pl.DataFrame([plan])))
    os.kill(os.getpid(), signal.SIGKILL)  # between the effect and the job's row
"""
ENDLESS = """
def work(ctx, job, progress):
    while True:
        progress("wait", 0.5)
        time.sleep(0.05)
"""


@dataclass
class Running:
    """A served data directory."""

    process: subprocess.Popen[str]
    client: httpx2.Client
    log: list[str]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Environment of a process that serves a directory of this test's own."""
    return {**os.environ, "DOUDI_HOME": str(tmp_path / "home"), "DOUDI_LANG": "zh"}


@pytest.fixture
def key(environ: dict[str, str]) -> str:
    """A key to the small world, which is written into the directory first."""
    with open_context(Settings.from_env(environ)) as ctx:
        small_world.fill(ctx)
        return small_world.token(ctx, Role.DISPATCHER, Role.APPROVER)


@contextmanager
def served(environ: dict[str, str], key: str, command: list[str] = SERVE) -> Iterator[Running]:
    """Start a server on a free port; whatever happens, it is gone afterwards."""
    process = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True,
                               cwd=Path(__file__).parents[2])  # fmt: skip
    try:
        assert process.stderr is not None
        log: list[str] = []
        base = address(process.stderr, log)
        headers = {"Authorization": f"Bearer {key}"}
        with httpx2.Client(base_url=base, headers=headers, timeout=PATIENCE_S) as client:
            yield Running(process, client, log)
    finally:
        process.kill()
        process.communicate()


def with_work(work: str) -> list[str]:
    """The command of a server whose queue makes plans in its own way."""
    return [sys.executable, "-c", WITH_WORK.format(work=work)]


def address(stderr: IO[str], log: list[str]) -> str:
    """Read the log up to the line that tells the port."""
    for line in stderr:
        log.append(line)
        if found := re.search(r"running on (http://127\.0\.0\.1:\d+)", line):
            return found[1]
    raise AssertionError("".join(log))


def test_a_server_is_called_and_stops_cleanly(environ: dict[str, str], key: str) -> None:
    with served(environ, key) as server:
        assert server.client.get("/v1/health").json()["status"] == "ok"
        assert len(server.client.get("/v1/households").json()["items"]) == 5
        assert server.client.get("/v1/nothing").json()["code"] == "no_route"
        with pytest.raises(StoreBusy), open_context(Settings.from_env(environ)):
            pass
        server.process.send_signal(signal.SIGTERM)
        _, rest = server.process.communicate(timeout=PATIENCE_S)
    log = "".join(server.log) + rest
    assert server.process.returncode == 0, log
    assert "GET /v1/households 200 - key-dispatcher-approver-990101" in log
    assert "Traceback" not in log
    assert key not in log
    assert not any(secret in log for secret in small_world.PRIVATE)
    with open_context(Settings.from_env(environ)) as ctx:  # the store was given back
        assert ctx.district == small_world.DISTRICT


def test_a_stream_over_tcp_comes_as_it_happens_and_ends(environ: dict[str, str], key: str) -> None:
    with served(environ, key) as server:
        headers = {"Idempotency-Key": "over-tcp-1"}
        accepted = server.client.post("/v1/plans", headers=headers, json={"disaster": "X-NONE"})
        with server.client.stream("GET", accepted.headers["Location"] + "/events") as stream:
            assert stream.headers["Content-Type"].startswith("text/event-stream")
            lines = [line for line in stream.iter_lines() if line.startswith(("event:", "data:"))]
    assert lines[-2] == "event: failed"
    assert '"code":"not_found"' in lines[-1]


def test_a_server_killed_between_effect_and_row_makes_one_plan(
    environ: dict[str, str], key: str
) -> None:
    ask = {"headers": {"Idempotency-Key": "killed-0001"}, "json": {"days": 3}}
    with served(environ, key, with_work(KILLED)) as server:
        job = server.client.post("/v1/plans", **ask).json()["id"]  # type: ignore[arg-type]
        assert server.process.wait(PATIENCE_S) == -signal.SIGKILL
    with served(environ, key) as server:
        again = server.client.post("/v1/plans", **ask)  # type: ignore[arg-type]
        events = server.client.get(again.headers["Location"] + "/events").text
        plans = server.client.get("/v1/plans").json()["items"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json()["id"] == job
    assert "event: done" in events
    made = JobMint(job).mint(Kind.PLAN)
    assert f'"plan":"/v1/plans/{made}"' in events
    assert sorted(plan["id"] for plan in plans) == sorted([made, small_world.PLAN])


def test_a_server_ends_under_a_stream_and_a_running_job(environ: dict[str, str], key: str) -> None:
    with served(environ, key, with_work(ENDLESS)) as server:
        ask = {"Idempotency-Key": "endless-01"}
        job = server.client.post("/v1/plans", headers=ask, json={}).json()["id"]
        with server.client.stream("GET", f"/v1/jobs/{job}/events") as stream:
            lines = stream.iter_lines()
            assert next(line for line in lines if '"step":"wait"' in line)
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            list(lines)  # the stream ends
        assert server.process.wait(PATIENCE_S) == 0
        assert time.monotonic() - began < GRACE_S
    with open_context(Settings.from_env(environ)) as ctx:
        left = ctx.store.read(lambda unit: find(unit, job))
    assert (left.state, left.runs) == (JobState.QUEUED, 0)
