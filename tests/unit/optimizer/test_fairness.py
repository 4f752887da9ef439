"""The price of fairness: a curve that only rises as floors are lowered, with its ends known."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings

from optimizer.fairness import SHARES, price_of_fairness
from optimizer.order import Aims, ordered
from optimizer.problem import Limits, Problem
from optimizer.solve import solve
from tests.support.districts import districts, lot, need, two_villages


def test_two_villages_by_hand() -> None:
    """100 tents for two villages of 100; Wang weighs nine times as much as Li."""
    needs = (
        need("li", "li", "tent", 100, weight=100),
        need("wang", "wang", "tent", 100, weight=900),
    )
    survival, _ = price_of_fairness(
        two_villages().replace(needs=needs, lots=(lot("L1", "tent", 100),)).problem, Limits()
    )
    assert survival.complete
    by_share = {p.share: (p.floor, p.coverage) for p in survival.points}
    assert by_share[1.0] == pytest.approx((0.5, 0.5))
    assert by_share[0.5] == pytest.approx((0.25, 0.25 * 0.1 + 0.75 * 0.9))
    assert by_share[0.0] == pytest.approx((0.0, 0.9))
    assert survival.price == pytest.approx(1 - 0.5 / 0.9)


@given(districts())
@settings(max_examples=15, deadline=None)
def test_lower_floors_never_cost_coverage_and_the_ends_are_those_of_whole_solves(
    problem: Problem,
) -> None:
    survival, all_ = price_of_fairness(problem, Limits())
    for curve in (survival, all_):
        values = [p.coverage for p in curve.points]
        assert [p.share for p in curve.points] == sorted(SHARES, reverse=True)
        assert all(after > before - 1e-7 for before, after in pairwise(values))
    assert survival.points[-1].coverage == pytest.approx(all_.points[-1].coverage, abs=1e-7)
    usual = {g.name: g.bound for g in solve(problem).goals}
    second = {
        g.name: g.bound for g in solve(problem, aims=Aims(ordered(["weighted_coverage"]))).goals
    }
    assert all_.points[0].coverage == pytest.approx(usual["weighted_coverage"], abs=1e-6)
    assert survival.points[0].coverage == pytest.approx(second["weighted_coverage"], abs=1e-6)


def test_a_limit_ends_the_curve_and_says_so() -> None:
    survival, all_ = price_of_fairness(two_villages().problem, Limits(work=1))
    assert not (survival.complete and all_.complete)
    assert survival.price == 0.0
