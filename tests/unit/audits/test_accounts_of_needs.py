"""Accounts: what became of each unit that a household is owed, and why the rest is missing."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from graphcore.casework.audits.account import REASONS, ROLES, Book, book
from graphcore.domain.audit import Missing
from graphcore.domain.household import BasicNeed
from graphcore.domain.supply import LineState
from tests.unit.audits.books import homes, lines, owed, settled, shorts

PARTS = ("needed", "received", "planned", "missing", "not_needed")


def told(
    owes: pl.DataFrame, drawn: pl.DataFrame, short: pl.DataFrame, ruled: pl.DataFrame | None = None
) -> Book:
    return book(homes({}), owes, drawn, short, settled() if ruled is None else ruled, 1)


def of(found: Book, need: str = "N-1") -> dict[str, Any]:
    return found.accounts.filter(pl.col("need") == need).row(0, named=True)


def test_received_planned_and_missing_are_told_apart() -> None:
    drawn = lines(("N-1", "received", 2), ("N-1", "firm", 3), ("N-1", "accepted", 1))
    row = of(told(owed({}), drawn, shorts(("N-1", "stock", 4))))
    assert [row[p] for p in PARTS] == [10, 2, 4, 4, 0]
    assert (row["reason"], row["whom"]) == ("no_stock", "")


@pytest.mark.parametrize(("short", "wrong"), [(4, 0), (3, 1), (5, 1)])
def test_parts_that_do_not_add_up_are_named(short: int, wrong: int) -> None:
    found = told(owed({}), lines(("N-1", "firm", 6)), shorts(("N-1", "road", short)))
    assert found.unbalanced.height == wrong


@pytest.mark.parametrize(
    ("binds", "reason"),
    [("stock", "no_stock"), ("hold", "no_stock"), ("road", "no_road"), ("vehicle", "undeliverable"),
     ("something_new", "undeliverable"), ("requested", "pending")],
)  # fmt: skip
def test_why_it_is_missing(binds: str, reason: str) -> None:
    assert of(told(owed({}), lines(), shorts(("N-1", binds, 10))))["reason"] == reason


def test_a_request_waits_for_whoever_commands_the_goods() -> None:
    row = of(told(owed({}), lines(("N-1", "request", 10)), shorts(("N-1", "requested", 10))))
    assert (row["planned"], row["missing"]) == (0, 10)
    assert (row["reason"], row["whom"]) == ("pending", "red-cross")


def test_the_largest_part_gives_the_reason() -> None:
    row = of(told(owed({}), lines(), shorts(("N-1", "stock", 4), ("N-1", "road", 6))))
    assert row["reason"] == "no_road"


def test_a_need_that_no_plan_knows_waits_for_the_dispatcher() -> None:
    row = of(told(owed({"planned_for": False}), lines(), shorts()))
    assert (row["missing"], row["reason"], row["whom"]) == (10, "pending", "dispatcher")


def test_a_need_that_grew_after_the_plan_is_missing_by_the_difference() -> None:
    grown = owed({"planned_for": False, "units": 12})
    row = of(told(grown, lines(("N-1", "firm", 10)), shorts()))
    assert (row["planned"], row["missing"], row["whom"]) == (10, 2, "dispatcher")


def test_a_need_that_shrank_after_the_plan_counts_no_more_than_is_owed() -> None:
    shrunk = owed({"planned_for": False, "units": 4})
    row = of(told(shrunk, lines(("N-1", "firm", 10)), shorts()))
    assert [row[p] for p in PARTS] == [4, 0, 4, 0, 0]


def test_what_was_handed_over_counts_once() -> None:
    row = of(
        told(owed({"received": 4}), lines(("N-1", "received", 4), ("N-1", "firm", 6)), shorts())
    )
    assert (row["received"], row["planned"], row["missing"]) == (4, 6, 0)


def test_a_determination_moves_what_is_missing_and_nothing_else() -> None:
    drawn, short = lines(("N-1", "firm", 6)), shorts(("N-1", "stock", 4))
    row = of(told(owed({}), drawn, short, settled(("H-1", "water"))))
    assert [row[p] for p in PARTS] == [10, 0, 6, 0, 4]
    other = of(told(owed({}), drawn, short, settled(("H-1", "food"))))
    assert other["missing"] == 4


def test_every_counted_household_has_all_five_basic_needs() -> None:
    found = told(owed({}), lines(("N-1", "firm", 10)), shorts())
    assert set(found.accounts["basic"]) == {b.value for b in BasicNeed}
    assert found.accounts.filter(pl.col("need") == "")["needed"].sum() == 0


@pytest.mark.parametrize(
    ("named_by", "reason"),
    [(["roster"], Missing.UNKNOWN), (["roster", "ledger"], Missing.UNKNOWN),
     ([], Missing.NOT_REPORTED)],
)  # fmt: skip
def test_nobody_checked_is_missing_in_all_five(named_by: list[str], reason: Missing) -> None:
    home = homes({"state": "unknown", "scope": "", "named_by": named_by})
    found = book(home, owed().clear(), lines(), shorts(), settled(), 7).accounts
    assert found["missing"].to_list() == [1] * 5
    assert set(found["reason"]) == {reason.value}
    assert set(found["since"]) == {7}


def test_a_household_that_is_safe_and_owed_nothing_has_no_account() -> None:
    home = homes({"state": "safe", "scope": ""})
    assert book(home, owed().clear(), lines(), shorts(), settled(), 1).accounts.is_empty()


def test_every_state_of_a_line_has_its_meaning() -> None:
    assert {s.value for s in LineState} <= set(ROLES)


def test_what_nobody_has_thought_of_promises_nothing() -> None:
    found = told(owed({}), lines(("N-1", "in_dreams", 10)), shorts())
    assert (of(found)["planned"], found.unbalanced.height) == (0, 1)


def test_every_reason_that_binds_a_plan_is_known() -> None:
    from api.text.words import WORDS

    assert set(WORDS["shortfall"]) == set(REASONS)
