"""What is asked of trips, goods and receipts gives the same answer on either engine."""

from __future__ import annotations

import pytest

from api.usecases.planning.settled import OUT
from graphcore.store.port import GraphStore
from tests.support.small_world import DISTRICT, PLAN, RIVER, WHEAT, context, fill
from tests.support.triprows import STOPS, put_trips


@pytest.fixture
def filled(store: GraphStore) -> GraphStore:
    ctx = context(store)
    fill(ctx)
    store.write(DISTRICT, put_trips)
    return store


def ids(store: GraphStore, query: str, **params: object) -> list[str]:
    return [str(r["id"]) for r in store.read(lambda unit: unit.rows(query, **params))]


def test_a_plans_trips_stops_and_goods(filled: GraphStore) -> None:
    assert ids(filled, "transport.trips", plan=PLAN) == ["T-1", "T-2", "T-3"]
    assert ids(filled, "transport.stops", plan=PLAN) == [str(s["id"]) for s in STOPS]
    assert ids(filled, "transport.cargo", plan=PLAN) == ["CG-1", "CG-2", "CG-3", "CG-4"]
    assert ids(filled, "transport.behind", plan=PLAN) == ["BH-1"]
    assert ids(filled, "transport.trips", plan="PL-NONE") == []


def test_a_feeder_carries_what_it_brings_to_the_next_vehicle(filled: GraphStore) -> None:
    assert ids(filled, "transport.cargo_of_trips", trips=["T-2"]) == ["CG-3", "CG-4"]
    assert ids(filled, "transport.cargo_of_trips", trips=[]) == []


def test_what_is_out_is_what_has_a_unit_in_some_bucket(filled: GraphStore) -> None:
    out = filled.read(lambda unit: unit.table("transport.out", OUT))
    assert out["cargo"].to_list() == ["CG-1", "CG-2"]
    assert out["received"].to_list() == [0, 1]


def test_units_that_left_or_were_lost_are_held_no_longer(filled: GraphStore) -> None:
    held = filled.read(lambda unit: unit.rows("planning.reserved_by", plan=PLAN))
    assert held == [{"lot": "L-0", "quantity": 2}]
    lines = filled.read(lambda unit: unit.rows("planning.lines", plan=PLAN))
    assert [r["line"] for r in lines] == ["A-0", "A-3", "A-4"]
    gone = filled.read(lambda unit: unit.rows("transport.gone", plan=PLAN))
    assert gone == [{"line": "A-0", "units": 1}, {"line": "A-1", "units": 0}]


def test_a_households_goods_and_a_lines_rides(filled: GraphStore) -> None:
    assert ids(filled, "transport.of_subject", subject="H-1") == ["CG-2"]
    assert ids(filled, "transport.of_line", line="A-3") == ["CG-3"]
    behind = filled.read(lambda unit: unit.rows("transport.line_behind", line="A-4"))
    assert behind == [{"quantity": 2, "reason": "fleet"}]
    assert ids(filled, "transport.receipts", trips=["T-1"]) == ["RC-1"]
    assert ids(filled, "transport.carried", cargo=["CG-1"], plans=[PLAN]) == []


@pytest.mark.parametrize(
    ("scope", "trips", "cargo"),
    [
        ("", ["T-1", "T-2", "T-3"], 4),
        (WHEAT, ["T-1"], 2),
        (RIVER, ["T-2", "T-3"], 2),
        ("88", [], 0),
    ],
)
def test_lists_are_cut_to_the_scope(
    filled: GraphStore, scope: str, trips: list[str], cargo: int
) -> None:
    given = {"plan": PLAN, "after": "", "scope": scope, "township": "", "limit": 10}
    assert ids(filled, "lists.trips", state="", **given) == trips
    assert len(ids(filled, "lists.cargo", **given)) == cargo
