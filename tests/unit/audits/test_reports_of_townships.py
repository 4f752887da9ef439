"""Reports: late at one microsecond past the hour, and totals beside the houses under them."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from graphcore.casework.audits import reports
from graphcore.casework.ledger.clocks import Terms
from graphcore.domain.tables import frame

HOUR = 3_600_000_000


def told(*rows: dict[str, Any]) -> pl.DataFrame:
    plain = {"township": "t1", "phase": "first", "reported_at": HOUR,
             **dict.fromkeys((f"{c}_households" for c in reports.CLASSES), 0)}  # fmt: skip
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


def houses(*damage: str) -> pl.DataFrame:
    rows: list[dict[str, object]] = [
        {"id": f"D-{n}", "township": "t1", "damage": d} for n, d in enumerate(damage)
    ]
    return frame(reports.HOUSES, rows)


@pytest.mark.parametrize(("reported", "differs"), [(1, False), (2, True), (0, True), (None, False)])
def test_totals_are_those_of_the_houses(reported: int | None, differs: bool) -> None:
    found = reports.differing(told({"collapsed_households": reported}), houses("collapsed", "none"))
    assert (found.height == 1) is differs


def test_a_difference_is_shown_with_its_rows() -> None:
    (row,) = reports.differing(
        told({"severe_households": 3}), houses("severe", "none", "severe")
    ).to_dicts()
    assert json.loads(row["detail"])["figures"] == [{"damage": "severe", "reported": 3, "named": 2}]
    assert row["proof"] == ["Township/t1", "DamageReport/R-0", "Dwelling/D-0", "Dwelling/D-2"]


def test_only_the_latest_report_counts() -> None:
    first, second = (
        {"collapsed_households": 9},
        {"reported_at": 2 * HOUR, "collapsed_households": 1},
    )
    assert reports.differing(told(first, second), houses("collapsed")).is_empty()
