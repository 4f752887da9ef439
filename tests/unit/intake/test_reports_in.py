"""Rows of reports, responses, surveys and losses onto a small world."""

from __future__ import annotations

from typing import Any

import pytest

from graphcore.casework.intake import fieldwork, losses, people, reporting
from graphcore.casework.intake.binding import RowUnplaced
from graphcore.casework.intake.changes import Properties
from graphcore.casework.intake.world import World
from graphcore.domain.ids import Kind, derived
from tests.support.intake import TOWNSHIP, VILLAGE, row, small_world

PARENT, CHILD = "1980-01-01", "2020-01-01"


def report(world: World, **said: Any) -> str:
    return reporting.report(row("reports", township=TOWNSHIP, **{"reported_at": 1} | said), world)


def test_other_figures_at_the_same_time_are_a_new_version() -> None:
    world = small_world()
    one, two = report(world, injured=1), report(world, injured=2)
    first, second = (world.changes.created["DamageReport"][k] for k in (one, two))
    assert (first["injured"], second["injured"], second["number"]) == (1, 2, 2)
    assert second["previous"] == one
    assert report(world, injured=2) == two


@pytest.mark.parametrize(("now", "fits"), [(3, True), (4, False)])
def test_no_more_stands_than_was_counted(now: int, fits: bool) -> None:
    if fits:
        report(small_world(), injured=3, injured_now=now)
        return
    with pytest.raises(RowUnplaced, match="injured_now"):
        report(small_world(), injured=3, injured_now=now)


def test_a_zero_report_repeats_what_stood() -> None:
    world = small_world()
    report(world, injured=3, affected_persons=40)
    key = report(world, reported_at=2, zero=True, phase="follow_up")
    told = world.changes.created["DamageReport"][key]
    assert (told["injured"], told["affected_persons"], told["zero"]) == (3, 40, True)


def test_a_zero_report_with_news_is_refused() -> None:
    world = small_world()
    report(world, injured=3)
    with pytest.raises(RowUnplaced, match="injured"):
        report(world, reported_at=2, zero=True, injured=4)


def test_a_later_report_of_nobody_takes_the_count_away() -> None:
    world = small_world()
    report(world, emergency_persons=9)
    report(world, reported_at=2, emergency_persons=9, emergency_persons_now=0)
    counts = [c["persons"] for c in world.changes.created["Headcount"].values()]
    assert counts == [9, 0]


def test_an_annex_belongs_to_the_report_of_its_time_and_is_not_edited() -> None:
    world = small_world()
    key = report(world, injured=1)
    cells = row("report_annexes", township=TOWNSHIP, kind="crops", item="水稻", hit=8.0, lost=2.0,
                reported_at=1)  # fmt: skip
    reporting.annex(cells, world)
    (made,) = world.changes.created["ReportAnnex"].values()
    assert made["report"] == key
    for wrong in ({"hit": 9.0}, {"lost": 9.0}, {"reported_at": 0.5}):
        with pytest.raises(RowUnplaced):
            reporting.annex({**cells, **wrong}, world)


def test_a_survey_settles_a_household_unless_nobody_was_met() -> None:
    world = homes()
    fieldwork.work_group(row("work_groups", code="G1", name="一组", members="甲、乙",
                             area="河东村", tasks="核查"), world)  # fmt: skip
    fieldwork.survey(row("surveys", village=VILLAGE, household="001", group="G1", surveyed_at=9,
                         evidence="YX1", state="safe"), world)  # fmt: skip
    now = world.changes.current("Household", world.household_by_code["001"]) or {}
    assert (now["state"], now["checked_by"], now["checked_at"]) == ("safe", "一组", 9)
    (group,) = world.changes.created["WorkGroup"].values()
    assert (group["area"], group["members"]) == ([VILLAGE], 2)
    assert world.changes.personal[str(group["id"])] == {"members": ["甲", "乙"]}


def test_an_older_survey_does_not_undo_a_newer_one() -> None:
    world = homes()
    fieldwork.work_group(row("work_groups", code="G1", name="一组", members="甲", area="河东村",
                             tasks="核查"), world)  # fmt: skip
    for at, state in ((9, "safe"), (8, "unknown")):
        fieldwork.survey(row("surveys", village=VILLAGE, household="001", group="G1",
                             surveyed_at=at, evidence="YX", state=state), world)  # fmt: skip
    now = world.changes.current("Household", world.household_by_code["001"]) or {}
    assert now["state"] == "safe"


