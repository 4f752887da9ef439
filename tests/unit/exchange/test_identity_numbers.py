"""GB 11643 alone."""

from __future__ import annotations

import pytest

from graphcore.exchange.identity import check_digit, from_old, valid_number


def test_the_standards_own_examples() -> None:
    assert valid_number("11010519491231002X")
    assert valid_number("440524188001010014")


@pytest.mark.parametrize("n", range(17))
def test_any_single_wrong_digit_is_found(n: int) -> None:
    number = "440524188001010014"
    for digit in set("0123456789") - {number[n]}:
        assert not valid_number(number[:n] + digit + number[n + 1 :])


@pytest.mark.parametrize(
    "number", ["", "11010519491231002", "11010519491231002X1", "01010519491231002X"]
)
def test_other_lengths_and_a_leading_zero_are_none(number: str) -> None:
    assert not valid_number(number)


def test_an_old_number_gains_century_and_check_digit() -> None:
    assert from_old("110105491231002") == "11010519491231002X"
    assert from_old("110105490230002") == ""


def test_the_check_digit_of_every_remainder() -> None:
    assert {check_digit(f"1101051949123{n:04}") for n in range(200)} == set("0123456789X")
