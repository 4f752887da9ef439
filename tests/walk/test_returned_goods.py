"""Declined goods come back to their lot after a named person looked at them, or are lost."""

from __future__ import annotations

import polars as pl
import pytest

from api.usecases.context import Context
from api.usecases.make_plan import make_plan
from api.usecases.transport.receive import Signed, receive
from api.usecases.transport.returned import inspect, waiting
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden, InputError, NotFound, WrongState
from tests.support.plans import change, faults, lines, nodes
from tests.support.trips import HOUSE, cargo, sent
from tests.support.walked import dispatcher, officer
from tests.walk.conftest import OPTIONS


def declined(ctx: Context, units: int = 2) -> str:
    """A lot of which a household declined so many units."""
    trip = sent(ctx, units)
    named = pl.col("subject").str.starts_with("H-") & (pl.col("quantity") >= units)
    row = cargo(ctx, trip).filter(named).row(0, named=True)
    receive(ctx, dispatcher(), [Signed(row["id"], row["quantity"] - units, 0, units)], HOUSE)
    return str(row["lot"])


def on_hand(ctx: Context, lot: str) -> int:
    return int(nodes(ctx, "StockLot").filter(pl.col("id") == lot)["on_hand"][0])


def test_good_units_are_stock_again_bad_ones_are_lost_and_all_accounts_hold(
    signed: Context,
) -> None:
    lot = declined(signed)
    before = on_hand(signed, lot)
    assert waiting(signed, dispatcher())["units"].to_list() == [2]
    done = inspect(signed, officer(), lot, good=1, bad=1)
    assert (done.good, done.bad, done.waiting) == (1, 1, 0)
    assert on_hand(signed, lot) == before + 1
    assert waiting(signed, dispatcher()).is_empty()
    moved = nodes(signed, "Movement").filter(pl.col("source") == "returned")
    assert sorted(moved["target"]) == ["lost", "warehouse"]
    assert faults(signed) == set()
    make_plan(signed, dispatcher(), OPTIONS)
    assert faults(signed) == set()


def test_what_came_back_can_be_planned_again(signed: Context) -> None:
    lot = declined(signed)
    inspect(signed, officer(), lot, good=2)
    change(signed, "StockLot", id=lot, expires_on="")
    seen = nodes(signed, "StockLot").filter(pl.col("id") == lot).row(0, named=True)
    plan = make_plan(signed, dispatcher(), OPTIONS)
    used = lines(signed, plan).filter((pl.col("lot") == lot) & (pl.col("cargo") == ""))
    left = nodes(signed, "LeftOut").filter((pl.col("plan") == plan) & (pl.col("lot") == lot))
    assert int(used["quantity"].sum()) + int(left["quantity"].sum()) == seen["on_hand"]


@pytest.mark.parametrize(("good", "bad", "error"), [
    (3, 0, WrongState), (2, 1, WrongState), (0, 0, InputError), (-1, 2, InputError),
])  # fmt: skip
def test_no_more_than_was_declined_and_no_less_than_one(
    signed: Context, good: int, bad: int, error: type[Exception]
) -> None:
    lot = declined(signed)
    with pytest.raises(error):
        inspect(signed, officer(), lot, good, bad)
    assert waiting(signed, dispatcher())["units"].to_list() == [2]


def test_who_may_not_inspect_and_a_lot_nobody_knows(signed: Context) -> None:
    with pytest.raises(Forbidden):
        inspect(signed, Actor("t", frozenset({Role.TOWNSHIP}), ""), "L-0", 1)
    with pytest.raises(NotFound):
        inspect(signed, officer(), "L-NONE", 1)


def test_goods_past_their_date_do_not_come_back_as_good(signed: Context) -> None:
    lot = declined(signed)
    change(signed, "StockLot", id=lot, expires_on="2026-06-30")
    with pytest.raises(WrongState, match="已过期"):
        inspect(signed, officer(), lot, good=1)
    assert inspect(signed, officer(), lot, good=0, bad=2).waiting == 0
