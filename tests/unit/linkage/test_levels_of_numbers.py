"""How citizen numbers, births, phones and doors compare, each rule at its bound."""

from __future__ import annotations

import pytest

from tests.support.linked import levels

VALID = "990032195906151431"
ONE = "990032195906151441"  # one digit
SWAPPED = "990032195906154131"
TWO = "990032195906152441"
THREE = "990032195906252441"
OTHER = "990010196904028890"
SIBLING = "990032195906151458"  # valid too, two digits away: a twin


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        (VALID, VALID, "exact"),
        ("９９００３２１９５９０６１５１４３１", VALID, "exact"),
        ("990032 1959-0615 1431", VALID, "exact"),
        ("990032590615143", VALID, "exact"),  # 15 digits
        (ONE, VALID, "one"),
        (SWAPPED, VALID, "one"),
        (VALID[:-1], VALID, "one"),
        (TWO, VALID, "two"),
        ("990032195906151000", VALID, "two"),  # what a spreadsheet leaves
        (THREE, VALID, "other"),
        (OTHER, VALID, "other"),
        (SIBLING, VALID, "other"),
        ("", VALID, "blank"),
        ("无", VALID, "blank"),
    ],
)
def test_numbers_reach_their_level(left: str, right: str, level: str) -> None:
    assert levels({"number": left}, {"number": right})["number"] == level


def test_a_number_of_a_division_that_no_list_has_is_valid_all_the_same() -> None:
    row = {"number": "990032195906151431"}
    told = levels(row, {"number": "990032590615143"})
    assert (told["number"], told["born"]) == ("exact", "blank")


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("1959-06-15", "19590615", "exact"),
        ("1959-06-16", "1959-06-15", "near"),
        ("1959-06-51", "1959-06-15", "near"),
        ("1959-01-01", "1959-06-15", "near"),
        ("1959-07-16", "1959-06-15", "year"),
        ("1958-07-16", "1959-06-15", "other"),
        ("1959", "1959-06-15", "blank"),
    ],
)
def test_births_reach_their_level(left: str, right: str, level: str) -> None:
    assert levels({"born_on": left}, {"born_on": right})["born"] == level


def test_birth_and_sex_are_taken_from_a_valid_number() -> None:
    told = levels({"number": VALID}, {"born_on": "1959-06-15", "sex": "男"})
    assert (told["number"], told["born"], told["sex"]) == ("blank", "exact", "exact")


def test_equal_numbers_leave_nothing_to_birth_and_sex() -> None:
    told = levels({"number": VALID, "sex": "男"}, {"number": VALID, "sex": "女"})
    assert (told["born"], told["sex"]) == ("blank", "blank")


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("100-7549 5325", "10075495325", "exact"),
        ("+86 10075495325", "10075495325", "exact"),
        ("10075495326", "10075495325", "near"),
        ("10075495336", "10075495325", "other"),
        ("10075495446", "10075495325", "other"),
        ("123", "10075495325", "blank"),
    ],
)
def test_phones_reach_their_level(left: str, right: str, level: str) -> None:
    assert levels({"phone": left}, {"phone": right})["phone"] == level


DOOR = {"township": "阜山乡", "village": "周垟村", "address": "周垟村11组126号"}


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        ({}, "door"),
        ({"village": "周垟村委会", "township": "阜山"}, "door"),
        ({"address": "周垟村第十一村民小组一百二十六号"}, "door"),
        ({"address": "11社126#"}, "door"),
        ({"village": "周洋村"}, "stair"),
        ({"address": "周垟村11组"}, "group"),
        ({"address": "周垟村11组127号"}, "group"),
        ({"address": "周垟村12组126号"}, "village"),
        ({"address": ""}, "village"),
        ({"village": "周山村", "address": ""}, "town"),
        ({"village": "周垟村", "township": "海口镇"}, "other"),
        ({"village": ""}, "blank"),
    ],
)
def test_places_reach_their_level(changed: dict[str, str], level: str) -> None:
    assert levels(DOOR, DOOR | changed)["place"] == level


@pytest.mark.parametrize(("persons", "level"), [(3, "size"), (4, "near"), (5, "other")])
def test_household_sizes_reach_their_level(persons: int, level: str) -> None:
    assert levels({"name": "王伟", "persons": 3}, {"name": "王伟", "persons": persons})[
        "family"] == level  # fmt: skip
