"""Winter–spring patterns at their bounds; each is found for a person to look at."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import polars as pl
import pytest

from graphcore.casework.audits import winter

BASE: dict[str, Any] = {
    "township": "T1", "village": "V1", "key": False, "state": "decided", "amount_fen": 100,
    "computed_fen": 100,
}  # fmt: skip


def listed(*rows: dict[str, Any]) -> pl.DataFrame:
    full = [{"id": f"WE-{n}", "household": f"H-{n}", **BASE, **r} for n, r in enumerate(rows)]
    return pl.DataFrame(full, schema=dict(winter.LISTED))


def told(found: pl.DataFrame) -> dict[str, Any]:
    return {r["subject"]: json.loads(r["detail"]) for r in found.iter_rows(named=True)}


@pytest.mark.parametrize(("count", "seen"), [(3, 0), (4, 1)])
def test_an_equal_split_of_unequal_needs_is_found_from_the_least_number_on(
    count: int, seen: int
) -> None:
    rows = listed(*({"computed_fen": 100 + n} for n in range(count)))
    assert winter.equal(rows, 4).height == seen


def test_equal_amounts_for_equal_needs_are_no_finding() -> None:
    assert winter.equal(listed(*[{}] * 6), 4).is_empty()


def test_one_other_amount_is_no_equal_split() -> None:
    rows = listed(*({"computed_fen": 100 + n, "amount_fen": 100 + (n == 0)} for n in range(6)))
    assert winter.equal(rows, 4).is_empty()


def test_an_amount_off_the_standard_is_shown_with_both_figures() -> None:
    found = winter.amiss(listed({"amount_fen": 120}, {}, {"computed_fen": 0, "amount_fen": 0}))
    assert told(found) == {"H-0": {"amount_fen": 120, "computed_fen": 100}}


@pytest.mark.parametrize(("now", "before", "seen"), [(4, 4, 1), (3, 4, 0), (4, 3, 0)])
def test_a_village_where_nobody_is_helped_twice_takes_turns(
    now: int, before: int, seen: int
) -> None:
    mine = listed(*[{}] * now)
    old = listed(*({"household": f"H-9{n}"} for n in range(before)))
    assert winter.rotation(mine, old, 4).height == seen


def test_one_household_helped_again_is_no_rotation() -> None:
    mine, old = listed(*[{}] * 5), listed(*({"household": f"H-{n + 4}"} for n in range(5)))
    assert winter.rotation(mine, old, 4).is_empty()


def test_a_declared_relative_counts_in_the_officials_village_only() -> None:
    ties = pl.DataFrame([
        {"tie": "CT-1", "household": "H-0", "village": "V1", "post": "主任", "relation": "弟"},
        {"tie": "CT-2", "household": "H-1", "village": "V2", "post": "主任", "relation": "弟"},
    ])  # fmt: skip
    found = winter.relatives(listed({}, {}), ties)
    assert told(found) == {"H-0": {"post": "主任", "relation": "弟", "amount_fen": 100}}
    assert found["proof"][0].to_list() == ["Household/H-0", "WinterEntry/WE-0", "CadreTie/CT-1"]


def test_a_recipient_found_dead_is_found_one_away_is_not() -> None:
    visits = pl.DataFrame([
        {"visit": "WV-1", "household": "H-0", "result": "deceased", "done_on": "2027-01-10"},
        {"visit": "WV-2", "household": "H-1", "result": "away", "done_on": "2027-01-10"},
    ])  # fmt: skip
    nobody = pl.DataFrame(schema={"household": pl.String(), "died_on": pl.String()})
    dead = winter.recorded_dead(visits, nobody)
    assert list(told(winter.deceased(listed({}, {}), dead))) == ["H-0"]


def test_a_death_in_the_register_of_persons_counts_too() -> None:
    persons = pl.DataFrame({"household": ["H-0", "H-1"], "died_on": ["2026-07-01", ""]})
    dead = winter.recorded_dead(pl.DataFrame(schema=dict(winter.SEEN)), persons)
    assert list(told(winter.deceased(listed({}, {}), dead))) == ["H-0"]


def test_two_villages_by_one_household_or_by_one_persons_number() -> None:
    rows = listed({}, {"household": "H-0", "village": "V2"}, {"village": "V3"}, {"village": "V4"})
    numbers = pl.DataFrame({"household": ["H-2", "H-3"], "number": ["n", "n"]})
    found = told(winter.two_villages(rows, numbers))
    assert found == {
        "H-0": {"villages": ["V1", "V2"]}, "H-2": {"villages": ["V3", "V4"]},
        "H-3": {"villages": ["V3", "V4"]},
    }  # fmt: skip


def test_one_number_twice_in_one_village_is_not_two_villages() -> None:
    numbers = pl.DataFrame({"household": ["H-0", "H-1"], "number": ["n", "n"]})
    assert winter.two_villages(listed({}, {}), numbers).is_empty()


def test_an_account_of_two_households_is_found_for_those_on_the_list() -> None:
    cards = pl.DataFrame([
        {"account": f"BA-{h}", "household": h, "digest": d}
        for h, d in (("H-0", "x"), ("H-9", "x"), ("H-1", "y"))
    ])  # fmt: skip
    assert told(winter.shared_cards(listed({}, {}), cards)) == {
        "H-0": {"households": 2, "amount_fen": 100}
    }


@pytest.mark.parametrize(("on", "seen"), [(date(2026, 10, 15), 0), (date(2026, 10, 16), 1)])
def test_a_village_is_late_the_day_after_a_steps_last_day(on: date, seen: int) -> None:
    rows = listed({"state": "surveyed"}, {"state": "decided"})
    last = {"review": date(2026, 10, 15), "audit": date(2026, 10, 31)}
    found = winter.late(rows, {"surveyed": "review", "reviewed": "audit"}, last, on)
    assert found.height == seen
    if seen:
        assert told(found)["V1:review"]["households"] == 1


def test_key_households_and_those_named_must_be_visited() -> None:
    rows = listed({"key": True}, {}, {}, {"key": True})
    visits = pl.DataFrame([
        {"visit": "WV-1", "household": "H-3", "result": "fine", "done_on": "2027-01-10"},
        {"visit": "WV-2", "household": "H-0", "result": "", "done_on": ""},
    ])  # fmt: skip
    assert set(told(winter.unvisited(rows, ["H-1"], visits))) == {"H-0", "H-1"}
