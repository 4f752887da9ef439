"""What stays behind after the last round is not promised: its lines become shortfalls."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from graphcore.domain.event import canonical_json
from graphcore.domain.plan import GoalResult, Outcome
from graphcore.domain.tables import LEFT_OUT, LINES, SHORTFALLS, conform, met
from optimizer.order import USUAL, Aims
from optimizer.problem import Problem, Solution
from optimizer.rules.case import Case
from optimizer.rules.goals import values
from optimizer.transport.agreement import Agreement
from optimizer.transport.cuts import CLOSED
from optimizer.transport.loads import loads_of
from optimizer.transport.rides import rides


def settle(found: Agreement, aims: Aims = USUAL) -> Agreement:
    """Return the agreement with only what rides in its plan; the rest lacks, with its reason.

    Lines that are fixed already stay in the plan and go on waiting for a vehicle.
    """
    if found.settled:
        return found
    pinned = found.allocation.pinned
    fixed = pl.Series([], dtype=pl.String) if pinned is None else pinned["line"]
    seats = rides(found.solution.lines, found.routes)
    stays = seats.filter((pl.col("vehicle") == "") & ~pl.col("line").is_in(fixed.implode()))
    solution = _without(found.allocation, found.solution, _told(stays, found.routes.left), aims)
    left = _waiting(found.routes.left, stays)
    loads = loads_of(solution.lines, found.allocation.items)
    return replace(
        found, solution=solution, routes=replace(found.routes, left=left),
        transport=replace(found.transport, loads=loads),
    )  # fmt: skip


def _told(stays: pl.DataFrame, left: pl.DataFrame) -> pl.DataFrame:
    """Return (line, units, reason) of what stays; a load with several reasons tells the first."""
    reasons = left.sort("load", "reason").unique("load", keep="first", maintain_order=True)
    return stays.join(reasons.select("load", "reason"), on="load", how="left").select(
        "line", "units",
        pl.when(pl.col("reason").is_in(sorted(CLOSED))).then(pl.lit("road"))
        .otherwise(pl.lit("vehicle")).alias("reason"),
    )  # fmt: skip


def _waiting(left: pl.DataFrame, stays: pl.DataFrame) -> pl.DataFrame:
    """Return LEFT less the units that are promised no longer."""
    gone = dict(stays.group_by("load").agg(pl.col("units").sum()).iter_rows())
    rows = []
    for row in left.sort("load", "reason", "detail").to_dicts():
        units = row["units"] - min(row["units"], gone.get(row["load"], 0))
        gone[row["load"]] = gone.get(row["load"], 0) - (row["units"] - units)
        if units:
            rows.append({**row, "units": units})
    return pl.DataFrame(rows, schema=left.schema)


def _without(problem: Problem, solution: Solution, stays: pl.DataFrame, aims: Aims) -> Solution:
    units = stays.select("line", pl.col("units").alias("off"), "reason").rename({"reason": "why"})
    joined = solution.lines.join(units, on="line", how="left").with_columns(
        pl.col("off").fill_null(0)
    )
    kept = pl.col("quantity") - pl.col("off")
    lines = joined.with_columns(
        kept.alias("quantity"), (kept * pl.col("covers") // pl.col("quantity")).alias("covers")
    ).filter(pl.col("quantity") > 0)
    off = joined.filter(pl.col("off") > 0)
    trimmed = replace(
        solution, lines=conform(lines, LINES),
        shortfalls=pl.concat([solution.shortfalls, _lacking(problem, off)]),
        left_out=_left_out(solution.left_out, off),
    )  # fmt: skip
    return stated(problem, trimmed, aims)


def stated(problem: Problem, solution: Solution, aims: Aims) -> Solution:
    """Return the solution with its goals' values by its lines: feasible ones, not optimal."""
    now = values(Case(problem, solution, aims), [g.name for g in solution.goals])
    goals = tuple(_goal(g, now[g.name]) for g in solution.goals)
    return replace(solution, goals=goals)


def _goal(goal: GoalResult, value: float) -> GoalResult:
    """Return a goal with its value by the lines that are left; what is feasible is no optimum.

    A lower bound on lateness or cost held for a plan that serves more, and an upper one for plans
    that keep the goals above: both are given up.
    """
    bound = 1.0 if goal.unit == "coverage" else 0.0
    return replace(goal, value=value, bound=bound, outcome=Outcome.BOUNDED)


def _lacking(problem: Problem, off: pl.DataFrame) -> pl.DataFrame:
    tiers = problem.needs.select("need", pl.col("day").alias("due_day"), "tier")
    stores = [canonical_json({"warehouses": [w]}) for w in off["warehouse"]]
    kept = (pl.col("quantity") - pl.col("off")) * pl.col("covers") // pl.col("quantity")
    lost = pl.col("covers") - kept
    table = off.with_columns(
        pl.concat_str(pl.lit("SF-stays-"), "line").alias("shortfall"),
        pl.Series("detail", stores, dtype=pl.String),
        lost.alias("quantity"),
        pl.col("need_item").alias("item"),
        pl.col("why").alias("reason"),
    )
    table = met(table.with_columns(covers=pl.col("quantity"), quantity=pl.col("off"))).with_columns(
        quantity=pl.col("covers"), item=pl.col("need_item"),
        shortfall=pl.concat_str("shortfall", pl.int_range(pl.len()).over("shortfall"), separator="-"),
    ).join(tiers, on=["need", "due_day"], how="left")  # fmt: skip
    return conform(table.drop("day").rename({"due_day": "day"}), SHORTFALLS)


def _left_out(left: pl.DataFrame, off: pl.DataFrame) -> pl.DataFrame:
    """Return LEFT_OUT with the units that stay in the warehouse; one row a lot, its first reason."""
    more = off.group_by("lot", "item", "warehouse").agg(
        pl.col("off").sum().alias("quantity"), pl.lit("vehicle").alias("reason")
    )
    both = pl.concat([conform(left, LEFT_OUT), conform(more, LEFT_OUT)])
    total = both.group_by("lot", maintain_order=True).agg(
        pl.col("item", "warehouse", "reason").first(), pl.col("quantity").sum()
    )
    return conform(total, LEFT_OUT).sort("lot")
