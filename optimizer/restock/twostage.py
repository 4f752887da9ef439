"""Any two-stage programme by the rounds of `inout`: a linear recourse, a cut by scenario.

`lshaped` is the same search with the losses of restocking, which are flows. This one has whatever
rows a file says, so that the search can be checked on published instances.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.engines.simplex import INF, Program, Simplex
from optimizer.problem import Limits as Work
from optimizer.restock.arrays import Floats, Ints
from optimizer.restock.inout import Search, ends_at
from optimizer.restock.master import CutSimplex
from optimizer.restock.mixed import Mixed, minimise
from optimizer.restock.problem import Limits
from optimizer.restock.smps import Part, TwoStage

MISSED = 1e-9
"""A cut counts as missed by this part of the scenario's costs."""


class Recourse:
    """What each scenario costs, given the first stage, and how fast that changes."""

    def __init__(self, case: TwoStage, work: Work) -> None:
        self.case = case
        self.simplex = _opened(case.second, work)
        self.rows = np.arange(len(case.second.program.low))

    def at(self, x: Floats) -> tuple[Floats, Floats]:
        """Return (scenarios,) costs and (scenarios, first columns) slopes at a first stage.

        Raises:
            SolverError: some scenario has no answer to this first stage.
        """
        ties = np.zeros(len(self.rows))
        np.add.at(ties, self.case.tie_row, self.case.tie_value * x[self.case.tie_column])
        found = [self._one(shift - ties, len(x)) for shift in self.case.shift]
        return np.array([cost for cost, _ in found]), np.array([slope for _, slope in found])

    def _one(self, shift: Floats, columns: int) -> tuple[float, Floats]:
        second, case = self.case.second, self.case
        low, high = second.program.low + shift, second.program.high + shift
        for row, a, b in zip(self.rows.tolist(), low.tolist(), high.tolist(), strict=True):
            self.simplex.widen(row, a, b)
        answer = self.simplex.solve(np.arange(len(second.costs)), second.costs, most=False)
        slope = np.zeros(columns)
        price = self.simplex.duals(self.rows)
        np.subtract.at(slope, case.tie_column, case.tie_value * price[case.tie_row])
        return answer.objective, slope


@dataclass
class Course(Search[Floats]):
    """A solve in progress."""

    case: TwoStage
    recourse: Recourse
    master: CutSimplex
    least: Floats  # (scenarios,) what a scenario costs at least, whatever is decided first
    best: Floats
    cost: float
    known: int = 0

    @property
    def value(self) -> float:
        """Costs of the best first stage and its expected costs after."""
        return self.cost

    @property
    def cuts(self) -> int:
        """How many cuts the master has."""
        return self.known

    def ask(self) -> tuple[float, Floats]:
        """Solve the master; a scenario's column is what it costs above its least."""
        first = self.case.first.costs
        columns = np.arange(len(first) + len(self.least))
        answer = self.master.solve(
            columns, np.concatenate([first, self.case.probability]), most=False
        )
        bound = answer.objective + float(self.least @ self.case.probability)
        return (bound if answer.proven else -INF), answer.values

    def look(self, plan: Floats, step: float) -> None:
        """Take a cut by scenario where the master's point misses it."""
        size = len(self.case.first.costs)
        x = self.best + step * (plan[:size] - self.best)
        costs, slopes = self.recourse.at(x)
        value = float(self.case.first.costs @ x + self.case.probability @ costs)
        for k, (cost, slope) in enumerate(zip(costs.tolist(), slopes, strict=True)):
            self._cut(k, cost, slope, x, plan)
        if value < self.cost:
            self.best, self.cost = x, value

    def _cut(self, scenario: int, cost: float, slope: Floats, x: Floats, plan: Floats) -> None:
        """Add ``least + t >= cost + slope (v - x)`` unless the master's point keeps it."""
        low = cost - self.least[scenario] - float(slope @ x)
        size, which = len(x), np.flatnonzero(slope)
        there = plan[size + scenario] - float(slope @ plan[:size])
        if there >= low - MISSED * max(1.0, abs(cost)):
            return
        columns = np.append(which, size + scenario)
        self.master.add_row(columns, np.append(-slope[which], 1.0), low, INF)
        self.known += 1


def solve_two_stage(case: TwoStage, limits: Limits) -> Course:
    """Solve until the certified gap is reached or a limit strikes.

    Raises:
        SolverError: the first stage has no plan, or some scenario no answer to one.
    """
    work = Work(work=limits.work, seconds=limits.seconds)
    recourse = Recourse(case, work)
    sure = np.ones(1)
    least = np.array([_joined(case, s[None], sure, first=0.0).bound for s in case.shift])
    mean = (case.probability @ case.shift)[None]
    start = _joined(case, mean, sure, first=1.0).values[: len(case.first.costs)]
    costs, _ = recourse.at(start)
    value = float(case.first.costs @ start + case.probability @ costs)
    course = Course(
        case, recourse, _master(case, work), least, start, value, bound=-INF, ends=ends_at(limits)
    )
    course.run(limits)
    return course


def extensive(case: TwoStage) -> Mixed:
    """Solve all scenarios in one program: the oracle."""
    return _joined(case, case.shift, case.probability, first=1.0)


def _joined(case: TwoStage, shift: Floats, weight: Floats, *, first: float) -> Mixed:
    """Solve some scenarios (k, rows) together, the first stage's costs counted ``first`` times."""
    one, two, k = case.first, case.second, np.arange(len(shift))
    n, m, rows, base = len(one.costs), len(two.costs), shift.shape[1], len(one.program.low)
    program = Program(
        n + m * len(k),
        np.concatenate([one.program.top, np.tile(two.program.top, len(k))]),
        np.concatenate([one.program.low, (two.program.low + shift).ravel()]),
        np.concatenate([one.program.high, (two.program.high + shift).ravel()]),
        np.concatenate([one.program.row, base + _spread(k, rows, case.tie_row),
                        base + _spread(k, rows, two.program.row)]),
        np.concatenate([one.program.column, np.tile(case.tie_column, len(k)),
                        n + _spread(k, m, two.program.column)]),
        np.concatenate([one.program.value, np.tile(case.tie_value, len(k)),
                        np.tile(two.program.value, len(k))]),
    )  # fmt: skip
    return minimise(
        program, np.concatenate([first * one.costs, np.outer(weight, two.costs).ravel()]),
        np.zeros(0, dtype=int), floor=np.concatenate([one.floor, np.tile(two.floor, len(k))]),
    )  # fmt: skip


def _spread(copies: Ints, size: int, place: Ints) -> Ints:
    """Return the places in each copy of something of this size."""
    return (copies[:, None] * size + place).ravel()


def _opened(part: Part, work: Work) -> Simplex:
    simplex = Simplex(part.program, work)
    simplex.bound_columns(np.arange(len(part.floor)), part.floor, part.program.top)
    return simplex


def _master(case: TwoStage, work: Work) -> CutSimplex:
    """The first stage with a column a scenario: its costs above its least."""
    one, scenarios = case.first, len(case.probability)
    p = one.program
    program = Program(
        p.columns + scenarios, np.concatenate([p.top, np.full(scenarios, INF)]),
        p.low, p.high, p.row, p.column, p.value,
    )  # fmt: skip
    simplex = CutSimplex(program, work)
    simplex.bound_columns(np.arange(len(one.floor)), one.floor, p.top)
    return simplex
