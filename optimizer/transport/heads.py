"""First stops of trips that are to stay as they are: read, taken off the loads, made errands of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby

import polars as pl

from graphcore.domain.text import say
from optimizer.transport.jobs import Errand, impossible
from optimizer.transport.parcels import Load, Parcel
from optimizer.transport.rigs import Rig
from optimizer.transport.tables import HEADS, LOADS

Rigs = Mapping[tuple[str, str], list[Rig]]
Base = tuple[str, str]
"""Base and mode."""


@dataclass
class Heads:
    """What is fixed of one day, by base and mode: errands, and by rig the parcels of its trips."""

    errands: dict[Base, list[Errand]] = field(default_factory=dict)
    trips: dict[Base, dict[str, tuple[tuple[str, ...], ...]]] = field(default_factory=dict)


def table_of(heads: pl.DataFrame | None, loads: pl.DataFrame) -> pl.DataFrame:
    """Return HEADS with no more units than the loads have; what is gone falls away."""
    told = pl.DataFrame(schema=dict(HEADS)) if heads is None else heads
    rows = told.join(loads.select("load", have="units"), on="load", maintain_order="left")
    before = pl.col("units").cum_sum().over("load") - pl.col("units")
    left = pl.min_horizontal("units", (pl.col("have") - before).clip(lower_bound=0))
    return rows.with_columns(left.alias("units")).filter(pl.col("units") > 0).select(list(HEADS))


def without(loads: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Return the LOADS that are left beside the heads."""
    taken = heads.group_by("load").agg(pl.col("units").sum().alias("taken"))
    left = pl.col("units") - pl.col("taken").fill_null(0)
    table = loads.join(taken, on="load", how="left", maintain_order="left")
    return table.with_columns(left.alias("units")).filter(pl.col("units") > 0).drop("taken")


def heads_of(
    heads: pl.DataFrame, loads: pl.DataFrame, rigs: Rigs, day: int, name: str = "pin"
) -> Heads:
    """Return a day's heads as errands; ``name`` begins the ids of their parcels.

    Raises:
        ProblemInvalid: a vehicle that is not there any more; names it.
    """
    made = Heads()
    every = {row[0]: Load(*row) for row in loads.select(list(LOADS)).iter_rows()}
    home = {m.vehicle: (base, rig.id) for base, many in rigs.items() for rig in many
            for m in rig.members}  # fmt: skip
    rows = heads.filter(pl.col("day") == day).to_dicts()
    for vehicle in sorted({str(r["vehicle"]) for r in rows} - home.keys()):
        raise impossible(vehicle, day, say("当天没有这辆车"))
    parts = sorted((home[r["vehicle"]], r["trip"], r["stop"], r["load"], r["units"]) for r in rows)
    for (base, rig), own in groupby(parts, key=lambda p: p[0]):
        orders: list[tuple[str, ...]] = []
        for trip, stops in groupby(own, key=lambda p: p[1]):
            errands = [
                _errand(
                    f"{name}|{day}|{rig}|{trip}|{stop:03d}", [(every[p[3]], p[4]) for p in goods]
                )
                for stop, goods in groupby(stops, key=lambda p: p[2])
            ]
            made.errands.setdefault(base, []).extend(errands)
            orders.append(tuple(e.parcel.id for e in errands))
        made.trips.setdefault(base, {})[rig] = tuple(orders)
    return made


def _errand(name: str, goods: list[tuple[Load, int]]) -> Errand:
    point = goods[0][0].point
    return Errand(Parcel(name, point, tuple(goods)), point)
