"""What may be decided today, as rows: limits, budget by date, shelves, transfers, new sites."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from optimizer.engines.simplex import INF
from optimizer.restock.arrays import Case, Floats, Ints

OVER = 1e-6
"""Units by which a limit may be passed before its row is added."""


@dataclass(frozen=True)
class Decision:
    """A first stage: units bought (O, D), units moved (Z,), share of each site opened (S,)."""

    buys: Floats
    moves: Floats
    opened: Floats

    def toward(self, other: Decision, share: float) -> Decision:
        """Return the point that lies ``share`` of the way to the other."""
        return Decision(
            self.buys + share * (other.buys - self.buys),
            self.moves + share * (other.moves - self.moves),
            self.opened + share * (other.opened - self.opened),
        )


def nothing(case: Case) -> Decision:
    """Return the plan that leaves everything as it is."""
    return Decision(
        np.zeros((len(case.options), len(case.dates))),
        np.zeros(len(case.lanes.cost)),
        np.zeros(len(case.sites)),
    )


def cost(case: Case, plan: Decision) -> float:
    """Return what the plan costs in the objective, in fen."""
    bought = float(case.options.price @ plan.buys.sum(axis=1))
    return bought + float(case.lanes.cost @ plan.moves) + float(case.opening @ plan.opened)


def spending(case: Case, plan: Decision) -> Floats:
    """Return (D,) fen spent on each date; transfers and openings are paid on the first."""
    spent = case.options.spend @ plan.buys
    spent[0] += float(case.lanes.cost @ plan.moves) + float(case.opening @ plan.opened)
    return np.asarray(spent)


@dataclass
class Rows:
    """Collects the rows ``low <= A v <= high`` and columns of a program."""

    columns: int = 0
    row: list[Ints] = field(default_factory=list)
    column: list[Ints] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    low: list[Floats] = field(default_factory=list)
    high: list[Floats] = field(default_factory=list)
    top: list[Floats] = field(default_factory=list)
    count: int = 0

    def columns_of(self, top: Floats) -> Ints:
        """Open columns ``0 <= v <= top`` and return their numbers."""
        first = self.columns
        self.top.append(top)
        self.columns += len(top)
        return np.arange(first, self.columns)

    def rows_of(self, low: Floats, high: Floats) -> Ints:
        """Open rows and return their numbers."""
        first = self.count
        self.low.append(low)
        self.high.append(high)
        self.count += len(low)
        return np.arange(first, self.count)

    def put(self, row: Ints, column: Ints, value: Floats) -> None:
        """Add coefficients."""
        self.row.append(row)
        self.column.append(column)
        self.value.append(value)


@dataclass(frozen=True)
class Layout:
    """Where the first stage's columns and rows lie."""

    sold: Ints  # (P,) options that may be bought and can serve somebody
    buys: Ints  # (P, D) columns
    moves: Ints  # (Z,)
    opened: Ints  # (C,)
    candidates: Ints  # (C,) sites
    at: Ints  # (O,) place of the option in `sold`, -1 if it is not
    net: Ints  # (O,) column of units moved in less out plus `movable`, -1 without lanes
    budget: Ints  # (D,) rows: -spent >= -free

    def decision(self, case: Case, values: Floats) -> Decision:
        """Read the first stage out of a program's values."""
        plan = nothing(case)
        plan.buys[self.sold] = np.maximum(values[self.buys], 0.0)
        plan.moves[:] = np.maximum(values[self.moves], 0.0)
        plan.opened[self.candidates] = np.clip(values[self.opened], 0.0, 1.0)
        return plan

    def costs(self, case: Case) -> tuple[Ints, Floats]:
        """Return columns and their fen in the objective."""
        price = np.repeat(case.options.price[self.sold], self.buys.shape[1])
        which = np.concatenate([self.buys.ravel(), self.moves, self.opened])
        return which, np.concatenate([price, case.lanes.cost, case.opening[self.candidates]])

    def too_many(self, case: Case, plan: Decision) -> Ints:
        """Return the options (places in `sold`) of which a plan buys more than there is."""
        over = plan.buys[self.sold].sum(axis=1) - case.options.most[self.sold]
        return np.flatnonzero(over > OVER)


