"""Goals in their order, classes, names, limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from graphcore.domain.plan import GoalResult
from optimizer.volunteers import lexicographic
from optimizer.volunteers.check import check
from optimizer.volunteers.classes import Classes
from optimizer.volunteers.eligibility import Grid
from optimizer.volunteers.problem import Limits, Plan, Problem
from optimizer.volunteers.rosters import Duty, Time, rosters
from optimizer.volunteers.solve import solve
from optimizer.volunteers.validate import validate
from tests.support.volunteers import World, random_problem, slot


def goals(plan: Plan) -> dict[str, float]:
    return {g.name: g.value for g in plan.goals}


def crowd(count: int, world: World | None = None, **more: object) -> World:
    world = world or World()
    for k in range(count):
        world = world.person(f"V{k:02d}", **more)  # type: ignore[arg-type]
    return world


def test_a_survival_task_goes_before_any_weight() -> None:
    plan = solve(crowd(1).task("T1", weight=999).task("T2", tier=2).task("T3", tier=1).problem())
    assert plan.crew["task"].to_list() == ["T3"]
    assert [g.number for g in plan.goals] == [1, 2, 3, 4, 5, 6]


def test_priority_goes_before_weight_and_weight_before_preference() -> None:
    liked = {"organisation": "O1", "task": "T2", "points": 1000}
    world = crowd(1).task("T1", weight=11).task("T2").plus("preferences", liked)
    assert solve(world.problem()).crew["task"].to_list() == ["T1"]
    assert solve(world.task("T3", tier=2).problem()).crew["task"].to_list() == ["T3"]
    even = world.problem()
    even = replace(even, tasks=even.tasks.with_columns(weight=pl.lit(10)))
    assert solve(even).crew["task"].to_list() == ["T2"]


def test_a_task_that_wants_a_language_gets_somebody_who_speaks_it() -> None:
    world = (
        crowd(2).task("T1", language="yi").plus("languages", {"volunteer": "V01", "language": "yi"})
    )
    plan = solve(world.problem())
    assert plan.crew["volunteer"].to_list() == ["V01"]
    assert goals(plan)["preference"] == 100


def test_load_is_shared_before_ways_are_short() -> None:
    world = crowd(1).person("V99", home="hill").task("T1").task("T2", shift="pm")
    far = world.plus("travel", {"start": "hill", "place": "town", "minutes": 90}).problem()
    plan = solve(far)
    assert goals(plan)["longest_load"] == 4
    assert goals(plan)["travel"] == 90


def test_of_equals_the_nearer_goes() -> None:
    world = World().person("V1", home="hill").person("V2", home="lake").task("T1")
    ways = [
        {"start": "hill", "place": "town", "minutes": 31},
        {"start": "lake", "place": "town", "minutes": 30},
    ]
    assert solve(world.plus("travel", *ways).problem()).crew["volunteer"].to_list() == ["V2"]


def test_people_who_differ_in_nothing_that_is_asked_are_one_class() -> None:
    world = crowd(3).person("V9", "cook").task("T1", slot(count=2))
    assert len(Classes(Grid(validate(world.problem()))).all) == 1
    asked = world.task("T2", slot("cook")).problem()
    assert len(Classes(Grid(validate(asked))).all) == 2


def test_equal_teams_are_one_class() -> None:
    world = crowd(4).task("T1", slot(count=4))
    members = [{"team": f"M{k // 2}", "volunteer": f"V{k:02d}"} for k in range(4)]
    classes = Classes(Grid(validate(world.plus("teams", *members).problem()))).all
    assert [len(c.units) for c in classes] == [2]


def test_lots_do_not_always_fall_on_the_same_people() -> None:
    problem = crowd(8).task("T1", slot(count=2)).problem()
    chosen = {v for seed in range(12) for v in solve(problem, Limits(seed=seed)).crew["volunteer"]}
    assert len(chosen) >= 6


def test_uneven_hours_are_packed_by_person_not_by_sum() -> None:
    """Two people of 8 hours have 16, but 6 + 6 + 4 does not fit."""
    world = World().plus("shifts", *({"shift": s, "start": 4 * k, "hours": 4 + 2 * (s != "c")}
                                     for k, s in enumerate("abc")))  # fmt: skip
    world = crowd(2, world, when="0a 0b 0c", hours_day=8)
    for shift in "abc":
        world = world.task(f"T{shift}", shift=shift, hours=4 if shift == "c" else 6)
    plan = solve(world.problem())
    assert check(world.problem(), plan) == []
    assert plan.crew.height == 2


def test_rosters_are_all_that_could_not_be_longer() -> None:
    times = (Time(8, 12, 0, (3, 4)), Time(13, 17, 0, (3, 4)), Time(19, 27, 0, (8,)))
    assert set(rosters(Duty(times, 0, (8,), 99)) or ()) == {(4, 4, 0), (0, 0, 8)}
    assert set(rosters(Duty(times, 0, (7,), 99)) or ()) == {(4, 3, 0), (3, 4, 0)}
    assert set(rosters(Duty(times, 2, (24,), 99)) or ()) == {(4, 0, 8), (0, 4, 8)}
    assert set(rosters(Duty(times, 0, (24,), 12)) or ()) == {(4, 4, 0), (4, 0, 8), (0, 4, 8)}


@pytest.mark.parametrize("engine", ["mip", "cpsat"])
def test_both_solvers_reach_the_same_goals(engine: str) -> None:
    problem = random_problem(7, volunteers=14, tasks=8)
    plan = solve(problem, Limits(engine=engine))
    assert check(problem, plan) == []
    assert goals(plan) == goals(solve(problem))


@pytest.mark.parametrize("large", [0, 20_000])
def test_a_narrowed_program_proves_by_the_relaxation(
    large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = random_problem(5, volunteers=40, tasks=14)
    whole = solve(problem)
    monkeypatch.setattr(lexicographic, "SMALL", 20)
    monkeypatch.setattr(lexicographic, "LARGE", large)
    plan = solve(problem)
    assert plan.counts["narrowed"] > whole.counts["narrowed"] == 0
    assert check(problem, plan) == []
    assert goals(plan) == pytest.approx(goals(whole))


def test_a_work_limit_gives_a_plan_that_does_not_pose_as_optimal() -> None:
    problem = random_problem(3, volunteers=60, tasks=24)
    plan = solve(problem, Limits(engine="cpsat", work=1e-6))
    assert [(v.rule, v.ref) for v in check(problem, plan)] == []
    assert not plan.by_clock
    assert any(g.outcome != "proven" for g in plan.goals)
    best: tuple[GoalResult, ...] = solve(problem).goals
    assert plan.goals[0].bound >= best[0].value


def test_a_clock_that_strikes_is_marked() -> None:
    problem = random_problem(3, volunteers=60, tasks=24)
    plan = solve(problem, Limits(engine="cpsat", seconds=1e-3))
    assert plan.by_clock
    assert check(problem, plan) == []


def test_nothing_to_do_and_nobody_there_are_plans_too() -> None:
    for world in (World(), crowd(2), World().task("T1")):
        plan = solve(world.problem())
        assert plan.crew.is_empty()
        assert check(world.problem(), plan) == []


def test_the_same_problem_gives_the_same_plan() -> None:
    problem: Problem = random_problem(11, volunteers=30, tasks=12)
    one, two = solve(problem), solve(problem)
    assert one.crew.equals(two.crew)
    assert one.open.equals(two.open)
    assert one.goals == two.goals


def test_every_bound_is_on_the_right_side_of_the_relaxation() -> None:
    plan = solve(random_problem(2, volunteers=25, tasks=12))
    for goal in plan.goals[:4]:
        assert plan.linear[goal.name] >= goal.value - 1e-6
    assert plan.linear["travel"] <= plan.goals[5].value + 1e-6
    assert np.isfinite(list(plan.linear.values())).all()
