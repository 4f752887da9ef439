"""A plan made on a Ray cluster of this machine, with a worker killed on the way: what came of it.

For a process of its own (`tests.support.apart.alone`): Ray takes over signals and leaves processes
behind for a moment, which other tests would be blamed for.
"""

from __future__ import annotations

import os
import signal
import tempfile
from contextlib import nullcontext
from typing import Any
from unittest import mock

import polars as pl

from graphcore.domain.errors import ProblemInvalid
from optimizer.problem import Limits, Problem
from optimizer.scale.cluster import Place, RayEngine, cluster
from optimizer.scale.counties import County
from optimizer.scale.solve import Together, solve_at, solve_counties, solve_side_by_side
from optimizer.scale.workers import Engine, Here
from tests.support.provinces import cut, province

LIMITS = Limits(work=40_000, simplex_columns=0)  # 40 steps: the first goals, then no more


class Deadly:
    """The engine whose n-th worker's process is killed right before a call on its parts."""

    def __init__(self, engine: RayEngine, worker: int, call: int) -> None:
        self._engine, self._who, self._left = engine, worker, call
        self.workers = engine.workers
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def send(self, worker: int, method: str, *given: object) -> object:
        if worker == self._who and method == "tell":
            self.calls += 1
            if self.calls == self._left:
                told = self._engine.send(worker, "run", eval, "__import__('os').getpid()")
                os.kill(self._engine.wait(told), signal.SIGKILL)
        return self._engine.send(worker, method, *given)


def killed_and_compared() -> dict[str, object]:
    """Return facts of plans on Ray beside the same plans in one process."""
    problem = province(1, households=120, townships=4, warehouses=2, items=3, days=1)
    counties = [County(name, needs) for name, needs in cut(problem.needs, 2)]
    with (
        tempfile.TemporaryDirectory(prefix="doudi") as folder,
        cluster(Place(2, folder=folder, store_bytes=100 << 20)) as engine,
    ):
        one = solve_counties(Here(), problem, counties, LIMITS)
        two = solve_counties(Deadly(engine, 1, 60), problem, counties, LIMITS)
        with (
            mock.patch("optimizer.scale.solve.WORTH", 1),
            mock.patch("optimizer.scale.solve.cluster", return_value=nullcontext(engine)),
        ):
            shared = solve_at(Place(2), problem, LIMITS)
        errors = [_error(each, problem) for each in (Here(), engine)]
    whole = solve_side_by_side(Here(), problem, LIMITS)
    return {
        "rebuilt": two.rebuilt, "same_goals": one.goals == two.goals,
        "same_lines": _lines(one).equals(_lines(two)), "lines": _lines(one).height,
        "shared_out": shared.lines.equals(whole.lines), "error": errors[0],
        "same_error": errors[0] == errors[1],
    }  # fmt: skip


def _lines(plan: Together) -> pl.DataFrame:
    return pl.concat([c.lines for c in plan.counties if isinstance(c.lines, pl.DataFrame)])


def _error(engine: Engine, problem: Problem) -> str:
    bad = problem.needs.with_columns(quantity=pl.lit(0, pl.Int64))
    try:
        solve_counties(engine, problem, [County("C", bad)], LIMITS)
    except ProblemInvalid as error:
        return f"{error.field}: {error.what}"
    return ""
