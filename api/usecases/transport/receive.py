"""Receipt (签收): who got what; a household's signature is what counts as received."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.transport.dispatch import close, in_force
from api.usecases.transport.lack import lacking
from api.usecases.transport.moves import Move, apply
from graphcore.casework.receipt import Level, NotAsSigned, Signed, Step, steps
from graphcore.domain.actor import Actor
from graphcore.domain.errors import InputError, NotFound, WrongState
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.ids import Kind, derived
from graphcore.domain.privacy import RecordKind
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, WriteUnit

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Received:
    """What a receipt came to, in units; ``cargo`` counts the lines that changed."""

    receipts: tuple[str, ...] = ()
    cargo: int = 0
    received: int = 0
    at_point: int = 0
    damaged: int = 0
    declined: int = 0

    def and_(self, more: Received) -> Received:
        """Return both together."""
        return Received(
            self.receipts + more.receipts, self.cargo + more.cargo, self.received + more.received,
            self.at_point + more.at_point, self.damaged + more.damaged,
            self.declined + more.declined,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs, at which level. The name is personal: it is sealed, and never in an event."""

    by: str
    level: Level = Level.HOUSEHOLD


def receive(ctx: Context, actor: Actor, signed: Sequence[Signed], sign: Signature) -> Received:
    """Record what one person signed for: all of it or none. See `receive_signed`."""
    return receive_signed(ctx, actor, {sign.by: signed}, sign.level)


def receive_signed(
    ctx: Context, actor: Actor, by_signer: Mapping[str, Sequence[Signed]], level: Level
) -> Received:
    """Record signatures by signer: all of them or none. What was recorded before changes nothing.

    Raises:
        Forbidden: the actor may not record receipts, or not for that township.
        InputError: nobody signed.
        NotFound: no such cargo.
        WrongState: a figure cannot be; says which.
    """
    authorise(actor, Operation.SIGN_RECEIPT)
    if not all(by.strip() for by in by_signer):
        raise InputError(say("没有写明由谁签收。"), say("请用 --by 写明签收人，或在表中填写签收人。"),
                         field="by")  # fmt: skip
    wanted = [s.cargo for signed in by_signer.values() for s in signed]
    seals = _Seals(ctx)
    at = ctx.clock()
    seals.prepare(ctx.store.read(lambda unit: unit.nodes("Cargo", wanted)))

    def write(unit: WriteUnit) -> Received:
        cargo = known(unit, wanted)
        for place in cargo["township"].unique().sort():
            authorise(actor, Operation.SIGN_RECEIPT, place)
        done = Received()
        for n, (by, signed) in enumerate(sorted(by_signer.items())):
            how = Recording(ctx.district, actor, level, at, seals.by(by.strip()), n)
            done = done.and_(record(unit, known(unit, [s.cargo for s in signed]), signed, how))
        return done

    return ctx.store.write(ctx.district, write)


def receive_trip(
    ctx: Context, actor: Actor, trip: str, sign: Signature, *, place: str = "",
    short: Sequence[tuple[str, str, int]] = (),
) -> Received:  # fmt: skip
    """Sign for all that a trip still has open, or for one point's or household's part of it.

    Args:
        ctx: the product.
        actor: who records.
        trip: its id.
        sign: who signs.
        place: id or code of a point or household; "" = all that is in the actor's scope.
        short: (item, ``damaged`` or ``declined``, units) that are not received, from the first
            cargo on that holds the item.

    Raises:
        As `receive`; NotFound: no such trip, or nothing of it for the place.
    """
    authorise(actor, Operation.SIGN_RECEIPT)
    rows = ctx.store.read(lambda unit: _open(unit, actor, trip, place))
    return receive(ctx, actor, _all_but(rows, sign.level, short), sign)


