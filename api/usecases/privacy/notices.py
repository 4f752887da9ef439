"""Public notices: what households were allocated or paid, in the one form that may hang outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.privacy.looking import Reason, Seen, show
from api.usecases.privacy.records import Record, opened
from api.usecases.show import PlanView, counted, names, plan_view
from graphcore.casework.intake.people import birth_in
from graphcore.casework.publication import (
    OTHER,
    merged_counts,
    plain_kinds,
    withheld,
)
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.event import EventDraft
from graphcore.domain.money import CASH
from graphcore.exchange.export import Sheet, write_workbook
from graphcore.exchange.masking import mask_name
from graphcore.store.port import ReadUnit

RELIEF = Reason("relief")
ENTRIES = {
    "household": pl.String(), "township": pl.String(), "village": pl.String(), "kind": pl.String(),
    "fen": pl.Int64(), "amount": pl.String(), "unit": pl.String(),
}  # fmt: skip
"""A row a household and kind; ``fen`` is what is added up, ``amount`` and ``unit`` what is read."""


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """How a notice speaks: translated strings, names of kinds (items, benefits)."""

    say: Callable[[str], str]
    kind: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Published:
    """What a notice holds: heads that are named, households that are not."""

    named: int
    unnamed: int


def allocation_notice(
    ctx: Context, actor: Actor, plan: str, out: Path, words: NoticeWords, reason: Reason = RELIEF
) -> Published:
    """Write the notice of what a plan ("" = the one in force) allocates to households.

    Raises:
        Forbidden: the actor may not publish.
        NotFound: no such plan.
    """
    authorise(actor, Operation.PUBLISH, ctx.district)
    entries = allocated(plan_view(ctx, actor, plan))
    sheets, done = notice_sheets(ctx, actor, entries, words, reason)
    _write(ctx, actor, out, sheets, {"of": "allocation", "named": done.named})
    return done


def payment_notice(
    ctx: Context, actor: Actor, out: Path, words: NoticeWords, reason: Reason = RELIEF
) -> Published:
    """Write the notice of money that arrived at households.

    Raises:
        Forbidden: the actor may not publish.
    """
    authorise(actor, Operation.PUBLISH, ctx.district)
    entries = ctx.store.read(_paid)
    sheets, done = notice_sheets(ctx, actor, entries, words, reason)
    _write(ctx, actor, out, sheets, {"of": "payment", "named": done.named})
    return done


def allocated(view: PlanView) -> pl.DataFrame:
    """Return ENTRIES of a plan: a row a household and item."""
    homes = view.households.select(pl.col("id").alias("subject"), "village")
    rows = (
        counted(view).join(homes, on="subject", how="inner")
        .group_by("subject", "township", "village", "item").agg(pl.col("quantity").sum())
        .rename({"subject": "household", "item": "kind"})
    )  # fmt: skip
    unit = pl.col("kind").replace_strict(view.units, default="", return_dtype=pl.String())
    cash = pl.col("kind") == CASH
    return rows.with_columns(
        pl.when(cash).then("quantity").otherwise(0).alias("fen"),
        pl.when(cash).then(yuan("quantity")).otherwise(pl.col("quantity").cast(pl.String()))
        .alias("amount"),
        pl.when(cash).then(pl.lit("元")).otherwise(unit).alias("unit"),
    ).select(*ENTRIES).cast(ENTRIES)  # type: ignore[arg-type]  # fmt: skip


def _paid(unit: ReadUnit) -> pl.DataFrame:
    homes = unit.nodes("Household").select(pl.col("id").alias("household"), "village")
    batches = unit.nodes("PayBatch").select(pl.col("id").alias("batch"), "benefit")
    rows = (
        unit.nodes("Payment").filter(pl.col("state") == "paid")
        .join(batches, on="batch").join(homes, on="household")
        .group_by("household", "township", "village", pl.col("benefit").alias("kind"))
        .agg(pl.col("amount_fen").sum().alias("fen"))
    )  # fmt: skip
    return rows.with_columns(
        yuan("fen").alias("amount"), pl.lit("元").alias("unit")
    ).select(*ENTRIES).cast(ENTRIES)  # type: ignore[arg-type]  # fmt: skip


def yuan(column: str) -> pl.Expr:
    """Return a column of fen as yuan, as people read it."""
    whole, rest = pl.col(column) // 100, (pl.col(column) % 100).cast(pl.String()).str.zfill(2)
    return pl.format("{}.{}", whole, rest)


def notice_sheets(
    ctx: Context, actor: Actor, entries: pl.DataFrame, words: NoticeWords, reason: Reason
) -> tuple[list[Sheet], Published]:
    """Return the two sheets of any public notice, made from ENTRIES, and how many it names."""
    rules, day = ctx.rulebook.within(ctx.district), day_of(ctx.clock())
    labels = cast("list[str]", rules.at("privacy.notice.labels", day).value)
    least, age = (int(rules.at(f"privacy.notice.{n}", day).value) for n in ("least", "minor_age"))
    rows = plain_kinds(entries, labels)
    homes = set(rows["household"].to_list())
    persons, called = ctx.store.read(lambda unit: (unit.nodes("Person"), names(unit)))
    records = opened(ctx, homes)
    births = {home: _birth(record) for home, record in records.items()}
    hidden = withheld(homes, persons, births, day, age)
    named = rows.filter(~pl.col("household").is_in(sorted(hidden)))
    told = {h: records[h] for h in set(named["household"].to_list()) if h in records}
    heads = show(ctx, actor, reason, told, Seen("notice", ("name",)))
    answered = int(rules.at("desk.object_days", day).value)
    page = _Page(called, words, day, answered)
    counts = page.counts(named, least, len(hidden) if len(hidden) >= least else 0)
    return [page.names(named, heads), counts], Published(len(homes) - len(hidden), len(hidden))


def _birth(record: Record) -> str:
    return str(record.get("born_on") or birth_in(str(record.get("id_number") or "")))


@dataclass(frozen=True, slots=True)
class _Page:
    called: Mapping[str, str]
    words: NoticeWords
    day: date
    answered: int  # working days in which an objection is answered

    def _foot(self) -> str:
        _ = self.words.say
        told = _(
            "{day} 公示。有异议的，请到乡镇（街道）救助窗口或拨打受理电话提出，{n}个工作日内答复。"
        )
        return told.format(day=self.day.isoformat(), n=self.answered)

    def names(self, rows: pl.DataFrame, heads: Mapping[str, Mapping[str, str]]) -> Sheet:
        """The list: masked heads, kind, amount; no other column."""
        _ = self.words.say
        order = rows.sort("township", "village", "household", "kind")
        masked = [mask_name(heads.get(h, {}).get("name", "")) for h in order["household"]]
        made = order.with_columns(pl.Series("head", masked, dtype=pl.String())).select(
            self._place("township", _("乡镇")), self._place("village", _("村（社区）")),
            pl.col("head").alias(_("户主")), self._kind(order, _("救助")),
            pl.col("amount").alias(_("数量")), _called(order, "unit", _).alias(_("单位")),
        )  # fmt: skip
        return Sheet(_("公示表"), _("救助公示（姓名已隐去部分）"), made,
                     page_by=_("村（社区）"), foot=self._foot())  # fmt: skip

    def counts(self, rows: pl.DataFrame, least: int, unnamed: int) -> Sheet:
        """The counts of those who are named; the others once for the whole district."""
        _ = self.words.say
        cells = merged_counts(rows, least)
        made = cells.select(
            self._place("township", _("乡镇"), _("其他乡镇合计")),
            self._place("village", _("村（社区）"), _("其他村合计")), self._kind(cells, _("救助")),
            pl.col("households").alias(_("户数")),
            pl.when(pl.col("fen") > 0).then(yuan("fen")).otherwise(pl.lit("")).alias(_("金额（元）")),
        )  # fmt: skip
        if unnamed:
            last = [_("全区"), _("依法不公开姓名的户"), "", unnamed, ""]
            made = pl.concat([made, pl.DataFrame([last], schema=made.schema, orient="row")])
        return Sheet(_("汇总"), _("救助汇总（户数过少的已合并）"), made, foot=self._foot())

    def _place(self, column: str, title: str, other: str = "") -> pl.Expr:
        place = pl.col(column)
        name = place.replace_strict(self.called, default=place, return_dtype=pl.String())
        return pl.when(place == OTHER).then(pl.lit(other)).otherwise(name).alias(title)

    def _kind(self, rows: pl.DataFrame, title: str) -> pl.Expr:
        plain = self.words.say("救助合计")
        return _called(rows, "kind", lambda c: self.words.kind(c) if c else plain).alias(title)


def _called(rows: pl.DataFrame, column: str, call: Callable[[str], str]) -> pl.Expr:
    """Return a column's codes as they are called."""
    told = {code: call(code) for code in rows[column].unique().to_list()}
    return pl.col(column).replace_strict(told, return_dtype=pl.String())


def _write(
    ctx: Context, actor: Actor, out: Path, sheets: list[Sheet], body: Mapping[str, str | int]
) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(out, sheets)
    draft = EventDraft("notice.written", actor.id, ctx.clock(), dict(body))
    ctx.store.write(ctx.district, lambda unit: unit.append(draft))
