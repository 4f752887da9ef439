"""Refuses transport problems that no routes can be made from."""

from __future__ import annotations

import polars as pl

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.supply import Mode
from graphcore.domain.tables import Schema, conform
from graphcore.domain.text import Text, say
from optimizer.transport.problem import Problem
from optimizer.transport.tables import HEADS, LOADS, PLACES, TRANSFERS, VEHICLES

DAY = 2_880
"""Latest minute of a shift: it may end on the next day."""
MOST_UNITS = 100_000_000
MOST_GRAMS = 50_000_000  # 50 t for one unit
MOST_KG = 100_000  # a vehicle of 100 t

_RANGES: dict[str, dict[str, tuple[int, int]]] = {
    "loads": {
        "units": (1, MOST_UNITS), "weight_g": (0, MOST_GRAMS), "volume_ml": (0, MOST_GRAMS),
        "day": (0, 366), "worth": (1, 10**12),
    },
    "vehicles": {
        "capacity_kg": (1, MOST_KG), "capacity_l": (1, 10 * MOST_KG), "gross_kg": (0, 2 * MOST_KG),
        "start": (0, DAY), "end": (0, DAY), "hours": (1, DAY), "trips": (1, 50), "day": (0, 366),
    },
    "places": {"opens": (0, DAY), "closes": (0, DAY), "together": (1, 100)},
}  # fmt: skip
_KEYS = {
    "loads": ["load"],
    "vehicles": ["vehicle", "day"],
    "places": ["place"],
    "transfers": ["transfer", "mode"],
}
_SCHEMAS: dict[str, Schema] = {
    "loads": LOADS, "vehicles": VEHICLES, "places": PLACES, "transfers": TRANSFERS,
}  # fmt: skip


def validate(problem: Problem) -> Problem:
    """Return the problem with every frame in its schema and sorted, so that row order is no input.

    Raises:
        ProblemInvalid: a number out of range, a double key, an unknown place or mode.
    """
    tables = {name: _table(problem, name, schema) for name, schema in _SCHEMAS.items()}
    for name, table in tables.items():
        _in_range(name, table)
        _refuse_if(name, _KEYS[name][0], table, table.select(_KEYS[name]).is_duplicated(),
                   say("编号重复"), say("请合并或删除重复的行后重试。"))  # fmt: skip
    _known_places(tables)
    for name in ("loads", "vehicles", "transfers"):
        _known_modes(name, tables[name])
    return Problem(
        tables["loads"].sort("load"), tables["vehicles"].sort("vehicle", "day"),
        tables["places"].sort("place"), problem.roads, problem.first_on, problem.handling,
        tables["transfers"].sort("transfer", "mode"), problem.attach, _table(problem, "heads", HEADS),
        _table(problem, "known", HEADS),
    )  # fmt: skip


def _table(problem: Problem, name: str, schema: Schema) -> pl.DataFrame:
    table = getattr(problem, name)
    told = pl.DataFrame(schema=dict(schema)) if table is None else table
    if "cold" in schema:  # what nobody said of goods and of vehicles
        said = pl.col("cold") if "cold" in told.columns else pl.lit(None, dtype=pl.Boolean)
        told = told.with_columns(said.fill_null(name == "vehicles").alias("cold"))
    return conform(told, schema)


def _in_range(name: str, table: pl.DataFrame) -> None:
    for column, (low, high) in _RANGES.get(name, {}).items():
        inside = table[column].is_between(low, high).fill_null(value=False)
        _refuse_if(name, column, table, ~inside,
                   say("取值应在 {low} 至 {high} 之间", low=low, high=high),
                   say("请检查该列的单位和数值（件、克、毫升、千克、升、分钟），改正后重试。"))  # fmt: skip


def _known_places(tables: dict[str, pl.DataFrame]) -> None:
    known = tables["places"]["place"].implode()
    columns = [("loads", "warehouse"), ("loads", "point"), ("vehicles", "base"),
               ("transfers", "transfer")]  # fmt: skip
    for name, column in columns:
        _refuse_if(name, column, tables[name], ~tables[name][column].is_in(known),
                   say("地点不在地点表中"), say("请在地点表中补充该地点及其道路节点。"))  # fmt: skip


def _known_modes(name: str, table: pl.DataFrame) -> None:
    _refuse_if(name, "mode", table, ~table["mode"].is_in([m.value for m in Mode]),
               say("运输方式不明"), say("请改为 truck、boat、helicopter 或 foot。"))  # fmt: skip


def _refuse_if(
    name: str, column: str, table: pl.DataFrame, bad: pl.Series, what: Text, advice: Text
) -> None:
    """Raise for the first offending row, named by its meaningless id."""
    rows = table.filter(bad)
    if rows.is_empty():
        return
    text = say(
        "{table} 表的 {column} 列：{what}；共 {count} 行，例如编号 {first}。",
        table=name, column=column, what=what, count=rows.height,
        first=str(rows[_KEYS[name][0]].sort()[0]),
    )  # fmt: skip
    raise ProblemInvalid(text, advice, field=f"{name}.{column}")