def _open(unit: ReadUnit, actor: Actor, trip: str, place: str) -> list[Row]:
    found = unit.nodes("Trip", [trip])
    if found.is_empty():
        raise NotFound(say("没有编号为 {trip} 的车次。", trip=trip[:40]),
                       say("请用 doudi show trips 查看车次编号。"))  # fmt: skip
    keys = [str(r["id"]) for r in unit.rows("transport.cargo_of_trips", trips=[trip])]
    rows = unit.nodes("Cargo", keys).filter(pl.col("trip") == trip)
    if place:
        means = {place, *_coded(unit, place)}
        rows = rows.filter(pl.col("point").is_in(means) | pl.col("subject").is_in(means))
        if rows.is_empty():
            raise NotFound(say("该车次没有送往“{place}”的物资。", place=place[:40]),
                           say("请核对送达点或户编号。"))  # fmt: skip
    return [r for r in rows.sort("id").to_dicts() if actor.covers(r["township"])]


def _coded(unit: ReadUnit, place: str) -> list[str]:
    """Return ids of what the user's own files call so."""
    found: list[str] = []
    for label in ("Household", "Shelter"):
        table = unit.nodes(label)
        found += table.filter(pl.col("code") == place)["id"].to_list()
    for label in ("Village", "Township"):
        table = unit.nodes(label)
        found += table.filter(pl.col("name") == place)["code"].to_list()
    return found


def _all_but(
    rows: list[Row], level: Level, short: Sequence[tuple[str, str, int]]
) -> list[Signed]:  # fmt: skip
    """Return signatures for everything open, less what is told not to be received."""
    left = {(item, bucket): units for item, bucket, units in short}
    signed = []
    for r in rows:
        open_ = r["in_transit"] + (r["at_point"] if level is Level.HOUSEHOLD else 0)
        off: dict[str, int] = {}
        for bucket in ("damaged", "declined"):
            off[bucket] = min(open_ - sum(off.values()), left.get((r["item"], bucket), 0))
            if off[bucket]:
                left[r["item"], bucket] -= off[bucket]
        unnamed = r["subject"].startswith(f"{Kind.HEADCOUNT}-")
        base = (
            r["received"] if level is Level.HOUSEHOLD or unnamed else r["received"] + r["at_point"]
        )
        signed.append(Signed(
            r["id"], base + open_ - sum(off.values()), r["damaged"] + off["damaged"],
            r["declined"] + off["declined"],
        ))  # fmt: skip
    over = [(item, n) for (item, _), n in left.items() if n]
    if over:
        raise WrongState(say("破损或拒收数比该车次所载的多 {n} 件。", n=over[0][1]),
                         say("请核对品种和数量。"))  # fmt: skip
    return signed


def known(unit: ReadUnit, wanted: Sequence[str]) -> pl.DataFrame:
    """Return Cargo nodes.

    Raises:
        NotFound: there is none of an id.
    """
    cargo = unit.nodes("Cargo", list(wanted))
    missing = sorted(set(wanted) - set(cargo["id"]))
    if missing:
        raise NotFound(say("没有编号为 {cargo} 的签收行。", cargo=missing[0][:40]),
                       say("请使用由 doudi export --format trips 导出的签收表；车次重排后须重新导出。"))  # fmt: skip
    return cargo


@dataclass(frozen=True)
class Recording:
    """How signatures are recorded; ``seal`` gives a receipt's sealed signer."""

    district: str
    actor: Actor
    level: Level
    at: int
    seal: Callable[[str, str], Row]
    number: int = 0  # tells apart signers of one moment


def record(
    unit: WriteUnit, cargo: pl.DataFrame, signed: Sequence[Signed], how: Recording
) -> Received:
    """Move what the signatures say; nothing is written if they say what is known.

    Raises:
        WrongState: a figure cannot be.
    """
    rows = {r["id"]: r for r in cargo.to_dicts()}
    moves: list[Move] = []
    for s in signed:
        try:
            moves += [_move(s.cargo, step) for step in steps(rows[s.cargo], s, how.level)]
        except NotAsSigned as error:
            raise WrongState(say("签收行 {cargo}：{what}", cargo=s.cargo, what=error.what),
                             error.advice) from error  # fmt: skip
    if not moves:
        return Received()
    touched = cargo.filter(pl.col("id").is_in(sorted({m.cargo for m in moves})))
    receipts = _receipts(touched, moves, how)
    cause = derived(Kind.RECEIPT, *sorted(r["id"] for r in receipts))
    plan = in_force(unit, how.district)
    apply(unit, touched, moves, cause=cause, at=how.at, plan=plan)
    lacking(unit, touched, moves, plan, cause=cause)
    close(unit, {*touched["trip"], *(f for f in touched["feeder"] if f)}, how.at)
    _write(unit, receipts, how)
    return _summary(receipts, moves, touched.height)


