"""Trips on the screen: who drives where when with what, and what stays behind."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.show import PlanView, find_plan, plan_view
from api.usecases.transport.save import BEHIND
from graphcore.domain.actor import Actor
from graphcore.domain.errors import NotFound
from graphcore.domain.text import Text, named, say
from graphcore.store.port import ReadUnit
from optimizer.transport.explain import clock, why

NONE = pl.Series([], dtype=pl.String)


@dataclass(frozen=True)
class TripsView:
    """A plan's trips with everything on them."""

    view: PlanView
    trips: pl.DataFrame  # Trip nodes, by day and departure
    stops: pl.DataFrame  # TripStop nodes
    cargo: pl.DataFrame  # Cargo nodes
    behind: pl.DataFrame  # BEHIND
    called: dict[str, Text]  # vehicle → what people call it

    def township(self, code: str) -> TripsView:
        """Return what concerns one township: trips that bring something there."""
        cargo = self.cargo.filter(pl.col("township").str.starts_with(code))
        keys = pl.concat([cargo["trip"], cargo["feeder"]]).unique()
        lines = self.view.lines.filter(pl.col("township").str.starts_with(code))["line"]
        return TripsView(
            self.view, self.trips.filter(pl.col("id").is_in(keys.implode())),
            self.stops.filter(pl.col("trip").is_in(keys.implode())), cargo,
            self.behind.filter(pl.col("line").is_in(lines.implode())), self.called,
        )  # fmt: skip

    def of(self, trip: str) -> pl.DataFrame:
        """Return the Cargo nodes on a trip, to where they are wanted or to the next vehicle."""
        return self.cargo.filter((pl.col("trip") == trip) | (pl.col("feeder") == trip))


def trips_view(ctx: Context, actor: Actor, plan: str = "") -> TripsView:
    """Return the trips of a plan ("" = the one in force), within the actor's scope.

    Raises:
        NotFound: no such plan.
    """
    authorise(actor, Operation.READ_PLAN)
    key = str(ctx.store.read(lambda unit: find_plan(unit, ctx.district, plan))["id"])
    whole = Actor(actor.id, actor.roles, ctx.district)
    view = plan_view(ctx, whole, key)
    made = ctx.store.read(lambda unit: _read(unit, view, key))
    return made if ctx.district.startswith(actor.scope) else made.township(actor.scope)


def _read(unit: ReadUnit, view: PlanView, plan: str) -> TripsView:
    trips = unit.nodes("Trip", _keys(unit, "transport.trips", plan)).sort("day", "departs", "id")
    stops = unit.nodes("TripStop", _keys(unit, "transport.stops", plan)).sort("trip", "stop")
    cargo = unit.nodes("Cargo", _keys(unit, "transport.cargo", plan))
    points = unit.nodes("TransferPoint")
    view.names.update(points.select("id", "name").iter_rows())
    return TripsView(
        view, trips, stops, cargo, unit.table("transport.behind", BEHIND, plan=plan),
        _called(unit, view, trips),
    )  # fmt: skip


def _keys(unit: ReadUnit, query: str, plan: str) -> list[str]:
    return [str(r["id"]) for r in unit.rows(query, plan=plan)]


def _called(unit: ReadUnit, view: PlanView, trips: pl.DataFrame) -> dict[str, Text]:
    """Return the plate of a registered vehicle, else its home, kind and number."""
    own = dict(unit.nodes("Vehicle").select("id", "code").iter_rows())
    found: dict[str, Text] = {}
    for vehicle, base, mode in trips.select("vehicle", "base", "mode").unique().iter_rows():
        number = vehicle.rpartition("/")[2].lstrip("0")
        found[vehicle] = named(own[vehicle]) if vehicle in own else say(
            "{base}{mode} {number} 号", base=named(view.names.get(base, base)),
            mode=Text(f"mode:{mode}"), number=number,
        )  # fmt: skip
    return found


def find_trip(ctx: Context, actor: Actor, trip: str) -> TripsView:
    """Return the trips of the plan that a trip belongs to.

    Raises:
        NotFound: no such trip.
    """
    rows = ctx.store.read(lambda unit: unit.nodes("Trip", [trip]))
    if rows.is_empty():
        raise NotFound(say("没有编号为 {trip} 的车次。", trip=trip[:40]),
                       say("请用 doudi show trips 查看车次编号；重排车次后编号会变。"))  # fmt: skip
    return trips_view(ctx, actor, str(rows["plan"][0]))


def stay_why(reason: str) -> Text:
    """Return why something stays behind, in a sentence."""
    return why(reason)


__all__ = ["TripsView", "clock", "find_trip", "stay_why", "trips_view"]
