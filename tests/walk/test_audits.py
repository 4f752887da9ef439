"""Each audit finds what it is for: tamper with one thing, and its rule is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from api.usecases.approve_plan import approve_plan
from api.usecases.context import Context
from tests.support.plans import change, faults, in_force, lines, nodes
from tests.support.stores import do
from tests.support.walked import officer

Tamper = Callable[[Context], None]


def line(ctx: Context) -> dict[str, Any]:
    return lines(ctx, str(in_force(ctx)["id"]), "firm").sort("id").row(0, named=True)


def lot(ctx: Context) -> dict[str, Any]:
    return nodes(ctx, "StockLot").filter(pl.col("id") == line(ctx)["lot"]).row(0, named=True)


def grow_lot(ctx: Context) -> None:
    change(ctx, "StockLot", id=lot(ctx)["id"], on_hand=lot(ctx)["on_hand"] + 1)


def oversell(ctx: Context) -> None:
    change(ctx, "StockLot", id=lot(ctx)["id"], on_hand=lot(ctx)["reserved"] - 1)


def promise_more(ctx: Context) -> None:
    more = line(ctx)["quantity"] + 1000
    change(ctx, "AllocationLine", id=line(ctx)["id"], quantity=more, covers=more)


def second_plan(ctx: Context) -> None:
    row = in_force(ctx) | {"id": "PL-OTHER", "number": 2}
    ctx.store.write(ctx.district, lambda unit: unit.create("Plan", pl.DataFrame([row])))


def sign_without_a_name(ctx: Context) -> None:
    change(ctx, "Plan", id=in_force(ctx)["id"], state="approved", approved_by="")


def sign_behind_the_chain(ctx: Context) -> None:
    approve_plan(ctx, officer(), str(in_force(ctx)["id"]))
    change(ctx, "Plan", id=in_force(ctx)["id"], approved_by="someone-else")


def lose_a_line(ctx: Context) -> None:
    key = line(ctx)["id"]
    ctx.store.write(ctx.district, lambda unit: unit.delete("AllocationLine", [key]))


def lose_a_shortfall(ctx: Context) -> None:
    keys = nodes(ctx, "Shortfall")["id"].to_list()
    ctx.store.write(ctx.district, lambda unit: unit.delete("Shortfall", keys))


def lose_the_plan(ctx: Context) -> None:
    key = str(in_force(ctx)["id"])
    ctx.store.write(ctx.district, lambda unit: unit.delete("Plan", [key]))


def designate(ctx: Context) -> None:
    gift = {"id": "DN-far", "designated": True, "only_townships": ["990000000000"],
            "only_groups": [], "redirect_consent": False, "version": 1}  # fmt: skip
    ctx.store.write(ctx.district, lambda unit: unit.create("Donation", pl.DataFrame([gift])))
    change(ctx, "StockLot", id=lot(ctx)["id"], donation="DN-far")


def move_house(ctx: Context) -> None:
    home = nodes(ctx, "Household")["id"][0]
    change(ctx, "Household", id=home, village="nowhere")


def unknown_state(ctx: Context) -> None:
    change(ctx, "Household", id=nodes(ctx, "Household")["id"][0], state="fine")


def forge_an_event(ctx: Context) -> None:
    do(ctx.store, "MATCH (e:Event) WHERE e.seq = 2 SET e.actor = 'somebody'")


def loose_request(ctx: Context) -> None:
    row = {"key": "k" * 64, "body_hash": "", "result": "J-gone", "status": 202, "at": 1}
    ctx.store.write(
        ctx.district, lambda unit: unit.create("IdempotencyRecord", pl.DataFrame([row]))
    )


@pytest.mark.parametrize(
    ("tamper", "rule"),
    [
        (grow_lot, "stock.double_entry"),
        (grow_lot, "stock.events"),
        (oversell, "stock.available"),
        (promise_more, "plan.units"),
        (promise_more, "plan.needs"),
        (second_plan, "plan.one_in_force"),
        (sign_without_a_name, "plan.signed"),
        (sign_behind_the_chain, "plan.signed"),
        (lose_a_line, "plan.events"),
        (lose_a_shortfall, "plan.rules.balance"),
        (lose_the_plan, "plan.rows"),
        (designate, "plan.intent"),
        (move_house, "accounted.home"),
        (unknown_state, "accounted.state"),
        (forge_an_event, "chain"),
        (loose_request, "requests"),
    ],
)
def test_what_is_tampered_with_is_found(planned: Context, tamper: Tamper, rule: str) -> None:
    assert faults(planned) == set()
    tamper(planned)
    assert rule in faults(planned)
