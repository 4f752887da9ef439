from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from graphcore.domain.errors import ProblemInvalid
from seeds.generate.district import District, generate
from seeds.generate.places import SIDE_KM, distances, make_map, place_table


def test_the_table_holds_one_district_with_statistical_codes() -> None:
    table = place_table()
    assert table["code"].str.contains(r"^331121\d{6}$").all()
    assert table["code"].is_unique().all()
    assert table["name"].str.len_chars().min() == 3
    inner = table.filter(pl.col("township") != "")
    assert (inner["code"].str.slice(0, 9) + "000" == inner["township"]).all()


@pytest.mark.parametrize("count", [2, 32])
def test_a_district_has_between_two_and_all_its_townships(count: int) -> None:
    places = make_map(np.random.default_rng(1), count)
    assert places.townships.height == count
    assert set(places.villages["township"]) == set(places.townships["code"])


@pytest.mark.parametrize("count", [1, 33])
def test_another_number_of_townships_is_refused(count: int) -> None:
    with pytest.raises(ProblemInvalid, match="乡镇数"):
        make_map(np.random.default_rng(1), count)


def test_villages_lie_nearest_to_their_own_seat() -> None:
    places = make_map(np.random.default_rng(2), 12)
    seats = places.townships.select("x", "y").to_numpy()
    nearest = distances(places.villages.select("x", "y").to_numpy(), seats).argmin(axis=1)
    owners = places.townships["code"].to_numpy()[nearest]
    assert (owners == places.villages["township"].to_numpy()).all()
    assert places.villages.select(pl.col("x", "y").is_between(0, SIDE_KM).all()).row(0) == (
        True,
        True,
    )


@pytest.mark.parametrize(("households", "fine"), [(144, True), (143, False)])
def test_a_district_needs_twelve_households_a_township(households: int, fine: bool) -> None:
    if fine:
        assert generate(households, 12, 1)["roster"].height == households
    else:
        with pytest.raises(ProblemInvalid, match="户数"):
            generate(households, 12, 1)


def test_places_in_the_files_are_the_real_ones(district: District) -> None:
    real = set(place_table()["code"])
    assert set(district["townships"]["code"]) | set(district["villages"]["code"]) <= real
