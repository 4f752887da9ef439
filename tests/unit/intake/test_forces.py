"""Social forces: rows become teams, volunteers, equipment, tasks, promises; people go to the vault."""

from __future__ import annotations

from typing import Any

import pytest

from graphcore.casework.intake.abilities import dated, graded, skill_code
from graphcore.casework.intake.binding import RowUnplaced
from graphcore.casework.intake.changes import Link, Properties
from graphcore.casework.intake.forms import BINDERS
from graphcore.casework.intake.world import World
from graphcore.domain.ids import Kind, derived
from tests.support.intake import TOWNSHIP, VILLAGE, row, small_world

ORG = derived(Kind.ORGANIZATION, "990101", "ORG1")


def world(**existing: dict[str, Properties]) -> World:
    """A world with one registered organisation, based in the township."""
    known: Properties = {"id": ORG, "code": "ORG1", "name": "队", "township": TOWNSHIP}
    return small_world(Organization={ORG: known}, **existing)


def bind(made: World, form: str, **said: Any) -> dict[str, Any]:
    """Bind a row; return the node that it denotes."""
    key = BINDERS[form](row(form, **said), made)
    label = {"volunteers": "Volunteer", "tasks": "Slot", "claims": "Claim", "teams": "Team",
             "equipment": "Equipment"}[form]  # fmt: skip
    return dict(made.changes.current(label, key) or {})


def person(made: World, **said: Any) -> dict[str, Any]:
    """Bind a volunteer."""
    return bind(
        made, "volunteers", **{"code": "001", "organization": "ORG1", "name": "张三"} | said
    )


def job(made: World, **said: Any) -> dict[str, Any]:
    """Bind a slot of a task."""
    base = {"code": "T1", "name": "装卸", "kind": "unload", "place": VILLAGE, "day_on": "2026-07-01",
            "shift": "morning", "wanted": 3}  # fmt: skip
    return bind(made, "tasks", **base | said)


@pytest.mark.parametrize(
    ("text", "skills"),
    [
        ("急救2级、驾驶", {"first_aid": 2, "driving": 1}),
        ("急救（高级），物资搬运3", {"first_aid": 3, "carrying": 3}),
        ("水上救援二级;水上救援", {"water_rescue": 2}),
        ("无线电通信", {"无线电通信": 1}),
        ("", {}),
    ],
)
def test_skills_of_one_cell(text: str, skills: dict[str, int]) -> None:
    assert dict(graded(text)) == skills


def test_a_level_without_a_name_is_refused() -> None:
    with pytest.raises(RowUnplaced) as refused:
        graded("急救、3级")
    assert refused.value.column == "skills"


@pytest.mark.parametrize(
    "text", ["救护员证（2027-06-30）", "急救证 2027.6.30", "救护员证至2027年6月30日"]
)
def test_certificates_of_one_cell(text: str) -> None:
    assert dated(text) == [("first_aid_card", "2027-06-30")]


@pytest.mark.parametrize("text", ["救护员证", "救护员证（2027-13-01）"])
def test_a_certificate_without_a_day_proves_nothing(text: str) -> None:
    with pytest.raises(RowUnplaced) as refused:
        dated(text)
    assert refused.value.column == "certificates"


def test_a_skill_of_a_districts_own_is_its_own_code() -> None:
    assert skill_code(" 无线电 ") == "无线电"


def test_a_volunteer_is_numbered_and_nothing_personal_leaves_the_vault() -> None:
    made = world()
    node = person(made, phone="13900000000", id_number="990101199001010015",
                  skills="急救2级", certificates="救护员证（2027-06-30）", operates=["boat"])  # fmt: skip
    assert node["skills"] == ["first_aid=2", "operate_boat=1"]
    assert node["certificates"] == ["first_aid_card=2027-06-30"]
    assert node["adult"] is True
    told = made.changes.personal[node["id"]]
    assert (told["name"], told["phone"], told["born_on"]) == ("张三", "13900000000", "1990-01-01")
    everywhere = str(made.changes.created)
    assert not any(s in everywhere for s in ("张三", "13900000000", "990101199001010015"))


