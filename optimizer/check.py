"""Judges a plan without the solver: rule by rule, from the tables alone."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.order import USUAL, Aims
from optimizer.problem import Problem, Solution
from optimizer.rules import access, added, floors, goals, intent, kits, needs, stock, substitution
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
    kits.whole,
    kits.fits,
    floors.kept,
    access.way_open,
    access.fleet,
    access.kept_cold,
    goals.stated,
    added.ordered,
)
"""Every rule that a plan must keep; adding one here is all that a new rule needs."""


def check(problem: Problem, solution: Solution, aims: Aims = USUAL) -> list[Violation]:
    """Return what the plan breaks; an empty list means that it is correct.

    Args:
        problem: What the plan was made from.
        solution: The plan.
        aims: The order of goals and the published plan that it was asked to keep to.
    """
    case = Case(problem, solution, aims)
    return [violation for rule in RULES for violation in rule(case)]
