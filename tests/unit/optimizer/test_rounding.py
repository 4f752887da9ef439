"""Whole units: never past a limit, nothing lost that something could still serve."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.classes import Classes, classify
from optimizer.flow import Flow, flow
from optimizer.rounding import paths, whole_units
from optimizer.validate import validate
from tests.support.districts import lot, two_villages, van


def world(stock: int, kg: int = 100_000) -> tuple[Classes, Flow]:
    chosen = two_villages().replace(lots=(lot("L1", "tent", stock),), fleet=(van(0, kg),), days=1)
    classes = classify(validate(chosen.problem))
    return classes, flow(classes)


@pytest.mark.parametrize(
    ("li", "wang", "stock", "expected"),
    [(3.0, 2.0, 5, [3, 2]), (2.5, 2.5, 5, [3, 2]), (5.999999999, 4.0, 10, [6, 4]),
     (0.5, 0.5, 1, [1, 0]), (0.0, 0.0, 10, [6, 4])],
)  # fmt: skip
def test_what_rounding_frees_is_given_back(
    li: float, wang: float, stock: int, expected: list[int]
) -> None:
    classes, columns = world(stock)
    amounts = np.array([li, wang])
    whole, ledger = whole_units(classes, columns, amounts, amounts)
    served = whole.served(2)
    assert served.sum() == sum(expected)
    assert sorted(served.tolist(), reverse=True) == expected
    assert ledger.stock.min() >= 0


@pytest.mark.parametrize(("kg", "units"), [(200, 5), (199, 4)])
def test_a_point_past_the_fleet_is_brought_back(kg: int, units: int) -> None:
    classes, columns = world(10, kg)
    amounts = np.array([3.0, 2.0])  # 200 kg
    whole, ledger = whole_units(classes, columns, amounts, amounts)
    assert whole.units.sum() == units
    assert ledger.van_g.min() >= 0


def test_paths_join_both_sides_of_a_pool() -> None:
    classes, columns = world(10)
    send, cls, amount = paths(columns, np.array([3.5, 2.25]), np.array([3.5, 2.25]))
    assert classes.classes.height == 2
    assert amount.tolist() == [3.5, 2.25]
    assert send.tolist() == [0, 1]
    assert sorted(cls.tolist()) == [0, 1]
