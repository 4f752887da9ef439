"""Lots: what is drawn exists, is here in time, is not expired, and may leave."""

from __future__ import annotations

import polars as pl

from graphcore.domain.tables import LOTS, completed
from graphcore.domain.text import say
from optimizer.rules.case import MOST_NAMED, Case, Violation


def known(case: Case) -> list[Violation]:
    """Every line names a lot of the problem, with its item and warehouse."""
    lots = case.problem.lots.select("lot", "item", "warehouse")
    bad = case.fresh.join(lots, on=["lot", "item", "warehouse"], how="anti")
    return [
        Violation("lot_known", line, say("该行的批次、品种与仓库不相符，请核对批次编号。"))
        for line in bad["line"].head(MOST_NAMED)
    ]


def enough(case: Case) -> list[Violation]:
    """No lot gives more units than it has."""
    used = case.fresh.group_by("lot").agg(pl.col("quantity").sum().alias("used"))
    bad = used.join(case.problem.lots, on="lot").filter(pl.col("used") > pl.col("quantity"))
    return [
        Violation(
            "stock",
            lot,
            say("批次可用 {have} 件，计划用了 {used} 件。", have=have, used=used_units),
        )
        for lot, have, used_units in bad.sort("lot")
        .select("lot", "quantity", "used")
        .head(MOST_NAMED)
        .iter_rows()
    ]


def minimum(case: Case) -> list[Violation]:
    """A delivery of a lot to a township on a day takes at least the lot's minimum."""
    lots = completed(case.problem.lots, LOTS).filter(pl.col("min_units") > 1)
    total = case.fresh.join(lots.select("lot", "min_units"), on="lot").group_by(
        "lot", "township", "day", "min_units"
    )  # fmt: skip
    bad = total.agg(pl.col("quantity").sum()).filter(pl.col("quantity") < pl.col("min_units"))
    return [
        Violation("minimum", lot, say("第 {day} 天发往一个乡镇 {units} 件，少于该批次的起送数量 {least}。",
                                      day=day, units=units, least=least))
        for lot, day, units, least in bad.sort("lot", "township", "day")
        .select("lot", "day", "quantity", "min_units").head(MOST_NAMED).iter_rows()
    ]  # fmt: skip


def in_time(case: Case) -> list[Violation]:
    """A unit delivered on a day has arrived by then and has not expired."""
    day = pl.col("day")
    bad = case.drawn.filter((day < pl.col("arrives_day")) | (day > pl.col("expires_day")))
    return [
        Violation("lot_in_time", line, say("第 {day} 天发放时，该批次未到库或已过期。", day=on))
        for line, on in bad.select("line", "day").head(MOST_NAMED).iter_rows()
    ]


def not_held(case: Case) -> list[Violation]:
    """Nothing leaves from a lot on hold."""
    bad = case.drawn.filter(pl.col("hold") != "none")
    return [
        Violation("hold", line, say("该批次处于“{hold}”状态，不得动用。", hold=hold))
        for line, hold in bad.select("line", "hold").head(MOST_NAMED).iter_rows()
    ]


def commanded(case: Case) -> list[Violation]:
    """Firm lines draw on lots that the bureau commands, requests on the others."""
    firm = pl.col("state") == "firm"
    asked = pl.col("state") == "request"
    bad = case.drawn.filter(
        (firm & ~pl.col("commanded")) | (asked & pl.col("commanded")) | ~(firm | asked)
    )
    return [
        Violation("command", line, say("该行状态“{state}”与批次的调度权不符。", state=state))
        for line, state in bad.select("line", "state").head(MOST_NAMED).iter_rows()
    ]
