"""The L-shaped method: in-out points, cuts by item and group, a certified gap each round."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.engines.simplex import INF, Ended
from optimizer.problem import Limits as Work
from optimizer.restock.arrays import Case, Floats, Ints
from optimizer.restock.firststage import Decision, cost, nothing
from optimizer.restock.master import Master
from optimizer.restock.problem import Limits, Round
from optimizer.restock.recourse import Answer, cvar, evaluate

STEP = 0.5
"""How far from the best known plan towards the master's plan the next cuts are taken."""
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
class Course:
    """A solve in progress: the best plan, the bound, and every round so far."""

    case: Case
    master: Master
    best: Judged
    bound: float
    rounds: list[Round]
    by_clock: bool = False
    ends: float = INF  # by the clock handed in

    def out_of_time(self, limits: Limits) -> bool:
        """Whether the clock has ended the solve; marks it."""
        self.by_clock = self.by_clock or (limits.clock is not None and limits.clock() > self.ends)
        return self.by_clock

    @property
    def gap(self) -> float:
        """Relative gap that is certain now."""
        return Round(0, self.bound, self.best.value).gap


def start(case: Case, limits: Limits, first: Decision | None = None) -> Course:
    """Evaluate the first plan (doing nothing, if none is given) and open a master."""
    ends = INF
    if limits.clock is not None and limits.seconds is not None:
        ends = limits.clock() + limits.seconds
    best = judge(case, first or nothing(case))
    scale = max(best.value / 1e4, 1.0)
    work = Work(work=limits.work, seconds=limits.seconds)
    master = Master(case, grouped(case, limits.groups), scale, work)
    master.learn(best.answers, tail_of(case, best.loss))
    return Course(case, master, best, 0.0, [], ends=ends)


def run(course: Course, limits: Limits) -> Course:
    """Go on until the gap is reached or a limit strikes; the course is changed and returned."""
    for _ in range(limits.rounds):
        try:
            bound, plan = course.master.solve()
        except Ended:
            course.by_clock = course.master.simplex.by_clock
            break
        rose = bound > course.bound * (1 + 1e-9)
        course.bound = max(course.bound, bound)
        if _close(course, limits):
            break
        known = len(course.master.cuts)
        _look(course, plan, STEP if rose else 1.0)
        course.rounds.append(Round(len(course.rounds) + 1, course.bound, course.best.value))
        if course.gap <= limits.gap or (not rose and len(course.master.cuts) == known):
            break  # the second: nothing left to learn, the rest is the grain of the flows
        if course.out_of_time(limits):
            break
    return course


def _close(course: Course, limits: Limits) -> bool:
    if course.gap <= limits.gap:
        course.rounds.append(Round(len(course.rounds) + 1, course.bound, course.best.value))
        return True
    return False


def _look(course: Course, plan: Decision, step: float) -> None:
    """Take cuts between the best plan and the master's; keep the point if it is better."""
    seen = judge(course.case, course.best.plan.toward(plan, step))
    course.master.learn(seen.answers, tail_of(course.case, seen.loss))
    if seen.value < course.best.value:
        course.best = seen


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
    return run(start(case, limits, first), limits)


def with_budget(course: Course, budget: Floats, limits: Limits) -> Course:
    """Solve again for another cumulated budget: cuts bound losses whatever the money."""
    course.master.free(budget)
    case = replace(course.case, budget=budget)
    course.master.case = case
    again = Course(case, course.master, judge(case, nothing(case)), 0.0, [])
    return run(again, limits)
