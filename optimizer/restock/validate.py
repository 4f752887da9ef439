"""Refuses restocking problems that no plan can be made from, before anything is solved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.tables import Schema, conform
from graphcore.domain.text import Text, say
from optimizer.restock.problem import Problem
from optimizer.restock.tables import (
    DAMAGE,
    DATES,
    GOODS,
    HITS,
    KINDS,
    LANES,
    OPTIONS,
    SCENARIOS,
    SITES,
    STOCK,
    WAYS,
)

MOST_UNITS = 100_000_000
MOST_FEN = 100_000_000_000_000
MOST_UNIT_FEN = 10_000_000_000
MOST_MINUTES = 525_600  # a year
MOST_WEIGHT = 1e6
SUM = 1e-6  # how far probabilities may be from 1

_SCHEMAS: dict[str, Schema] = {
    "sites": SITES, "goods": GOODS, "options": OPTIONS, "stock": STOCK, "dates": DATES,
    "lanes": LANES, "scenarios": SCENARIOS, "hits": HITS, "ways": WAYS, "damage": DAMAGE,
}  # fmt: skip
_KEYS: dict[str, list[str]] = {
    "sites": ["site"], "goods": ["item"], "options": ["site", "item", "kind"], "stock": ["lot"],
    "dates": ["buys_on"], "lanes": ["origin", "target"], "scenarios": ["scenario"],
    "hits": ["scenario", "township", "item", "priority"], "ways": ["scenario", "site", "township"],
    "damage": ["scenario", "site"],
}  # fmt: skip
_RANGES: dict[str, dict[str, tuple[float, float]]] = {
    "sites": {"capacity_l": (0, MOST_FEN), "opening_fen": (0, MOST_FEN)},
    "goods": {
        "volume_ml": (0, 50_000_000), "weight_g": (0, 50_000_000),
        "deadline_min": (0, MOST_MINUTES), "wait_fen_per_hour": (0, MOST_UNIT_FEN),
    },
    "options": {
        "unit_fen": (0, MOST_UNIT_FEN), "call_fen": (0, MOST_UNIT_FEN),
        "delay_min": (0, MOST_MINUTES), "lead_days": (0, 3660), "most": (0, MOST_UNITS),
    },
    "stock": {"quantity": (0, MOST_UNITS)},
    "dates": {"budget_fen": (0, MOST_FEN)},
    "lanes": {"fen_per_kg": (0, MOST_UNIT_FEN)},
    "scenarios": {"probability": (0.0, 1.0)},
    "hits": {"quantity": (1, MOST_UNITS), "short_fen": (0, MOST_UNIT_FEN), "priority": (1, 9)},
    "ways": {"minutes": (0, MOST_MINUTES)},
    "damage": {"kept_permille": (0, 1000)},
}  # fmt: skip
_KNOWN: list[tuple[str, str, str, str]] = [  # table, column, known from table, its column
    ("options", "site", "sites", "site"), ("options", "item", "goods", "item"),
    ("stock", "site", "sites", "site"), ("stock", "item", "goods", "item"),
    ("lanes", "origin", "sites", "site"), ("lanes", "target", "sites", "site"),
    ("hits", "scenario", "scenarios", "scenario"), ("hits", "item", "goods", "item"),
    ("ways", "scenario", "scenarios", "scenario"), ("ways", "site", "sites", "site"),
    ("damage", "scenario", "scenarios", "scenario"), ("damage", "site", "sites", "site"),
]  # fmt: skip
_DATES = [("dates", "buys_on"), ("scenarios", "strikes_on"), ("stock", "expires_on")]


def validate(problem: Problem) -> Problem:
    """Return the problem with every frame in its schema.

    Raises:
        ProblemInvalid: a number out of range, a double key, an unknown code, a date that is none,
            probabilities that do not add up to 1, stock at a site that is not open, no date.
    """
    tables: dict[str, Any] = {n: conform(getattr(problem, n), s) for n, s in _SCHEMAS.items()}
    problem = replace(problem, **tables)
    for name in _SCHEMAS:
        _ranges(name, getattr(problem, name))
        _double(name, getattr(problem, name))
    for table, column, other, key in _KNOWN:
        _known(problem, table, column, other, key)
    for table, column in _DATES:
        _date(table, column, getattr(problem, table)[column])
    for table in ("options", "stock"):
        _kinds(table, getattr(problem, table))
    _whole(problem)
    _risk(problem)
    return problem


def _ranges(name: str, table: pl.DataFrame) -> None:
    for column, (low, high) in _RANGES[name].items():
        bad = table.filter(~pl.col(column).is_between(low, high).fill_null(value=False))
        if bad.height:
            _refuse(name, column, bad, say("取值应在 {low} 至 {high} 之间", low=low, high=high),
                    say("请检查该列的单位和数值（件、克、毫升、分钟、分），改正后重试。"))  # fmt: skip


def _double(name: str, table: pl.DataFrame) -> None:
    bad = table.filter(table.select(_KEYS[name]).is_duplicated()).sort(_KEYS[name])
    if bad.height:
        _refuse(name, _KEYS[name][-1], bad, say("编号重复"), say("请合并或删除重复的行后重试。"))


def _known(problem: Problem, name: str, column: str, other: str, key: str) -> None:
    table, codes = getattr(problem, name), getattr(problem, other)[key].implode()
    bad = table.filter(~pl.col(column).is_in(codes).fill_null(value=False))
    if bad.height:
        _refuse(name, column, bad, say("{table} 表中没有该编号", table=other),
                say("请补充或改正编号后重试。"))  # fmt: skip


def _date(name: str, column: str, days: pl.Series) -> None:
    for day in days.unique().sort().to_list():
        if day == "" and column == "expires_on":
            continue
        try:
            date.fromisoformat(day or "")
        except ValueError as error:
            raise ProblemInvalid(
                say("{table} 表的 {column} 列：“{day}”不是日期。", table=name, column=column, day=day),
                say("请按 2026-04-01 的格式填写。"), field=f"{name}.{column}",
            ) from error  # fmt: skip


def _kinds(name: str, table: pl.DataFrame) -> None:
    bad = table.filter(~pl.col("kind").is_in(KINDS).fill_null(value=False))
    if bad.height:
        _refuse(name, "kind", bad, say("储备方式不明"),
                say("请填写 physical（实物）、agreement（协议）或 capacity（产能）。"))  # fmt: skip


def _whole(problem: Problem) -> None:
    total = float(problem.scenarios["probability"].sum())
    if abs(total - 1.0) > SUM:
        raise ProblemInvalid(
            say("情景概率之和为 {total:.6f}，应为 1。", total=total),
            say("请补上“无灾”情景，或改正概率。"), field="scenarios.probability",
        )  # fmt: skip
    if not problem.dates.height:
        raise ProblemInvalid(say("没有采购日期。"), say("请至少填写一个采购日期和预算。"),
                             field="dates")  # fmt: skip
    closed = problem.sites.filter("candidate")["site"].implode()
    bad = problem.stock.filter(pl.col("site").is_in(closed))
    if bad.height:
        _refuse("stock", "site", bad, say("尚未启用的库点已有库存"),
                say("请把该库点标为已启用，或改正库存所在库点。"))  # fmt: skip


def _risk(problem: Problem) -> None:
    if not (0.0 <= problem.risk.alpha < 1.0 and 0.0 <= problem.risk.weight <= MOST_WEIGHT):
        raise ProblemInvalid(
            say("风险参数超出范围：权重 {weight}，水平 {alpha}。", weight=problem.risk.weight,
                alpha=problem.risk.alpha),
            say("权重应不小于 0，水平应在 0（含）与 1（不含）之间。"), field="risk",
        )  # fmt: skip


def _refuse(name: str, column: str, bad: pl.DataFrame, what: Text, advice: Text) -> None:
    """Raise for the first offending row, named by its meaningless id."""
    first = str(bad.select(pl.col(bad.columns[0])).to_series()[0])
    raise ProblemInvalid(
        say("{table} 表的 {column} 列：{what}；共 {count} 行，例如编号 {first}。", table=name,
            column=column, what=what, count=bad.height, first=first),
        advice, field=f"{name}.{column}",
    )  # fmt: skip
