"""Requests: goods that the bureau does not command count only once their owner agreed."""

from __future__ import annotations

import polars as pl
import pytest

from api.usecases.accept_request import accept_request
from api.usecases.context import Context
from api.usecases.make_plan import make_plan
from graphcore.domain.errors import Conflict, Forbidden, NotFound, WrongState
from tests.support.plans import change, faults, in_force, lines, nodes
from tests.support.walked import dispatcher, officer
from tests.walk.conftest import OPTIONS


def request(ctx: Context) -> dict[str, object]:
    """The first open request of the plan in force."""
    found = lines(ctx, str(in_force(ctx)["id"]), "request").sort("id")
    return found.row(0, named=True)


def missing(ctx: Context, row: dict[str, object]) -> dict[str, int]:
    """Missing units of the line's need and day by reason."""
    shorts = nodes(ctx, "Shortfall").filter(
        (pl.col("need") == row["need"]) & (pl.col("day") == row["due_day"])
        & (pl.col("plan") == row["plan"])
    )  # fmt: skip
    return dict(shorts.group_by("reason").agg(pl.col("quantity").sum()).iter_rows())


def test_a_request_reserves_nothing_and_its_need_counts_as_missing(planned: Context) -> None:
    row = request(planned)
    lot = nodes(planned, "StockLot").filter(pl.col("id") == row["lot"]).row(0, named=True)
    assert lot["reserved"] == 0
    assert missing(planned, row)["requested"] >= int(str(row["quantity"]))


def test_yes_reserves_the_goods_and_closes_the_gap(planned: Context) -> None:
    row = request(planned)
    before = missing(planned, row)["requested"]
    accept_request(planned, dispatcher(), str(row["id"]), accepted=True)
    lot = nodes(planned, "StockLot").filter(pl.col("id") == row["lot"]).row(0, named=True)
    assert lot["reserved"] == row["quantity"]
    assert missing(planned, row).get("requested", 0) == before - int(str(row["quantity"]))
    assert faults(planned) == set()


def test_no_leaves_the_gap_as_refused(planned: Context) -> None:
    row = request(planned)
    accept_request(planned, dispatcher(), str(row["id"]), accepted=False, reason="另有安排")
    assert missing(planned, row)["refused"] == row["quantity"]
    stored = lines(planned, str(row["plan"]), "refused").row(0, named=True)
    assert stored["answer"] == "另有安排"
    assert faults(planned) == set()


def test_an_answer_is_given_once_by_who_may_to_a_line_that_exists(planned: Context) -> None:
    key = str(request(planned)["id"])
    with pytest.raises(Forbidden):
        accept_request(planned, officer(), key, accepted=True)
    accept_request(planned, dispatcher(), key, accepted=True)
    with pytest.raises(WrongState):
        accept_request(planned, dispatcher(), key, accepted=False)
    with pytest.raises(NotFound):
        accept_request(planned, dispatcher(), "A-nowhere", accepted=True)


def test_goods_that_are_gone_are_not_reserved(planned: Context) -> None:
    row = request(planned)
    change(planned, "StockLot", id=row["lot"], on_hand=int(str(row["quantity"])) - 1)
    with pytest.raises(Conflict):
        accept_request(planned, dispatcher(), str(row["id"]), accepted=True)


def test_the_next_plan_keeps_what_owners_have_granted(planned: Context) -> None:
    row = request(planned)
    accept_request(planned, dispatcher(), str(row["id"]), accepted=True)
    plan = make_plan(planned, dispatcher(), OPTIONS)
    (kept,) = lines(planned, plan, "accepted").to_dicts()
    same = ("lot", "need", "subject", "quantity", "day", "due_day")
    assert {c: kept[c] for c in same} == {c: row[c] for c in same}
    assert faults(planned) == set()


def test_requests_of_a_plan_that_was_replaced_can_no_longer_be_answered(planned: Context) -> None:
    key = str(request(planned)["id"])
    make_plan(planned, dispatcher(), OPTIONS)
    with pytest.raises(WrongState):
        accept_request(planned, dispatcher(), key, accepted=True)


def test_an_answer_may_be_for_all_requests_on_a_lot(planned: Context) -> None:
    row = request(planned)
    lot = nodes(planned, "StockLot").filter(pl.col("id") == row["lot"]).row(0, named=True)
    mine = lines(planned, str(row["plan"]), "request").filter(pl.col("lot") == row["lot"])
    done = accept_request(planned, dispatcher(), lot["code"], accepted=True)
    assert done == mine.height > 1
    assert nodes(planned, "StockLot").filter(pl.col("id") == row["lot"])["reserved"][0] == (
        mine["quantity"].sum()
    )
    assert faults(planned) == set()
    with pytest.raises(WrongState):
        accept_request(planned, dispatcher(), lot["code"], accepted=True)
    with pytest.raises(NotFound):
        accept_request(planned, dispatcher(), "没有的批次", accepted=True)
