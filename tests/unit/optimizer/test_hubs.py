"""Substitutes and equity floors in blocks: hub rows, bounds, which problems blocks know."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
import pytest

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.tables import FLOORS, frame
from optimizer.blocks.hubs import Local
from optimizer.blocks.layout import Layout, connected, layout
from optimizer.blocks.nooks import Nooks
from optimizer.blocks.prices import Aim, Floors, certify, feasible
from optimizer.blocks.scope import Refusal, refusal, too_wide
from optimizer.blocks.system import GoalRow, System
from optimizer.check import check
from optimizer.classes import Classes, classify
from optimizer.floors import targets
from optimizer.flow import flow
from optimizer.goals import fairness_goals
from optimizer.order import USUAL, Aims
from optimizer.problem import Limits, Problem
from optimizer.solve import solve
from optimizer.validate import validate
from tests.support.districts import random_problem

SEED = 11
BLOCKS = Limits(work=100_000_000, simplex_columns=-1)


def rich(permille: int = 200) -> Problem:
    problem = random_problem(SEED, households=30, townships=3, warehouses=2, items=3, swaps=True)
    item = problem.items["item"][0]
    rows = [
        {"floor": "all", "township": "*", "group": "", "item": item, "permille": permille},
        {"floor": "one", "township": "T001", "group": "", "item": "", "permille": permille},
    ]
    return replace(problem, floors=frame(FLOORS, rows))


def laid(problem: Problem) -> tuple[Layout, Classes]:
    valid = validate(problem)
    classes = classify(valid, targets(valid))
    columns = flow(classes)
    served = np.unique(columns.serves["cls"].to_numpy())
    return layout(classes, columns, fairness_goals(classes, served)), classes


def system(lay: Layout) -> System:
    of = System(lay, Nooks(lay.nook, lay.nooks, len(lay.pool_units)), np.arange(len(lay.pool)))
    of.open[:] = 1.0
    of.risers = np.array([0, 3])
    of.set_goals([GoalRow(np.ones(len(lay.pool)), np.ones(len(lay.out_cls)), 1.0, 3.0)])
    return of


def test_columns_join_the_rows_they_have() -> None:
    found = connected([np.array([0, 2, 5]), np.array([1, -1, 4]), np.array([-1, 3, -1])], 7)
    assert found.tolist() == [0, 0, 1, 1, 2, 2, 3]


def test_substitutes_make_one_block_and_hub_rows() -> None:
    lay, _ = laid(rich())
    assert lay.hub.any()
    assert len(np.unique(lay.block)) < lay.items
    plain, _ = laid(replace(rich(), swaps=None, floors=None))
    assert not plain.hub.any()
    assert len(np.unique(plain.block)) == plain.items


def test_the_normal_equations_are_solved_through_the_hubs() -> None:
    rng, of = np.random.default_rng(SEED), system(laid(rich())[0])
    matrix = np.array([of.times(row) for row in np.eye(of.columns)]).T
    across = np.array([of.transposed(row) for row in np.eye(of.rows)])
    np.testing.assert_allclose(across, matrix, atol=1e-12)
    d, e = rng.random(of.columns) + 0.1, rng.random(of.rows) + 0.1
    of.factor(d, e)
    right = rng.random(of.rows)
    dy, dz = of.solve(right, 0.5)
    column = of.level_column()
    np.testing.assert_allclose(of.product(dy) - column * dz, right, atol=1e-8)
    assert column @ dy + dz / d[-1] == pytest.approx(0.5, abs=1e-8)


def test_no_hub_rows_leave_the_nooks_alone() -> None:
    lay, _ = laid(replace(rich(), swaps=None, floors=None))
    local = Local(lay, Nooks(lay.nook, lay.nooks, len(lay.pool_units)))
    local.join(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    assert (local.entries, local.slots) == (0, 0)


@pytest.mark.parametrize("seed", range(4))
def test_any_prices_bound_any_plan_with_substitutes(seed: int) -> None:
    lay, rng = laid(rich())[0], np.random.default_rng(seed)
    aim = Aim(np.zeros(len(lay.pool)), rng.random(len(lay.out_cls)), 0.0)
    floors = Floors(np.zeros(len(lay.cell_units)), np.full(len(lay.cell_units), -1.0))
    every = np.arange(len(lay.pool))
    sent, served = feasible(
        lay, every, rng.random(len(every)) * 50, rng.random(len(lay.out_cls)) * 50
    )
    bound = certify(lay, aim, floors, [], rng.random(lay.local + lay.coupling + 1), every)
    assert bound.value >= aim.serves @ served - 1e-9
    out = np.bincount(lay.out_pool, served * lay.out_draw, len(lay.pool_units))
    assert (out <= np.bincount(lay.pool, sent, len(out)) + 1e-9).all()
    for at in lay.out_caps.T:
        used = np.bincount(at[at >= 0], served[at >= 0], len(lay.cap_units))
        assert (used <= lay.cap_units * (1 + 1e-9)).all()


def test_a_floor_that_cannot_be_held_is_named_with_the_most_that_can_be_had() -> None:
    told = []
    for limits in (Limits(work=100_000_000), BLOCKS):
        with pytest.raises(ProblemInvalid) as refused:
            solve(rich(permille=990), limits)
        told.append(str(refused.value))
    assert told[0] == told[1]


def test_equity_floors_hold_in_a_plan_by_blocks() -> None:
    plan = solve(rich(), BLOCKS)
    assert plan.gaps
    assert check(rich(), plan) == []


@dataclass(frozen=True)
class _Later(Classes):
    """The class model of some later day, with a rule that blocks have never heard of."""

    tides: pl.DataFrame = field(default_factory=pl.DataFrame)


def test_blocks_refuse_what_they_do_not_know() -> None:
    _, classes = laid(rich())
    columns = flow(classes)
    assert refusal(classes, columns, USUAL) is None
    later = _Later(**vars(classes))
    assert refusal(later, columns, USUAL) is None
    later = replace(later, tides=pl.DataFrame({"tide": [1]}))
    assert refusal(later, columns, USUAL) is Refusal.FEATURE
    more = replace(columns, serves=columns.serves.with_columns(tide=pl.lit(0)))
    assert refusal(classes, more, USUAL) is Refusal.FEATURE
    kits = replace(columns, serves=columns.serves.with_columns(bundle=pl.lit(0)))
    assert refusal(classes, kits, USUAL) is Refusal.KITS
    published = Aims(USUAL.order, pl.DataFrame())
    assert refusal(classes, columns, published) is Refusal.KEEP


def test_places_tied_together_too_widely_are_left_to_the_simplex() -> None:
    lay, _ = laid(rich())
    assert not too_wide(lay)
    assert too_wide(replace(lay, nook=np.zeros(257, dtype=np.int64)))
    assert not too_wide(replace(lay, nook=np.repeat(np.arange(2), 256)))
