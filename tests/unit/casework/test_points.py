"""Need follows where people are now."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from graphcore.casework.points import CUT, SHELTERS, STAYS, at_clusters, at_shelters, current_stays
from tests.unit.casework.made import subject, table

Stay = tuple[str, str, int | None, int | None]
HOMES = pl.DataFrame([("SH-1", "T2"), ("SH-2", "T3")], schema=dict(SHELTERS), orient="row")


def stays(*rows: Stay) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict(STAYS), orient="row")


@pytest.mark.parametrize(
    ("arrived", "left", "inside"),
    [
        (100, None, True),
        (101, None, False),
        (50, 101, True),
        (50, 100, False),
        (None, None, True),
    ],
)
def test_in_and_not_out(arrived: int | None, left: int | None, inside: bool) -> None:
    found = current_stays(stays(("SH-1", "H-1", arrived, left)), 100)
    assert (found.height == 1) is inside


def test_the_latest_open_stay_holds() -> None:
    found = current_stays(stays(("SH-2", "H-1", 20, None), ("SH-1", "H-1", 10, None)), 100)
    assert found.rows() == [("H-1", "SH-2")]


def test_those_at_a_shelter_are_served_there_and_count_as_away() -> None:
    moved = at_shelters(
        table(subject(), subject(subject="H-2")), stays(("SH-1", "H-1", 1, None)), HOMES, 100
    )
    first, second = moved.iter_rows(named=True)
    assert (first["point"], first["point_kind"], first["township"]) == ("SH-1", "shelter", "T2")
    assert first["relocated"]
    assert first["village"] == "990101100201"
    assert second == subject(subject="H-2")


def test_a_shelter_that_nobody_registered_moves_nobody() -> None:
    moved = at_shelters(table(subject()), stays(("SH-9", "H-1", 1, None)), HOMES, 100)
    assert moved.row(0, named=True) == subject()


def cut(*rows: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict(CUT), orient="row")


@pytest.mark.parametrize(
    ("said", "point", "kind", "off"),
    [
        ({"point": "V2"}, "V1", "cut_off", True),
        ({"point": "V3"}, "V3", "village", False),
        ({"point": "SH-1", "point_kind": "shelter"}, "SH-1", "shelter", True),
    ],
)
def test_cut_off_villages_gather_and_shelters_stay(
    said: dict[str, Any], point: str, kind: str, off: bool
) -> None:
    found = at_clusters(table(subject(**said)), cut(("V2", "V1", "T9"), ("SH-1", "SH-1", "T9")))
    row = found.row(0, named=True)
    assert (row["point"], row["point_kind"], row["cut_off"]) == (point, kind, off)
    assert row["township"] == ("T9" if kind == "cut_off" else "990101100")
