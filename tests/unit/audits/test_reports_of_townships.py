"""Reports: late at one microsecond past the hour, and totals beside the houses under them."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from graphcore.casework.audits import reports
from graphcore.casework.ledger.clocks import Terms
from graphcore.casework.ledger.reconcile import NAMED
from graphcore.casework.ledger.versions import REPORTS, standing
from graphcore.domain.tables import frame

HOUR = 3_600_000_000


def told(*rows: dict[str, Any]) -> pl.DataFrame:
    plain = {"township": "t1", "phase": "first", "reported_at": HOUR}
    return frame(reports.TOLD, [{"id": f"R-{n}"} | plain | row for n, row in enumerate(rows)])


def late(rows: pl.DataFrame, at: int) -> list[str]:
    found = reports.late(["t1"], rows, 0, at, Terms(2, 24))
    return found["subject"].to_list()


@pytest.mark.parametrize(("at", "who"), [(2 * HOUR, []), (2 * HOUR + 1, ["t1"])])
def test_the_first_report_is_due(at: int, who: list[str]) -> None:
    assert late(told().clear(), at) == who


@pytest.mark.parametrize(("at", "who"), [(25 * HOUR, []), (25 * HOUR + 1, ["t1"])])
def test_the_next_is_due_after_the_latest(at: int, who: list[str]) -> None:
    assert late(told({"reported_at": 0}, {"reported_at": HOUR}), at) == who


def test_a_zero_report_is_a_report() -> None:
    zero = {"phase": "follow_up", "reported_at": 25 * HOUR}
    assert late(told({}, zero), 26 * HOUR) == []


def test_a_verified_report_ends_it() -> None:
    assert late(told({}, {"phase": "verified", "reported_at": 2 * HOUR}), 999 * HOUR) == []


def test_the_age_counts_from_when_it_was_due() -> None:
    found = reports.late(["t1"], told({}), 0, 100 * HOUR, Terms(2, 24))
    assert found["since"].to_list() == [25 * HOUR]


def stands(**figures: int | None) -> pl.DataFrame:
    row = {"id": "R-0", "township": "t1", "phase": "first", "number": 1, "reported_at": HOUR}
    return standing(frame(REPORTS, [{**dict.fromkeys(REPORTS), **row, **figures}]))


def named(*rows: tuple[str, int, list[str]]) -> pl.DataFrame:
    made = [{"township": "t1", "figure": f, "named": n, "rows": ids} for f, n, ids in rows]
    return frame(NAMED, made)


HOUSES = ("collapsed_households", 1, ["D-0"])


@pytest.mark.parametrize(("reported", "differs"), [(1, False), (2, True), (0, True), (None, False)])
def test_totals_are_those_of_the_houses(reported: int | None, differs: bool) -> None:
    found = reports.differing(stands(collapsed_households=reported), named(HOUSES))
    assert (found.height == 1) is differs


@pytest.mark.parametrize(
    ("figure", "label"),
    [("emergency_persons", "LedgerEntry"), ("relocated_concentrated", "ShelterStay"),
     ("affected_households", "Household"), ("transitional_persons", "Dwelling")],
)  # fmt: skip
def test_totals_of_people_are_those_of_the_rows_once_there_are_any(figure: str, label: str) -> None:
    told = stands(**{figure: 4})
    (row,) = reports.differing(told, named((figure, 3, ["X-1"]))).to_dicts()
    assert row["proof"][2:] == [f"{label}/X-1"]
    assert reports.differing(told, named((figure, 4, ["X-1"]))).is_empty()
    assert reports.differing(told, named()).is_empty()


def test_the_dead_and_missing_are_named_from_the_first_and_never_by_the_finding() -> None:
    (row,) = reports.differing(stands(dead=1, injured=2), named()).to_dicts()
    assert json.loads(row["detail"])["figures"] == [{"figure": "dead", "reported": 1, "named": 0}]
    (row,) = reports.differing(stands(dead=1), named(("dead", 2, ["CS-1", "CS-2"]))).to_dicts()
    assert row["proof"] == ["Township/t1", "DamageReport/R-0"]
    assert reports.differing(stands(missing=0), named()).is_empty()


def test_a_difference_is_shown_with_its_rows() -> None:
    under = named(("severe_households", 2, ["D-0", "D-2"]))
    (row,) = reports.differing(stands(severe_households=3), under).to_dicts()
    assert json.loads(row["detail"])["figures"] == [
        {"figure": "severe_households", "reported": 3, "named": 2}]  # fmt: skip
    assert row["proof"] == ["Township/t1", "DamageReport/R-0", "Dwelling/D-0", "Dwelling/D-2"]
    assert row["since"] == HOUR
