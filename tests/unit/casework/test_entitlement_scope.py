"""Who has needs: each way into the scope, and one step outside it."""

from __future__ import annotations

from typing import Any

import pytest

from graphcore.domain.tables import NEEDS, REFERRALS
from tests.unit.casework.made import RULES, SUMMER, facts, items, owed, subject, units

BOUND = int(RULES.at("presume.intensity", SUMMER).value)
FLOOR = {code for code, item in RULES.catalogue.items() if item.survival}


@pytest.mark.parametrize(
    "said",
    [
        {"state": "in_need"},
        {"damage": "collapsed"},
        {"damage": "severe"},
        {"relocated": True},
        {"cut_off": True},
        {"anonymous": True, "state": "in_need"},
    ],
)
def test_each_of_these_has_water_and_food(said: dict[str, Any]) -> None:
    assert {"water", "instant_food"} <= items(owed(subject(**said)))


@pytest.mark.parametrize("said", [{}, {"damage": "minor"}, {"intensity": 100}])
def test_a_safe_household_at_home_that_roads_reach_has_none(said: dict[str, Any]) -> None:
    found = owed(subject(**said), known=facts(("H-1", "P-1", "insulin")))
    assert found.needs.height == 0
    assert found.referrals.height == 0


def test_frames_have_their_schemas_even_without_rows() -> None:
    for found in (owed(subject()), owed(subject(state="in_need"))):
        assert dict(found.needs.schema) == dict(NEEDS)
        assert dict(found.referrals.schema) == dict(REFERRALS)


@pytest.mark.parametrize(("intensity", "presumed"), [(BOUND, True), (BOUND - 1, False)])
def test_unknown_is_presumed_in_need_from_the_dated_intensity_on(
    intensity: int, presumed: bool
) -> None:
    found = owed(subject(state="unknown", intensity=intensity))
    assert (found.needs.height > 0) is presumed
    assert found.unknown["presumed"].to_list() == [presumed]


def test_unknown_and_cut_off_is_owed_the_survival_floor_and_nothing_else() -> None:
    got = items(owed(subject(state="unknown", cut_off=True)))
    assert got
    assert got <= FLOOR
    checked = items(owed(subject(state="safe", cut_off=True)))
    assert got < checked
    assert {"water_tablets", "flashlight"} <= checked - FLOOR


def test_unknown_but_found_in_a_shelter_is_owed_in_full() -> None:
    got = items(owed(subject(state="unknown", relocated=True)))
    assert "hygiene_kit" in got
    assert "hygiene_kit" not in FLOOR


def test_every_unknown_household_is_listed_and_no_headcount() -> None:
    found = owed(
        subject(subject="H-2", state="unknown"), subject(subject="H-1", state="unknown"),
        subject(subject="H-3"), subject(subject="HC-1", state="unknown", anonymous=True),
    )  # fmt: skip
    assert found.unknown["subject"].to_list() == ["H-1", "H-2"]
    assert found.unknown["persons"].to_list() == [3, 3]


def test_headcount_is_planned_as_persons_and_households() -> None:
    got = units(
        owed(subject(anonymous=True, state="in_need", persons=40, households=12, cut_off=True))
    )
    assert got["water", 0] == 80
    assert got["water_tablets", 0] == 12
