"""Re-planning a small district: told, patched, published, with its cause; and what waits."""

from __future__ import annotations

import polars as pl
import pytest

from api.usecases.accept_request import accept_request
from api.usecases.context import Context
from api.usecases.make_plan import PlanOptions, make_plan
from api.usecases.planning.changes import ChangeKind, Told, contained, state_change, waiting
from api.usecases.planning.pins import (
    add_pin,
    list_pins,
    pin_day,
    price_departure,
    prices,
    remove_pin,
)
from api.usecases.planning.stored import stored
from api.usecases.replanning.replan import Replanned, ReplanOptions, replan
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden, InputError, NotFound, ProblemInvalid, WrongState
from tests.support.plans import change, faults, in_force, lines, nodes
from tests.support.walked import FLOOD_DAY, dispatcher, officer


def tell(ctx: Context, kind: ChangeKind, what: str, until: str = "") -> str:
    """State a change as the dispatcher does."""
    return state_change(ctx, dispatcher(), Told(kind, what, until, "公路局值班室"))


def used_lot(ctx: Context) -> dict[str, object]:
    """The lot of which the plan in force gives most as it is owed, not as a substitute."""
    firm = lines(ctx, str(in_force(ctx)["id"]), "firm")
    held = firm.filter(pl.col("swap") == "").group_by("lot").agg(
        pl.col("quantity").sum()
    ).sort("quantity", "lot")  # fmt: skip
    lot = held["lot"][-1]
    return nodes(ctx, "StockLot").filter(pl.col("id") == lot).row(0, named=True)


def told(done: Replanned) -> str:
    """The causes as one text."""
    return "\n".join(str(c) for c in done.causes)


def test_where_nothing_changed_the_plan_in_force_stays(planned: Context) -> None:
    before = in_force(planned)
    done = replan(planned, dispatcher())
    assert (done.plan, done.base) == (before["id"], before["id"])
    assert done.difference.empty
    assert in_force(planned) == before


def test_a_lost_lot_leaves_the_plan_and_the_reply_says_why(planned: Context) -> None:
    lot, base = used_lot(planned), in_force(planned)["id"]
    tell(planned, ChangeKind.LOT_LOST, str(lot["code"]))
    done = replan(planned, dispatcher())
    assert done.base == base
    assert in_force(planned)["id"] == done.plan != base
    assert str(lot["code"]) in told(done)
    assert lines(planned, done.plan).filter(pl.col("lot") == lot["id"]).is_empty()
    gone = done.difference.moves.filter(pl.col("old_lot") == lot["id"])
    assert gone["old_quantity"].sum() == lines(planned, str(base)).filter(
        pl.col("lot") == lot["id"]
    )["quantity"].sum()  # fmt: skip
    assert faults(planned) == set()


def test_lines_that_the_change_does_not_touch_are_the_same_in_the_new_plan(
    planned: Context,
) -> None:
    lot, base = used_lot(planned), str(in_force(planned)["id"])
    tell(planned, ChangeKind.LOT_LOST, str(lot["code"]))
    done = replan(planned, dispatcher(), ReplanOptions(wide=False))
    way = ["need", "due_day", "lot", "mode", "day", "quantity", "state"]
    every = lines(planned, base)
    met = every.filter(pl.col("lot") == lot["id"])["need_item"].unique()
    was = every.filter(~pl.col("need_item").is_in(met.implode())).select(way)
    assert was.height
    now = lines(planned, done.plan).select(way)
    assert was.join(now, on=way, how="anti").is_empty()


def test_a_late_lot_gives_nothing_before_it_comes(planned: Context) -> None:
    lot = used_lot(planned)
    tell(planned, ChangeKind.LOT_LATE, str(lot["code"]), "2026-07-02")
    done = replan(planned, dispatcher())
    assert "2026-07-02" in told(done)
    mine = lines(planned, done.plan).filter(pl.col("lot") == lot["id"])
    assert mine.filter(pl.col("day") < 1).is_empty()
    assert faults(planned) == set()


def test_a_cut_road_and_its_reopening(planned: Context) -> None:
    roads = nodes(planned, "Road").filter(pl.col("state") == "open")["code"].to_list()
    plans = [str(in_force(planned)["id"])]
    for road in roads[:3]:
        tell(planned, ChangeKind.ROAD_CLOSED, road)
    cut = replan(planned, dispatcher())
    assert all(road in told(cut) for road in roads[:3])
    for road in roads[:3]:
        tell(planned, ChangeKind.ROAD_OPENED, road)
    back = replan(planned, dispatcher())
    plans += [cut.plan, back.plan]
    assert faults(planned) == set()
    assert coverage(back) >= coverage(cut)


