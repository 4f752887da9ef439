"""Payments: funds, signatures, and every kind of row that a bank may return."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphcore.casework.payments import (
    Fund,
    Known,
    PayState,
    Returned,
    answers,
    approvers,
    draw,
    free_for,
    set_aside,
    used,
)

RANKS = [
    {"from_fen": 0, "from_payments": 0, "signatures": 1},
    {"from_fen": 1000, "from_payments": 10, "signatures": 2},
]
P = PayState


def row(result: PayState | None, payment: str = "a", number: int = 3, fen: int | None = 500,
        paid_on: str = "2026-07-09") -> Returned:  # fmt: skip
    return Returned(number, payment, fen, result, "", paid_on)


@pytest.mark.parametrize(
    ("fen", "payments", "needed"), [(999, 9, 1), (1000, 1, 2), (1, 10, 2), (1000, 10, 2)]
)
def test_amount_or_count_asks_for_a_second_signature(fen: int, payments: int, needed: int) -> None:
    assert len(approvers(RANKS, fen, payments)) == needed


def test_earmarked_money_goes_first_then_what_came_first() -> None:
    funds = [
        Fund("any-late", 50, (), "2026-07-02"), Fund("any", 50, (), "2026-07-01"),
        Fund("mine", 30, ("x",), "2026-07-03"), Fund("other", 99, ("y",), "2026-07-01"),
    ]  # fmt: skip
    assert draw(funds, frozenset({"x"}), 100) == {"mine": 30, "any": 50, "any-late": 20}
    assert sum(draw(funds, frozenset({"x"}), 131).values()) == 130


@given(st.dictionaries(st.sampled_from("fgh"), st.integers(1, 99), min_size=1), st.integers(0, 300))
def test_what_failed_goes_back_and_no_more(parts: dict[str, int], failed: int) -> None:
    given_ = used({"b": parts}, {"b": failed}, list("fgh"))
    assert sum(given_.values()) == max(0, sum(parts.values()) - failed)
    assert all(0 <= given_[f] <= parts[f] for f in parts)


@pytest.mark.parametrize(
    ("before", "result", "after", "look"),
    [
        (P.PENDING, P.PAID, P.PAID, False),
        (P.PENDING, P.FAILED, P.FAILED, False),
        (P.PENDING, P.REVERSED, P.FAILED, False),
        (P.PENDING, None, P.UNKNOWN, True),
        (P.UNKNOWN, P.PAID, P.PAID, False),
        (P.PAID, P.REVERSED, P.REVERSED, False),
    ],
)
def test_a_row_leads_to_a_state(
    before: PayState, result: PayState | None, after: PayState, look: bool
) -> None:
    (found,), silent = answers({"a": Known(500, before)}, [row(result)])
    assert (found.state, found.look, silent) == (after, look, [])


def test_a_row_of_another_batch_changes_nothing_and_the_silent_are_named() -> None:
    (found,), silent = answers({"a": Known(500, P.PENDING)}, [row(P.PAID, "z")])
    assert (found.state, found.look, silent) == (None, True, ["a"])


def test_another_amount_is_not_taken_for_paid() -> None:
    (found,), _ = answers({"a": Known(500, P.PENDING)}, [row(P.PAID, fen=501)])
    assert (found.state, found.look) == (P.UNKNOWN, True)


def test_an_untold_amount_is_fine() -> None:
    (found,), _ = answers({"a": Known(500, P.PENDING)}, [row(P.PAID, fen=None)])
    assert found.state is P.PAID


def test_paid_twice_in_one_file_is_paid_once_and_looked_at() -> None:
    found, _ = answers({"a": Known(500, P.PENDING)}, [row(P.PAID), row(P.PAID, number=4)])
    assert [(a.state, a.look) for a in found] == [(P.PAID, True), (None, True)]


@pytest.mark.parametrize(("day", "look"), [("2026-07-09", False), ("2026-07-10", True)])
def test_the_same_news_again_is_no_news_another_day_is(day: str, look: bool) -> None:
    known = {"a": Known(500, P.PAID, "2026-07-09")}
    (found,), _ = answers(known, [row(P.PAID, paid_on=day)])
    assert (found.state, found.look) == (None, look)


def test_ranks_sign_from_the_lowest_up_as_the_highest_entry_says() -> None:
    named = [{**RANKS[0], "ranks": ["科"]}, {**RANKS[1], "ranks": ["科", "局"]}]
    assert approvers(named, 999, 1) == ("科",)
    assert approvers(named, 1000, 1) == ("科", "局")
    assert approvers([], 0, 0) == ("",)


def test_what_is_set_aside_for_one_benefit_is_not_free_for_another() -> None:
    money = [Fund("f", 1000, (), "")]
    left = set_aside({"f": {"a": 600}}, {"f": {"a": 100}})
    assert left == {"f": {"a": 500}}
    assert free_for(money, left, "b")[0].left_fen == 500
    assert free_for(money, left, "a")[0].left_fen == 1000
    assert set_aside({"f": {"a": 600}}, {"f": {"a": 700}}) == {"f": {"a": 0}}
