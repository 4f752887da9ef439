"""Tiers and weights."""

from __future__ import annotations

from itertools import product
from typing import Any

import polars as pl
import pytest

from graphcore.domain.household import HardshipGroup, HouseDamage
from tests.unit.casework.made import owed, subject


def rank(**said: Any) -> tuple[int, int]:
    found = owed(subject(**{"state": "in_need", **said})).needs
    tiers, weights = set(found["tier"]), set(found["weight"])
    assert len(tiers) == len(weights) == 1
    return tiers.pop(), weights.pop()


@pytest.mark.parametrize("group", [g.value for g in HardshipGroup])
def test_each_group_of_the_source_text_comes_first(group: str) -> None:
    assert rank(groups=[group]) == (1, 1200)


def test_without_a_group_the_second_tier() -> None:
    assert rank() == (2, 1000)


def test_two_groups_weigh_as_the_larger_not_as_the_product() -> None:
    assert rank(groups=["disabled", "orphan"]) == rank(groups=["disabled"])


@pytest.mark.parametrize(
    ("intensity", "weight"), [(0, 1000), (39, 1000), (40, 1250), (69, 1250), (70, 1500)]
)
def test_intensity_bands_begin_at_their_bound(intensity: int, weight: int) -> None:
    assert rank(intensity=intensity)[1] == weight


@pytest.mark.parametrize(
    ("damage", "weight"),
    [("none", 1000), ("minor", 1000), ("severe", 1250), ("collapsed", 1250)],
)
def test_damage_weighs(damage: str, weight: int) -> None:
    assert rank(damage=damage)[1] == weight


def test_factors_multiply() -> None:
    assert rank(groups=["orphan"], damage="collapsed", intensity=100) == (1, 2250)


def test_weights_take_few_values() -> None:
    groups = [[], *([g.value] for g in HardshipGroup)]
    rows = [
        subject(subject=f"H-{n}", state="in_need", groups=g, damage=d.value, intensity=i)
        for n, (g, d, i) in enumerate(product(groups, HouseDamage, range(0, 101, 5)))
    ]
    needs = owed(*rows).needs
    assert needs["weight"].n_unique() <= 12
    assert needs.select(pl.col("weight").min()).item() == 1000
