"""Which vehicle each of a plan's lines rides in."""

from __future__ import annotations

from collections import deque
from typing import Any

import polars as pl

from graphcore.domain.tables import Schema, frame
from optimizer.transport.loads import load_ids
from optimizer.transport.problem import Routes

_S, _I = pl.String(), pl.Int64()
RIDES: Schema = {
    "line": _S,
    "load": _S,
    "vehicle": _S,  # "" = stays behind
    "day": _I,
    "trip": _I,
    "stop": _I,
    "arrive": _I,  # minute of the day
    "units": _I,
    "feeder": _S,  # vehicle that brings it to where this one loads; "" = from the warehouse itself
    "feeder_trip": _I,
}
"""A line may ride in several vehicles; over all its rows, units add up to the line's quantity."""

Row = dict[str, Any]


def rides(lines: pl.DataFrame, routes: Routes) -> pl.DataFrame:
    """Return RIDES of the lines that leave: earlier drops go to lines with the lesser id.

    Args:
        lines: `graphcore.domain.tables.LINES`, the ones the routes were made from.
        routes: where their loads ride.
    """
    seats: dict[str, deque[Row]] = {}
    times = routes.stops.select("vehicle", "day", "trip", "stop", "arrive")
    drops = routes.drops.filter(pl.col("leg") != "feeder").join(
        times, on=["vehicle", "day", "trip", "stop"]
    )
    fed = _feeders(routes)
    for row in drops.sort("load", "arrive", "vehicle", "trip", "stop", "parcel").to_dicts():
        seats.setdefault(row["load"], deque()).extend(_from(row, fed))
    rows: list[Row] = []
    going = load_ids(lines).filter(pl.col("load") != "").sort("load", "line")
    for line, load, day, units in going.select("line", "load", "day", "quantity").iter_rows():
        rows += _seated(line, load, day, units, seats.get(load, deque()))
    return frame(RIDES, rows)


def _feeders(routes: Routes) -> dict[tuple[str, str], deque[list[Any]]]:
    """Return what feeders bring to transfers, by parcel and load: vehicle, trip, units."""
    found: dict[tuple[str, str], deque[list[Any]]] = {}
    drops = routes.drops.filter(pl.col("leg") == "feeder").sort("vehicle", "trip", "stop")
    for parcel, load, *rest in drops.select(
        "parcel", "load", "vehicle", "trip", "units"
    ).iter_rows():
        found.setdefault((parcel, load), deque()).append(list(rest))
    return found


def _from(drop: Row, fed: dict[tuple[str, str], deque[list[Any]]]) -> list[Row]:
    """Divide a last leg's drop over the feeders that bring its units."""
    if drop["leg"] != "final":
        return [{**drop, "feeder": "", "feeder_trip": -1}]
    queue = fed.get((drop["parcel"], drop["load"]), deque())
    rows, units = [], drop["units"]
    while units and queue:
        vehicle, trip, brought = queue[0]
        taken = min(units, brought)
        rows.append({**drop, "units": taken, "feeder": vehicle, "feeder_trip": trip})
        queue[0][2] -= taken
        units -= taken
        if not queue[0][2]:
            queue.popleft()
    return rows


_SEAT = ("vehicle", "day", "trip", "stop", "arrive", "feeder", "feeder_trip")


def _seated(line: str, load: str, day: int, units: int, seats: deque[Row]) -> list[Row]:
    rows: list[Row] = []
    while units and seats:
        seat = seats[0]
        taken = min(units, seat["units"])
        rows.append({"line": line, "load": load, "units": taken, **{k: seat[k] for k in _SEAT}})
        seat["units"] -= taken
        units -= taken
        if not seat["units"]:
            seats.popleft()
    if units:
        rows.append({"line": line, "load": load, "vehicle": "", "day": day, "trip": -1,
                     "stop": -1, "arrive": -1, "units": units, "feeder": "", "feeder_trip": -1})  # fmt: skip
    return rows
