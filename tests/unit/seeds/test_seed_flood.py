from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from graphcore.domain.clock import CHINA, moment
from graphcore.domain.tables import conform
from graphcore.network.roads import POINTS, ROADS, WAREHOUSES, cut_off, ways
from seeds.generate.district import District
from seeds.generate.hazard import make_flood
from seeds.generate.moments import DAY
from seeds.generate.places import make_map


def network(district: District) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    seats = dict(district["townships"].select("name", "code").iter_rows())
    stores = district["warehouses"].select(
        warehouse="code", node=pl.col("township").replace_strict(seats)
    )
    codes = pl.concat([district["villages"]["code"], district["townships"]["code"]])
    points = pl.DataFrame({"point": codes, "node": codes})
    return conform(district["roads"], ROADS), conform(stores, WAREHOUSES), conform(points, POINTS)


def test_the_flood_came_at_two_in_the_night(district: District) -> None:
    row = district["disaster"].row(0, named=True)
    at = moment(row["occurred_at"])
    assert (at.date(), at.hour, at.tzinfo) == (DAY, 2, CHINA)


def test_the_hazard_falls_with_the_distance_to_the_river() -> None:
    rng = np.random.default_rng(5)
    places = make_map(rng, 20)
    flood = make_flood(rng, places, 8000)
    km = places.river_km(flood.villages["x"], flood.villages["y"])
    assert np.corrcoef(km, flood.villages["hazard"].to_numpy())[0, 1] < -0.6
    assert flood.villages["hazard"].max() == pytest.approx(1)


def test_neighbours_are_hit_alike() -> None:
    rng = np.random.default_rng(5)
    flood = make_flood(rng, make_map(rng, 20), 8000).villages
    x, y, hazard = (flood[c].to_numpy() for c in ("x", "y", "hazard"))
    far = np.hypot(x[:, None] - x, y[:, None] - y) + np.eye(x.size) * 1e9
    neighbour = np.abs(hazard - hazard[far.argmin(axis=1)]).mean()
    assert neighbour < 0.4 * np.abs(hazard[:, None] - hazard).mean()


def test_harder_hit_townships_have_more_ruined_houses(district: District) -> None:
    homes = district.truth.households.with_columns(
        pl.col("damage").is_in(["collapsed", "severe"]).alias("ruined")
    )
    halves = homes.group_by(pl.col("hazard") > homes["hazard"].median()).agg(
        pl.col("ruined").mean()
    )
    low, high = halves.sort("hazard")["ruined"]
    assert high > 2 * low


def test_intensity_is_told_of_every_township_up_to_a_hundred(district: District) -> None:
    impact = district["impact"]
    assert set(impact["township"]) == set(district["townships"]["name"])
    assert impact["intensity"].is_between(0, 100).all()
    assert impact["intensity"].max() - impact["intensity"].min() > 30  # type: ignore[operator]


def test_exactly_the_cut_off_villages_have_no_truck_on_the_first_day(district: District) -> None:
    roads, stores, points = network(district)
    off = cut_off(roads, stores, points, first_on=DAY)
    assert off == frozenset(district.truth.cut["village"])


@pytest.mark.parametrize(
    ("reach", "modes"),
    [("boat", {"boat"}), ("foot", {"foot"}), ("helicopter", {"helicopter"}),
     ("tomorrow", {"truck"}), ("none", set())],
)  # fmt: skip
def test_a_cut_off_village_is_reached_only_as_said(
    district: District, reach: str, modes: set[str]
) -> None:
    roads, stores, points = network(district)
    found = ways(roads, stores, points, first_on=DAY, days=3)
    here = district.truth.cut.filter(pl.col("reach") == reach)["village"]
    assert here.len() > 0
    ways_here = found.filter(pl.col("point").is_in(here.implode()))
    assert set(ways_here["mode"]) == modes
    assert set(ways_here["from_day"]) <= ({1} if reach == "tomorrow" else {0})


def test_cut_and_limited_roads_say_what_an_office_would_say(district: District) -> None:
    roads = district["roads"]
    limited = roads.filter(pl.col("state") == "limited")
    assert limited.height > 0
    assert limited["weight_limit_kg"].min() >= 4500  # type: ignore[operator]
    later = roads.filter((pl.col("state") == "cut") & (pl.col("repaired_on") != ""))
    assert (later["repaired_on"] > (DAY + timedelta(days=0)).isoformat()).all()
    assert set(roads["state"]) == {"open", "limited", "cut"}


def test_nobody_is_moved_out_of_a_cut_off_village(district: District) -> None:
    off = district.truth.households.filter("cut_off")
    assert set(off["place_now"]) == {"home"}
    assert set(off["state"]) == {"in_need", "unknown"}
