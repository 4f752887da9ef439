"""What a rule looks at: a transport problem and its routes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

import polars as pl

from graphcore.domain.text import Text
from optimizer.rules.case import Violation
from optimizer.transport.problem import Problem, Routes

Row = dict[str, Any]
TripKey = tuple[str, int, int]
"""Vehicle, day, trip."""


@dataclass(frozen=True)
class Case:
    """A problem with the routes to judge."""

    problem: Problem
    routes: Routes

    @cached_property
    def loads(self) -> dict[str, Row]:
        """LOADS by id."""
        return {r["load"]: r for r in self.problem.loads.to_dicts()}

    @cached_property
    def vehicles(self) -> dict[tuple[str, int], Row]:
        """VEHICLES by id and day."""
        return {(r["vehicle"], r["day"]): r for r in self.problem.vehicles.to_dicts()}

    @cached_property
    def places(self) -> dict[str, Row]:
        """PLACES by id."""
        return {r["place"]: r for r in self.problem.places.to_dicts()}

    @cached_property
    def trips(self) -> dict[TripKey, list[Row]]:
        """Stops of each trip, in order."""
        rows = self.routes.stops.sort("vehicle", "day", "trip", "stop").to_dicts()
        return {
            key: list(group)
            for key, group in groupby(rows, key=lambda r: (r["vehicle"], r["day"], r["trip"]))
        }

    @cached_property
    def drops(self) -> list[Row]:
        """DROPS with the load's weight and volume in all."""
        rows = self.routes.drops.to_dicts()
        for row in rows:
            load = self.loads.get(row["load"])
            row["grams"] = row["units"] * load["weight_g"] if load else 0
            row["ml"] = row["units"] * load["volume_ml"] if load else 0
        return rows

    def grams_at(self, key: TripKey) -> dict[int, int]:
        """Return what a trip unloads at each stop, in grams."""
        found: dict[int, int] = {}
        for row in self.drops:
            if (row["vehicle"], row["day"], row["trip"]) == key:
                found[row["stop"]] = found.get(row["stop"], 0) + row["grams"]
        return found

    def days(self) -> Iterator[tuple[Row | None, list[list[Row]]]]:
        """Yield each vehicle's day: its row, None if there is none, and its trips in order."""
        for key, group in groupby(sorted(self.trips), key=lambda k: k[:2]):
            yield self.vehicles.get(key), [self.trips[k] for k in group]

    def dropped(self, *legs: str) -> pl.DataFrame:
        """Return units by load over some kinds of legs."""
        drops = self.routes.drops.filter(pl.col("leg").is_in(list(legs)))
        return drops.group_by("load").agg(pl.col("units").sum())


def broken(rule: str, ref: object, what: Text) -> Violation:
    """Return a violation."""
    return Violation(rule, str(ref), what)
