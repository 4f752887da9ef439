"""Pins: lines that the dispatcher wants kept as they are, stored, shown, removable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.planning.basis import kept
from graphcore.domain.actor import Actor
from graphcore.domain.errors import NotFound, ProblemInvalid, WrongState
from graphcore.domain.event import EventDraft
from graphcore.domain.ids import Kind
from graphcore.domain.supply import LineState
from graphcore.domain.tables import LINES, conform
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, Row, WriteUnit
from optimizer.problem import Problem

LINE, FLOOR, DAY, TRIP, PRICE = "line", "floor", "day", "trip", "price"
DEAREST = 1000
_WAY = ["need", "due_day", "lot", "mode", "day"]


@dataclass(frozen=True, slots=True)
class Pin:
    """A pin in force: on a line, at least ``quantity`` units of it, a day, a trip's first stops.

    A ``price`` pins nothing: departing from the line (or township) costs ``quantity`` times as much.
    """

    id: str
    kind: str
    need: str
    lot: str
    mode: str
    day: int
    quantity: int
    giver: str
    township: str = ""
    trip: str = ""


def add_pin(
    ctx: Context, actor: Actor, line: str, *, at_least: int | None = None, giver: str = "",
    pin: str = "",
) -> str:  # fmt: skip
    """Pin a line of the plan in force, or a floor of its quantity; return the pin's id.

    ``pin`` is the id it gets, where the caller has minted one; so with the other pins.

    Raises:
        Forbidden: the actor may not make plans.
        NotFound: no such line.
        WrongState: the line is none that can be pinned, or is pinned already.
        ProblemInvalid: the floor is not between 1 and what the line has.
    """

    def row_of(unit: WriteUnit) -> dict[str, Any]:
        row = _line(unit, ctx.district, line)
        units = int(row["quantity"]) if at_least is None else at_least
        if not 1 <= units <= int(row["quantity"]):
            raise ProblemInvalid(
                say("数量下限应在 1 至 {most} 之间（该行现有数量）。", most=row["quantity"]),
                say("要多于现有数量时，请先登记变化并运行 doudi replan。"), field="at_least",
            )  # fmt: skip
        if row["swap"] and units < int(row["quantity"]):
            raise ProblemInvalid(say("替代物资按整份折算，只能钉住整行。"),
                                 say("请去掉 --at-least 后重试。"), field="at_least")  # fmt: skip
        if _same(_pins(unit, ctx.district), row):
            raise WrongState(say("该行已经钉住。"), say("请用 doudi pin list 查看。"))
        kind = LINE if at_least is None else FLOOR
        return {"kind": kind, **{c: row[c] for c in _WAY}, "quantity": units}

    return _add(ctx, actor, row_of, giver, pin)


def pin_day(
    ctx: Context, actor: Actor, day: int, *, township: str = "", giver: str = "", pin: str = ""
) -> str:
    """Pin all that the plan in force hands over on one of its days (0 = its first); return the id.

    Raises:
        Forbidden: the actor may not make plans.
        NotFound: there is no plan in force.
        ProblemInvalid: the plan has no such day.
    """

    def row_of(unit: WriteUnit) -> dict[str, Any]:
        days = int(_current(unit, ctx.district)["days"])
        if not 0 <= day < days:
            raise ProblemInvalid(say("计划只有 {days} 天。", days=days), say("请改正后重试。"),
                                 field="day")  # fmt: skip
        return {"kind": DAY, "day": day, "township": township}

    return _add(ctx, actor, row_of, giver, pin)


def pin_trip(
    ctx: Context, actor: Actor, trip: str, *, stops: int, giver: str = "", pin: str = ""
) -> str:
    """Pin what a trip of the plan in force brings to its first stops; return the pin's id.

    What goes there, by which mode and on which day stays; `route` lets the same vehicle bring it
    there first, in the same order.

    Raises:
        Forbidden: the actor may not make plans.
        NotFound: no such trip.
        ProblemInvalid: the trip has no such stop.
    """

    def row_of(unit: WriteUnit) -> dict[str, Any]:
        found = unit.nodes("Trip", [trip])
        if found.is_empty() or found["plan"][0] != _current(unit, ctx.district)["id"]:
            raise NotFound(say("现行计划中没有编号为 {trip} 的车次。", trip=trip[:40]),
                           say("请用 doudi export --format trips 导出派车单查看编号。"))  # fmt: skip
        most = unit.nodes("TripStop").filter(pl.col("trip") == trip)["stop"].max() or 0
        if not 1 <= stops <= int(str(most)):
            raise ProblemInvalid(say("该车次只有 {most} 站。", most=most), say("请改正后重试。"),
                                 field="stops")  # fmt: skip
        return {"kind": TRIP, "trip": trip, "quantity": stops}

    return _add(ctx, actor, row_of, giver, pin)


def price_departure(
    ctx: Context, actor: Actor, times: int, *, line: str = "", township: str = "",
    giver: str = "", pin: str = "",
) -> str:  # fmt: skip
    """Make departing from a published line, or from all to a township, cost so many times as much.

    Raises:
        Forbidden: the actor may not make plans.
        NotFound: no such line.
        ProblemInvalid: not between 0 (nothing holds it) and `DEAREST`.
    """

    def row_of(unit: WriteUnit) -> dict[str, Any]:
        if not 0 <= times <= DEAREST:
            raise ProblemInvalid(say("倍数应在 0 至 {most} 之间。", most=DEAREST),
                                 say("请改正后重试。"), field="times")  # fmt: skip
        row = _line(unit, ctx.district, line) if line else dict.fromkeys(_WAY)
        told = {c: row[c] for c in _WAY if row[c] is not None}
        return {"kind": PRICE, **told, "township": township, "quantity": times}

    return _add(ctx, actor, row_of, giver, pin)


_NONE: dict[str, Any] = {
    "need": "", "lot": "", "mode": "", "day": 0, "due_day": 0, "quantity": 0, "township": "",
    "trip": "",
}  # fmt: skip


def _add(
    ctx: Context, actor: Actor, row_of: Callable[[WriteUnit], dict[str, Any]], giver: str, pin: str
) -> str:
    authorise(actor, Operation.MAKE_PLAN, ctx.district)
    key, at = pin or ctx.mint.mint(Kind.PIN), ctx.clock()

    def write(unit: WriteUnit) -> str:
        row = _NONE | row_of(unit)
        unit.create("Pin", pl.DataFrame([{
            "id": key, "district": ctx.district, **row, "giver": giver, "actor": actor.id,
            "at": at, "removed_at": 0, "version": 1,
        }]))  # fmt: skip
        unit.append(EventDraft("pin.set", actor.id, at, {"pin": key, "giver": giver, **row}))
        return key

    return ctx.store.write(ctx.district, write)


def remove_pin(ctx: Context, actor: Actor, pin: str) -> None:
    """Take a pin out.

    Raises:
        Forbidden: the actor may not make plans.
        NotFound: no such pin in force.
    """
    authorise(actor, Operation.MAKE_PLAN, ctx.district)
    at = ctx.clock()

    def write(unit: WriteUnit) -> None:
        found = [r for r in _pins(unit, ctx.district) if r["id"] == pin]
        if not found:
            raise NotFound(say("没有编号为 {pin} 的钉。", pin=pin[:40]),
                           say("请用 doudi pin list 查看。"))  # fmt: skip
        version = int(str(found[0]["version"])) + 1
        unit.update("Pin", pl.DataFrame([{"id": pin, "removed_at": at, "version": version}]))
        unit.append(EventDraft("pin.removed", actor.id, at, {"pin": pin}))

    ctx.store.write(ctx.district, write)


def list_pins(ctx: Context, actor: Actor) -> list[Pin]:
    """Return the pins in force, oldest first.

    Raises:
        Forbidden: the actor may not read plans.
    """
    authorise(actor, Operation.READ_PLAN, ctx.district)
    rows: Sequence[Row] = ctx.store.read(lambda unit: _pins(unit, ctx.district))
    return [
        Pin(str(r["id"]), str(r["kind"]), str(r["need"]), str(r["lot"]), str(r["mode"]),
            int(str(r["day"])), int(str(r["quantity"])), str(r["giver"]), str(r["township"]),
            str(r["trip"]))
        for r in rows
    ]  # fmt: skip


def _pins(unit: ReadUnit, district: str) -> list[Row]:
    return unit.rows("replan.pins", district=district)


def trip_pins(unit: ReadUnit, district: str) -> list[tuple[str, str, int, int]]:
    """Return (pin, trip, first stops, version) of the pins on trips, oldest first."""
    mine = [p for p in _pins(unit, district) if p["kind"] == TRIP]
    return [(str(p["id"]), str(p["trip"]), int(str(p["quantity"])), int(str(p["version"])))
            for p in mine]  # fmt: skip


def _current(unit: ReadUnit, district: str) -> dict[str, Any]:
    """Return the plan in force."""
    current = unit.rows("planning.current", district=district)
    if not current:
        raise NotFound(say("还没有现行计划，无从查询。"), say("请先运行 doudi plan。"))
    row: dict[str, Any] = unit.nodes("Plan", [str(current[0]["id"])]).row(0, named=True)
    return row


def _same(pins: list[Row], row: dict[str, Any]) -> bool:
    mine = [p for p in pins if p["kind"] in (LINE, FLOOR)]
    return any(all(p[c] == row[c] for c in _WAY) for p in mine)


def _line(unit: WriteUnit, district: str, line: str) -> dict[str, Any]:
    found = unit.nodes("AllocationLine", [line])
    if found.is_empty() or found["plan"][0] != _current(unit, district)["id"]:
        raise NotFound(say("现行计划中没有编号为 {line} 的行。", line=line[:40]),
                       say("请用 doudi show lines 查看编号。"))  # fmt: skip
    row: dict[str, Any] = found.row(0, named=True)
    if row["state"] != LineState.FIRM.value:
        raise WrongState(
            say("只有本局可调度的分配行可以钉住。"), say("请用 doudi show lines 查看其状态。")
        )
    return row


def applied(ctx: Context, published: pl.DataFrame, problem: Problem) -> Problem:
    """Return the problem with the pinned units of published lines fixed.

    Raises:
        ProblemInvalid: a pin contradicts what is possible now; names the pin and what it meets.
    """
    rows, cargo = ctx.store.read(lambda unit: (_pins(unit, ctx.district), unit.nodes("Cargo")))
    fixed = [r for r in rows if r["kind"] != PRICE]
    if not fixed:
        return problem
    firm = published.filter(pl.col("state") == LineState.FIRM.value).sort("line")
    lines = _pinned(fixed, firm, cargo)
    if lines.is_empty():
        return problem
    _possible(problem, lines)
    return _fixed(problem, lines)


def movable(published: pl.DataFrame, pinned: pl.DataFrame | None) -> pl.DataFrame:
    """Return published lines less the units of them that are pinned: what a plan can keep or not."""
    if pinned is None or pinned.is_empty():
        return published
    fixed = pinned.group_by("line").agg(pl.col("quantity").sum().alias("fixed"))
    left = pl.col("quantity") - pl.col("fixed").fill_null(0)
    table = published.join(fixed, on="line", how="left", maintain_order="left")
    table = table.with_columns(left.alias("quantity")).drop("fixed")
    return table.filter(pl.col("quantity") > 0)


def prices(ctx: Context, published: pl.DataFrame) -> pl.DataFrame:
    """Return (line, price): what departing from published lines costs; 1 = usual, not listed."""
    rows = [r for r in ctx.store.read(lambda u: _pins(u, ctx.district)) if r["kind"] == PRICE]
    found = published.select("line", price=pl.lit(1.0))
    for row in rows:
        mine = pl.all_horizontal(pl.col(c) == row[c] for c in _WAY)
        if not row["need"]:
            mine = pl.col("township").str.starts_with(str(row["township"]))
        dear = published.select(pl.when(mine).then(float(str(row["quantity"]))).otherwise(1.0))
        found = found.with_columns(pl.col("price") * dear.to_series())
    return found.filter(pl.col("price") != 1.0)


def as_planned(payload: str, lines: pl.DataFrame, problem: Problem) -> Problem:
    """Return a stored plan's problem with the lines that were pinned when it was made.

    ``payload`` is the plan's basis, which tells them.
    """
    same = [*_WAY, "swap", "quantity"]
    told = kept(payload, "pinned").filter(pl.col("state") == LineState.FIRM.value)
    nth = pl.int_range(pl.len()).over(same).alias("nth")  # a fresh line may say the same again
    keys = told.sort("line").select(*same, nth)
    numbered = lines.sort("line").with_columns(nth)
    mine = numbered.join(keys, on=[*same, "nth"], how="semi", maintain_order="left").drop("nth")
    return problem if mine.is_empty() else _fixed(problem, mine)


def _pinned(pins: list[Row], firm: pl.DataFrame, cargo: pl.DataFrame) -> pl.DataFrame:
    """Return the firm lines that pins are on, with ``pin`` and the units that are pinned."""
    parts = [_of_pin(row, firm, cargo) for row in pins]
    most = pl.concat(parts).group_by("line").agg(pl.col("pinned").max(), pl.col("pin").min())
    units = pl.min_horizontal("quantity", "pinned")
    return (
        firm.join(most, on="line", maintain_order="left")
        .with_columns(
            pl.when(pl.col("swap") != "").then("quantity").otherwise(units).alias("quantity")
        )
        .with_columns(
            pl.when(pl.col("swap") == "").then("quantity").otherwise("covers").alias("covers")
        )
        .filter(pl.col("quantity") > 0)
    )


def _of_pin(pin: Row, firm: pl.DataFrame, cargo: pl.DataFrame) -> pl.DataFrame:
    """Return (line, pinned, pin) of one pin."""
    kind, units = pin["kind"], int(str(pin["quantity"]))
    if kind == TRIP:
        legs = cargo.filter((pl.col("trip") == pin["trip"]) & (pl.col("stop") <= units))
        mine = legs.group_by("line").agg(pl.col("quantity").sum().alias("pinned"))
        found = firm.select("line").join(mine, on="line")
    elif kind == DAY:
        here = pl.col("township").str.starts_with(str(pin["township"]))
        found = firm.filter((pl.col("day") == pin["day"]) & here).select("line", pinned="quantity")
    else:
        same = pl.all_horizontal(pl.col(c) == pin[c] for c in _WAY)
        found = firm.filter(same).select("line", pinned=pl.lit(units, dtype=pl.Int64))
    return found.select("line", "pinned", pin=pl.lit(str(pin["id"])))


def _fixed(problem: Problem, lines: pl.DataFrame) -> Problem:
    """Return the problem with these lines pinned, their goods taken off the lots."""
    used = lines.group_by("lot").agg(pl.col("quantity").sum().alias("used"))
    lots = problem.lots.join(used, on="lot", how="left", maintain_order="left").with_columns(
        pl.col("quantity") - pl.col("used").fill_null(0)
    ).drop("used")  # fmt: skip
    fixed = conform(lines, LINES)
    known = fixed if problem.pinned is None else pl.concat([problem.pinned, fixed])
    return replace(problem, lots=lots, pinned=known)


def _possible(problem: Problem, lines: pl.DataFrame) -> None:
    """Refuse pins on goods that are gone, ways that are shut, needs that are owed no more."""
    day = pl.col("day")
    lots = problem.lots.filter(pl.col("hold") == "none").select(
        "lot", "arrives_day", "expires_day", pl.col("quantity").alias("stock")
    )
    here = lines.join(lots, on="lot").filter(day.is_between("arrives_day", "expires_day"))
    whole = here.filter(pl.col("quantity").sum().over("lot") <= pl.col("stock"))
    open_ = whole.join(problem.access, on=["warehouse", "point", "mode"])
    going = open_.filter(day >= pl.col("from_day")).unique(subset="line")
    due = problem.needs.select(
        "need", pl.col("day").alias("due_day"), pl.col("quantity").alias("owed")
    )
    good = going.join(due, on=["need", "due_day"]).filter(pl.col("covers") <= pl.col("owed"))
    steps = [
        (whole, say("批次不足、未到货、被冻结或已过期")), (going, say("道路不通")),
        (good, say("该户已不再应得这么多")),
    ]  # fmt: skip
    for passed, why in steps:
        bad = lines.join(passed.select("line"), on="line", how="anti").sort("pin")
        if bad.height:
            raise ProblemInvalid(
                say("钉 {pin} 与现状矛盾：{why}（批次 {lot}，第 {day} 天）。", pin=bad["pin"][0], why=why,
                    lot=bad["lot"][0], day=bad["day"][0] + 1),
                say("请用 doudi pin remove {pin} 取消，或先消除矛盾。", pin=bad["pin"][0]), field="pin",
            )  # fmt: skip
