"""What can move: vehicles by day, transfer points, opening hours, as transport's tables."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from api.usecases.planning.reach import Reach
from api.usecases.planning.snapshot import Snapshot
from graphcore.domain.clock import CHINA, moment
from graphcore.domain.supply import Mode, TripState
from graphcore.domain.tables import NEVER, conform, empty, frame
from graphcore.policy.rulebook import Rulebook
from optimizer.transport.offers import access_by_transfer, fleet_of
from optimizer.transport.problem import Handling, Problem, handling_of
from optimizer.transport.tables import CUTS, LOADS, PLACES, TRANSFERS, VEHICLES

DAY = 1_440  # minutes


@dataclass(frozen=True, slots=True)
class Span:
    """The plan's days, and the moment (UTC microseconds) from which something may still be done."""

    first_on: date
    days: int
    at: int

    def now(self) -> tuple[int, int]:
        """Return the moment as day of the plan and minute of that day.

        Of a plan that lies wholly in the past (an exercise, a look back) every day counts as ahead.
        """
        here: datetime = moment(self.at).astimezone(CHINA)
        day = (here.date() - self.first_on).days
        if day >= self.days:
            return -1, 0
        return day, 60 * here.hour + here.minute


@dataclass(frozen=True)
class Yard:
    """Vehicles and places of one plan."""

    vehicles: pl.DataFrame  # VEHICLES
    transfers: pl.DataFrame  # TRANSFERS
    nodes: dict[str, str]  # warehouse or transfer point -> place code in the road table
    hours: dict[str, tuple[int, int, int]]  # place -> opens, closes, together
    reach: Reach
    handling: Handling
    span: Span

    def fleet(self) -> pl.DataFrame:
        """Return FLEET: every vehicle on every trip that it may still make."""
        return fleet_of(self.vehicles, self.transfers)

    def access(self, straight: pl.DataFrame, points: pl.Series) -> pl.DataFrame:
        """Return ACCESS: the straight ways, and where there are none those by a transfer."""
        if self.transfers.is_empty():
            return straight
        wanted = sorted(set(points))
        stores = sorted(self.reach.warehouses["warehouse"])
        problem = self.problem(empty(LOADS), wanted)
        more = access_by_transfer(problem, stores, wanted, self.span.days)
        fresh = more.join(straight, on=["warehouse", "point", "mode"], how="anti")
        return pl.concat([straight, fresh]).sort("warehouse", "point", "mode")

    def problem(self, loads: pl.DataFrame, points: Iterable[str]) -> Problem:
        """Return the transport problem of some loads, or of none yet, to some points."""
        rows = [*self.nodes.items(), *((p, p) for p in sorted(set(points) - set(self.nodes)))]
        places = [
            dict(zip(PLACES, (place, node, *self.hours.get(place, (0, DAY, 1))), strict=True))
            for place, node in rows
        ]
        return Problem(
            loads, self.vehicles, frame(PLACES, places), self.reach.roads, self.span.first_on,
            self.handling, self.transfers, self.reach.attach,
        )  # fmt: skip


def yard_of(
    rulebook: Rulebook, snapshot: Snapshot, reach: Reach, span: Span, own: str = ""
) -> Yard:  # fmt: skip
    """Return what a plan's days have to move with; what is out under the plan ``own`` counts as in.

    Raises:
        NoRuleInForce: a figure of transport has no value on the first day.
    """
    transfers = snapshot.transfers.select(
        pl.col("id").alias("transfer"), pl.col("modes").alias("mode")
    ).explode("mode").filter(pl.col("mode").is_not_null())  # fmt: skip
    stores = dict(snapshot.warehouses.select("id", "township").iter_rows())
    points = dict(snapshot.transfers.select("id", "place").iter_rows())
    return Yard(
        _by_day(_each(rulebook, snapshot, span.first_on), snapshot.trips, span, own),
        conform(transfers, TRANSFERS), {**stores, **points}, _hours(snapshot.hours), reach,
        handling_of(rulebook, span.first_on), span,
    )  # fmt: skip


def _hours(table: pl.DataFrame) -> dict[str, tuple[int, int, int]]:
    rows = table.select("place", "opens", "closes", "together").iter_rows()
    return {p: (o or 0, DAY if c is None else c, max(t or 1, 1)) for p, o, c, t in rows}


