"""Runs an engine in a process of its own, so that one that never ends can be ended.

PyVRP's local search was seen to cycle forever on rare inputs, inside compiled code that no clock of
its own interrupts. A guarded engine that outlives its patience is stopped; the task then counts as
unanswered, is routed by insertion alone (`optimizer.transport.complete`), and is marked. The
process serves task after task: starting one costs more than most searches.
"""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from graphcore.domain.errors import SolverError
from graphcore.domain.text import say
from optimizer.transport.router import Effort, Found, Router, Task


@dataclass
class Guarded:
    """An engine in a child process; it and its tasks are pickled. Close it when done."""

    engine: Router
    patience: float = 600.0  # seconds for one task, far above any honest run
    _worker: _Worker | None = field(default=None, init=False, repr=False)

    def route(self, task: Task, effort: Effort) -> Found:
        """See `Router.route`.

        Raises:
            SolverError: the child died.
        """
        worker, self._worker = self._worker or _start(self.engine), None
        try:
            found = worker.answer(task, effort, self.patience)
        except BaseException:
            worker.end()
            raise
        if found is None:
            worker.end()
            return Found({}, by_clock=True)
        self._worker = worker
        return found

    def close(self) -> None:
        """End the child process, if there is one."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()


@dataclass(frozen=True)
class _Worker:
    child: SpawnProcess
    pipe: Connection

    def answer(self, task: Task, effort: Effort, patience: float) -> Found | None:
        """Return what the engine finds, None if it does not end in time."""
        try:
            self.pipe.send((task, effort))
            if not self.pipe.poll(patience):
                return None
            found = self.pipe.recv()
        except (EOFError, OSError) as error:
            raise SolverError(
                say("路线求解进程意外退出。"),
                say("请重试；若再次出现，请减少一次计划的车次后报告。"),
            ) from error
        assert isinstance(found, Found)
        return found

    def end(self) -> None:
        self.child.kill()
        self.child.join()
        self.child.close()
        self.pipe.close()


def _start(engine: Router) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_child, args=(theirs, engine), daemon=True)
    child.start()
    theirs.close()
    return _Worker(child, ours)


def _child(pipe: Connection, engine: Router) -> None:
    """Answer tasks until the other end is gone."""
    try:
        while True:
            pipe.send(engine.route(*pipe.recv()))
    except (EOFError, OSError):
        return
