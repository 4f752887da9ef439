"""Jobs as rows of the graph: what was asked for, by whom, how far it is, what came of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import polars as pl

from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import DoudiError, NotFound
from graphcore.domain.event import Json, canonical_json
from graphcore.domain.ids import IdMint, Kind, derived
from graphcore.domain.text import Text, say
from graphcore.store.port import ReadUnit, Row, WriteUnit

MOST_RUNS: Final = 3
"""How often a job is begun whose process ends under it: it may be the job that ends it."""


class JobState(StrEnum):
    """Where a job is on its way."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to the job."""
        return self in (JobState.DONE, JobState.FAILED)


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands. ``share`` is 0 to 1; times are UTC microseconds, 0 = not yet.

    ``runs`` counts how often it was begun, runs that a shut-down cut off aside.
    """

    id: str
    kind: str
    state: JobState
    actor: Actor
    options: Mapping[str, Json]
    step: str = ""
    share: float = 0.0
    result: str = ""
    error: Mapping[str, Json] | None = None
    queued_at: int = 0
    started_at: int = 0
    ended_at: int = 0
    version: int = 1
    runs: int = 0


def enqueue(unit: WriteUnit, job: Job) -> None:
    """Write a queued job in the caller's unit; wake the queue once the unit has committed."""
    unit.create("Job", frame(job))


def find(unit: ReadUnit, job_id: str) -> Job:
    """Return a job.

    Raises:
        NotFound: there is none of that id.
    """
    rows = unit.rows("jobs.one", job=job_id)
    if not rows:
        raise NotFound(
            say("没有编号为 {job} 的任务。", job=job_id), say("请核对创建任务时返回的地址。")
        )
    return _read(rows[0])


def waiting(unit: ReadUnit, state: JobState) -> list[str]:
    """Return the ids of the jobs in a state, oldest first."""
    return [str(row["id"]) for row in unit.rows("jobs.in_state", state=state.value)]


def again(job: Job) -> Job:
    """Return a running job as queued anew."""
    return replace(job, state=JobState.QUEUED, step="", share=0.0, started_at=0,
                   version=job.version + 1)  # fmt: skip


def cut_off(job: Job, now: int) -> Job:
    """Return a job that was running when its process ended: queued anew, or failed for good."""
    if job.runs < MOST_RUNS:
        return again(job)
    lost = DoudiError(
        say("任务已运行 {runs} 次，每次都随程序中断。", runs=job.runs),
        say("请管理员检查内存和日志，然后用新的幂等键重新提交。"),
    )
    return replace(job, state=JobState.FAILED, error=told_of(lost), ended_at=now,
                   version=job.version + 1)  # fmt: skip


class JobMint(IdMint):
    """Gives a job the same ids each time it runs: the n-th of a kind depends on the job alone.

    A run that committed its effect and was killed before the job's row said so is found by them.
    """

    def __init__(self, job_id: str) -> None:
        self._job = job_id
        self._drawn: Counter[Kind] = Counter()

    def mint(self, kind: Kind) -> str:
        """Return the job's next id of a kind."""
        self._drawn[kind] += 1
        return derived(kind, self._job, self._drawn[kind])

    def many(self, kind: Kind, count: int) -> list[str]:
        """Return the job's next ``count`` ids of a kind."""
        return [self.mint(kind) for _ in range(count)]


def frame(job: Job) -> pl.DataFrame:
    """Return a job as the row that holds it."""
    by = {"roles": sorted(job.actor.roles), "scope": job.actor.scope}
    row = {
        "id": job.id, "kind": job.kind, "state": str(job.state), "actor": job.actor.id,
        "request": canonical_json({"by": by, "options": dict(job.options)}),  # type: ignore[dict-item]
        "progress": json.dumps([job.step, round(job.share, 4), job.runs]),
        "result": job.result,
        "error": canonical_json(job.error) if job.error else "",
        "queued_at": job.queued_at, "started_at": job.started_at, "ended_at": job.ended_at,
        "version": job.version,
    }  # fmt: skip
    return pl.DataFrame([row])


def _read(row: Row) -> Job:
    request = json.loads(str(row["request"]))
    step, share, runs = json.loads(str(row["progress"]))
    by = request["by"]
    roles = frozenset(Role(r) for r in by["roles"])
    return Job(
        id=str(row["id"]), kind=str(row["kind"]), state=JobState(str(row["state"])),
        actor=Actor(str(row["actor"]), roles, by["scope"]), options=request["options"],
        step=step, share=share, result=str(row["result"]),
        error=json.loads(str(row["error"])) if row["error"] else None,
        queued_at=_int(row["queued_at"]), started_at=_int(row["started_at"]),
        ended_at=_int(row["ended_at"]), version=_int(row["version"]),
        runs=runs,
    )  # fmt: skip


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def told_of(error: DoudiError) -> dict[str, Json]:
    """Return an error as JSON: the Chinese templates with plain parameters, rendered later."""
    changes = getattr(error, "changes", ())
    return {
        "code": error.code,
        "retry": error.retry,
        "what": _json(error.what),
        "advice": _json(error.advice) if error.advice else None,
        "changes": [_json(change) for change in changes],
    }


def _json(text: Text) -> dict[str, Json]:
    return {"zh": text.zh, "params": {k: _plain(v) for k, v in text.params.items()}}


def _plain(value: object) -> Json:
    if isinstance(value, Text):
        return _json(value)
    return value if isinstance(value, str | int) else str(value)


def text_of(told: Json) -> Text:
    """Return the text that a job's error holds, "" for none."""
    if not isinstance(told, dict):
        return Text("")
    params = told.get("params")
    values = params.items() if isinstance(params, dict) else ()
    given = {k: text_of(v) if isinstance(v, dict) else v for k, v in values}
    return Text(str(told.get("zh", "")), given)
