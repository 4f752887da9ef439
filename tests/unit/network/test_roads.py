"""Travel times, cuts, repairs, modes and clusters on small road maps."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from graphcore.domain.tables import ACCESS, frame
from graphcore.network.roads import (
    ATTACH,
    POINTS,
    ROADS,
    WAREHOUSES,
    Travel,
    clusters,
    cut_off,
    travel_of,
    ways,
)
from graphcore.policy.rulebook import load

DAY = date(2026, 7, 1)
Found = dict[tuple[str, str, str], tuple[int, int]]


def road(a: str, b: str, minutes: int | None = 10, **more: Any) -> dict[str, Any]:
    return {"code": f"{a}-{b}", "a": a, "b": b, "minutes": minutes, "modes": ["truck"],
            "state": "open", "weight_limit_kg": None, "repaired_on": "", **more}  # fmt: skip


def found(
    *rows: dict[str, Any], points: str = "v", days: int = 3, depots: str = "d",
    travel: Travel | None = None, attach: pl.DataFrame | None = None,
) -> Found:  # fmt: skip
    table = ways(
        frame(ROADS, list(rows)), at(WAREHOUSES, depots), at(POINTS, points), first_on=DAY,
        days=days, travel=travel or Travel(), attach=attach,
    )  # fmt: skip
    assert dict(table.schema) == dict(ACCESS)
    return {(w, p, m): (t, d) for w, p, m, t, d in table.iter_rows()}


def at(schema: Any, nodes: str) -> pl.DataFrame:
    """A warehouse or point in capitals at each place in small letters."""
    rows = [(n.upper(), n) for n in nodes.split()]
    return pl.DataFrame(rows, schema=dict(schema), orient="row")


def hung(*rows: tuple[str, str, int | None]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict(ATTACH), orient="row")


def test_the_shortest_way_both_directions() -> None:
    rows = [road("v", "x", 5), road("x", "d", 6), road("d", "v", 12)]
    assert found(*rows) == {("D", "V", "truck"): (11, 0)}


def test_of_two_parallel_roads_the_shorter() -> None:
    longer = road("d", "v", 30, code="other")
    assert found(longer, road("d", "v", 20))["D", "V", "truck"] == (20, 0)
    assert found(road("d", "v", 20), longer)["D", "V", "truck"] == (20, 0)


def test_a_cut_road_carries_nothing() -> None:
    assert found(road("d", "v", state="cut")) == {}


@pytest.mark.parametrize(
    ("repaired", "day"),
    [("2026-06-30", 0), ("2026-07-01", 0), ("2026-07-02", 1), ("2026-07-03", 2)],
)
def test_a_cut_road_opens_on_the_day_of_its_repair(repaired: str, day: int) -> None:
    rows = found(road("d", "v", state="cut", repaired_on=repaired))
    assert rows == {("D", "V", "truck"): (10, day)}


def test_a_repair_after_the_horizon_opens_nothing() -> None:
    assert found(road("d", "v", state="cut", repaired_on="2026-07-04")) == {}


def test_the_first_day_counts_even_if_the_way_gets_shorter_later() -> None:
    rows = [road("d", "v", 90), road("v", "d", 10, state="cut", repaired_on="2026-07-02")]
    assert found(*rows)["D", "V", "truck"] == (90, 0)


@pytest.mark.parametrize(("limit", "passes"), [(4500, True), (4499, False), (None, False)])
def test_a_limited_road_passes_trucks_that_are_light_enough(
    limit: int | None, passes: bool
) -> None:
    limited = road("d", "v", state="limited", weight_limit_kg=limit)
    assert bool(found(limited, travel=Travel(light_kg=4500))) is passes
    assert found(limited)


def test_a_limited_road_opens_in_full_when_repaired() -> None:
    limited = road("d", "v", state="limited", repaired_on="2026-07-03")
    assert found(limited, travel=Travel(light_kg=4500))["D", "V", "truck"] == (10, 2)


def test_a_weight_limit_does_not_stop_people_on_foot() -> None:
    limited = road("d", "v", state="limited", weight_limit_kg=1, modes=["truck", "foot"])
    assert set(found(limited, travel=Travel(light_kg=4500))) == {("D", "V", "foot")}


@pytest.mark.parametrize(("limit", "passes"), [(30, True), (29, False), (None, True)])
def test_people_carry_no_further_than_policy_says(limit: int | None, passes: bool) -> None:
    rows = [road("d", "x", 10, modes=["foot"]), road("x", "v", 20, modes=["foot"])]
    assert (("D", "V", "foot") in found(*rows, travel=Travel(foot_minutes=limit))) is passes


def test_modes_do_not_mix() -> None:
    assert found(road("d", "x", modes=["boat"]), road("x", "v")) == {}
    both = [road("d", "x", modes=["boat", "truck"]), road("x", "v", modes=["boat"])]
    assert found(*both) == {("D", "V", "boat"): (20, 0)}


def test_a_road_without_a_mode_is_for_trucks_and_without_a_state_open() -> None:
    assert found(road("d", "v", modes=[], state="")) == {("D", "V", "truck"): (10, 0)}


def test_a_road_without_minutes_is_no_way() -> None:
    assert found(road("d", "v", None)) == {}


def test_a_helicopter_serves_the_pairs_that_are_recorded_and_no_chain_of_them() -> None:
    flights = [road("d", "x", 8, modes=["helicopter"]), road("x", "v", 8, modes=["helicopter"])]
    assert found(*flights, points="v x") == {("D", "X", "helicopter"): (8, 0)}
    back = road("v", "d", 9, modes=["helicopter"])
    assert found(*flights, back)["D", "V", "helicopter"] == (9, 0)


def test_a_depot_serves_its_own_place_by_truck_without_any_road() -> None:
    assert found(points="d") == {("D", "D", "truck"): (0, 0)}


def test_places_that_no_road_names_hang_on_their_parent() -> None:
    chain = hung(("s", "v", 3), ("v", "t", None))
    assert found(road("d", "t"), points="s v", attach=chain) == {
        ("D", "S", "truck"): (13, 0), ("D", "V", "truck"): (10, 0),
    }  # fmt: skip


def test_a_place_with_a_road_of_its_own_does_not_hang() -> None:
    rows = [road("d", "t"), road("t", "v", state="cut")]
    assert found(*rows, attach=hung(("v", "t", 0))) == {}


def test_a_flight_record_is_no_road_of_its_own() -> None:
    rows = [road("d", "t"), road("d", "v", 5, modes=["helicopter"])]
    assert found(*rows, attach=hung(("v", "t", 4))) == {
        ("D", "V", "truck"): (14, 0), ("D", "V", "helicopter"): (5, 0),
    }  # fmt: skip


def test_a_flight_lands_at_the_parent_of_a_hung_place() -> None:
    rows = [road("x", "t", 7, modes=["helicopter"])]
    reached = found(*rows, attach=hung(("v", "t", 1), ("d", "x", 1)))
    assert reached["D", "V", "helicopter"] == (9, 0)


def test_two_depots_at_one_place_reach_alike() -> None:
    depots = pl.DataFrame([("W2", "d"), ("W1", "d")], schema=dict(WAREHOUSES), orient="row")
    table = ways(frame(ROADS, [road("d", "v")]), depots, at(POINTS, "v"), first_on=DAY, days=1)
    assert table.rows() == [("W1", "V", "truck", 10, 0), ("W2", "V", "truck", 10, 0)]


def test_cut_off_is_what_no_truck_reaches_today() -> None:
    rows = [
        road("d", "a"), road("a", "b", state="cut", repaired_on="2026-07-02"),
        road("b", "c"), road("d", "e", modes=["boat"]),
    ]  # fmt: skip
    off = cut_off(frame(ROADS, rows), at(WAREHOUSES, "d"), at(POINTS, "a b c e f"), first_on=DAY)
    assert off == {"B", "C", "E", "F"}


def test_cut_off_places_that_roads_still_join_are_one_cluster() -> None:
    rows = frame(
        ROADS, [road("d", "a"), road("a", "b", state="cut"), road("b", "c"), road("e", "x")]
    )
    points = at(POINTS, "c b a e f")
    off = cut_off(rows, at(WAREHOUSES, "d"), points, first_on=DAY)
    whole = clusters(rows, points, off, first_on=DAY)
    assert whole.select("point", "cluster").rows() == [
        ("B", "B"), ("C", "B"), ("E", "E"), ("F", "F"),
    ]  # fmt: skip
    parted = clusters(rows, points, off, first_on=DAY, townships={"B": "T1", "C": "T2"})
    assert dict(parted.select("point", "cluster").iter_rows())["C"] == "C"


def test_travel_follows_the_rulebook() -> None:
    assert travel_of(load(), DAY) == Travel(light_kg=4500, foot_minutes=180)
