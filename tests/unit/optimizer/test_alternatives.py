"""Alternatives of a line: what is told of an exchange is what the plan with it comes to."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings

from graphcore.domain.errors import NotFound
from optimizer.alternatives import Alternative, alternatives
from optimizer.problem import Problem
from optimizer.solve import solve
from tests.support.districts import World, districts, lot, two_villages, way


def found(world: World, need: str) -> dict[str, Alternative]:
    solution = solve(world.problem)
    line = solution.lines.filter(pl.col("need") == need)["line"][0]
    return {a.lot if a.kind == "need" else a.need: a
            for a in alternatives(world.problem, solution, line)}  # fmt: skip


def test_goods_for_the_other_village_would_lower_the_floor() -> None:
    """4 tents for 6 and 4: li 2 or 3, wang 1 or 2; moving li's to wang lowers the least."""
    world = two_villages().replace(lots=(lot("L1", "tent", 4),))
    other = found(world, "li")["wang"]
    assert other.broken == ""
    assert other.worst == "survival_floor"
    before, after = next((b, a) for n, b, a in other.goals if n == "survival_floor")
    assert after < before


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (lot("B", "tent", 9, hold="frozen"), "hold"),
        (lot("B", "tent", 9, arrives_day=1), "lot_in_time"),
        (lot("B", "tent", 9, only_townships=["T-wang"]), "intent_township"),
        (lot("B", "tent", 9, only_groups=["disabled"]), "intent_group"),
        (lot("B", "tent", 9, commanded=False), "command"),
        (lot("B", "tent", 9, warehouse="far"), "way"),
        (lot("B", "tent", 0), "stock"),
    ],
)
def test_the_rule_that_forbids_another_lot_is_named(other: dict[str, object], why: str) -> None:
    world = two_villages().replace(lots=(lot("A", "tent", 10), other))
    assert found(world, "li")["B"].broken == why


def test_a_lot_farther_away_costs_more() -> None:
    base = two_villages()
    world = base.replace(
        lots=(lot("A", "tent", 10), lot("B", "tent", 10, warehouse="far")),
        access=(*base.access, way("far", "li", 300), way("far", "wang", 300)),
        fleet=(*base.fleet, *({**v, "warehouse": "far"} for v in base.fleet)),
    )
    other = found(world, "li")["B"]
    assert (other.broken, other.worst) == ("", "cost")
    ((name, before, after),) = other.goals
    assert (name, after - before) == ("cost", 6 * 40 * (300 - 30))


def test_no_such_line() -> None:
    with pytest.raises(NotFound):
        alternatives(two_villages().problem, solve(two_villages().problem), "A-0")


@given(districts())
@settings(max_examples=10, deadline=None)
def test_no_allowed_exchange_lifts_the_survival_floor(problem: Problem) -> None:
    """The plan's floor is the best in whole units up to one unit of the worst cell."""
    solution = solve(problem)
    firm = solution.lines.filter(pl.col("state") == "firm")
    for line in firm["line"][:3]:
        for a in alternatives(problem, solution, line):
            lifts = [new > old + 1e-9 for n, old, new in a.goals if n == "survival_floor"]
            bound = next((g.bound for g in solution.goals if g.name == "survival_floor"), 1.0)
            after = [new for n, _, new in a.goals if n == "survival_floor"]
            assert not any(lifts) or a.broken or after[0] <= bound + 1e-6
