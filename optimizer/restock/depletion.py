"""How long today's stock lasts if a scenario strikes: day by day, from what is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from graphcore.domain.errors import NotFound
from graphcore.domain.tables import Schema
from graphcore.domain.text import say
from optimizer.restock.arrays import Block, Case, Floats, alive_on, arrays
from optimizer.restock.problem import Problem
from optimizer.restock.recourse import calls
from optimizer.restock.validate import validate

DAILY: Schema = {
    "township": pl.String(), "item": pl.String(), "priority": pl.Int64(), "quantity": pl.Int64(),
}  # fmt: skip
"""Units needed on each day, from the day of the disaster on."""
MOST_DAYS = 366
CLOSE = 1e-3
"""Units below which a day counts as fully met: flows are counted in small parts of a unit."""


@dataclass(frozen=True)
class Lasting:
    """The answer: by item, and by day."""

    items: pl.DataFrame  # item, full_days, first_short_on, out_on, unreachable_per_day (at most)
    days: pl.DataFrame  # day, item, needed, served, left


def lasting(problem: Problem, scenario: str, daily: pl.DataFrame, days: int) -> Lasting:
    """Deplete today's stock over ``days`` days of ``daily`` needs under a scenario.

    Stock that expires on the way is lost on the day after; agreements and capacity held today are
    called like stock, with their delay counted against the deadline. Each day's needs are served
    at least loss, without looking ahead.

    Raises:
        NotFound: no such scenario.
        ProblemInvalid: the problem or the daily needs are out of range.
    """
    one = problem.scenarios.filter(scenario=scenario)
    if not one.height:
        raise NotFound(say("没有情景 {scenario}。", scenario=scenario), say("请核对情景编号。"))
    span = min(max(days, 1), MOST_DAYS)
    first = date.fromisoformat(str(one["strikes_on"][0]))
    case = _struck(problem, one, daily)
    alive = alive_on(case, problem.stock, [first + timedelta(days=d) for d in range(span)])
    rows: list[dict[str, object]] = []
    for item, block in enumerate(case.blocks):
        part = slice(block.first, block.last)
        kept = case.kept[0, case.options.site[part]]
        rows += _deplete(case.items[item], block, alive[:, part] * kept)
    table = pl.DataFrame(rows, schema={
        "day": pl.Int64(), "item": pl.String(), "needed": pl.Float64(), "served": pl.Float64(),
        "left": pl.Float64(), "unreachable": pl.Float64(),
    })  # fmt: skip
    return Lasting(_summary(table, first, span), table.drop("unreachable"))


def _struck(problem: Problem, one: pl.DataFrame, daily: pl.DataFrame) -> Case:
    """The case of the one scenario with a day's needs; first by priority, then by wait."""
    mine = pl.col("scenario") == str(one["scenario"][0])
    short = pl.lit(1_000_000_000) // pl.col("priority")
    struck = replace(
        problem, scenarios=one.with_columns(probability=pl.lit(1.0)),
        hits=daily.with_columns(short_fen=short, scenario=pl.lit(str(one["scenario"][0]))),
        ways=problem.ways.filter(mine), damage=problem.damage.filter(mine),
        lanes=problem.lanes.head(0),
    )  # fmt: skip
    return arrays(validate(struck))


def _deplete(item: str, block: Block, alive: Floats) -> list[dict[str, object]]:
    """Serve day after day from ``alive`` (days, options), which falls as lots expire."""
    used = np.zeros(block.options)
    needed = float(block.row_need.sum())
    rows: list[dict[str, object]] = []
    for day in range(len(alive)):
        stock = np.maximum(alive[day] - used, 0.0)
        taken = np.zeros(block.options)
        for _, option, units in calls(block, stock[None, :]):
            taken[option] += units
        used = _fefo(used + taken, alive, day)
        near = block.arc_row[alive[day, block.arc_source] > 0]
        far = np.delete(block.row_need, np.unique(near))
        rows.append({
            "day": day, "item": item, "needed": needed, "served": float(taken.sum()),
            "left": float((stock - taken).sum()), "unreachable": float(far.sum()),
        })  # fmt: skip
    return rows


def _fefo(used: Floats, alive: Floats, day: int) -> Floats:
    """What was used came first out of the lots that expire next: they take it with them."""
    if day + 1 >= len(alive):
        return used
    gone = alive[day] - alive[day + 1]
    return np.asarray(np.maximum(used - gone, 0.0))


def _summary(table: pl.DataFrame, first: date, days: int) -> pl.DataFrame:
    """By item: days on which every need is met, the first that is not, the day when all is gone."""
    rows: list[dict[str, object]] = []
    for (item,), part in table.group_by("item", maintain_order=True):
        met = (part["served"] >= part["needed"] - CLOSE).to_list()
        short = [d for d, ok in enumerate(met) if not ok]
        out = [d for d, left in enumerate(part["left"].to_list()) if left < 1]
        rows.append({
            "item": str(item), "full_days": short[0] if short else days,
            "first_short_on": (first + timedelta(days=short[0])).isoformat() if short else "",
            "out_on": (first + timedelta(days=out[0])).isoformat() if out else "",
            "unreachable_per_day": float(part["unreachable"].to_numpy().max(initial=0.0)),
        })  # fmt: skip
    return pl.DataFrame(rows)
