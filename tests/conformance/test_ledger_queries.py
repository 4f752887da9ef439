"""What is asked of the ledger gives the same answer on either engine."""

from __future__ import annotations

import polars as pl
import pytest

from graphcore.store.port import GraphStore, WriteUnit
from tests.support.small_world import DISTRICT

X, T = "X-1", "990101100000"


def put(unit: WriteUnit) -> None:
    """One township with two report versions, two households, houses, matches, an application."""
    unit.create("Township", pl.DataFrame([{"code": T, "name": "甲镇"}]))
    homes = [{"id": f"H-{n}", "township": T, "state": "in_need"} for n in (1, 2)]
    unit.create("Household", pl.DataFrame(homes))
    unit.create("LedgerEntry", pl.DataFrame([
        {"id": "LE-1", "household": "H-1", "disaster": X, "persons_in_need": 3, "paid_fen": 100},
        {"id": "LE-2", "household": "H-2", "disaster": X, "persons_in_need": 2, "paid_fen": 50},
    ]))  # fmt: skip
    unit.create("Dwelling", pl.DataFrame([
        {"id": f"D-{n}", "household": f"H-{n}", "damage": "severe", "rooms_collapsed": 0,
         "rooms_severe": n, "rooms_minor": 1} for n in (1, 2)
    ]))  # fmt: skip
    unit.create("DamageReport", pl.DataFrame([
        {"id": f"R-{n}", "disaster": X, "township": T, "phase": "first", "number": n,
         "reported_at": 10 - n} for n in (1, 2)
    ]))  # fmt: skip
    unit.create("LedgerVersion", pl.DataFrame([
        {"id": f"LV-{n}", "district": DISTRICT, "number": n} for n in (1, 2)]))  # fmt: skip
    unit.create("Application", pl.DataFrame([
        {"id": "AP-1", "district": DISTRICT, "number": "990101-20260702-0001"}]))  # fmt: skip
    both = pl.DataFrame({"from": ["LE-1", "LE-2"], "to": ["H-1", "H-2"]})
    unit.link("ENTRY_FOR", "LedgerEntry", "Household", both)
    lived = pl.DataFrame({"from": ["H-1", "H-2"], "to": ["D-1", "D-2"]})
    unit.link("DWELLS_IN", "Household", "Dwelling", lived)
    reports = pl.DataFrame({"from": ["R-1", "R-2"], "to": [T, T]})
    unit.link("REPORTS_ON", "DamageReport", "Township", reports)


@pytest.fixture
def filled(store: GraphStore) -> GraphStore:
    store.write(DISTRICT, put)
    return store


def test_the_ledgers_questions(filled: GraphStore) -> None:
    asked = {
        "entries": {"disaster": X}, "houses": {}, "latest": {"disaster": X},
        "newest": {"district": DISTRICT},
        "numbered": {"district": DISTRICT, "prefix": "990101-20260702"},
    }  # fmt: skip
    found = filled.read(
        lambda unit: {name: unit.rows(f"ledger.{name}", **given) for name, given in asked.items()}
    )
    assert found["entries"] == [{"township": T, "households": 2, "persons": 5, "paid_fen": 150}]
    assert found["houses"] == [{"township": T, "damage": "severe", "households": 2,
                                "rooms_collapsed": 0, "rooms_severe": 3, "rooms_minor": 2}]  # fmt: skip
    assert [r["id"] for r in found["latest"]] == ["R-2", "R-1"]
    assert found["newest"] == [{"id": "LV-2", "number": 2}]
    assert found["numbered"] == [{"n": 1}]
