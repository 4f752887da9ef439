"""Routes, what stays behind, and cuts, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from graphcore.domain.errors import NotFound
from graphcore.domain.text import Text, named, say
from optimizer.transport.problem import Problem, Routes

Names = Callable[[str], str | Text]
"""Gives the name that people use for an id (vehicle, place); the caller knows them."""
Row = Mapping[str, Any]
NEAR = 30
"""Minutes: a vehicle with less time left than this is busy all day."""


def clock(minute: int) -> str:
    """Return a minute of the day as people write it.

    >>> clock(545), clock(1500)
    ('09:05', '25:00')
    """
    return f"{minute // 60:02d}:{minute % 60:02d}"


def explain_route(
    problem: Problem, routes: Routes, vehicle: str, day: int, names: Names = str
) -> list[Text]:
    """Return a vehicle's day in sentences: the whole, each trip, and what limits it.

    Raises:
        NotFound: the vehicle makes no trip that day.
    """
    here = (pl.col("vehicle") == vehicle) & (pl.col("day") == day)
    stops = routes.stops.filter(here).sort("trip", "stop")
    if stops.is_empty():
        raise NotFound(say("{vehicle} 第 {day} 天没有出车。", vehicle=vehicle, day=day + 1),
                       say("请核对车辆编号和日期。"))  # fmt: skip
    row = problem.vehicles.filter(here).row(0, named=True)
    weights = _weights(problem, routes.drops.filter(here))
    trips: list[list[Row]] = [list(t.to_dicts()) for t in stops.partition_by("trip")]
    whole = say(
        "{vehicle} 第 {day} 天出车 {trips} 趟，{begin} 开始装车，{back} 返回，行驶 {minutes} 分钟。",
        vehicle=names(vehicle), day=day + 1, trips=len(trips),
        begin=clock(trips[0][0]["arrive"]), back=clock(trips[-1][-1]["arrive"]),
        minutes=int(stops["minutes"].sum()),
    )  # fmt: skip
    each = [_trip(t, row, weights.get(k, (0, 0)), names) for k, t in enumerate(trips)]
    return [whole, *each, _limit(row, trips, weights)]


def _weights(problem: Problem, drops: pl.DataFrame) -> dict[int, tuple[int, int]]:
    """Return kilograms and litres of each trip, rounded up."""
    table = drops.join(problem.loads.select("load", "weight_g", "volume_ml"), on="load")
    sums = table.group_by("trip").agg(
        (pl.col("units") * pl.col("weight_g")).sum().alias("g"),
        (pl.col("units") * pl.col("volume_ml")).sum().alias("ml"),
    )
    return {t: (-(-g // 1000), -(-ml // 1000)) for t, g, ml in sums.iter_rows()}


def _trip(stops: list[Row], vehicle: Row, load: tuple[int, int], names: Names) -> Text:
    places = [
        say("{place}（{at} 到，{leave} 离）", place=names(s["place"]), at=clock(s["arrive"]),
            leave=clock(s["leave"]))
        for s in stops[1:-1]
    ]  # fmt: skip
    return say(
        "第 {trip} 趟：{depart} 从{base}出发，载重 {kg}/{most_kg} 千克、容积 {l}/{most_l} 升，依次到{places}。",
        trip=stops[0]["trip"] + 1, depart=clock(stops[0]["leave"]), base=names(stops[0]["place"]),
        kg=load[0], most_kg=vehicle["capacity_kg"], l=load[1], most_l=vehicle["capacity_l"],
        places=_joined(places),
    )  # fmt: skip


def _joined(texts: list[Text]) -> Text:
    """Return texts one after another; each stays translatable."""
    if len(texts) == 1:
        return texts[0]
    return say("{first}、{rest}", first=texts[0], rest=_joined(texts[1:]))


def _limit(vehicle: Row, trips: list[list[Row]], weights: Mapping[int, tuple[int, int]]) -> Text:
    """Say what keeps the vehicle from doing more, or how much time it has left."""
    begin, back = trips[0][0]["arrive"], trips[-1][-1]["arrive"]
    spare = min(vehicle["end"] - back, vehicle["hours"] - (back - begin))
    if vehicle["convoy"]:
        return say("该车随车队“{convoy}”同行同停。", convoy=vehicle["convoy"])
    if len(trips) >= vehicle["trips"]:
        return say("当日趟数已用完（最多 {trips} 趟）。", trips=vehicle["trips"])
    if spare < NEAR:
        return say("当日工时已用完（剩余 {spare} 分钟）。", spare=spare)
    full = sum(kg >= 0.95 * vehicle["capacity_kg"] or litres >= 0.95 * vehicle["capacity_l"]
               for kg, litres in weights.values())  # fmt: skip
    return say("还有 {spare} 分钟可用；{full} 趟满载。", spare=spare, full=full)


def explain_left(row: Row, names: Names = str) -> Text:
    """Return why units of a load stay behind and what would help, from a row of LEFT."""
    facts = json.loads(row["detail"])
    return say(
        "第 {day} 天从{warehouse}到{point}有 {units} 件未能装运：{why}",
        day=facts["day"] + 1, warehouse=names(facts["warehouse"]), point=names(facts["point"]),
        units=row["units"], why=why(row["reason"], str(facts["transfer"]), names),
    )  # fmt: skip


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
