"""Trips on paper: a trip sheet for each vehicle and day, and receipt sheets that come back filled in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.privacy.looking import Reason, Seen, look
from api.usecases.transport.view import TripsView, clock, trips_view
from graphcore.domain.actor import Actor
from graphcore.domain.event import EventDraft
from graphcore.domain.text import Text, Translate
from graphcore.exchange.export import Sheet, write_workbook
from graphcore.exchange.forms.catalogue import BY_CODE
from graphcore.store.port import WriteUnit

DISPATCH = Reason("dispatch")

_S = pl.String()


@dataclass(frozen=True, slots=True)
class Spoken:
    """How the papers speak: translated strings, texts, and the names of modes."""

    say: Translate
    text: Callable[[Text], str]
    mode: Callable[[str], str]


def export_trips(
    ctx: Context, actor: Actor, plan: str, out: Path, words: Spoken, reason: Reason = DISPATCH
) -> Path:
    """Write trip sheets and receipt sheets to ``out`` and record that names left the system.

    A sheet a vehicle and day: its driver, each trip's stops with their times, what to load from
    which lot, what to unload where. A receipt sheet a township, a page a point: a row a household
    and item with the head's name and a space to sign; filled in, `doudi receive` reads it.

    Raises:
        Forbidden: the actor may not export names.
        NotFound: no such plan.
    """
    authorise(actor, Operation.EXPORT_PERSONAL, ctx.district)
    view = trips_view(ctx, actor, plan)
    drivers = _beside(
        look(ctx, actor, reason, view.trips["vehicle"], Seen("export.trips", ("name", "phone")))
    )
    heads = _beside(
        look(ctx, actor, reason, view.cargo["subject"], Seen("export.trips", ("name",)))
    )
    paper = _Paper(view, words)
    sheets = [*paper.trips(drivers), *paper.receipts(heads)]
    out.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(out, sheets)
    _record(ctx, actor, str(view.view.plan["id"]), len(heads) + len(drivers))
    return out


def _beside(told: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return what is told of each subject, side by side."""
    return {subject: " ".join(entries.values()) for subject, entries in told.items()}


def _record(ctx: Context, actor: Actor, plan: str, named: int) -> None:
    draft = EventDraft("plan.exported", actor.id, ctx.clock(),
                       {"plan": plan, "as": "trips", "named": named})  # fmt: skip

    def write(unit: WriteUnit) -> None:
        unit.append(draft)

    ctx.store.write(ctx.district, write)


