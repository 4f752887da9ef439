"""One trip: when it goes where, by which road, with what, and what keeps it from carrying more."""

from __future__ import annotations

from typing import Any

import polars as pl

from api.usecases.story import Section, Story
from api.usecases.transport.view import TripsView
from graphcore.domain.text import Text, named, say
from optimizer.transport.explain import clock


def story(view: TripsView, key: str) -> Story:
    """Explain a trip by its id."""
    trip = view.trips.filter(pl.col("id") == key).row(0, named=True)
    stops = view.stops.filter(pl.col("trip") == key).sort("stop").to_dicts()
    title = say(
        "车次 {trip} 的说明（第 {number} 号计划）", trip=key, number=view.view.plan["number"]
    )
    return Story(title, (_whole(view, trip, stops), _stops(view, stops), _goods(view, key)))


def _name(view: TripsView, key: str) -> str:
    return view.view.names.get(key) or view.view.codes.get(key) or key


def _whole(view: TripsView, trip: dict[str, Any], stops: list[dict[str, Any]]) -> Section:
    rests = sum(s["rests"] for s in stops)
    sentences = [
        say("{vehicle}，{on}：{begin} 开始装车，{out} 从{base}出发，{back} 返回；{state}。",
            vehicle=view.called[trip["vehicle"]], on=trip["day_on"], begin=clock(stops[0]["arrives"]),
            out=clock(trip["departs"]), base=_name(view, trip["base"]), back=clock(trip["back"]),
            state=Text(f"trip_state:{trip['state']}")),
        say("行驶 {minutes} 分钟，途中按规定休息 {rests} 分钟。", minutes=trip["minutes"], rests=rests),
        _limit(trip),
    ]  # fmt: skip
    if trip["late_minutes"]:
        sentences.append(say("已登记晚点 {n} 分钟。", n=trip["late_minutes"]))
    return Section(say("行程"), tuple(sentences))


def _limit(trip: dict[str, Any]) -> Text:
    """Say how full the vehicle is, by weight and by volume."""
    kg = say("载重 {kg}/{most} 千克", kg=trip["weight_kg"], most=trip["capacity_kg"])
    litres = say("容积 {l}/{most} 升", l=trip["volume_l"], most=trip["capacity_l"])
    full = (20 * trip["weight_kg"] >= 19 * trip["capacity_kg"]
            or 20 * trip["volume_l"] >= 19 * trip["capacity_l"])  # fmt: skip
    why = say("已装满") if full else say("没有装满：同一路线上没有更多要送的，或时间不够再绕一处")
    return say("{kg}，{litres}；{why}。", kg=kg, litres=litres, why=why)


def _stops(view: TripsView, stops: list[dict[str, Any]]) -> Section:
    rows = tuple(
        (_name(view, s["place"]), clock(s["arrives"]), clock(s["leaves"]), s["minutes"], s["rests"],
         named("→".join(_name(view, p) for p in s["path"] or [])))
        for s in stops
    )  # fmt: skip
    columns = (say("地点"), say("到"), say("离"), say("行驶分钟"), say("休息分钟"), say("走哪条路"))
    return Section(say("停靠"), columns=columns, rows=rows)


def _goods(view: TripsView, key: str) -> Section:
    table = view.of(key).group_by("point", "item").agg(
        pl.col("quantity", "in_transit", "at_point", "received", "declined").sum(),
        (pl.col("damaged") + pl.col("lost")).sum().alias("gone"),
        pl.col("subject").n_unique().alias("homes"),
    ).sort("point", "item")  # fmt: skip
    rows = tuple(
        (_name(view, r["point"]), _name(view, r["item"]), r["homes"], r["quantity"],
         r["in_transit"], r["at_point"], r["received"], r["declined"], r["gone"])
        for r in table.iter_rows(named=True)
    )  # fmt: skip
    columns = (say("送达点"), say("物资"), say("户数"), say("数量"), say("在途"), say("待领"),
               say("已签收"), say("拒收"), say("损失"))  # fmt: skip
    return Section(say("物资"), columns=columns, rows=rows)
