"""From imported scenarios and offers to a signed restocking plan, and the questions beside it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from api.usecases.context import Context
from api.usecases.reserves.build import QUIET, prepare
from api.usecases.reserves.make import (
    APPROVED,
    DRAFT,
    approve_restock,
    make_restock,
    read_restock,
    solved,
)
from api.usecases.reserves.questions import how_long, how_well_placed, what_money_buys
from api.usecases.reserves.snapshot import Reserves, take
from graphcore.domain.actor import Actor, Role
from graphcore.domain.clock import day_of
from graphcore.domain.errors import Forbidden, InputError, NotFound, WrongState
from optimizer.restock.problem import Limits
from optimizer.restock.tables import KINDS
from tests.support.walked import dispatcher


@pytest.fixture
def data(ctx: Context) -> Reserves:
    return take(ctx)


def officer(ctx: Context) -> Actor:
    return Actor("officer:王", frozenset({Role.APPROVER}), ctx.district)


def test_a_plan_is_made_kept_and_signed(ctx: Context) -> None:
    key = make_restock(ctx, dispatcher())
    made = read_restock(ctx, dispatcher())
    assert (made.id, made.number, made.state) == (key, 1, DRAFT)
    assert approve_restock(ctx, officer(ctx)) == key
    signed = read_restock(ctx, dispatcher(), key)
    assert (signed.state, signed.approved_by) == (APPROVED, "officer:王")


def test_the_plan_misses_less_for_no_more_than_the_budget(ctx: Context) -> None:
    make_restock(ctx, dispatcher(), budget_fen=3_000_000)
    made = read_restock(ctx, dispatcher())
    cover = made.tables["coverage"].sum()
    assert cover["missing_planned"][0] < cover["missing_today"][0]
    assert 0 < made.figures["cost_fen"] <= 3_000_000
    assert made.figures["expected_loss_fen"] < made.figures["before_loss_fen"]
    assert made.figures["gap"] <= 0.01


def test_only_the_newest_plan_may_be_signed(ctx: Context) -> None:
    old = make_restock(ctx, dispatcher(), budget_fen=100_000)
    new = make_restock(ctx, dispatcher(), budget_fen=200_000)
    with pytest.raises(WrongState):
        approve_restock(ctx, officer(ctx), old)
    approve_restock(ctx, officer(ctx), new)
    with pytest.raises(WrongState):
        approve_restock(ctx, officer(ctx), new)


def test_who_may_not_plan_or_sign_is_refused(ctx: Context) -> None:
    clerk = Actor("t", frozenset({Role.TOWNSHIP}), ctx.district)
    for refused in (lambda: make_restock(ctx, clerk), lambda: approve_restock(ctx, dispatcher()),
                    lambda: how_long(ctx, clerk, "FX01", 3)):  # fmt: skip
        with pytest.raises(Forbidden):
            refused()


def test_there_is_no_plan_before_the_first(ctx: Context) -> None:
    with pytest.raises(NotFound):
        read_restock(ctx, dispatcher())


@pytest.mark.parametrize("table", ["scenarios", "offers", "budgets"])
def test_a_missing_table_is_named(ctx: Context, data: Reserves, table: str) -> None:
    less = replace(data, **{table: getattr(data, table).clear()})
    with pytest.raises(InputError):
        prepare(less, ctx.rulebook.within(ctx.district), day_of(ctx.clock()))


@pytest.mark.parametrize(("share", "fine"), [(1_000_000, True), (1_000_001, False)])
def test_probabilities_reach_one_and_no_more(
    ctx: Context, data: Reserves, share: int, fine: bool
) -> None:
    ppm = pl.when(pl.col("code") == "FX01").then(share).otherwise(0)
    sure = replace(data, scenarios=data.scenarios.with_columns(ppm.alias("probability_ppm")))
    if not fine:
        with pytest.raises(InputError):
            prepare(sure, ctx.rulebook.within(ctx.district), day_of(ctx.clock()))
        return
    rows = prepare(sure, ctx.rulebook.within(ctx.district), day_of(ctx.clock())).problem.scenarios
    assert rows.filter(scenario=QUIET)["probability"].to_list() == [0.0]


def test_other_owners_shelves_are_neither_filled_nor_drawn_on(ctx: Context, data: Reserves) -> None:
    problem = prepare(data, ctx.rulebook.within(ctx.district), day_of(ctx.clock())).problem
    foreign = data.warehouses.filter(~pl.col("owner").str.ends_with("县应急管理局"))["id"]
    assert foreign.len() > 0
    for table in (problem.sites, problem.stock, problem.options, problem.ways):
        assert not table["site"].is_in(foreign.implode()).any()


def test_held_back_late_and_expired_lots_are_not_counted(ctx: Context, data: Reserves) -> None:
    today = day_of(ctx.clock())
    stock = prepare(data, ctx.rulebook.within(ctx.district), today).problem.stock
    lots = data.lots.filter(pl.col("id").is_in(stock["lot"].implode()))
    assert (lots["hold"] == "none").all()
    assert lots.filter(pl.col("arrives_on") > today.isoformat()).is_empty()
    ends = lots.filter(pl.col("expires_on") != "")["expires_on"]
    assert (ends >= today.isoformat()).all()
    held = data.offers.filter(pl.col("held") > 0)["held"].sum()
    assert stock.filter(pl.col("kind") != KINDS[0])["quantity"].sum() == held


def test_each_scenario_needs_what_the_rules_give_its_people(ctx: Context, data: Reserves) -> None:
    """Two bottles of water a person and day (needs.yaml), whoever they are."""
    wants = prepare(data, ctx.rulebook.within(ctx.district), day_of(ctx.clock())).needed
    water = wants.filter((pl.col("item") == "water") & (pl.col("day") == 0))
    told = data.strikes.group_by("scenario", "township").agg(pl.col("persons").sum())
    seen = water.group_by("scenario", "township").agg(pl.col("quantity").sum())
    both = seen.join(told, on=["scenario", "township"])
    assert both.height == seen.height > 0
    assert (both["quantity"] == 2 * both["persons"]).all()


def test_how_long_speaks_of_daily_goods_only(ctx: Context) -> None:
    found = how_long(ctx, dispatcher(), "FX02", 5)
    daily = {code for code, item in ctx.rulebook.catalogue.items() if item.daily}
    assert set(found.items["item"]) <= daily
    assert (found.items["full_days"] <= 5).all()
    with pytest.raises(NotFound):
        how_long(ctx, dispatcher(), "FX99", 5)


def test_no_placement_is_better_than_the_best(ctx: Context) -> None:
    found = how_well_placed(ctx, dispatcher())
    whole = found.filter(item="")
    assert (whole["ratio"] >= 1 - whole["gap"]).all()
    assert (whole["today_min"] > 0).all()


def test_more_money_never_leaves_more_missing_value(ctx: Context) -> None:
    worth = what_money_buys(ctx, dispatcher(), limits=Limits(gap=1e-4))
    spent = worth.curve["cost_fen"]
    assert (spent <= worth.curve["budget_fen"] + 1).all()
    risk = ctx.rulebook.at("restock.risk_weight_permille", day_of(ctx.clock())).value / 1000
    value = spent + worth.curve["expected_loss_fen"] + risk * worth.curve["cvar_fen"]
    assert (value.diff().drop_nulls() <= value[0] * 1e-3).all()
    assert worth.vss.most >= 0
    assert worth.evpi_fen >= -1


def test_the_same_data_give_the_same_plan(ctx: Context, data: Reserves) -> None:
    rules, today = ctx.rulebook.within(ctx.district), day_of(ctx.clock())
    first, again = (solved(prepare(data, rules, today).problem, Limits()).best for _ in range(2))
    assert (first.plan.buys == again.plan.buys).all()
    assert (first.plan.moves == again.plan.moves).all()
