"""What a public list shows: no minors, no count so small that it names somebody."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from graphcore.casework.notice import merged, publishable

CELL = st.tuples(st.sampled_from(["V1", "V2", "V3", "V4"]), st.sampled_from(["first", "second"]))


def rows(*cells: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [{"township": "T", "village": v, "grade": g, "amount_fen": 100} for v, g in cells],
        schema={"township": pl.String(), "village": pl.String(), "grade": pl.String(),
                "amount_fen": pl.Int64()},
    )  # fmt: skip


def home(*bands: str, head: int = 0) -> pl.DataFrame:
    return pl.DataFrame([
        {"household": "H", "is_head": n == head, "age_band": b} for n, b in enumerate(bands)
    ])  # fmt: skip


def named(persons: pl.DataFrame) -> bool:
    return publishable(pl.DataFrame({"household": ["H"]}), persons).height == 1


def test_a_minor_who_heads_a_household_is_not_named() -> None:
    assert not named(home("child", "elder"))
    assert named(home("child", "elder", head=1))


def test_a_household_of_minors_is_not_named_whoever_heads_it() -> None:
    assert not named(home("child", "infant", head=5))


def test_a_class_of_enough_households_stays_one_of_fewer_goes_into_the_villages_total() -> None:
    whole = rows(*[("V1", "first")] * 3, *[("V1", "second")] * 3)
    assert merged(whole, 3)["grade"].to_list() == ["first", "second"]
    few = rows(*[("V1", "first")] * 3, *[("V1", "second")] * 2)
    assert merged(few, 3).select("village", "grade", "households").rows() == [("V1", "", 5)]


def test_a_small_village_takes_the_next_one_with_it() -> None:
    made = merged(rows(("V1", "first"), *[("V2", "first")] * 3, *[("V3", "first")] * 4), 3)
    assert made.select("village", "households").rows() == [("", 4), ("V3", 4)]


@given(st.lists(CELL, max_size=30), st.integers(2, 5))
def test_no_count_is_below_the_least_and_none_is_counted_twice(
    cells: list[tuple[str, str]], least: int
) -> None:
    made = merged(rows(*cells), least)
    assert all(n >= least for n in made["households"])
    assert made["households"].sum() in (0, len(cells))
