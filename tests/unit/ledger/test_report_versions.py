"""Versions: what stands is the last that was told; a change is against the version before."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from graphcore.casework.ledger.versions import (
    REPORTS,
    changes,
    district,
    follow_ups,
    ordered,
    standing,
)
from graphcore.domain.tables import frame

HOUR = 3_600_000_000


def told(*rows: dict[str, Any]) -> pl.DataFrame:
    plain = {"township": "t1", "phase": "follow_up", "zero": False}
    return frame(REPORTS, [
        {"id": f"R-{n}", "number": n + 1, "reported_at": n * HOUR} | plain | row
        for n, row in enumerate(rows)
    ])  # fmt: skip


def test_what_a_version_does_not_tell_is_as_it_was_told_before() -> None:
    (row,) = standing(told({"injured": 3, "minor_rooms": 9}, {"injured": 4})).to_dicts()
    assert (row["injured"], row["minor_rooms"], row["version"]) == (4, 9, 2)


def test_a_version_that_arrives_late_does_not_count_over_a_later_one() -> None:
    rows = told({"reported_at": 5 * HOUR, "injured": 7}, {"reported_at": HOUR, "injured": 2})
    assert ordered(rows)["id"].to_list() == ["R-1", "R-0"]
    assert standing(rows)["injured"].to_list() == [7]


def test_of_one_time_the_later_arrival_counts() -> None:
    rows = told({"reported_at": 0, "injured": 7}, {"reported_at": 0, "injured": 2})
    assert standing(rows)["injured"].to_list() == [2]


def test_the_dead_stand_as_counted_and_others_only_as_told() -> None:
    (row,) = standing(told({"dead": 1, "missing": 2})).to_dicts()
    assert (row["dead_now"], row["missing_now"]) == (1, None)


def test_a_version_changes_only_what_differs() -> None:
    found = changes(told({"injured": 3, "missing": 1}, {"injured": 3, "missing": 0}))
    (row,) = found.to_dicts()
    assert (row["version"], row["figure"], row["before"], row["after"]) == (2, "missing", 1, 0)


@pytest.mark.parametrize(("figure", "fell"), [("injured", True), ("injured_now", False)])
def test_only_a_cumulative_figure_that_falls_is_marked(figure: str, fell: bool) -> None:
    assert changes(told({figure: 3}, {figure: 2}))["fell"].to_list() == [fell]


def test_the_first_version_changes_nothing() -> None:
    assert changes(told({"injured": 3})).is_empty()


def test_a_district_sums_what_was_told_and_keeps_the_untold_untold() -> None:
    sums = district(standing(told({"injured": 3}, {"township": "t2", "injured": 4})))
    assert (sums["injured"], sums["missing"]) == (7, None)


def test_the_next_form_begins_with_what_stands_and_a_first_one_empty() -> None:
    rows = follow_ups(standing(told({"injured": 3, "injured_now": 1})), [("t1", "甲镇"), ("t2", "乙镇")],
                      "X", {"t1": 9, "t2": 8})  # fmt: skip
    assert rows.select("township", "phase", "reported_at", "injured", "injured_now").rows() == [
        ("甲镇", "follow_up", 9, 3, 1), ("乙镇", "first", 8, None, None)
    ]  # fmt: skip
