"""The interior point method over parts: the master holds the fleet's rows, goal rows and the level.

A step is seven rounds of calls, each as long as the shared rows; the steps are those of
`optimizer.blocks.interior`. Answers are added up part by part in item order, so the point does not
depend on where a part is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.blocks.coupling import root_of
from optimizer.blocks.interior import MOST_STEPS, STEP, STUCK
from optimizer.scale.part import Factored, Reach, Report, reach
from optimizer.scale.workers import Parts

Floats = npt.NDArray[np.float64]


@dataclass
class Centre:
    """The shared rows (fleet, goal rows, the level's own) and the level's column."""

    b: Floats  # right-hand sides
    fleet: int  # how many of the rows are the fleet's
    aim: float  # of the level
    s: Floats
    y: Floats
    x: float  # the level
    t: float  # its reduced cost
    used: Floats  # by shared row, what all columns use
    cells: float = 0.0  # what the cells' prices make of the level
    gap: float = 0.0  # complementarity of the parts
    miss: float = 0.0
    many: int = 1  # columns and rows in all

    @property
    def mu(self) -> float:
        """Return the mean complementarity."""
        return (self.gap + float(self.s @ self.y) + self.x * self.t) / self.many

    @property
    def missed(self) -> float:
        """Return the largest residual of a row, its own and the parts'."""
        return max(self.miss, float(np.abs(self.b - self.used - self.s).max(initial=0.0)))

    def take(self, reports: list[Report]) -> None:
        """Add up what the parts report of their points."""
        self.gap = sum(r.gap for r in reports)
        self.miss = max(r.miss for r in reports)
        self.cells = sum(r.level for r in reports)
        self.used = added([r.used for r in reports])
        self.used[-1] = self.x


def added(parts: list[Floats]) -> Floats:
    """Return the sum, in the order of the parts."""
    total = parts[0].astype(np.float64)  # a part without columns counts nothing in whole numbers
    for part in parts[1:]:
        total += part
    return total


@dataclass
class Inner:
    """The matrix of the shared rows and the level once the parts are eliminated."""

    root: Floats  # of the fleet's
    across: Floats  # (fleet rows, border)
    columns: Floats  # the border's, the fleet eliminated
    small: Floats

    def solve(self, right: Floats, level: float) -> tuple[Floats, float]:
        """Return the shared rows' and the level's part of a direction."""
        n = len(self.across)
        base = self.root.T @ (self.root @ right[:n])
        rest = np.append(right[n:], level) - self.across.T @ base
        small = np.linalg.solve(self.small, rest)
        return np.concatenate([base - self.columns @ small, small[:-1]]), float(small[-1])


def eliminated(parts: list[Factored], centre: Centre, e: Floats, d: float) -> Inner:
    """Return the matrix; ``e`` is the shared rows' diagonal, ``d`` the level's weight."""
    n = centre.fleet
    fleet = np.diag(e[:n]).copy()
    for part in parts:
        fleet += part.fleet
    border = added([p.border for p in parts])
    goals = border.shape[1] - 1
    many = goals + 2  # goal rows, the level's row, the level
    small = np.zeros((many, many))
    small[:goals, :goals] = border[n : n + goals, :goals] + np.diag(e[n : n + goals])
    small[:goals, -1] = border[n : n + goals, -1]
    small[-1, :goals] = -border[n : n + goals, -1]
    small[goals, goals], small[goals, -1], small[-1, goals] = e[-1], -1.0, 1.0
    small[-1, -1] = 1.0 / d + sum(p.corner for p in parts)
    right, left = np.zeros((2, n, many))
    right[:, :goals] = left[:, :goals] = border[:n, :goals]
    right[:, -1], left[:, -1] = border[:n, -1], -border[:n, -1]
    root = root_of(fleet)
    columns = root.T @ (root @ right)
    return Inner(root, left, columns, small - left.T @ columns)


class Method:
    """One program's steps."""

    def __init__(self, parts: Parts, centre: Centre) -> None:
        """Take the parts at their first point, and the shared rows."""
        self.parts, self.centre = parts, centre

    def run(self, enough: Callable[[Centre], bool], most: int = MOST_STEPS) -> tuple[int, bool]:
        """Return (steps, whether ``enough`` was satisfied)."""
        for step in range(most):
            if enough(self.centre):
                return step, True
            if not self._advance():
                return step + 1, enough(self.centre)
        return most, enough(self.centre)

    def _advance(self) -> bool:
        c = self.centre
        e, d = c.s / c.y, c.x / c.t
        inner = eliminated(self.parts.ask("factor"), c, e, d)
        mu = c.mu
        first = _Direction(self, inner, e, d, None, 0.0)
        a, g = min(1.0, first.primal), min(1.0, first.dual)
        ahead = mu * c.many + a * first.sums[0] + g * first.sums[1] + a * g * first.sums[2]
        target, bend = mu * (ahead / c.many / mu) ** 3, a * g
        second = _Direction(self, inner, e, d, target, bend, first)
        a, g = min(1.0, STEP * second.primal), min(1.0, STEP * second.dual)
        if not (np.isfinite(a) and np.isfinite(g)) or max(a, g) < STUCK:
            return False
        c.x, c.t = c.x + a * second.dx, c.t + g * second.dt
        c.s, c.y = c.s + a * second.ds, c.y + g * second.dy
        c.take(self.parts.ask("move", a, g, c.x, c.y))
        return True


class _Direction:
    """A direction from the centre's point: the shared rows' part of it, and how far all may go."""

    dx: float
    dt: float
    dy: Floats
    ds: Floats

    def __init__(
        self, method: Method, inner: Inner, e: Floats, d: float, target: float | None, bend: float,
        before: _Direction | None = None,
    ) -> None:  # fmt: skip
        c, parts = method.centre, method.parts
        rp, sy, xt = c.b - c.used - c.s, -c.s * c.y, -c.x * c.t
        if before is not None and target is not None:
            sy = sy + target - bend * before.ds * before.dy
            xt = xt + target - bend * before.dx * before.dt
        h = c.aim - c.cells - c.y[-1] + c.t + xt / c.x
        told = parts.ask("forward", target, bend)
        right = added([t[0] for t in told]) + sy / c.y - rp
        self.dy, self.dz = inner.solve(
            right - added([t[1] for t in told]), h - sum(t[2] for t in told)
        )
        more, extra = self.dy, self.dz
        if target is not None:  # the predictor needs no refinement
            more, extra = self._refined(parts, inner, right, h, e, d)
        ends: list[Reach] = parts.ask("finish", more, extra, target is not None)
        self.dx = d * (h - sum(r.level for r in ends) - self.dy[-1])
        self.dt, self.ds = (xt - c.t * self.dx) / c.x, (sy - c.s * self.dy) / c.y
        one, other = np.array([[c.x, c.t], [self.dx, self.dt]])
        self.primal = min(reach(one[:1], other[:1], c.s, self.ds), *(r.primal for r in ends))
        self.dual = min(reach(c.y, self.dy, one[1:], other[1:]), *(r.dual for r in ends))
        own = [self.dx * c.t + float(self.ds @ c.y), c.x * self.dt + float(c.s @ self.dy),
               self.dx * self.dt + float(self.ds @ self.dy)]  # fmt: skip
        self.sums = np.array(own) + added([r.sums for r in ends])

    def _refined(
        self, parts: Parts, inner: Inner, right: Floats, h: float, e: Floats, d: float
    ) -> tuple[Floats, float]:
        """Correct the direction by what it leaves undone; return the correction."""
        back = parts.ask("refine", self.dy, self.dz)
        rest = right - added([t[0] for t in back]) - e * self.dy
        rest[-1] += self.dz
        miss = h - sum(t[1] for t in back) - self.dy[-1] - self.dz / d
        more, extra = inner.solve(
            rest - added([t[2] for t in back]), miss - sum(t[3] for t in back)
        )
        self.dy, self.dz = self.dy + more, self.dz + extra
        return more, extra
