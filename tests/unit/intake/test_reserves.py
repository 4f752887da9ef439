"""Scenarios, offers and budgets from forms to nodes."""

from __future__ import annotations

import pytest

from graphcore.casework.intake import places, reserves, supplies
from graphcore.casework.intake.binding import RowUnplaced
from graphcore.casework.intake.world import World
from tests.support.intake import TOWNSHIP, row, small_world

SCENARIO = {
    "scenario": "S1", "name": "洪涝", "hazard": "flood", "probability": 2.5,
    "strikes_on": "2026-08-01", "township": TOWNSHIP, "intensity": 70, "persons": 100,
    "source": "会商",
}  # fmt: skip


def told(**more: object) -> World:
    world = small_world()
    reserves.scenario(row("scenarios", **{**SCENARIO, **more}), world)
    return world


def test_a_scenario_and_what_it_does_to_a_township() -> None:
    world = told(relocated=100, roofless=40)
    (node,) = world.changes.created["Scenario"].values()
    assert node["probability_ppm"] == 25_000
    (link,) = world.changes.links
    assert dict(link.properties) == {
        "intensity": 70, "persons": 100, "relocated": 100, "roofless": 40,
    }  # fmt: skip


@pytest.mark.parametrize("part", ["relocated", "roofless"])
def test_more_moved_or_roofless_than_affected_is_refused(part: str) -> None:
    with pytest.raises(RowUnplaced, match=part):
        told(**{part: 101})


@pytest.mark.parametrize(
    ("column", "other"),
    [("probability", 3.0), ("strikes_on", "2026-08-02"), ("hazard", "snow")],
)
def test_rows_of_one_scenario_must_agree(column: str, other: object) -> None:
    world = told()
    with pytest.raises(RowUnplaced, match=column):
        reserves.scenario(row("scenarios", **{**SCENARIO, column: other}), world)


def test_a_lost_road_keeps_nothing_unless_said_and_a_warehouse_what_is_said() -> None:
    world = told()
    places.road(row("roads", code="R1", a=TOWNSHIP, b="x", minutes=5), world)
    supplies.warehouse(row("warehouses", code="W1", name="库", township=TOWNSHIP), world)
    reserves.loss(row("scenario_losses", scenario="S1", facility="R1"), world)
    reserves.loss(row("scenario_losses", scenario="S1", facility="W1", kept=62.5), world)
    kept = {x.target_label: dict(x.properties) for x in world.changes.links if x.rel == "LOSES"}
    assert kept == {"Road": {"kept_permille": 0}, "Warehouse": {"kept_permille": 625}}


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"scenario": "S9", "facility": "R1"}, "scenario"),
        ({"scenario": "S1", "facility": "R9"}, "facility"),
    ],
)
def test_a_loss_names_what_is_known(cells: dict[str, str], column: str) -> None:
    with pytest.raises(RowUnplaced, match=column):
        reserves.loss(row("scenario_losses", **cells), told())


def test_an_offer_is_of_one_item_kind_and_warehouse() -> None:
    world = small_world()
    supplies.warehouse(row("warehouses", code="W1", name="库", township=TOWNSHIP), world)
    for price in (500, 400):
        cells = row("offers", warehouse="W1", item="饮用水", kind="agreement", price=price, most=9)
        reserves.offer(cells, world)
    (node,) = world.changes.created["ReserveOffer"].values()
    assert (node["unit_fen"], node["call_fen"], node["held"]) == (400, 0, 0)
