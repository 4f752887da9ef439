"""Travel times against brute force over all simple paths."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from graphcore.domain.tables import frame
from graphcore.network.roads import POINTS, ROADS, WAREHOUSES, cut_off, ways

DAY = date(2026, 7, 1)
PLACES = "abcde"
Row = dict[str, Any]
Reach = dict[tuple[str, str], tuple[int, int]]


@st.composite
def maps(draw: st.DrawFn) -> list[Row]:
    """Up to nine roads between five places; some cut, some repaired within the horizon."""
    ends = st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES)).filter(
        lambda e: e[0] != e[1]
    )
    return [
        {"code": f"R{n}", "a": a, "b": b, "minutes": draw(st.integers(0, 60)), "modes": ["truck"],
         "state": draw(st.sampled_from(["open", "open", "cut"])), "weight_limit_kg": None,
         "repaired_on": draw(st.sampled_from(["", "2026-07-02", "2026-07-03", "2026-07-09"]))}
        for n, (a, b) in enumerate(draw(st.lists(ends, max_size=9)))
    ]  # fmt: skip


def reach(rows: list[Row], days: int = 3) -> Reach:
    depots = pl.DataFrame([("A", "a"), ("B", "b")], schema=dict(WAREHOUSES), orient="row")
    table = ways(frame(ROADS, rows), depots, points(), first_on=DAY, days=days)
    return {(w, p): (m, d) for w, p, _, m, d in table.iter_rows()}


def points() -> pl.DataFrame:
    return pl.DataFrame([(p, p) for p in PLACES], schema=dict(POINTS), orient="row")


def by_hand(rows: list[Row], source: str, target: str, day: str) -> int | None:
    """Least minutes over every order of places in between."""
    length: dict[tuple[str, str], int] = {}
    for row in rows:
        if row["state"] == "open" or (row["repaired_on"] and row["repaired_on"] <= day):
            for pair in ((row["a"], row["b"]), (row["b"], row["a"])):
                length[pair] = min(row["minutes"], length.get(pair, row["minutes"]))
    if source == target:
        return 0
    between = [p for p in PLACES if p not in (source, target)]
    totals = []
    for count in range(len(between) + 1):
        for middle in permutations(between, count):
            steps = list(zip((source, *middle), (*middle, target), strict=True))
            if all(s in length for s in steps):
                totals.append(sum(length[s] for s in steps))
    return min(totals, default=None)


@settings(deadline=None, max_examples=150)
@given(maps())
def test_times_equal_brute_force_on_the_first_open_day(rows: list[Row]) -> None:
    expected: Reach = {}
    for source, target in ((s, t) for s in "ab" for t in PLACES):
        for offset, day in enumerate(("2026-07-01", "2026-07-02", "2026-07-03")):
            minutes = by_hand(rows, source, target, day)
            if minutes is not None:
                expected[source.upper(), target] = (minutes, offset)
                break
    assert reach(rows) == expected


@settings(deadline=None, max_examples=100)
@given(maps(), st.data())
def test_cutting_a_road_never_shortens_nor_opens_anything(
    rows: list[Row], data: st.DataObject
) -> None:
    before = reach(rows, days=1)
    if not rows:
        return
    n = data.draw(st.integers(0, len(rows) - 1))
    worse = [*rows[:n], {**rows[n], "state": "cut", "repaired_on": ""}, *rows[n + 1 :]]
    after = reach(worse, days=1)
    assert set(after) <= set(before)
    assert all(after[key][0] >= before[key][0] for key in after)


@settings(deadline=None, max_examples=100)
@given(maps(), st.randoms(use_true_random=False))
def test_row_order_does_not_matter(rows: list[Row], rng: Any) -> None:
    mixed = list(rows)
    rng.shuffle(mixed)
    assert reach(mixed) == reach(rows)


@settings(deadline=None, max_examples=100)
@given(maps())
def test_cut_off_is_the_rest_of_what_trucks_reach_today(rows: list[Row]) -> None:
    depots = pl.DataFrame([("A", "a")], schema=dict(WAREHOUSES), orient="row")
    off = cut_off(frame(ROADS, rows), depots, points(), first_on=DAY)
    assert off == {p for p in PLACES if by_hand(rows, "a", p, "2026-07-01") is None}
