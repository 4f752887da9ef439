"""The extensive form: every scenario's flows in one program. Small cases only; the test oracle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.engines.simplex import INF, Program
from optimizer.restock.arrays import FEN, Block, Case, Floats, Ints
from optimizer.restock.firststage import Decision, Layout, Rows, lay
from optimizer.restock.mixed import minimise, program_of


@dataclass(frozen=True)
class Extensive:
    """The whole two-stage program; money in fen."""

    program: Program
    layout: Layout
    costs: Floats
    whole: Ints  # columns of sites that are open or not


def extensive(case: Case) -> Extensive:
    """Build the extensive form of a case."""
    rows = Rows()
    layout = lay(case, rows)
    _at_most(case, rows, layout)
    which, fen = layout.costs(case)
    eta = rows.columns_of(np.full(1, INF))
    tail = rows.columns_of(np.full(len(case.scenarios), INF))
    none = np.zeros(len(tail))
    over = rows.rows_of(none, np.full(len(tail), INF))  # tail + eta - loss >= 0
    rows.put(over, tail, np.ones(len(tail)))
    rows.put(over, np.repeat(eta, len(tail)), np.ones(len(tail)))
    risk = case.risk
    columns = [which, eta, tail]
    values = [fen, np.array([risk.weight]), risk.weight * case.probability / (1.0 - risk.alpha)]
    for block in case.blocks:
        column, scenario, each = _recourse(case, rows, layout, block)
        rows.put(over[scenario], column, -each)
        columns.append(column)
        values.append(each * case.probability[scenario])
    costs = np.zeros(rows.columns)
    np.add.at(costs, np.concatenate(columns), np.concatenate(values))
    program = program_of(rows)
    return Extensive(program, layout, costs, layout.opened)


def solve_extensive(case: Case, solver: str = "highs") -> tuple[float, Decision]:
    """Return the optimum in fen and a first stage that attains it."""
    whole = extensive(case)
    answer = minimise(whole.program, whole.costs, whole.whole, solver=solver)
    return answer.value, whole.layout.decision(case, answer.values)


def _at_most(case: Case, rows: Rows, layout: Layout) -> None:
    most = case.options.most[layout.sold]
    row = rows.rows_of(np.full(len(most), -INF), most)
    rows.put(np.repeat(row, layout.buys.shape[1]), layout.buys.ravel(), np.ones(layout.buys.size))


def _recourse(case: Case, rows: Rows, layout: Layout, block: Block) -> tuple[Ints, Ints, Floats]:
    """Add one item's flows and shortages; return their columns, scenarios and fen a unit."""
    flow = rows.columns_of(np.full(len(block.arc_row), INF))
    short = rows.columns_of(block.row_need.astype(float))
    met = rows.rows_of(block.row_need.astype(float), block.row_need.astype(float))
    rows.put(met[block.arc_row], flow, np.ones(len(flow)))
    rows.put(met, short, np.ones(len(short)))
    sources, place = np.unique(block.arc_source, return_inverse=True)
    scenario, option = sources // block.options, block.first + sources % block.options
    kept = case.kept[scenario, case.options.site[option]]
    net = layout.net[option]
    fixed = kept * (case.alive[scenario, option] - np.where(net >= 0, case.movable[option], 0.0))
    have = rows.rows_of(np.full(len(sources), -INF), fixed)
    rows.put(have[place], flow, np.ones(len(flow)))
    some = net >= 0
    rows.put(have[some], net[some], -kept[some])
    for date in range(len(case.dates)):
        some = (layout.at[option] >= 0) & (case.callable[scenario, option] > date)
        rows.put(have[some], layout.buys[layout.at[option[some]], date], -kept[some])
    fen = np.concatenate([block.arc_cost, block.row_short]) / FEN
    who = np.concatenate([block.row_scenario[block.arc_row], block.row_scenario])
    return np.concatenate([flow, short]), who, fen
