"""The trips that there are, filled anew: routes choose the visits, the allocation the goods.

An allocation knows kilograms and no stops; routes know stops and no goal. So each trip becomes a
mode of its own, which goes to its stops on its day and carries what its vehicle holds, and the
allocation is solved with all its goals on exactly these modes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from graphcore.domain.supply import Mode
from graphcore.domain.tables import ACCESS, FLEET, LINES, conform
from optimizer.problem import Problem as Allocation
from optimizer.problem import Solution
from optimizer.transport.lacking import told
from optimizer.transport.loads import load_ids
from optimizer.transport.problem import Problem, Routes
from optimizer.transport.tables import HEADS
from optimizer.transport.trips import trips_of


@dataclass(frozen=True)
class Filled:
    """A plan made for some trips."""

    solution: Solution  # by the real modes
    known: pl.DataFrame  # HEADS: which trip brings which of its loads


def refill(
    allocation: Allocation, transport: Problem, lines: pl.DataFrame, routes: Routes,
    solver: Callable[[Allocation], Solution],
) -> Filled:  # fmt: skip
    """Return the best plan that rides on the trips of ``routes``.

    Args:
        allocation: the problem that the plan answers.
        transport: what the routes were made from.
        lines: LINES that the routes were made for; the pinned ones among them keep their room.
        routes: the trips.
        solver: the allocation engine.
    """
    trips = trips_of(allocation, transport, lines, routes)
    solution = solver(_on(allocation, trips))
    real = dict(trips.select("name", pl.col("mode")).unique().iter_rows())
    named = solution.lines.with_columns(name=pl.col("mode"), mode=pl.col("mode").replace(real))
    plan = replace(solution, lines=conform(named, LINES))
    return Filled(told(allocation, plan), _known(named, trips))


def _on(allocation: Allocation, trips: pl.DataFrame) -> Allocation:
    """Return the allocation with its trips for modes; what needs no vehicle goes as it did."""
    by_hand = pl.col("mode") == Mode.TRANSFER.value
    name = pl.col("name").alias("mode")
    ways = trips.select("warehouse", "point", name, "minutes", pl.col("day").alias("from_day"))
    vans = trips.select(
        "warehouse", name, "day", pl.col("kg").alias("capacity_kg"),
        pl.col("litres").alias("capacity_l"), "cold",
    ).unique()  # fmt: skip
    access, fleet = allocation.access.filter(by_hand), allocation.fleet.filter(by_hand)
    return replace(
        allocation, access=pl.concat([conform(access, ACCESS), conform(ways, ACCESS)]),
        fleet=pl.concat([conform(fleet, FLEET), conform(vans, FLEET)]),
    )  # fmt: skip


def _known(lines: pl.DataFrame, trips: pl.DataFrame) -> pl.DataFrame:
    """Return HEADS: which trip brings which load where."""
    told = trips.filter(pl.col("vehicle") != "").select("name", "point", "vehicle", "trip", "stop")
    first = told.sort("stop").unique(["name", "point"], keep="first", maintain_order=True)
    rows = load_ids(lines).filter(pl.col("load") != "").join(first, on=["name", "point"])
    units = pl.col("quantity").sum().alias("units")
    total = rows.group_by("vehicle", "day", "trip", "stop", "load").agg(units)
    return conform(total, HEADS).sort(*HEADS)


def trips_made(routes: Routes) -> pl.DataFrame:
    """Return HEADS of the trips as they are: where the next search may begin."""
    return conform(routes.drops.filter(pl.col("leg") == "direct"), HEADS).sort(*HEADS)
