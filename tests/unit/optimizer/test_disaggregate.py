"""Classes to households: whole units, fair to within one, the same every time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.disaggregate import pair, shares


@given(st.lists(st.integers(1, 50), min_size=1, max_size=30), st.data(), st.integers(0, 9))
def test_nobody_is_a_whole_unit_from_the_fair_share(
    wants: list[int], data: st.DataObject, seed: int
) -> None:
    total = data.draw(st.integers(0, sum(wants)))
    got = shares(np.zeros(len(wants), int), np.array(wants), np.array([total]), seed)
    fair = np.array(wants) * total / sum(wants)
    assert got.sum() == total
    assert (np.abs(got - fair) < 1).all()
    assert (got <= wants).all()


def test_classes_do_not_mix() -> None:
    cls = np.array([0, 1, 0, 1, 2])
    got = shares(cls, np.array([2, 3, 2, 3, 5]), np.array([4, 3, 0]), 0)
    assert got[[0, 2]].tolist() == [2, 2]
    assert got[[1, 3]].sum() == 3
    assert got[4] == 0


def test_ties_are_broken_by_the_seed_and_repeatably() -> None:
    cls, wants, total = np.zeros(100, int), np.ones(100, int), np.array([50])
    first = shares(cls, wants, total, 1)
    assert (first == shares(cls, wants, total, 1)).all()
    assert (first != shares(cls, wants, total, 2)).any()
    assert 10 < first[:50].sum() < 40  # no place in the list is favoured


def test_pairs_keep_order_and_drop_what_is_not_taken() -> None:
    table = pair(np.array([0, 0, 1]), np.array([3, 2, 4]), np.array([1, 0]), np.array([4, 4]))
    assert sorted(table.rows()) == [(0, 1, 3), (1, 1, 1), (2, 0, 4)]


@pytest.mark.parametrize("side", ["left", "right"])
def test_pairs_of_nothing(side: str) -> None:
    none, one = np.zeros(0, int), np.ones(1, int)
    parts = (none, none, one, one) if side == "left" else (one, one, none, none)
    assert pair(*parts).is_empty()
