"""One item's part of the interior point method: it keeps its columns and rows, and answers in sums.

What it is told and what it answers are as long as the rows that items share: the fleet's, the goal
rows, the level. `master` holds those; `optimizer.blocks.interior` is the same method in one piece.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.blocks.columns import taken_in, with_room
from optimizer.blocks.interior import STEP, Point
from optimizer.blocks.nooks import Nooks
from optimizer.blocks.solver import WARM_CENTRE, WARM_SLACK
from optimizer.blocks.system import System
from optimizer.blocks.whole import Costs, whole_plan
from optimizer.scale.judge import Candidate, Fit, fleet_load, judged
from optimizer.scale.split import Given, Task

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Own(System):
    """The item's rows with the shared ones held apart."""

    def eliminate(self, d: Floats, e: Floats) -> Floats:
        """Factor the item's own rows; return what they leave on the fleet's rows."""
        self._factor_local(d, e)
        fleet = np.zeros((2 * len(self.lay.kg), 2 * len(self.lay.kg)))
        own = e[self.lay.local : self.base]
        self._coupling.eliminate(d[: len(self.active)], self.into, own, fleet)
        return fleet

    def inner(self, right: Floats) -> Floats:
        """Return the solution of the item's own rows; 0 on the shared ones."""
        out = np.zeros(self.rows)
        out[: self.base] = self._solve(right[: self.base])
        return out

    @property
    def own(self) -> int:
        """Return the number of the item's own rows: they come first."""
        return self.lay.local + len(self.lay.stock)

    def normal(self, d: Floats, y: Floats) -> Floats:
        """Return ``A D A^T y``, the level left out."""
        column = self.transposed(y) * d
        column[-1] = 0.0
        return self.times(column)


@dataclass(frozen=True)
class Kept:
    """A point on the way of a linear goal (see `blocks.solver`), and its mean complementarity."""

    x: Floats
    s: Floats
    y: Floats
    t: Floats
    mu: float


@dataclass(frozen=True)
class Report:
    """Sums over the part at its point."""

    gap: float  # complementarity
    used: Floats  # of the shared rows
    miss: float  # largest residual of its own rows
    level: float  # what its cells make of the level's column


@dataclass(frozen=True)
class Factored:
    """What the part leaves on the shared rows once its own are eliminated."""

    fleet: Floats  # (fleet rows, fleet rows)
    border: Floats  # (shared rows, goal rows and the level)
    corner: float  # what the level's column makes of itself


@dataclass(frozen=True)
class Reach:
    """How far the part may go, and the sums that tell where it would get to."""

    primal: float
    dual: float
    sums: Floats  # dx t + s' y, x dt + s dy, dx dt + ds dy
    level: float


