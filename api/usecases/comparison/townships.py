"""The townships' workbook: counts, who is affected and on the register, whom to go and look for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from api.access import TABLE, Operation
from api.usecases.comparison.answers import Answers, township_lists
from api.usecases.comparison.paper import LOOK, STATE, Spoken
from api.usecases.context import Context
from api.usecases.privacy.looking import Reason, Seen, look
from api.usecases.show import codes, names
from api.usecases.wording import coded
from graphcore.domain.actor import Actor
from graphcore.domain.event import EventDraft
from graphcore.domain.household import HardshipGroup
from graphcore.domain.text import Text, Translate, say
from graphcore.exchange.export import Sheet, write_workbook
from graphcore.store.port import WriteUnit

VISIT = Reason("visit")
_TELLS = ("name", "phone", "address")
SUMMARY = {
    "township": say("乡镇"), "affected": say("受灾户"), "matched": say("已比中的户"),
    "review": say("待人工复核的户"), "none": say("未比中的户"), "registered": say("在册户"),
    "unreported": say("不在任何报告中的在册户"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and of how many people names stand on it."""

    told: Answers
    named: int

    @property
    def silent(self) -> int:
        """How many rows the list of those in no report has."""
        return self.told.silent.height


def write_townships(
    ctx: Context, actor: Actor, path: Path, translate: Translate, *, township: str = "",
    reason: Reason = VISIT,
) -> Written:  # fmt: skip
    """Write the workbook of one township, or of all in scope; that it left is in the chain.

    Names, phones and addresses stand on it as the actor's role may see them, and only where the
    actor may take names out at all.

    Raises:
        Forbidden: the actor may not read the review, or the township is out of scope.
        NotFound: there is no disaster.
    """
    told = township_lists(ctx, actor, township, reason)
    sheets, named = sheets_of(ctx, actor, told, translate, reason)
    record_export(ctx, actor, named)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(path, sheets)
    return Written(told, named)


def sheets_of(
    ctx: Context, actor: Actor, told: Answers, translate: Translate, reason: Reason
) -> tuple[list[Sheet], int]:
    """Return the three sheets, and of how many people names stand on them."""
    t = Spoken(translate)
    called, coded_ = ctx.store.read(lambda unit: (names(unit), codes(unit)))
    who = [*told.held["household"], *told.silent["subject"], *told.silent["household"]]
    seen = _people(ctx, actor, reason, who)
    paper = _Paper(t, called, coded_, seen)
    return [paper.summary(told), paper.held(told.held), paper.silent(told.silent)], len(seen)


def _people(
    ctx: Context, actor: Actor, reason: Reason, subjects: Collection[str]
) -> dict[str, dict[str, str]]:
    if not actor.roles & TABLE[Operation.EXPORT_PERSONAL]:
        return {}
    return look(ctx, actor, reason, set(subjects), Seen("comparison.townships", _TELLS))


def record_export(ctx: Context, actor: Actor, named: int) -> None:
    """Record in the chain that lists of the comparison left the system."""
    draft = EventDraft("comparison.exported", actor.id, ctx.clock(), {"named": named})

    def write(unit: WriteUnit) -> None:
        unit.append(draft)

    ctx.store.write(ctx.district, write)


@dataclass(frozen=True)
class _Paper:
    """The sheets, in a language, with what places, households and people are called."""

    t: Spoken
    called: dict[str, str]
    coded: dict[str, str]
    people: dict[str, dict[str, str]]

    def summary(self, told: Answers) -> Sheet:
        wide = told.summary.select(self._place("township"), *list(SUMMARY)[1:])
        by_group = told.groups.pivot("group", index="township", values="households")
        counts = told.summary.select("township").join(
            by_group, on="township", how="left", maintain_order="left"
        ).drop("township").fill_null(0)  # fmt: skip
        table = pl.concat([wide, counts.select(sorted(counts.columns))], how="horizontal").rename(
            {k: self.t(v) for k, v in SUMMARY.items()} | self._groups(), strict=False
        )
        return Sheet(
            self.t(say("各乡镇汇总")), self.t(say("受灾户与社会救助名册比对结果汇总（户）")), table
        )

    def held(self, rows: pl.DataFrame) -> Sheet:
        through = pl.when(pl.col("match") == "").then(pl.lit(self.t(say("本户在册"))))
        sure = through.when("certain").then(pl.lit(self.t(say("已比中")))).otherwise(
            pl.lit(self.t(say("待人工复核"))))  # fmt: skip
        table = self._named(rows, "household").select(
            *self._where(), self._told("household", say("户编号")), self._said("name", say("户主")),
            pl.col("group").replace(self._groups()).alias(self.t(say("在册类别"))),
            sure.alias(self.t(say("依据"))), pl.col("match").alias(self.t(say("比对编号"))),
        )  # fmt: skip
        title = say("受灾户中的在册困难群众（可能符合，请协助申请）")
        return Sheet(self.t(say("受灾困难群众")), self.t(title), table)

    def silent(self, rows: pl.DataFrame) -> Sheet:
        groups = pl.col("groups").list.eval(pl.element().replace(self._groups()))
        table = self._named(rows, "subject").select(
            *self._where(), self._told("household", say("户编号")), self._said("name", say("姓名")),
            groups.list.join("、").alias(self.t(say("在册类别"))),
            self._said("phone", say("联系电话")), self._said("address", say("住址")),
            self.t.words("state", STATE).alias(self.t(say("情况"))),
            pl.lit("").alias(self.t(say("走访结果"))),
        )  # fmt: skip
        return Sheet(
            self.t(say("不在任何报告中")), self.t(LOOK), table, page_by=self.t(say("乡镇"))
        )

    def _groups(self) -> dict[str, str]:
        return {g.value: self.t(coded("hardship_group", g.value)) for g in HardshipGroup}

    def _place(self, column: str) -> pl.Expr:
        return pl.col(column).replace(self.called)

    def _where(self) -> tuple[pl.Expr, ...]:
        return (self._place("township").alias(self.t(say("乡镇"))),
                self._place("village").alias(self.t(say("村（社区）"))))  # fmt: skip

    def _told(self, column: str, word: Text) -> pl.Expr:
        return pl.col(column).replace(self.coded).alias(self.t(word))

    def _said(self, entry: str, word: Text) -> pl.Expr:
        return pl.col(f"_{entry}").alias(self.t(word))

    def _named(self, rows: pl.DataFrame, who: str) -> pl.DataFrame:
        """Add what may be seen of a person; what is not known of a person, of the household."""
        both = rows.select(pl.col(who).alias("_who"), "household").iter_rows()
        entries = [{**self.people.get(home, {}), **self.people.get(one, {})} for one, home in both]
        return rows.with_columns(
            pl.Series(f"_{e}", [x.get(e, "") for x in entries], dtype=pl.String) for e in _TELLS
        )
