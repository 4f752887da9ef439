"""One program after the other on the same layout: aim, floors and goal rows change, columns grow."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

import numpy as np
import numpy.typing as npt

from optimizer.blocks.columns import first_columns, taken_in, with_room
from optimizer.blocks.interior import MOST_STEPS, Ask, Point, maximise, start
from optimizer.blocks.layout import Layout
from optimizer.blocks.nooks import Nooks
from optimizer.blocks.prices import Aim, Bound, Floors, certify, feasible
from optimizer.blocks.system import GoalRow, System
from optimizer.blocks.way import GROW_AT, MANY, MISS, Way
from optimizer.blocks.whole import Costs, whole_plan

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
NEAR = 3e-5  # gap with which a solve is content if it gets no closer
SPREAD_MU = 1e-6  # where the concave program ends: floors are whole quanta anyway
WARM_MU = 1e-4  # where a point is kept as the next goal's first
WARM_SLACK = 1e-6
WARM_CENTRE = 1e3  # times the mean complementarity that no row of it may exceed
WARM_MISS = 1e-4  # by which such a point may miss a row
GROW = 4  # times that a solve may begin anew with more columns


@dataclass(frozen=True)
class Found:
    """A plan that keeps every rule, what it is worth, and a certified bound of the aim."""

    sent: Floats  # by send of the layout
    served: Floats  # by serve
    value: float
    bound: float
    point: Point
    broken: float = 0.0  # coverage by which the worst floor is missed

    @property
    def gap(self) -> float:
        """Return the distance of value and bound; a floor missed beyond MISS counts against it."""
        return abs(self.bound - self.value) + max(0.0, self.broken - MISS)


@dataclass(frozen=True)
class _Warm:
    """A point on the way of the last linear goal, and the size its aim was divided by."""

    point: Point
    size: float
    goals: int
    again: bool = False  # for the same goal, with more columns


@dataclass(frozen=True)
class _Program:
    """What one solve maximises under what; gaps are relative to ``scale``."""

    aim: Aim
    floors: Floors
    goals: list[GoalRow]
    scale: float


@dataclass
class _Way(Way):
    """The best plan on the way, and the columns that would better it."""

    best: Found | None = None
    wanted: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


class Programs(Protocol):
    """Whoever solves the ladder's programs: in one piece (`Solver`), or item by item elsewhere."""

    steps: int

    def solve(
        self, aim: Aim, floors: Floors, goals: list[GoalRow], scale: float, left: int
    ) -> Found | None:
        """Maximise the aim."""

    def spread(
        self, cells: Ints, worth: Floats, floors: Floors, goals: list[GoalRow], left: int
    ) -> Found | None:
        """Raise cells above the floors."""

    def whole(self, sent: Floats, served: Floats, costs: Costs) -> tuple[Floats, Floats]:
        """Return a plan in whole units."""


