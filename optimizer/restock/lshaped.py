"""The L-shaped method for restocking: cuts by item and group, and by scenario of the tail."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.engines.simplex import Ended
from optimizer.problem import Limits as Work
from optimizer.restock.arrays import Case, Floats, Ints
from optimizer.restock.firststage import Decision, cost, nothing
from optimizer.restock.inout import Search, ends_at
from optimizer.restock.master import Master
from optimizer.restock.problem import Limits
from optimizer.restock.recourse import Answer, cvar, evaluate

WIDER = 1.25
"""The tail cuts cover this many times the tail's own scenarios."""


@dataclass(frozen=True)
class Judged:
    """A first stage with its losses by scenario, all in fen."""

    plan: Decision
    cost: float
    loss: Floats  # (W,) achieved
    expected: float
    cvar: float
    value: float
    answers: list[Answer]


def judge(case: Case, plan: Decision) -> Judged:
    """Evaluate a first stage over all scenarios."""
    answers = evaluate(case, plan.buys, plan.moves)
    loss = np.sum([a.loss for a in answers], axis=0) + np.zeros(len(case.scenarios))
    tail = cvar(loss, case.probability, case.risk.alpha)
    spent, expected = cost(case, plan), float(loss @ case.probability)
    return Judged(
        plan, spent, loss, expected, tail, spent + expected + case.risk.weight * tail, answers
    )


@dataclass
class Course(Search[Decision]):
    """A solve in progress: the best plan, the bound, and every round so far."""

    case: Case
    master: Master
    best: Judged

    @property
    def value(self) -> float:
        """Cost, expected loss and weighted tail of the best plan, in fen."""
        return self.best.value

    @property
    def cuts(self) -> int:
        """How many rows the master has learnt."""
        return len(self.master.cuts)

    def ask(self) -> tuple[float, Decision]:
        """Solve the master."""
        try:
            return self.master.solve()
        except Ended:
            self.by_clock = self.master.simplex.by_clock
            raise

    def look(self, plan: Decision, step: float) -> None:
        """Take cuts between the best plan and the master's; keep the point if it is better."""
        seen = self.learn(self.best.plan.toward(plan, step))
        if seen.value < self.best.value:
            self.best = seen

    def learn(self, plan: Decision) -> Judged:
        """Evaluate a plan and give the master its cuts."""
        seen = judge(self.case, plan)
        self.master.learn(seen.answers, tail_of(self.case, seen.loss))
        return seen


def start(case: Case, limits: Limits, first: Decision | None = None) -> Course:
    """Evaluate the first plan (doing nothing, if none is given) and open a master."""
    best = judge(case, first or nothing(case))
    scale = max(best.value / 1e4, 1.0)
    work = Work(work=limits.work, seconds=limits.seconds)
    master = Master(case, grouped(case, limits.groups), scale, work)
    master.learn(best.answers, tail_of(case, best.loss))
    return Course(case, master, best, ends=ends_at(limits))


def tail_of(case: Case, loss: Floats) -> Ints:
    """Return the worst scenarios, a little more than the tail holds."""
    order = np.argsort(-loss, kind="stable")
    mass = np.cumsum(case.probability[order])
    share = min(1.0, WIDER * (1.0 - case.risk.alpha))
    return np.sort(order[: int(np.searchsorted(mass, share)) + 1])


def grouped(case: Case, groups: int) -> Ints:
    """Return each scenario's group: alike ones together, by when they strike and what they hit."""
    weight = np.zeros(len(case.scenarios))
    total = np.zeros(len(case.scenarios))
    for block in case.blocks:
        worth = block.row_need * block.row_short.astype(float)
        weight += np.bincount(block.row_scenario, worth * block.row_township, len(weight))
        total += np.bincount(block.row_scenario, worth, len(weight))
    centre = weight / np.maximum(total, 1.0)
    order = np.lexsort((centre, case.callable.sum(axis=1)))
    group = np.empty(len(order), dtype=np.int64)
    group[order] = np.arange(len(order)) * min(groups, len(order)) // max(len(order), 1)
    return group


def solve(case: Case, limits: Limits, first: Decision | None = None) -> Course:
    """Solve with sites opened in part (the relaxation of new sites)."""
    course = start(case, limits, first)
    course.run(limits)
    return course


def with_budget(course: Course, budget: Floats, limits: Limits) -> Course:
    """Solve again for another cumulated budget: cuts bound losses whatever the money."""
    course.master.free(budget)
    case = replace(course.case, budget=budget)
    course.master.case = case
    again = Course(case, course.master, judge(case, nothing(case)))
    again.run(limits)
    return again
