"""Kits on random districts: every rule holds, and classes lose nothing against single households."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.check import check
from optimizer.engines.simplex import INF, Program, Simplex
from optimizer.problem import Limits, Problem
from optimizer.solve import solve
from tests.support.districts import ITEM_ROWS, Row, World, kit, lot, need, random_problem, van, way

CALM = settings(max_examples=15, deadline=None, derandomize=True,
                suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
GOODS = ("water", "rice", "quilt")


@CALM
@given(st.integers(0, 10_000), st.booleans())
def test_plans_with_kits_obey_every_rule(seed: int, swaps: bool) -> None:
    problem = random_problem(seed, households=25, townships=2, kits=True, swaps=swaps)
    solution = solve(problem)
    assert [(v.rule, v.ref, str(v.what)) for v in check(problem, solution)] == []


@st.composite
def places(draw: st.DrawFn) -> World:
    """One village of few households, kits that share items, and some loose goods."""
    units = st.integers(0, 3)
    owed = [(home, item, draw(units)) for home in range(draw(st.integers(1, 4))) for item in GOODS]
    heavy = st.sampled_from([1000, 1500])
    needs = [need(f"{item}{home}", "li", item, n, subject=f"H{home}", weight=draw(heavy))
             for home, item, n in owed if n]  # fmt: skip
    if not needs:
        needs.append(need("water0", "li", "water", 1, subject="H0"))
    held = [
        {item: n for item in GOODS if (n := draw(st.integers(0, 2)))} or {"water": 1}
        for _ in range(2)
    ]
    lots = [lot("A", "box", draw(units) + 1), lot("B", "bag", draw(units))]
    lots += [lot(item, item, draw(units)) for item in GOODS]
    boxes: list[Row] = [
        {"item": name, "basic": "food", "weight_g": 1000, "volume_ml": 1000, "cold": False}
        for name in ("box", "bag")
    ]
    return World(
        needs=tuple(needs), lots=tuple(lots), access=(way("depot", "li", 30),), fleet=(van(0),),
        days=1, items=(*(r | {"cold": False} for r in ITEM_ROWS), *boxes),
        kits=(*kit("box", **held[0]), *kit("bag", **held[1])),
    )  # fmt: skip


@settings(CALM, max_examples=40)
@given(places())
def test_classes_reach_what_a_column_a_household_reaches_and_whole_kits_lose_what_is_told(
    world: World,
) -> None:
    problem = world.problem
    plan = solve(problem, goals=(3,))
    assert check(problem, plan) == [] or {v.rule for v in check(problem, plan)} == {"goal_order"}
    goal = plan.goals[0]
    assert goal.bound == pytest.approx(_by_household(problem), abs=1e-6)
    best = _enumerated(problem)
    assert goal.value <= best + 1e-9 <= goal.bound + 2e-6
    assert goal.bound - goal.value == pytest.approx(goal.rounding_loss, abs=1e-6)


def _values(problem: Problem) -> dict[str, float]:
    """The worth of one unit of each need in the mean coverage over items."""
    needs = problem.needs
    whole = dict.fromkeys(needs["item"], 0)
    for item, weight, units in needs.select("item", "weight", "quantity").iter_rows():
        whole[item] += weight * units
    return {
        n: w / whole[i] / len(whole)
        for n, i, w in needs.select("need", "item", "weight").iter_rows()
    }


def _stock(problem: Problem) -> dict[str, int]:
    return dict(problem.lots.select("item", "quantity").iter_rows())


def _kits(problem: Problem) -> dict[str, dict[str, int]]:
    held: dict[str, dict[str, int]] = {}
    for name, item, units in problem.kits.iter_rows():  # type: ignore[union-attr]
        held.setdefault(name, {})[item] = units
    return held


def _homes(problem: Problem) -> dict[str, dict[str, tuple[str, int]]]:
    homes: dict[str, dict[str, tuple[str, int]]] = {}
    for home, item, name, units in problem.needs.select(
        "subject", "item", "need", "quantity"
    ).iter_rows():
        homes.setdefault(home, {})[item] = (name, units)
    return homes


def _fits(owed: dict[str, tuple[str, int]], held: dict[str, int]) -> int:
    return min(owed.get(item, ("", 0))[1] // n for item, n in held.items())


def _by_household(problem: Problem) -> float:
    """The linear optimum with a column for each household and good, and each household and kit."""
    homes, held, stock, worth = _homes(problem), _kits(problem), _stock(problem), _values(problem)
    rows: dict[object, tuple[float, list[tuple[int, float]]]] = {}
    gains: list[float] = []
    for home, owed in homes.items():
        for item, (name, units) in owed.items():
            rows[name] = (units, [(len(gains), 1.0)])
            rows.setdefault(("stock", item), (stock.get(item, 0), []))[1].append((len(gains), 1.0))
            gains.append(worth[name])
        for box, inside in held.items():
            if not _fits(owed, inside):
                continue
            for item, n in inside.items():
                rows[owed[item][0]][1].append((len(gains), n))
            rows[home, box] = (_fits(owed, inside), [(len(gains), 1.0)])
            rows.setdefault(("stock", box), (stock[box], []))[1].append((len(gains), 1.0))
            gains.append(sum(n * worth[owed[item][0]] for item, n in inside.items()))
    triplets = [(r, c, v) for r, (_, parts) in enumerate(rows.values()) for c, v in parts]
    high = np.array([float(top) for top, _ in rows.values()])
    program = Program(
        len(gains), np.full(len(gains), INF), np.full(len(rows), -INF), high,
        np.array([t[0] for t in triplets]), np.array([t[1] for t in triplets]),
        np.array([t[2] for t in triplets]),
    )  # fmt: skip
    answer = Simplex(program, Limits()).solve(np.arange(len(gains)), np.array(gains), most=True)
    return answer.objective


def _enumerated(problem: Problem) -> float:
    """The best whole-unit plan: every way to hand kits out, then loose goods by worth."""
    homes, held, stock = _homes(problem), _kits(problem), _stock(problem)
    pairs = [(home, box) for home in homes for box in held]
    ways = [range(_fits(homes[h], held[b]) + 1) for h, b in pairs]
    return max((_worth(problem, dict(zip(pairs, given, strict=True)), stock)
                for given in product(*ways)), default=0.0)  # fmt: skip


def _worth(problem: Problem, given: dict[tuple[str, str], int], stock: dict[str, int]) -> float:
    held, worth = _kits(problem), _values(problem)
    left = dict(problem.needs.select("need", "quantity").iter_rows())
    homes, total = _homes(problem), 0.0
    for box in held:
        if sum(n for (_, b), n in given.items() if b == box) > stock[box]:
            return 0.0
    for (home, box), kits in given.items():
        for item, n in held[box].items() if kits else ():
            left[homes[home][item][0]] -= kits * n
            total += kits * n * worth[homes[home][item][0]]
    if min(left.values()) < 0:
        return 0.0
    for item in GOODS:
        rest = stock.get(item, 0)
        mine = [n for n, i in problem.needs.select("need", "item").iter_rows() if i == item]
        for name in sorted(mine, key=lambda n: -worth[n]):
            some = min(rest, left[name])
            total, rest = total + some * worth[name], rest - some
    return total