def coverage(done: Replanned) -> float:
    """Weighted coverage of the new plan."""
    return next(g.after for g in done.difference.goals if g.name == "weighted_coverage")


def test_changes_that_wait_are_taken_together_and_name_their_plan(planned: Context) -> None:
    lot = used_lot(planned)
    road = nodes(planned, "Road").filter(pl.col("state") == "open")["code"][0]
    keys = [tell(planned, ChangeKind.LOT_LOST, str(lot["code"])),
            tell(planned, ChangeKind.ROAD_CLOSED, road)]  # fmt: skip
    assert [c["id"] for c in waiting(planned)] == keys
    assert contained(planned, dispatcher(), keys[0]).number == 0
    done = replan(planned, dispatcher())
    assert list(done.included) == keys
    later = tell(planned, ChangeKind.ROAD_OPENED, road)
    for key in keys:
        found = contained(planned, dispatcher(), key)
        assert (found.plan, found.number) == (done.plan, in_force(planned)["number"])
    assert contained(planned, dispatcher(), later).plan == ""


def test_a_change_is_an_event_with_its_giver(planned: Context) -> None:
    tell(planned, ChangeKind.LOT_LOST, str(used_lot(planned)["code"]))
    event = nodes(planned, "Event").sort("seq").row(-1, named=True)
    assert event["type"] == "change.lot_lost"
    assert "公路局值班室" in event["canonical"]


def test_what_is_told_wrongly_is_refused(planned: Context) -> None:
    with pytest.raises(NotFound):
        tell(planned, ChangeKind.ROAD_CLOSED, "没有的路")
    with pytest.raises(InputError):
        tell(planned, ChangeKind.LOT_LATE, str(used_lot(planned)["code"]))
    with pytest.raises(InputError):
        tell(planned, ChangeKind.LOT_LATE, str(used_lot(planned)["code"]), "明天")
    with pytest.raises(Forbidden):
        state_change(planned, officer(), Told(ChangeKind.LOT_LOST, "L"))
    with pytest.raises(Forbidden):
        replan(planned, Actor("t", frozenset({Role.TOWNSHIP}), ""))
    assert waiting(planned) == []


def test_without_a_plan_there_is_nothing_to_adjust(ctx: Context) -> None:
    with pytest.raises(NotFound):
        replan(ctx, dispatcher())


def test_a_refused_request_opens_a_re_plan_that_asks_no_more(planned: Context) -> None:
    plan = str(in_force(planned)["id"])
    row = lines(planned, plan, "request").sort("id").row(0, named=True)
    accept_request(planned, dispatcher(), str(row["id"]), accepted=False)
    (opened,) = waiting(planned)
    assert opened["kind"] == ChangeKind.REQUEST_REFUSED
    done = replan(planned, dispatcher())
    assert contained(planned, dispatcher(), str(opened["id"])).plan == done.plan
    assert "未同意" in told(done)
    assert lines(planned, done.plan, "request").filter(pl.col("lot") == row["lot"]).is_empty()
    assert faults(planned) == set()


def test_goods_that_owners_granted_stay(planned: Context) -> None:
    row = lines(planned, str(in_force(planned)["id"]), "request").sort("id").row(0, named=True)
    accept_request(planned, dispatcher(), str(row["id"]), accepted=True)
    tell(planned, ChangeKind.LOT_LOST, str(used_lot(planned)["code"]))
    done = replan(planned, dispatcher())
    (kept,) = lines(planned, done.plan, "accepted").to_dicts()
    same = ("lot", "need", "subject", "quantity", "day", "due_day")
    assert {c: kept[c] for c in same} == {c: row[c] for c in same}
    assert faults(planned) == set()


def test_an_overdue_pledge_leaves_the_plan(planned: Context) -> None:
    lot = used_lot(planned)
    gift = nodes(planned, "Donation").row(0, named=True)
    change(planned, "Donation", id=gift["id"], received_on="", only_townships=[], only_groups=[])
    change(planned, "StockLot", id=lot["id"], donation=gift["id"], arrives_on="2026-06-30")
    done = replan(planned, dispatcher())
    assert "逾期" in told(done)
    assert lines(planned, done.plan).filter(pl.col("lot") == lot["id"]).is_empty()


def test_a_plan_whose_days_have_begun_without_it_is_made_anew(planned: Context) -> None:
    plan = in_force(planned)
    change(planned, "Plan", id=plan["id"], first_on="2026-06-30")
    done = replan(planned, dispatcher())
    assert done.reach == "rebuilt"
    assert "起始日已过" in str(done.rebuilt)
    assert in_force(planned)["first_on"] == "2026-07-01"


