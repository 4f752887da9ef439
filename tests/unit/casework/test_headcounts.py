"""Headcounts: which one speaks, and what names absorb."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from graphcore.casework.headcounts import (
    HEADCOUNTS,
    NAMED,
    as_subjects,
    remaining,
    speaking,
    with_roofless,
)
from graphcore.domain.tables import SUBJECTS, frame

HITS = pl.DataFrame({"township": ["T", "T"], "intensity": [40, 70]})


def count(id_: str, persons: int, **more: Any) -> dict[str, Any]:
    return {"id": id_, "place": "V", "township": "T", "persons": persons, "households": None,
            "source": "phone", "counted_at": 100, **more}  # fmt: skip


def counts(*rows: dict[str, Any]) -> pl.DataFrame:
    return frame(HEADCOUNTS, list(rows))


def named(*rows: tuple[str, int]) -> pl.DataFrame:
    full = [{"place": p, "township": "T", "persons": n, "households": 1} for p, n in rows]
    return frame(NAMED, full)


def left(rows: pl.DataFrame, known: pl.DataFrame) -> dict[str, tuple[int, int, int]]:
    found = remaining(rows, known, persons_per_household=3)
    return {i: (p, h, a) for i, p, h, a in
            found.select("id", "persons", "households", "absorbed").iter_rows()}  # fmt: skip


def test_a_newer_call_of_one_source_corrects_the_older_even_downwards() -> None:
    rows = counts(count("A", 40), count("B", 25, counted_at=101))
    assert speaking(rows)["id"].to_list() == ["B"]


def test_an_undated_call_is_the_oldest() -> None:
    rows = counts(count("A", 40, counted_at=None), count("B", 25, counted_at=0))
    assert speaking(rows)["id"].to_list() == ["B"]


def test_of_two_sources_the_larger_speaks_and_they_never_add() -> None:
    rows = counts(count("A", 40), count("B", 25, source="radio", counted_at=999))
    assert left(rows, named()) == {"A": (40, 14, 0)}


def test_of_two_sources_the_latest_of_each_is_compared() -> None:
    rows = counts(count("A", 90), count("B", 20, counted_at=200), count("C", 30, source="radio"))
    assert speaking(rows)["id"].to_list() == ["C"]


@pytest.mark.parametrize(("names", "rest"), [(0, 40), (39, 1), (40, 0), (41, 0)])
def test_names_absorb_to_zero_and_not_below(names: int, rest: int) -> None:
    known = named(("V", names)) if names else named()
    assert left(counts(count("A", 40)), known)["A"][::2] == (rest, 40 - rest)


def test_names_elsewhere_absorb_nothing() -> None:
    assert left(counts(count("A", 40)), named(("V2", 30)))["A"] == (40, 14, 0)


@pytest.mark.parametrize(
    ("said", "names", "households"),
    [(12, 3, 11), (1, 3, 1), (None, 3, 13), (50, 38, 2)],
)
def test_households_shrink_with_the_persons(said: int | None, names: int, households: int) -> None:
    rows = counts(count("A", 40, households=said))
    assert left(rows, named(("V", names)))["A"][1] == households


def test_a_townships_count_holds_its_villages_counts_and_names() -> None:
    rows = counts(count("V1", 40), count("T1", 100, place="T"))
    assert left(rows, named(("V", 10), ("V2", 25))) == {
        "V1": (30, 10, 10),  # village: max(40, 10) = 40 planned
        "T1": (35, 12, 65),  # township: 100 - (40 + 25)
    }


def test_a_townships_smaller_count_adds_nobody() -> None:
    rows = counts(count("V1", 40), count("T1", 30, place="T"))
    assert left(rows, named())["T1"][0] == 0


def test_as_subjects_are_anonymous_people_in_need_where_they_were_counted() -> None:
    rest = remaining(counts(count("A", 40), count("B", 5, place="V2")), named(("V2", 5)),
                     persons_per_household=3)  # fmt: skip
    found = as_subjects(rest, HITS)
    assert dict(found.schema) == dict(SUBJECTS)
    row = found.row(0, named=True)
    assert found.height == 1
    assert (row["subject"], row["point"], row["persons"], row["households"]) == ("A", "V", 40, 14)
    assert (row["state"], row["anonymous"], row["intensity"]) == ("in_need", True, 70)


@pytest.mark.parametrize(
    ("persons", "households", "gone", "roofless"),
    [(100, 40, 10, 25), (100, 40, 0, 0), (100, 0, 10, 30), (20, 0, 10, 20), (101, 40, 10, 26)],
)
def test_households_without_a_roof_become_persons_by_the_counts_own_mean(
    persons: int, households: int, gone: int, roofless: int
) -> None:
    told = pl.DataFrame([{
        "id": "HC-1", "place": "T", "township": "T", "persons": persons, "households": households,
        "roofless_households": gone, "source": "", "counted_at": 1,
    }])  # fmt: skip
    assert with_roofless(told, 3)["roofless"].to_list() == [roofless]


@pytest.mark.parametrize(("named_roofless", "left"), [(0, 10), (4, 6), (12, 0)])
def test_names_without_a_roof_absorb_those_of_the_count(named_roofless: int, left: int) -> None:
    count = frame(HEADCOUNTS, [{"id": "HC-1", "place": "V", "township": "T", "persons": 40,
                                "roofless": 10, "source": "", "counted_at": 1}])  # fmt: skip
    names = frame(NAMED, [{"place": "V", "township": "T", "persons": 12, "households": 4,
                           "roofless": named_roofless}])  # fmt: skip
    rest = remaining(count, names, persons_per_household=3)
    assert rest["roofless"].to_list() == [left]