@pytest.mark.parametrize(
    ("said", "adult"),
    [
        ({"born_on": "2008-07-01"}, True), ({"born_on": "2008-07-02"}, False), ({}, False),
        ({"adult": True}, True), ({"adult": False, "born_on": "1980-01-01"}, False),
    ],
)  # fmt: skip
def test_whose_age_nobody_knows_is_spared_like_a_minor(said: dict[str, Any], adult: bool) -> None:
    assert person(world(), **said)["adult"] is adult


def test_the_same_number_in_the_same_organisation_is_the_same_volunteer() -> None:
    made = world()
    first, again = person(made, skills="急救"), person(made, skills="驾驶")
    assert first["id"] == again["id"]
    assert again["skills"] == ["driving=1"]


def test_a_skill_that_is_no_longer_named_is_unlinked() -> None:
    old: Properties = {"id": "VT-1", "code": "001", "organization": ORG, "team": "",
                       "skills": ["first_aid=2", "driving=1"]}  # fmt: skip
    made = world(Volunteer={"VT-1": old})
    made.volunteer_by_code[ORG, "001"] = "VT-1"
    person(made, skills="驾驶")
    assert list(made.changes.unlinks) == [
        Link("HAS_SKILL", "Volunteer", "Skill", "VT-1", "first_aid")
    ]


def test_they_set_out_from_where_they_say_else_their_teams_else_their_organisations_place() -> None:
    made = world()
    bind(made, "teams", code="D1", organization="ORG1", name="一队", township=VILLAGE)
    assert person(made, code="1")["township"] == TOWNSHIP
    assert person(made, code="2", team="D1")["township"] == VILLAGE
    assert person(made, code="3", team="D1", township="X")["township"] == "X"


@pytest.mark.parametrize(
    ("form", "said", "column"),
    [
        ("volunteers", {"code": "1", "organization": "ORG9", "name": "甲"}, "organization"),
        ("volunteers", {"code": "1", "organization": "ORG1", "name": "甲", "team": "D9"}, "team"),
        ("equipment", {"code": "1", "organization": "ORG9", "kind": "boat", "township": "X"}, "organization"),
        ("tasks", {"code": "T", "kind": "visit", "shift": "night", "wanted": 1}, "place"),
        ("tasks", {"code": "T", "shelter": "S9", "wanted": 1}, "shelter"),
        ("tasks", {"code": "T", "place": VILLAGE, "wanted": 1, "least": 2}, "least"),
        ("tasks", {"code": "T", "place": VILLAGE, "wanted": 1, "skill": "急救、驾驶"}, "skill"),
        ("claims", {"volunteer": "9", "organization": "ORG1", "task": "T1"}, "volunteer"),
    ],
)  # fmt: skip
def test_what_a_row_builds_on_must_be_there(form: str, said: dict[str, Any], column: str) -> None:
    with pytest.raises(RowUnplaced) as refused:
        bind(world(), form, **said)
    assert refused.value.column == column


def test_rows_of_one_number_are_slots_of_one_task() -> None:
    made = world()
    first = job(made, skill="急救2级", certificate="救护员证", min_crew=4)
    second = job(made, wanted=5)
    assert first["task"] == second["task"]
    assert (first["skill"], first["level"], first["certificate"]) == (
        "first_aid",
        2,
        "first_aid_card",
    )
    task = made.changes.current("Task", first["task"])
    assert task is not None
    assert (task["min_crew"], task["township"], task["tier"]) == (4, TOWNSHIP, 3)


def test_a_promise_names_one_slot() -> None:
    made = world()
    person(made)
    aid, anybody = job(made, skill="急救"), job(made)
    claim = {"volunteer": "001", "organization": "ORG1", "task": "T1"}
    assert bind(made, "claims", **claim, skill="急救")["slot"] == aid["id"]
    assert bind(made, "claims", **claim)["slot"] == anybody["id"]
    with pytest.raises(RowUnplaced):
        bind(made, "claims", **claim, skill="炊事")


def test_pieces_not_counted_are_one() -> None:
    made = bind(
        world(), "equipment", code="E1", organization="ORG1", kind="boat", township=TOWNSHIP
    )
    assert (made["pieces"], made["operator"], made["readiness"]) == (1, False, "ready")
