"""Contradictions: donors' conditions that nobody can meet, floors and pins that do not fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.planning.build import build
from api.usecases.planning.horizon import horizon
from api.usecases.planning.snapshot import take
from api.usecases.show import codes, names
from api.usecases.story import Section, Story
from api.usecases.wording import coded
from graphcore.domain.actor import Actor
from graphcore.domain.errors import InputError
from graphcore.domain.household import HardshipGroup
from graphcore.domain.tables import frame
from graphcore.domain.text import Text, named, say
from optimizer.contradiction import MUSTS, Clash, contradiction
from optimizer.problem import Problem

MOST = 50
HARDSHIPS = frozenset(group.value for group in HardshipGroup)


def contradictions(
    ctx: Context, actor: Actor, floors: Sequence[str] = (), *, disaster: str = "",
    days: int | None = None,
) -> Story:  # fmt: skip
    """Return what contradicts itself in the data as they are, and the floors that were asked about.

    Args:
        ctx: The open product.
        actor: Who asks.
        floors: ``item:township:units`` each: would so much for that township be possible?
        disaster: As in a plan.
        days: Horizon; None = the rulebook's.

    Raises:
        Forbidden: the actor may not read cases.
        NotFound: no disaster.
        InputError: a floor that cannot be read.
    """
    authorise(actor, Operation.EXPLAIN, ctx.district)
    snapshot = take(ctx, disaster)
    first_on, length = horizon(ctx, "", days)
    _, problem = build(ctx, snapshot, first_on, length, ctx.clock())
    known = ctx.store.read(lambda unit: codes(unit) | names(unit))

    def called(key: str) -> Text:
        if key in HARDSHIPS:
            return coded("hardship_group", key)
        items = ctx.rulebook.catalogue
        return named(known.get(key) or (items[key].name if key in items else key))

    asked = _floors(floors, length)
    sections = [
        *_each(problem, _conditions(problem), say("捐赠条件无法满足"), called),
        *_all(problem, asked, say("要求的下限不能同时满足"), called),
        *_pins(problem, called),
    ]
    fine = Section(
        say("没有发现矛盾"), (say("每个定向批次都有人可给；所提下限和已定分配都能满足。"),)
    )
    return Story(say("矛盾检查（自 {first} 起 {days} 天）", first=first_on.isoformat(), days=length),
                 tuple(sections) or (fine,))  # fmt: skip


def _conditions(problem: Problem) -> pl.DataFrame:
    """One must a restricted lot: at least one unit of it should reach somebody in the horizon."""
    limited = problem.lots.filter(
        (pl.col("quantity") > 0)
        & ((pl.col("only_townships").list.len() > 0) | (pl.col("only_groups").list.len() > 0))
    ).sort("lot")
    return _musts(
        {"must": f"donor/{lot}", "item": item, "units": 1, "lot": lot,
         "last_day": problem.days - 1}
        for lot, item in limited.select("lot", "item").iter_rows()
    )  # fmt: skip


def _floors(texts: Sequence[str], days: int) -> pl.DataFrame:
    rows = []
    for text in texts:
        item, _, rest = text.partition(":")
        town, _, units = rest.rpartition(":")
        if not (item and units.isdigit() and int(units)):
            raise InputError(say("看不懂下限“{text}”。", text=text[:60]),
                             say("请写作 物资编码:乡镇代码:件数，例如 water:331121105000:200。"),
                             field="floor")  # fmt: skip
        rows.append({"must": f"floor/{text}", "item": item, "units": int(units), "township": town,
                     "last_day": days - 1})  # fmt: skip
    return _musts(rows)


def _musts(rows: Iterable[dict[str, object]]) -> pl.DataFrame:
    blank = {"lot": "", "township": "", "point": "", "group": "", "need": "", "first_day": 0}
    return frame(MUSTS, [{**blank, **row} for row in rows])


def _each(problem: Problem, musts: pl.DataFrame, heading: Text, called: object) -> list[Section]:
    """Judge each must alone, by its own lot: a contradiction of one donor's terms."""
    found = []
    for must in musts.head(MOST * 10).iter_slices(1):
        mine = replace(problem, lots=problem.lots.filter(pl.col("lot") == must["lot"][0]))
        clash = contradiction(mine, must, called)  # type: ignore[arg-type]
        if clash:
            found.append(_section(heading, clash))
    return found[:MOST]


def _all(problem: Problem, musts: pl.DataFrame, heading: Text, called: object) -> list[Section]:
    if musts.is_empty():
        return []
    clash = contradiction(problem, musts, called)  # type: ignore[arg-type]
    return [_section(heading, clash)] if clash else []


def _pins(problem: Problem, called: object) -> list[Section]:
    """Lines that stay as they are must fit into the lots they draw on and the vehicles."""
    pinned = problem.pinned
    if pinned is None or pinned.is_empty():
        return []
    held = pinned.group_by("lot").agg(pl.col("quantity").sum().alias("held"))
    lots = problem.lots.join(held, on="lot", how="left").with_columns(
        pl.col("quantity") + pl.col("held").fill_null(0), pl.lit(value=True).alias("commanded")
    )
    musts = _musts(
        {"must": f"pin/{r['line']}", "item": r["item"], "units": r["quantity"], "lot": r["lot"],
         "need": r["need"], "point": r["point"], "first_day": r["day"], "last_day": r["day"]}
        for r in pinned.iter_rows(named=True)
    )  # fmt: skip
    whole = replace(problem, lots=lots.drop("held"), pinned=None)
    return _all(whole, musts, say("已定的分配与库存、运力或需求矛盾"), called)


def _section(heading: Text, clash: tuple[Clash, ...]) -> Section:
    last = say("以上各条互相矛盾；去掉或放宽其中任何一条，其余就能同时成立。")
    return Section(heading, (*(c.what for c in clash), last))


__all__ = ["contradictions"]
