"""From weights to outcomes: each threshold at its bound."""

from __future__ import annotations

import polars as pl
import pytest

from graphcore.linkage.decide import Reason, Thresholds, decide

AGREES = {"at_name": "exact", "at_number": "blank", "at_phone": "exact", "at_place": "door"}


def pair(left: str, right: str, weight: float, **at: object) -> dict[str, object]:
    return {"left": left, "right": right, "weight": weight, "valid": False, **AGREES, **at}


def told(*pairs: dict[str, object]) -> dict[tuple[str, str], str]:
    made = decide(pl.DataFrame(list(pairs)), Thresholds())
    return {(a, b): why for a, b, why in made.select("left", "right", "reason").iter_rows()}


@pytest.mark.parametrize(("weight", "reason"), [(8.0, Reason.BEST), (7.999, Reason.LOW)])
def test_the_least_weight_of_a_match(weight: float, reason: str) -> None:
    assert told(pair("a", "x", weight)) == {("a", "x"): reason}


@pytest.mark.parametrize(("rival", "reason"), [(17.0, Reason.BEST), (17.001, Reason.CLOSE)])
def test_the_least_distance_to_the_runner_up(rival: float, reason: str) -> None:
    assert told(pair("a", "x", 20.0), pair("a", "y", rival))["a", "x"] == reason
    assert told(pair("a", "x", 20.0), pair("b", "x", rival))["a", "x"] == reason


def test_relatives_are_no_runners_up() -> None:
    wife = pair("a", "w", 19.0, at_name="other", at_number="other")
    assert told(pair("a", "x", 20.0), wife) == {("a", "x"): Reason.BEST}


@pytest.mark.parametrize(("weight", "seen"), [(-3.0, True), (-3.001, False)])
def test_the_least_weight_that_a_person_sees(weight: float, seen: bool) -> None:
    assert (("a", "x") in told(pair("a", "x", weight))) is seen


@pytest.mark.parametrize(("weight", "reason"), [(10.0, Reason.BEST), (9.999, Reason.FEW_AGREE)])
def test_an_equal_name_with_one_agreement_needs_more_weight(weight: float, reason: str) -> None:
    assert told(pair("a", "x", weight, at_phone="other")) == {("a", "x"): reason}


@pytest.mark.parametrize(("weight", "reason"), [(12.0, Reason.BEST), (11.999, Reason.FEW_AGREE)])
def test_a_name_alike_with_one_agreement_needs_still_more(weight: float, reason: str) -> None:
    alike = pair("a", "x", weight, at_name="sound", at_phone="other")
    assert told(alike) == {("a", "x"): reason}


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        ({"valid": True, "at_number": "other"}, Reason.NUMBERS_DIFFER),
        ({"at_number": "exact", "at_name": "kin"}, Reason.NAMES_DIFFER),
        ({"at_number": "exact", "at_name": "short"}, Reason.BEST),
        ({"at_number": "blank", "at_name": "nick"}, Reason.NOTHING_AGREES),
        ({"at_phone": "other", "at_place": "village"}, Reason.FEW_AGREE),
        ({"valid": True, "at_number": "exact"}, Reason.BEST),
    ],
)
def test_heavy_pairs_that_a_person_must_see(at: dict[str, object], reason: str) -> None:
    assert told(pair("a", "x", 30.0, **at)) == {("a", "x"): reason}


def test_nobody_is_asked_about_somebody_whose_partner_is_certain() -> None:
    assert told(pair("a", "x", 30.0), pair("a", "y", 5.0), pair("b", "x", 5.0)) == {
        ("a", "x"): Reason.BEST
    }
