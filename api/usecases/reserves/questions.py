"""What else can be asked of reserves: how long they last, how well they lie, what money buys."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.reserves.build import Prepared, prepare
from api.usecases.reserves.make import solved
from api.usecases.reserves.snapshot import Reserves, take
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import InputError, NotFound
from graphcore.domain.text import say
from optimizer.restock.depletion import Lasting, lasting
from optimizer.restock.lshaped import Course
from optimizer.restock.placement import placement
from optimizer.restock.problem import Limits, Problem
from optimizer.restock.solve import planned
from optimizer.restock.value import Vss, budget_curve, evpi, vss, worth_of_sites

_NO_LIMITS = Limits()
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)


@dataclass(frozen=True)
class Worth:
    """What planning over scenarios is worth, in fen."""

    curve: pl.DataFrame  # see optimizer.restock.value.budget_curve
    vss: Vss  # against a plan for the mean disaster
    evpi_fen: float  # what knowing the scenario beforehand would save
    sites_fen: tuple[float, float] | None  # what new sites save, least and most; None: none asked


def how_long(ctx: Context, actor: Actor, scenario: str, days: int) -> Lasting:
    """Return how many days today's stock of daily goods lasts if a scenario strikes.

    ``scenario`` is its code. Durables are needed once, so no number of days says anything of them.

    Raises:
        Forbidden: the actor may not read supply.
        NotFound: no such scenario.
        InputError: a table is missing.
    """
    data, ready = _prepared(ctx, actor, None)
    known = data.scenarios.filter(pl.col("code") == scenario)
    if known.is_empty():
        codes = "、".join(data.scenarios["code"].sort().to_list())
        raise NotFound(say("没有情景 {scenario}。", scenario=scenario),
                       say("已登记的情景：{codes}", codes=codes))  # fmt: skip
    key = str(known["id"][0])
    known_daily = [code for code, item in ctx.rulebook.catalogue.items() if item.daily]
    first = ready.needed.filter(
        (pl.col("scenario") == key) & (pl.col("day") == 0) & pl.col("item").is_in(known_daily)
    )
    daily = first.group_by("township", "item", "priority").agg(pl.col("quantity").sum())
    if daily.is_empty():
        raise InputError(say("情景 {scenario} 没有需求。", scenario=scenario),
                         say("请核对它的受灾人数。"), field="scenario")  # fmt: skip
    found = lasting(ready.problem, key, daily.sort("township", "item", "priority"), days)
    asked = pl.col("item").is_in(daily["item"].unique().implode())
    return Lasting(found.items.filter(asked), found.days.filter(asked))


def how_well_placed(ctx: Context, actor: Actor, limits: Limits = _NO_LIMITS) -> pl.DataFrame:
    """Return, by item, how far today's placement is from the best one of the same units.

    Raises:
        Forbidden: the actor may not read supply.
        InputError: a table is missing.
    """
    _, ready = _prepared(ctx, actor, None)
    return placement(ready.problem, ready.missed_min, limits)


def what_money_buys(
    ctx: Context, actor: Actor, *, budget_fen: int | None = None, limits: Limits = _NO_LIMITS
) -> Worth:
    """Return losses over parts of the budget, and the value of planning over scenarios.

    Raises:
        Forbidden: the actor may not read supply.
        InputError: a table is missing.
    """
    _, ready = _prepared(ctx, actor, budget_fen)
    course = solved(ready.problem, limits)
    saved, known = vss(ready.problem, course, limits), evpi(ready.problem, course)
    curve = budget_curve(course, list(SHARES), limits)
    return Worth(curve, saved, known, _sites(ready.problem, course, limits))


def _sites(problem: Problem, course: Course, limits: Limits) -> tuple[float, float] | None:
    if not problem.sites["candidate"].any():
        return None
    return worth_of_sites(problem, planned(problem, course, rotate_days=0), limits)


def _prepared(ctx: Context, actor: Actor, budget_fen: int | None) -> tuple[Reserves, Prepared]:
    authorise(actor, Operation.READ_SUPPLY, ctx.district)
    data = take(ctx)
    today = day_of(ctx.clock())
    return data, prepare(data, ctx.rulebook.within(ctx.district), today, budget_fen)
