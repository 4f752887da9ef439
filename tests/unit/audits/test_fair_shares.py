"""Fairness: coverage by category, the largest gap first, nobody told apart by a small number."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphcore.casework.audits import fairness
from graphcore.casework.audits.account import book
from graphcore.casework.audits.fairness import BELONGS, MERGED
from tests.unit.audits.books import homes, lines, owed, settled, shorts


def belongs(**sizes: int) -> pl.DataFrame:
    """So many households of two persons in each category."""
    rows = [(f"H-{c}{n}", "township", c, 2) for c, size in sizes.items() for n in range(size)]
    return pl.DataFrame(rows, schema=dict(BELONGS), orient="row")


def cover(**shares: float) -> pl.DataFrame:
    """Coverage of each category's households, twenty each."""
    rows = [(f"H-{c}{n}", s) for c, s in shares.items() for n in range(20)]
    return pl.DataFrame(
        rows, schema={"household": pl.String(), "coverage": pl.Float64()}, orient="row"
    )


def test_the_largest_gap_comes_first() -> None:
    table = fairness.coverage(belongs(a=10, b=10, c=10), cover(a=1.0, b=0.2, c=0.6), 10)
    assert table["category"].to_list() == ["b", "c", "a"]
    assert table["coverage"].to_list() == [200, 600, 1000]
    assert table["gap"].to_list() == [400, 0, -400]


def test_whoever_is_in_two_groups_counts_once_in_the_mean() -> None:
    towns = belongs(a=10, b=10)
    groups = pl.concat([
        towns.filter(pl.col("category") == "b").with_columns(
            pl.lit("group").alias("dimension"), pl.lit(g).alias("category"))
        for g in ("disabled", "orphan")
    ])  # fmt: skip
    table = fairness.coverage(pl.concat([towns, groups]), cover(a=1.0, b=0.5), 10)
    gaps = dict(table.select("category", "gap").iter_rows())
    assert gaps == {"a": -250, "b": 250, "disabled": 250, "orphan": 250}


@pytest.mark.parametrize(("size", "merged"), [(9, True), (10, False)])
def test_a_category_of_too_few_is_merged_with_the_next(size: int, merged: bool) -> None:
    table = fairness.coverage(belongs(a=20, b=15, c=size), cover(a=1.0, b=0.5, c=0.0), 10)
    assert (MERGED in table["category"].to_list()) is merged
    assert ("c" in table["category"].to_list()) is not merged
    assert ("b" in table["category"].to_list()) is not merged  # else c were the difference


def test_too_few_altogether_show_no_coverage() -> None:
    table = fairness.coverage(belongs(a=3, b=2), cover(a=1.0, b=0.0), 10)
    assert table.select("category", "coverage", "gap").rows() == [(MERGED, None, None)]


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 20), min_size=1),
       st.integers(2, 12))  # fmt: skip
def test_no_figure_is_of_fewer_than_the_least(sizes: dict[str, int], least: int) -> None:
    rows = belongs(**sizes)
    table = fairness.coverage(rows, cover(**dict.fromkeys(sizes, 0.5)), least)
    assert table["households"].sum() == rows.height
    assert table["merged"].sum() == len(sizes)
    told = table.filter(pl.col("coverage").is_not_null())
    assert (told["households"] >= least).all()
    if MERGED in told["category"].to_list() and told.height > 1:
        assert told.filter(pl.col("category") == MERGED)["merged"][0] >= 2


def test_units_of_different_items_are_not_added_up() -> None:
    owes = owed({"units": 100}, {"need": "N-2", "item": "tent", "basic": "shelter", "units": 1})
    found = book(homes({}), owes, lines(("N-1", "firm", 100)), shorts(("N-2", "stock", 1)),
                 settled(), 1)  # fmt: skip
    assert fairness.covered(found.accounts)["coverage"].to_list() == [0.5]


def test_what_is_not_needed_lowers_no_coverage() -> None:
    found = book(homes({}), owed({}), lines(("N-1", "firm", 6)), shorts(("N-1", "stock", 4)),
                 settled(("H-1", "water")), 1)  # fmt: skip
    assert fairness.covered(found.accounts)["coverage"].to_list() == [1.0]


@pytest.mark.parametrize(("from_gap", "named"), [(400, ["township:b"]), (401, [])])
def test_a_gap_is_a_finding_from_its_size_on(from_gap: int, named: list[str]) -> None:
    rows, shares = belongs(a=10, b=10, c=10), cover(a=1.0, b=0.2, c=0.6)
    found = fairness.gaps(fairness.coverage(rows, shares, 10), rows, shares, from_gap, 1)
    assert found["subject"].to_list() == named
    if named:
        assert len(found["proof"][0]) == 10


def test_the_least_covered_come_first_behind_a_category() -> None:
    shares = cover(a=0.5).with_columns(
        pl.when(pl.col("household") == "H-a3").then(0.1)
        .when(pl.col("household") == "H-a4").then(1.0).otherwise("coverage").alias("coverage")
    )  # fmt: skip
    found = fairness.behind(belongs(a=10), shares, "township", "a")["household"].to_list()
    assert found[0] == "H-a3"
    assert "H-a4" not in found


@pytest.mark.parametrize(
    ("minutes", "band"),
    [(30, "to_30"), (31, "to_60"), (120, "to_120"), (121, "beyond"), (None, "cut_off")],
)
def test_bands_of_remoteness(minutes: int | None, band: str) -> None:
    row = pl.DataFrame({"minutes": [minutes]}, schema={"minutes": pl.Int64()})
    assert row.select(fairness.banded(pl.col("minutes"), [60, 30, 120]))[0, 0] == band