def test_who_has_no_papers_is_a_case_where_they_are_found() -> None:
    world = small_world()
    fieldwork.found(
        row("found_persons", code="F1", kind="no_papers", place=VILLAGE, persons=1), world
    )
    (home,) = world.changes.created["Household"].values()
    assert (home["village"], home["state"], home["kind"]) == (VILLAGE, "in_need", "no_papers")
    (person,) = world.changes.created["Person"].values()
    assert person["household"] == home["id"]
    fieldwork.found(
        row("found_persons", code="F1", kind="no_papers", place=VILLAGE, persons=1), world
    )
    assert len(world.changes.created["Person"]) == 1


def homes(*born: str) -> World:
    """Household 001 with its head and more members, by birth dates."""
    world = small_world()
    people.roster(row("roster", household="001", village=VILLAGE, head="甲", persons=1 + len(born),
                      state="in_need"), world)  # fmt: skip
    for n, (name, day) in enumerate([("甲", PARENT), *zip("乙丙丁", born, strict=False)]):
        people.member(row("members", household="001", name=name, born_on=day,
                          relation="户主" if n == 0 else "其他"), world)  # fmt: skip
    key = world.household_by_code["001"]
    account: Properties = {"id": "BA-1", "household": key, "digest": "d", "stopped_at": 0}
    world.changes.existing["BankAccount"] = {"BA-1": account}
    return world


def lost(world: World, **said: Any) -> str:
    told = {"household": "001", "name": "甲", "village": VILLAGE, "kind": "dead",
            "occurred_on": "2026-07-01", "certified_by": "公安局", "document": "1号"}  # fmt: skip
    return losses.casualty(row("casualties", **told | said), world)


def heads(world: World) -> list[str]:
    return [k for k, p in world.changes.created["Person"].items() if p["is_head"]]


def stopped(world: World) -> bool:
    return bool((world.changes.current("BankAccount", "BA-1") or {})["stopped_at"])


def test_a_death_stops_the_heads_account_and_names_the_only_grown_survivor() -> None:
    world = homes(PARENT, CHILD)
    before = heads(world)
    lost(world)
    (head,) = heads(world)
    assert head not in before
    assert stopped(world)
    assert (world.changes.current("Household", world.household_by_code["001"]) or {})[
        "persons"
    ] == 2
    assert "Guardianship" not in world.changes.created


def test_among_several_nobody_is_head_until_somebody_is_named() -> None:
    world = homes(PARENT, PARENT)
    lost(world)
    assert heads(world) == []
    lost(world, new_head="丙")
    assert len(heads(world)) == 1
    with pytest.raises(RowUnplaced, match="new_head"):
        lost(world, new_head="戊")


def test_children_alone_wait_for_a_guardian() -> None:
    world = homes(CHILD, CHILD)
    lost(world)
    (made,) = world.changes.created["Guardianship"].values()
    assert made["state"] == "open"
    assert heads(world) == []


def test_the_death_of_another_member_stops_no_account() -> None:
    world = homes(PARENT)
    lost(world, name="乙")
    assert not stopped(world)
    assert len(heads(world)) == 1


@pytest.mark.parametrize("missing", ["certified_by", "document"])
def test_a_death_needs_who_certifies_it_and_by_what(missing: str) -> None:
    with pytest.raises(RowUnplaced, match="certified_by"):
        lost(homes(PARENT), **{missing: ""})


def test_the_missing_change_nothing_and_may_be_found() -> None:
    world = homes(PARENT)
    key = lost(world, kind="missing", certified_by="", document="")
    assert not stopped(world)
    assert not any(p.get("died_on") for p in world.changes.created["Person"].values())
    lost(world, kind="missing", closed="found")
    assert world.changes.created["Casualty"][key]["closed_on"] == "2026-07-01"


def test_the_missing_may_be_certified_dead_but_never_the_other_way_round() -> None:
    world = homes(PARENT)
    assert lost(world, kind="missing") == lost(world)
    assert stopped(world)
    with pytest.raises(RowUnplaced, match="kind"):
        lost(world, kind="missing")


def test_names_of_the_lost_are_sealed() -> None:
    world = homes(PARENT)
    key = lost(world, kin="乙")
    assert world.changes.personal[key] == {"name": "甲", "kin": "乙"}
    assert not {"甲", "乙"} & {str(v) for v in world.changes.created["Casualty"][key].values()}


def test_a_step_of_the_response_is_not_told_twice() -> None:
    hit = derived(Kind.DISASTER, "990101", "X1")
    world = small_world(Disaster={hit: {"id": hit, "name": "洪涝"}})
    start = row("responses", act="start", level="4", authority="减灾委", at=5)
    reporting.response(start, world)
    assert (world.changes.current("Disaster", hit) or {})["response_level"] == "4"
    for wrong in (start, {**start, "at": 6}, row("responses", act="end", authority="减灾委", at=4)):
        with pytest.raises(RowUnplaced):
            reporting.response(wrong, world)
