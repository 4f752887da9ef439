"""Which villages were hit: marked, reported, or all of a hit township where none is marked."""

from __future__ import annotations

import polars as pl
import pytest

from graphcore.casework.places import VILLAGES, hit
from graphcore.domain.tables import frame


def villages(first: bool | None) -> pl.DataFrame:
    rows = [("v1", "t1", first), ("v2", "t1", None), ("v3", "t2", False)]
    return frame(VILLAGES, [dict(zip(VILLAGES, row, strict=True)) for row in rows])


@pytest.mark.parametrize(
    ("first", "struck", "named", "found"),
    [
        (None, ["t1"], [], ["v1", "v2"]),
        (True, ["t1"], [], ["v1"]),
        (True, ["t1"], ["v2"], ["v1", "v2"]),
        (None, [], ["v3"], ["v3"]),
        (None, [], [], []),
    ],
)
def test_a_village_is_hit(
    first: bool | None, struck: list[str], named: list[str], found: list[str]
) -> None:
    rows = hit(villages(first), struck, named)
    assert rows.filter("hit")["village"].to_list() == found
