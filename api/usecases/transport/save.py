"""Finished routes into the graph: trips, stops, what each carries, what stays behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from api.usecases.context import Context
from api.usecases.planning.yard import Yard
from api.usecases.transport.heads import follow
from graphcore.domain.actor import Actor
from graphcore.domain.errors import StalePlan
from graphcore.domain.event import EventDraft
from graphcore.domain.ids import Kind, derived
from graphcore.domain.supply import PlanState, TripState
from graphcore.domain.tables import LINES, Schema
from graphcore.domain.text import say
from graphcore.store.port import WriteUnit
from graphcore.store.values import label_schema
from optimizer.transport.agreement import Agreement
from optimizer.transport.problem import Routes
from optimizer.transport.rides import rides

_S, _I = pl.String(), pl.Int64()
BEHIND: Schema = {"id": _S, "line": _S, "quantity": _I, "reason": _S, "detail": _S}
_TRIPS: Schema = {"id": _S, "state": _S, "vehicle": _S, "day": _I, "trip": _I, "back": _I}
_KEY = ["vehicle", "day", "trip"]
Row = dict[str, object]


@dataclass(frozen=True)
class Routed:
    """What was saved."""

    trips: int
    units: int
    left: pl.DataFrame  # BEHIND


def save(
    ctx: Context, actor: Actor, plan: str, found: Agreement, yard: Yard, pins: pl.DataFrame
) -> Routed:
    """Put the plan's routes in place of those that have not left yet; ``pins`` follow their trips.

    Raises:
        StalePlan: the plan is no longer in force, or lines of it left meanwhile.
    """
    at = ctx.clock()
    made = _Made(found.routes, found.transport.loads, yard, found.rounds, pins)
    return ctx.store.write(ctx.district, lambda unit: _saving(unit, actor, plan, made, at))


@dataclass(frozen=True)
class _Made:
    routes: Routes
    loads: pl.DataFrame  # LOADS
    yard: Yard
    rounds: int
    pins: pl.DataFrame  # `api.usecases.transport.heads.PINNED`


def _saving(unit: WriteUnit, actor: Actor, plan: str, found: _Made, at: int) -> Routed:
    row = unit.nodes("Plan", [plan]).row(0, named=True)
    if row["state"] not in (PlanState.PUBLISHED.value, PlanState.APPROVED.value):
        raise _stale()
    lines = _here(unit, plan)
    going = rides(lines, found.routes)
    if int(going["units"].sum()) != int(found.routes.drops.filter(pl.col("leg") != "feeder")[
        "units"].sum()) + int(found.routes.left["units"].sum()):  # fmt: skip
        raise _stale()
    forget(unit, plan)
    number = _numbers(unit, plan)
    trips = _trips(found, plan, number)
    cargo = _cargo(unit, plan, lines, going, trips, found)
    left = _behind(plan, going, found.routes)
    _write(unit, found, plan, trips, cargo, left)
    follow(unit, found.pins, trips)
    units = int(cargo["quantity"].sum())
    unit.append(EventDraft("plan.routed", actor.id, at, {
        "plan": plan, "trips": trips.height, "units": units, "left": int(left["quantity"].sum()),
        "rounds": found.rounds, "by_clock": found.routes.by_clock,
    }))  # fmt: skip
    return Routed(trips.height, units, left)


def _stale() -> StalePlan:
    return StalePlan(
        say("排车次期间情况有变，没有保存。"), [say("计划已被取代，或有物资已经发出。")],
        say("请重新运行 doudi route。"),
    )  # fmt: skip


def _here(unit: WriteUnit, plan: str) -> pl.DataFrame:
    """Return LINES with the units that are still in the warehouse."""
    lines = unit.table("planning.lines", LINES, plan=plan)
    gone = unit.table("transport.gone", {"line": _S, "units": _I}, plan=plan)
    left = pl.col("quantity") - pl.col("units").fill_null(0)
    here = lines.join(gone, on="line", how="left").with_columns(left.alias("quantity"))
    return here.filter(pl.col("quantity") > 0).drop("units")


def forget(unit: WriteUnit, plan: str) -> None:
    """Delete the plan's trips that have not left, with their stops and goods, and what stayed."""
    trips = unit.table("transport.trips", _TRIPS, plan=plan)
    planned = trips.filter(pl.col("state") == TripState.PLANNED.value)["id"].to_list()
    cargo = [str(r["id"]) for r in unit.rows("transport.cargo_of_trips", trips=planned)]
    open_ = unit.nodes("Cargo", cargo)
    moved = sum((open_[c] for c in ("in_transit", "at_point", "received", "declined", "damaged",
                                    "lost")), start=pl.Series([0] * open_.height))  # fmt: skip
    waiting = set(open_.filter(moved > 0)["trip"])  # their feeders have left: the way goes on
    stops = unit.rows("transport.stops", plan=plan)
    ended = set(planned) - waiting
    unit.delete("Cargo", open_.filter(moved == 0)["id"].to_list())
    unit.delete("TripStop", [str(s["id"]) for s in stops if s["trip"] in ended])
    unit.delete("Trip", sorted(ended))
    unit.delete("LeftBehind", [str(b["id"]) for b in unit.rows("transport.behind", plan=plan)])


