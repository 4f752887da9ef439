"""Trips on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.cli import output
from api.cli.explain import said
from api.cli.speech import LANG, _, called
from api.text.words import word
from optimizer.transport.explain import clock

if TYPE_CHECKING:
    import polars as pl

    from api.usecases.transport.view import TripsView

ROWS = 60


def print_trips(view: TripsView) -> None:
    """Print the trips by day and departure, then what stays behind with its reason."""
    rows = [_trip(view, t) for t in view.trips.head(ROWS).iter_rows(named=True)]
    columns = (_("车次编号"), _("第几天"), _("车船"), _("出发"), _("返回"), _("依次到"),
               _("载重（千克）"), _("件数"), _("状态"))  # fmt: skip
    output.table(_("车次（{n}）").format(n=f"{view.trips.height:,}"), columns, rows)
    if view.trips.height > ROWS:
        output.console.print(_("只显示前 {n} 行；全部内容请用 doudi export。").format(n=ROWS))
    _behind(view)


def _trip(view: TripsView, t: dict[str, Any]) -> tuple[object, ...]:
    stops = view.stops.filter(view.stops["trip"] == t["id"]).sort("stop")
    places = [view.view.names.get(s["place"]) or view.view.codes.get(s["place"]) or s["place"]
              for s in stops.iter_rows(named=True) if s["kind"] == "deliver"]  # fmt: skip
    late = _("（晚 {n} 分）").format(n=t["late_minutes"]) if t["late_minutes"] else ""
    return (
        t["id"], t["day"] + 1, said(view.called[t["vehicle"]]), clock(t["departs"]),
        clock(t["back"]), "→".join(called(p) for p in places),
        f"{t['weight_kg']:,}/{t['capacity_kg']:,}", int(view.of(t["id"])["quantity"].sum()),
        word("trip_state", t["state"], LANG) + late,
    )  # fmt: skip


def _behind(view: TripsView) -> None:
    import polars as pl

    if view.behind.is_empty():
        return
    lines = view.view.lines.select("line", "item", "warehouse", "point", "day")
    rows = (
        view.behind.join(lines, on="line")
        .group_by("day", "warehouse", "point", "item", "reason")
        .agg(pl.col("quantity").sum())
        .sort("day", "warehouse", "point", "item")
    )
    made = [_left(view, r) for r in rows.head(ROWS).iter_rows(named=True)]
    columns = (_("第几天"), _("储备库"), _("送达点"), _("物资"), _("数量"), _("为什么"))
    output.table(_("没有车船能运的物资"), columns, made)


def _left(view: TripsView, r: dict[str, Any]) -> tuple[object, ...]:
    from optimizer.transport.explain import why

    name = view.view.names
    return (
        r["day"] + 1, called(name.get(r["warehouse"], r["warehouse"])),
        called(name.get(r["point"]) or view.view.codes.get(r["point"]) or r["point"]),
        called(name.get(r["item"], r["item"])), r["quantity"], said(why(r["reason"])),
    )  # fmt: skip


def trips_json(view: TripsView) -> dict[str, object]:
    """The trips as JSON: stops and goods with each, and what stays behind."""
    return {
        "plan": view.view.plan["id"], "trips": [_json(view, t) for t in view.trips.to_dicts()],
        "left_behind": view.behind.to_dicts(),
    }  # fmt: skip


def _json(view: TripsView, t: dict[str, Any]) -> dict[str, object]:
    stops: pl.DataFrame = view.stops.filter(view.stops["trip"] == t["id"]).sort("stop")
    goods = view.of(t["id"]).drop("plan", "covers", "version")
    return {
        **t, "called": said(view.called[t["vehicle"]]), "stops": stops.drop("id", "trip").to_dicts(),
        "cargo": goods.to_dicts(),
    }  # fmt: skip