def test_a_pinned_line_stays_and_a_pin_can_be_taken_out(planned: Context) -> None:
    base, lot = str(in_force(planned)["id"]), used_lot(planned)
    mine = lines(planned, base, "firm").filter(pl.col("lot") != lot["id"])
    near = mine.filter(pl.col("item") == lot["item"]).sort("id")
    row = (near if near.height else mine.sort("id")).row(0, named=True)
    pin = add_pin(planned, dispatcher(), str(row["id"]))
    with pytest.raises(WrongState):
        add_pin(planned, dispatcher(), str(row["id"]))
    tell(planned, ChangeKind.LOT_LOST, str(lot["code"]))
    done = replan(planned, dispatcher())
    way = ["need", "due_day", "lot", "mode", "day"]
    kept = lines(planned, done.plan).filter(
        pl.all_horizontal(pl.col(c) == row[c] for c in way)
    )["quantity"].sum()  # fmt: skip
    assert kept >= row["quantity"]
    assert faults(planned) == set()
    assert [p.id for p in list_pins(planned, dispatcher())] == [pin]
    remove_pin(planned, dispatcher(), pin)
    assert list_pins(planned, dispatcher()) == []
    with pytest.raises(NotFound):
        remove_pin(planned, dispatcher(), pin)


def test_what_goes_on_a_pinned_day_stays(planned: Context) -> None:
    lot, base = used_lot(planned), str(in_force(planned)["id"])
    last = int(str(in_force(planned)["days"])) - 1
    pin_day(planned, dispatcher(), last)
    way = ["need", "due_day", "lot", "mode", "day", "quantity", "swap"]
    was = lines(planned, base, "firm").filter(pl.col("day") == last).select(way)
    assert was.height
    spare = nodes(planned, "StockLot").filter(pl.col("id").is_in(was["lot"].implode()).not_())
    code = lot["code"] if lot["id"] not in was["lot"].to_list() else spare["code"].sort()[0]
    tell(planned, ChangeKind.LOT_LOST, str(code))
    done = replan(planned, dispatcher())
    now = lines(planned, done.plan, "firm").select(way)
    assert was.join(now, on=way, how="anti").is_empty()
    assert faults(planned) == set()
    with pytest.raises(ProblemInvalid):
        pin_day(planned, dispatcher(), last + 1)


def test_a_price_on_departures_is_listed_and_read_by_the_next_plan(planned: Context) -> None:
    kept = stored(planned, str(in_force(planned)["id"])).lines
    town, line = (
        str(kept["township"].sort()[0]),
        kept.filter(pl.col("state") == "firm")["line"].sort(),
    )
    price_departure(planned, dispatcher(), 5, township=town)
    price_departure(planned, dispatcher(), 0, line=line[0])
    found = dict(prices(planned, kept).iter_rows())
    own = kept.filter(pl.col("line") != line[0])
    assert {found.get(k, 1.0) for k in own.filter(pl.col("township") == town)["line"]} == {5.0}
    assert {found.get(k, 1.0) for k in own.filter(pl.col("township") != town)["line"]} == {1.0}
    assert found[line[0]] == 0.0
    assert {p.kind for p in list_pins(planned, dispatcher())} == {"price"}


def test_a_plan_from_scratch_is_the_first_to_contain_what_was_told(planned: Context) -> None:
    key = tell(planned, ChangeKind.LOT_LOST, str(used_lot(planned)["code"]))
    plan = make_plan(planned, dispatcher(), PlanOptions(first_on=FLOOD_DAY))
    assert contained(planned, dispatcher(), key).plan == plan


def test_a_pin_on_goods_that_are_gone_is_named(planned: Context) -> None:
    lot = used_lot(planned)
    row = lines(planned, str(in_force(planned)["id"]), "firm").filter(
        (pl.col("lot") == lot["id"]) & (pl.col("swap") == "")
    ).sort("id").row(0, named=True)  # fmt: skip
    pin = add_pin(planned, dispatcher(), str(row["id"]), at_least=1)
    with pytest.raises(ProblemInvalid, match="在 1 至"):
        add_pin(planned, dispatcher(), str(row["id"]), at_least=int(row["quantity"]) + 1)
    tell(planned, ChangeKind.LOT_LOST, str(lot["code"]))
    with pytest.raises(ProblemInvalid, match=pin):
        replan(planned, dispatcher())
