"""A broad change at a million households: 5% of the needs and one road, the answer as it improves.

The plan in force is made in one process and kept in a file; the re-plan runs in another, whose
processor time, clock and peak memory are what is told.
"""

from __future__ import annotations

import pickle
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from optimizer.check import check
from optimizer.keep import published
from optimizer.order import ORDINARY, Aims
from optimizer.problem import Limits, Problem
from optimizer.replan.published import Published, prepare
from optimizer.replan.solve import Answer, Wish, answers
from optimizer.solve import solve
from optimizer.validate import validate
from tests.bench.districts import changes, substituted
from tests.support.apart import alone
from tests.support.provinces import province

EACH = 20  # one need in so many is one unit more
KEEP = 0.0001  # of weighted coverage, to move fewer lines


def broad(households: int, judge: bool) -> dict[str, Any]:
    """Return what the broad change took, step by step, and what was kept of the published plan."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder, "plan"))
        alone(make, file, households)
        return alone(replanned, file, judge)


def make(file: str, households: int) -> None:
    """Make a province and its plan, and keep both in a file."""
    problem = validate(
        substituted(province(1, households=households, townships=30, warehouses=10, items=12))
    )
    plan = solve(problem, Limits(work=100_000_000))
    with Path(file).open("wb") as out:
        pickle.dump((problem, plan), out)
    _say(f"broad: {problem.needs.height} needs, {plan.lines.height} lines, {plan.counts}")


def replanned(file: str, judge: bool) -> dict[str, object]:
    """Answer the broad change to the plan in a file, step by step."""
    with Path(file).open("rb") as kept:
        problem, plan = pickle.load(kept)
    needs = problem.needs.height
    old = prepare(problem, plan)
    assert old.hashes.len()
    assert old.owed.height
    del problem, plan
    new = changed(old)
    began, spent = time.perf_counter(), time.process_time()
    steps: list[dict[str, object]] = []
    last: Answer | None = None
    for answer in answers(old, new, Wish(keep=KEEP)):
        last = answer
        steps.append({
            "reach": answer.reach.value, "s": round(time.perf_counter() - began, 1),
            "cpu_s": round(time.process_time() - spent, 1),
            "kept_share": round(answer.difference.kept_share, 4),
            "moves": answer.difference.moves.height,
            "goals": {g.name: [g.before, g.after, g.bound] for g in answer.difference.goals},
        })  # fmt: skip
        _say(f"broad: {steps[-1]}")
    assert last is not None
    aims = Aims(ORDINARY, published(old.lines, days=new.days))
    return {
        "needs": needs, "lines": old.lines.height, "steps": steps,
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        "violations": len(check(new, last.solution, aims)) if judge else None,
    }  # fmt: skip


def changed(old: Published) -> Problem:
    """Return the problem with one need in `EACH` one unit more, and a township's road cut."""
    problem = old.problem
    more = (pl.int_range(pl.len()) % EACH == 0).cast(pl.Int64)
    needs = problem.needs.with_columns(pl.col("quantity") + more)
    return replace(changes(old)[0].problem, needs=needs)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
