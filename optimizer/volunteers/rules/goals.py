"""What the plan says of itself: the goals' values and the open slots, recomputed from the tables."""

from __future__ import annotations

import polars as pl

from graphcore.domain.plan import Outcome
from graphcore.domain.text import say
from optimizer.rules.case import Violation
from optimizer.volunteers.rules.case import Case, found

CLOSE = 1e-9


def values(case: Case) -> dict[str, float]:
    """Return each goal's value, from the plan's lines alone."""
    tiers = case.started["tier"].to_list()
    whole = case.problem.slots.join(case.problem.tasks, on="task")
    all_weight = int((whole["weight"] * whole["count"]).sum())
    load = case.lines.group_by("volunteer").agg(pl.col("hours").sum())["hours"].max()
    return {
        "survival_tasks": float(tiers.count(1)),
        "priority_tasks": float(tiers.count(2)),
        "weighted_coverage": int(case.going["weight"].sum()) / max(1, all_weight),
        "preference": float(_points(case)),
        "longest_load": float(str(load or 0)),
        "travel": float(case.trips["way"].sum()),
    }


def _points(case: Case) -> int:
    liked = case.fresh.join(case.problem.preferences, on=["organisation", "task"])["points"].sum()
    speakers = case.going.filter(pl.col("language") != "").join(
        case.problem.languages, on=["volunteer", "language"]
    )
    return int(liked) + case.problem.language_points * speakers["task"].n_unique()


def stated(case: Case) -> list[Violation]:
    """Each goal's value is what the lines give, and its bound is no worse than its value."""
    real = values(case)
    bad = []
    for goal in case.plan.goals:
        value = real[goal.name]
        off = abs(goal.value - value) > CLOSE * max(1.0, abs(value))
        least = goal.name in {"longest_load", "travel"}
        past = goal.bound > goal.value + CLOSE if least else goal.bound < goal.value - CLOSE
        loose = goal.outcome == Outcome.PROVEN and abs(goal.bound - goal.value) > CLOSE
        bad += [goal.name] if off or past or loose else []
    bad += sorted(real.keys() - {g.name for g in case.plan.goals})
    return found("goal", bad, say("目标值与安排不符。"))


def open_slots(case: Case) -> list[Violation]:
    """Wanted people are either going or open, slot by slot."""
    going = case.going.group_by("slot").agg(pl.len().alias("going"))
    opened = case.plan.open.group_by("slot").agg(pl.col("count").sum().alias("open"))
    table = (
        case.problem.slots.select("slot", "count")
        .join(going, on="slot", how="left")
        .join(opened, on="slot", how="full", coalesce=True)
    )
    told = pl.col("going").fill_null(0) + pl.col("open").fill_null(0)
    return found("open", table.filter(told != pl.col("count").fill_null(-1))["slot"],
                 say("岗位需要人数不等于已派人数加空缺人数。"))  # fmt: skip
