from __future__ import annotations

from datetime import date

import pytest

from graphcore.casework.intake import people, places
from graphcore.casework.intake.binding import RowUnplaced
from graphcore.casework.intake.world import World
from graphcore.domain.household import AgeBand
from tests.support.intake import TOWNSHIP, VILLAGE, row, small_world


def home(
    world: World, code: str = "001", head: str = "甲", number: str = "", **said: object
) -> str:
    cells = row("roster", household=code, village=VILLAGE, head=head, id_number=number, **said)
    return people.roster(cells, world)


def test_a_roster_row_opens_a_household_with_its_state() -> None:
    world = small_world()
    key = home(world, state="safe", persons=3)
    made = world.changes.created["Household"][key]
    assert (made["code"], made["state"], made["persons"]) == ("001", "safe", 3)
    assert (made["village"], made["township"]) == (VILLAGE, TOWNSHIP)


def test_without_a_state_a_household_is_unknown_never_safe() -> None:
    world = small_world()
    assert world.changes.created.get("Household") is None
    key = home(world, state="")
    assert world.changes.created["Household"][key]["state"] == "unknown"


def test_ids_are_meaningless_and_personal_facts_stay_out_of_the_nodes() -> None:
    world = small_world()
    key = home(world, head="张三", number="990101199001011234", phone="100", address="河东村1号")
    node = world.changes.created["Household"][key]
    assert not {"张三", "990101199001011234", "100", "河东村1号"} & {str(v) for v in node.values()}
    assert world.changes.personal[key]["name"] == "张三"


def test_a_ledger_row_finds_its_household_by_code_then_number_then_unique_name() -> None:
    world = small_world()
    key = home(world, "001", "甲", "990101199001011234")
    said = {"village": VILLAGE, "persons_in_need": 2, "head": "甲"}
    assert people.ledger(row("ledger", household="001", **said), world) == key
    assert people.ledger(row("ledger", id_number="990101199001011234", **said), world) == key
    assert people.ledger(row("ledger", **said), world) == key


def test_two_of_one_name_in_a_village_are_not_guessed() -> None:
    world = small_world()
    both = {home(world, "001", "甲"), home(world, "002", "甲")}
    found = people.ledger(row("ledger", head="甲", village=VILLAGE, persons_in_need=1), world)
    assert found not in both


def test_a_code_never_seen_is_a_household_of_its_own_whatever_the_name() -> None:
    world = small_world()
    first = home(world, "001", "甲")
    assert home(world, "002", "甲") != first


def test_a_ledger_alone_opens_the_household() -> None:
    world = small_world()
    key = people.ledger(row("ledger", head="乙", village=VILLAGE, persons_in_need=4), world)
    assert world.changes.created["Household"][key]["persons_in_need"] == 4
    (entry,) = world.changes.created["LedgerEntry"].values()
    assert entry["household"] == key


def test_a_member_needs_its_household() -> None:
    with pytest.raises(RowUnplaced) as caught:
        people.member(row("members", household="404", name="丙"), small_world())
    assert caught.value.column == "household"


def test_a_member_is_found_again_by_number_or_name_at_home() -> None:
    world = small_world()
    home(world, "001")
    first = people.member(row("members", household="001", name="丙", id_number="N1"), world)
    assert people.member(row("members", household="001", name="丙", id_number="N1"), world) == first
    assert people.member(row("members", household="001", name="丙"), world) == first
    assert people.member(row("members", household="001", name="丁"), world) != first


def test_medical_facts_are_personal_and_can_be_withdrawn() -> None:
    world = small_world()
    home(world, "001")
    cells = row("members", household="001", name="丙", facts=["insulin", "dialysis"])
    key = people.member(cells, world)
    assert world.changes.personal[f"{key}#health"]["facts"] == ["dialysis", "insulin"]
    assert "insulin" not in str(world.changes.created["Person"][key])
    people.member({**cells, "facts": []}, world)
    assert world.changes.personal[f"{key}#health"]["facts"] == []


