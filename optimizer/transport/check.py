"""Judges routes without an engine: rule by rule, from the tables alone."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.rules.case import Violation
from optimizer.transport.problem import Problem, Routes
from optimizer.transport.rules import goods, heads, roads, times
from optimizer.transport.rules.case import Case

RULES: tuple[Callable[[Case], list[Violation]], ...] = (
    goods.once,
    goods.addressed,
    goods.stowed,
    goods.kept_cold,
    goods.transferred,
    times.sequence,
    times.handled,
    times.shifts,
    times.rests,
    times.together,
    roads.open_roads,
    heads.begun,
)
"""Every rule that routes must keep."""


def check(problem: Problem, routes: Routes) -> list[Violation]:
    """Return what the routes break; an empty list means that they are correct."""
    case = Case(problem, routes)
    return [violation for rule in RULES for violation in rule(case)]
