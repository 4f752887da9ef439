"""What the allocation is told of vehicles, of ways by transfers, and of loads."""

from __future__ import annotations

import polars as pl
import pytest

from graphcore.domain.tables import FLEET, ITEMS, LINES, frame
from optimizer.transport.loads import load_ids, loads_of
from optimizer.transport.offers import access_by_transfer, fleet_of
from tests.support.towns import Row, by_water, one, vehicle

ITEM_ROWS: list[Row] = [
    {"item": "rice", "basic": "food", "weight_g": 5000, "volume_ml": 6000},
    {"item": "tent", "basic": "shelter", "weight_g": 40_000, "volume_ml": 200_000},
]


def line(name: str, quantity: int, **other: object) -> Row:
    row: Row = dict.fromkeys(LINES, "")
    return {**row, "line": name, "item": "rice", "warehouse": "D", "point": "P", "day": 0,
            "due_day": 0, "quantity": quantity, "mode": "truck", "state": "firm",
            "reason": "weighted_coverage", "covers": quantity, **other}  # fmt: skip


def test_a_fleet_is_every_vehicle_on_every_trip() -> None:
    table = one(truck=vehicle(trips=3)).vehicles
    assert fleet_of(table).to_dicts() == [
        {
            "warehouse": "D",
            "mode": "truck",
            "day": 0,
            "capacity_kg": 6000,
            "capacity_l": 30_000,
            "cold": True,
        }
    ]
    assert fleet_of(table).schema == pl.Schema(FLEET)


def test_boats_at_a_transfer_count_for_the_warehouse_with_trucks() -> None:
    case = by_water(trips=2)
    rows = fleet_of(case.vehicles, case.transfers).select("warehouse", "mode", "capacity_kg").rows()
    assert ("D", "boat", 1000) in rows


def test_a_way_by_a_transfer_takes_both_legs_and_the_handling() -> None:
    found = access_by_transfer(by_water(), ["D"], ["P"], days=2)
    assert found.rows() == [("D", "P", "boat", 40 + 25 + 15, 0)]


def test_without_boats_there_is_no_way_by_water() -> None:
    assert access_by_transfer(by_water(day=5), ["D"], ["P"], days=5).is_empty()


def test_lines_of_one_point_and_rank_are_one_load() -> None:
    lines = frame(LINES, [line("1", 3), line("2", 4), line("3", 5, reason="survival_floor")])
    loads = loads_of(lines, frame(ITEMS, ITEM_ROWS))
    assert loads["units"].sort().to_list() == [5, 7]
    assert loads["weight_g"].unique().to_list() == [5000]


@pytest.mark.parametrize(("state", "rides"), [("firm", True), ("accepted", True),
                                              ("request", False), ("refused", False)])  # fmt: skip
def test_only_what_is_promised_rides(state: str, rides: bool) -> None:
    lines = frame(LINES, [line("1", 3, state=state)])
    assert (load_ids(lines)["load"][0] != "") is rides
    assert loads_of(lines, frame(ITEMS, ITEM_ROWS)).height == int(rides)


def test_the_survival_floor_is_worth_more_than_any_other_units() -> None:
    lines = frame(LINES, [line("1", 1, reason="survival_floor"), line("2", 1, point="R"),
                          line("3", 1, reason="priority_group")])  # fmt: skip
    worth = dict(loads_of(lines, frame(ITEMS, ITEM_ROWS)).select("load", "worth").iter_rows())
    ranked = sorted(worth, key=lambda name: -worth[name])
    assert [name.rpartition("|")[2] for name in ranked] == [
        "survival_floor",
        "priority_group",
        "other",
    ]


def test_items_count_alike_whatever_their_numbers() -> None:
    lines = frame(LINES, [line("1", 1000), line("2", 10, item="tent")])
    loads = loads_of(lines, frame(ITEMS, ITEM_ROWS))
    total = dict((loads.select("item", pl.col("units") * pl.col("worth"))).iter_rows())
    assert total["rice"] == total["tent"]
