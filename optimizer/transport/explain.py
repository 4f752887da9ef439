"""What stays behind and why, and cuts, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphcore.domain.text import Text, named, say

Names = Callable[[str], str | Text]
"""Gives the name that people use for an id (vehicle, place); the caller knows them."""
Row = Mapping[str, Any]


def clock(minute: int) -> str:
    """Return a minute of the day as people write it.

    >>> clock(545), clock(1500)
    ('09:05', '25:00')
    """
    return f"{minute // 60:02d}:{minute % 60:02d}"


def explain_cut(row: Row, names: Names = str) -> Text:
    """Return what a cut tells the allocation, from a row of CUTS."""
    if row["kind"] == "item":
        return say("从{warehouse}以 {mode} 到{point}不能运{item}：{why}",
                   warehouse=names(row["warehouse"]), mode=row["mode"], point=names(row["point"]),
                   item=names(row["item"]), why=why(row["reason"], "", names))  # fmt: skip
    if row["kind"] == "way":
        return say("第 {day} 天不再从{warehouse}以 {mode} 向{point}安排：{why}",
                   day=row["day"] + 1, warehouse=names(row["warehouse"]), mode=row["mode"],
                   point=names(row["point"]), why=why(row["reason"], "", names))  # fmt: skip
    return say("第 {day} 天{warehouse}以 {mode} 最多安排 {kg} 千克、{l} 升：{why}",
               day=row["day"] + 1, warehouse=names(row["warehouse"]), mode=row["mode"],
               kg=row["capacity_kg"], l=row["capacity_l"],
               why=why(row["reason"], "", names))  # fmt: skip


def why(reason: str, transfer: str = "", names: Names = str) -> Text:
    """Return a reason of LEFT or CUTS in a sentence, with what would relieve it."""
    at = say("（在转运点{place}）", place=names(transfer)) if transfer else named("")
    texts = {
        "road": say("当天没有这些车船能往返的通路。抢通道路、改用更轻的车或其他方式可缓解。"),
        "together": say("该地点要求结队前往，没有足够大的车队能到。编组车队可缓解。"),
        "vehicle": say("当天没有这种方式的车船。调派车船可缓解。"),
        "size": say("单件超过能到达的车船的载重或容积。拆分包装或换大车可缓解。"),
        "cold": say("须冷链运输，能到达的冷链车船不够。调派冷藏车可缓解。"),
        "window": say("最早出发也赶不上该地点的关闭时间。延长开放时间或提早出发可缓解。"),
        "hours": say("往返超出班次或工时。换班接驳或前移装车点可缓解。"),
        "fleet": say("车船的趟数、工时或载重已用尽{at}。增加车辆或班次可缓解。", at=at),
    }
    return texts.get(reason, say("原因代码 {code}。", code=reason))
