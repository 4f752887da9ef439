"""The stored ledger against the stored register: matches, cases for review, lists by township."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from api.access import Operation, authorise
from api.usecases.audits.gathering import gather_facts
from api.usecases.comparison import saving
from api.usecases.comparison.answers import Answers, answers_of
from api.usecases.comparison.extra import compared, linking
from api.usecases.comparison.limits import Expected, expected, limits_in
from api.usecases.comparison.paper import Spoken, changes_sheet, errors_sheet, review_sheet
from api.usecases.comparison.sides import Sides, sides_of
from api.usecases.comparison.townships import record_export, sheets_of
from api.usecases.context import Context
from api.usecases.privacy.looking import Reason
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import Conflict, NotFound
from graphcore.domain.text import Translate, say
from graphcore.exchange.export import Sheet, write_workbook

if TYPE_CHECKING:
    from graphcore.linkage.link import Links

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class StoredResult:
    """What a comparison of the stored tables found.

    ``joined``: register subjects that the import had put with their household already.
    ``model``: checksum of the model that weighed. ``expected``: errors to expect of the thresholds.
    """

    reports: int
    register: int
    joined: int
    matched: int
    review: int
    decided: int
    unreported: int
    model: str
    expected: Expected


def compare_stored(
    ctx: Context, actor: Actor, out: Path | None, translate: Translate
) -> StoredResult:
    """Compare, store matches and review cases, and write the townships' workbook to ``out``.

    Nobody's aid changes by it: a match says who is probably the same.

    Raises:
        Forbidden: the actor may not compare, or (with ``out``) may not take names out.
        SettingsError: the comparison's libraries are not installed.
        Conflict: others keep changing the data.
    """
    authorise(actor, Operation.COMPARE, ctx.district)
    if out is not None:
        authorise(actor, Operation.EXPORT_PERSONAL, ctx.district)
    module = linking()
    limits = limits_in(ctx.rulebook.within(ctx.district), day_of(ctx.clock()))
    for _ in range(ATTEMPTS):
        sides = sides_of(ctx)
        made = compared(module, sides.left, sides.right, limits.thresholds, apart=sides.apart,
                        together=sides.together)  # fmt: skip
        try:
            saving.save(ctx, actor, sides, made)
        except saving.Moved:
            continue
        hope = expected(limits, int((made.pairs["outcome"] == "matched").sum()))
        return _told(ctx, actor, sides, made, hope, out, translate)
    raise Conflict(say("比对时数据不断被他人修改。"), say("请稍后重试。"))


def _told(
    ctx: Context, actor: Actor, sides: Sides, made: Links, hope: Expected, out: Path | None,
    translate: Translate,
) -> StoredResult:  # fmt: skip
    told = _answers(ctx)
    if out is not None:
        path = out / translate(say("比对结果.xlsx").zh)
        sheets = _sheets(ctx, actor, sides, made, told, translate)
        _write(ctx, actor, [*sheets, errors_sheet(hope, Spoken(translate))], path, sides)
    reasons, outcome = made.pairs["reason"], made.pairs["outcome"]
    return StoredResult(
        sides.left.height, sides.register.height, sides.register.height - sides.right.height,
        int((outcome == "matched").sum()), int((outcome == "review").sum()),
        int((reasons == "decided_same").sum()) + sides.apart.height,
        told.silent.height if told else 0, made.model.digest, hope,
    )  # fmt: skip


def _answers(ctx: Context) -> Answers | None:
    """What the townships are told by the matches just stored; None where there is no disaster."""
    try:
        return answers_of(gather_facts(ctx), ctx.district)
    except NotFound:
        return None


def _sheets(
    ctx: Context, actor: Actor, sides: Sides, made: Links, told: Answers | None,
    translate: Translate,
) -> list[Sheet]:  # fmt: skip
    """Return the townships' sheets, the pairs to review and the households that changed."""
    t = Spoken(translate)
    sheets = sheets_of(ctx, actor, told, translate, Reason("comparison"))[0] if told else []
    homes = pl.concat([made.households, sides.joined]).unique(["left", "right"], keep="first")
    whole = saving.with_households(made, homes)
    return [*sheets, review_sheet(whole, sides.left, sides.register, t), changes_sheet(whole, t)]


def _write(ctx: Context, actor: Actor, sheets: list[Sheet], path: Path, sides: Sides) -> None:
    """Write the workbook once it is in the chain that names leave."""
    record_export(ctx, actor, sides.register.height)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(path, sheets)
