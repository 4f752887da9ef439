"""The goals over the part that is planned anew, with the published plan to hold on to.

The goals stand in the order that the plan was asked for; *keep what is published* stands after the
last goal of coverage (of which the dispatcher may give up a stated share for it), before lateness
and cost: what people were promised is not moved to save a kilometre.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.errors import SolverError
from optimizer import floors
from optimizer.classes import Classes
from optimizer.engines.simplex import INF, Answer, Ended, Program, Simplex
from optimizer.flow import Flow
from optimizer.goals import Fairness, GoalName, coverage_by_group, fairness_goals
from optimizer.lexicographic import lower
from optimizer.leximin import leximin
from optimizer.model import Matrix, build
from optimizer.order import KEEP, ORDINARY, SCOPED, Aim, Order
from optimizer.problem import Limits
from optimizer.replan.lend import SLIP, Side, lend
from optimizer.replan.steps import EXACT, SHARE, Linear, Step, holding_on, steps

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Held:
    """What the published plan holds of the columns, and what departing from it costs."""

    sends: Floats  # published units by column of ``sends``, as the solver counts them
    serves: Floats  # published units of the need by column of ``serves``: to whom, and as what
    classes: Floats  # all published units of the need by class
    dear_sends: Floats  # price of one unit's departure, by column; 1 = usual
    dear_serves: Floats
    touched: Bools  # by class: whether the change touches it


@dataclass(frozen=True)
class Terms:
    """On which terms a part is solved.

    ``worth``: of the whole plan's coverage goals, what one unit of each class brings; ``had``: the
    published plan's value of each goal; ``give``: weighted coverage (0..1) given up to keep more;
    ``brief``: floors in few programs (see `optimizer.replan.lend`) also where all is touched.
    """

    limits: Limits
    order: Order = ORDINARY
    worth: Mapping[str, Floats] = field(default_factory=dict)
    had: Mapping[str, float] = field(default_factory=dict)
    give: float = 0.0
    brief: bool = False


@dataclass(frozen=True)
class Course:
    """A fractional plan; ``proven`` if every goal was solved to its end."""

    sends: Floats
    serves: Floats
    proven: bool


def held(classes: Classes, flow: Flow, old: pl.DataFrame, touched: npt.NDArray[np.bool_]) -> Held:
    """Return what old lines (send, cls, units, covers, price) come to in the columns."""
    units, dear_sends = _by_column(old, "send", "units", flow.sends.height)
    served, dear_serves = _by_column(old, "serve", "covers", flow.serves.height)
    whole = _summed(classes.classes.height, old["cls"], old["covers"])
    scale = flow.sends["scale"].to_numpy()
    return Held(units / scale, served, whole, dear_sends, dear_serves, touched)


def _by_column(old: pl.DataFrame, column: str, amount: str, size: int) -> tuple[Floats, Floats]:
    """Return the published amount by column, and the mean price of one unit's departure."""
    mine = old.filter(pl.col(column).is_not_null())
    units = _summed(size, mine[column], mine[amount])
    cost = _summed(size, mine[column], mine[amount] * mine["price"])
    return units, np.divide(cost, units, out=np.ones(size), where=units > 0)


def _summed(size: int, key: pl.Series, amount: pl.Series) -> Floats:
    total = np.zeros(size)
    np.add.at(total, key.cast(pl.Int64).to_numpy(), amount.cast(pl.Float64).to_numpy())
    return total


def run(classes: Classes, flow: Flow, kept: Held, terms: Terms) -> Course:
    """Solve the goals over the classes, keeping to the published units where no goal above gains.

    Raises:
        ProblemInvalid: an equity floor that this part cannot keep.
    """
    fair = fairness_goals(classes, np.unique(flow.serves["cls"].to_numpy()))
    matrix = build(classes, flow, fair)
    program, keep = with_kept(matrix, classes, flow, kept)
    solver = _Solver(Simplex(program, terms.limits), matrix, fair, kept, terms)
    try:
        for step in _with_keep(steps(terms.order, classes, flow, fair), keep, terms.order):
            if step.name != GoalName.SURVIVAL:  # equity floors stand below the first goal alone
                solver.hold(classes, flow)
            solver.take(step)
    except (Ended, SolverError):
        return _course(matrix, solver.point, proven=False)
    return _course(matrix, solver.point, proven=True)


def _with_keep(found: list[Step], keep: Linear, order: Order) -> list[Step]:
    place = holding_on(found, order)
    aim = next((a for a in order.aims if a.goal == KEEP), Aim(KEEP))
    return [*found[:place], Step(0, KEEP, aim, linear=keep), *found[place:]]


