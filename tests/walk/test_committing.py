"""Committing: one plan in force, nothing promised twice, losers told what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from api.usecases.approve_plan import approve_plan
from api.usecases.commit_plan import commit_plan, sweep_orphans
from api.usecases.context import Context
from api.usecases.make_plan import make_plan
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden, NotFound, StalePlan, WrongState
from graphcore.domain.plan import PlanDraft
from tests.support.plans import change, faults, in_force, lines, nodes
from tests.support.walked import dispatcher, officer
from tests.walk.conftest import OPTIONS, drafted


def used_lot(ctx: Context, draft: PlanDraft) -> dict[str, Any]:
    """The lot that the draft uses most."""
    firm = draft.lines.filter(pl.col("state") == "firm")
    most = firm.group_by("lot").agg(pl.col("quantity").sum()).sort("quantity", "lot")["lot"][-1]
    (row,) = nodes(ctx, "StockLot").filter(pl.col("id") == most).to_dicts()
    return row


def test_a_plan_is_published_with_its_goods_reserved(ctx: Context) -> None:
    draft = drafted(ctx)
    number = commit_plan(ctx, dispatcher(), draft)
    assert (number, in_force(ctx)["id"]) == (1, draft.id)
    firm = lines(ctx, draft.id, "firm")["quantity"].sum()
    assert nodes(ctx, "StockLot")["reserved"].sum() == firm > 0
    assert faults(ctx) == set()


def test_the_next_plan_takes_its_place_and_the_goods_are_reserved_once(planned: Context) -> None:
    old = in_force(planned)["id"]
    new = make_plan(planned, dispatcher(), OPTIONS)
    states = dict(nodes(planned, "Plan").select("id", "state").iter_rows())
    assert states == {old: "superseded", new: "published"}
    firm = lines(planned, new, "firm")["quantity"].sum()
    assert nodes(planned, "StockLot")["reserved"].sum() == firm
    assert faults(planned) == set()


def test_of_two_plans_on_one_base_the_second_is_refused_and_told(ctx: Context) -> None:
    first, second = drafted(ctx), drafted(ctx)
    commit_plan(ctx, dispatcher("early"), first)
    with pytest.raises(StalePlan) as refused:
        commit_plan(ctx, dispatcher("late"), second)
    assert "early" in str(refused.value.changes[0]) or "1" in str(refused.value.changes[0])
    assert nodes(ctx, "Plan")["id"].to_list() == [first.id]
    assert faults(ctx) == set()


def test_a_dispatcher_with_an_old_screen_is_refused_before_anything_is_solved(
    planned: Context,
) -> None:
    with pytest.raises(StalePlan) as refused:
        make_plan(planned, dispatcher(), replace(OPTIONS, base=""))
    assert refused.value.changes


Tamper = Callable[[Context, dict[str, Any]], None]


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (lambda c, x: change(c, "StockLot", id=x["id"], on_hand=0), "可用数"),
        (lambda c, x: change(c, "StockLot", id=x["id"], hold="frozen"), "库存状态"),
        (lambda c, x: change(c, "StockLot", id=x["id"], expires_on="2026-07-02"), "有效期"),
        (lambda c, x: change(c, "StockLot", id=x["id"], donation="DN-other"), "意向"),
    ],
    ids=["gone", "held", "expires", "intent"],
)
def test_a_lot_that_changed_makes_the_plan_stale(ctx: Context, tamper: Tamper, told: str) -> None:
    draft = drafted(ctx)
    lot = used_lot(ctx, draft)
    if told == "意向":
        _give(ctx)
    tamper(ctx, lot)
    with pytest.raises(StalePlan) as refused:
        commit_plan(ctx, dispatcher(), draft)
    (change_told,) = [str(c) for c in refused.value.changes]
    assert told in change_told
    assert lot["code"] in change_told
    assert nodes(ctx, "Plan").is_empty()
    assert nodes(ctx, "AllocationLine").is_empty()


def _give(ctx: Context) -> None:
    gift = {"id": "DN-other", "designated": True, "only_townships": ["331121000000"],
            "only_groups": [], "redirect_consent": False, "version": 1}  # fmt: skip
    ctx.store.write(ctx.district, lambda unit: unit.create("Donation", pl.DataFrame([gift])))


@pytest.mark.parametrize("less", ["per_day", "days"])
def test_a_need_that_shrank_makes_the_plan_stale(ctx: Context, less: str) -> None:
    draft = drafted(ctx)
    need = draft.needs_seen.row(0, named=True)
    change(ctx, "Need", id=need["need"], **{less: need[less] - 1})
    with pytest.raises(StalePlan):
        commit_plan(ctx, dispatcher(), draft)


def test_a_need_that_grew_does_not(ctx: Context) -> None:
    draft = drafted(ctx)
    need = draft.needs_seen.row(0, named=True)
    change(ctx, "Need", id=need["need"], per_day=need["per_day"] + 1)
    assert commit_plan(ctx, dispatcher(), draft) == 1


def test_a_lot_with_just_enough_left_is_enough_one_less_is_not(ctx: Context) -> None:
    draft = drafted(ctx)
    lot = used_lot(ctx, draft)
    firm = draft.lines.filter((pl.col("lot") == lot["id"]) & (pl.col("state") == "firm"))
    used = firm["quantity"].sum()
    change(ctx, "StockLot", id=lot["id"], on_hand=used - 1)
    with pytest.raises(StalePlan):
        commit_plan(ctx, dispatcher(), draft)
    change(ctx, "StockLot", id=lot["id"], on_hand=used)
    assert commit_plan(ctx, dispatcher(), draft) == 1


def test_a_draft_that_a_crash_left_behind_is_swept(ctx: Context) -> None:
    from api.usecases.commit_plan import _stage

    _stage(ctx, drafted(ctx))
    assert "plan.rows" not in faults(ctx)
    assert sweep_orphans(ctx) > 0
    assert nodes(ctx, "Plan").is_empty()
    assert nodes(ctx, "AllocationLine").is_empty()


def test_committing_again_after_a_crash_in_staging_is_no_double(ctx: Context) -> None:
    from api.usecases.commit_plan import _stage

    draft = drafted(ctx)
    _stage(ctx, draft)
    assert commit_plan(ctx, dispatcher(), draft) == 1
    assert lines(ctx, draft.id).height == draft.lines.height


def test_a_named_officer_approves_the_plan_in_force(planned: Context) -> None:
    plan = str(in_force(planned)["id"])
    approve_plan(planned, officer("officer:王"), plan)
    assert (in_force(planned)["state"], in_force(planned)["approved_by"]) == (
        "approved",
        "officer:王",
    )
    assert faults(planned) == set()


def test_approving_twice_or_a_superseded_plan_is_refused_with_the_reason(planned: Context) -> None:
    first = str(in_force(planned)["id"])
    second = make_plan(planned, dispatcher(), OPTIONS)
    with pytest.raises(WrongState, match="第 2 号取代"):
        approve_plan(planned, officer(), first)
    approve_plan(planned, officer(), second)
    with pytest.raises(WrongState, match="已由"):
        approve_plan(planned, officer(), second)


def test_only_an_approver_approves(planned: Context) -> None:
    plan = str(in_force(planned)["id"])
    with pytest.raises(Forbidden):
        approve_plan(planned, dispatcher(), plan)
    with pytest.raises(Forbidden):
        approve_plan(planned, Actor("far", frozenset({Role.APPROVER}), "990101"), plan)
    with pytest.raises(NotFound):
        approve_plan(planned, officer(), "PL-nowhere")
