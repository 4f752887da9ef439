"""Judges a plan without the solver: rule by rule, from the tables alone."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.rules.case import Violation
from optimizer.volunteers.problem import Plan, Problem
from optimizer.volunteers.rules import goals, people, tasks, time
from optimizer.volunteers.rules.case import Case

Rule = Callable[[Case], list[Violation]]
RULES: tuple[Rule, ...] = (
    people.known,
    people.skill,
    people.certificate,
    people.of_age,
    people.offered,
    people.near,
    time.rest,
    time.hours,
    time.together,
    tasks.unique,
    tasks.room,
    tasks.least,
    tasks.crew,
    tasks.not_alone,
    tasks.waiting,
    tasks.kept,
    tasks.equipped,
    tasks.piece_free,
    tasks.operated,
    goals.stated,
    goals.open_slots,
)
"""Every rule that a plan must keep; adding one here is all that a new rule needs."""


def check(problem: Problem, plan: Plan) -> list[Violation]:
    """Return what the plan breaks; an empty list means that it is correct."""
    case = Case(problem, plan)
    return [violation for rule in RULES for violation in rule(case)]
