"""How far today's stock lies from the best place for the same units, by item."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from optimizer.restock.arrays import FEN, Block, Case, Options, arrays
from optimizer.restock.firststage import nothing
from optimizer.restock.lshaped import Course, judge, start
from optimizer.restock.problem import Limits, Problem, Risk
from optimizer.restock.tables import KINDS
from optimizer.restock.validate import validate

GROUPS = 16
"""Scenario groups at least: without a tail these are all cuts, and few say too little."""


def placement(problem: Problem, missed_min: int, limits: Limits) -> pl.DataFrame:
    """Return one row an item: expected minutes to a needed unit, today and at best.

    A unit that comes too late or never counts ``missed_min`` minutes. The best placement has the
    same units of each item and the same shelves, anywhere that is open; ``ratio`` = today / best
    (1 = nothing to gain). Columns: item, units, today_min, best_min, ratio; the row "" is for all
    items together, and its ``gap`` is certified.
    """
    today = _timed(arrays(validate(_physical(problem))), missed_min)
    held = judge(today, nothing(today))
    course = spread(today, limits)
    best = course.best
    need = np.array([float(b.row_need @ today.probability[b.row_scenario]) for b in today.blocks])
    rows = []
    for item, name in enumerate(today.items):
        a, b = (float(j.answers[item].loss @ today.probability) for j in (held, best))
        rows.append(_row(name, float(_units(today)[item]), a, b, float(need[item]), None))
    total = _row(
        "", float(_units(today).sum()), held.expected, best.expected, need.sum(), course.gap
    )
    return pl.DataFrame([total, *rows], schema_overrides={"gap": pl.Float64})


def _row(
    item: str, units: float, today: float, best: float, need: float, gap: float | None
) -> dict[str, object]:
    per = max(need, 1e-9)
    ratio = today / best if best > 0 else 1.0
    return {"item": item, "units": int(units), "today_min": today / per, "best_min": best / per,
            "ratio": ratio, "gap": gap}  # fmt: skip


def _physical(problem: Problem) -> Problem:
    """Physical stock only, an option to hold each item at each open site."""
    sites = problem.sites.filter(~pl.col("candidate"))
    both = sites.select("site").join(problem.goods.select("item"), how="cross")
    options = both.with_columns(
        pl.lit(KINDS[0]).alias("kind"),
        *(pl.lit(0).alias(c) for c in ("unit_fen", "call_fen", "delay_min", "lead_days")),
    )
    kept = problem.stock.filter(kind=KINDS[0]).with_columns(expires_on=pl.lit(""))
    units = kept.group_by("item").agg(most=pl.col("quantity").sum())
    options = options.join(units, on="item", how="left").with_columns(pl.col("most").fill_null(0))
    open_ = pl.col("site").is_in(sites["site"].implode())
    first = problem.dates.sort("buys_on").head(1)
    early = str(min([*problem.scenarios["strikes_on"], *first["buys_on"]]))
    return replace(
        problem, goods=problem.goods.with_columns(wait_fen_per_hour=pl.lit(0)),
        hits=problem.hits.with_columns(short_fen=pl.lit(1)), sites=sites, options=options, stock=kept,
        lanes=problem.lanes.head(0),
        dates=first.with_columns(buys_on=pl.lit(early)), ways=problem.ways.filter(open_),
        damage=problem.damage.filter(open_), risk=Risk(0.0, 0.0),
    )  # fmt: skip


def _timed(case: Case, missed_min: int) -> Case:
    """Count minutes instead of money: a unit costs its minutes, a missing one ``missed_min``."""
    blocks = tuple(_minutes(b, missed_min) for b in case.blocks)
    free: Options = replace(case.options, spend=np.zeros(len(case.options)))
    return replace(case, blocks=blocks, options=free, candidate=np.zeros(len(case.sites), bool))


def _minutes(block: Block, missed_min: int) -> Block:
    return replace(
        block, arc_cost=block.arc_minutes * FEN, row_short=np.full_like(block.row_short,
                                                                     missed_min * FEN),
    )  # fmt: skip


def _units(case: Case) -> np.ndarray:
    return np.bincount(case.options.item, case.options.today, len(case.items))


def spread(case: Case, limits: Limits) -> Course:
    """Place the units held today anew, all at once."""
    empty = replace(
        case, alive=np.zeros_like(case.alive), movable=np.zeros_like(case.movable),
        options=replace(case.options, today=np.zeros(len(case.options))), totals=_units(case),
    )  # fmt: skip
    first = nothing(empty)
    first.buys[:, 0] = case.options.today  # today's placement is one of the placements
    limits = replace(limits, groups=max(limits.groups, GROUPS))
    course = start(empty, limits, first)
    course.run(limits)
    return course
