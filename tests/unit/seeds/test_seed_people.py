from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from graphcore.domain.household import HardshipGroup, MedicalFact
from seeds.generate import shares
from seeds.generate.district import District, generate
from seeds.generate.families import make_families


@pytest.fixture(scope="module")
def large() -> District:
    return generate(20_000, 12, 7)


def share(table: pl.DataFrame, condition: pl.Expr) -> float:
    return float(table.select(condition.mean()).item())


def test_households_are_as_large_as_the_census_says() -> None:
    people = make_families(np.random.default_rng(1), 50_000)
    assert abs(people.height / 50_000 - shares.MEAN_SIZE) < 0.03


def test_ages_are_near_those_of_the_census(large: District) -> None:
    people = large.truth.persons
    assert abs(share(people, pl.col("age") < 15) - shares.UNDER_15) < 0.03
    rural = 0.2381  # from 60 on, rural, census 2020
    assert shares.FROM_60 < share(people, pl.col("age") >= 60) < rural + 0.01


def test_every_household_has_one_grown_head(large: District) -> None:
    heads = large.truth.persons.filter(pl.col("relation") == "户主")
    assert heads["household"].is_unique().all()
    assert heads.height == 20_000
    assert heads["age"].min() >= 20  # type: ignore[operator]


@pytest.mark.parametrize(
    ("group", "rate"),
    [("minimum_living", shares.MINIMUM_LIVING), ("extreme_poverty", shares.EXTREME_POVERTY),
     ("disabled", 0.063)],
)  # fmt: skip
def test_hardship_is_as_frequent_as_published(large: District, group: str, rate: float) -> None:
    held = share(large.truth.persons, pl.col("groups").list.contains(group))
    assert abs(held - rate) < 0.15 * rate


def test_every_group_and_fact_has_somebody_even_in_a_small_district() -> None:
    small = generate(200, 2, 3)
    assert set(small["groups"]["groups"].explode()) == set(HardshipGroup)
    facts = small["members"]["facts"].explode(empty_as_null=False)
    assert set(facts) == set(MedicalFact)


def test_the_pregnant_are_women_of_that_age(district: District) -> None:
    held = district.truth.persons.filter(pl.col("facts").list.contains("pregnant"))
    assert not held["male"].any()
    assert held["age"].is_between(20, 44).all()


def test_about_one_household_in_fifteen_is_not_checked(large: District) -> None:
    assert 0.05 < share(large["roster"], pl.col("state") == "unknown") < 0.085


def test_the_unchecked_have_no_checker_and_no_time(district: District) -> None:
    unknown = district["roster"].filter(pl.col("state") == "unknown")
    assert set(unknown["checked_by"]) == {""}
    assert unknown["checked_at"].null_count() == unknown.height


def test_people_without_a_home_are_cases_too(district: District) -> None:
    homeless = district["groups"].filter(pl.col("groups").list.contains("vagrant"))
    assert homeless.height >= 1
    assert set(homeless["household"]) == {""}


def test_the_ledger_names_households_that_no_roster_has(district: District) -> None:
    outside = district["ledger"].filter(pl.col("household") == "")
    assert outside.height >= 1
    assert not outside["id_number"].is_in(district["roster"]["id_number"].implode()).any()