def _each(rulebook: Rulebook, snapshot: Snapshot, day: date) -> pl.DataFrame:
    """Return VEHICLES without days: those registered by themselves, else as many as are counted."""
    known = snapshot.vehicles.select("base", "mode").unique()
    counted = (
        snapshot.fleet.rename({"warehouse": "base"})
        .join(known, on=["base", "mode"], how="anti")
        .with_columns(pl.int_ranges(1, pl.col("vehicles").fill_null(0) + 1).alias("n"))
        .explode("n").filter(pl.col("n").is_not_null())
        .with_columns(
            *(pl.lit(None, pl.Int64()).alias(c) for c in ("gross_kg", "starts", "ends", "hours")),
            pl.lit("").alias("convoy"),
            pl.concat_str("id", pl.col("n").cast(pl.String).str.zfill(3), separator="/").alias("id")
        )
    )  # fmt: skip
    columns = ["id", "base", "mode", "capacity_kg", "capacity_l", "gross_kg", "starts", "ends",
               "hours", "trips_per_day", "convoy", "cold"]  # fmt: skip
    both = pl.concat([counted.select(columns), snapshot.vehicles.select(columns)])
    shift = rulebook.at("transport.shift", day).value
    permille = int(rulebook.at("transport.gross_permille", day).value)
    guess = pl.when(pl.col("mode") == Mode.TRUCK.value).then(
        pl.col("capacity_kg") * permille // 1000
    ).otherwise(0)  # fmt: skip
    told = pl.col("gross_kg").fill_null(0)
    return both.filter(pl.col("capacity_kg").fill_null(0) > 0).select(
        pl.col("id").alias("vehicle"), "mode", "base", "capacity_kg",
        pl.col("capacity_l").fill_null(NEVER).replace({0: NEVER}),
        pl.when(told > 0).then(told).otherwise(guess).alias("gross_kg"),
        pl.col("starts").fill_null(int(shift["starts"])).alias("start"),
        pl.col("ends").fill_null(int(shift["ends"])).alias("end"),
        pl.col("hours").fill_null(int(shift["hours"])),
        pl.col("trips_per_day").fill_null(1).clip(1, 50).alias("trips"),
        pl.col("convoy").fill_null(""), pl.col("cold").fill_null(value=True),
    )  # fmt: skip


def _by_day(each: pl.DataFrame, trips: pl.DataFrame, span: Span, own: str) -> pl.DataFrame:
    """Return VEHICLES by day: none on past days, fewer trips for a vehicle that is out.

    On a day that has begun, nothing leaves before the moment of the span.
    """
    today, minute = span.now()
    first = span.first_on
    days = [d for d in range(span.days) if d >= today]
    dates = [(d, (first + timedelta(days=d)).isoformat()) for d in days]
    day = pl.DataFrame(dates, schema={"day": pl.Int64(), "day_on": pl.String()}, orient="row")
    gone = trips.filter((pl.col("state") != TripState.PLANNED.value) & (pl.col("plan") != own))
    busy = gone.group_by("vehicle", "day_on").agg(
        pl.len().cast(pl.Int64()).alias("made"),
        (pl.col("back") + pl.col("late_minutes").fill_null(0)).max().alias("until"),
    )
    free = pl.max_horizontal("start", pl.col("until").fill_null(0))
    table = each.join(day, how="cross").join(busy, on=["vehicle", "day_on"], how="left").with_columns(
        pl.when(pl.col("day") == today).then(pl.max_horizontal(free, pl.lit(minute)))
        .otherwise(free).alias("start"),
        (pl.col("trips") - pl.col("made").fill_null(0)).alias("trips"),
    )  # fmt: skip
    able = table.filter((pl.col("trips") > 0) & (pl.col("start") < pl.col("end")))
    return conform(able, VEHICLES).sort("vehicle", "day")


def cuts_told(text: str) -> pl.DataFrame:
    """Return CUTS from a plan's own record."""
    return frame(CUTS, json.loads(text or "[]"))


def cuts_text(cuts: pl.DataFrame) -> str:
    """Return CUTS as a plan records them."""
    return json.dumps(cuts.select(list(CUTS)).to_dicts(), ensure_ascii=False, sort_keys=True)
