"""The campaign on paper: the survey form, pre-filled, and the public notice."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.privacy.looking import Reason, Seen, look
from api.usecases.privacy.notices import RELIEF, NoticeWords, notice_sheets, yuan
from api.usecases.show import names
from api.usecases.winter.campaigns import Winter, entries_of, find, winter
from graphcore.domain.actor import Actor
from graphcore.domain.campaign import EntryState
from graphcore.domain.clock import day_of
from graphcore.domain.event import EventDraft
from graphcore.domain.household import HouseDamage, RosterState
from graphcore.exchange.export import Sheet, write_workbook
from graphcore.exchange.forms.catalogue import BY_CODE
from graphcore.exchange.forms.winter import GRADE_WORDS
from graphcore.store.port import ReadUnit, WriteUnit

FORM = "winter_survey"
_OPEN = [EntryState.AUDITED.value, EntryState.NOTICED.value, EntryState.DECIDED.value]
_NOBODY = "未具名"  # residents of an institution, counted only: found again by their number
_COUNTS = ("year", "persons")
_BARE = [HouseDamage.COLLAPSED.value, HouseDamage.SEVERE.value]


def survey_form(
    ctx: Context, actor: Actor, year: int, out: Path, township: str = "", reason: Reason = RELIEF
) -> int:
    """Write the survey form, a page a village, pre-filled with who is likely to need it.

    Affected households and those of the campaign before are on it; others are added by hand. Needs
    are left open: people ask. Return the number of households.

    Raises:
        Forbidden: the actor may not run campaigns or take names out.
        NotFound: the campaign was not opened.
    """
    authorise(actor, Operation.RUN_CAMPAIGN, ctx.district)
    authorise(actor, Operation.EXPORT_PERSONAL, township or ctx.district)
    homes, called = ctx.store.read(lambda unit: (_likely(ctx, unit, year, township), names(unit)))
    seen = Seen("campaign.form", ("name", "form_number"))
    told = look(ctx, actor, reason, homes["id"], seen)
    heads = {f.name: f.headers[0] for f in BY_CODE[FORM].fields}
    suggest = ctx.rulebook.within(ctx.district).at("winter.grade_of_damage", day_of(ctx.clock()))
    rows = [_survey_row(year, r, called, told, suggest.value) for r in homes.iter_rows(named=True)]
    schema = {name: pl.Int64() if name in _COUNTS else pl.String() for name in heads}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    title = f"{year}年度{BY_CODE[FORM].title}"
    out.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(out, [Sheet(BY_CODE[FORM].title, title, table.rename(heads),
                               page_by=heads["village"])])  # fmt: skip
    _record(ctx, actor, "winter.form_written", homes.height)
    return homes.height


def _likely(ctx: Context, unit: ReadUnit, year: int, township: str) -> pl.DataFrame:
    find(ctx, unit, year)
    before = [str(r["id"]) for r in unit.nodes("Campaign").iter_rows(named=True)
              if r["year"] == year - 1]  # fmt: skip
    again = [h for c in before for h in entries_of(unit, c)["household"].to_list()]
    damage = unit.nodes("Dwelling").select(pl.col("household").alias("id"), "damage").unique("id")
    rows = unit.nodes("Household").join(damage, on="id", how="left")
    hit = (pl.col("persons_in_need").fill_null(0) > 0) | pl.col("damage").is_in(_BARE)
    known = (pl.col("state") == RosterState.IN_NEED.value) | pl.col("id").is_in(again)
    return rows.filter(hit | known).filter(
        pl.col("township").str.starts_with(township)
    ).sort("township", "village", "code", "id")  # fmt: skip


def _survey_row(
    year: int, row: Mapping[str, object], called: Mapping[str, str],
    told: Mapping[str, Mapping[str, object]], suggest: Mapping[str, str],
) -> list[str | int | None]:  # fmt: skip
    record = told.get(str(row["id"]), {})
    grade = suggest[str(row["damage"] or HouseDamage.NONE.value)]
    persons = int(str(row["persons_in_need"] or row["persons"] or 0))
    said: dict[str, str | int | None] = {
        "year": year, "township": called.get(str(row["township"]), ""),
        "village": called.get(str(row["village"]), str(row["village"])), "household": str(row["code"] or ""),
        "head": str(record.get("name") or _NOBODY), "id_number": str(record.get("form_number") or ""),
        "persons": persons or None,
        "grade": GRADE_WORDS[grade][0],
    }  # fmt: skip
    return [said.get(f.name, "") for f in BY_CODE[FORM].fields]


def public_notice(
    ctx: Context, actor: Actor, year: int, out: Path, words: NoticeWords, reason: Reason = RELIEF
) -> int:
    """Write the public notice, in the one form of all notices; return how many are named.

    Raises:
        Forbidden: the actor may not run campaigns or publish.
        NotFound: the campaign was not opened.
    """
    authorise(actor, Operation.RUN_CAMPAIGN, ctx.district)
    authorise(actor, Operation.PUBLISH, ctx.district)
    seen = winter(ctx, actor, year)
    rows = seen.entries.filter(pl.col("state").is_in(_OPEN))
    entries = rows.select(
        "household", "township", "village", pl.col("grade").alias("kind"),
        pl.col("amount_fen").alias("fen"), yuan("amount_fen").alias("amount"),
        pl.lit("元").alias("unit"),
    )  # fmt: skip
    sheets, done = notice_sheets(ctx, actor, entries, words, reason)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(out, sheets)
    _record(ctx, actor, "winter.notice_written", done.named)
    return done.named


def _record(ctx: Context, actor: Actor, kind: str, named: int) -> None:
    draft = EventDraft(kind, actor.id, ctx.clock(), {"named": named})

    def write(unit: WriteUnit) -> None:
        unit.append(draft)

    ctx.store.write(ctx.district, write)


__all__ = ["NoticeWords", "Winter", "public_notice", "survey_form"]