def lay(case: Case, rows: Rows) -> Layout:
    """Add the first stage's columns and rows.

    That an option is not bought beyond `most` over several dates is left to `Layout.too_many`:
    thousands of rows that hardly ever bind would slow every pivot.
    """
    sold = np.flatnonzero((case.options.most > 0) & useful(case))
    dates = len(case.dates)
    most = np.repeat(case.options.most[sold], dates)
    buys = rows.columns_of(most).reshape(len(sold), dates)
    moves = rows.columns_of(case.movable[case.lanes.origin])
    candidates = np.flatnonzero(case.candidate)
    opened = rows.columns_of(np.ones(len(candidates)))
    at = np.full(len(case.options), -1, dtype=np.int64)
    at[sold] = np.arange(len(sold))
    layout = Layout(
        sold, buys, moves, opened, candidates, at, _net(case, rows, moves),
        rows.rows_of(-case.budget, np.full(dates, INF)),
    )  # fmt: skip
    _budget(case, rows, layout)
    _only_if_open(case, rows, layout)
    _space(case, rows, layout)
    _movable(case, rows, layout)
    if case.totals is not None:
        total = rows.rows_of(np.full(len(case.totals), -INF), case.totals)
        rows.put(total[np.repeat(case.options.item[sold], dates)], buys.ravel(), np.ones(buys.size))
    return layout


def useful(case: Case) -> npt.NDArray[np.bool_]:
    """Return (O,): whether some scenario could call a unit of the option in time."""
    return np.asarray(case.reach().any(axis=0))


def _net(case: Case, rows: Rows, moves: Ints) -> Ints:
    """Net + out - in = movable, a column for each option that a lane touches."""
    touched = np.unique(np.concatenate([case.lanes.origin, case.lanes.target]))
    net = np.full(len(case.options), -1, dtype=np.int64)
    net[touched] = rows.columns_of(np.full(len(touched), INF))
    row = rows.rows_of(case.movable[touched], case.movable[touched])
    rows.put(row, net[touched], np.ones(len(touched)))
    for end, sign in ((case.lanes.target, -1.0), (case.lanes.origin, 1.0)):
        rows.put(row[np.searchsorted(touched, end)], moves, np.full(len(moves), sign))
    return net


def _budget(case: Case, rows: Rows, layout: Layout) -> None:
    spend, opening = case.options.spend[layout.sold], case.opening[layout.candidates]
    for d in range(len(case.dates)):
        which = np.concatenate([layout.buys[:, : d + 1].ravel(), layout.moves, layout.opened])
        fen = np.concatenate([np.repeat(spend, d + 1), case.lanes.cost, opening])
        rows.put(np.full(len(which), layout.budget[d]), which, -fen)


def _only_if_open(case: Case, rows: Rows, layout: Layout) -> None:
    """At a candidate site nothing is bought unless it is opened."""
    new = np.flatnonzero(case.candidate[case.options.site[layout.sold]])
    option, dates = layout.sold[new], layout.buys.shape[1]
    row = rows.rows_of(np.full(len(new), -INF), np.zeros(len(new)))
    rows.put(np.repeat(row, dates), layout.buys[new].ravel(), np.ones(len(new) * dates))
    column = layout.opened[np.searchsorted(layout.candidates, case.options.site[option])]
    rows.put(row, column, -case.options.most[option])


def _space(case: Case, rows: Rows, layout: Layout) -> None:
    o, sites, dates = case.options, len(case.sites), layout.buys.shape[1]
    held = np.bincount(o.site, o.litres * o.today, sites)
    row = rows.rows_of(np.full(sites, -INF), np.where(case.candidate, 0.0, case.capacity) - held)
    shelf = np.flatnonzero(o.litres[layout.sold] > 0)
    option = np.repeat(layout.sold[shelf], dates)
    rows.put(row[o.site[option]], layout.buys[shelf].ravel(), o.litres[option])
    rows.put(row[o.site[case.lanes.target]], layout.moves, o.litres[case.lanes.target])
    rows.put(row[o.site[case.lanes.origin]], layout.moves, -o.litres[case.lanes.origin])
    rows.put(row[layout.candidates], layout.opened, -case.capacity[layout.candidates])


def _movable(case: Case, rows: Rows, layout: Layout) -> None:
    giving = np.unique(case.lanes.origin)
    row = rows.rows_of(np.full(len(giving), -INF), case.movable[giving])
    where = np.searchsorted(giving, case.lanes.origin)
    rows.put(row[where], layout.moves, np.ones(len(layout.moves)))
