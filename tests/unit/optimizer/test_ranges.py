"""Numbers in range and still wrong: each kind at its bound and one past it."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
import pytest

from graphcore.domain.tables import LOTS, NEEDS, frame
from optimizer import ranges
from optimizer.ranges import Odd
from tests.support.districts import lot, need


def told(found: Iterable[Odd]) -> list[tuple[str, str, int, int | None]]:
    return [(o.ref, o.column, o.value, o.meant) for o in found]


def fleet(kg: int | None = 3500, litres: int | None = 14_000, mode: str = "truck") -> pl.DataFrame:
    return pl.DataFrame(
        [("V", mode, kg, litres)], orient="row",
        schema={"id": pl.String, "mode": pl.String, "capacity_kg": pl.Int64, "capacity_l": pl.Int64},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kg", "meant"), [(40, None), (39, 39_000), (5, 5_000), (100_000, None), (100_001, 100),
                      (3_500_000, 3_500), (0, None), (None, None)],
)  # fmt: skip
def test_tons_and_grams_for_kilograms(kg: int | None, meant: int | None) -> None:
    wanted = [] if meant is None else [("V", "capacity_kg", kg, meant)]
    assert told(ranges.vehicles(fleet(kg=kg))) == wanted


@pytest.mark.parametrize(
    ("litres", "meant"), [(60, None), (59, 59_000), (400_000, None), (400_001, 400), (None, None)]
)
def test_cubic_metres_and_millilitres_for_litres(litres: int | None, meant: int | None) -> None:
    wanted = [] if meant is None else [("V", "capacity_l", litres, meant)]
    assert told(ranges.vehicles(fleet(litres=litres))) == wanted


def test_a_carrier_on_foot_carries_less() -> None:
    assert told(ranges.vehicles(fleet(kg=20, litres=30, mode="foot"))) == []
    assert told(ranges.vehicles(fleet(kg=4, litres=30, mode="foot"))) == [
        ("V", "capacity_kg", 4, 4000)
    ]


@pytest.mark.parametrize(
    ("grams", "ml", "wanted"),
    [
        (1560, 1700, []),
        (3, 1000, []),  # the lightest that is let through
        (2, 1000, [("I", "weight_g", 2, 2000)]),  # kilograms
        (15_000, 1000, []),
        (15_001, 1000, [("I", "volume_ml", 1000, 1_000_000)]),  # litres
        (0, 1000, []),
    ],
)
def test_weight_and_volume_that_do_not_go_together(
    grams: int, ml: int, wanted: list[tuple[str, str, int, int]]
) -> None:
    items = pl.DataFrame({"item": ["I"], "weight_g": [grams], "volume_ml": [ml]})
    assert told(ranges.goods(items)) == wanted


@pytest.mark.parametrize(("persons", "odd"), [(40, False), (41, True), (500, True)])
def test_a_household_is_no_village(persons: int, odd: bool) -> None:
    table = pl.DataFrame({"id": ["H"], "persons": [persons]})
    assert told(ranges.homes(table)) == ([("H", "persons", persons, None)] if odd else [])


def road(minutes: int, north: float | None) -> pl.DataFrame:
    """A road from the equator to ``north`` degrees of latitude (0.1 degree = 11.1 km)."""
    at = None if north is None else 0.0
    return pl.DataFrame(
        [("R", minutes, at, at, at, north)], orient="row",
        schema={"id": pl.String, "minutes": pl.Int64, "lon_a": pl.Float64, "lat_a": pl.Float64,
                "lon_b": pl.Float64, "lat_b": pl.Float64},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("minutes", "north", "meant"),
    [
        (4, 0.1, None),  # 167 km/h
        (3, 0.1, 180),  # 222 km/h: hours
        (1, 0.005, None),  # 0.6 km: too short to tell
        (1, None, None),  # nobody knows how long
        (1330, 0.1, None),  # 0.502 km/h
        (1340, 0.1, 22),  # 0.498 km/h: seconds
        (2880, None, None),
        (2881, None, 48),
        (0, 0.1, None),
    ],
)
def test_hours_and_seconds_for_minutes(
    minutes: int, north: float | None, meant: int | None
) -> None:
    wanted = [] if meant is None else [("R", "minutes", minutes, meant)]
    assert told(ranges.roads(road(minutes, north))) == wanted


@pytest.mark.parametrize(
    ("units", "owed", "odd"),
    [(99_999, 1, False), (100_000, 1, True), (300_000, 1000, False), (300_001, 1000, True)],
)
def test_stock_far_beyond_all_that_is_owed(units: int, owed: int, odd: bool) -> None:
    lots = frame(LOTS, [lot("L", "water", units)])
    needs = frame(NEEDS, [need("n", "p", "water", owed)])
    wanted = [("L", "quantity", units, units // 1000)] if odd else []
    assert told(ranges.stock(lots, needs)) == wanted
