"""Retention: due on the day, held while anything is open, by kind."""

from __future__ import annotations

import polars as pl
import pytest

from graphcore.casework.retention import due_records, list_digest, to_destroy

DAY = 86_400_000_000
TOLD = pl.DataFrame(
    [("P-1", "H-1", "emergency", 0), ("P-1", "H-1", "emergency", DAY), ("P-1", "H-1", "health", 0),
     ("V-1", "", "emergency", 0), ("P-2", "H-2", "other", 0)],
    schema=["subject", "household", "kind", "told_at"], orient="row",
)  # fmt: skip
DAYS = {"emergency": 10, "health": 10}


def going(at: int, held: tuple[str, ...] = (), kinds: tuple[str, ...] = tuple(DAYS)) -> list[str]:
    rows = to_destroy(due_records(TOLD, DAYS, held, at), kinds)
    return [f"{s} {k}" for s, k in rows.select("subject", "kind").iter_rows()]


@pytest.mark.parametrize(
    ("at", "found"),
    [(10 * DAY - 1, []), (10 * DAY, ["P-1 health", "V-1 emergency"]),
     (11 * DAY, ["P-1 health", "V-1 emergency", "P-1 emergency"])],
)  # fmt: skip
def test_a_record_goes_on_its_day_counted_from_the_last_that_was_told(
    at: int, found: list[str]
) -> None:
    assert going(at) == found


def test_a_household_with_something_open_keeps_everything() -> None:
    assert going(99 * DAY, held=("H-1", "")) == ["V-1 emergency"]


def test_only_the_kinds_that_were_asked_for_go() -> None:
    assert going(99 * DAY, kinds=("health",)) == ["P-1 health"]


def test_a_kind_without_a_period_is_kept() -> None:
    assert "other" not in due_records(TOLD, DAYS, (), 99 * DAY)["kind"]


def test_the_digest_tells_lists_apart_and_knows_no_order() -> None:
    rows = due_records(TOLD, DAYS, (), 99 * DAY)
    assert list_digest(rows) == list_digest(rows.reverse())
    assert list_digest(rows) != list_digest(rows.head(1))
