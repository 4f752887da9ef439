"""Declined goods come back: a named person looks at them; good ones are stock again, bad ones lost."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import InputError, NotFound, WrongState
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.ids import Kind, derived
from graphcore.domain.supply import Account
from graphcore.domain.tables import Schema
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, WriteUnit

WAITING: Schema = {
    "lot": pl.String(), "code": pl.String(), "item": pl.String(), "warehouse": pl.String(),
    "units": pl.Int64(),
}  # fmt: skip
"""Declined units by lot that nobody has looked at yet."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What an inspection came to, in units; ``waiting`` are still to be looked at."""

    lot: str
    good: int
    bad: int
    waiting: int


def waiting(ctx: Context, actor: Actor) -> pl.DataFrame:
    """Return WAITING, by lot.

    Raises:
        Forbidden: the actor may not read supply.
    """
    authorise(actor, Operation.READ_SUPPLY, ctx.district)
    return ctx.store.read(_waiting)


def _waiting(unit: ReadUnit, lots: list[str] | None = None) -> pl.DataFrame:
    held = unit.table("transport.returned", {"lot": pl.String(), "units": pl.Int64()})
    told = unit.nodes("StockLot", lots).select(
        pl.col("id").alias("lot"), "code", "item", "warehouse"
    )
    table = told.join(held.filter(pl.col("units") > 0), on="lot")
    return table.select(list(WAITING)).sort("code")


def inspect(ctx: Context, actor: Actor, lot: str, good: int, bad: int = 0) -> Inspected:
    """Record that declined units of a lot were looked at by ``actor``, a named person.

    Good units are on hand in their lot again, with its expiry, its donor's words and its holds; the
    next plan may use them. Bad ones are lost. A lot whose goods are past their date takes none back.

    Args:
        ctx: the product.
        actor: who looked, and answers for it.
        lot: id or code.
        good: units that can be handed over again.
        bad: units that cannot.

    Raises:
        Forbidden: the actor may not inspect.
        InputError: no units, or less than none.
        NotFound: no such lot.
        WrongState: more units than were declined, or good units that have expired.
    """
    authorise(actor, Operation.INSPECT, ctx.district)
    if good < 0 or bad < 0 or not good + bad:
        raise InputError(
            say("查验数量应为正整数。"), say("请写明完好和不能再用的数量。"), field="good"
        )
    at = ctx.clock()
    return ctx.store.write(
        ctx.district,
        lambda unit: _inspect(unit, actor, lot, (good, bad), (at, day_of(at).isoformat())),
    )


def _inspect(
    unit: WriteUnit, actor: Actor, wanted: str, units: tuple[int, int], when: tuple[int, str]
) -> Inspected:
    row = _lot(unit, wanted)
    (good, bad), (at, today) = units, when
    there = _waiting(unit, [str(row["id"])])
    left = int(there["units"].sum()) - good - bad
    if left < 0:
        raise WrongState(
            say("批次 {lot} 待查验的退回物资只有 {n} 件。", lot=row["code"], n=left + good + bad),
            say("请核对数量；已查验的不再重复登记。"),
        )
    if good and "" < str(row["expires_on"] or "") < today:
        raise WrongState(say("批次 {lot} 已过期，退回的物资不能再用。", lot=row["code"]),
                         say("请登记为不能再用。"))  # fmt: skip
    _book(unit, row, {Account.WAREHOUSE: good, Account.LOST: bad}, at)
    stock: dict[str, Json] = {str(row["id"]): good}
    body: dict[str, Json] = {"lot": str(row["id"]), "good": good, "bad": bad, "stock": stock}
    unit.append(EventDraft("returned.inspected", actor.id, at, body))
    return Inspected(str(row["code"]), good, bad, left)


def _lot(unit: ReadUnit, wanted: str) -> dict[str, object]:
    lots = unit.nodes("StockLot")
    found = lots.filter((pl.col("id") == wanted) | (pl.col("code") == wanted))
    if found.height != 1:
        raise NotFound(say("没有批次 {lot}。", lot=wanted[:40]),
                       say("请用 doudi returned 查看有退回物资的批次。"))  # fmt: skip
    return found.row(0, named=True)


def _book(unit: WriteUnit, lot: dict[str, object], units: dict[Account, int], at: int) -> None:
    """Book the units double-entry; what is good is on hand again."""
    key, version = str(lot["id"]), int(str(lot["version"]))
    moves = pl.DataFrame([
        {"id": derived(Kind.MOVEMENT, key, f"inspected {version}", target.value), "lot": key,
         "source": Account.RETURNED.value, "target": target.value, "quantity": n, "at": at,
         "plan": "", "event": ""}
        for target, n in units.items() if n
    ])  # fmt: skip
    unit.create("Movement", moves)
    ends = moves.select(pl.col("id").alias("from"), pl.col("lot").alias("to"))
    unit.link("MOVES", "Movement", "StockLot", ends)
    on_hand = int(str(lot["on_hand"] or 0)) + units[Account.WAREHOUSE]
    unit.update("StockLot", pl.DataFrame([{"id": key, "on_hand": on_hand, "version": version + 1}]))


__all__ = ["WAITING", "Inspected", "inspect", "waiting"]
