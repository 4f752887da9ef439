"""What a disaster costs for given stock: min-cost flows, and prices that prove them.

For any prices π ≥ 0 of the sources the loss of a scenario is at least

    Σ_rows need · min(short, min_sources (cost + π)) − Σ_sources π · available,

so every answer carries a valid cut whatever the rounding did. The min-cost flow gives the prices
for which the two sides agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from graphcore.domain.errors import SolverError
from graphcore.domain.text import say
from optimizer.restock.arrays import FEN, Block, Case, Floats, Ints

GRAIN = 2**16
"""Flow is counted in this part of a unit; demand is whole, so that only stock is rounded (down)."""
MOST = 2**50
"""Largest total flow in grains."""
EPS = 1e-7


@dataclass(frozen=True)
class Answer:
    """One item's recourse: losses in fen by scenario (W,), and the cut that proves them."""

    loss: Floats  # achieved by the flow
    proven: Floats  # least loss that the prices prove
    worth: Floats  # (W,) need x price of the rows: the cut's constant before stock, in fen
    price: Floats  # (W, options) fen that one more unit here would save
    missing: Floats  # (W,) units unserved
    used: Floats  # (W, options) units called


@dataclass(frozen=True)
class Flow:
    """Units on arcs: ``arc`` are indices into the block's arcs."""

    arc: Ints
    units: Floats


def recourse(block: Block, stock: Floats, scenarios: int) -> Answer:
    """Return each scenario's least loss of the item for ``stock`` (W, options)."""
    flow, slack = _flows(block, stock)
    gamma = _row_prices(block, flow, slack, stock.ravel())
    price = _source_prices(block, gamma, stock.size)
    worth = np.bincount(block.row_scenario, gamma * block.row_need, scenarios) / FEN
    proven = worth - (price.reshape(stock.shape) * stock).sum(axis=1) / FEN
    loss, missing = _losses(block, flow, scenarios)
    used = np.bincount(block.arc_source[flow.arc], flow.units, stock.size)
    return Answer(
        loss, proven, worth, price.reshape(stock.shape) / FEN,
        np.bincount(block.row_scenario, missing, scenarios).astype(float),
        used.reshape(stock.shape).astype(float),
    )  # fmt: skip


def losses(block: Block, stock: Floats) -> Floats:
    """Return (W,) each scenario's least loss in fen, without prices."""
    return _losses(block, _flows(block, stock)[0], len(stock))[0]


def _losses(block: Block, flow: Flow, scenarios: int) -> tuple[Floats, Floats]:
    """Return (W,) fen lost and spent, and (rows,) units missing."""
    served = np.bincount(block.arc_row[flow.arc], flow.units, len(block.row_need))
    missing = np.maximum(block.row_need - served, 0.0)
    lost = np.bincount(block.row_scenario, missing * block.row_short, scenarios)
    row = block.row_scenario[block.arc_row[flow.arc]]
    spent = np.bincount(row, flow.units * block.arc_cost[flow.arc], scenarios)
    return (lost + spent) / FEN, missing


def _flows(block: Block, stock: Floats) -> tuple[Flow, np.ndarray]:
    """Return the flow of every scenario, and which sources (flat) have units left."""
    grain = _grain(block)
    whole = np.floor(stock.ravel() * grain + EPS).astype(np.int64)
    arc = np.flatnonzero(whole[block.arc_source] > 0)
    sent = _solve(block, arc, whole, grain)
    used = np.bincount(block.arc_source[arc], sent, stock.size)
    some = sent > 0
    return Flow(arc[some], sent[some] / grain), used < whole


