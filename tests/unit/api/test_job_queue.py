"""The queue: order, progress, faults, and what a new process does with what an old one left."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import polars as pl
import pytest

from api.jobs import Jobs, Work
from api.usecases.context import Context, Progress
from api.usecases.job_rows import MOST_RUNS, Job, JobMint, JobState, enqueue, find, frame
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import StoreBusy
from graphcore.domain.ids import Kind
from graphcore.domain.text import say
from graphcore.store.port import GraphStore, WriteUnit
from tests.support.small_world import DISTRICT, NAMES, context

BY = Actor("key-dispatcher", frozenset({Role.DISPATCHER}), DISTRICT)
PATIENCE_S = 20.0


@pytest.fixture
def ctx(store: GraphStore) -> Context:
    return context(store)


def queue(ctx: Context, job_id: str = "J-1", kind: str = "w", **more: object) -> Job:
    """Queue a job."""
    job = Job(job_id, kind, JobState.QUEUED, BY, {}, queued_at=ctx.clock())
    job = replace(job, **more)  # type: ignore[arg-type]
    ctx.store.write(DISTRICT, lambda unit: enqueue(unit, job))
    return job


def stored(ctx: Context, job_id: str = "J-1") -> Job:
    """Read a job's row."""
    return ctx.store.read(lambda unit: find(unit, job_id))


@contextmanager
def working(ctx: Context, works: Mapping[str, Work]) -> Iterator[Jobs]:
    """Run a queue, as one process does."""
    jobs = Jobs(ctx, works)
    jobs.start()
    try:
        yield jobs
    finally:
        jobs.stop(PATIENCE_S)


def worked_off(ctx: Context, works: Mapping[str, Work], job_id: str = "J-1") -> Job:
    """Run a queue until a job is over; return it."""
    with working(ctx, works):
        until(lambda: stored(ctx, job_id).state.over)
    return stored(ctx, job_id)


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    pause = threading.Event()
    for _ in range(1000):
        if holds():
            return
        pause.wait(PATIENCE_S / 1000)
    raise AssertionError("it never came true")


def effect(ctx: Context, job: Job, _progress: Progress) -> str:
    """Make one donor, named by the job's mint, unless it is there: a work that may run again."""
    made = ctx.mint.mint(Kind.DONOR)

    def write(unit: WriteUnit) -> None:
        if unit.nodes("Donor", [made]).is_empty():
            unit.create("Donor", pl.DataFrame([{"id": made, "name": "-", "version": 1}]))

    ctx.store.write(DISTRICT, write)
    return made


def donors(ctx: Context) -> list[str]:
    """Ids of the donors made."""
    ids: list[str] = ctx.store.read(lambda unit: unit.nodes("Donor")["id"].to_list())
    return ids


def test_a_job_is_worked_off(ctx: Context) -> None:
    queue(ctx)
    job = worked_off(ctx, {"w": effect})
    assert (job.state, job.share, job.step, job.runs) == (JobState.DONE, 1.0, "done", 1)
    assert [job.result] == donors(ctx) == [JobMint("J-1").mint(Kind.DONOR)]
    assert job.queued_at < job.started_at < job.ended_at


