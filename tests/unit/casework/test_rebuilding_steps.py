"""Milestones follow one another; the frost list names who is cold."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import polars as pl
import pytest

from graphcore.casework.audits.rebuilding import cold, stalled
from graphcore.casework.rebuilding import HOUSES, SEQUENCE, Proof, check, following, frost, unhoused
from graphcore.domain.errors import InputError, WrongState
from graphcore.domain.rebuilding import Milestone, Route
from graphcore.policy.rulebook import load

DAY = date(2026, 8, 1)
FROST = date(2026, 10, 20)


def house(**more: str) -> pl.DataFrame:
    row = {
        "household": "H-1", "township": "T", "village": "V", "damage": "collapsed",
        "rebuild": "RB-1", "route": "self_build", "milestone": "started",
        "reached_on": "2026-08-01", "interim_until": "",
    }  # fmt: skip
    return pl.DataFrame([{**row, **more}], schema=dict(HOUSES))


@pytest.mark.parametrize("route", Route)
def test_each_route_begins_with_the_assessment_and_ends_with_moving_in(route: Route) -> None:
    order = SEQUENCE[route]
    assert (order[0], order[-1]) == (Milestone.ASSESSED, Milestone.MOVED_IN)
    for before, after in pairwise(order):
        assert following(route, before) == (after,)
    assert following(route, Milestone.MOVED_IN) == ()


def test_a_waived_step_may_be_left_out_or_taken() -> None:
    may = following(Route.SELF_BUILD, "applied", ("reviewed", "noticed"))
    assert may == (Milestone.REVIEWED, Milestone.NOTICED, Milestone.AUDITED)


def record(what: Milestone, reached: str = "applied", on: date = DAY, *photos: str,
           evidence: str = "记录1号") -> None:  # fmt: skip
    proof = Proof(on, evidence, photos)
    check(Route.SELF_BUILD, reached, "2026-08-01", what, proof, ["started"])


def test_a_step_out_of_order_is_refused() -> None:
    record(Milestone.REVIEWED)
    for wrong in (Milestone.APPLIED, Milestone.NOTICED):
        with pytest.raises(WrongState):
            record(wrong)


def test_a_step_rests_on_a_record_a_photo_where_asked_and_a_day_not_before_the_last() -> None:
    with pytest.raises(InputError):
        record(Milestone.REVIEWED, evidence=" ")
    with pytest.raises(InputError):
        record(Milestone.STARTED, "approved")
    record(Milestone.STARTED, "approved", DAY, "ZP-1")
    with pytest.raises(InputError):
        record(Milestone.REVIEWED, on=date(2026, 7, 31))


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2026, 4, 15), date(2025, 10, 20)), (date(2026, 4, 16), date(2026, 10, 20)),
     (date(2026, 12, 1), date(2026, 10, 20))],
)  # fmt: skip
def test_until_the_thaw_it_is_the_last_frost_that_counts(on: date, expected: date) -> None:
    assert frost(load(), on) == expected


def test_each_region_has_its_own_frost() -> None:
    assert frost(load(region="230102"), DAY) == date(2026, 9, 20)


@pytest.mark.parametrize(
    ("more", "is_cold"),
    [({}, True), ({"milestone": "moved_in"}, False), ({"interim_until": "2026-10-19"}, True),
     ({"interim_until": "2026-10-20"}, False), ({"rebuild": "", "milestone": ""}, True)],
)  # fmt: skip
def test_who_moved_in_or_stays_warm_beyond_the_frost_is_not_cold(
    more: dict[str, str], is_cold: bool
) -> None:
    rows = unhoused(house(**more), FROST, DAY)
    assert rows.height == is_cold
    if is_cold:
        assert rows.select("frost_on", "days_left").row(0) == ("2026-10-20", 80)


def test_in_winter_a_place_that_ran_out_counts_no_longer() -> None:
    warm = house(interim_until="2026-11-30")
    assert unhoused(warm, FROST, date(2026, 11, 30)).is_empty()
    assert unhoused(warm, FROST, date(2026, 12, 1)).height == 1


@pytest.mark.parametrize(("on", "seen"), [(date(2026, 8, 20), 0), (date(2026, 8, 21), 1)])
def test_the_finding_opens_some_days_before_the_frost(on: date, seen: int) -> None:
    assert cold(house(), FROST, 60, on, 0).height == seen


@pytest.mark.parametrize(("on", "seen"), [(date(2026, 9, 15), 0), (date(2026, 9, 16), 1)])
def test_a_house_stands_still_after_so_many_days(on: date, seen: int) -> None:
    assert stalled(house(), 45, on, 0).height == seen
    assert stalled(house(milestone="moved_in"), 45, on, 0).is_empty()
