"""On random damaged road nets with windows, convoys, boats and rests."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import polars as pl
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from graphcore.domain.supply import Mode, RoadState
from optimizer.transport.check import check
from optimizer.transport.problem import Problem, Routes
from tests.support.towns import random_problem, routed

CALM = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


@CALM
@given(st.integers(0, 10**6), st.integers(1, 8), st.integers(1, 4), st.integers(1, 10))
def test_the_judge_finds_nothing(seed: int, points: int, trucks: int, loads: int) -> None:
    case = random_problem(seed, points, trucks, loads)
    assert [(v.rule, v.ref) for v in check(case, routed(case))] == []


@CALM
@given(st.integers(0, 10**6))
def test_no_route_uses_a_cut_road(seed: int) -> None:
    case = random_problem(seed)
    cut = {
        frozenset((a, b))
        for a, b in case.roads.filter(pl.col("state") == RoadState.CUT).select("a", "b").iter_rows()
    }
    for path in routed(case).stops["path"].to_list():
        assert not cut & {frozenset(pair) for pair in pairwise(path)}


@settings(CALM, max_examples=15)
@given(st.integers(0, 10**6), st.integers(0, 2))
def test_one_vehicle_less_never_delivers_more(seed: int, gone: int) -> None:
    """Trucks that go alone: a convoy without one of its vehicles may go where all could not."""
    case = random_problem(seed)
    case = replace(
        case,
        loads=case.loads.filter(pl.col("mode") == Mode.TRUCK),
        vehicles=case.vehicles.with_columns(convoy=pl.lit("")),
        places=case.places.with_columns(together=pl.lit(1, pl.Int64)),
    )
    assume(not case.loads.is_empty())
    fewer = replace(case, vehicles=case.vehicles.filter(pl.col("vehicle") != f"t{gone}"))
    assert worth(fewer) <= worth(case)


def worth(case: Problem) -> int:
    routes: Routes = routed(case)
    table = routes.drops.join(case.loads.select("load", "worth"), on="load")
    return int((table["units"] * table["worth"]).sum())