@pytest.mark.parametrize(
    ("born", "band"),
    [
        ("", AgeBand.UNKNOWN),
        ("2023-07-02", AgeBand.INFANT),
        ("2023-07-01", AgeBand.CHILD),
        ("2008-07-02", AgeBand.CHILD),
        ("2008-07-01", AgeBand.ADULT),
        ("1966-07-02", AgeBand.ADULT),
        ("1966-07-01", AgeBand.ELDER),
    ],
)
def test_age_bands_at_their_bounds(born: str, band: AgeBand) -> None:
    assert people.age_band(born, date(2026, 7, 1)) is band


@pytest.mark.parametrize(
    ("number", "born"),
    [("990101199002281234", "1990-02-28"), ("990101199002301234", ""), ("", "")],
)
def test_the_birth_date_in_a_number(number: str, born: str) -> None:
    assert people.birth_in(number) == born


def test_a_house_row_sums_rooms_and_belongs_to_its_household() -> None:
    world = small_world()
    cells = row("houses", head="甲", village=VILLAGE, damage="collapsed", rooms_collapsed=2,
                rooms_minor=1)  # fmt: skip
    key = people.house(cells, world)
    (house,) = world.changes.created["Dwelling"].values()
    assert (house["household"], house["damage"], house["rooms"]) == (key, "collapsed", 3)


def shelter(world: World) -> str:
    return places.shelter(row("shelters", code="S1", name="小学", village=VILLAGE), world)


def test_checking_in_moves_the_household_and_checking_out_moves_it_back() -> None:
    world = small_world()
    key, place = home(world, "001"), shelter(world)
    stay = {"shelter": "S1", "household": "001", "checked_in_at": 1}
    people.stay(row("stays", **stay), world)
    assert world.changes.created["Household"][key]["located"] == place
    people.stay(row("stays", **stay, checked_out_at=2), world)
    assert world.changes.created["Household"][key]["located"] == ""
    assert len(world.changes.created["ShelterStay"]) == 1


def test_a_stay_at_an_unknown_shelter_or_of_an_unknown_household_is_refused() -> None:
    world = small_world()
    home(world, "001")
    with pytest.raises(RowUnplaced, match="shelter"):
        people.stay(row("stays", shelter="S9", household="001"), world)
    shelter(world)
    with pytest.raises(RowUnplaced, match="household"):
        people.stay(row("stays", shelter="S1", household="404"), world)


def test_a_group_is_a_status_of_the_person_where_known_else_of_the_household() -> None:
    world = small_world()
    key = home(world, "001", "甲")
    person = people.member(row("members", household="001", name="丙", id_number="N1"), world)
    said = {"groups": ["disabled"], "source": "残联", "valid_from": "2026-01-01"}
    assert people.group(row("groups", name="丙", id_number="N1", **said), world) == person
    assert people.group(row("groups", name="甲", household="001", **said), world) == key
    found = world.changes.created["HardshipStatus"].values()
    assert sorted((str(s["person"]), str(s["household"])) for s in found) == [
        ("", key), (person, key),
    ]  # fmt: skip


def test_a_named_person_in_no_list_becomes_a_household_to_visit() -> None:
    world = small_world()
    cells = row("groups", name="戊", village=VILLAGE, groups=["orphan"])
    key = people.group(cells, world)
    assert world.changes.created["Household"][key]["state"] == "unknown"


def test_a_namesake_with_another_number_is_somebody_else() -> None:
    world = small_world()
    key = home(world, "001", "甲", "990101199001011234")
    said = {"village": VILLAGE, "persons_in_need": 1, "head": "甲"}
    other = people.ledger(row("ledger", id_number="990101198001011235", **said), world)
    assert other != key


def test_a_number_that_arrives_later_for_a_unique_name_is_theirs() -> None:
    world = small_world()
    key = home(world, "001", "甲")
    said = {"village": VILLAGE, "persons_in_need": 1, "head": "甲"}
    assert people.ledger(row("ledger", id_number="990101199001011234", **said), world) == key
