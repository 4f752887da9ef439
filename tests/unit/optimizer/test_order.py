"""The order of goals: what may be asked, and that each goal takes what those above give up."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphcore.domain.errors import InputError
from optimizer.check import check
from optimizer.order import ORDINARY, USUAL, Aim, Aims, Order, aim_of, ordered, read
from optimizer.problem import Problem, Solution
from optimizer.solve import solve
from tests.support.districts import World, districts, lot, need, van, way

USUALLY = ["survival_floor", "full_need", "weighted_coverage", "lateness", "cost", "keep"]


def test_goals_named_come_first_below_the_survival_floor_and_the_rest_follow() -> None:
    assert ordered([]).texts() == USUALLY
    assert ordered(["cost", "weighted_coverage=1%"]).texts() == [
        "survival_floor", "cost", "weighted_coverage=1%", "full_need", "lateness", "keep",
    ]  # fmt: skip
    assert ordered([], ["lateness=5"]).texts()[3] == "lateness=5"


@pytest.mark.parametrize(
    "text",
    ["lateness", "weighted_coverage=1%", "lateness=5", "coverage:item=tent=2.5%", "cost=0.25"],
)
def test_an_order_is_read_as_it_was_written(text: str) -> None:
    assert str(aim_of(text)) == text
    order = ordered([text])
    assert read(order.texts()) == order
    assert read([]) == ORDINARY


@pytest.mark.parametrize(
    ("goals", "give_up"),
    [
        (["lateness", "survival_floor"], []),  # the floor moved down
        (["survival_floor=1%"], []),  # the floor given up
        ([], ["survival_floor=1%"]),
        (["speed"], []),
        (["cost", "cost"], []),
        (["full_need", "full_need_tier_1"], []),  # a tier after all tiers
        (["coverage:colour=red"], []),
        (["coverage:item="], []),
        (["coverage:tier=first"], []),
        (["cost=much"], []),
        (["cost=-1"], []),
        (["weighted_coverage=100%"], []),
        (["weighted_coverage=nan%"], []),
        ([], ["speed=1%"]),
        (["cost=1%"], ["cost=2%"]),
    ],
)
def test_what_cannot_be_asked_is_refused(goals: list[str], give_up: list[str]) -> None:
    with pytest.raises(InputError):
        ordered(goals, give_up)


def test_the_bounds_of_giving_up() -> None:
    assert aim_of("weighted_coverage=99.99%").share == pytest.approx(0.9999)
    assert aim_of("cost=0") == Aim("cost")
    assert aim_of("weighted_coverage=0%").give_up == ""


def near_and_far() -> World:
    """100 tents wanted by each of two villages; the far one weighs three times as much."""
    return World(
        needs=(need("near", "near", "tent", 100, survival=False, weight=1000),
               need("far", "far", "tent", 100, survival=False, weight=1010)),
        lots=(lot("L1", "tent", 100),),
        access=(way("depot", "near", 10), way("depot", "far", 100)),
        fleet=(van(0),), days=1,
    )  # fmt: skip


def asked(world: World, *goals: str, give_up: tuple[str, ...] = ()) -> Solution:
    aims = Aims(ordered(goals, give_up))
    solution = solve(world.problem, aims=aims)
    assert [str(v.what) for v in check(world.problem, solution, aims)] == []
    return solution


def got(solution: Solution, name: str) -> int:
    return int(solution.lines.filter(pl.col("need") == name)["quantity"].sum())


def value(solution: Solution, name: str) -> float:
    return next(g.value for g in solution.goals if g.name == name)


def test_the_first_goal_takes_what_it_can_get() -> None:
    """Coverage first sends all to the heavier far village; fairness first shares evenly."""
    assert got(asked(near_and_far(), "weighted_coverage"), "far") == 100
    assert got(asked(near_and_far(), "full_need"), "far") == 50


def test_what_is_given_up_is_taken_by_the_goal_below_and_no_more() -> None:
    """Cost would move all to the near village: 1 unit moved costs 10 / 1010 of the coverage."""
    best = asked(near_and_far(), "weighted_coverage", "cost")
    given = asked(near_and_far(), "weighted_coverage=0.5%", "cost")
    moved = int(0.005 * 100 * 1010 / 10)
    assert got(given, "near") == moved
    assert value(given, "weighted_coverage") >= 0.995 * value(best, "weighted_coverage")
    goal = next(g for g in given.goals if g.name == "weighted_coverage")
    assert (goal.give_up, goal.number) == ("0.5%", 2)
    assert goal.given_up == pytest.approx(0.005 * goal.bound, rel=1e-6)


def test_a_fair_goal_gives_up_a_share_of_its_floors() -> None:
    given = asked(near_and_far(), "full_need=10%", "weighted_coverage")
    assert got(given, "near") == 45
    assert value(given, "full_need_tier_2") == pytest.approx(0.45)


def test_what_is_given_up_in_the_goals_own_unit() -> None:
    late = near_and_far().replace(
        fleet=(van(0, kg=40 * 60), van(1)), days=2, lots=(lot("L1", "tent", 200),)
    )
    strict = asked(late, "lateness", "cost")
    assert value(asked(late, "lateness=7", "cost"), "lateness") <= value(strict, "lateness") + 7


def test_an_added_goal_puts_its_place_first() -> None:
    assert got(asked(near_and_far(), "coverage:township=T-near"), "near") == 100
    assert value(asked(near_and_far(), "coverage:township=T-near"), "coverage:township=T-near") == 1


def test_goods_that_a_goal_above_coverage_keeps_back_say_so() -> None:
    solution = asked(near_and_far(), "cost")
    assert solution.lines.is_empty()
    assert set(solution.shortfalls["reason"]) == {"order", "stock"}
    assert solution.shortfalls.filter(pl.col("reason") == "order")["quantity"].sum() == 100
    assert solution.left_out.select("quantity", "reason").rows() == [(100, "order")]


def test_the_judge_sees_goals_out_of_order() -> None:
    world = near_and_far()
    solution = asked(world)
    aims = Aims(ordered(["cost"]))
    assert {v.rule for v in check(world.problem, solution, aims)} == {"goal_order"}
    backwards = replace(solution, goals=solution.goals[::-1])
    assert "goal_order" in {v.rule for v in check(world.problem, backwards)}


CODES = [*USUALLY[1:], "full_need_tier_1", "coverage:tier=1", "coverage:basic=water"]


@st.composite
def orders(draw: st.DrawFn) -> Order:
    goals = draw(st.lists(st.sampled_from(CODES), unique=True))
    if "full_need" in goals and "full_need_tier_1" in goals:
        goals.remove("full_need_tier_1")
    gives = st.sampled_from(["", "=1%", "=20%", "=0.1"])
    return ordered([g + draw(gives) for g in goals])


@given(districts(), orders())
@settings(max_examples=25, deadline=None)
def test_in_any_order_the_plan_keeps_every_rule_and_states_its_goals(
    problem: Problem, order: Order
) -> None:
    aims = Aims(order)
    solution = solve(problem, aims=aims)
    assert [str(v.what) for v in check(problem, solution, aims)] == []
    places = [g.number for g in solution.goals]
    assert places == sorted(places)


@given(districts(), st.sampled_from([0.0, 0.01, 0.2]))
@settings(max_examples=15, deadline=None)
def test_coverage_falls_at_most_by_what_is_given_up(problem: Problem, share: float) -> None:
    """Before whole units, in which alone the promise is made."""
    aims = Aims(ordered([f"weighted_coverage={share:.0%}", "lateness", "cost"]))
    goals = {g.name: g for g in solve(problem, aims=aims).goals}
    coverage = goals["weighted_coverage"]
    assert coverage.given_up <= share * coverage.bound + 1e-6


def test_the_usual_order_is_the_one_without_asking() -> None:
    assert Aims(ORDINARY) == USUAL
    world = near_and_far()
    assert solve(world.problem).lines.equals(solve(world.problem, aims=Aims(ordered([]))).lines)
