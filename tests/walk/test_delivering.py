"""Delivering: routes → dispatch → receipt; every unit somewhere, nothing sent or signed twice."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from api.usecases.context import Context
from api.usecases.make_plan import make_plan
from api.usecases.transport.dispatch import dispatch, late, lose
from api.usecases.transport.receive import Signature, Signed, receive, receive_trip
from api.usecases.transport.route import RouteOptions
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Conflict, Forbidden, InputError, NotFound, WrongState
from tests.support.plans import change, faults, in_force, lines, nodes
from tests.support.trips import (
    HOUSE,
    POINT,
    QUICK,
    cargo,
    first,
    handed_over,
    routed,
    sent,
    trips,
)
from tests.support.walked import dispatcher
from tests.walk.conftest import OPTIONS

pytestmark = pytest.mark.slow

RIDES = pl.col("mode") != "transfer"  # money and vouchers ride in nothing


def moved(ctx: Context, source: str, target: str) -> int:
    moves = nodes(ctx, "Movement").filter(
        (pl.col("source") == source) & (pl.col("target") == target)
    )
    return int(moves["quantity"].sum())


# -- routes ---------------------------------------------------------------------------------------


def test_each_unit_of_the_plan_rides_or_stays_with_a_reason(planned: Context) -> None:
    found = routed(planned, replace(QUICK, agree=False))
    goods = lines(planned, found.plan, "firm").filter(RIDES)
    firm = int(goods["quantity"].sum())
    assert firm == found.units + found.left["quantity"].sum()
    assert found.left.filter(pl.col("reason") == "").is_empty()
    assert found.trips == trips(planned).height > 0
    assert faults(planned) == set()


def test_what_no_fleet_can_deliver_is_solved_again_and_says_so(planned: Context) -> None:
    kept = routed(planned, replace(QUICK, agree=False))
    assert kept.left["quantity"].sum() > 0
    found = routed(planned)
    assert (found.asked, found.rounds, found.left.height) == (kept.plan, 2, 0)
    assert in_force(planned)["id"] == found.plan != found.asked
    short = nodes(planned, "Shortfall").filter(pl.col("plan") == found.plan)
    assert "vehicle" in set(short["reason"])
    assert faults(planned) == set()


def test_an_approved_plan_is_kept_whatever_stays_behind(signed: Context) -> None:
    before = lines(signed, str(in_force(signed)["id"]))
    again = routed(signed)
    assert (again.plan, again.rounds) == (in_force(signed)["id"], 1)
    assert lines(signed, again.plan).equals(before)
    assert (
        again.units + again.left["quantity"].sum()
        == before.filter(RIDES, pl.col("state") != "request")["quantity"].sum()
    )


def test_the_same_seed_gives_the_same_trips(planned: Context) -> None:
    routed(planned, replace(QUICK, agree=False))
    one = trips(planned)
    routed(planned, replace(QUICK, agree=False))
    assert trips(planned).equals(one)


def test_a_plan_that_was_superseded_is_not_routed(planned: Context) -> None:
    old = str(in_force(planned)["id"])
    make_plan(planned, dispatcher(), OPTIONS)
    from api.usecases.transport.route import route_plan

    with pytest.raises(WrongState):
        route_plan(planned, dispatcher(), old, QUICK)


# -- dispatch -------------------------------------------------------------------------------------


def test_nothing_leaves_before_a_named_officer_has_signed(planned: Context) -> None:
    routed(planned, replace(QUICK, agree=False))
    with pytest.raises(WrongState, match="还没有批准"):
        dispatch(planned, dispatcher(), [first(planned)])
    assert moved(planned, "reserved", "in_transit") == 0


def test_what_leaves_goes_from_reserved_to_in_transit_once(signed: Context) -> None:
    trip = sent(signed)
    units = int(cargo(signed, trip)["quantity"].sum())
    again = dispatch(signed, dispatcher(), [trip])
    assert (again.trips, again.before, again.units) == ((), (trip,), 0)
    assert moved(signed, "reserved", "in_transit") == units
    assert cargo(signed, trip)["in_transit"].sum() == units
    assert faults(signed) == set()


def test_lines_whose_units_have_all_left_are_on_their_way(signed: Context) -> None:
    trip = sent(signed)
    mine = nodes(signed, "AllocationLine").filter(
        pl.col("id").is_in(cargo(signed, trip)["line"].implode())
    )
    gone = mine.filter(pl.col("dispatched") == pl.col("quantity"))
    assert set(gone["state"]) == {"dispatched"}
    assert gone.height > 0


def test_only_a_dispatcher_dispatches(signed: Context) -> None:
    with pytest.raises(Forbidden):
        dispatch(signed, Actor("far", frozenset({Role.TOWNSHIP}), ""), [first(signed)])
    with pytest.raises(NotFound):
        dispatch(signed, dispatcher(), ["T-nowhere"])


@pytest.mark.parametrize(("column", "value"), [("hold", "frozen"), ("expires_on", "2026-06-30")])
def test_goods_on_hold_or_expired_since_do_not_leave(
    signed: Context, column: str, value: str
) -> None:
    trip = first(signed)
    change(signed, "StockLot", id=cargo(signed, trip)["lot"][0], **{column: value})
    with pytest.raises(Conflict):
        dispatch(signed, dispatcher(), [trip])
    assert moved(signed, "reserved", "in_transit") == 0


def test_a_trip_of_a_superseded_plan_does_not_leave(signed: Context) -> None:
    trip = first(signed)
    make_plan(signed, dispatcher(), OPTIONS)
    with pytest.raises(WrongState, match="已被取代"):
        dispatch(signed, dispatcher(), [trip])


def test_routing_again_leaves_alone_what_has_left(signed: Context) -> None:
    trip = sent(signed)
    kept = cargo(signed, trip)
    again = routed(signed)
    assert cargo(signed, trip).equals(kept)
    riding = int(nodes(signed, "Cargo")["quantity"].sum())
    goods = lines(signed, again.plan).filter(RIDES, pl.col("state") != "request")
    firm = goods["quantity"].sum()
    assert riding + int(again.left["quantity"].sum()) == firm
    assert faults(signed) == set()


# -- receipt --------------------------------------------------------------------------------------


def test_what_a_household_signs_for_is_received(signed: Context) -> None:
    trip = handed_over(signed)
    units = int(cargo(signed, trip)["quantity"].sum())
    assert cargo(signed, trip)["received"].sum() == units
    assert moved(signed, "in_transit", "household") == units
    assert trips(signed).filter(pl.col("id") == trip)["state"][0] == "closed"
    assert nodes(signed, "Need")["received"].sum() == units
    assert nodes(signed, "Need")["under_way"].sum() == 0
    assert faults(signed) == set()


def test_signing_twice_is_signing_once(signed: Context) -> None:
    trip = handed_over(signed)
    events = nodes(signed, "Event").height
    assert receive_trip(signed, dispatcher(), trip, HOUSE).receipts == ()
    assert nodes(signed, "Event").height == events


def test_a_point_signs_for_what_its_households_then_fetch(signed: Context) -> None:
    trip = sent(signed)
    at = receive_trip(signed, dispatcher(), trip, POINT)
    assert at.at_point > 0
    assert moved(signed, "in_transit", "township") == at.at_point
    assert nodes(signed, "Need")["received"].sum() == at.received  # nobody's hands yet
    got = receive_trip(signed, dispatcher(), trip, HOUSE)
    assert moved(signed, "township", "household") == got.received == at.at_point
    assert faults(signed) == set()


@pytest.mark.parametrize(("bucket", "account"), [("damaged", "lost"), ("declined", "returned")])
def test_damaged_and_declined_units_are_not_received(
    signed: Context, bucket: str, account: str
) -> None:
    trip = sent(signed)
    item = cargo(signed, trip)["item"][0]
    got = receive_trip(signed, dispatcher(), trip, HOUSE, short=[(item, bucket, 1)])
    assert moved(signed, "in_transit", account) == 1
    assert got.received == cargo(signed, trip)["quantity"].sum() - 1
    short = nodes(signed, "Shortfall").filter(pl.col("reason") == "damaged")
    assert short["quantity"].sum() == (1 if bucket == "damaged" else 0)
    assert faults(signed) == set()


def test_a_lost_trip_is_a_shortfall_again_and_the_next_plan_serves_it(signed: Context) -> None:
    trip = sent(signed)
    units = int(cargo(signed, trip)["quantity"].sum())
    assert lose(signed, dispatcher(), trip) == units
    assert lose(signed, dispatcher(), trip) == 0
    short = nodes(signed, "Shortfall").filter(pl.col("reason") == "lost")
    assert short["quantity"].sum() == units
    assert faults(signed) == set()
    make_plan(signed, dispatcher(), OPTIONS)
    assert faults(signed) == set()


def test_the_next_plan_counts_what_has_left_and_does_not_send_it_again(signed: Context) -> None:
    trip = sent(signed)
    new = make_plan(signed, dispatcher(), OPTIONS)
    goods = cargo(signed, trip)
    counted = lines(signed, new, "dispatched")
    assert counted["quantity"].sum() == goods["quantity"].sum()
    assert set(counted["cargo"]) == set(goods["id"])
    assert faults(signed) == set()  # nothing reserved, promised or served twice
    receive_trip(signed, dispatcher(), trip, HOUSE)
    assert lines(signed, new, "received")["quantity"].sum() == goods["quantity"].sum()
    assert faults(signed) == set()


def test_what_is_lost_after_the_next_plan_lacks_there(signed: Context) -> None:
    trip = sent(signed)
    new = make_plan(signed, dispatcher(), OPTIONS)
    units = lose(signed, dispatcher(), trip)
    short = nodes(signed, "Shortfall").filter(
        (pl.col("plan") == new) & (pl.col("reason") == "lost")
    )
    assert short["quantity"].sum() == units
    assert faults(signed) == set()


def test_a_household_can_have_no_more_than_was_sent_nor_less_than_before(signed: Context) -> None:
    trip = sent(signed)
    one = cargo(signed, trip).row(0, named=True)
    most = Signed(one["id"], one["quantity"])
    with pytest.raises(WrongState, match="尚未签收"):
        receive(signed, dispatcher(), [Signed(one["id"], one["quantity"] + 1)], HOUSE)
    assert receive(signed, dispatcher(), [most], HOUSE).received == one["quantity"]
    with pytest.raises(WrongState, match="比以前登记的少"):
        receive(signed, dispatcher(), [Signed(one["id"], one["quantity"] - 1)], HOUSE)


def test_nothing_is_signed_for_that_has_not_left(signed: Context) -> None:
    with pytest.raises(WrongState, match="还没有发出"):
        receive_trip(signed, dispatcher(), first(signed), HOUSE)


def test_somebody_must_have_signed(signed: Context) -> None:
    trip = sent(signed)
    with pytest.raises(InputError):
        receive_trip(signed, dispatcher(), trip, Signature(" "))


def test_a_township_signs_for_its_own_places_only(signed: Context) -> None:
    trip = sent(signed)
    home = cargo(signed, trip)["township"][0]
    clerk = Actor("clerk", frozenset({Role.TOWNSHIP}), home[:9])
    one = cargo(signed, trip).filter(pl.col("township") == home).row(0, named=True)
    assert receive(signed, clerk, [Signed(one["id"], one["quantity"])], HOUSE).received > 0
    far = Actor("far", frozenset({Role.TOWNSHIP}), "990101001")
    with pytest.raises(Forbidden):
        receive(signed, far, [Signed(one["id"], one["quantity"])], HOUSE)


def test_the_signer_is_sealed_and_nowhere_else(signed: Context) -> None:
    handed_over(signed)
    receipt = nodes(signed, "Receipt").row(0, named=True)
    sealed = nodes(signed, "PersonalRecord").filter(pl.col("id") == receipt["id"]).row(
        0, named=True
    )  # fmt: skip
    opened = signed.vault.open(sealed["subject"], sealed["wrapped_key"], sealed["ciphertext"])
    assert opened == {"signed_by": HOUSE.by}
    for label in ("Event", "Receipt", "Cargo", "Trip"):
        assert HOUSE.by not in nodes(signed, label).write_json()


def test_a_late_trip_is_told_once_and_its_vehicle_is_back_later(signed: Context) -> None:
    trip = sent(signed)
    late(signed, dispatcher(), trip, 40)
    events = nodes(signed, "Event").height
    late(signed, dispatcher(), trip, 40)
    assert nodes(signed, "Event").height == events
    assert trips(signed).filter(pl.col("id") == trip)["late_minutes"][0] == 40
    with pytest.raises(WrongState):
        late(signed, dispatcher(), first_planned(signed), 40)


def first_planned(ctx: Context) -> str:
    return str(trips(ctx).filter(pl.col("state") == "planned")["id"][0])


def test_options_say_how_far_to_go() -> None:
    assert RouteOptions().agree is None