def _numbers(unit: WriteUnit, plan: str) -> dict[tuple[str, int], int]:
    """Return the first free trip number of each vehicle and day."""
    kept = unit.table("transport.trips", _TRIPS, plan=plan)
    top = kept.group_by("vehicle", "day").agg(pl.col("trip").max() + 1)
    return {(v, d): n for v, d, n in top.iter_rows()}


def _trips(found: _Made, plan: str, number: dict[tuple[str, int], int]) -> pl.DataFrame:
    """Return Trip nodes with the routes' own numbers beside theirs (``was``)."""
    stops, vehicles = found.routes.stops, found.yard.vehicles
    facts = {(v["vehicle"], v["day"]): v for v in vehicles.iter_rows(named=True)}
    weights = _weights(found)
    rows: list[Row] = []
    for (vehicle, day, trip), part in stops.sort(*_KEY, "stop").group_by(_KEY, maintain_order=True):
        v = facts[vehicle, day]
        n = int(str(trip)) + number.get((str(vehicle), int(str(day))), 0)
        kg, litres = weights.get((vehicle, day, trip), (0, 0))
        on = (found.yard.span.first_on + timedelta(days=int(str(day)))).isoformat()
        rows.append({
            "id": derived(Kind.TRIP, plan, str(vehicle), int(str(day)), n), "was": trip,
            "plan": plan, "vehicle": vehicle, "called": "", "base": v["base"], "mode": v["mode"],
            "day": day, "day_on": on, "trip": n, "departs": part["leave"][0],
            "back": part["arrive"][-1], "minutes": int(part["minutes"].sum()),
            "weight_kg": kg, "volume_l": litres, "capacity_kg": v["capacity_kg"],
            "capacity_l": v["capacity_l"], "state": TripState.PLANNED.value, "dispatched_at": 0,
            "dispatched_by": "", "late_minutes": 0, "closed_at": 0, "version": 1,
        })  # fmt: skip
    return pl.DataFrame(rows, schema={**label_schema("Trip"), "was": _I})


