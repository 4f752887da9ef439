"""Vehicles, transfer points and opening hours from forms to nodes; a driver is told apart."""

from __future__ import annotations

import pytest

from graphcore.casework.intake import supplies, vehicles
from graphcore.casework.intake.binding import RowUnplaced
from graphcore.casework.intake.world import World
from tests.support.intake import TOWNSHIP, row, small_world

VEHICLE = {"code": "浙K1", "base": "W1", "mode": "truck", "capacity_kg": 2000, "gross_kg": 4495,
           "starts": "7:30", "hours": 10, "cold": True, "driver": "东方司机"}  # fmt: skip


def yard() -> World:
    """A warehouse and a transfer point by the water."""
    world = small_world()
    supplies.warehouse(row("warehouses", code="W1", name="一号库", township=TOWNSHIP), world)
    vehicles.transfer(
        row("transfers", code="Z1", name="渡口", place=TOWNSHIP, modes=["boat"]), world
    )
    return world


def test_a_vehicle_has_its_weight_shift_and_home() -> None:
    world = yard()
    key = vehicles.vehicle(row("vehicles", **VEHICLE), world)
    node = world.changes.created["Vehicle"][key]
    told = [node.get(k) for k in ("gross_kg", "starts", "ends", "hours", "cold")]
    assert told == [4495, 450, None, 600, True]
    assert str(node["base"]).startswith("W-")


def test_its_driver_is_personal_and_on_no_node() -> None:
    world = yard()
    key = vehicles.vehicle(row("vehicles", **VEHICLE), world)
    assert world.changes.personal[key]["name"] == VEHICLE["driver"]
    assert str(VEHICLE["driver"]) not in str(world.changes.created)


def test_a_boat_stands_at_a_transfer_point_which_has_hours() -> None:
    world = yard()
    boat = {**VEHICLE, "base": "Z1", "mode": "boat"}
    key = vehicles.vehicle(row("vehicles", **boat), world)
    home = str(world.changes.created["Vehicle"][key]["base"])
    hours = row("access_hours", place="Z1", opens="8:00", closes="18:00", together=2)
    told = vehicles.hours(hours, world)
    node = world.changes.created["AccessHours"][told]
    assert (node["place"], node["opens"], node["closes"], node["together"]) == (home, 480, 1080, 2)


@pytest.mark.parametrize(
    "change", [{"base": "W9"}, {"starts": "早上"}], ids=["unknown home", "no time of the day"]
)
def test_a_row_that_cannot_be_placed_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(RowUnplaced):
        vehicles.vehicle(row("vehicles", **{**VEHICLE, **change}), yard())


@pytest.mark.parametrize(("closes", "fine"), [("8:00", False), ("8:01", True)])
def test_a_place_closes_after_it_opens(closes: str, fine: bool) -> None:
    told = row("access_hours", place="W1", opens="8:00", closes=closes)
    if fine:
        assert vehicles.hours(told, yard())
        return
    with pytest.raises(RowUnplaced):
        vehicles.hours(told, yard())
