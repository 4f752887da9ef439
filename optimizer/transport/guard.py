"""Runs an engine in a process of its own, so that one that never ends can be ended.

PyVRP's local search was seen to cycle forever on rare inputs, inside compiled code that no clock of
its own interrupts. A guarded engine that outlives its patience is stopped; the task then counts as
unanswered, is routed by insertion alone (`optimizer.transport.complete`), and is marked.
"""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from multiprocessing.connection import Connection

from graphcore.domain.errors import SolverError
from graphcore.domain.text import say
from optimizer.transport.router import Effort, Found, Router, Task


@dataclass(frozen=True)
class Guarded:
    """An engine in a child process; it and its tasks are pickled."""

    engine: Router
    patience: float = 600.0  # seconds for one task, far above any honest run

    def route(self, task: Task, effort: Effort) -> Found:
        """See `Router.route`.

        Raises:
            SolverError: the child died.
        """
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=_child, args=(theirs, self.engine, task, effort))
        child.start()
        theirs.close()
        try:
            return _answer(ours, self.patience)
        finally:
            child.kill()
            child.join()
            child.close()
            ours.close()


def _child(pipe: Connection, engine: Router, task: Task, effort: Effort) -> None:
    pipe.send(engine.route(task, effort))


def _answer(pipe: Connection, patience: float) -> Found:
    if not pipe.poll(patience):
        return Found({}, by_clock=True)
    try:
        found = pipe.recv()
    except EOFError as error:
        raise SolverError(
            say("路线求解进程意外退出。"), say("请重试；若再次出现，请减少一次计划的车次后报告。")
        ) from error
    assert isinstance(found, Found)
    return found
