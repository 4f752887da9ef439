"""Long work: jobs are rows in the graph, worked off one at a time by a thread of this process.

A job is queued in the write unit of the request that asked for it, so that the request's
idempotency record and its effect commit together. Whatever was queued or running when the process
ended is queued again at the next start. Progress goes to listeners at once and into the row at
most every `STORE_EVERY` microseconds.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final, TypeAlias

from api.usecases.context import Context, Progress
from api.usecases.job_rows import (
    Job,
    JobMint,
    JobState,
    again,
    cut_off,
    find,
    frame,
    told_of,
    waiting,
)
from graphcore.domain.errors import DoudiError, StoreError, WrongState
from graphcore.domain.text import say
from graphcore.store.port import WriteUnit

log = logging.getLogger("doudi.jobs")

STORE_EVERY: Final = 500_000
"""Least time between two writes of a job's progress, in microseconds."""

RETRY_S: Final = 1.0
"""Pause after an error of the store that a retry may help."""

Work: TypeAlias = Callable[[Context, Job, Progress], str]
"""Does a job of one kind and returns the id of what came of it. It may run again after a crash."""

Listener: TypeAlias = Callable[[Job], None]
"""Told of each change, on the worker's thread; must return at once."""


class Stopping(BaseException):
    """Raised into a running job through its progress when the process shuts down."""


class Jobs:
    """The queue of one process: start it, wake it after a commit, listen to it, stop it."""

    def __init__(self, ctx: Context, works: Mapping[str, Work]) -> None:
        self._ctx = ctx
        self._works = works
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._guard = threading.Lock()
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        self._thread = threading.Thread(target=self._run, name="doudi-jobs", daemon=True)

    def start(self) -> None:
        """Queue again what an earlier process left running, then begin to work."""
        self._requeue()
        self._thread.start()
        self.wake()

    def wake(self) -> None:
        """Say that a job was queued."""
        self._wake.set()

    def halt(self) -> None:
        """Ask the worker, and whoever listens, to end soon."""
        self._stop.set()
        self._wake.set()

    def stop(self, timeout_s: float = 10.0) -> None:
        """End the worker; a job that is running stays in its row and runs at the next start."""
        self.halt()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    @property
    def stopping(self) -> bool:
        """Whether the process is shutting down."""
        return self._stop.is_set()

    @contextmanager
    def listen(self, job_id: str, listener: Listener) -> Iterator[None]:
        """Call ``listener`` with each change of a job while the block runs."""
        with self._guard:
            self._listeners[job_id].append(listener)
        try:
            yield
        finally:
            with self._guard:
                self._listeners[job_id].remove(listener)
                if not self._listeners[job_id]:
                    del self._listeners[job_id]

    def _requeue(self) -> None:
        now, store = self._ctx.clock(), self._ctx.store

        def write(unit: WriteUnit) -> None:
            for job_id in waiting(unit, JobState.RUNNING):
                unit.update("Job", frame(cut_off(find(unit, job_id), now)))

        if store.read(lambda unit: waiting(unit, JobState.RUNNING)):
            store.write(self._ctx.district, write)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait()
            self._wake.clear()
            try:
                self._work_off()
            except StoreError as error:
                log.warning("the queue met an error of the store: %s", error.code)
                if error.retry and not self._stop.wait(RETRY_S):
                    self._resume()
            except Exception as error:  # noqa: BLE001 -- the queue outlives a row it cannot read
                log.error("the queue met a fault: %s", anonymous(error))  # noqa: TRY400

    def _resume(self) -> None:
        """Queue again what an error of the store cut off."""
        with suppress(StoreError):
            self._requeue()
        self._wake.set()

    def _work_off(self) -> None:
        while not self._stop.is_set():
            queued = self._ctx.store.read(lambda unit: waiting(unit, JobState.QUEUED))
            if not queued:
                return
            self._do(queued[0])

    def _do(self, job_id: str) -> None:
        job = self._ctx.store.read(lambda unit: find(unit, job_id))
        job = self._save(
            replace(job, state=JobState.RUNNING, started_at=self._ctx.clock(), runs=job.runs + 1)
        )
        report = _Report(self, job)
        try:
            ended = self._outcome(job, report)
        except Stopping:
            log.info("job %s was interrupted and will run again", job.id)
            with suppress(StoreError):  # left as running, it is queued anew at the next start
                self._save(replace(again(report.job), runs=job.runs - 1))
            return
        self._save(replace(ended, ended_at=self._ctx.clock()))

    def _outcome(self, job: Job, report: _Report) -> Job:
        ctx = replace(self._ctx, mint=JobMint(job.id))
        try:
            result = self._work_of(job)(ctx, job, report)
        except DoudiError as error:
            return replace(report.job, state=JobState.FAILED, error=told_of(error))
        except Exception as error:  # noqa: BLE001 -- one job's fault must not end the queue
            log.error("job %s failed: %s", job.id, anonymous(error))  # noqa: TRY400 -- no message
            advice = say("请把任务编号 {job} 告知管理员。", job=job.id)
            fault = DoudiError(say("任务因程序错误而中止。"), advice)
            return replace(report.job, state=JobState.FAILED, error=told_of(fault))
        return replace(report.job, state=JobState.DONE, step="done", share=1.0, result=result)

    def _work_of(self, job: Job) -> Work:
        work = self._works.get(job.kind)
        if work is None:
            gone = say("本版本不支持任务种类 {kind}。", kind=job.kind)
            raise WrongState(gone, say("请重新提交请求。"))
        return work

    def _save(self, job: Job) -> Job:
        job = replace(job, version=job.version + 1)
        self._ctx.store.write(self._ctx.district, lambda unit: unit.update("Job", frame(job)))
        self.tell(job)
        return job

    def now(self) -> int:
        """UTC microseconds by the product's clock."""
        return self._ctx.clock()

    def tell(self, job: Job) -> None:
        """Hand a change to whoever listens."""
        with self._guard:
            listeners = list(self._listeners.get(job.id, ()))
        for listener in listeners:
            listener(job)

    def note(self, job: Job, *, store: bool) -> Job:
        """Pass on progress, and store it if asked; progress that cannot be stored is only told.

        Raises:
            Stopping: the process is shutting down.
        """
        if self._stop.is_set():
            raise Stopping
        if store:
            with suppress(StoreError):
                return self._save(job)
        self.tell(job)
        return job


class _Report:
    """The progress of one running job."""

    def __init__(self, jobs: Jobs, job: Job) -> None:
        self._jobs, self.job = jobs, job
        self._stored_at = jobs.now()

    def __call__(self, step: str, share: float) -> None:
        now = self._jobs.now()
        due = now - self._stored_at >= STORE_EVERY
        moved = replace(self.job, step=step, share=min(max(share, 0.0), 1.0))
        self.job = self._jobs.note(moved, store=due)
        if due:
            self._stored_at = now


def anonymous(error: BaseException) -> str:
    """Return an error as type and places in the code: its message might hold personal data."""
    places = [f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in
              traceback.extract_tb(error.__traceback__)]  # fmt: skip
    return f"{type(error).__name__} at {' > '.join(places[-6:])}"
