"""Why something lacks in a plan that was made for some trips: no trip is no closed road."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from graphcore.domain.event import canonical_json
from optimizer.problem import Problem, Solution

_ROAD, _VEHICLE = "road", "vehicle"


def told(problem: Problem, solution: Solution) -> Solution:
    """Return the solution with reasons by the ways that are open, not by those that a trip takes.

    Made for trips alone, a plan says ``road`` of each point that no trip visits in time. Where the
    problem itself has an open way for goods that are there, what lacks is a vehicle.
    """
    open_ = _open(problem)
    short = solution.shortfalls.join(
        problem.needs.select("need", "day", "daily"), on=["need", "day"], how="left",
        maintain_order="left",
    ).join(open_, on=["point", "item"], how="left", maintain_order="left")  # fmt: skip
    last = pl.when("daily").then("day").otherwise(problem.days - 1)
    wrong = (pl.col("reason") == _ROAD) & (pl.col("from_day") <= last).fill_null(value=False)
    stores = pl.col("stores").map_elements(_detail, return_dtype=pl.String)
    shortfalls = short.with_columns(
        reason=pl.when(wrong).then(pl.lit(_VEHICLE)).otherwise("reason"),
        detail=pl.when(wrong).then(stores).otherwise("detail"),
    )
    reached = set(open_.explode("stores")["stores"])
    stays = (pl.col("reason") == "unreachable") & pl.col("warehouse").is_in(sorted(reached))
    left = solution.left_out.with_columns(
        reason=pl.when(stays).then(pl.lit(_VEHICLE)).otherwise("reason")
    )
    return replace(
        solution, shortfalls=shortfalls.select(solution.shortfalls.columns), left_out=left
    )


def _detail(stores: pl.Series) -> str:
    return canonical_json({"warehouses": sorted(stores)})


def _open(problem: Problem) -> pl.DataFrame:
    """Return (point, item, from_day, stores): since when goods that may leave have a way there."""
    lots = problem.sendable
    first = pl.max_horizontal("from_day", "arrives_day").clip(0)
    ways = problem.access.select("warehouse", "point", "from_day")
    rows = lots.select("warehouse", "item", "arrives_day").unique().join(ways, on="warehouse")
    return rows.group_by("point", "item").agg(
        first.min().alias("from_day"), pl.col("warehouse").unique().sort().alias("stores")
    )
