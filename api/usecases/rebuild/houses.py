"""Houses to rebuild: opened as cases, listed, and who has no warm dwelling before the frost."""

from __future__ import annotations

from datetime import date

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from graphcore.casework.rebuilding import HOUSES, frost, to_rebuild, unhoused
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.event import EventDraft
from graphcore.domain.ids import Kind, derived
from graphcore.domain.rebuilding import Route
from graphcore.domain.tables import conform
from graphcore.policy.rulebook import Rulebook
from graphcore.store.port import ReadUnit, WriteUnit


def open_cases(ctx: Context, actor: Actor) -> int:
    """Open a case for each house to rebuild that has none; return how many.

    Raises:
        Forbidden: the actor may not do it for the district.
        NoRuleInForce: no damage classes are set for today.
    """
    authorise(actor, Operation.REBUILD, ctx.district)
    at = ctx.clock()
    rules = ctx.rulebook.within(ctx.district)

    def write(unit: WriteUnit) -> int:
        new = houses_of(unit, rules, day_of(at)).filter(pl.col("rebuild") == "")
        if new.height:
            _create(unit, new, actor, at)
            unit.append(EventDraft("rebuild.opened", actor.id, at, {"opened": new.height}))
        return new.height

    return ctx.store.write(ctx.district, write)


def _create(unit: WriteUnit, new: pl.DataFrame, actor: Actor, at: int) -> None:
    ids = [derived(Kind.REBUILD, dwelling) for dwelling in new["dwelling"]]
    fixed = {"route": Route.SELF_BUILD.value, "milestone": "", "reached_on": "",
             "interim_until": "", "opened_at": at, "opened_by": actor.id,
             "version": 1}  # fmt: skip
    rows = new.select(
        pl.Series("id", ids), "dwelling", "household", "township", "village",
        *(pl.lit(value).alias(name) for name, value in fixed.items()),
    )  # fmt: skip
    unit.create("RebuildCase", rows)
    for rel, label, column in (("REBUILDS", "Dwelling", "dwelling"),
                               ("REBUILDS_FOR", "Household", "household")):  # fmt: skip
        unit.link(rel, "RebuildCase", label, rows.select(
            pl.col("id").alias("from"), pl.col(column).alias("to")))  # fmt: skip


def houses_of(unit: ReadUnit, rules: Rulebook, on: date) -> pl.DataFrame:
    """Return HOUSES and ``dwelling``, ``version``, with a case or not yet."""
    damages = [str(d) for d in rules.at("rebuild.damage", on).value]
    cases = unit.nodes("RebuildCase").rename({"id": "rebuild"})
    return to_rebuild(unit.nodes("Dwelling"), unit.nodes("Household"), cases, damages)


def houses(ctx: Context, actor: Actor, township: str = "") -> pl.DataFrame:
    """Return the houses to rebuild within the actor's scope, as `houses_of`.

    Raises:
        Forbidden: the actor may not read cases, or the township is out of scope.
    """
    authorise(actor, Operation.READ_CASES, township)
    rules, day = ctx.rulebook.within(ctx.district), day_of(ctx.clock())
    rows = ctx.store.read(lambda unit: houses_of(unit, rules, day))
    return rows.filter(pl.col("township").str.starts_with(township or actor.scope))


def before_frost(ctx: Context, actor: Actor, on: date | None = None) -> pl.DataFrame:
    """Return who has no safe, warm dwelling before the first frost, with its date.

    Raises:
        Forbidden: the actor may not read cases.
        NoRuleInForce: no frost is set for the region.
    """
    day = on or day_of(ctx.clock())
    first = frost(ctx.rulebook.within(ctx.district), day)
    return unhoused(conform(houses(ctx, actor), HOUSES), first, day)
