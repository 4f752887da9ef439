"""Headcounts and names: planned persons are the larger of the two, never the sum."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from graphcore.casework.headcounts import HEADCOUNTS, NAMED, as_subjects, remaining
from graphcore.domain.tables import frame

VILLAGES = ("V1", "V2", "V3")
Row = dict[str, Any]
HITS = pl.DataFrame({"township": ["T"], "intensity": [50]})


@st.composite
def counts(draw: st.DrawFn) -> list[Row]:
    """Calls from two sources about three villages and their township."""
    return [
        {"id": f"C{n}", "place": draw(st.sampled_from([*VILLAGES, "T"])), "township": "T",
         "persons": draw(st.integers(0, 60)),
         "households": draw(st.one_of(st.none(), st.integers(0, 30))),
         "source": draw(st.sampled_from(["phone", "radio"])),
         "counted_at": draw(st.integers(0, 3))}
        for n in range(draw(st.integers(0, 8)))
    ]  # fmt: skip


NAMES = st.lists(st.tuples(st.sampled_from(VILLAGES), st.integers(1, 9)), max_size=12)


def left(rows: list[Row], names: list[tuple[str, int]]) -> pl.DataFrame:
    known = [{"place": p, "township": "T", "persons": n, "households": 1} for p, n in names]
    return remaining(frame(HEADCOUNTS, rows), frame(NAMED, known), persons_per_household=3)


def said(rows: list[Row], place: str) -> int:
    """The headcount of a place by hand: the largest of the sources' latest."""
    best: dict[str, tuple[int, int]] = {}
    for row in (r for r in rows if r["place"] == place):
        key = (row["counted_at"], row["persons"])
        best[row["source"]] = max(best.get(row["source"], (-1, -1)), key)
    return max((persons for _, persons in best.values()), default=0)


@settings(deadline=None, max_examples=150)
@given(counts(), NAMES)
def test_planned_is_the_larger_of_headcount_and_names(
    rows: list[Row], names: list[tuple[str, int]]
) -> None:
    rest = dict(left(rows, names).select("place", "persons").iter_rows())
    planned = 0
    for village in VILLAGES:
        known = sum(n for p, n in names if p == village)
        assert known + rest.get(village, 0) == max(known, said(rows, village))
        planned += known + rest.get(village, 0)
    assert planned + rest.get("T", 0) == max(planned, said(rows, "T"))


@settings(deadline=None, max_examples=100)
@given(counts(), NAMES, st.sampled_from(VILLAGES), st.integers(1, 9))
def test_a_new_name_never_raises_the_total_above_names_and_counts(
    rows: list[Row], names: list[tuple[str, int]], village: str, persons: int
) -> None:
    def total(known: list[tuple[str, int]]) -> int:
        return sum(n for _, n in known) + int(left(rows, known)["persons"].sum())

    before, after = total(names), total([*names, (village, persons)])
    assert before <= after <= before + persons


@settings(deadline=None, max_examples=100)
@given(counts(), NAMES)
def test_every_anonymous_row_has_people_and_no_more_households_than_people(
    rows: list[Row], names: list[tuple[str, int]]
) -> None:
    rest = left(rows, names)
    assert (rest["persons"] >= 0).all()
    assert (rest["absorbed"] >= 0).all()
    found = as_subjects(rest, HITS)
    assert (found["persons"] >= 1).all()
    assert (found["households"] >= 1).all()
    assert (found["households"] <= found["persons"]).all()
    assert not found["subject"].is_duplicated().any()
