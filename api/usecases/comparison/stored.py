"""The stored ledger against the stored register: matches, cases for review, lists by township."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.comparison import saving
from api.usecases.comparison.extra import linking
from api.usecases.comparison.paper import workbook_of
from api.usecases.comparison.sides import Sides, sides_of
from api.usecases.context import Context
from graphcore.domain.actor import Actor
from graphcore.domain.errors import Conflict
from graphcore.domain.event import EventDraft
from graphcore.domain.text import Translate, say
from graphcore.exchange.export import write_workbook
from graphcore.store.port import WriteUnit

if TYPE_CHECKING:
    from graphcore.linkage.link import Links

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class StoredResult:
    """What a comparison of the stored tables found.

    ``joined``: register subjects that the import had put with their household already.
    ``model``: checksum of the model that weighed.
    """

    reports: int
    register: int
    joined: int
    matched: int
    review: int
    decided: int
    unreported: int
    model: str


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
    for _ in range(ATTEMPTS):
        sides = sides_of(ctx)
        made = _compared(module, sides)
        try:
            saving.save(ctx, actor, sides, made)
        except saving.Moved:
            continue
        return _told(ctx, actor, sides, made, out, translate)
    raise Conflict(say("比对时数据不断被他人修改。"), say("请稍后重试。"))


def _compared(module: Any, sides: Sides) -> Links:
    from graphcore.linkage.han import HAN  # noqa: PLC0415 -- part of the extra
    from graphcore.linkage.model import shipped_model  # noqa: PLC0415

    options = module.Options(
        scheme=HAN, model=shipped_model(HAN), apart=sides.apart, together=sides.together
    )
    made: Links = module.link(sides.left, sides.right, options)
    return made


def _told(
    ctx: Context, actor: Actor, sides: Sides, made: Links, out: Path | None, translate: Translate
) -> StoredResult:
    homes = pl.concat([made.households, sides.joined]).unique(["left", "right"], keep="first")
    sheets, unreported = workbook_of(
        sides.left, sides.register, saving.with_households(made, homes), translate
    )
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        write_workbook(out / translate(say("比对结果.xlsx").zh), sheets)
        _record(ctx, actor, sides.register.height)
    reasons, outcome = made.pairs["reason"], made.pairs["outcome"]
    return StoredResult(
        sides.left.height, sides.register.height, sides.register.height - sides.right.height,
        int((outcome == "matched").sum()), int((outcome == "review").sum()),
        int((reasons == "decided_same").sum()) + sides.apart.height, unreported,
        made.model.digest,
    )  # fmt: skip


def _record(ctx: Context, actor: Actor, named: int) -> None:
    draft = EventDraft("comparison.exported", actor.id, ctx.clock(), {"named": named})

    def write(unit: WriteUnit) -> None:
        unit.append(draft)

    ctx.store.write(ctx.district, write)