def _weights(found: _Made) -> dict[tuple[object, ...], tuple[int, int]]:
    """Return kilograms and litres of each trip, rounded up."""
    loads = found.loads.select("load", "weight_g", "volume_ml")
    sums = found.routes.drops.join(loads, on="load").group_by(_KEY).agg(
        (pl.col("units") * pl.col("weight_g")).sum().alias("g"),
        (pl.col("units") * pl.col("volume_ml")).sum().alias("ml"),
    )  # fmt: skip
    return {(v, d, t): (-(-g // 1000), -(-ml // 1000)) for v, d, t, g, ml in sums.iter_rows()}


def _cargo(
    unit: WriteUnit, plan: str, lines: pl.DataFrame, going: pl.DataFrame, trips: pl.DataFrame,
    found: _Made,
) -> pl.DataFrame:  # fmt: skip
    """Return Cargo nodes: a line's units on one trip (and on the one that feeds it)."""
    ids = trips.select("vehicle", "day", pl.col("was").alias("trip"), pl.col("id").alias("key"))
    fed = ids.rename({"vehicle": "feeder", "trip": "feeder_trip", "key": "by"})
    needs = unit.nodes("Need", lines["need"].unique().to_list()).select(
        pl.col("id").alias("need"), "daily"
    )
    first = found.yard.span.first_on
    day_on = (pl.lit(first) + pl.duration(days="day")).cast(pl.String)
    due_on = (pl.lit(first) + pl.duration(days="due_day")).cast(pl.String)
    rows = (
        going.filter(pl.col("vehicle") != "")
        .join(ids, on=["vehicle", "day", "trip"])
        .join(fed, on=["feeder", "day", "feeder_trip"], how="left")
        .join(lines.drop("day").rename({"quantity": "whole"}), on="line")
        .join(needs, on="need", how="left")
        .sort("line", "key", "by", "stop")
        .with_columns(pl.int_range(pl.len()).over("line").alias("n"))
    )
    zero = pl.lit(0, dtype=_I)
    names = [derived(Kind.CARGO, plan, line, trip, n)
             for line, trip, n in rows.select("line", "key", "n").iter_rows()]  # fmt: skip
    return rows.select(
        pl.Series("id", names, dtype=_S), pl.lit(plan).alias("plan"), "line",
        pl.col("key").alias("trip"), "stop", pl.col("by").fill_null("").alias("feeder"), "lot",
        "item", "need", "subject", "township", "point", day_on.alias("day_on"),
        due_on.alias("due_on"), pl.col("daily").fill_null(value=False),
        pl.col("units").alias("quantity"),
        (pl.col("units") * pl.col("covers") // pl.col("whole")).alias("covers"),
        _beside(unit, rows["also"], first),
        *(zero.alias(c) for c in ("in_transit", "at_point", "received", "declined", "damaged",
                                  "lost")),
        pl.lit(1, dtype=_I).alias("version"),
    )  # fmt: skip


def _beside(unit: WriteUnit, also: pl.Series, first: date) -> pl.Series:
    """Return what kits meet besides, with due dates, for whoever reads it under a later plan."""
    needs = {t.split("|")[0] for t in also.explode().drop_nulls()}
    daily = dict(unit.nodes("Need", sorted(needs)).select("id", "daily").iter_rows())

    def dated(text: str) -> str:
        need, item, due, each = text.split("|")
        on = (first + timedelta(days=int(due))).isoformat()
        return "|".join((need, item, on, each, str(int(bool(daily[need])))))

    told = [[dated(text) for text in texts or []] for texts in also.to_list()]
    return pl.Series("also", told, dtype=pl.List(pl.String()))


def _behind(plan: str, going: pl.DataFrame, routes: Routes) -> pl.DataFrame:
    """Return BEHIND: units of lines that stay, with the reasons of their loads."""
    told = routes.left.sort("load", "reason").group_by("load", maintain_order=True).agg(
        pl.col("reason").first(), pl.col("detail").first()
    )  # fmt: skip
    rows = (
        going.filter(pl.col("vehicle") == "").join(told, on="load", how="left").sort("line")
        .with_columns(pl.col("reason").fill_null("fleet"), pl.col("detail").fill_null("{}"))
    )  # fmt: skip
    names = [derived(Kind.BEHIND, plan, line) for line in rows["line"]]
    return rows.select(
        pl.Series("id", names, dtype=_S), "line", pl.col("units").alias("quantity"), "reason",
        "detail",
    )  # fmt: skip


def _write(
    unit: WriteUnit, found: _Made, plan: str, trips: pl.DataFrame, cargo: pl.DataFrame,
    left: pl.DataFrame,
) -> None:  # fmt: skip
    keys = trips.select("vehicle", "day", pl.col("was").alias("trip"), "id")
    stops = found.routes.stops.join(keys, on=_KEY).select(
        pl.concat_str("id", "stop", separator="/").alias("id"), pl.col("id").alias("trip"), "stop",
        "kind", "place", pl.col("arrive").alias("arrives"), pl.col("leave").alias("leaves"),
        "minutes", "rests", "path",
    )  # fmt: skip
    stay = left.with_columns(pl.lit(plan).alias("plan"))
    unit.create("Trip", trips.drop("was"))
    unit.create("TripStop", stops)
    unit.create("Cargo", cargo)
    unit.create("LeftBehind", stay)
    joins = (
        ("ROUTES", "Trip", "Plan", trips, "plan"), ("STOP_OF", "TripStop", "Trip", stops, "trip"),
        ("RIDES_IN", "Cargo", "Trip", cargo, "trip"), ("STAYS_OF", "LeftBehind", "Plan", stay, "plan"),
        ("PART_OF_LINE", "Cargo", "AllocationLine", cargo, "line"),
    )  # fmt: skip
    for rel, source, target, rows, column in joins:
        ends = rows.select(pl.col("id").alias("from"), pl.col(column).alias("to"))
        unit.link(rel, source, target, ends)
