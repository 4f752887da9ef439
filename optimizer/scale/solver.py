"""`blocks.solver.Solver` over parts: one program after the other, each item where its part is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from optimizer.blocks.columns import first_columns
from optimizer.blocks.interior import MOST_STEPS, Point
from optimizer.blocks.layout import Layout
from optimizer.blocks.prices import Aim, Floors
from optimizer.blocks.solver import (
    GROW,
    NEAR,
    SPREAD_MU,
    WARM_CENTRE,
    WARM_MISS,
    WARM_MU,
    WARM_SLACK,
    Found,
)
from optimizer.blocks.system import GoalRow
from optimizer.blocks.way import GROW_AT, MANY, MISS, Way
from optimizer.blocks.whole import Costs, rationed
from optimizer.scale.judge import Fit
from optimizer.scale.master import Centre, Method, added
from optimizer.scale.part import Part
from optimizer.scale.split import Given, shares, task
from optimizer.scale.workers import Engine, Parts

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_NONE = np.zeros(0, dtype=np.int64)
_NO_POINT = Point(*(np.zeros(0) for _ in range(4)))


@dataclass(frozen=True)
class _Warm:
    """The shared rows on the way of the last linear goal."""

    s: Floats
    y: Floats
    x: float
    t: float
    mu: float
    size: float
    goals: int
    again: bool = False


@dataclass(frozen=True)
class _Program:
    """What is asked in one program."""

    aim: Aim
    floors: Floors
    goals: list[GoalRow]
    rising: Ints
    worth: Floats
    scale: float


@dataclass
class _Way(Way):
    """The best plan on the way: value, bound, broken floor, whether columns are wanting."""

    best: tuple[float, float, float, bool] | None = None


class Sharded:
    """The parts of a class program, and the programs solved over them."""

    def __init__(self, engine: Engine, lay: Layout, minutes: Ints, seed: int) -> None:
        """Cut the layout by item and hand the pieces to the workers."""
        self.lay = lay
        first = first_columns(lay, minutes, seed)
        self._every = len(first) == len(lay.pool)  # whether all sends are columns from the start
        self._shares = shares(lay, first)
        self.parts = Parts(engine, Part, [Given(s.lay, s.active) for s in self._shares])
        self._warm: _Warm | None = None
        self._followed = False  # whether the last program began from the goal above
        self.steps = 0
        self.solves = 0

    def solve(
        self, aim: Aim, floors: Floors, goals: list[GoalRow], scale: float, left: int
    ) -> Found | None:
        """Maximise the aim; see `blocks.solver.Solver.solve`."""
        best: Found | None = None
        program = _Program(aim, floors, goals, _NONE, np.zeros(0), scale)
        for _ in range(GROW):
            found, wanting = self._once(program, left)
            if self._followed and (found is None or (found.gap > NEAR * scale and not wanting)):
                self._warm = None  # the goal above led astray: from the middle, then
                found, wanting = self._once(program, left)
            if found is not None and (best is None or found.gap <= best.gap):
                best = found
            if found is None or found.gap <= NEAR * scale or not wanting:
                break
            self.parts.ask("grow")
            self._again()
        self.parts.mark()
        return best

    def spread(
        self, cells: Ints, worth: Floats, floors: Floors, goals: list[GoalRow], left: int
    ) -> Found | None:
        """Raise cells above the floors by a concave program; see `blocks.solver.Solver.spread`."""
        none = Aim(np.zeros(len(self.lay.pool)), np.zeros(len(self.lay.out_cls)), 0.0)
        shut = Floors(np.zeros(len(floors.open)), floors.least, floors.give)
        size = float(worth.max())
        program = _Program(none, shut, goals, cells, worth, 1.0)
        self._pose(program)
        method = self._start(program, size, "fresh")
        enough = lambda c: c.mu < SPREAD_MU and c.missed < SPREAD_MU  # noqa: E731
        steps, done = method.run(enough, max(0, min(MOST_STEPS, left)))
        self._count(steps)
        if not done:
            return None
        self._judge(method.centre, program, size)
        self.parts.ask("hold")
        found = Found(*self._plan(), 0.0, 0.0, _NO_POINT)
        self.parts.mark()
        return found

    def whole(self, sent: Floats, served: Floats, costs: Costs) -> tuple[Floats, Floats]:
        """Return a plan in whole units: routes are shared out centrally, items flow side by side."""
        example, quota = rationed(self.lay, sent)
        told = []
        for share in self._shares:
            own = Costs(costs.late[share.sends], costs.late_out[share.serves],
                        costs.minutes[share.sends])  # fmt: skip
            mine = np.isin(example, share.sends)
            told.append((sent[share.sends], served[share.serves], own, quota[mine]))
        out = np.zeros(len(sent)), np.zeros(len(served))
        for share, flows in zip(self._shares, self.parts.ask("whole", each=told), strict=True):
            out[0][share.sends], out[1][share.serves] = flows
        return out

    def _count(self, steps: int) -> None:
        self.steps += steps
        self.solves += 1

    def _pose(self, p: _Program) -> float:
        tasks = [task(s, p.aim, p.floors, p.goals, p.rising, p.worth) for s in self._shares]
        return float(max(p.aim.level, *self.parts.ask("pose", each=tasks)))

    def _start(self, p: _Program, size: float, mode: str) -> Method:
        """Give every part its first point, as `blocks.solver` does for the whole."""
        warm = self._warm
        level = 0.1 if warm is None or mode == "fresh" else warm.x
        told = self.parts.ask("begin", size, level, mode)
        used = added([t[2] for t in told])
        used[-1] = level
        fleet = 2 * len(self.lay.kg)
        b = np.concatenate([np.ones(fleet), [g.top / g.scale for g in p.goals], [1.0]])
        many = len(b) + 1 + sum(t[1] for t in told)
        aim = p.aim.level / size
        c = Centre(b, fleet, aim, np.maximum(b - used, 0.1), np.full(len(b), 0.1), level, 0.1,
                   used, many=many)  # fmt: skip
        times = 1.0
        if warm is not None and mode == "again":
            c.s, c.y, c.t = warm.s, warm.y, warm.t
        elif warm is not None and mode == "follow":
            columns = many - self.lay.local - self.lay.coupling - len(p.goals) - 1
            mean = (sum(t[0] for t in told) + level * abs(aim)) / columns
            times = max(1.0, mean / warm.mu)
            row = p.goals[-1].scale / warm.size
            c.s = np.maximum(b - used, WARM_SLACK)
            c.y = np.concatenate([warm.y[:-1], [row], warm.y[-1:]]) * times
            c.y = np.minimum(c.y, WARM_CENTRE * warm.mu * times / c.s)
        c.take(self.parts.ask("settle", mode, c.y, times))
        if mode != "again":
            least = 0.1 if warm is None or mode == "fresh" else warm.t * times
            c.t = max(c.cells + float(c.y[-1]) - aim, least)
        return Method(self.parts, c)

    def _mode(self, p: _Program) -> str:
        warm = self._warm
        if warm is None:
            return "fresh"
        if warm.again:
            return "again"
        return "follow" if len(p.goals) == warm.goals + 1 else "fresh"

    def _once(self, p: _Program, left: int) -> tuple[Found | None, bool]:
        """Descend; columns that are wanted are taken in on the way; see `blocks.solver.Solver`."""
        size = self._pose(p)
        mode = self._mode(p)
        self._followed = mode != "fresh"
        method = self._start(p, size, mode)
        self._warm = None
        self.parts.ask("cold")
        way, left, at = _Way(), max(0, min(MOST_STEPS, left)), [] if self._every else [*GROW_AT]
        while True:
            enough = partial(self._enough, p, size, way, at[0] if at else 0.0)
            steps, _ = method.run(enough, left)
            self.steps, left = self.steps + steps, left - steps
            if way.done or not left or not at or method.centre.mu >= at[0]:
                break
            at = [mu for mu in at if mu <= method.centre.mu]
            self._take_in(method.centre, p, size)
        self.solves += 1
        if way.best is None:
            return None, False
        value, bound, broken, wanting = way.best
        return Found(*self._plan(), value, bound, _NO_POINT, broken), wanting

    def _enough(self, p: _Program, size: float, way: _Way, at: float, c: Centre) -> bool:
        if c.mu < WARM_MU and self._warm is None and c.missed < WARM_MISS:
            self._keep(c, size, len(p.goals))
        if way.due(c.mu):
            value, bound, inner, broken = self._judge(c, p, size)
            gap = abs(bound - value) + max(0.0, broken - MISS)
            if way.take(c.mu, gap, abs(inner - value), broken, p.scale):
                way.best = value, bound, broken, bound > inner
                self.parts.ask("hold")
        return way.done or c.mu < at

    def _take_in(self, c: Centre, p: _Program, size: float) -> None:
        """Let every part take in the columns that are wanted, where prices are ripe to say which."""
        self._judge(c, p, size)
        told = self.parts.ask("wanting")
        wanted, active = (sum(t[k] for t in told) for k in (0, 1))
        if 0 < wanted <= MANY * active:
            taken = self.parts.ask("take_in", c.mu)
            c.take([report for report, _ in taken])
            c.many += sum(fresh for _, fresh in taken)

    def _keep(self, c: Centre, size: float, goals: int) -> None:
        self._warm = _Warm(c.s, c.y, c.x, c.t, c.mu, size, goals)
        self.parts.ask("warm", c.mu)

    def _again(self) -> None:
        if self._warm is not None:
            w = self._warm
            self._warm = _Warm(w.s, w.y, w.x, w.t, w.mu, w.size, w.goals, again=True)

    def _judge(self, c: Centre, p: _Program, size: float) -> tuple[float, float, float, float]:
        """Return the point's value as a plan, its bound, the active columns' bound, what is missed."""
        load = added(self.parts.ask("load"))
        top = np.concatenate([self.lay.kg, self.lay.litres])
        room = np.divide(top, load, out=np.ones(len(top)), where=load > top)
        fits: list[Fit] = self.parts.ask("judge", room)
        value = sum(f.value for f in fits) + p.aim.level * min(1.0, *(f.level for f in fits))
        prices = c.y * size
        shared = float(
            prices[: c.fleet] @ c.b[: c.fleet] + prices[c.fleet : -1] @ c.b[c.fleet : -1]
        )
        shared += max(0.0, p.aim.level - sum(f.priced for f in fits))
        bound, inner = sum(f.bound for f in fits), sum(f.inner for f in fits)
        return value, shared + bound, shared + inner, max(f.broken for f in fits)

    def _plan(self) -> tuple[Floats, Floats]:
        """Return the plan kept, gathered from the parts."""
        sent, served = np.zeros(len(self.lay.pool)), np.zeros(len(self.lay.out_cls))
        for share, (own_sent, own_served) in zip(self._shares, self.parts.ask("plan"), strict=True):
            sent[share.sends], served[share.serves] = own_sent, own_served
        return sent, served