def test_the_oldest_comes_first(ctx: Context) -> None:
    order: list[str] = []

    def work(_ctx: Context, job: Job, _progress: Progress) -> str:
        order.append(job.id)
        return ""

    for job_id in ("J-3", "J-1", "J-2"):
        queue(ctx, job_id)
    worked_off(ctx, {"w": work}, "J-2")
    assert order == ["J-3", "J-1", "J-2"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_job_that_a_killed_worker_left_runs_again_and_has_one_effect(ctx: Context) -> None:
    def killed(ctx: Context, job: Job, progress: Progress) -> str:
        effect(ctx, job, progress)
        raise SystemExit  # the thread ends between the effect and the row

    queue(ctx)
    with working(ctx, {"w": killed}) as jobs:
        until(lambda: not jobs._thread.is_alive())
    assert stored(ctx).state is JobState.RUNNING
    assert len(donors(ctx)) == 1
    job = worked_off(ctx, {"w": effect})
    assert (job.state, job.runs) == (JobState.DONE, 2)
    assert donors(ctx) == [job.result]


@pytest.mark.parametrize(
    ("runs", "state"), [(MOST_RUNS - 1, JobState.DONE), (MOST_RUNS, JobState.FAILED)]
)
def test_a_job_whose_process_always_ends_is_not_begun_for_ever(
    ctx: Context, runs: int, state: JobState
) -> None:
    queue(ctx, state=JobState.RUNNING, runs=runs)
    job = worked_off(ctx, {"w": effect})
    assert job.state is state
    assert bool(job.error) is (state is JobState.FAILED)


def test_a_shut_down_queues_the_running_job_again_and_counts_no_run(ctx: Context) -> None:
    began, go = threading.Event(), threading.Event()

    def work(ctx: Context, job: Job, progress: Progress) -> str:
        progress("step", 0.5)
        began.set()
        assert go.wait(PATIENCE_S)
        progress("step", 0.6)
        return effect(ctx, job, progress)

    queue(ctx)
    with working(ctx, {"w": work}) as jobs:
        assert began.wait(PATIENCE_S)
        jobs.halt()
        go.set()
    left = stored(ctx)
    assert (left.state, left.step, left.share, left.runs) == (JobState.QUEUED, "", 0.0, 0)
    assert donors(ctx) == []
    assert worked_off(ctx, {"w": work}).state is JobState.DONE


def test_a_kind_that_this_version_does_not_know_fails(ctx: Context) -> None:
    queue(ctx, kind="of-old")
    job = worked_off(ctx, {"w": effect})
    assert job.state is JobState.FAILED
    assert job.error is not None
    assert job.error["code"] == "wrong_state"


def test_one_jobs_fault_does_not_end_the_queue(
    ctx: Context, caplog: pytest.LogCaptureFixture
) -> None:
    def faulty(_ctx: Context, _job: Job, _progress: Progress) -> str:
        raise KeyError(NAMES[0])

    queue(ctx, "J-1", "bad")
    queue(ctx, "J-2")
    assert worked_off(ctx, {"bad": faulty, "w": effect}, "J-2").state is JobState.DONE
    failed = stored(ctx, "J-1")
    assert failed.error is not None
    assert failed.error["code"] == "error"
    assert NAMES[0] not in str(failed) + caplog.text


def test_a_row_that_cannot_be_read_does_not_end_the_queue(ctx: Context) -> None:
    job = queue(ctx)
    broken = frame(job).with_columns(pl.lit("no json").alias("request"))
    ctx.store.write(DISTRICT, lambda unit: unit.update("Job", broken))
    with working(ctx, {"w": effect}) as jobs:
        until(lambda: not jobs._wake.is_set())
        ctx.store.write(DISTRICT, lambda unit: unit.update("Job", frame(job)))
        jobs.wake()
        until(lambda: stored(ctx).state.over)
    assert stored(ctx).state is JobState.DONE


def test_an_error_of_the_store_that_passes_is_waited_out(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.jobs.RETRY_S", 0.01)
    write, failures = ctx.store.write, iter([False, True])

    def busy(*args: object) -> object:
        if next(failures, False):  # the second write: the job's end
            raise StoreBusy(say("忙。"))
        return write(*args)  # type: ignore[arg-type]

    def work(_ctx: Context, _job: Job, _progress: Progress) -> str:
        return "made"

    queue(ctx)
    monkeypatch.setattr(ctx.store, "write", busy)
    job = worked_off(ctx, {"w": work})
    assert (job.state, job.result, job.runs) == (JobState.DONE, "made", 2)


def test_progress_is_told_at_once_and_stored_now_and_then(ctx: Context) -> None:
    """The small world's clock moves a second a look, so every step is due to be stored."""
    told: list[Job] = []
    rows: list[float] = []

    def work(ctx: Context, job: Job, progress: Progress) -> str:
        for share in (0.0, 0.5, 2.0):
            progress("step", share)
            rows.append(stored(ctx).share)
        return ""

    queue(ctx)
    jobs = Jobs(ctx, {"w": work})
    with jobs.listen("J-1", told.append):
        jobs.start()
        until(lambda: stored(ctx).state.over)
        jobs.stop(PATIENCE_S)
    assert rows == [0.0, 0.5, 1.0]
    assert [j.share for j in told] == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert [j.version for j in told] == sorted(j.version for j in told)
    assert jobs._listeners == {}


def test_starting_over_nothing_writes_nothing(ctx: Context) -> None:
    with working(ctx, {}):
        pass
    assert ctx.store.read(lambda unit: unit.rows("chain.heads")) == []


def test_a_jobs_ids_depend_on_the_job_and_kind_alone() -> None:
    first, second = JobMint("J-1"), JobMint("J-1")
    first.mint(Kind.EVENT)
    plans = [first.mint(Kind.PLAN), *first.many(Kind.PLAN, 2)]
    assert plans == second.many(Kind.PLAN, 3)
    assert len(set(plans)) == 3
    assert JobMint("J-2").mint(Kind.PLAN) not in plans