def _move(cargo: str, step: Step) -> Move:
    return Move(cargo, step.source, step.target, step.units)


def _receipts(cargo: pl.DataFrame, moves: list[Move], how: Recording) -> list[Row]:
    """Return Receipt nodes: one a household, or one a point, of each trip."""
    rows = {r["id"]: r for r in cargo.to_dicts()}
    found: dict[tuple[str, str], Row] = {}
    for m in moves:
        r = rows[m.cargo]
        who = r["subject"] if how.level is Level.HOUSEHOLD else r["point"]
        receipt = found.setdefault((r["trip"], who), {
            "id": derived(Kind.RECEIPT, r["trip"], who, how.level.value, how.at, how.number),
            "trip": r["trip"], "subject": r["subject"] if how.level is Level.HOUSEHOLD else "",
            "point": r["point"], "township": r["township"], "level": how.level.value,
            "received": 0, "declined": 0, "damaged": 0, "at": how.at,
            "recorded_by": how.actor.id,
        })  # fmt: skip
        bucket = "received" if m.target == "at_point" else m.target
        receipt[bucket] += m.units
    return [found[key] for key in sorted(found)]


def _write(unit: WriteUnit, receipts: list[Row], how: Recording) -> None:
    table = pl.DataFrame(receipts)
    unit.create("Receipt", table)
    ends = table.select(pl.col("id").alias("from"), pl.col("trip").alias("to"))
    unit.link("SIGNS_FOR", "Receipt", "Trip", ends)
    seals = pl.DataFrame([how.seal(r["id"], r["subject"]) for r in receipts])
    unit.create("PersonalRecord", seals)
    ends = seals.select(pl.col("id").alias("from"), pl.col("id").alias("to"))
    unit.link("HAS_RECORD", "Receipt", "PersonalRecord", ends)
    for r in receipts:
        body: dict[str, Json] = {k: r[k] for k in ("trip", "subject", "point", "level", "received",
                                                   "declined", "damaged")}  # fmt: skip
        unit.append(
            EventDraft("receipt.signed", how.actor.id, how.at, {"receipt": r["id"], **body})
        )


def _summary(receipts: list[Row], moves: list[Move], cargo: int) -> Received:
    total = {b: sum(m.units for m in moves if m.target == b)
             for b in ("received", "at_point", "damaged", "declined")}  # fmt: skip
    return Received(tuple(r["id"] for r in receipts), cargo, **total)


class _Seals:
    """Seals a signer's name under the key of the household that the receipt is about.

    Destroying that key destroys the name with everything else of the household; a point's receipt
    has a key of its own.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._keys: dict[str, str] = {}
        self._at = ctx.clock()

    def prepare(self, cargo: pl.DataFrame) -> None:
        """Read the keys of the households, before the write."""
        homes = cargo["subject"].unique().to_list()
        rows = self._ctx.store.read(lambda unit: unit.nodes("PersonalRecord", homes))
        self._keys = dict(rows.select("id", "wrapped_key").iter_rows())

    def by(self, name: str) -> Callable[[str, str], Row]:
        """Return what seals a signer's name into the PersonalRecord of a receipt."""
        return lambda receipt, subject: self._of(receipt, subject, name)

    def _of(self, receipt: str, subject: str, name: str) -> Row:
        key = self._keys.get(subject)
        owner = subject if key else receipt
        wrapped = key or self._ctx.vault.new_key(owner)
        return {
            "id": receipt, "subject": owner, "wrapped_key": wrapped,
            "ciphertext": self._ctx.vault.seal(owner, wrapped, {"signed_by": name}),
            "kind": RecordKind.EMERGENCY.value, "number_index": "", "name_index": "",
            "told_at": self._at, "destroyed_at": 0, "version": 1,
        }  # fmt: skip


__all__ = ["Level", "Received", "Recording", "Signature", "Signed", "receive",
           "receive_signed", "receive_trip", "record"]  # fmt: skip
