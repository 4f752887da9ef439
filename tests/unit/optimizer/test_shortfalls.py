"""The facts behind a shortfall: figures that add up, and ids that exist."""

from __future__ import annotations

import json

import polars as pl
import pytest

from graphcore.domain.event import canonical_json
from optimizer.solve import solve
from tests.support.districts import lot, random_problem, two_villages, way

KEYS = {
    "needed", "served", "units", "lots", "lot_count", "warehouses", "stock", "item_needed",
}  # fmt: skip


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_details_are_canonical_json_about_lots_that_exist(seed: int) -> None:
    problem = random_problem(seed, households=60)
    solution = solve(problem)
    lots = set(problem.lots["lot"])
    assert solution.shortfalls.height > 0
    for detail in solution.shortfalls["detail"].unique().to_list():
        facts = json.loads(detail)
        assert canonical_json(facts) == detail
        assert set(facts) - {"next_arrival"} == KEYS
        assert set(facts["lots"]) <= lots
        assert 0 < facts["units"] <= facts["needed"] - facts["served"]


def test_next_arrival_is_told_where_stock_comes_too_late() -> None:
    lots = (lot("L1", "tent", 2), lot("L2", "tent", 50, arrives_day=9))
    solution = solve(two_villages().replace(lots=lots).problem)
    facts = json.loads(solution.shortfalls["detail"][0])
    assert solution.shortfalls["reason"].unique().to_list() == ["stock"]
    assert facts["next_arrival"] == 9


def test_a_place_without_any_way_lacks_the_road_whatever_else_is_wrong() -> None:
    lots = (lot("L1", "tent", 1), lot("L2", "tent", 5, hold="frozen"))
    solution = solve(two_villages().replace(lots=lots, access=(way("depot", "wang", 9),)).problem)
    reasons = solution.shortfalls.group_by("need", "reason").agg(pl.col("quantity").sum())
    assert sorted(reasons.rows()) == [("li", "road", 6), ("wang", "hold", 3)]


def test_different_plans_have_different_ids() -> None:
    one = solve(two_villages().problem).lines["line"].to_list()
    two = solve(two_villages().replace(lots=(lot("L9", "tent", 10),)).problem).lines["line"]
    assert not set(one) & set(two.to_list())
