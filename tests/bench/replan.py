"""Re-plan at 100,000 households: one road, one township, one lot; and options for one new need.

``usual_s`` is the slowest of the three changes, from the change to the first plan with named
households, goals and bounds; ``floors_s`` until fairness is settled too, where others have to lend.
``*_cpu_s`` are the same in processor time of this process, for a machine that others use as well.
``broad_million_s`` is the broad change (5% of the needs and one road) at ``broad`` households, by
the clock until the first whole answer (``broad`` tells each step); None where ``broad`` is 0.
``--set usual=0`` leaves the usual changes out, ``--set judge=0`` the broad answer's `check`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

from optimizer.check import check
from optimizer.keep import published
from optimizer.order import ORDINARY, Aims
from optimizer.problem import Problem
from optimizer.replan.options import Ask, Desk
from optimizer.replan.patch import Patch, between
from optimizer.replan.published import Published, prepare
from optimizer.replan.solve import Answer, Wish, answers
from optimizer.solve import solve
from optimizer.validate import validate
from tests.bench.broad import broad as broad_change
from tests.bench.districts import Change, changes, substituted
from tests.bench.peers import district

ASKED = 40
T = TypeVar("T")


@dataclass(frozen=True)
class Timed:
    """Seconds by the clock and of processor time."""

    clock: float
    cpu: float


def run(
    households: int = 100_000, rounds: int = 3, compare: int = 0, broad: int = 1_000_000, usual: int = 1,
    judge: int = 1,
) -> dict[str, object]:  # fmt: skip
    """Time the usual changes and the broad one; ``broad`` is its households, 0 leaves it out.

    With ``compare`` one of the usual changes is solved from scratch as well.
    """
    found = _usual(households, rounds, compare) if usual else {}
    wide = broad_change(broad, bool(judge)) if broad else None
    first = wide["steps"][0]["s"] if wide else None
    return {**found, "broad_million_s": first, "broad": wide}


def _usual(households: int, rounds: int, compare: int) -> dict[str, object]:
    problem = validate(substituted(district(households)))
    plan = solve(problem)
    old, ready = _timed(lambda: prepare(problem, plan))
    assert old.hashes.len()
    assert old.owed.height
    _say(f"{households} households, prepared in {ready.clock:.1f} s")
    found: dict[str, object] = {"households": households, "prepare_s": round(ready.clock, 2)}
    firsts, floors, kept, broken = [], [], [], 0
    for change in changes(old):
        seen = _measured(old, change, rounds)
        firsts.append(seen[0])
        floors.append(seen[1])
        last = seen[2]
        kept.append(last.difference.kept_share)
        aims = Aims(ORDINARY, published(old.lines, days=problem.days))
        broken += len(check(change.problem, last.solution, aims))
        found[change.name] = {
            "first_s": round(seen[0].clock, 2), "first_cpu_s": round(seen[0].cpu, 2),
            "last_s": round(seen[1].clock, 2), "last_cpu_s": round(seen[1].cpu, 2),
            "reach": last.reach.value, "moves": last.difference.moves.height,
            "kept_share": round(last.difference.kept_share, 4),
            "goals": {g.name: [g.before, g.after, g.bound] for g in last.difference.goals},
            **(_scratch(change.problem) if compare and change.name == "lot" else {}),
        }  # fmt: skip
        _say(f"{change.name}: {found[change.name]}")
    ask_ms = _options(old)
    return {
        "usual_s": round(max(t.clock for t in firsts), 2),
        "usual_cpu_s": round(max(t.cpu for t in firsts), 2),
        "floors_s": round(max(t.clock for t in floors), 2),
        "floors_cpu_s": round(max(t.cpu for t in floors), 2),
        "options_ms": round(ask_ms, 2),
        "kept_share": round(min(kept), 4), "violations": broken, **found,
    }  # fmt: skip


def _measured(old: Published, change: Change, rounds: int) -> tuple[Timed, Timed, Answer]:
    firsts, lasts = [], []
    last: Answer | None = None
    for _ in range(rounds):
        begun = time.perf_counter(), time.process_time()
        patch = between(old, change.problem, change.townships or None)
        assert isinstance(patch, Patch)
        for n, answer in enumerate(answers(old, change.problem, Wish(whole=None), patch)):
            last = answer
            spent = Timed(time.perf_counter() - begun[0], time.process_time() - begun[1])
            if not n:
                firsts.append(spent)
        lasts.append(spent)
    assert last is not None
    return _middle(firsts), _middle(lasts), last


def _middle(times: list[Timed]) -> Timed:
    return Timed(median(t.clock for t in times), median(t.cpu for t in times))


def _scratch(problem: Problem) -> dict[str, object]:
    plan, spent = _timed(lambda: solve(problem))
    return {"scratch_s": round(spent.clock, 1), "scratch_cpu_s": round(spent.cpu, 1),
            "scratch": {g.name: g.value for g in plan.goals}}  # fmt: skip


def _options(old: Published) -> float:
    """Return the slowest of many questions, in milliseconds."""
    desk = Desk(old)
    rows = old.needs.gather_every(max(old.needs.height // ASKED, 1)).to_dicts()
    worst = 0.0
    for row in rows:
        ask = Ask(row["point"], row["township"], row["item"], row["basic"], 3, row["day"],
                  row["daily"], row["survival"], 1, 2000, tuple(row["groups"]))  # fmt: skip
        begun = time.perf_counter()
        desk.options(ask)
        worst = max(worst, (time.perf_counter() - begun) * 1000)
    return worst


def _timed(call: Callable[[], T]) -> tuple[T, Timed]:
    begun = time.perf_counter(), time.process_time()
    result = call()
    return result, Timed(time.perf_counter() - begun[0], time.process_time() - begun[1])


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
