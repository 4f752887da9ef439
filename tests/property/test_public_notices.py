"""Counts of public notices: no cell is small, and none can be made small by subtracting."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from graphcore.casework.publication import OTHER, PATH, ROWS, merged_counts

PLACES = [(t, f"{t}{v}") for t in ("T1", "T2", "T3") for v in ("a", "b", "c")]
HOMES = st.lists(st.tuples(st.sampled_from(PLACES), st.sets(st.sampled_from("xyz"), min_size=1)),
                 max_size=25)  # fmt: skip
LEAST = st.integers(1, 6)


def table(homes: Iterable[tuple[tuple[str, str], set[str]]]) -> pl.DataFrame:
    """A household each, of some kinds."""
    rows = [(f"H{n}", *place, kind, 100)
            for n, (place, kinds) in enumerate(homes) for kind in sorted(kinds)]  # fmt: skip
    return pl.DataFrame(rows, schema=ROWS, orient="row")


@given(HOMES, LEAST)
@settings(max_examples=25, deadline=None)
def test_no_cell_is_small(homes: list[tuple[tuple[str, str], set[str]]], least: int) -> None:
    assert all(n >= least for n in merged_counts(table(homes), least)["households"])


@given(HOMES, LEAST)
@settings(max_examples=25, deadline=None)
def test_money_is_all_there_unless_nothing_is_shown(
    homes: list[tuple[tuple[str, str], set[str]]], least: int
) -> None:
    rows = table(homes)
    shown = int(merged_counts(rows, least)["fen"].sum())
    assert shown == (rows["fen"].sum() if rows["household"].n_unique() >= least else 0)


@given(HOMES, LEAST, st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_the_order_of_rows_does_not_matter(
    homes: list[tuple[tuple[str, str], set[str]]], least: int, random: object
) -> None:
    rows = table(homes)
    other = rows.sample(fraction=1, shuffle=True, seed=random.randrange(99))  # type: ignore[attr-defined]
    assert merged_counts(rows, least).equals(merged_counts(other, least))


@given(st.lists(st.sampled_from(PLACES), max_size=25), LEAST)
@settings(max_examples=25, deadline=None)
def test_what_is_subtracted_from_any_total_is_nobody_or_enough(
    places: list[tuple[str, str]], least: int
) -> None:
    """With one kind a household, a total minus any of its cells is the sum of whole cells."""
    cells = merged_counts(table([(p, {"x"}) for p in places]), least)
    sizes = cells["households"].to_list()
    for k in range(len(sizes) + 1):
        for some in list(combinations(sizes, k))[:200]:
            rest = sum(sizes) - sum(some)
            assert rest == 0 or rest >= least


def test_a_village_at_the_bound_is_shown_and_one_below_is_joined() -> None:
    rows = table([(PLACES[0], {"x"})] * 5 + [(PLACES[1], {"x"})] * 4 + [(PLACES[2], {"x"})] * 6)
    cells = merged_counts(rows, 5).rows()
    assert cells == [("T1", OTHER, OTHER, 9, 900), ("T1", "T1c", "x", 6, 600)]


def test_a_lone_small_kind_takes_its_neighbour_along() -> None:
    """Otherwise the village's total would tell it."""
    rows = table([(PLACES[0], {"x"})] * 2 + [(PLACES[0], {"y"})] * 9)
    assert merged_counts(rows, 5).rows() == [("T1", "T1a", OTHER, 11, 1100)]


def test_too_few_in_all_are_not_shown() -> None:
    assert merged_counts(table([(PLACES[0], {"x"})] * 4), 5).is_empty()
    assert merged_counts(table([(PLACES[0], {"x"})] * 5), 5).height == 1
    assert merged_counts(table([]), 5).columns == [*PATH, "households", "fen"]
