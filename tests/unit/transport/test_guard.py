"""An engine in its own process: its answer comes back, and it is ended when it never answers."""

from __future__ import annotations

import os
import time
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import pytest

from graphcore.domain.errors import SolverError
from optimizer.transport.engine import PyVrp
from optimizer.transport.guard import Guarded
from optimizer.transport.router import Carrier, Effort, Found, Task, Visit

NEAR = np.array([[0, 5], [5, 0]], dtype=np.int64)
TASK = Task((Visit("a", 1, (1,)),), (Carrier("t", (1,)),), (NEAR,), (NEAR,))
QUICK = Effort(iterations=20)


@dataclass(frozen=True)
class Endless:
    def route(self, task: Task, effort: Effort) -> Found:  # noqa: ARG002
        while True:
            time.sleep(1)


@dataclass(frozen=True)
class Naming:
    def route(self, task: Task, effort: Effort) -> Found:  # noqa: ARG002
        return Found({}, iterations=os.getpid())


@dataclass(frozen=True)
class Dying:
    def route(self, task: Task, effort: Effort) -> Found:  # noqa: ARG002
        os._exit(3)


def test_the_answer_is_the_engines() -> None:
    with closing(Guarded(PyVrp())) as guarded:
        assert guarded.route(TASK, QUICK) == PyVrp().route(TASK, QUICK)


def test_one_process_serves_task_after_task_until_it_is_closed() -> None:
    with closing(Guarded(Naming())) as guarded:
        first, second = guarded.route(TASK, QUICK), guarded.route(TASK, QUICK)
    assert first.iterations == second.iterations != os.getpid()
    guarded.close()  # again is no error


def test_an_engine_that_never_ends_is_ended_and_marked() -> None:
    assert Guarded(Endless(), patience=1.0).route(TASK, QUICK) == Found({}, by_clock=True)


def test_an_engine_that_dies_is_an_error() -> None:
    with pytest.raises(SolverError):
        Guarded(Dying()).route(TASK, QUICK)
