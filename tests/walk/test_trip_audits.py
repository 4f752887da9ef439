"""Each audit of trips finds what it is for."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from api.usecases.context import Context
from tests.support.plans import change, faults, nodes
from tests.support.trips import cargo, sent

Tamper = Callable[[Context, str], None]


def spirit_away(ctx: Context, trip: str) -> None:
    one = cargo(ctx, trip).sort("in_transit", "id").row(-1, named=True)  # one of several units
    change(ctx, "Cargo", id=one["id"], in_transit=one["in_transit"] - 1)


def hand_over_behind_the_books(ctx: Context, trip: str) -> None:
    one = cargo(ctx, trip).row(0, named=True)
    change(ctx, "Cargo", id=one["id"], in_transit=one["in_transit"] - 1, received=1)


def forget_that_it_left(ctx: Context, trip: str) -> None:
    change(ctx, "AllocationLine", id=cargo(ctx, trip)["line"][0], dispatched=0)


def close_early(ctx: Context, trip: str) -> None:
    change(ctx, "Trip", id=trip, state="closed")


def unbook(ctx: Context, trip: str) -> None:
    moves = nodes(ctx, "Movement").filter(pl.col("target") == "in_transit")["id"].to_list()
    ctx.store.write(ctx.district, lambda unit: unit.delete("Movement", moves[:1]))


@pytest.mark.parametrize(
    ("tamper", "rule"),
    [
        (spirit_away, "trips.units"),
        (hand_over_behind_the_books, "trips.accounts"),
        (hand_over_behind_the_books, "trips.lines"),
        (forget_that_it_left, "trips.lines"),
        (forget_that_it_left, "plan.units"),
        (close_early, "trips.closed"),
        (unbook, "trips.accounts"),
        (unbook, "stock.double_entry"),
    ],
)
def test_what_is_tampered_with_is_found(signed: Context, tamper: Tamper, rule: str) -> None:
    trip = sent(signed)
    assert faults(signed) == set()
    tamper(signed, trip)
    assert rule in faults(signed)
