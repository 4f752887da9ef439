"""The campaign on paper: the survey form, pre-filled, and the public notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.show import names
from api.usecases.winter.campaigns import Winter, entries_of, find, winter
from graphcore.casework.notice import merged, publishable
from graphcore.domain.actor import Actor
from graphcore.domain.campaign import EntryState
from graphcore.domain.clock import day_of
from graphcore.domain.event import EventDraft
from graphcore.domain.household import HouseDamage, RosterState
from graphcore.domain.text import Translate
from graphcore.exchange.export import Sheet, write_workbook
from graphcore.exchange.forms.catalogue import BY_CODE
from graphcore.exchange.forms.winter import GRADE_WORDS
from graphcore.exchange.masking import mask_name
from graphcore.store.port import ReadUnit, WriteUnit

FORM = "winter_survey"
_OPEN = [EntryState.AUDITED.value, EntryState.NOTICED.value, EntryState.DECIDED.value]
_BARE = [HouseDamage.COLLAPSED.value, HouseDamage.SEVERE.value]


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """How the notice speaks."""

    say: Translate
    grade: Callable[[str], str]


def survey_form(ctx: Context, actor: Actor, year: int, out: Path, township: str = "") -> int:
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
    told = _opened(ctx, homes["id"].to_list())
    heads = {f.name: f.headers[0] for f in BY_CODE[FORM].fields}
    suggest = ctx.rulebook.within(ctx.district).at("winter.grade_of_damage", day_of(ctx.clock()))
    rows = [_survey_row(year, r, called, told, suggest.value) for r in homes.iter_rows(named=True)]
    table = pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String()), orient="row")
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
) -> list[str]:  # fmt: skip
    record = told.get(str(row["id"]), {})
    grade = suggest[str(row["damage"] or HouseDamage.NONE.value)]
    said = {
        "year": str(year), "township": called.get(str(row["township"]), ""),
        "village": str(row["village"]), "household": str(row["code"] or ""),
        "head": str(record.get("name") or ""), "id_number": str(record.get("id_number") or ""),
        "persons": str(row["persons_in_need"] or row["persons"] or ""),
        "grade": GRADE_WORDS[grade][0],
    }  # fmt: skip
    return [said.get(f.name, "") for f in BY_CODE[FORM].fields]


def _opened(ctx: Context, subjects: list[str]) -> dict[str, Mapping[str, object]]:
    """Household → what its sealed record tells of the head."""
    sealed = ctx.store.read(lambda unit: unit.nodes("PersonalRecord", sorted(subjects)))
    return {
        subject: ctx.vault.open(subject, key, text)
        for subject, key, text in sealed.select("subject", "wrapped_key", "ciphertext").iter_rows()
    }


def public_notice(ctx: Context, actor: Actor, year: int, out: Path, words: NoticeWords) -> int:
    """Write the public notice: masked heads, class and amount by village; return how many are named.

    Households of minors alone are counted and not named; no number of persons, group, diagnosis,
    telephone or account is on it; counts so small that they identify somebody are merged.

    Raises:
        Forbidden: the actor may not run campaigns or take names out.
        NotFound: the campaign was not opened.
    """
    authorise(actor, Operation.RUN_CAMPAIGN, ctx.district)
    authorise(actor, Operation.EXPORT_PERSONAL, ctx.district)
    seen = winter(ctx, actor, year)
    rows = seen.entries.filter(pl.col("state").is_in(_OPEN))
    persons, called = ctx.store.read(lambda unit: (unit.nodes("Person"), names(unit)))
    named = publishable(rows, persons)
    heads = _opened(ctx, named["household"].to_list())
    least = int(
        ctx.rulebook.within(ctx.district).at("winter.notice_least", day_of(ctx.clock())).value
    )
    sheets = [_names(named, heads, called, words), _counts(rows, named, called, least, words)]
    out.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(out, sheets)
    _record(ctx, actor, "winter.notice_written", named.height)
    return named.height


def _names(
    rows: pl.DataFrame, heads: Mapping[str, Mapping[str, object]], called: Mapping[str, str],
    words: NoticeWords,
) -> Sheet:  # fmt: skip
    masked = [mask_name(str(heads.get(h, {}).get("name") or "")) for h in rows["household"]]
    made = rows.with_columns(pl.Series("head", masked, dtype=pl.String())).select(
        pl.col("township").replace(called).alias(words.say("乡镇")),
        pl.col("village").replace(called).alias(words.say("村（社区）")), pl.col("head").alias(words.say("户主")),
        _graded(words), (pl.col("amount_fen") / 100).alias(words.say("拟救助金额（元）")),
    )  # fmt: skip
    return Sheet(
        words.say("公示表"),
        words.say("冬春救助公示（姓名已隐去部分）"),
        made,
        page_by=words.say("村（社区）"),
    )


def _counts(
    rows: pl.DataFrame, named: pl.DataFrame, called: Mapping[str, str], least: int,
    words: NoticeWords,
) -> Sheet:  # fmt: skip
    """Counts of the named; those who are not named are counted once, for the whole district."""
    hidden = rows.join(named.select("id"), on="id", how="anti")
    made = merged(named, least).with_columns(
        pl.when(pl.col("village") == "").then(pl.lit(words.say("其他各村合计")))
        .otherwise(pl.col("village").replace(called)).alias("village"),
        pl.col("township").replace(called),
    )  # fmt: skip
    if hidden.height >= least:
        made = pl.concat([made, pl.DataFrame([{
            "township": words.say("全区"), "village": words.say("依法不公开姓名的户"), "grade": "",
            "households": hidden.height, "amount_fen": int(hidden["amount_fen"].sum()),
        }], schema=made.schema)])  # fmt: skip
    return Sheet(words.say("汇总"), words.say("冬春救助汇总（户数过少的已合并）"), made.select(
        pl.col("township").alias(words.say("乡镇")), pl.col("village").alias(words.say("村（社区）")),
        _graded(words), pl.col("households").alias(words.say("户数")),
        (pl.col("amount_fen") / 100).alias(words.say("金额（元）")),
    ))  # fmt: skip


def _graded(words: NoticeWords) -> pl.Expr:
    whole = words.say("各类合计")
    return pl.col("grade").map_elements(
        lambda g: words.grade(g) if g else whole, return_dtype=pl.String(), skip_nulls=False
    ).alias(words.say("救助类别"))  # fmt: skip


def _record(ctx: Context, actor: Actor, kind: str, named: int) -> None:
    draft = EventDraft(kind, actor.id, ctx.clock(), {"named": named})

    def write(unit: WriteUnit) -> None:
        unit.append(draft)

    ctx.store.write(ctx.district, write)


__all__ = ["NoticeWords", "Winter", "public_notice", "survey_form"]
