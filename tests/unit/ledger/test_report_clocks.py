"""Clocks: each deadline at its last microsecond and one past it."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

import polars as pl
import pytest

from api.usecases.ledger.reading import upward
from graphcore.casework.ledger.clocks import Response, Step, Terms, clocks, fault, response_at
from graphcore.domain.clock import CHINA, micros
from graphcore.domain.figures import Level, ResponseAct
from graphcore.policy.rulebook import Rulebook, load
from graphcore.policy.workdays import after_working_days, is_working

HOUR = 3_600_000_000
A = ResponseAct
DAILY = Terms(2, 24)
START, RAISE = Step(A.START, Level.FOUR, 10), Step(A.CHANGE, Level.TWO, 20)
STABLE, END = Step(A.STABLE, "", 30), Step(A.END, "", 40)


@cache
def rules() -> Rulebook:
    return load()


def last(phase: str = "follow_up", at: int = 0) -> pl.DataFrame:
    return pl.DataFrame([{"township": "t1", "versions": 2, "phase": phase, "reported_at": at,
                          "first_at": 0}])  # fmt: skip


def state(latest: pl.DataFrame, at: int, terms: Terms = DAILY) -> tuple[str, str, int]:
    (row,) = clocks(["t1"], latest, 0, at, terms).to_dicts()
    return row["state"], row["clock"], row["missed"]


@pytest.mark.parametrize(
    ("at", "found"), [(2 * HOUR, ("waiting", "first", 0)), (2 * HOUR + 1, ("missing", "first", 1))]
)
def test_a_township_that_never_reported_is_missing(at: int, found: tuple[str, str, int]) -> None:
    assert state(last().clear(), at) == found


@pytest.mark.parametrize(
    ("at", "found"),
    [(24 * HOUR, ("waiting", "follow_up", 0)), (24 * HOUR + 1, ("late", "follow_up", 1)),
     (48 * HOUR, ("late", "follow_up", 1)), (48 * HOUR + 1, ("late", "follow_up", 2))],
)  # fmt: skip
def test_each_follow_up_that_did_not_come_is_counted(
    at: int, found: tuple[str, str, int]
) -> None:  # fmt: skip
    assert state(last(), at) == found


@pytest.mark.parametrize(("at", "found"), [(99 * HOUR, "waiting"), (99 * HOUR + 1, "late")])
def test_once_stable_the_verified_report_is_due(at: int, found: str) -> None:
    assert state(last(), at, Terms(2, 24, 99 * HOUR))[:2] == (found, "verified")


def test_a_verified_report_ends_the_clock() -> None:
    assert state(last("verified"), 999 * HOUR) == ("done", "", 0)


@pytest.mark.parametrize(("came", "late"), [(2 * HOUR, 0), (2 * HOUR + 90_000_000, 1)])
def test_a_first_report_that_came_late_says_by_how_much(came: int, late: int) -> None:
    told = last(at=came).with_columns(first_at=pl.lit(came))
    assert clocks(["t1"], told, 0, came, Terms(2, 24))["first_late"].to_list() == [late]


@pytest.mark.parametrize(
    ("at", "found"),
    [(9, Response()), (10, Response("4", 10)), (20, Response("2", 10)), (30, Response("2", 10, 30)),
     (40, Response("", 10, 30, 40))],
)  # fmt: skip
def test_a_response_stands_as_the_steps_until_then_say(at: int, found: Response) -> None:
    assert response_at([END, STABLE, RAISE, START], at) == found


def test_a_new_start_begins_anew() -> None:
    again = Step(A.START, Level.THREE, 50)
    assert response_at([START, END, again], 50) == Response("3", 50)


def test_what_is_stable_settles_before_the_end() -> None:
    assert response_at([START, STABLE, END], 99).settled_at == 30
    assert response_at([START, END], 99).settled_at == 40


@pytest.mark.parametrize(
    ("before", "step", "found"),
    [([], START, ""), ([START], Step(A.START, "3", 11), "running"), ([], RAISE, "idle"),
     ([START], RAISE, ""), ([START], Step(A.CHANGE, "", 20), "level"), ([], END, "idle"),
     ([START], STABLE, ""), ([START, END], Step(A.START, "1", 50), "")],
)  # fmt: skip
def test_steps_follow_each_other(before: list[Step], step: Step, found: str) -> None:
    assert fault(before, step) == found


@pytest.mark.parametrize(
    ("toll", "hour", "found"),
    [(9, 9, (0, False)), (10, 9, (0, True)), (0, 10, (24 * HOUR, False))],
)
def test_the_summary_is_due_each_morning_and_a_large_toll_goes_straight_up(
    toll: int, hour: int, found: tuple[int, bool]
) -> None:
    nine = micros(datetime(2026, 7, 2, 9, tzinfo=CHINA))
    due, straight = upward(rules(), {"dead": toll, "missing": None}, nine + (hour - 9) * HOUR)
    assert (due - nine, straight) == found


@pytest.mark.parametrize(
    ("day", "works"),
    [(date(2026, 7, 3), True), (date(2026, 7, 4), False), (date(2026, 9, 20), True),
     (date(2026, 10, 1), False), (date(2026, 10, 8), True), (date(2025, 10, 1), True)],
)  # fmt: skip
def test_working_days_are_those_of_the_years_calendar(day: date, works: bool) -> None:
    """2025 has no calendar: only weekends are off."""
    assert is_working(rules(), day) is works


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [(date(2026, 7, 3), 0, date(2026, 7, 3)), (date(2026, 7, 3), 1, date(2026, 7, 6)),
     (date(2026, 9, 30), 5, date(2026, 10, 13))],
)  # fmt: skip
def test_a_term_ends_on_its_last_working_day(start: date, days: int, end: date) -> None:
    assert after_working_days(rules(), start, days) == end
