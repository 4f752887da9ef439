"""The master program: the first stage, and cuts that bound loss and tail from below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizer.engines.simplex import INF, Simplex
from optimizer.problem import Limits as Work
from optimizer.restock.arrays import Case, Floats, Ints
from optimizer.restock.firststage import Decision, Rows, lay
from optimizer.restock.mixed import program_of
from optimizer.restock.recourse import Answer

MISSED = 1e-9
"""A cut counts as missed by this relative margin."""


@dataclass(frozen=True)
class Cut:
    """The row ``values . v[columns] >= low``."""

    columns: Ints
    values: Floats
    low: float


class CutSimplex(Simplex):
    """A simplex whose objective stays: after new rows the basis is dual feasible, so go by that."""

    def _set_objective(self, which: Ints, values: Floats, *, most: bool) -> None:
        if self._result is None:
            super()._set_objective(which, values, most=most)

    def add_column(self) -> int:
        """Add a column ``v >= 0`` without cost and return its number."""
        return int(self.add_columns(np.full(1, INF))[0])

    @property
    def size(self) -> int:
        """Number of columns."""
        return self._count

    def _parameters(self) -> Any:
        asked = super()._parameters()
        asked.glop.use_dual_simplex = True
        return asked


class Master:
    """The first stage in GLOP with a growing set of cuts; money in ``scale`` fen."""

    def __init__(self, case: Case, groups: Ints, scale: float, work: Work) -> None:
        self.case, self.scale = case, scale
        self.group = groups  # (W,)
        self.groups = int(groups.max(initial=0)) + 1
        rows = Rows()
        self.layout = lay(case, rows)
        self.theta = rows.columns_of(np.full(len(case.items) * self.groups, INF)).reshape(
            len(case.items), self.groups
        )
        self.eta = rows.columns_of(np.full(1, INF))
        self.tail = rows.columns_of(np.full(len(case.scenarios), INF))
        self.program = program_of(rows)
        self.simplex = CutSimplex(self.program, work)
        self.cuts: list[Cut] = []
        self.parts: dict[tuple[int, int], int] = {}  # (scenario, item) -> column of its loss
        self.last = np.zeros(0)  # the last solve's values

    def aim(self) -> tuple[Ints, Floats]:
        """Return the objective's columns and values, in ``scale`` fen."""
        which, fen = self.layout.costs(self.case)
        risk = self.case.risk
        share = self.case.probability / (1.0 - risk.alpha)
        columns = np.concatenate([which, self.theta.ravel(), self.eta, self.tail])
        values = np.concatenate([
            fen / self.scale, np.ones(self.theta.size), [risk.weight], risk.weight * share,
        ])  # fmt: skip
        return columns, values

    def solve(self) -> tuple[float, Decision]:
        """Return a bound in fen, below which no plan lies, and the plan that attains it here.

        Raises:
            Ended: a stated limit ended the solve.
        """
        while True:
            answer = self.simplex.solve(*self.aim(), most=False)
            self.last = answer.values
            plan = self.layout.decision(self.case, answer.values)
            over = self.layout.too_many(self.case, plan)
            if not len(over):
                break
            self.at_most(over)
        bound = answer.objective * self.scale if answer.proven else -INF
        return bound, plan

    def free(self, budget: Floats) -> None:
        """Set the cumulated budget (D,) in fen."""
        for row, fen in zip(self.layout.budget, budget.tolist(), strict=True):
            self.simplex.bound_rows(np.array([row]), -fen)

    def at_most(self, over: Ints) -> None:
        """Add rows: no more of an option than there is (places in `Layout.sold`)."""
        for place in over.tolist():
            columns = self.layout.buys[place]
            most = float(self.case.options.most[self.layout.sold[place]])
            self.add(Cut(columns, -np.ones(len(columns)), -most))

    def add(self, cut: Cut) -> None:
        """Add a row."""
        self.cuts.append(cut)
        self.simplex.add_row(cut.columns, cut.values, cut.low, INF)

    def learn(self, answers: list[Answer], tail: Ints) -> None:
        """Add the cuts of one evaluation: by item and group, and by scenario of the tail."""
        for item, answer in enumerate(answers):
            self._expected(item, answer)
        if self.case.risk.weight > 0:
            for scenario in tail.tolist():
                self._tail(scenario, answers)

    def _expected(self, item: int, answer: Answer) -> None:
        case, block = self.case, self.case.blocks[item]
        weighted, low = self._parts(item, answer)
        steps = len(case.dates) + 1
        options = np.arange(block.options)
        cell = options[None, :] * steps + case.callable[:, block.first : block.last]
        key = self.group[:, None] * (block.options * steps) + cell
        size = self.groups * block.options * steps
        p = case.probability
        total = np.bincount(key.ravel(), (weighted * p[:, None]).ravel(), size)
        table = total.reshape(self.groups, block.options, steps) / self.scale
        constant = np.bincount(self.group, low * p, self.groups) / self.scale
        for g in range(self.groups):
            option, step = np.nonzero(table[g])
            mark = np.array([self.theta[item, g]])
            self._add(mark, block.first + option, step, table[g][option, step], constant[g])

    def _tail(self, scenario: int, answers: list[Answer]) -> None:
        """Cuts on the scenario's loss, item by item; their sum bounds the tail."""
        case = self.case
        self._split(scenario)
        for item, answer in enumerate(answers):
            block = case.blocks[item]
            option = block.first + np.flatnonzero(answer.price[scenario])
            kept = case.kept[scenario, case.options.site[option]]
            value = answer.price[scenario, option - block.first] * kept
            low = answer.worth[scenario] - float(value @ case.alive[scenario, option])
            mark = np.array([self.parts[scenario, item]])
            step = case.callable[scenario, option]
            self._add(mark, option, step, value / self.scale, low / self.scale)

    def _split(self, scenario: int) -> None:
        """Tail + eta - losses by item >= 0."""
        if (scenario, 0) in self.parts:
            return
        parts = [self.simplex.add_column() for _ in self.case.items]
        self.parts |= {(scenario, item): part for item, part in enumerate(parts)}
        columns = np.array([self.tail[scenario], self.eta[0], *parts])
        values = np.concatenate([np.ones(2), -np.ones(len(parts))])
        self.add(Cut(columns, values, 0.0))

    def _parts(self, item: int, answer: Answer) -> tuple[Floats, Floats]:
        """Return (W, options) fen by unit of position, and (W,) the loss proven without it."""
        case, block = self.case, self.case.blocks[item]
        part = slice(block.first, block.last)
        weighted = answer.price * case.kept[:, case.options.site[part]]
        return weighted, answer.worth - (weighted * case.alive[:, part]).sum(axis=1)

    def _add(self, mark: Ints, option: Ints, step: Ints, values: Floats, low: float) -> None:
        """Add ``sum of mark + values . position >= low``; drop what a loss >= 0 says already."""
        layout, gained = self.layout, np.zeros(self.program.columns)
        net = np.flatnonzero(layout.net[option] >= 0)
        low += float(values[net] @ self.case.movable[option[net]])
        np.add.at(gained, layout.net[option[net]], values[net])
        if low <= 0:
            return
        for date in range(layout.buys.shape[1]):
            some = np.flatnonzero((layout.at[option] >= 0) & (step > date))
            np.add.at(gained, layout.buys[layout.at[option[some]], date], values[some])
        which = np.flatnonzero(gained)
        columns = np.concatenate([mark, which])
        cut = Cut(columns, np.concatenate([np.ones(len(mark)), gained[which]]), low)
        if self._short(cut):
            self.add(cut)

    def _short(self, cut: Cut) -> bool:
        """Whether the last solve's point misses the cut: others would only slow the master."""
        if not len(self.last):
            return True
        some = cut.columns < len(self.last)
        there = float(cut.values[some] @ self.last[cut.columns[some]])
        return there < cut.low - MISSED * max(1.0, abs(cut.low))
