"""What has been handed over, what is on its way, and by which trip."""

from __future__ import annotations

from typing import Any

import polars as pl

from api.usecases import show
from api.usecases.explain.case import Case
from api.usecases.story import Section
from api.usecases.transport.view import find_trip
from graphcore.domain.actor import Actor, Role
from graphcore.domain.tables import Schema
from graphcore.domain.text import Text, say
from optimizer.transport.explain import clock, why

_S, _I = pl.String(), pl.Int64()
RODE: Schema = {
    "id": _S, "line": _S, "trip": _S, "stop": _I, "item": _S, "day_on": _S, "quantity": _I,
    "in_transit": _I, "at_point": _I, "received": _I, "declined": _I, "damaged": _I, "lost": _I,
    "state": _S, "plan": _S,
}  # fmt: skip
_READER = Actor("explain", frozenset({Role.AUDITOR}), "")


def needs_met(case: Case, subject: str) -> Section:
    """The basic needs of a household: owed, signed for, on the way, planned, missing, by item."""
    rode = _rode(case, subject).group_by("item").agg(
        pl.col("received").sum(), (pl.col("in_transit") + pl.col("at_point")).sum().alias("coming")
    )  # fmt: skip
    mine = show.needed(case.view).filter(pl.col("subject") == subject)
    facts = mine.group_by("basic", "item").agg(pl.col("needed", "served", "missing").sum())
    table = facts.join(rode, on="item", how="left").with_columns(
        pl.col("received", "coming").fill_null(0)
    )
    rows = [
        (Text(f"basic_need:{r['basic']}"), case.item(r["item"]), r["needed"], r["received"],
         r["coming"], r["missing"], case.unit(r["item"]))
        for r in table.sort("basic", "item").iter_rows(named=True)
    ]  # fmt: skip
    columns = (say("基本需求"), say("物资"), say("计划期内应得"), say("已签收"), say("在途或待领"),
               say("尚缺"), say("单位"))  # fmt: skip
    return Section(say("五项基本需求"), columns=columns, rows=tuple(rows))


def handed_over(case: Case, subject: str) -> Section:
    """What was loaded for a household: which trip, when, and what became of it."""
    rows = [
        (case.item(r["item"]), r["quantity"], case.unit(r["item"]), r["day_on"], r["trip"], _state(r))
        for r in _rode(case, subject).iter_rows(named=True)
    ]  # fmt: skip
    columns = (say("物资"), say("数量"), say("单位"), say("送达日"), say("车次"), say("到哪一步"))
    return Section(say("送达和签收"), columns=columns, rows=tuple(rows))


def _rode(case: Case, subject: str) -> pl.DataFrame:
    """Return RODE of the plan shown, and what left under plans before it."""
    found = case.ctx.store.read(
        lambda unit: unit.table("transport.of_subject", RODE, subject=subject)
    )
    left = pl.sum_horizontal("in_transit", "at_point", "received", "declined", "damaged", "lost")
    return found.filter((pl.col("plan") == str(case.view.plan["id"])) | (left > 0))


def _state(row: dict[str, Any]) -> Text:
    """Say where the units are; nothing to say yet if they have not left."""
    told = {
        "received": say("已签收 {n}", n=row["received"]),
        "at_point": say("已到点待领 {n}", n=row["at_point"]),
        "in_transit": say("在途 {n}", n=row["in_transit"]),
        "declined": say("拒收 {n}", n=row["declined"]), "damaged": say("破损 {n}", n=row["damaged"]),
        "lost": say("途中损失 {n}", n=row["lost"]),
    }  # fmt: skip
    texts = [text for bucket, text in told.items() if row[bucket]]
    return _joined(texts) if texts else say("已装车次，待发")


def _joined(texts: list[Text]) -> Text:
    if len(texts) == 1:
        return texts[0]
    return say("{first}，{rest}", first=texts[0], rest=_joined(texts[1:]))


def rides(case: Case, line: str) -> list[Text]:
    """Return by which trips a line rides, and why what of it stays."""
    going, staying = case.ctx.store.read(lambda unit: (
        unit.rows("transport.of_line", line=line), unit.rows("transport.line_behind", line=line)
    ))  # fmt: skip
    texts = [_ride(case, r) for r in going]
    return texts + [
        say("有 {n} 件没有装上车：{why}", n=b["quantity"], why=why(str(b["reason"])))
        for b in staying
    ]


def _ride(case: Case, row: Any) -> Text:
    view = find_trip(case.ctx, _whole(case), str(row["trip"]))
    trip = view.trips.filter(pl.col("id") == row["trip"]).row(0, named=True)
    stop = view.stops.filter(
        (pl.col("trip") == row["trip"]) & (pl.col("stop") == row["stop"])
    ).row(0, named=True)  # fmt: skip
    return say(
        "{n} 件由{vehicle}运送（车次 {trip}）：{on} {out} 出发，{at} 到达；{state}。",
        n=row["quantity"], vehicle=view.called[trip["vehicle"]], trip=row["trip"],
        on=trip["day_on"], out=clock(trip["departs"]), at=clock(stop["arrives"]),
        state=Text(f"trip_state:{row['state']}"),
    )  # fmt: skip


def _whole(case: Case) -> Actor:
    """Return a reader of the whole district: that the story may be told was checked before."""
    return Actor(_READER.id, _READER.roles, case.ctx.district)
