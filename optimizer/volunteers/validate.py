"""Refuses numbers and references that no plan can be made from, before anything is solved."""

from __future__ import annotations

from dataclasses import fields, replace

import polars as pl

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.tables import Schema, conform
from graphcore.domain.text import Text, say
from optimizer.volunteers import tables
from optimizer.volunteers.eligibility import Grid
from optimizer.volunteers.problem import Problem

MOST_DAYS = 60
_NAMES = tuple(f.name for f in fields(Problem) if f.type == "pl.DataFrame")
_SCHEMAS: dict[str, Schema] = {name: getattr(tables, name.upper()) for name in _NAMES}
_RANGES: dict[str, dict[str, tuple[int, int]]] = {
    "volunteers": {"hours_day": (0, 24), "rest_hours": (0, 72)},
    "skills": {"level": (1, 9)},
    "equipment": {"level": (1, 9)},
    "shifts": {"start": (0, 23), "hours": (1, 24)},
    "tasks": {"hours": (1, 24), "tier": (1, 3), "weight": (1, 1_000_000), "min_crew": (1, 10_000)},
    "slots": {"level": (1, 9), "least": (0, 10_000), "count": (1, 10_000)},
    "travel": {"minutes": (0, 14_400)},
    "preferences": {"points": (0, 1000)},
}
_KEYS: dict[str, list[str]] = {
    "volunteers": ["volunteer"],
    "teams": ["volunteer"],
    "equipment": ["equipment"],
    "shifts": ["shift"],
    "tasks": ["task"],
    "slots": ["slot"],
    "travel": ["start", "place"],
    "preferences": ["organisation", "task"],
}
_KNOWN: tuple[tuple[str, str, str], ...] = (
    ("skills", "volunteer", "volunteers"),
    ("certificates", "volunteer", "volunteers"),
    ("languages", "volunteer", "volunteers"),
    ("available", "volunteer", "volunteers"),
    ("teams", "volunteer", "volunteers"),
    ("claims", "volunteer", "volunteers"),
    ("claims", "slot", "slots"),
    ("slots", "task", "tasks"),
    ("tasks", "shift", "shifts"),
    ("available", "shift", "shifts"),
    ("preferences", "task", "tasks"),
)


def validate(problem: Problem) -> Problem:
    """Return the problem with every frame in its schema and sorted, so that row order is no input.

    Raises:
        ProblemInvalid: a number out of range, a double key, a reference to nothing, more claims
            than a slot wants, two claims of one person at one time; the message names table,
            column and the first offending id.
    """
    if not 1 <= problem.days <= MOST_DAYS:
        raise ProblemInvalid(
            say("计划天数 {days} 超出 1 至 {most}。", days=problem.days, most=MOST_DAYS),
            say("请把计划天数改为 1 至 {most} 之间的整数。", most=MOST_DAYS),
            field="days",
        )
    made = {name: conform(getattr(problem, name), _SCHEMAS[name]) for name in _NAMES}
    made = {name: table.unique().sort(*table.columns) for name, table in made.items()}
    for name, table in made.items():
        _in_range(name, table)
        _no_double(name, table)
    for name, column, target in _KNOWN:
        _known(name, column, made[name], made[target])
    for name in ("tasks", "available"):
        _days_inside(name, made[name], problem.days)
    _sizes(made)
    fine = replace(problem, **made)  # type: ignore[arg-type]
    _claims(fine)
    return fine


def _in_range(name: str, table: pl.DataFrame) -> None:
    for column, (low, high) in _RANGES.get(name, {}).items():
        bad = table.filter(~pl.col(column).is_between(low, high).fill_null(value=False))
        _refuse(name, column, bad, say("取值应在 {low} 至 {high} 之间", low=low, high=high))


def _no_double(name: str, table: pl.DataFrame) -> None:
    keys = _KEYS.get(name)
    if keys:
        bad = table.filter(table.select(keys).is_duplicated())
        _refuse(name, keys[0], bad, say("编号重复"))


def _known(name: str, column: str, table: pl.DataFrame, target: pl.DataFrame) -> None:
    bad = table.join(target, on=column, how="anti")
    _refuse(name, column, bad, say("编号在对应的表中不存在"))


def _days_inside(name: str, table: pl.DataFrame, days: int) -> None:
    bad = table.filter(~pl.col("day").is_between(0, days - 1).fill_null(value=False))
    _refuse(name, "day", bad, say("应在计划期 0 至 {last} 天之内", last=days - 1))


def _sizes(made: dict[str, pl.DataFrame]) -> None:
    """Refuse least above count, a task without slots or longer than its shift."""
    slots, tasks = made["slots"], made["tasks"]
    _refuse("slots", "least", slots.filter(pl.col("least") > pl.col("count")),
            say("最少人数大于需要人数"))  # fmt: skip
    wanted = slots.group_by("task").agg(pl.col("count").sum().alias("wanted"))
    sized = tasks.join(wanted, on="task", how="left", maintain_order="left")
    few = sized.filter(pl.col("min_crew") > pl.col("wanted").fill_null(0))
    _refuse("tasks", "min_crew", few, say("最少人数大于各岗位需要人数之和"))
    shifts = made["shifts"].rename({"hours": "shift_hours"})
    long = tasks.join(shifts, on="shift").filter(pl.col("hours") > pl.col("shift_hours"))
    _refuse("tasks", "hours", long, say("工时长于班次"))


def _claims(problem: Problem) -> None:
    counts = problem.claims.group_by("slot").agg(pl.len().alias("claims"))
    full = problem.slots.join(counts, on="slot").filter(pl.col("claims") > pl.col("count"))
    _refuse("slots", "count", full, say("已认领人数多于需要人数"))
    grid = Grid(problem)
    times = grid.slots.select("slot", "begin", "end")
    own = problem.claims.join(times, on="slot").sort("volunteer", "begin")
    past = pl.col("end").cum_max().shift(1).over("volunteer")
    _refuse(
        "claims", "volunteer", own.filter(pl.col("begin") < past), say("同一时间认领了两项任务")
    )


def _refuse(name: str, column: str, bad: pl.DataFrame, what: Text) -> None:
    """Raise for the first offending row, if any, named by its meaningless id."""
    if bad.is_empty():
        return
    first = bad[bad.columns[0]].cast(pl.String).sort()[0]
    raise ProblemInvalid(
        say(
            "{table} 表的 {column} 列：{what}；共 {count} 行，例如编号 {first}。",
            table=name,
            column=column,
            what=what,
            count=bad.height,
            first=first,
        ),
        say("请改正该列后重试。"),
        field=f"{name}.{column}",
    )
