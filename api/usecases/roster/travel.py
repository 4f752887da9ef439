"""Ways of people: from where they set out to where a task is, by the road graph, day by day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from api.usecases.planning.reach import Reach
from graphcore.domain.supply import Mode
from graphcore.domain.tables import conform
from graphcore.network.graphs import Travel, change_days, read_ways
from graphcore.network.roads import POINTS, WAREHOUSES, ways
from optimizer.volunteers.tables import TRAVEL

_BY = (Mode.TRUCK.value, Mode.BOAT.value, Mode.FOOT.value)
"""How volunteers travel: aircraft are for goods and patients."""


@dataclass(frozen=True)
class Phases:
    """The days on which the network changes: a repair opens ways and ends an isolation."""

    network: Reach
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, network: Reach, days: int) -> Phases:
        """Return the phases of a horizon."""
        return cls(network, tuple(change_days(read_ways(network.roads), network.first_on, days)))

    def phase(self, day: int) -> int:
        """Return the offset on which the day's network began."""
        return max(o for o in self.offsets if o <= day)

    def spot(self, place: str, day: int) -> str:
        """Return what the optimiser calls the place on the day: ways to it may differ by phase."""
        return f"{place}@{self.phase(day)}"

    def cut(self) -> dict[int, frozenset[str]]:
        """Return phase → points that no vehicle reaches."""
        return {
            o: frozenset(replace(self.network, first_on=self._day(o)).cut()["point"])
            for o in self.offsets
        }

    def travel(self, starts: pl.Series, places: pl.DataFrame) -> pl.DataFrame:
        """Return TRAVEL between starts and the places of each phase.

        Args:
            starts: codes of townships.
            places: place, phase.
        """
        rows = [self._travel(o, starts, places.filter(pl.col("phase") == o)) for o in self.offsets]
        return conform(pl.concat(rows), TRAVEL)

    def _travel(self, offset: int, starts: pl.Series, places: pl.DataFrame) -> pl.DataFrame:
        codes = starts.unique().sort()
        homes = conform(pl.DataFrame({"warehouse": codes, "node": codes}), WAREHOUSES)
        here = places["place"].unique().sort()
        points = conform(pl.DataFrame({"point": here, "node": here}), POINTS)
        found = ways(
            self.network.roads, homes, points, first_on=self._day(offset), days=1,
            attach=self.network.attach, travel=Travel(0, self.network.travel.foot_minutes),
        )  # fmt: skip
        best = found.filter(pl.col("mode").is_in(_BY)).group_by("warehouse", "point").agg(
            pl.col("minutes").min()
        )  # fmt: skip
        return best.select(
            pl.col("warehouse").alias("start"),
            pl.format("{}@{}", "point", pl.lit(offset)).alias("place"), "minutes",
        )  # fmt: skip

    def _day(self, offset: int) -> date:
        return self.network.first_on + timedelta(days=offset)
