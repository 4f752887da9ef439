"""Trips of a small district, routed and sent off."""

from __future__ import annotations

import polars as pl

from api.usecases.approve_plan import approve_plan
from api.usecases.context import Context
from api.usecases.transport.dispatch import dispatch
from api.usecases.transport.receive import Signature, receive_trip
from api.usecases.transport.route import RouteOptions, RouteOutcome, route_plan
from graphcore.casework.receipt import Level
from optimizer.transport.engine import PyVrp
from tests.support.plans import nodes
from tests.support.walked import dispatcher, officer

QUICK = RouteOptions(iterations=20, rounds=2)
HOUSE = Signature("欧阳签收")
POINT = Signature("司马村长", Level.POINT)


def routed(ctx: Context, options: RouteOptions = QUICK) -> RouteOutcome:
    """Route the plan in force."""
    return route_plan(ctx, dispatcher(), "", options, router=PyVrp())


def approved(ctx: Context, options: RouteOptions = QUICK) -> RouteOutcome:
    """Route the plan in force and have it signed."""
    found = routed(ctx, options)
    approve_plan(ctx, officer(), found.plan)
    return found


def trips(ctx: Context, day: int | None = None) -> pl.DataFrame:
    """Trips, the earliest first."""
    table = nodes(ctx, "Trip").sort("day", "departs", "id")
    return table if day is None else table.filter(pl.col("day") == day)


def first(ctx: Context, units: int = 1) -> str:
    """The first trip of day 0 from a warehouse that carries at least so many units to households."""
    for trip in trips(ctx, 0)["id"]:
        named = cargo(ctx, trip).filter(pl.col("subject").str.starts_with("H-"))
        if named["quantity"].sum() >= units:
            return str(trip)
    raise AssertionError("no such trip")


def cargo(ctx: Context, trip: str) -> pl.DataFrame:
    """What a trip carries."""
    return nodes(ctx, "Cargo").filter(pl.col("trip") == trip).sort("id")


def sent(ctx: Context, units: int = 1) -> str:
    """A trip of a signed plan, which has left."""
    trip = first(ctx, units)
    dispatch(ctx, dispatcher(), [trip])
    return trip


def handed_over(ctx: Context) -> str:
    """A trip whose goods all households have signed for."""
    trip = sent(ctx)
    receive_trip(ctx, dispatcher(), trip, HOUSE)
    return trip
