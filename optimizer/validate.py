"""Refuses numbers that no plan can be made from, before anything is solved."""

from __future__ import annotations

import math
from collections.abc import Mapping

import polars as pl

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.tables import (
    ACCESS,
    FLEET,
    FLOORS,
    ITEMS,
    KITS,
    LINES,
    LOTS,
    MARKETS,
    NEEDS,
    NEVER,
    SWAPS,
    Schema,
    completed,
    conform,
    empty,
)
from graphcore.domain.text import Text, say
from optimizer.problem import Problem

MOST_DAYS = 366
MOST_UNITS = 100_000_000  # of one need or lot: beyond it, units were mixed up
MOST_GRAMS = 50_000_000  # 50 t for one unit
MOST_MINUTES = 14_400  # ten days one way
MOST_CAPACITY = 1_000_000_000
MOST_MONEY = 10_000_000_000_000  # of a lot that weighs nothing: 100 billion yuan in fen
MOST_STEP = 10_000  # units of a need that substitutes meet in one step

_RANGES: dict[str, dict[str, tuple[int, int]]] = {
    "needs": {"quantity": (1, MOST_UNITS), "tier": (1, 9), "weight": (0, 1_000_000)},
    "lots": {
        "quantity": (0, MOST_MONEY),
        "arrives_day": (-NEVER, NEVER),
        "min_units": (1, MOST_MONEY),
    },
    "items": {"weight_g": (0, MOST_GRAMS), "volume_ml": (0, MOST_GRAMS)},
    "access": {"minutes": (0, MOST_MINUTES), "from_day": (0, NEVER)},
    "fleet": {"capacity_kg": (0, MOST_CAPACITY), "capacity_l": (0, MOST_CAPACITY)},
    "swaps": {"give": (1, MOST_UNITS), "of": (1, MOST_STEP), "most_permille": (0, 1000)},
    "markets": {"from_day": (-NEVER, NEVER)},
    "floors": {"permille": (0, 1000)},
    "kits": {"units": (1, MOST_UNITS)},
}
_KEYS: dict[str, list[str]] = {
    "needs": ["need", "day"],
    "lots": ["lot"],
    "items": ["item"],
    "fleet": ["warehouse", "mode", "day"],
    "swaps": ["swap"],
    "markets": ["township"],
    "kits": ["kit", "item"],
}
_SCHEMAS: dict[str, Schema] = {
    "needs": NEEDS,
    "lots": LOTS,
    "items": ITEMS,
    "access": ACCESS,
    "fleet": FLEET,
}
_OPTIONAL: dict[str, Schema] = {
    "swaps": SWAPS, "markets": MARKETS, "floors": FLOORS, "kits": KITS,
}  # fmt: skip


def validate(problem: Problem) -> Problem:
    """Return the problem with every frame in its schema and sorted, so that row order is no input.

    Raises:
        ProblemInvalid: a number out of range, a double key, an unknown item, a point in two
            townships; the message names table, column and the first offending id.
    """
    if not 1 <= problem.days <= MOST_DAYS:
        raise ProblemInvalid(
            say("计划天数 {days} 超出 1 至 {most}。", days=problem.days, most=MOST_DAYS),
            say("请把计划天数改为 1 至 {most} 之间的整数。", most=MOST_DAYS),
            field="days",
        )
    tables = {name: completed(getattr(problem, name), schema) for name, schema in _SCHEMAS.items()}
    for name, schema in _OPTIONAL.items():
        given = getattr(problem, name)
        tables[name] = empty(schema) if given is None else conform(given, schema)
    tables["needs"] = in_order(tables["needs"])
    _judge(tables, problem.days)
    pinned = None if problem.pinned is None else completed(problem.pinned, LINES).sort("line")
    return Problem(
        needs=tables["needs"],
        lots=tables["lots"].sort("lot"),
        items=tables["items"].sort("item"),
        access=tables["access"].unique().sort(*ACCESS),
        fleet=tables["fleet"].sort("warehouse", "mode", "day"),
        days=problem.days,
        pinned=pinned,
        swaps=tables["swaps"].sort("swap"),
        markets=tables["markets"].sort("township"),
        floors=tables["floors"].sort(*FLOORS),
        kits=tables["kits"].sort("kit", "item"),
    )


def _judge(tables: Mapping[str, pl.DataFrame], days: int) -> None:
    for name, table in tables.items():
        if table.height:
            _in_range(name, table)
            _no_double(name, table)
    _days_inside(tables["needs"], days)
    _few_units(tables["lots"], tables["items"])
    _items_known(tables["needs"], tables["items"])
    _swaps_make_sense(tables["swaps"], tables["items"])
    _kits_make_sense(tables["kits"], tables["items"])
    _one_township(tables["needs"])


def in_order(needs: pl.DataFrame) -> pl.DataFrame:
    """Return NEEDS sorted by need and day; one key after the other takes half the time of both."""
    keys = needs.select("need", "day").with_row_index("at")
    order = keys.sort("day", maintain_order=True).sort("need", maintain_order=True)["at"]
    return needs[order]


def _in_range(name: str, table: pl.DataFrame) -> None:
    wrong = {
        column: ~pl.col(column).is_between(low, high).fill_null(value=False)
        for column, (low, high) in _RANGES[name].items()
    }
    found = table.select(expr.any().alias(column) for column, expr in wrong.items()).row(0)
    for (column, (low, high)), some in zip(_RANGES[name].items(), found, strict=True):
        if some:
            bad = table.filter(wrong[column])
            _refuse(
                name,
                column,
                bad,
                say("取值应在 {low} 至 {high} 之间", low=low, high=high),
                say("请检查该列的单位和数值（件、克、毫升、分钟、千克、升），改正后重试。"),
            )