class Solver:
    """Keeps the columns that proved useful, and counts steps."""

    def __init__(self, lay: Layout, minutes: Ints, seed: int) -> None:
        self.lay = lay
        self._nooks = Nooks(lay.nook, lay.nooks, len(lay.pool_units))
        self._active = first_columns(lay, minutes, seed)
        self._system = System(lay, self._nooks, self._active)
        self._warm: _Warm | None = None
        self._followed = False  # whether the last program began from the goal above
        self.steps = 0
        self.solves = 0

    @property
    def active(self) -> Ints:
        """Return the sends that are columns now."""
        return self._active

    def solve(
        self, aim: Aim, floors: Floors, goals: list[GoalRow], scale: float, left: int
    ) -> Found | None:
        """Maximise the aim; gaps are relative to ``scale``; None if ``left`` steps do not suffice."""
        best: Found | None = None
        program = _Program(aim, floors, goals, scale)
        for _ in range(GROW):
            found, wanted = self._once(program, left)
            if self._followed and (found is None or (found.gap > NEAR * scale and not len(wanted))):
                self._warm = None  # the goal above led astray: from the middle, then
                found, wanted = self._once(program, left)
            if found is not None and (best is None or found.gap <= best.gap):
                best = found
            if found is None or found.gap <= NEAR * scale or not len(wanted):
                break
            self._grow(wanted)
            if self._warm is not None:
                self._warm = replace(self._warm, again=True)
        return best

    def whole(self, sent: Floats, served: Floats, costs: Costs) -> tuple[Floats, Floats]:
        """Return a plan in whole units, by send and by serve."""
        return whole_plan(self.lay, sent, served, costs)

    def _grow(self, wanted: Ints) -> None:
        """Add columns; the point kept for the next program takes them in."""
        before, warm = self._active, self._warm
        self._active = np.union1d(before, wanted)
        self._system = System(self.lay, self._nooks, self._active)
        if warm is not None:
            self._warm = replace(
                warm, point=with_room(before, self._active, warm.point, warm.point.mu)
            )

    def spread(
        self, cells: Ints, worth: Floats, floors: Floors, goals: list[GoalRow], left: int
    ) -> Found | None:
        """Maximise ``sum worth (q - q^2 / 2)`` over the coverage q of cells, above the floors.

        Where lots alone bind this is the leximin of the cells (a concave sum over a polymatroid);
        where vehicles bind it is close to it, since ``worth`` counts what a unit takes of them.
        """
        system = self._system
        system.open, system.risers = np.zeros(len(floors.open)), cells
        system.set_goals(goals)
        size = float(worth.max())
        base = np.maximum(floors.least[cells], 0.0)
        c, bend = np.zeros(system.columns), np.zeros(system.columns)
        c[system.plan : -1] = worth / size * (1.0 - base)
        bend[system.plan : -1] = worth / size
        ask = Ask(c, bend, self._right(floors, goals))
        found: list[Point] = []

        def enough(point: Point) -> bool:
            found[:] = [point]
            miss = ask.b - system.times(point.x) - point.s
            return point.mu < SPREAD_MU and float(np.abs(miss).max()) < SPREAD_MU

        most = max(0, min(MOST_STEPS, left))
        _, steps, done = maximise(system, ask, start(system, ask), enough, most)
        self.steps += steps
        self.solves += 1
        system.risers = np.zeros(0, dtype=np.int64)
        if not done:
            return None
        return Found(*self._plan(found[0]), 0.0, 0.0, found[0])

    def _right(self, floors: Floors, goals: list[GoalRow]) -> Floats:
        lay = self.lay
        return np.concatenate([
            np.zeros(len(lay.pool_units)), np.ones(len(lay.need)), floors.top,
            np.ones(len(lay.cap_units)), np.ones(lay.coupling), [g.top / g.scale for g in goals], [1.0],
        ])  # fmt: skip

    def _posed(self, p: _Program) -> tuple[Ask, float]:
        """Set the system to the program; return what is asked of it and what the aim is divided by."""
        system = self._system
        system.open = p.floors.open
        system.set_goals(p.goals)
        c = np.concatenate([p.aim.sends[self._active] * system.send_unit,
                            p.aim.serves * system.serve_unit, [p.aim.level]])  # fmt: skip
        size = float(np.abs(c).max())
        return Ask(c / size, np.zeros(len(c)), self._right(p.floors, p.goals)), size

    def _once(self, p: _Program, left: int) -> tuple[Found | None, Ints]:
        """Descend; columns that are wanted are taken in on the way."""
        way, left = _Way(), max(0, min(MOST_STEPS, left))
        ask, size = self._posed(p)
        point, at = self._begin(ask, p.goals), [*GROW_AT]
        self._warm = None
        while True:
            if len(self._active) == len(self.lay.pool):
                at.clear()
            enough = partial(self._enough, p, ask, size, way, at[0] if at else 0.0)
            point, steps, _ = maximise(self._system, ask, point, enough, left)
            self.steps, left = self.steps + steps, left - steps
            if way.done or not left or not at or point.mu >= at[0]:
                break
            at = [mu for mu in at if mu <= point.mu]
            wanted = certify(
                self.lay, p.aim, p.floors, p.goals, point.y * size, self._active
            ).wanted
            if 0 < len(wanted) <= MANY * len(self._active):
                before = self._active
                self._grow(wanted)
                ask, size = self._posed(p)
                point = taken_in(before, self._system, ask.c, point, point.mu)
        self.solves += 1
        return way.best, np.setdiff1d(way.wanted, self._active)

    def _enough(
        self, p: _Program, ask: Ask, size: float, way: _Way, at: float, point: Point
    ) -> bool:
        """Judge a point on the way; return whether the descent may end or take columns in here."""
        if point.mu < WARM_MU and self._warm is None and self._clean(ask, point):
            self._warm = _Warm(point, size, len(p.goals))
        if way.due(point.mu):
            found, bound = self._judged(p.aim, p.floors, p.goals, point, size)
            inner = abs(bound.inner - found.value)
            if way.take(point.mu, found.gap, inner, found.broken, p.scale):
                way.best, way.wanted = found, bound.wanted
        return way.done or point.mu < at

    def _clean(self, ask: Ask, point: Point) -> bool:
        """Return whether the point keeps the rows: one with fresh columns does not at first."""
        miss = ask.b - self._system.times(point.x) - point.s
        return float(np.abs(miss).max()) < WARM_MISS

    def _begin(self, ask: Ask, goals: list[GoalRow]) -> Point:
        """Return a first point: from the goal above, where this one follows it.

        The goal above is now a row. Its prices times any factor, with that factor as the row's own
        price, stay prices of this goal, which is nowhere positive; so both sides start feasible.
        """
        system, warm = self._system, self._warm
        self._followed = warm is not None
        if warm is not None and warm.again:
            return warm.point
        if warm is None or len(goals) != warm.goals + 1 or len(warm.point.x) != system.columns:
            self._followed = False
            return start(system, ask)
        x, s = warm.point.x, np.maximum(ask.b - system.times(warm.point.x), WARM_SLACK)
        times = max(1.0, float((x * np.abs(ask.c)).mean()) / warm.point.mu)
        row = goals[-1].scale / warm.size
        y = np.concatenate([warm.point.y[:-1], [row], warm.point.y[-1:]]) * times
        y = np.minimum(y, WARM_CENTRE * warm.point.mu * times / s)
        return Point(x, s, y, np.maximum(system.transposed(y) - ask.c, warm.point.t * times))

    def _judged(
        self, aim: Aim, floors: Floors, goals: list[GoalRow], point: Point, size: float
    ) -> tuple[Found, Bound]:
        """Return the point as a plan with its value and bound; a broken floor widens the gap."""
        sent, served = self._plan(point)
        bound = certify(self.lay, aim, floors, goals, point.y * size, self._active)
        value = float(aim.sends @ sent + aim.serves @ served)
        cover = cell_coverage(self.lay, served)
        if aim.level:
            value += aim.level * min(1.0, float(cover[floors.open > 0].min(initial=1.0)))
        broken = float((floors.least - floors.give - cover)[floors.open == 0].max(initial=0.0))
        return Found(sent, served, value, bound.value, point, max(0.0, broken)), bound

    def _plan(self, point: Point) -> tuple[Floats, Floats]:
        n = len(self._active)
        sent = point.x[:n] * self._system.send_unit
        served = point.x[n : self._system.plan] * self._system.serve_unit
        sent, served = feasible(self.lay, self._active, sent, served)
        full = np.zeros(len(self.lay.pool))
        full[self._active] = sent
        return full, served


def cell_coverage(lay: Layout, served: Floats) -> Floats:
    """Return served over needed units by cell."""
    units = np.zeros(len(lay.cell_units))
    for at in lay.out_cells.T:
        has = at >= 0
        units += np.bincount(at[has], served[has], len(units))
    return np.asarray(units / lay.cell_units)