class _Solver:
    """Takes the goals one after the other; each keeps what the ones above achieved."""

    def __init__(
        self, simplex: Simplex, matrix: Matrix, fair: list[Fairness], kept: Held, terms: Terms
    ) -> None:
        self.simplex, self.matrix, self.fair, self.kept, self.terms = (
            simplex, matrix, fair, kept, terms,
        )  # fmt: skip
        self.point: Floats = np.zeros(matrix.program.columns)
        self._touched = kept.touched.copy()
        self._floors = False

    def hold(self, classes: Classes, flow: Flow) -> None:
        """Hold the equity floors, once."""
        if not self._floors:
            floors.hold(self.simplex, classes, flow)
        self._floors = True

    def take(self, step: Step) -> None:
        """Solve a goal and hold what it achieved."""
        if step.linear is None:
            self.point = self._fair(step.fair or 0, step.aim).values
            return
        goal = self._weighed(step.linear)
        if len(goal.which):
            self.point = self._linear(goal, self._give(step, goal)).values

    def _weighed(self, goal: Linear) -> Linear:
        """Return a goal of coverage with what a unit brings in the whole plan, not in the part."""
        if goal.name not in self.terms.worth:
            return goal
        weights = self.terms.worth[goal.name][self.matrix.cls]
        which = self.matrix.sends + np.flatnonzero(weights > 0)
        return replace(goal, which=which, weights=weights[weights > 0])

    def _give(self, step: Step, goal: Linear) -> float:
        """Return how much of the goal the goals below may take, in its own unit."""
        whole = 1.0 if step.name == KEEP else abs(self.terms.had.get(goal.name, 0.0))
        own = step.aim.share * whole + step.aim.amount
        return max(own, self.terms.give if step.name == GoalName.COVERAGE else 0.0)

    def _fair(self, k: int, aim: Aim) -> Answer:
        """Fix a goal's floors: by lending where others may lend, or in brief; else by leximin.

        Classes of groups that lent count as touched from then on: at the goals below they have
        less too.
        """
        goal, cover, link = self.fair[k], self.matrix.cover[k], self.matrix.link[k]
        group = goal.cell_group[goal.cell]
        mine = np.zeros(goal.groups, dtype=bool)
        np.logical_or.at(mine, group, self._touched[goal.cls])
        limits = self.terms.limits
        if self.terms.brief or not mine.all():
            was = coverage_by_group(goal, self.kept.classes)
            side = Side(cover, link, np.where(mine, np.nan, was), np.minimum(was, 1.0))
            lent = lend(self.simplex, self.matrix.level, side, limits.delta)
            self._touched[goal.cls[np.isin(group, lent.lenders)]] = True
            lower(self.simplex, cover, self.simplex.lows(cover), aim)
            return lent.answer
        work = int(SHARE * (limits.work - self.simplex.iterations))
        levels = leximin(self.simplex, self.matrix.level, cover, link, limits.delta, work)
        low = np.maximum(levels.floors - SLIP, 0.0)
        self.simplex.bound_columns(cover, low, np.ones(len(cover)))
        lower(self.simplex, cover, low, aim)
        return levels.answer

    def _linear(self, goal: Linear, slack: float) -> Answer:
        scale = 1.0 / float(np.exp(np.mean(np.log(goal.weights))))
        scaled = goal.weights * scale
        answer = self.simplex.solve(goal.which, scaled, most=goal.most)
        if not answer.proven:
            raise Ended
        best = float(scaled @ answer.values[goal.which])
        give = slack * scale + EXACT * max(1.0, abs(best))
        low, high = (best - give, INF) if goal.most else (-INF, best + give)
        self.simplex.add_row(goal.which, scaled, low, high)
        return answer


def _course(matrix: Matrix, point: Floats, *, proven: bool) -> Course:
    return Course(point[: matrix.sends], point[matrix.sends : matrix.sends + matrix.serves], proven)


def with_kept(matrix: Matrix, classes: Classes, flow: Flow, kept: Held) -> tuple[Program, Linear]:
    """Return the program with a column "units kept" a published amount, and the goal over them.

    Kept units are at most what was published and at most what is sent (or served, to whom and as
    what) now; each item counts alike, however its units are named, and a unit as much as departing
    from it costs.
    """
    program = matrix.program
    sends, serves = np.flatnonzero(kept.sends > 0), np.flatnonzero(kept.serves > 0)
    top = np.concatenate([kept.sends[sends], kept.serves[serves]])
    dear = np.concatenate([kept.dear_sends[sends], kept.dear_serves[serves]])
    columns = program.columns + np.arange(len(top))
    rows = len(program.low) + np.arange(len(top))
    made = np.concatenate([sends, matrix.sends + serves])
    wider = replace(
        program, columns=program.columns + len(top), top=np.concatenate([program.top, top]),
        low=np.concatenate([program.low, np.zeros(len(top))]),
        high=np.concatenate([program.high, np.full(len(top), INF)]),
        row=np.concatenate([program.row, rows, rows]),
        column=np.concatenate([program.column, columns, made]),
        value=np.concatenate([program.value, -np.ones(len(top)), np.ones(len(top))]),
    )  # fmt: skip
    owed = classes.classes["item"].gather(flow.serves["cls"].gather(serves))
    items = pl.concat([flow.sends["item"].gather(sends), owed])
    priced = pl.DataFrame({"item": items, "cost": top * dear})
    total = priced.select(pl.col("cost").sum().over("item")).to_series().to_numpy()
    worth = np.where(dear > 0, dear / np.maximum(total, 1e-300), 0.0)
    good = worth > 0
    return wider, Linear(KEEP, "share", columns[good], worth[good], most=True)


def coverage_goals(order: Order) -> list[str]:
    """Return the linear goals of coverage in an order."""
    names = [aim.goal for aim in order.aims]
    return [n for n in names if n == GoalName.COVERAGE or n.startswith(SCOPED)]
