"""A primal-dual interior point method (Mehrotra's predictor and corrector) on a `System`.

Solves ``max c x - x H x / 2`` (H diagonal) subject to ``A x <= b``, ``x >= 0``. Its points lie in the middle
of the optimal face, so a group that can rise above the common level does, and a group that cannot has a price.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.blocks.system import System

Floats = npt.NDArray[np.float64]
STEP = 0.995  # share of the way to the boundary
MOST_STEPS = 300
STUCK = 1e-6  # a shorter step is none


@dataclass
class Point:
    """Primal x with slack s, dual y with reduced costs t; all positive."""

    x: Floats
    s: Floats
    y: Floats
    t: Floats

    @property
    def mu(self) -> float:
        """Return the mean complementarity."""
        total = float(self.x @ self.t + self.s @ self.y)
        return total / (len(self.x) + len(self.y))


Enough = Callable[[Point], bool]


@dataclass(frozen=True)
class Ask:
    """``c``, the diagonal of H, and ``b``."""

    c: Floats
    bend: Floats
    b: Floats


def start(system: System, ask: Ask) -> Point:
    """Return a first point: everything near 1, in the program's own scale."""
    x = np.full(system.columns, 0.1)
    y = np.full(system.rows, 0.1)
    s = np.maximum(ask.b - system.times(x), 0.1)
    t = np.maximum(system.transposed(y) - ask.c, 0.1)
    return Point(x, s, y, t)


def maximise(
    system: System, ask: Ask, point: Point, enough: Enough, most: int = MOST_STEPS
) -> tuple[Point, int, bool]:
    """Return (point, steps, whether ``enough`` was satisfied) from ``point`` on."""
    for step in range(most):
        if enough(point):
            return point, step, True
        point, moved = _advance(system, ask, point)
        if not moved:
            return point, step + 1, enough(point)
    return point, most, enough(point)


def _advance(system: System, ask: Ask, p: Point) -> tuple[Point, bool]:
    rp = ask.b - system.times(p.x) - p.s
    rd = ask.c - ask.bend * p.x - system.transposed(p.y) + p.t
    d = 1.0 / (p.t / p.x + ask.bend)
    system.factor(d, p.s / p.y)
    mu = p.mu
    ahead_only = -p.x * p.t, -p.s * p.y
    dx, ds, dy, dt = _direction(system, p, d, rp, rd, *ahead_only, refined=False)
    a, g = min(1.0, _reach(p.x, dx, p.s, ds)), min(1.0, _reach(p.y, dy, p.t, dt))
    ahead = float((p.x + a * dx) @ (p.t + g * dt) + (p.s + a * ds) @ (p.y + g * dy))
    ahead /= len(p.x) + len(p.y)
    target = mu * (ahead / mu) ** 3
    bend = a * g  # a second-order term is worth as much as the first-order step reaches
    dx, ds, dy, dt = _direction(
        system, p, d, rp, rd, target - p.x * p.t - bend * dx * dt,
        target - p.s * p.y - bend * ds * dy,
    )  # fmt: skip
    a, g = STEP * _reach(p.x, dx, p.s, ds), STEP * _reach(p.y, dy, p.t, dt)
    a, g = min(1.0, a), min(1.0, g)
    if not (np.isfinite(a) and np.isfinite(g)) or max(a, g) < STUCK:
        return p, False
    return Point(p.x + a * dx, p.s + a * ds, p.y + g * dy, p.t + g * dt), True


def _direction(
    system: System,
    p: Point,
    d: Floats,
    rp: Floats,
    rd: Floats,
    xt: Floats,
    sy: Floats,
    *,
    refined: bool = True,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return (dx, ds, dy, dt) for given residuals; the predictor needs no refinement."""
    h = rd + xt / p.x
    push = d * h
    push[-1] = 0.0
    right = system.times(push) + sy / p.y - rp
    dy, dz = system.solve(right, float(h[-1]))
    if refined:
        column = system.level_column()
        rest = right - system.product(dy) + column * dz
        miss = float(h[-1] - column @ dy - dz / d[-1])
        more, extra = system.solve(rest, miss)
        dy, dz = dy + more, dz + extra
    dx = d * (h - system.transposed(dy))
    dt = (xt - p.t * dx) / p.x
    ds = (sy - p.s * dy) / p.y
    return dx, ds, dy, dt


def _reach(u: Floats, du: Floats, v: Floats, dv: Floats) -> float:
    """Return how far both stay positive, at most 1 / STEP."""
    least = min(float((du / u).min(initial=0.0)), float((dv / v).min(initial=0.0)))
    return 1.0 / STEP if least >= -STEP else -1.0 / least
