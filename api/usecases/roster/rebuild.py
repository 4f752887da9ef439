"""A stored roster's problem, made again from the data as they are now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from api.usecases.context import Context
from api.usecases.roster.derive import wanted
from api.usecases.roster.problem import Built, build
from api.usecases.roster.snapshot import take
from graphcore.casework.handwork import Figures
from graphcore.domain.plan import GoalResult, Outcome
from graphcore.domain.tables import conform
from optimizer.volunteers.problem import Plan
from optimizer.volunteers.tables import CREW, GEAR, OPEN


def rebuild(ctx: Context, roster: dict[str, Any]) -> Built:
    """Return the problem of a stored roster, as of when it was made, on today's register."""
    snapshot = take(ctx, str(roster["base"]))
    first_on = date.fromisoformat(str(roster["first_on"]))
    days, at = int(roster["days"]), int(roster["created_at"])
    asked = wanted(snapshot, ctx.rulebook, first_on, days, at)
    return build(snapshot, asked, Figures(ctx.rulebook, first_on), days, at)


def stored(nodes: Mapping[str, pl.DataFrame], roster: dict[str, Any], built: Built) -> Plan:
    """Return a stored roster as the optimiser's plan, from nodes by label."""
    key = str(roster["id"])

    def mine(label: str) -> pl.DataFrame:
        return nodes[label].filter(pl.col("roster") == key)

    spots = built.problem.tasks.select("task", "place", "day")
    orders = mine("Assignment").drop("place").join(spots, on="task", how="left")
    gear = mine("GearOrder").with_columns(
        pl.format("{}#{}", "equipment", "piece").alias("equipment")
    )
    goals = json.loads(str(roster["goals"]))
    return Plan(
        crew=conform(orders.rename({"id": "line"}), CREW), gear=conform(gear, GEAR),
        open=conform(mine("Opening").rename({"missing": "count", "underway": "starts"}), OPEN),
        goals=tuple(GoalResult(**{**g, "outcome": Outcome(g["outcome"])}) for g in goals),
        linear=json.loads(str(roster["linear"])), by_clock=bool(roster["by_clock"]),
    )  # fmt: skip
