"""Gifts for a named project: bound by it in the plan, judged, explained, and told when unused."""

from __future__ import annotations

from datetime import date

import polars as pl

from api.usecases.context import Context
from api.usecases.explain_case import explain
from api.usecases.make_plan import make_plan
from api.usecases.show import plan_view
from tests.support.plans import change, faults, lines, nodes
from tests.support.walked import FLOOD_DAY, dispatcher
from tests.walk.conftest import OPTIONS

KEY, NAME = "PJ-WINTER", "清水行动"


def given(ctx: Context, **words: object) -> str:
    """Give the largest lot of public water for a project with these words; return the lot."""
    lots = nodes(ctx, "StockLot").filter(
        (pl.col("item") == "water") & (pl.col("hold") == "none") & (pl.col("donation") == "")
    )
    lot = str(lots.sort("on_hand")["id"][-1])
    gift = nodes(ctx, "Donation").sort("id")["id"][0]
    row = {"id": KEY, "code": "P1", "name": NAME, "only_townships": [], "only_groups": [],
           "only_needs": [], "items": [], "from_on": "", "to_on": "", "version": 1, **words}  # fmt: skip
    lists = dict.fromkeys(
        ("only_townships", "only_groups", "only_needs", "items"), pl.List(pl.String())
    )
    table = pl.DataFrame([row], schema_overrides=lists)
    ctx.store.write(ctx.district, lambda unit: unit.create("Project", table))
    free = {"only_townships": [], "only_groups": [], "only_needs": [], "redirect_consent": False}
    change(ctx, "Donation", id=gift, project=KEY, surplus=False, **free)
    change(ctx, "StockLot", id=lot, donation=gift)
    return lot


def served(ctx: Context, lot: str) -> pl.DataFrame:
    plan = make_plan(ctx, dispatcher(), OPTIONS)
    return lines(ctx, plan).filter(pl.col("lot") == lot)


def test_goods_of_a_project_go_to_its_townships_and_the_line_says_so(ctx: Context) -> None:
    town = str(nodes(ctx, "Township").sort("code")["code"][0])
    mine = served(ctx, given(ctx, only_townships=[town]))
    assert set(mine["township"]) == {town}
    told = explain(ctx, dispatcher(), mine["id"][0])
    assert NAME in " ".join(str(t) for s in told.sections for t in s.sentences)
    assert faults(ctx) == set()
    other = str(nodes(ctx, "Township").sort("code")["code"][1])
    change(ctx, "Project", id=KEY, only_townships=[other])
    assert "plan.intent" in faults(ctx)


def test_goods_of_a_project_for_something_else_stay_and_name_it(ctx: Context) -> None:
    lot = given(ctx, items=["quilt"])
    assert served(ctx, lot).is_empty()
    view = plan_view(ctx, dispatcher())
    assert view.projects[lot] == NAME
    assert view.left_out.filter(pl.col("lot") == lot)["reason"].to_list() == ["restricted"]


def test_a_project_serves_on_its_days_alone(ctx: Context) -> None:
    last = date.fromisoformat(FLOOD_DAY).replace(day=2)
    mine = served(ctx, given(ctx, from_on=FLOOD_DAY, to_on=last.isoformat()))
    assert mine["day"].max() == 1
    assert faults(ctx) == set()
