"""Needs that want hands: each rule at its bound and one past it."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from graphcore.casework.handwork import HOMES, LOADS, LODGED, Job, Situation, jobs, nodes
from graphcore.domain.tables import frame
from graphcore.policy.rulebook import load

RULES, DAY = load(), date(2026, 7, 1)
TOWNS = {"v1": "t1", "v2": "t1", "v3": "t2", "s1": "t1"}


def figure(name: str) -> int:
    """A parameter's value on the day."""
    return int(RULES.at(f"force.{name}", DAY).value)


def found(
    kind: str, *, loads: tuple[tuple[str, int, int], ...] = (), lodged: int = 0,
    homes: tuple[tuple[str, str, str], ...] = (), cut: dict[str, str] | None = None, days: int = 2,
) -> list[Job]:  # fmt: skip
    """Jobs of one kind; homes are (point, group, damage)."""
    told: list[dict[str, object]] = [{"household": f"H{n}", "point": p, "groups": [g] if g else [], "damage": d}
            for n, (p, g, d) in enumerate(homes)]  # fmt: skip
    situation = Situation(
        loads=pl.DataFrame(loads, schema=dict(LOADS), orient="row"), homes=frame(HOMES, told),
        lodged=frame(LODGED, [{"shelter": "s1", "persons": lodged}]), townships=TOWNS,
        cut=cut or {}, days=days,
    )  # fmt: skip
    return [j for j in jobs(situation, RULES, DAY) if j.kind == kind]


def hands(job: Job) -> int:
    """People wanted in all."""
    return sum(w.count for w in job.slots)


@pytest.mark.parametrize(("more", "tasks"), [(-1, 0), (0, 1)])
def test_a_load_is_unloaded_by_volunteers_from_the_least_weight_on(more: int, tasks: int) -> None:
    assert len(found("unload", loads=(("v1", 0, figure("unload.least_kg") + more),))) == tasks


def test_hands_follow_the_weight_between_a_pair_and_what_the_place_holds() -> None:
    each, most = figure("unload.kg_person"), figure("unload.most")
    for kg, people in ((each, 2), (3 * each, 3), (3 * each + 1, 4), (1000 * each, most)):
        (job,) = found("unload", loads=(("v1", 1, kg),))
        assert (hands(job), job.day, job.tier, job.adults_only) == (people, 1, 1, True)


def test_loads_after_the_horizon_are_another_rosters() -> None:
    assert found("unload", loads=(("v1", 2, 9000),), days=2) == []


@pytest.mark.parametrize(("more", "tasks"), [(-1, 0), (0, 2)])
def test_a_shelter_gets_a_medical_post_every_day_from_its_size_on(more: int, tasks: int) -> None:
    made = found("medical", lodged=figure("medical.persons") + more)
    assert len(made) == tasks
    assert all(j.slots[0].certificate == "first_aid_card" for j in made)


def test_frail_people_are_visited_by_pairs_gathered_by_township() -> None:
    each = figure("visit.homes_pair")
    homes = tuple(("v1" if n % 2 else "v2", "disabled", "none") for n in range(each))
    (one,) = found("visit", homes=homes)
    (two,) = found("visit", homes=(*homes, ("v1", "left_behind_elder", "none")))
    assert (one.place, hands(one), hands(two)) == ("t1", 2, 4)
    assert found("visit", homes=(("v1", "", "none"), ("v1", "orphan", "none"))) == []


def test_a_cut_off_village_is_a_visit_of_its_own_and_never_of_one_person() -> None:
    homes = (("v1", "disabled", "none"), ("v3", "disabled", "none"))
    made = {j.place: j for j in found("visit", homes=homes, cut={"v3": "v3"})}
    assert set(made) == {"t1", "v3"}
    assert all(j.min_crew >= 2 for j in made.values())


def test_damaged_houses_are_cleared_by_crews_where_a_road_leads() -> None:
    each, crew, most = figure("clear.homes_crew"), figure("clear.crew"), figure("clear.most")
    homes = tuple(("v1", "", "severe") for _ in range(each + 1))
    (job,) = found("clear", homes=homes)
    assert (hands(job), job.min_crew) == (2 * crew, crew)
    (large,) = found("clear", homes=homes * 20)
    assert hands(large) == most
    assert found("clear", homes=(("v1", "", "collapsed"), ("v1", "", "none"))) == []
    assert found("clear", homes=(("v3", "", "severe"),), cut={"v3": "v3"}) == []


def test_the_same_job_of_a_plan_has_the_same_id_and_says_what_it_rests_on() -> None:
    made = found("unload", loads=(("v1", 0, 5000),))
    (first, slots), (again, _) = (nodes(made, "PL-1", DAY, TOWNS) for _ in range(2))
    (other, _) = nodes(made, "PL-2", DAY, TOWNS)
    assert first == again
    assert first[0]["id"] != other[0]["id"]
    assert "示例" in str(first[0]["cites"])
    assert {s["task"] for s in slots} == {first[0]["id"]}
    assert first[0]["day_on"] == "2026-07-01"
