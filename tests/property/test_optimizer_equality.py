"""Classes lose nothing: the household-level model in another solver finds the same values."""

from __future__ import annotations

import pytest

from tests.bench.equality import RELATIVE, differences
from tests.support.districts import random_problem


@pytest.mark.parametrize("seed", range(12))
def test_classes_and_households_agree_on_every_goal(seed: int) -> None:
    problem = random_problem(
        seed, households=30 + 10 * seed, townships=1 + seed % 3, warehouses=1 + seed % 2,
        items=2 + seed % 4, days=1 + seed % 3, scarcity=[0.3, 0.7, 1.0][seed % 3],
        fleet_share=[0.3, 0.8, 2.0][seed % 3], swaps=seed % 2 == 1,
    )  # fmt: skip
    gaps = differences(problem)
    assert set(gaps) >= {"weighted_coverage", "lateness", "cost"}
    assert max(gaps.values()) <= RELATIVE
