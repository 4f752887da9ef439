from __future__ import annotations

from typing import Any

import polars as pl

from api.usecases.totals import COLUMNS, totals
from graphcore.store.values import label_schema


def nodes(label: str, *rows: dict[str, Any]) -> pl.DataFrame:
    schema = label_schema(label)
    return pl.DataFrame([{c: r.get(c) for c in schema} for r in rows], schema=schema)


HOMES = nodes(
    "Household",
    {"id": "1", "village": "V", "township": "T", "persons": 3},
    {"id": "2", "village": "V", "township": "T", "persons": 2},
    {"id": "3", "village": "V", "township": "T", "persons": None},
)
HOUSES = nodes("Dwelling", {"id": "D", "household": "1", "damage": "collapsed",
                            "rooms_collapsed": 4, "rooms_severe": 1, "rooms_minor": 0})  # fmt: skip


def test_named_totals_count_households_persons_houses_and_rooms_by_class() -> None:
    made = totals(HOMES, HOUSES, nodes("DamageReport"))
    assert made.rows() == [
        ("named", "T", "V", "collapsed", 1, 3, 1, 4, 1, 0),
        ("named", "T", "V", "none", 2, 2, 0, 0, 0, 0),
    ]
    assert tuple(made.columns) == COLUMNS


def test_reported_totals_come_from_each_townships_latest_report() -> None:
    reports = nodes(
        "DamageReport",
        {"id": "R1", "township": "T", "reported_at": 1, "affected_persons": 9},
        {"id": "R2", "township": "T", "reported_at": 2, "affected_persons": 700,
         "affected_households": 150, "collapsed_households": 9, "minor_households": 30,
         "minor_rooms": 41},
    )  # fmt: skip
    made = totals(nodes("Household"), nodes("Dwelling"), reports)
    assert made.rows() == [
        ("reported", "T", "", "", 150, 700, None, None, None, None),
        ("reported", "T", "", "collapsed", 9, None, 9, None, None, None),
        ("reported", "T", "", "minor", 30, None, 30, None, None, 41),
    ]
