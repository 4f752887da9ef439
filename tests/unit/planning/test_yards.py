"""Vehicles by day: what has begun, what is out, what nobody told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from api.usecases.planning.reach import Reach
from api.usecases.planning.yard import Span, Yard, cuts_text, cuts_told, yard_of
from graphcore.domain.clock import CHINA, micros
from graphcore.domain.tables import frame
from graphcore.network.graphs import ATTACH, ROADS
from graphcore.network.roads import POINTS, WAREHOUSES, Travel
from graphcore.policy.rulebook import load
from graphcore.store.values import label_schema
from optimizer.transport.tables import CUTS

FIRST = date(2026, 7, 1)
DAYS = 2


@dataclass
class Told:
    """The frames of a snapshot that a yard is made from."""

    warehouses: pl.DataFrame
    fleet: pl.DataFrame
    vehicles: pl.DataFrame
    transfers: pl.DataFrame
    hours: pl.DataFrame
    trips: pl.DataFrame


def nodes(label: str, *rows: dict[str, object]) -> pl.DataFrame:
    schema = label_schema(label)
    return pl.DataFrame([{c: r.get(c) for c in schema} for r in rows], schema=schema)


FLEET = {"id": "FL-1", "warehouse": "W", "mode": "truck", "vehicles": 2, "capacity_kg": 1000,
         "trips_per_day": 2}  # fmt: skip
OWN = {"id": "VH-1", "base": "W", "mode": "truck", "capacity_kg": 2000, "gross_kg": 4495,
       "starts": 480, "ends": 1080, "trips_per_day": 3}  # fmt: skip
TRIP = {"id": "T-1", "vehicle": "VH-1", "day_on": "2026-07-01", "trip": 0, "back": 700,
        "late_minutes": 20, "state": "dispatched", "plan": "PL-1"}  # fmt: skip


def yard(
    *vehicles: dict[str, object], trips: tuple[dict[str, object], ...] = (), hour: int = 0,
    day: int = 0, own: str = "",
) -> Yard:  # fmt: skip
    told = Told(
        nodes("Warehouse", {"id": "W", "township": "T"}), nodes("Fleet", FLEET),
        nodes("Vehicle", *vehicles), nodes("TransferPoint"), nodes("AccessHours"),
        nodes("Trip", *trips),
    )  # fmt: skip
    reach = Reach(frame(ROADS, []), frame(WAREHOUSES, [{"warehouse": "W", "node": "T"}]),
                  frame(POINTS, []), {}, frame(ATTACH, []), Travel(), FIRST)  # fmt: skip
    at = micros(datetime(2026, 7, 1, hour, tzinfo=CHINA).astimezone(UTC) + timedelta(days=day))
    return yard_of(load(), told, reach, Span(FIRST, DAYS, at), own)  # type: ignore[arg-type]


def test_counted_vehicles_are_as_many_as_are_counted() -> None:
    table = yard().vehicles
    assert sorted(set(table["vehicle"])) == ["FL-1/001", "FL-1/002"]
    assert (table.height, set(table["gross_kg"])) == (4, {2200})
    assert yard().fleet()["capacity_kg"].to_list() == [4000, 4000]


def test_named_vehicles_of_a_home_and_mode_take_the_place_of_counted_ones() -> None:
    table = yard(OWN).vehicles
    assert set(table["vehicle"]) == {"VH-1"}
    assert set(table.select("gross_kg", "start", "end", "trips").row(0)) == {4495, 480, 1080, 3}


@pytest.mark.parametrize(("hour", "starts"), [(7, 480), (8, 480), (9, 540)])
def test_nothing_leaves_before_now(hour: int, starts: int) -> None:
    today = yard(OWN, hour=hour).vehicles.filter(pl.col("day") == 0)
    assert today["start"].to_list() == [starts]
    assert yard(OWN, hour=hour).vehicles.filter(pl.col("day") == 1)["start"].to_list() == [480]


@pytest.mark.parametrize(("hour", "days"), [(17, [0, 1]), (18, [1])])
def test_a_shift_that_is_over_is_over(hour: int, days: list[int]) -> None:
    assert yard(OWN, hour=hour).vehicles["day"].to_list() == days


@pytest.mark.parametrize(("day", "days"), [(1, [1]), (2, [0, 1]), (-1, [0, 1])])
def test_days_that_are_past_have_no_vehicles_but_a_past_plan_has(day: int, days: list[int]) -> None:
    assert yard(OWN, day=day).vehicles["day"].to_list() == days


def test_a_vehicle_that_is_out_is_back_later_with_fewer_trips_left() -> None:
    today = yard(OWN, trips=(TRIP,)).vehicles.filter(pl.col("day") == 0)
    assert today.select("start", "trips").row(0) == (720, 2)
    waiting = {**TRIP, "state": "planned"}
    for table in (yard(OWN, trips=(waiting,)), yard(OWN, trips=(TRIP,), own="PL-1")):
        assert table.vehicles.filter(pl.col("day") == 0).select("start", "trips").row(0) == (480, 3)


def test_cuts_are_told_as_they_were() -> None:
    row = {"kind": "way", "warehouse": "W", "mode": "truck", "day": 0, "point": "P", "item": "",
           "capacity_kg": 0, "capacity_l": 0, "reason": "road"}  # fmt: skip
    cuts = frame(CUTS, [row])
    assert cuts_told(cuts_text(cuts)).equals(cuts)
    assert cuts_told("").is_empty()
