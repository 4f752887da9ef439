"""Dispatch (调拨): the order by which a trip leaves with its goods; late and lost ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.transport.lack import lacking
from api.usecases.transport.moves import Move, apply
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import Conflict, NotFound, WrongState
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.supply import Hold, PlanState, TripState
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, WriteUnit

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dispatched:
    """Trips that left by this order, and those that had left before."""

    trips: tuple[str, ...]
    before: tuple[str, ...]
    units: int


def dispatch(ctx: Context, actor: Actor, trips: Sequence[str]) -> Dispatched:
    """Let trips leave: all of them or, if one may not, none. One that has left is left alone.

    Raises:
        Forbidden: the actor may not dispatch.
        NotFound: no such trip.
        WrongState: its plan is not approved, or not in force; or what it carries is not there yet.
        Conflict: goods of it are on hold or expired.
    """
    authorise(actor, Operation.DISPATCH, ctx.district)
    at = ctx.clock()

    def write(unit: WriteUnit) -> Dispatched:
        rows = find(unit, trips)
        going = [r for r in rows if r["state"] == TripState.PLANNED.value]
        units = sum(
            _leave(unit, ctx.district, actor, row, at) for row in _feeders_first(unit, going)
        )
        before = tuple(r["id"] for r in rows if r["state"] != TripState.PLANNED.value)
        return Dispatched(tuple(r["id"] for r in going), before, units)

    return ctx.store.write(ctx.district, write)


def find(unit: ReadUnit, trips: Sequence[str]) -> list[Row]:
    """Return trips by id.

    Raises:
        NotFound: there is none of an id.
    """
    rows = unit.nodes("Trip", list(trips)).to_dicts()
    missing = sorted(set(trips) - {r["id"] for r in rows})
    if missing:
        raise NotFound(say("没有编号为 {trip} 的车次。", trip=missing[0][:40]),
                       say("请用 doudi show trips 查看车次编号；重排车次后编号会变。"))  # fmt: skip
    return rows


def cargo_of(unit: ReadUnit, trip: str) -> pl.DataFrame:
    """Return Cargo nodes that a trip carries, to where they are wanted or to the next vehicle."""
    keys = [str(r["id"]) for r in unit.rows("transport.cargo_of_trips", trips=[trip])]
    return unit.nodes("Cargo", keys)


def _feeders_first(unit: ReadUnit, rows: list[Row]) -> list[Row]:
    """Return the trips so that one that feeds another leaves before it."""
    fed = {r["id"] for r in rows if cargo_of(unit, r["id"]).filter(
        (pl.col("trip") == r["id"]) & (pl.col("feeder") != "")).height}  # fmt: skip
    return sorted(rows, key=lambda r: (r["id"] in fed, r["day"], r["departs"], r["id"]))


def _leave(unit: WriteUnit, district: str, actor: Actor, trip: Row, at: int) -> int:
    row = _approved(unit, district, trip)
    plan = str(row["id"])
    cargo = cargo_of(unit, trip["id"])
    own = cargo.filter((pl.col("trip") == trip["id"]) & (pl.col("feeder") != ""))
    waiting = own.filter(pl.col("in_transit") == 0)
    if waiting.height:
        raise WrongState(say("车次 {trip} 要接运的物资还没有运到转运点。", trip=trip["id"]),
                         say("请先发出前一段的车次。"))  # fmt: skip
    goods = cargo.filter(pl.when(pl.col("feeder") == "").then(pl.col("trip"))
                         .otherwise(pl.col("feeder")) == trip["id"])  # fmt: skip
    _may_leave(unit, goods, _handed_over_on(row, trip, at))
    moves = [Move(c, "", "in_transit", n) for c, n in goods.select("id", "quantity").iter_rows()]
    apply(unit, goods, moves, cause=f"dispatched {trip['id']}", at=at, plan=plan)
    unit.update("Trip", pl.DataFrame([{
        "id": trip["id"], "state": TripState.DISPATCHED.value, "dispatched_at": at,
        "dispatched_by": actor.id, "version": trip["version"] + 1,
    }]))  # fmt: skip
    stock: dict[str, Json] = {
        lot: -n
        for lot, n in goods.group_by("lot").agg(pl.col("quantity").sum()).sort("lot").iter_rows()
    }
    units = int(goods["quantity"].sum())
    unit.append(EventDraft("trip.dispatched", actor.id, at, {
        "trip": trip["id"], "plan": plan, "vehicle": trip["vehicle"], "units": units,
        "stock": stock,
    }))  # fmt: skip
    return units


def _approved(unit: ReadUnit, district: str, trip: Row) -> Row:
    plan: Row = unit.nodes("Plan", [trip["plan"]]).row(0, named=True)
    if plan["district"] != district or plan["state"] == PlanState.SUPERSEDED.value:
        raise WrongState(
            say("车次 {trip} 属于第 {number} 号计划，该计划已被取代。", trip=trip["id"],
                number=plan["number"]),
            say("请对现行计划运行 doudi route，再发出新的车次。"),
        )  # fmt: skip
    if plan["state"] != PlanState.APPROVED.value:
        raise WrongState(
            say("第 {number} 号计划还没有批准，物资不得出库。", number=plan["number"]),
            say("请先由负责人批准：doudi approve --officer 姓名。"),
        )
    return plan


def _handed_over_on(plan: Row, trip: Row, at: int) -> str:
    """Return the day (ISO) on which a trip that leaves now is there: its own, or today if later.

    Of a plan that lies wholly in the past (an exercise, a look back) it is the trip's own.
    """
    today = day_of(at)
    last = date.fromisoformat(plan["first_on"]) + timedelta(days=plan["days"] - 1)
    return str(trip["day_on"]) if today > last else max(str(trip["day_on"]), today.isoformat())


def _may_leave(unit: ReadUnit, goods: pl.DataFrame, day: str) -> None:
    """Refuse goods that were put on hold, ran out or expired since they were planned."""
    wanted = dict(goods.group_by("lot").agg(pl.col("quantity").sum()).iter_rows())
    for lot in unit.nodes("StockLot", sorted(wanted)).iter_rows(named=True):
        code, n = lot["code"], wanted[lot["id"]]
        if (lot["hold"] or Hold.NONE.value) != Hold.NONE.value:
            raise Conflict(say("批次 {lot} 待检或冻结，不得出库。", lot=code), _ADVICE)
        if lot["expires_on"] and lot["expires_on"] < day:
            raise Conflict(say("批次 {lot} 已于 {day} 过期，不得出库。", lot=code,
                               day=lot["expires_on"]), _ADVICE)  # fmt: skip
        if min(lot["on_hand"], lot["reserved"]) < n:
            raise Conflict(say("批次 {lot} 只剩 {left}，不够装车的 {asked}。", lot=code,
                               left=min(lot["on_hand"], lot["reserved"]), asked=n), _ADVICE)  # fmt: skip


_ADVICE = say("请重新制定计划（doudi plan）并排车次（doudi route）。")


def late(ctx: Context, actor: Actor, trip: str, minutes: int) -> None:
    """Record that a trip that has left will be late by so many minutes in all.

    Raises:
        Forbidden: the actor may not dispatch.
        NotFound: no such trip.
        WrongState: it has not left, or is over.
    """
    authorise(actor, Operation.DISPATCH, ctx.district)
    at = ctx.clock()

    def write(unit: WriteUnit) -> None:
        (row,) = find(unit, [trip])
        _on_its_way(row)
        if row["late_minutes"] == minutes:
            return
        unit.update("Trip", pl.DataFrame([
            {"id": trip, "late_minutes": minutes, "version": row["version"] + 1}
        ]))  # fmt: skip
        body: dict[str, Json] = {"trip": trip, "minutes": minutes}
        unit.append(EventDraft("trip.late", actor.id, at, body))

    ctx.store.write(ctx.district, write)


def lose(ctx: Context, actor: Actor, trip: str) -> int:
    """Record that what a trip still has on it is lost; return the units. What it served lacks again.

    Raises:
        Forbidden: the actor may not dispatch.
        NotFound: no such trip.
        WrongState: it has not left.
    """
    authorise(actor, Operation.DISPATCH, ctx.district)
    at = ctx.clock()

    def write(unit: WriteUnit) -> int:
        (row,) = find(unit, [trip])
        if row["state"] == TripState.CLOSED.value:
            return 0
        _on_its_way(row)
        cargo = cargo_of(unit, trip).filter(pl.col("in_transit") > 0)
        moves = [Move(c, "in_transit", "lost", n)
                 for c, n in cargo.select("id", "in_transit").iter_rows()]  # fmt: skip
        plan = in_force(unit, ctx.district)
        apply(unit, cargo, moves, cause=f"lost {trip}", at=at, plan=plan)
        lacking(unit, cargo, moves, plan, cause=f"lost {trip}")
        close(unit, {trip, *cargo["trip"]}, at)
        units = sum(m.units for m in moves)
        unit.append(EventDraft("trip.lost", actor.id, at, {"trip": trip, "units": units}))
        return units

    return ctx.store.write(ctx.district, write)


def _on_its_way(trip: Row) -> None:
    if trip["state"] != TripState.DISPATCHED.value:
        raise WrongState(say("车次 {trip} 不在途中。", trip=trip["id"]),
                         say("请用 doudi show trips 查看其状态。"))  # fmt: skip


def in_force(unit: ReadUnit, district: str) -> str:
    """Return the plan in force, "" if none."""
    rows = unit.rows("planning.current", district=district)
    return str(rows[0]["id"]) if rows else ""


def close(unit: WriteUnit, trips: set[str], at: int) -> None:
    """Close the trips that have nothing on them any more."""
    for row in unit.nodes("Trip", sorted(trips)).iter_rows(named=True):
        cargo = cargo_of(unit, row["id"])
        over = row["state"] == TripState.DISPATCHED.value and not int(cargo["in_transit"].sum())
        if over:
            unit.update("Trip", pl.DataFrame([{
                "id": row["id"], "state": TripState.CLOSED.value, "closed_at": at,
                "version": row["version"] + 1,
            }]))  # fmt: skip


__all__ = ["Dispatched", "dispatch", "late", "lose"]
