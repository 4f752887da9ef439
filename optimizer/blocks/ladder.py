"""Goals 1 to 5 in their order by the block solver, with a certified gap at each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from graphcore.domain.plan import Outcome
from optimizer.blocks.layout import Layout, layout
from optimizer.blocks.prices import GIVE_FLOOR, Aim, Floors
from optimizer.blocks.scope import too_wide
from optimizer.blocks.solver import Found, Programs, Solver, cell_coverage
from optimizer.blocks.system import GoalRow
from optimizer.blocks.whole import Costs
from optimizer.classes import Classes
from optimizer.engines.simplex import Program
from optimizer.floors import out_of_reach
from optimizer.flow import Flow
from optimizer.goals import Fairness, fairness_goals, late_serves, lateness_costs
from optimizer.lexicographic import Course, Linear, Stage, linear_goals
from optimizer.leximin import quantum
from optimizer.model import Matrix
from optimizer.problem import Limits, Progress

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
STEP_WORK = 1000  # simplex iterations that one interior point step counts for
GIVE = 1e-5  # relative tolerance with which a linear goal is kept by the goals below
FULL = 1.0 - 1e-6
LIGHT = 1e-3  # least weight of an item among the vehicles' loads, 1 on average


MakePrograms = Callable[[Layout, Ints, int], Programs]
"""From layout, minutes by send and seed."""


class Ladder:
    """The state of the descent: floors by cell, goal rows, the last plan."""

    def __init__(
        self, classes: Classes, flow: Flow, limits: Limits, programs: MakePrograms = Solver
    ) -> None:
        self.fair = fairness_goals(classes, np.unique(flow.serves["cls"].to_numpy()))
        self.lay = layout(classes, flow, self.fair)
        self._cell_load = _loads(self.lay)
        self.linear = linear_goals(classes, flow)
        self._targets = classes.floors
        self._floors_held = not len(self.lay.floors)
        self._minutes = flow.sends["minutes"].to_numpy()
        self._programs = programs
        self.limits = limits
        self.floors = Floors(np.zeros(len(self.lay.cell_units)),
                             np.full(len(self.lay.cell_units), -1.0))  # fmt: skip
        self.rows: list[GoalRow] = []
        self.last: Found | None = None
        self.rounds = 0
        self.ended = False
        self.stages: list[Stage] = []

    @cached_property
    def solver(self) -> Programs:
        """Return the programs' solver, made once it is known that they are worth making."""
        return self._programs(self.lay, self._minutes, self.limits.seed)

    @property
    def left(self) -> int:
        """Return the steps that the work limit leaves."""
        return max(0, self.limits.work // STEP_WORK - self.solver.steps)

    def fairness(self, k: int) -> None:
        """Solve the k-th fairness goal: the worst group's level, then everyone above it."""
        goal, first = self.fair[k], self.lay.cell_first[k]
        if goal.number != 1:
            self._equity()
        cells = np.arange(first, first + len(goal.cell_units))
        found = None if self.ended else self._level(cells)
        if found is None:
            outcome = Outcome.NOT_REACHED if self.ended else Outcome.BOUNDED
            self.ended = True
            self.stages.append(Stage(goal.number, goal.name, 1.0, outcome, "coverage"))
            return
        self.last, self.rounds = found, self.rounds + 1
        floors = np.full(goal.groups, found.value)
        if found.value < FULL:
            floors = self._above(goal, cells, found.value)
        delta = self.limits.delta
        self._hold(cells, np.array([quantum(z, delta) for z in floors.tolist()])[goal.cell_group])
        outcome = Outcome.PROVEN if found.value >= FULL else Outcome.BOUNDED
        bound = min(1.0, found.bound)
        self.stages.append(
            Stage(goal.number, goal.name, bound, outcome, "coverage", reached=found.value)
        )

    def _above(self, goal: Fairness, cells: Ints, level: float) -> Floats:
        """Return each group's coverage once all that can rise above the worst have done so."""
        before = self.floors
        self._hold(cells, np.full(len(cells), level))
        worth = self.lay.cell_units[cells] * self._load(cells)
        floors = Floors(before.open, self.floors.least, GIVE_FLOOR * (1.5 + len(self.stages)))
        found = self.solver.spread(cells, worth, floors, self.rows, self.left)
        self.floors = before
        least = np.full(goal.groups, level)
        if found is None:
            return least
        self.rounds += 1
        cover = cell_coverage(self.lay, found.served)[cells]
        most = np.ones(goal.groups)
        np.minimum.at(most, goal.cell_group, cover)
        return np.asarray(np.maximum(least, most))

    def _load(self, cells: Ints) -> Floats:
        """Return what a unit of each cell's item takes of the vehicles, 1 on average."""
        return self._cell_load[cells]

    def _hold(self, cells: Ints, level: Floats) -> None:
        least = self.floors.least.copy()
        least[cells] = level
        self.floors = Floors(self.floors.open, least)

    def linear_goal(self, number: int, goal: Linear) -> None:
        """Solve a linear goal, and keep it by a row."""
        self._equity()
        lay = self.lay
        weights = np.zeros(len(lay.pool) + len(lay.out_cls))
        weights[goal.which] = goal.weights if goal.most else -goal.weights
        aim = Aim(weights[: len(lay.pool)], weights[len(lay.pool) :], 0.0)
        if not len(goal.which):
            self._stage(number, goal, Outcome.PROVEN, 0.0, 0.0)
            return
        known = 1.0 if self.last is None else abs(self._worth(aim, self.last))
        give = GIVE_FLOOR * (1 + len(self.fair) + len(self.rows))
        floors = Floors(self.floors.open, self.floors.least, give)
        found = None if self.ended else self.solver.solve(
            aim, floors, self.rows, max(known, 1e-9), self.left)  # fmt: skip
        if found is None:
            outcome = Outcome.NOT_REACHED if self.ended else Outcome.BOUNDED
            self.ended = True
            self._stage(number, goal, outcome, goal.easy, None)
            return
        self.last = found
        sign = 1.0 if goal.most else -1.0
        self._stage(number, goal, Outcome.BOUNDED, sign * found.bound, sign * found.value)
        scale = float(np.abs(weights[weights != 0]).mean()) * float(lay.pool_units.mean())
        give = GIVE * max(abs(found.value), scale)
        self.rows.append(GoalRow(-aim.sends, -aim.serves, give - found.value, max(scale, 1e-12)))

    def _equity(self) -> None:
        """Hold the equity floors from here on: they stand below the survival floor alone.

        Raises:
            ProblemInvalid: names the first floor that cannot be held, and the most that can be had.
        """
        if self._floors_held or self.ended:
            return
        self._floors_held = True
        cells = self.lay.floors
        found = self._level(cells)
        if found is None:
            self.ended = True
        elif found.bound < FULL:
            self._refuse(cells)
        else:
            self._hold(cells, np.full(len(cells), min(1.0, found.value)))

    def _refuse(self, cells: Ints) -> None:
        """Say which floor is the first that those before it leave no room for."""
        low, high = 0, len(cells)  # the first `low` floors can be held, the first `high` cannot
        while high - low > 1:
            middle = (low + high) // 2
            found = self._level(cells[:middle])
            low, high = (low, middle) if found is None or found.bound < FULL else (middle, high)
        self._hold(cells[:low], np.ones(low))
        found = self._level(cells[low:high])
        share = 0.0 if found is None else found.bound
        row = self._targets.row(low, named=True)
        raise out_of_reach(row, share * row["target"])

    def _worth(self, aim: Aim, found: Found) -> float:
        return float(aim.sends @ found.sent + aim.serves @ found.served)

    def _stage(
        self, number: int, goal: Linear, outcome: Outcome, bound: float, reached: float | None
    ) -> None:
        self.stages.append(Stage(number, goal.name, bound, outcome, goal.unit, reached=reached))

    def _level(self, cells: Ints) -> Found | None:
        held = np.zeros(len(self.lay.cell_units))
        held[cells] = 1.0
        aim = Aim(np.zeros(len(self.lay.pool)), np.zeros(len(self.lay.out_cls)), 1.0)
        floors = Floors(held, self.floors.least, GIVE_FLOOR * (1 + len(self.stages)))
        return self.solver.solve(aim, floors, self.rows, 1.0, self.left)


def _loads(lay: Layout) -> Floats:
    """Return by cell what a unit takes of the vehicles: the larger of its shares by kg and litre."""
    grams, litres = np.zeros(lay.items), np.zeros(lay.items)
    grams[lay.item], litres[lay.item] = lay.grams, lay.millilitres
    load = np.maximum(grams / max(grams.mean(), 1.0), litres / max(litres.mean(), 1.0))
    item = np.zeros(len(lay.cell_units), dtype=np.int64)
    for at in lay.out_cells.T:
        has = at >= 0
        item[at[has]] = lay.out_item[has]
    return np.asarray(np.maximum(load, LIGHT)[item])


def descend(
    classes: Classes, flow: Flow, limits: Limits, progress: Progress, numbers: Sequence[int],
    programs: MakePrograms = Solver,
) -> Course | None:  # fmt: skip
    """Solve the goals of ``numbers`` and return the course, like `lexicographic.run`.

    None where local rows hang together so widely that the simplex is better (see `scope`).
    """
    ladder = Ladder(classes, flow, limits, programs)
    if too_wide(ladder.lay):
        return None
    total = len(ladder.fair) + len(ladder.linear)
    for k, goal in enumerate(ladder.fair):
        if goal.number in numbers:
            progress(goal.name, k / total)
            ladder.fairness(k)
    for k, (number, linear) in enumerate(ladder.linear):
        if number in numbers:
            progress(linear.name, (len(ladder.fair) + k) / total)
            ladder.linear_goal(number, linear)
    return _course(ladder, classes, flow)


def _course(ladder: Ladder, classes: Classes, flow: Flow) -> Course:
    lay, last = ladder.lay, ladder.last
    sends, serves = len(lay.pool), len(lay.out_cls)
    values = np.zeros(sends + serves)
    whole = values
    if last is not None:
        values = np.concatenate([last.sent, last.served])
        costs = Costs(
            late=lateness_costs(flow).astype(np.int64),
            late_out=late_serves(classes, flow).astype(np.int64),
            minutes=flow.sends["minutes"].to_numpy(),
        )
        whole = np.concatenate(ladder.solver.whole(last.sent, last.served, costs))
    none, rows = np.zeros(0), lay.local + lay.coupling
    empty = np.zeros(0, dtype=np.int64)
    program = Program(sends + serves, none, np.zeros(rows), none, empty, empty, none)
    matrix = Matrix(program, sends, serves, lay.out_cls, sends + serves, [], [])
    return Course(
        matrix, ladder.fair, values, ladder.stages, ladder.rounds, ladder.ended,
        ladder.solver.steps * STEP_WORK, by_clock=False, whole=whole,
    )  # fmt: skip
