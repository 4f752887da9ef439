"""The judge sees every broken rule: each plan is right at the bound and wrong one past it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from optimizer.volunteers.check import check
from optimizer.volunteers.problem import Plan, Problem
from optimizer.volunteers.solve import solve
from tests.support.volunteers import World, slot


def broken(problem: Problem, plan: Plan) -> set[str]:
    return {v.rule for v in check(problem, plan)}


def edited(problem: Problem, table: str, **values: object) -> Problem:
    """The problem with columns of a table set."""
    changed = getattr(problem, table).with_columns(**{k: pl.lit(v) for k, v in values.items()})
    return replace(problem, **{table: changed})


MEDIC = slot("medic", level=3, certificate="red", least=1)


def medic(**more: object) -> World:
    """One medic, who lives a way off, and one task that needs exactly her."""
    world = World(days=2).person("V1", "medic", home="hill", hours_day=4, when="0am 1am")
    world = world.plus("certificates", {"volunteer": "V1", "certificate": "red", "valid_until": 1})
    world = world.plus("travel", {"start": "hill", "place": "town", "minutes": 120})
    return world.task("T1", MEDIC, day=1, **more)


@pytest.mark.parametrize(
    ("table", "past", "rule"),
    [
        ("skills", {"level": 2}, "skill"),
        ("skills", {"skill": "boat"}, "skill"),
        ("certificates", {"valid_until": 0}, "certificate"),
        ("certificates", {"certificate": "blue"}, "certificate"),
        ("travel", {"minutes": 121}, "travel"),
        ("travel", {"place": "lake"}, "travel"),
        ("available", {"shift": "pm"}, "shift"),
        ("available", {"day": 0}, "shift"),
        ("volunteers", {"hours_day": 3}, "hours"),
        ("tasks", {"min_crew": 2}, "crew"),
        ("tasks", {"place": "lake"}, "known"),
        ("tasks", {"hours": 3}, "known"),
        ("slots", {"least": 2, "count": 2}, "least"),
        ("slots", {"count": 0}, "room"),
    ],
)
def test_one_person_and_one_task(table: str, past: dict[str, object], rule: str) -> None:
    problem = medic().problem()
    plan = solve(problem)
    assert plan.crew.height == 1
    assert broken(problem, plan) == set()
    assert rule in broken(edited(problem, table, **past), plan)
    if rule not in {"known", "crew", "room"}:  # those are no problems at all, or other ones
        assert solve(edited(problem, table, **past)).crew.is_empty()


@pytest.mark.parametrize("demand", [{"adults_only": True}, {"cut_off": True}])
def test_a_minor_stays_where_minors_may(demand: dict[str, object]) -> None:
    world = World().person("V1", adult=False).person("V2").task("T1", slot(count=2), min_crew=2)
    plan = solve(world.problem())
    assert plan.crew.height == 2
    harder = edited(world.problem(), "tasks", **demand)
    assert "minor" in broken(harder, plan)
    assert solve(harder).crew.is_empty()


@pytest.mark.parametrize(("rest", "lines"), [(1, 2), (2, 1)])
def test_rest_between_shifts_is_kept_to_the_hour(rest: int, lines: int) -> None:
    world = World().task("T1").task("T2", shift="pm")
    free = solve(world.person("V1").problem())
    problem = world.person("V1", rest_hours=rest).problem()
    assert solve(problem).crew.height == lines
    assert ("rest" in broken(problem, free)) is (lines == 1)


@pytest.mark.parametrize(("hours", "lines"), [(8, 2), (7, 1)])
def test_hours_of_a_day_are_kept_to_the_hour(hours: int, lines: int) -> None:
    world = World().task("T1").task("T2", shift="pm")
    free = solve(world.person("V1").problem())
    problem = world.person("V1", hours_day=hours).problem()
    assert solve(problem).crew.height == lines
    assert ("hours" in broken(problem, free)) is (lines == 1)


@pytest.mark.parametrize(("people", "lines"), [(2, 2), (1, 0)])
def test_nobody_is_alone_in_a_cut_off_place(people: int, lines: int) -> None:
    world = World().task("T1", slot(count=2), cut_off=True)
    for k in range(people):
        world = world.person(f"V{k}")
    plan = solve(world.problem())
    assert plan.crew.height == lines
    if people > 1:
        alone = replace(plan, crew=plan.crew.head(1))
        assert "safety" in broken(world.problem(), alone)


def test_two_tasks_in_one_cut_off_place_keep_each_other_company() -> None:
    world = World().task("T1", cut_off=True).task("T2", cut_off=True).person("V1").person("V2")
    assert solve(world.problem()).crew["task"].to_list() == ["T1", "T2"]
    apart = world.task("T3", cut_off=True, place="lake").problem()
    far = edited(apart, "travel")
    assert "lake" not in solve(far).crew["place"].to_list()


def team() -> World:
    """A team of two, and two tasks that want one each."""
    world = World().person("V1").person("V2").task("T1").task("T2")
    return world.plus("teams", *({"team": "M1", "volunteer": v} for v in ("V1", "V2")))


def test_a_team_stays_together_or_at_home() -> None:
    assert solve(team().problem()).crew.is_empty()
    plan = solve(team().task("T3", slot(count=2)).problem())
    assert plan.crew["task"].to_list() == ["T3", "T3"]
    assert set(plan.crew["team"]) == {"M1"}


def test_a_team_pulled_apart_is_seen() -> None:
    world = World().person("V1").person("V2").task("T1").task("T2")
    plan = solve(world.problem())
    assert "team" in broken(team().problem(), plan)


def boat(**more: object) -> World:
    world = World().task("T1", slot(count=2), equipment="boat").person("V1", "boat").person("V2")
    row: dict[str, object] = {"equipment": "E1", "kind": "boat", "place": "town", "skill": "boat",
                              "level": 3}  # fmt: skip
    return world.plus("equipment", row | more)


@pytest.mark.parametrize(
    ("past", "rule"),
    [
        ({"level": 4}, "operator"),
        ({"skill": "crane"}, "operator"),
        ({"kind": "saw"}, "equipment"),
        ({"place": "lake"}, "piece"),
    ],
)
def test_equipment_goes_with_its_operator(past: dict[str, object], rule: str) -> None:
    plan = solve(boat().problem())
    assert plan.gear["equipment"].to_list() == ["E1"]
    assert broken(boat().problem(), plan) == set()
    assert rule in broken(boat(**past).problem(), plan)
    assert solve(boat(**past).problem()).crew.is_empty()


def test_a_piece_is_in_one_place_at_a_time() -> None:
    world = boat().person("V3", "boat").task("T2", equipment="boat")
    plan = solve(world.problem())
    assert plan.gear.height == 1
    later = solve(boat().task("T2", equipment="boat", shift="pm").problem())
    assert later.gear.height == 2
    both = pl.concat([plan.gear, plan.gear.with_columns(task=pl.lit("T2"))]).unique()
    both = pl.concat([both, plan.gear.with_columns(task=pl.lit("T1"))]).unique()
    assert "piece" in broken(world.problem(), replace(plan, gear=both))


CLAIM = {"volunteer": "V1", "slot": "T1.0"}


def test_a_claim_stays_though_another_task_is_more_urgent() -> None:
    world = World().person("V1").task("T1").task("T2", tier=1).plus("claims", CLAIM)
    plan = solve(world.problem())
    assert plan.crew.select("volunteer", "task", "claim", "state").rows() == [
        ("V1", "T1", True, "go")
    ]
    assert "claim" in broken(world.problem(), replace(plan, crew=plan.crew.clear()))
    unmarked = plan.crew.with_columns(claim=pl.lit(value=False))
    assert "claim" in broken(world.problem(), replace(plan, crew=unmarked))


def test_a_claim_waits_until_its_task_can_start() -> None:
    world = World().person("V1").task("T1", slot(count=2), min_crew=2).plus("claims", CLAIM)
    plan = solve(world.problem())
    assert plan.crew["state"].to_list() == ["waiting"]
    gone = plan.crew.with_columns(state=pl.lit("go"))
    assert "crew" in broken(world.problem(), replace(plan, crew=gone))
    assert solve(world.person("V2").problem()).crew["state"].to_list() == ["go", "go"]


def test_a_claim_is_kept_though_a_rule_would_forbid_it() -> None:
    world = World().person("V1", when="0pm").task("T1", slot("medic")).plus("claims", CLAIM)
    plan = solve(world.problem())
    assert plan.crew.height == 1
    assert broken(world.problem(), plan) == set()


def test_a_fresh_line_does_not_wait_and_no_line_doubles() -> None:
    problem = medic().problem()
    plan = solve(problem)
    waits = plan.crew.with_columns(state=pl.lit("waiting"))
    assert "waiting" in broken(problem, replace(plan, crew=waits))
    assert "unique" in broken(problem, replace(plan, crew=pl.concat([plan.crew, plan.crew])))


def test_stated_goals_and_open_slots_are_recomputed() -> None:
    problem = World().person("V1").task("T1").task("T2").problem()
    plan = solve(problem)
    for goal in range(6):
        goals = list(plan.goals)
        goals[goal] = replace(goals[goal], value=goals[goal].value + 1)
        assert "goal" in broken(problem, replace(plan, goals=tuple(goals)))
    assert "goal" in broken(problem, replace(plan, goals=plan.goals[:5]))
    assert "open" in broken(problem, replace(plan, open=plan.open.clear()))