def _no_double(name: str, table: pl.DataFrame) -> None:
    keys = _KEYS.get(name)
    if keys is None:
        return
    ready = name == "needs"  # sorted by its keys: rows alike lie side by side
    if ready and not table.select(_as_before(keys).any()).item():
        return
    bad = table.filter(table.select(keys).is_duplicated())
    if bad.height:
        _refuse(name, keys[0], bad.sort(keys), say("编号重复"), say("请合并或删除重复的行后重试。"))


def _as_before(keys: list[str]) -> pl.Expr:
    """Return whether a row has the keys of the row before it."""
    return pl.all_horizontal(pl.col(k).eq_missing(pl.col(k).shift()) for k in keys)


def _days_inside(needs: pl.DataFrame, days: int) -> None:
    bad = needs.filter(~pl.col("day").is_between(0, days - 1).fill_null(value=False))
    if bad.height:
        _refuse(
            "needs",
            "day",
            bad,
            say("应在计划期 0 至 {last} 天之内", last=days - 1),
            say("请延长计划天数，或去掉计划期以外的需求。"),
        )


def _items_known(needs: pl.DataFrame, items: pl.DataFrame) -> None:
    unknown = needs.select("item").unique().join(items, on="item", how="anti")
    if unknown.height:
        bad = needs.join(unknown, on="item", how="semi", nulls_equal=True)
        _refuse(
            "needs",
            "item",
            bad,
            say("物资品种“{item}”不在品种表中", item=bad["item"].sort()[0]),
            say("请在品种表中补充该品种的重量和体积，或改正编码。"),
        )


def _few_units(lots: pl.DataFrame, items: pl.DataFrame) -> None:
    """Goods come in fewer units than money does in fen."""
    goods = lots.join(items.filter(pl.col("weight_g") > 0), on="item", how="semi")
    bad = goods.filter(pl.col("quantity") > MOST_UNITS)
    if bad.height:
        _refuse(
            "lots",
            "quantity",
            bad,
            say("取值应在 {low} 至 {high} 之间", low=0, high=MOST_UNITS),
            say("请检查该列的单位和数值（件、克、毫升、分钟、千克、升），改正后重试。"),
        )


def _swaps_make_sense(swaps: pl.DataFrame, items: pl.DataFrame) -> None:
    """Both items exist and differ, and the rates of an item's substitutes share a small step."""
    if swaps.is_empty():
        return
    for column in ("need_item", "item"):
        unknown = swaps.join(items, left_on=column, right_on="item", how="anti")
        if unknown.height:
            _refuse("swaps", column, unknown, say("物资品种“{item}”不在品种表中",
                                                  item=unknown[column].sort()[0]),
                    say("请在品种表中补充该品种的重量和体积，或改正编码。"))  # fmt: skip
    same = swaps.filter(pl.col("need_item") == pl.col("item"))
    if same.height:
        _refuse("swaps", "item", same, say("替代品与所需物资相同"), say("请删去该替代规则。"))
    for (_,), rules in swaps.group_by("need_item", maintain_order=True):
        steps = [o // math.gcd(g, o) for g, o in rules.select("give", "of").iter_rows()]
        if math.lcm(*steps) > MOST_STEP:
            _refuse("swaps", "of", rules, say("同一物资的各替代比例没有共同的整数步长（不超过 {most}）",
                                              most=MOST_STEP),
                    say("请把比例改为较小的整数，例如 1 比 2。"))  # fmt: skip


def _kits_make_sense(kits: pl.DataFrame, items: pl.DataFrame) -> None:
    """A kit and its contents are known items, and no kit holds a kit."""
    if kits.is_empty():
        return
    for column in ("kit", "item"):
        unknown = kits.join(items, left_on=column, right_on="item", how="anti")
        if unknown.height:
            _refuse("kits", column, unknown, say("物资品种“{item}”不在品种表中",
                                                 item=unknown[column].sort()[0]),
                    say("请在品种表中补充该品种的重量和体积，或改正编码。"))  # fmt: skip
    nested = kits.filter(pl.col("item").is_in(kits["kit"].implode()))
    if nested.height:
        _refuse("kits", "item", nested, say("套装里又有套装"), say("请直接列出里层套装的内容。"))


def _one_township(needs: pl.DataFrame) -> None:
    pairs = needs.select("point", "township").unique()
    bad = pairs.filter(pairs["point"].is_duplicated())
    if bad.height:
        _refuse(
            "needs",
            "township",
            needs.join(bad.select("point").unique(), on="point", how="semi"),
            say("同一发放点属于两个乡镇"),
            say("请核对发放点所在乡镇，改为一个。"),
        )


def _refuse(name: str, column: str, bad: pl.DataFrame, what: Text, advice: Text) -> None:
    """Raise for the first offending row, named by its meaningless id."""
    first = bad.select(pl.col(bad.columns[0])).to_series().cast(pl.String).sort()[0]
    raise ProblemInvalid(
        say(
            "{table} 表的 {column} 列：{what}；共 {count} 行，例如编号 {first}。",
            table=name,
            column=column,
            what=what,
            count=bad.height,
            first=first,
        ),
        advice,
        field=f"{name}.{column}",
    )
