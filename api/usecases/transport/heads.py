"""Trips whose first stops are pinned: what a new routing leaves as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from api.usecases.planning.pins import trip_pins
from graphcore.domain.supply import TripState
from graphcore.domain.tables import Schema
from graphcore.store.port import ReadUnit, WriteUnit
from optimizer.transport.loads import load_ids
from optimizer.transport.tables import HEADS

_S, _I = pl.String(), pl.Int64()
PINNED: Schema = {"pin": _S, "vehicle": _S, "day": _I, "trip": _I, "version": _I}
"""Which trip (of the routes to come) each pin is on."""


@dataclass(frozen=True)
class Fixed:
    """HEADS of the pinned trips, and which trip each pin is on then."""

    heads: pl.DataFrame
    pins: pl.DataFrame  # PINNED


def fixed(unit: ReadUnit, district: str, lines: pl.DataFrame, first_on: date) -> Fixed:
    """Return the pinned first stops of trips that have not left, as the lines stand now.

    A pin that was set under an earlier plan holds for the same goods, vehicle and day of this one.
    Stops that a transfer lies before are none: the vehicle that goes on is made anew.

    Args:
        unit: Reads pins, trips and what they carry.
        district: Whose pins.
        lines: LINES of the plan that are still in the warehouse.
        first_on: The plan's first day.
    """
    pins = pl.DataFrame(trip_pins(unit, district), schema={
        "pin": _S, "trip": _S, "stops": _I, "version": _I,
    }, orient="row")  # fmt: skip
    trips = unit.nodes("Trip", pins["trip"].unique().to_list()).filter(
        pl.col("state") == TripState.PLANNED.value
    )
    told = trips.select(pl.col("id").alias("trip"), "vehicle", "mode", pl.col("trip").alias("nth"))
    mine = pins.join(told, on="trip")
    cargo = unit.nodes("Cargo").filter(pl.col("trip").is_in(mine["trip"].implode()))
    here = _here(cargo, mine, lines, first_on)
    days = here.select("pin", "day").unique()
    order = mine.join(days, on="pin").sort("vehicle", "day", "nth", "pin").with_columns(
        number=pl.col("nth").rank("dense").over("vehicle", "day").cast(pl.Int64) - 1
    )  # fmt: skip
    heads = here.join(order.select("pin", "day", "number"), on=["pin", "day"])
    table = heads.group_by("vehicle", "day", pl.col("number").alias("trip"), "stop", "load").agg(
        pl.col("units").max()
    )  # fmt: skip
    return Fixed(
        table.select(list(HEADS)).sort("vehicle", "day", "trip", "stop", "load"),
        order.select("pin", "vehicle", "day", pl.col("number").alias("trip"), "version"),
    )


def _here(
    cargo: pl.DataFrame, pins: pl.DataFrame, lines: pl.DataFrame, first_on: date
) -> pl.DataFrame:
    """Return (pin, vehicle, day, stop, load, units) of the pinned stops' goods in today's lines."""
    since = pl.lit(first_on)
    offset = [
        (pl.col(c).str.to_date() - since).dt.total_days().cast(pl.Int64).alias(name)
        for c, name in (("day_on", "day"), ("due_on", "due_day"))
    ]
    goods = cargo.filter(pl.col("feeder") == "").join(
        pins.select("pin", "trip", "stops", "vehicle", "mode"), on="trip"
    ).filter(pl.col("stop") <= pl.col("stops"))  # fmt: skip
    key = ["need", "due_day", "lot", "mode", "day"]
    told = goods.with_columns(offset).group_by("pin", "vehicle", "stop", *key).agg(
        pl.col("quantity").sum().alias("units")
    )  # fmt: skip
    held = load_ids(lines).filter(pl.col("load") != "").group_by(*key, "load").agg(
        pl.col("quantity").sum()
    )  # fmt: skip
    both = told.join(held, on=key).with_columns(pl.min_horizontal("units", "quantity"))
    return both.group_by("pin", "vehicle", "day", "stop", "load").agg(pl.col("units").sum())


def follow(unit: WriteUnit, pins: pl.DataFrame, trips: pl.DataFrame) -> None:
    """Let each pin name the trip that takes the place of the one that it was on.

    Args:
        unit: Writes.
        pins: PINNED.
        trips: ``id`` of the new trips by vehicle, day and ``was`` (number in the routes).
    """
    known = trips.select("vehicle", "day", pl.col("was").alias("trip"), "id")
    found = pins.join(known, on=["vehicle", "day", "trip"]).select(
        pl.col("pin").alias("id"), pl.col("id").alias("trip"), pl.col("version") + 1
    )
    if found.height:
        unit.update("Pin", found)
