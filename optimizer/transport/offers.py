"""What the allocation may count on before any route is made: the whole fleet, ways by transfers.

Both are upper bounds; `optimizer.transport.agree` lowers them where routes show that less is possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from graphcore.domain.supply import Mode
from graphcore.domain.tables import ACCESS, FLEET, conform, frame
from optimizer.transport.problem import Problem
from optimizer.transport.router import NO_WAY
from optimizer.transport.ways import Ways

Key = tuple[str, str, str]
"""Warehouse, point, mode."""


def fleet_of(vehicles: pl.DataFrame, transfers: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return FLEET: every vehicle on every trip that it may make.

    What is based at a transfer counts for every warehouse with trucks that day, so several
    warehouses may be told of the same boat: the routes decide who gets it.

    Args:
        vehicles: VEHICLES.
        transfers: TRANSFERS.
    """
    own = vehicles.select(
        pl.col("base").alias("warehouse"), "mode", "day",
        pl.col("capacity_kg") * pl.col("trips"), pl.col("capacity_l") * pl.col("trips"),
        pl.col("cold").fill_null(value=True) if "cold" in vehicles.columns else pl.lit(value=True).alias("cold"),
    )  # fmt: skip
    tables = [own]
    if transfers is not None:
        changes = transfers.rename({"transfer": "warehouse"})
        onward = own.join(changes, on=["warehouse", "mode"], how="semi").drop("warehouse")
        trucks = own.filter(pl.col("mode") == Mode.TRUCK).select("warehouse", "day").unique()
        linked = trucks.join(onward, on="day")
        tables.append(linked.filter(pl.col("mode") != Mode.TRUCK).select(own.columns))
    total = pl.concat(tables).group_by("warehouse", "mode", "day").agg(
        pl.col("capacity_kg", "capacity_l").sum(),
        pl.col("cold").any(),  # how many of them do is for the routes to see
    )  # fmt: skip
    return conform(total, FLEET).sort("warehouse", "mode", "day")


def access_by_transfer(
    problem: Problem, warehouses: Sequence[str], points: Sequence[str], days: int
) -> pl.DataFrame:
    """Return ACCESS of ways that change vehicle once: by truck to a transfer, then by its mode.

    Append it to what `graphcore.network.roads.ways` finds; minutes are those of both legs and of
    the handling between them.

    Args:
        problem: vehicles, places, transfers and roads; its loads are not read.
        warehouses: place ids.
        points: place ids.
        days: horizon.
    """
    ways = Ways(problem)
    transfers = [] if problem.transfers is None else sorted(problem.transfers.iter_rows())
    found: dict[Key, tuple[int, int]] = {}
    for day in range(days):
        today: dict[Key, int] = {}
        for transfer, mode in transfers:
            out = _reach(ways, problem, day, transfer, mode, points, outward=True)
            for warehouse in warehouses:
                near = _reach(ways, problem, day, warehouse, "truck", [transfer], outward=False)
                for point, minutes in out.items():
                    if transfer in near and mode != Mode.TRUCK:
                        total = near[transfer] + minutes + problem.handling.transfer
                        key = (warehouse, point, mode)
                        today[key] = min(total, today.get(key, total))
        for key, minutes in today.items():
            found.setdefault(key, (minutes, day))
    rows = [dict(zip(ACCESS, (*key, *value), strict=True)) for key, value in found.items()]
    return frame(ACCESS, rows).sort("warehouse", "point", "mode")


def _reach(
    ways: Ways, problem: Problem, day: int, base: str, mode: str, places: Iterable[str], *,
    outward: bool,
) -> dict[str, int]:  # fmt: skip
    """Return the fewest minutes from a base with the vehicles that stand there that day."""
    here = problem.vehicles.filter(
        (pl.col("base") == base) & (pl.col("mode") == mode) & (pl.col("day") == day)
    )
    found = {}
    for place in places:
        if outward and place == base:
            continue
        times = [ways.minutes(day, mode, g, base, place) for g in here["gross_kg"].unique().sort()]
        if times and min(times) < NO_WAY:
            found[place] = min(times)
    return found
