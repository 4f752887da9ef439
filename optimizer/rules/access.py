"""Ways and vehicles: goods travel where a way is open, within what the fleet carries."""

from __future__ import annotations

import polars as pl

from graphcore.domain.tables import FLEET, ITEMS, completed
from graphcore.domain.text import say
from optimizer.rules.case import MOST_NAMED, Case, Violation

_VAN = ["warehouse", "mode", "day"]


def way_open(case: Case) -> list[Violation]:
    """Each line travels a way that is open on its day."""
    first = case.problem.access.group_by("warehouse", "point", "mode").agg(pl.col("from_day").min())
    table = case.fresh.join(first, on=["warehouse", "point", "mode"], how="left")
    bad = table.filter((pl.col("day") >= pl.col("from_day")).fill_null(value=False).not_())
    return [
        Violation("way", line, say("第 {day} 天没有从该仓库到该发放点的通路。", day=day))
        for line, day in bad.sort("line").select("line", "day").head(MOST_NAMED).iter_rows()
    ]


def fleet(case: Case) -> list[Violation]:
    """No warehouse sends out more kilograms or litres by a mode on a day than it can.

    Requests are counted too, so that accepting them all stays possible. A day that pinned lines
    alone overload is theirs, not this plan's.
    """
    load = _load(case, case.lines)
    fixed = _load(case, case.pinned).rename({"grams": "fixed_g", "millilitres": "fixed_ml"})
    table = (
        load.join(case.problem.fleet, on=_VAN, how="left")
        .join(fixed, on=_VAN, how="left")
        .with_columns(pl.col("capacity_kg", "capacity_l", "fixed_g", "fixed_ml").fill_null(0))
    )
    over = (
        (pl.col("grams") > pl.max_horizontal(pl.col("capacity_kg") * 1000, "fixed_g"))
        | (pl.col("millilitres") > pl.max_horizontal(pl.col("capacity_l") * 1000, "fixed_ml"))
    )  # fmt: skip
    return [
        Violation(
            "fleet", warehouse,
            say("第 {day} 天以 {mode} 运出的货物超过运力。", day=day, mode=mode),
        )
        for warehouse, mode, day in table.filter(over)
        .sort(_VAN).select(_VAN).head(MOST_NAMED).iter_rows()
    ]  # fmt: skip


def kept_cold(case: Case) -> list[Violation]:
    """What spoils travels with vehicles that keep it cold."""
    frail = completed(case.problem.items, ITEMS).filter("cold").select("item")
    able = completed(case.problem.fleet, FLEET).filter("cold").select(_VAN)
    bad = case.fresh.join(frail, on="item", how="semi").join(able, on=_VAN, how="anti")
    return [
        Violation("cold", line, say("该物资须冷链运输，该仓库当天的该类车辆不具备冷链。"))
        for line in bad["line"].sort().head(MOST_NAMED)
    ]


def _load(case: Case, lines: pl.DataFrame) -> pl.DataFrame:
    return (
        lines.join(case.problem.items, on="item", how="left")
        .group_by(_VAN)
        .agg(
            (pl.col("quantity") * pl.col("weight_g")).sum().alias("grams"),
            (pl.col("quantity") * pl.col("volume_ml")).sum().alias("millilitres"),
        )
    )
