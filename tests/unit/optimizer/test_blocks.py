"""The parts of the block solver: nooks, coupling, bounds, whole flows."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.blocks import columns, way
from optimizer.blocks.columns import taken_in
from optimizer.blocks.interior import Ask, maximise, start
from optimizer.blocks.layout import Layout, layout
from optimizer.blocks.nooks import Nooks
from optimizer.blocks.prices import Aim, Floors, certify, feasible
from optimizer.blocks.solver import Solver
from optimizer.blocks.system import GoalRow, System
from optimizer.blocks.way import Way
from optimizer.classes import classify
from optimizer.flow import flow
from optimizer.goals import fairness_goals
from optimizer.validate import validate
from tests.support.districts import random_problem

SEED = 7


def small() -> Layout:
    problem = random_problem(SEED, households=40, townships=3, warehouses=2, items=4, days=3)
    classes = classify(validate(problem))
    columns = flow(classes)
    served = np.unique(columns.serves["cls"].to_numpy())
    return layout(classes, columns, fairness_goals(classes, served))


def system(lay: Layout) -> System:
    nooks = Nooks(lay.nook, lay.nooks, len(lay.pool_units))
    return System(lay, nooks, np.arange(len(lay.pool)))


def dense(of: System) -> np.ndarray:
    return np.array([of.times(row) for row in np.eye(of.columns)]).T


def test_nooks_solve_their_blocks() -> None:
    rng = np.random.default_rng(SEED)
    nook = rng.integers(0, 5, 23)
    nooks = Nooks(nook, 5, 9)
    half = np.where(nook[:, None] == nook, rng.random((23, 23)), 0.0)
    matrix = half @ half.T + np.eye(23)
    row, column = np.nonzero(nook[:, None] == nook)
    entries = np.zeros(nooks.entries)
    entries[nooks.at(row, column)] = matrix[row, column]
    nooks.factor(entries)
    right = rng.random(23)
    np.testing.assert_allclose(nooks.solve(right), np.linalg.solve(matrix, right), rtol=1e-9)


def test_the_transposed_is_the_transposed() -> None:
    of = system(small())
    of.open[:3] = 1.0
    of.risers = np.array([1, 2])
    of.set_goals([GoalRow(np.ones(len(of.lay.pool)), np.ones(len(of.lay.out_cls)), 1.0, 3.0)])
    matrix = dense(of)
    across = np.array([of.transposed(row) for row in np.eye(of.rows)])
    np.testing.assert_allclose(across, matrix, atol=1e-12)


def test_the_normal_equations_are_solved_through_the_coupling() -> None:
    rng = np.random.default_rng(SEED)
    of = system(small())
    of.open[:] = 1.0
    of.risers = np.array([0, 3])
    of.set_goals([GoalRow(np.ones(len(of.lay.pool)), np.ones(len(of.lay.out_cls)), 1.0, 3.0)])
    d, e = rng.random(of.columns) + 0.1, rng.random(of.rows) + 0.1
    of.factor(d, e)
    right = rng.random(of.rows)
    dy, dz = of.solve(right, 0.5)
    column = of.level_column()
    np.testing.assert_allclose(of.product(dy) - column * dz, right, atol=1e-9)
    assert column @ dy + dz / d[-1] == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_any_prices_bound_any_plan(seed: int) -> None:
    lay, rng = small(), np.random.default_rng(seed)
    aim = Aim(np.zeros(len(lay.pool)), rng.random(len(lay.out_cls)), 0.0)
    floors = Floors(np.zeros(len(lay.cell_units)), np.full(len(lay.cell_units), -1.0))
    every = np.arange(len(lay.pool))
    sent, served = feasible(
        lay, every, rng.random(len(every)) * 50, rng.random(len(lay.out_cls)) * 50
    )
    prices = rng.random(lay.local + lay.coupling + 1)
    bound = certify(lay, aim, floors, [], prices, every)
    assert bound.value >= aim.serves @ served - 1e-9
    assert (np.bincount(lay.group, sent, len(lay.stock)) <= lay.stock * (1 + 1e-12)).all()


def test_a_bound_holds_for_columns_left_out_and_names_them() -> None:
    lay = small()
    aim = Aim(np.zeros(len(lay.pool)), np.ones(len(lay.out_cls)), 0.0)
    floors = Floors(np.zeros(len(lay.cell_units)), np.full(len(lay.cell_units), -1.0))
    prices = np.zeros(lay.local + lay.coupling + 1)
    prices[lay.local + lay.group[1:]] = 1.0
    prices[lay.local + lay.group[0]] = 0.0
    active = np.flatnonzero(lay.group != lay.group[0])
    free = certify(lay, aim, floors, [], prices, active)
    assert set(free.wanted) <= set(np.flatnonzero(lay.group == lay.group[0]))
    assert len(free.wanted) > 0


def test_steps_end_at_the_limit() -> None:
    of = system(small())
    ask = Ask(np.ones(of.columns), np.zeros(of.columns), np.ones(of.rows))
    _, steps, done = maximise(of, ask, start(of, ask), lambda _point: False, 3)
    assert (steps, done) == (3, False)


def test_a_fresh_column_is_admitted_by_the_prices_and_stands_in_the_middle() -> None:
    lay, rng = small(), np.random.default_rng(SEED)
    few, every = np.flatnonzero(rng.random(len(lay.pool)) < 0.5), np.arange(len(lay.pool))
    nooks = Nooks(lay.nook, lay.nooks, len(lay.pool_units))
    before, after = System(lay, nooks, few), System(lay, nooks, every)
    worth = np.append(np.zeros(len(every)), np.ones(len(lay.out_cls)))
    ask = Ask(np.append(worth, 0.0), np.zeros(after.columns), np.ones(after.rows))
    part = Ask(np.delete(ask.c, np.setdiff1d(every, few)), np.zeros(before.columns), ask.b)
    point, _, _ = maximise(before, part, start(before, part), lambda p: p.mu < 1e-3)
    grown = taken_in(few, after, ask.c, point, point.mu)
    fresh = np.setdiff1d(every, few)
    reduced = after.transposed(grown.y) - ask.c
    assert (reduced[fresh] > 0).all()
    assert (reduced <= grown.t * (1 + 1e-9)).all()
    np.testing.assert_allclose(grown.x[fresh] * grown.t[fresh], point.mu)
    np.testing.assert_array_equal(grown.x[few], point.x[: len(few)])


def test_columns_that_are_missing_are_found_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    lay = small()
    minutes = np.arange(len(lay.pool))
    aim = Aim(np.zeros(len(lay.pool)), lay.need[lay.out_cls] ** -0.5, 0.0)
    none = Floors(np.zeros(len(lay.cell_units)), np.full(len(lay.cell_units), -1.0))
    whole = Solver(lay, minutes, SEED).solve(aim, none, [], 1.0, 1_000)
    monkeypatch.setattr(columns, "FEW", 0)
    monkeypatch.setattr(columns, "EACH", 1)
    monkeypatch.setattr("optimizer.blocks.solver.MANY", 1.0)
    part = Solver(lay, minutes, SEED)
    first = len(part.active)
    found = part.solve(aim, none, [], 1.0, 1_000)
    assert whole is not None
    assert found is not None
    assert first < len(part.active)
    assert found.value == pytest.approx(whole.value, rel=1e-5)
    assert found.bound == pytest.approx(whole.bound, rel=1e-5)


def test_points_are_judged_when_the_mean_has_halved_and_at_least_every_few_steps() -> None:
    of = Way()
    assert not of.due(way.JUDGED * 1.01)
    assert of.due(way.JUDGED)
    of.take(way.JUDGED, gap=1.0, inner=1.0, broken=0.0, scale=1.0)
    assert not of.due(way.JUDGED / 1.9)
    assert of.due(way.JUDGED / 2)
    of.take(way.JUDGED / 2, gap=0.5, inner=0.5, broken=0.0, scale=1.0)
    assert [of.due(way.JUDGED / 2) for _ in range(way.SKIPPED)] == [False] * (way.SKIPPED - 1) + [
        True
    ]


def test_every_point_near_the_end_is_judged() -> None:
    of = Way()
    of.due(1e-6)
    of.take(1e-6, gap=1.0, inner=way.NEARLY * way.CLOSE, broken=1.0, scale=1.0)
    assert of.due(1e-6)
    assert not of.done


@pytest.mark.parametrize("steps", [way.PATIENCE - 1, way.PATIENCE])
def test_a_descent_ends_once_steps_bring_nothing(steps: int) -> None:
    of = Way()
    of.due(1e-6)
    assert of.take(1e-6, gap=1.0, inner=1.0, broken=0.0, scale=1.0)
    for _ in range(steps):
        of.due(1e-6)
    assert not of.take(1e-6, gap=1.0, inner=1.0, broken=0.0, scale=1.0)
    assert of.done == (steps == way.PATIENCE)


@pytest.mark.parametrize("broken", [way.MISS, way.MISS * 1.01])
def test_a_descent_ends_at_the_gap_unless_a_floor_is_missed(broken: float) -> None:
    of = Way()
    of.due(1e-6)
    of.take(1e-6, gap=1.0, inner=way.CLOSE, broken=broken, scale=1.0)
    assert of.done == (broken <= way.MISS)