class Part:
    """The state of one item; every method's answer is a function of the calls before."""

    def __init__(self, given: Given) -> None:
        """Take the item's layout and its first columns."""
        self._lay, self._nooks = (
            given.lay,
            Nooks(given.lay.nook, given.lay.nooks, len(given.lay.pool_units)),
        )
        self._use(given.active)
        self._warm: Kept | None = None
        self._best: Candidate | None = None
        self._dx = self._dt = self._ds = self._dy = np.zeros(0)  # the last direction

    def _use(self, active: Ints) -> None:
        self._active = active
        self._sys = Own(self._lay, self._nooks, active)

    def state(self) -> tuple[Ints, Kept | None]:
        """Return what outlives a program: the columns and the point kept on the way."""
        return self._active, self._warm

    def restore(self, state: tuple[Ints, Kept | None]) -> None:
        """Go back to a state."""
        self._use(state[0])
        self._warm = state[1]

    def pose(self, task: Task) -> float:
        """Take a program; return the largest figure of its aim."""
        self._task, self._best = task, None
        self._aimed()
        return float(np.abs(self._c).max(initial=0.0))

    def _aimed(self) -> None:
        """Set the system to the program, for the columns as they are."""
        local, task = self._sys, self._task
        local.open, local.risers = task.floors.open, task.rising
        local.set_goals(task.goals)
        lift = task.worth * (1.0 - np.maximum(task.floors.least[task.rising], 0.0))
        self._c = np.concatenate([
            task.sends[self._active] * local.send_unit, task.serves * local.serve_unit, lift, [0.0]
        ])  # fmt: skip
        self._bend = np.zeros(local.columns)
        self._bend[local.plan : -1] = task.worth

    def begin(self, size: float, level: float, mode: str) -> tuple[float, int, Floats]:
        """Take a first x: near 1, or on the way of the goal above; return sums over it.

        Args:
            size: What the aim is divided by.
            level: The level's first value.
            mode: ``fresh``; ``follow``: from the goal above; ``again``: as it was.
        """
        local = self._sys
        self._task_c, self._task_bend, self._size = self._c / size, self._bend / size, size
        warm = self._warm
        self._x = np.full(local.columns, 0.1) if mode == "fresh" or warm is None else warm.x.copy()
        self._x[-1] = level
        lay = self._lay
        self._b = np.concatenate([
            np.zeros(len(lay.pool_units)), np.ones(len(lay.need)), self._task.floors.top,
            np.ones(len(lay.cap_units) + len(lay.stock)),
        ])  # fmt: skip
        many = len(self._x) - 1 + local.own
        worth = float((self._x[:-1] * np.abs(self._task_c[:-1])).sum())
        return worth, many, local.times(self._x)[local.own :]

    def settle(self, mode: str, shared: Floats, times: float) -> Report:
        """Take first prices and slacks; ``shared`` are the shared rows' prices."""
        local, warm, own = self._sys, self._warm, self._sys.own
        used = local.times(self._x)[:own]
        if mode == "again" and warm is not None:
            self._s, self._t, prices = warm.s, warm.t, warm.y
        elif mode == "follow" and warm is not None:
            self._s = np.maximum(self._b - used, WARM_SLACK)
            prices = np.minimum(warm.y * times, WARM_CENTRE * warm.mu * times / self._s)
            self._y = np.concatenate([prices, shared])
            self._t = np.maximum(local.transposed(self._y) - self._task_c, warm.t * times)
        else:
            self._s, prices = np.maximum(self._b - used, 0.1), np.full(own, 0.1)
            self._y = np.concatenate([prices, shared])
            self._t = np.maximum(local.transposed(self._y) - self._task_c, 0.1)
        self._y = np.concatenate([prices, shared])
        return self._report()

    def _report(self) -> Report:
        local, own = self._sys, self._sys.own
        used = local.times(self._x)
        miss = self._b - used[:own] - self._s
        gap = float(self._x[:-1] @ self._t[:-1] + self._s @ self._y[:own])
        return Report(gap, used[own:], float(np.abs(miss).max(initial=0.0)), self._level(self._y))

    def _level(self, y: Floats) -> float:
        return float(self._sys.open @ y[self._lay.first_cell : self._lay.first_cap])

    def factor(self) -> Factored:
        """Eliminate the part's own rows at its point."""
        local, own = self._sys, self._sys.own
        x, t = self._x, self._t
        self._d = np.zeros(local.columns)
        self._d[:-1] = 1.0 / (t[:-1] / x[:-1] + self._task_bend[:-1])
        self._e = np.zeros(local.rows)
        self._e[:own] = self._s / self._y[:own]
        fleet = local.eliminate(self._d, self._e)
        level = local.level_column()
        level[own:] = 0.0
        self._ell = level
        border = []
        for row in local.goals:
            weighted = np.zeros(local.columns)
            weighted[: local.plan] = row * self._d[: local.plan]
            column = local.times(weighted)
            inner = local.inner(column)
            border.append((column - local.normal(self._d, inner))[own:])
        inner = local.inner(level)
        border.append(local.normal(self._d, inner)[own:])
        return Factored(fleet, np.array(border).T, float(level @ inner))

    def forward(self, target: float | None, bend: float) -> tuple[Floats, Floats, float]:
        """Return what a direction's right side makes of the shared rows: plain, and eliminated."""
        local, own, x, s, y, t = self._sys, self._sys.own, self._x, self._s, self._y, self._t
        rd = self._task_c - self._task_bend * x - local.transposed(y) + t
        rp = self._b - local.times(x)[:own] - s
        xt, sy = -x * t, -s * y[:own]
        if target is not None:
            xt = xt + target - bend * self._dx * self._dt
            sy = sy + target - bend * self._ds * self._dy[:own]
        self._xt, self._sy = xt, sy
        self._h = rd + xt / x
        push = self._d * self._h
        push[-1] = 0.0
        right = local.times(push)
        plain = right[own:].copy()
        right[own:] = 0.0
        right[:own] += sy / y[:own] - rp
        self._right = right
        return plain, *self._inner(right)

    def _inner(self, right: Floats) -> tuple[Floats, float]:
        self._u = self._sys.inner(right)
        pushed = self._sys.normal(self._d, self._u)[self._sys.own :]
        return pushed, float(self._ell @ self._u)

    def _back(self, shared: Floats, level: float) -> Floats:
        """Return the own rows' part of a direction, given the shared rows' and the level's."""
        y = np.zeros(self._sys.rows)
        y[self._sys.own :] = shared
        across = self._sys.normal(self._d, y) - self._ell * level
        y[: self._sys.own] = (self._u - self._sys.inner(across))[: self._sys.own]
        return y

    def refine(self, shared: Floats, level: float) -> tuple[Floats, float, Floats, float]:
        """Take the shared rows' direction; return what it leaves undone on the shared rows."""
        own = self._sys.own
        dy = self._back(shared, level)
        self._dy = dy
        product = self._sys.normal(self._d, dy)
        rest = self._right - product - self._e * dy + self._ell * level
        rest[own:] = 0.0
        cells = float(self._ell @ dy)
        return product[own:], cells, *self._inner(rest)

    def finish(self, shared: Floats, level: float, refined: bool) -> Reach:
        """Take the shared rows' direction, or what corrects it; return how far the whole goes."""
        local, own, x, s, y, t = self._sys, self._sys.own, self._x, self._s, self._y, self._t
        back = self._back(shared, level)
        self._dy = dy = self._dy + back if refined else back
        dx = self._d * (self._h - local.transposed(dy))
        dx[-1] = 0.0
        dt = (self._xt - t * dx) / x
        dt[-1] = 0.0
        ds = (self._sy - s * dy[:own]) / y[:own]
        self._dx, self._dt, self._ds = dx, dt, ds
        sums = np.array([dx[:-1] @ t[:-1] + ds @ y[:own],
                         x[:-1] @ dt[:-1] + s @ dy[:own], dx @ dt + ds @ dy[:own]])  # fmt: skip
        return Reach(reach(x[:-1], dx[:-1], s, ds), reach(y[:own], dy[:own], t[:-1], dt[:-1]), sums,
                     self._level(dy))  # fmt: skip

    def move(self, primal: float, dual: float, level: float, shared: Floats) -> Report:
        """Go so far; ``shared`` are the shared rows' new prices."""
        own = self._sys.own
        self._x = self._x + primal * self._dx
        self._x[-1] = level
        self._s = self._s + primal * self._ds
        self._t = self._t + dual * self._dt
        self._y = np.concatenate([self._y[:own] + dual * self._dy[:own], shared])
        return self._report()

    def warm(self, mu: float) -> None:
        """Keep the point as the next goal's first."""
        self._warm = Kept(self._x, self._s, self._y[: self._sys.own], self._t, mu)

    def cold(self) -> None:
        """Keep no point."""
        self._warm = None

    def load(self) -> Floats:
        """Return the kilograms and litres that the point would send, by fleet row."""
        return fleet_load(self._sys, self._x)

    def judge(self, room: Floats) -> Fit:
        """Return what the point is worth as a plan and what its prices prove, the item's part.

        ``room``: by fleet row (kilograms, litres), the share of its load that may go.
        """
        self._last = judged(self._sys, self._task, self._x, self._y, self._size, room)
        return self._last.fit

    def hold(self) -> None:
        """Keep the plan judged last."""
        self._best = self._last

    def plan(self) -> tuple[Floats, Floats]:
        """Return the plan kept: units by send and by serve of the item."""
        assert self._best is not None
        return self._best.sent, self._best.served

    def whole(self, told: tuple[Floats, Floats, Costs, Ints]) -> tuple[Floats, Floats]:
        """Return whole units by send and by serve of the block; see `blocks.whole.whole_plan`."""
        return whole_plan(self._lay, *told)

    def grow(self) -> None:
        """Add the columns that would better the plan kept; so does the point kept on the way."""
        best, before = self._best, self._active
        if best is None or not len(best.wanted):
            return
        self._use(np.union1d(before, best.wanted))
        self._widen(before)

    def _widen(self, before: Ints) -> None:
        """Let the point kept on the way have the columns that the part has beyond ``before``."""
        warm = self._warm
        if warm is not None:
            point = with_room(before, self._active, Point(warm.x, warm.s, warm.y, warm.t), warm.mu)
            self._warm = Kept(point.x, point.s, point.y, point.t, warm.mu)

    def wanting(self) -> tuple[int, int]:
        """Return how many columns the prices judged last want, and how many there are."""
        return len(self._last.wanted), len(self._active)

    def take_in(self, mu: float) -> tuple[Report, int]:
        """Take in the columns that are wanted where the point is; return how many they were.

        ``mu`` is the mean complementarity of the whole program.
        """
        before = self._active
        if len(self._last.wanted):
            self._use(np.union1d(before, self._last.wanted))
            self._aimed()
            self._task_c, self._task_bend = self._c / self._size, self._bend / self._size
            held = Point(self._x, self._s, self._y, self._t)
            point = taken_in(before, self._sys, self._task_c, held, mu)
            self._x, self._y, self._t = point.x, point.y, point.t
            self._widen(before)
        return self._report(), len(self._active) - len(before)


def reach(u: Floats, du: Floats, v: Floats, dv: Floats) -> float:
    """Return how far both stay positive, at most 1 / STEP."""
    least = min(float((du / u).min(initial=0.0)), float((dv / v).min(initial=0.0)))
    return 1.0 / STEP if least >= -STEP else -1.0 / least
