"""Finished trips as ways and capacities: where each goes, and what more it could bring in time."""

from __future__ import annotations

import polars as pl

from optimizer.problem import Problem as Allocation
from optimizer.transport.problem import Problem, Routes
from optimizer.transport.rides import rides

_TRIP = ["vehicle", "day", "trip"]
_VAN = ["warehouse", "mode", "day"]
_I = pl.Int64()
_ANY = 10**12  # grams: as many as one likes


def trips_of(
    allocation: Allocation, transport: Problem, lines: pl.DataFrame, routes: Routes
) -> pl.DataFrame:
    """Return the trips as modes, one row a stop.

    Columns: name, warehouse, mode, day, point, stop, minutes, kg, litres, cold, vehicle, trip. What
    changes vehicle on its way has the vehicle "": it may take again what it takes now, no more.
    Pinned lines keep their room. The trips of a warehouse, mode and day together carry no more than
    the allocation's own FLEET row.
    """
    pinned = [] if allocation.pinned is None else allocation.pinned["line"].to_list()
    carried = _carried(transport, lines, routes).with_columns(fixed=pl.col("line").is_in(pinned))
    stops = pl.concat([_direct(transport, routes, carried), _changing(transport, carried)])
    ways = allocation.access.group_by("warehouse", "point", "mode").agg(
        pl.col("minutes").min(), pl.col("from_day").min()
    )
    open_ = stops.join(ways, on=["warehouse", "point", "mode"])
    here = open_.filter(pl.col("from_day") <= pl.col("day"))
    return _within(allocation, here, carried).sort("name", "stop", "point")


def _carried(transport: Problem, lines: pl.DataFrame, routes: Routes) -> pl.DataFrame:
    """Return RIDES of what leaves, with warehouse, mode, point, grams and ml."""
    goods = transport.loads.select("load", "warehouse", "mode", "point", "weight_g", "volume_ml")
    going = rides(lines, routes).filter(pl.col("vehicle") != "").join(goods, on="load")
    units = pl.col("units")
    return going.with_columns(grams=units * pl.col("weight_g"), ml=units * pl.col("volume_ml"))


def _direct(transport: Problem, routes: Routes, carried: pl.DataFrame) -> pl.DataFrame:
    """Return the stops of trips, less what is fixed on them or goes on from a transfer."""
    vehicles = transport.vehicles.select(
        "vehicle", "day", "mode", pl.col("base").alias("warehouse"), "capacity_kg", "capacity_l",
        "cold",
    )  # fmt: skip
    goods = transport.loads.select("load", "weight_g", "volume_ml")
    units = pl.col("units")
    drops = routes.drops.join(goods, on="load").with_columns(
        grams=units * pl.col("weight_g"), ml=units * pl.col("volume_ml")
    )
    whole = _sums(drops.filter(pl.col("leg") == "direct"), "all")
    fed = _sums(drops.filter(pl.col("leg") != "direct"), "fed")
    fixed = _sums(carried.filter("fixed", pl.col("feeder") == ""), "fixed")
    table = (
        routes.stops.filter(pl.col("kind") == "deliver")
        .select(*_TRIP, "stop", pl.col("place").alias("point"))
        .join(vehicles, on=["vehicle", "day"])
        .join(spare(transport, routes), on=["vehicle", "day"], how="left")
    )
    for sums in (whole, fed, fixed):
        table = table.join(sums, on=_TRIP, how="left")
    table = table.with_columns(pl.selectors.starts_with("g_", "ml_").fill_null(0))
    now = pl.col("g_all") - pl.col("g_fixed")
    room = pl.col("capacity_kg") * 1000 - pl.col("g_fixed") - pl.col("g_fed")
    return table.select(
        pl.format("{}#{}#{}", *_TRIP).alias("name"), *_VAN, "point", "stop",
        pl.min_horizontal(room, now + pl.col("more_g")).clip(0).alias("grams"),
        (pl.col("capacity_l") * 1000 - pl.col("ml_fixed") - pl.col("ml_fed")).clip(0).alias("ml"),
        "cold", "vehicle", "trip",
    )  # fmt: skip


