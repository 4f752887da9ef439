"""Judges a plan without the solver: rule by rule, from the tables alone."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.problem import Problem, Solution
from optimizer.rules import access, floors, goals, intent, needs, stock, substitution
from optimizer.rules.case import Case, Violation

Rule = Callable[[Case], list[Violation]]
RULES: tuple[Rule, ...] = (
    needs.balance,
    needs.whole,
    needs.unique,
    needs.on_its_day,
    needs.same_place,
    stock.known,
    stock.enough,
    stock.minimum,
    stock.in_time,
    stock.not_held,
    stock.commanded,
    intent.townships,
    intent.groups,
    intent.purposes,
    intent.surplus_only,
    substitution.named,
    substitution.rate,
    substitution.within_limit,
    substitution.market_open,
    floors.kept,
    access.way_open,
    access.fleet,
    access.kept_cold,
    goals.stated,
)
"""Every rule that a plan must keep; adding one here is all that a new rule needs."""


def check(problem: Problem, solution: Solution) -> list[Violation]:
    """Return what the plan breaks; an empty list means that it is correct."""
    case = Case(problem, solution)
    return [violation for rule in RULES for violation in rule(case)]
