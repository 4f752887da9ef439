"""New sites: the master with whole openings, until the gap holds for whole sites too."""

from __future__ import annotations

import numpy as np

from optimizer.restock.firststage import Decision, nothing
from optimizer.restock.inout import STEP
from optimizer.restock.lshaped import Course, judge
from optimizer.restock.mixed import extended, minimise
from optimizer.restock.problem import Limits

HALF = 0.5
FINE = 0.1
"""The mixed master is solved to this part of the gap that is asked for."""


def settle(course: Course, limits: Limits) -> Course:
    """Go on with whole openings; the course is changed and returned. Without candidates: nothing."""
    if not len(course.master.layout.candidates):
        return course
    course.best = min(
        (judge(course.case, p) for p in _closed(course)), key=lambda judged: judged.value
    )
    for _ in range(limits.rounds):
        bound, plan = _solve(course, limits)
        rose = course.raise_to(bound)
        seen = course.learn(plan)
        if seen.value < course.best.value:
            course.best = seen
        course.note()
        if course.gap <= limits.gap or course.out_of_time(limits):
            break
        if rose:
            course.learn(course.best.plan.toward(plan, STEP))
    return course


def _closed(course: Course) -> list[Decision]:
    """Whole plans to start from: nothing; and what is best, if its openings are whole."""
    best = course.best.plan
    whole = np.all((best.opened == 0) | (best.opened == 1))
    return [nothing(course.case), best] if whole else [nothing(course.case)]


def _solve(course: Course, limits: Limits) -> tuple[float, Decision]:
    master = course.master
    which, values = master.aim()
    costs = np.zeros(master.simplex.size)
    costs[which] = values
    while True:
        rows = [(c.columns, c.values, c.low) for c in master.cuts]
        program = extended(master.program, rows, master.simplex.size)
        answer = minimise(program, costs, master.layout.opened, gap=limits.gap * FINE)
        master.last = answer.values
        plan = master.layout.decision(master.case, answer.values)
        plan.opened[:] = plan.opened > HALF
        over = master.layout.too_many(master.case, plan)
        if not len(over):
            return answer.bound * master.scale, plan
        master.at_most(over)
