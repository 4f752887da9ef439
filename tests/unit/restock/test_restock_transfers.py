"""The number that argues a transfer is what leaving it out costs, by a full evaluation."""

from __future__ import annotations

import pytest

from optimizer.restock.arrays import Case, arrays
from optimizer.restock.firststage import Decision
from optimizer.restock.lshaped import judge
from optimizer.restock.problem import Limits
from optimizer.restock.solve import decision, restock
from optimizer.restock.validate import validate
from tests.support.reserves import world


@pytest.mark.parametrize("seed", range(8))
def test_gain_is_the_rise_without_the_transfer(seed: int) -> None:
    problem = world(seed, scenarios=12, sites=6, items=2, townships=10, lanes=3)
    plan = restock(problem, Limits(gap=1e-4))
    case = arrays(validate(problem))
    first = decision(case, plan)
    whole = judge(case, first)
    for k, lane in enumerate(sorted(_lanes(case, first), key=lambda pair: pair[0])):
        moves = first.moves.copy()
        moves[lane[1]] = 0.0
        less = judge(case, Decision(first.buys, moves, first.opened))
        rise = less.expected - whole.expected + case.risk.weight * (less.cvar - whole.cvar)
        assert plan.transfers["gain_fen"][k] == pytest.approx(rise, abs=20)


def _lanes(case: Case, first: Decision) -> list[tuple[tuple[str, str, str], int]]:
    lanes, o = case.lanes, case.options
    name = case.sites.__getitem__
    return [
        ((name(o.site[a]), name(o.site[b]), case.items[o.item[a]]), n)
        for n, (a, b) in enumerate(zip(lanes.origin, lanes.target, strict=True))
        if first.moves[n] > 0
    ]
