"""Receipts: figures are totals; nothing is signed for twice, nor more than there is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphcore.casework.intake.binding import RowUnplaced
from graphcore.casework.intake.shifts import minute
from graphcore.casework.receipt import Level, NotAsSigned, Signed, Step, steps

BUCKETS = ("in_transit", "at_point", "received", "declined", "damaged", "lost")


def cargo(subject: str = "H-1", **units: int) -> dict[str, Any]:
    return {"subject": subject, **dict.fromkeys(BUCKETS, 0), **units}


def test_a_household_signs_for_what_is_on_its_way() -> None:
    assert steps(cargo(in_transit=5), Signed("c", 5), Level.HOUSEHOLD) == [
        Step("in_transit", "received", 5)
    ]


def test_units_at_the_point_are_handed_over_first() -> None:
    found = steps(cargo(in_transit=3, at_point=2), Signed("c", 4), Level.HOUSEHOLD)
    assert found == [Step("at_point", "received", 2), Step("in_transit", "received", 2)]


def test_a_point_takes_goods_in_but_hands_them_to_the_unnamed() -> None:
    at = steps(cargo(in_transit=3), Signed("c", 3), Level.POINT)
    assert at == [Step("in_transit", "at_point", 3)]
    unnamed = steps(cargo("HC-1", in_transit=3), Signed("c", 3), Level.POINT)
    assert unnamed == [Step("in_transit", "received", 3)]


@pytest.mark.parametrize(("received", "fine"), [(5, True), (6, False)])
def test_no_more_than_was_sent(received: int, fine: bool) -> None:
    if fine:
        assert steps(cargo(in_transit=5), Signed("c", received), Level.HOUSEHOLD)
        return
    with pytest.raises(NotAsSigned):
        steps(cargo(in_transit=5), Signed("c", received), Level.HOUSEHOLD)


@pytest.mark.parametrize("column", ["received", "damaged", "declined"])
def test_a_total_never_shrinks(column: str) -> None:
    known = cargo(in_transit=5, received=2, damaged=2, declined=2)
    same = {"received": 2, "damaged": 2, "declined": 2}
    assert steps(known, Signed("c", **same), Level.HOUSEHOLD) == []
    with pytest.raises(NotAsSigned):
        steps(known, Signed("c", **{**same, column: 1}), Level.HOUSEHOLD)


def test_what_has_not_left_cannot_be_signed_for() -> None:
    with pytest.raises(NotAsSigned):
        steps(cargo(), Signed("c", 0), Level.HOUSEHOLD)


units = st.integers(0, 20)


@given(units, units, units, units, units, st.sampled_from(Level))
def test_units_are_moved_never_made_and_the_same_sheet_moves_none(
    way: int, point: int, got: int, bad: int, no: int, level: Level
) -> None:
    before = cargo(in_transit=way, at_point=point, received=1)
    signed = Signed("c", got, bad, no)
    try:
        found = steps(before, signed, level)
    except NotAsSigned:
        return
    after = dict(before)
    for s in found:
        after[s.source] -= s.units
        after[s.target] += s.units
    assert min(after[b] for b in BUCKETS) >= 0
    assert sum(after[b] for b in BUCKETS) == sum(before[b] for b in BUCKETS)
    assert steps(after, signed, level) == []


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("7:30", 450), ("07：30", 450), ("18时", 1080), ("8点15分", 495), ("26:00", 1560), ("", None),
     ("48:00", 2880), ("08:30:00", 510)],
)  # fmt: skip
def test_times_of_the_day_as_offices_write_them(text: str, minutes: int | None) -> None:
    assert minute(text, "starts") == minutes


@pytest.mark.parametrize("text", ["48:01", "7:60", "早上", "-1", "123:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(RowUnplaced):
        minute(text, "starts")