def _grain(block: Block) -> int:
    most = int(block.row_need.sum()) + 1
    return max(1, min(GRAIN, MOST // most))


def _solve(block: Block, arc: Ints, whole: Ints, grain: int) -> Ints:
    """Solve one min-cost flow a scenario; return grains on ``arc``."""
    sent = np.zeros(len(arc), dtype=np.int64)
    if not len(arc):
        return sent
    rows, row = _local(block.arc_row[arc], len(block.row_need))
    sources, source = _local(block.arc_source[arc], len(whole))
    scenario = block.row_scenario[block.arc_row[arc]]
    starts = np.flatnonzero(np.diff(scenario, prepend=-1))
    ends = np.append(starts[1:], len(arc))
    need, short, have = block.row_need[rows] * grain, block.row_short[rows], whole[sources]
    cap = np.minimum(have[source], need[row])
    cost, options = block.arc_cost[arc], block.options
    row_ends = np.searchsorted(block.row_scenario[rows], scenario[starts], "right").tolist()
    source_ends = np.searchsorted(sources // options, scenario[starts], "right").tolist()
    r0 = s0 = 0
    for k, (a, b) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        r1, s1 = row_ends[k], source_ends[k]
        sent[a:b] = _one(
            row[a:b] - r0, source[a:b] - s0, cap[a:b], cost[a:b], need[r0:r1], short[r0:r1],
            have[s0:s1],
        )  # fmt: skip
        r0, s0 = r1, s1
    return sent


def _local(index: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the sorted distinct values, and the place of each index among them."""
    seen = np.zeros(size, dtype=bool)
    seen[index] = True
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[index]


def _one(
    row: Ints, source: Ints, cap: Ints, cost: Ints, need: Ints, short: Ints, have: Ints
) -> Ints:
    """Nodes: sources, rows, root. The root feeds sources by stock and rows at the shortage price."""
    sources, rows, arcs = len(have), len(need), len(row)
    root = sources + rows
    tail, head = np.full(arcs + root, root), np.arange(-arcs, root)
    tail[:arcs], head[:arcs] = source, sources + row
    price = np.zeros(arcs + root, dtype=np.int64)
    price[:arcs], price[arcs + sources :] = cost, short
    graph = SimpleMinCostFlow()
    graph.add_arcs_with_capacity_and_unit_cost(tail, head, np.concatenate([cap, have, need]), price)
    graph.set_nodes_supplies(head[arcs + sources :], -need)
    graph.set_node_supply(root, int(need.sum()))
    status = graph.solve()
    if status != graph.OPTIMAL:
        raise SolverError(
            say("求解器未给出可用的答案（状态 {status}）。", status=str(status)),
            say("请保存本次的数据并报告给开发者；已发布的计划不受影响。"),
        )
    return np.asarray(graph.flows(np.arange(arcs)), dtype=np.int64)


def _row_prices(block: Block, flow: Flow, slack: np.ndarray, stock: Floats) -> Floats:
    """Return the largest row prices that fit the flow (in 1/FEN fen).

    A source with units left has price 0; a row that misses units has its shortage price; where
    units flow, row price = cost + source price. Descends from above to the greatest fixed point.
    """
    live = np.flatnonzero(stock[block.arc_source] > 0)
    row, source, cost = block.arc_row[live], block.arc_source[live], block.arc_cost[live]
    gamma = block.row_short.astype(float)
    if not len(live):
        return gamma
    heads = np.flatnonzero(np.diff(row, prepend=-1))
    which = row[heads]
    price = np.where(slack, 0.0, np.inf)
    gamma[which] = np.minimum(gamma[which], np.minimum.reduceat(cost + price[source], heads))
    tight = flow.arc[~slack[block.arc_source[flow.arc]]]
    t_row, t_source, t_cost = block.arc_row[tight], block.arc_source[tight], block.arc_cost[tight]
    for _ in range(len(block.row_need) + 1):
        before = price.copy()
        np.minimum.at(price, t_source, gamma[t_row] - t_cost)
        if np.array_equal(before, price):
            break
        gamma[which] = np.minimum(gamma[which], np.minimum.reduceat(cost + price[source], heads))
    return np.asarray(np.maximum(gamma, 0.0))


def _source_prices(block: Block, gamma: Floats, sources: int) -> Floats:
    """Return the least source prices that the row prices need."""
    price = np.zeros(sources)
    if len(block.arc_row):
        order = block.by_source
        source = block.arc_source[order]
        heads = np.flatnonzero(np.diff(source, prepend=-1))
        over = gamma[block.arc_row[order]] - block.arc_cost[order]
        price[source[heads]] = np.maximum(np.maximum.reduceat(over, heads), 0.0)
    return price


def calls(block: Block, stock: Floats) -> list[tuple[int, int, float]]:
    """Return (row, option of the item, units) of a best response to ``stock`` (W, options)."""
    flow, _ = _flows(block, stock)
    row, option = block.arc_row[flow.arc], block.arc_source[flow.arc] % block.options
    return list(zip(row.tolist(), option.tolist(), flow.units.tolist(), strict=True))


def evaluate(case: Case, buys: Floats, moves: Floats) -> list[Answer]:
    """Return every item's recourse for purchases (O, D) and transfers (Z,)."""
    position = case.position(buys, moves)
    count = len(case.scenarios)
    return [recourse(b, case.available(b, position), count) for b in case.blocks]


def cvar(loss: Floats, probability: Floats, alpha: float) -> float:
    """Return the mean of the worst 1 - alpha of the losses (split at the quantile)."""
    order = np.argsort(-loss, kind="stable")
    left = 1.0 - alpha
    take = np.minimum(probability[order], np.maximum(left - np.cumsum(probability[order])
                                                     + probability[order], 0.0))  # fmt: skip
    return float(take @ loss[order] / left)
