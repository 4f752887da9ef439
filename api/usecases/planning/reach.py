"""Where goods can go: warehouses, delivery points and roads as the network knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

import polars as pl

from graphcore.casework.points import CUT
from graphcore.domain.tables import conform, empty
from graphcore.network.roads import (
    ATTACH,
    POINTS,
    WAREHOUSES,
    Travel,
    clusters,
    cut_off,
    travel_of,
    ways,
)
from graphcore.policy.rulebook import Rulebook


class Land(Protocol):
    """Places and roads of a snapshot."""

    @property
    def villages(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def homes(self) -> pl.DataFrame: ...  # noqa: D102 -- village, township
    @property
    def shelters(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def townships(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def warehouses(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def roads(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def district(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Reach:
    """The network's inputs, ready for its searches."""

    roads: pl.DataFrame  # ROADS
    warehouses: pl.DataFrame  # WAREHOUSES
    points: pl.DataFrame  # POINTS: villages, shelters, townships
    townships: dict[str, str]  # point → township
    attach: pl.DataFrame  # ATTACH
    travel: Travel
    first_on: date

    def cut(self) -> pl.DataFrame:
        """Return CUT: points that no truck reaches on the first day, gathered in clusters.

        Without a warehouse nothing can be said of reach, and nobody is called cut off.
        """
        if self.warehouses.is_empty():
            return empty(CUT)
        off = cut_off(
            self.roads, self.warehouses, self.points, first_on=self.first_on, attach=self.attach,
            travel=self.travel,
        )  # fmt: skip
        found = clusters(
            self.roads, self.points, off, first_on=self.first_on, attach=self.attach,
            travel=self.travel, townships=self.townships,
        )  # fmt: skip
        home = pl.col("cluster").replace_strict(self.townships, return_dtype=pl.String())
        return conform(found.with_columns(home.alias("township")), CUT)

    def access(self, points: pl.Series, days: int) -> pl.DataFrame:
        """Return ACCESS to some of the points within the horizon."""
        wanted = self.points.filter(pl.col("point").is_in(points.unique().implode()))
        return ways(
            self.roads, self.warehouses, wanted, first_on=self.first_on, days=days,
            attach=self.attach, travel=self.travel,
        )  # fmt: skip


def reach(snapshot: Land, rulebook: Rulebook, first_on: date) -> Reach:
    """Return the network of a snapshot on the plan's first day."""
    villages = snapshot.villages.join(snapshot.homes, left_on="code", right_on="village")
    shelters = snapshot.shelters
    towns = snapshot.townships["code"].to_list()
    townships = dict(zip(villages["code"], villages["township"], strict=True))
    townships |= dict(zip(shelters["id"], shelters["township"], strict=True))
    townships |= {code: code for code in towns}
    sited = snapshot.warehouses.filter(pl.col("township").fill_null("") != "")
    stores = sited.select(pl.col("id").alias("warehouse"), pl.col("township").alias("node"))
    return Reach(
        roads=snapshot.roads, warehouses=conform(stores, WAREHOUSES),
        points=conform(pl.DataFrame({"point": sorted(townships)}).with_columns(
            pl.col("point").alias("node")), POINTS),
        townships=townships, attach=_attach(snapshot, villages, rulebook, first_on),
        travel=travel_of(rulebook, first_on), first_on=first_on,
    )  # fmt: skip


def _attach(snapshot: Land, villages: pl.DataFrame, rulebook: Rulebook, day: date) -> pl.DataFrame:
    """Return ATTACH: a village at its township, a shelter in its village.

    Where no road table was given at all, townships hang at the district's centre: a plan on
    presumed roads beats none, and the parameter that presumes them says so.
    """
    near = int(rulebook.at("network.attach_minutes", day).value)
    rows = [(v, t, near) for v, t in villages.select("code", "township").iter_rows()]
    rows += [(s, v, 0) for s, v in snapshot.shelters.select("id", "village").iter_rows()]
    if snapshot.roads.is_empty():
        far = int(rulebook.at("network.unknown_road_minutes", day).value)
        rows += [(t, snapshot.district, far) for t in snapshot.townships["code"]]
    return pl.DataFrame(rows, schema=dict(ATTACH), orient="row")