class _Paper:
    def __init__(self, view: TripsView, words: Spoken) -> None:
        self._view, self._words = view, words
        speak = words.say
        self._names = {key: speak(name) for key, name in view.view.names.items()}
        self._units = {key: speak(unit) for key, unit in view.view.units.items()}

    def _name(self, column: str) -> pl.Expr:
        both = {**self._view.view.codes, **self._names}
        return pl.col(column).replace_strict(both, default=pl.col(column), return_dtype=_S)

    def _code(self, column: str) -> pl.Expr:
        return pl.col(column).replace_strict(
            self._view.view.codes, default=pl.col(column), return_dtype=_S
        )

    def _unit(self) -> pl.Expr:
        return pl.col("item").replace_strict(self._units, default="", return_dtype=_S)

    # -- trip sheets ------------------------------------------------------------------------------

    def trips(self, drivers: dict[str, str]) -> list[Sheet]:
        """Return a sheet for each vehicle and day."""
        keys = self._view.trips.sort("day", "departs", "vehicle").group_by(
            "day", "vehicle", maintain_order=True
        )
        return [
            self._sheet(int(str(day)), str(vehicle), part, drivers.get(str(vehicle), ""))
            for (day, vehicle), part in keys
        ]

    def _sheet(self, day: int, vehicle: str, trips: pl.DataFrame, driver: str) -> Sheet:
        say = self._words.say
        called = self._words.text(self._view.called[vehicle])
        title = say("{vehicle} 第 {day} 天（{on}）装车和送达单").format(
            vehicle=called, day=day + 1, on=trips["day_on"][0]
        )
        if driver:
            title += say("，驾驶员：{driver}").format(driver=driver)
        rows = pl.concat([self._trip(trip) for trip in trips.iter_rows(named=True)])
        return Sheet(say("{day}日-{vehicle}").format(day=day + 1, vehicle=called), title, rows,
                     page_by=say("趟次"))  # fmt: skip

    def _trip(self, trip: dict[str, object]) -> pl.DataFrame:
        """Return a trip's rows: what to load, then each stop with what to unload there."""
        say = self._words.say
        goods = self._view.of(str(trip["id"]))
        stops = self._view.stops.filter(pl.col("trip") == trip["id"]).sort("stop")
        loaded = goods.group_by("item", "lot").agg(pl.col("quantity").sum()).sort("item", "lot")
        first = stops.row(0, named=True)
        parts = [self._rows(trip, first, say("装车"), loaded)]
        for stop in stops.filter(pl.col("kind") == "deliver").iter_rows(named=True):
            here = goods.filter((pl.col("trip") == trip["id"]) & (pl.col("stop") == stop["stop"]))
            if here.is_empty():  # a transfer: everything that goes on from there
                here = goods.filter(pl.col("feeder") == trip["id"])
            sums = here.group_by("item", "lot").agg(pl.col("quantity").sum()).sort("item", "lot")
            parts.append(self._rows(trip, stop, say("卸货"), sums))
        return pl.concat(parts)

    def _rows(
        self, trip: dict[str, object], stop: dict[str, object], what: str, goods: pl.DataFrame
    ) -> pl.DataFrame:
        say = self._words.say
        place = str(stop["place"])
        called = self._names.get(place) or self._view.view.codes.get(place) or place
        at = f"{clock(int(str(stop['arrives'])))}–{clock(int(str(stop['leaves'])))}"
        return goods.select(
            pl.lit(int(str(trip["trip"])) + 1).alias(say("趟次")),
            pl.lit(str(trip["id"])).alias(say("车次编号")), pl.lit(at).alias(say("时间")),
            pl.lit(called).alias(say("地点")), pl.lit(what).alias(say("做什么")),
            self._name("item").alias(say("物资")), self._code("lot").alias(say("批次")),
            pl.col("quantity").alias(say("数量")), self._unit().alias(say("单位")),
            pl.lit("").alias(say("签字")),
        )  # fmt: skip

    # -- receipt sheets ---------------------------------------------------------------------------

    def receipts(self, heads: dict[str, str]) -> list[Sheet]:
        """Return a sheet for each township, with the headers of the form that reads it back."""
        say = self._words.say
        head = {f.name: f.headers[0] for f in BY_CODE["receipts"].fields}
        rows = self._view.cargo.with_columns(
            pl.col("subject").map_elements(lambda s: heads.get(s, say("（未具名）")), _S).alias("head"),
            self._name("point").alias("place"), self._code("subject").alias("household"),
            self._name("item").alias("thing"),
        ).sort("township", "place", "household", "day_on", "thing", "id")  # fmt: skip
        none = pl.lit(None, dtype=pl.Int64())
        return [
            Sheet(
                f"{say('签收')}-{self._names.get(str(town), str(town))}",
                say("{place}救灾物资签收表").format(place=self._names.get(str(town), str(town))),
                part.select(
                    pl.col("place").alias(say("送达点")), pl.col("household").alias(head["household"]),
                    pl.col("head").alias(say("户主")), pl.col("day_on").alias(say("送达日")),
                    pl.col("thing").alias(head["item"]), self._unit().alias(say("单位")),
                    pl.col("quantity").alias(head["quantity"]), none.alias(head["received"]),
                    none.alias(head["damaged"]), none.alias(head["declined"]),
                    pl.lit("").alias(head["signed_by"]), pl.col("id").alias(head["cargo"]),
                ),
                page_by=say("送达点"),
            )
            for (town,), part in rows.group_by("township", maintain_order=True)
        ]  # fmt: skip
