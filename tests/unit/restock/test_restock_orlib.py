"""The OR-Library format: what is read, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from graphcore.domain.errors import FileRefused
from optimizer.restock.orlib import Location, check_cap, read_cap, solve_cap, write_cap

TEXT = " 2 3\n 10 5.5\n 20 7.\n 4\n 1 2\n 5\n 3.25 4\n 6\n 5 6\n"


def test_every_number_finds_its_place() -> None:
    one = read_cap(TEXT)
    assert one.capacity.tolist() == [10, 20]
    assert one.fixed.tolist() == [5.5, 7]
    assert one.demand.tolist() == [4, 5, 6]
    assert one.cost.tolist() == [[1, 2], [3.25, 4], [5, 6]]


def test_what_is_written_reads_back_the_same() -> None:
    rng = np.random.default_rng(0)
    one = Location(rng.random(4), rng.random(4), rng.random(5), rng.random((5, 4)))
    back = read_cap(write_cap(one))
    for name in ("capacity", "fixed", "demand", "cost"):
        assert np.array_equal(getattr(one, name), getattr(back, name))


def test_the_word_capacity_takes_the_value_handed_in() -> None:
    text = TEXT.replace(" 10 ", " capacity ").replace(" 20 ", " capacity ")
    assert read_cap(text, 8000.0).capacity.tolist() == [8000, 8000]
    with pytest.raises(FileRefused):
        read_cap(text)


@pytest.mark.parametrize("text", ["", "2", "2 x", TEXT + " 1", TEXT.rsplit(" ", 1)[0], "0 0",
                                  TEXT.replace("5.5", "-5.5"), TEXT.replace("5.5", "nan")])  # fmt: skip
def test_what_is_not_the_format_is_refused(text: str) -> None:
    with pytest.raises(FileRefused):
        read_cap(text)


@pytest.mark.parametrize(("column", "value", "rule"), [
    (0, 0.5, "whole"), (2, 0.0, "met"), (0, 0.0, "capacity")
])  # fmt: skip
def test_the_judge_sees_a_changed_answer(column: int, value: float, rule: str) -> None:
    one = Location(np.array([20.0]), np.array([1.0]), np.array([4.0, 5.0]), np.ones((2, 1)))
    answer = solve_cap(one)
    assert check_cap(one, answer) == []
    answer.values[column if column == 0 else 1] = value
    assert rule in check_cap(one, answer)