def spare(transport: Problem, routes: Routes) -> pl.DataFrame:
    """Return (vehicle, day, more_g): how many grams more each trip of the day may unload in time.

    The minutes left to the end of shift, of hours and to each closing hour, turned into unloading
    and shared out over the trips; a vehicle that meets others at a transfer keeps its loads.
    """
    shifts = transport.vehicles.select("vehicle", "day", "mode", "end", "hours")
    legs = routes.drops.group_by("vehicle", "day").agg(
        (pl.col("leg") != "direct").any().alias("meets")
    )
    until_closing = pl.when(pl.col("kind") != "return").then(pl.col("closes") - pl.col("leave"))
    days = (
        routes.stops.join(transport.places.select("place", "closes"), on="place")
        .group_by("vehicle", "day")
        .agg(
            until_closing.min().alias("room"), pl.col("arrive").min().alias("begin"),
            pl.col("arrive").max().alias("back"), pl.col("trip").n_unique().cast(_I).alias("trips"),
            (pl.col("kind") == "deliver").sum().cast(_I).alias("stops"),
        )
        .join(shifts, on=["vehicle", "day"])
        .join(legs, on=["vehicle", "day"], how="left")
    )  # fmt: skip
    modes = {m: transport.handling.tonne.get(m, 0) for m in set(shifts["mode"])}
    rate = pl.col("mode").replace_strict(modes, return_dtype=_I)
    left = pl.min_horizontal(
        "room", pl.col("end") - pl.col("back"), pl.col("hours") - pl.col("back") + pl.col("begin")
    ) - pl.col("stops")  # the minutes of each stop are rounded up
    more = left.clip(0) * 1_000_000 // (rate * pl.col("trips")).clip(1)
    keeps = pl.col("meets").fill_null(value=False)
    grams = pl.when(keeps).then(0).when(rate > 0).then(more).otherwise(_ANY)
    return days.select("vehicle", "day", grams.cast(_I).alias("more_g"))


def _changing(transport: Problem, carried: pl.DataFrame) -> pl.DataFrame:
    """Return the ways of what changes vehicle: they take again what they take now."""
    legs = ["feeder", "feeder_trip", *_TRIP]
    able = transport.vehicles.select("vehicle", "day", "cold")
    name = pl.format("{}#{}>{}#{}#{}", *legs)
    return (
        carried.filter(pl.col("feeder") != "", ~pl.col("fixed"))
        .group_by(*legs, *_VAN[:2], "point", "stop")
        .agg(pl.col("grams", "ml").sum())
        .join(able, on=["vehicle", "day"])
        .join(able.select("day", feeder="vehicle", first="cold"), on=["feeder", "day"])
        .select(
            name.alias("name"), *_VAN, "point", "stop", pl.col("grams", "ml").sum().over(name),
            pl.col("cold") & pl.col("first"), pl.lit("").alias("vehicle"),
            pl.lit(-1, _I).alias("trip"),
        )
    )  # fmt: skip


def _sums(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    total = (pl.col("grams").sum().alias(f"g_{name}"), pl.col("ml").sum().alias(f"ml_{name}"))
    return rows.group_by(_TRIP).agg(*total)


def _within(allocation: Allocation, stops: pl.DataFrame, carried: pl.DataFrame) -> pl.DataFrame:
    """Add kg and litres: capacities that together keep within the allocation's fleet."""
    fixed = (
        carried.filter("fixed")
        .group_by(_VAN)
        .agg(pl.col("grams").sum().alias("own_g"), pl.col("ml").sum().alias("own_ml"))
    )
    most = stops.unique("name").group_by(_VAN).agg(pl.col("grams", "ml").sum())
    share = (
        most.join(allocation.fleet, on=_VAN, how="left").join(fixed, on=_VAN, how="left")
        .with_columns(pl.col("capacity_kg", "capacity_l", "own_g", "own_ml").fill_null(0))
        .with_columns(
            have_g=(pl.col("capacity_kg") * 1000 - pl.col("own_g")).clip(0),
            have_ml=(pl.col("capacity_l") * 1000 - pl.col("own_ml")).clip(0),
        ).select(*_VAN, "have_g", "have_ml", all_g="grams", all_ml="ml")
    )  # fmt: skip
    kg = _part("grams", "have_g", "all_g").alias("kg")
    return stops.join(share, on=_VAN).with_columns(
        kg, _part("ml", "have_ml", "all_ml").alias("litres")
    )


def _part(own: str, have: str, all_: str) -> pl.Expr:
    """Return a trip's thousands of ``own``, its share where all together are more than ``have``."""
    scaled = pl.col(own) // 1000 * (pl.col(have) // 1000) // (pl.col(all_) // 1000).clip(1)
    return pl.when(pl.col(all_) > pl.col(have)).then(scaled).otherwise(pl.col(own) // 1000)
