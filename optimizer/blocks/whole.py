"""Whole units, item by item: each route's share of lots and vehicles is fixed, then a network flow.

Once the coupling rows are shared out among routes (lot group, van), the items are independent and
each is a transportation problem with whole supplies, whose least-cost flow is whole by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.graph.python import min_cost_flow

from graphcore.domain.errors import SolverError
from graphcore.domain.text import say
from optimizer.blocks.layout import Layout

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
TRACE = 1e-4  # units; a send that carries less is not a route's
EPSILON = 1e-6
DAY = 20_000  # minutes: a day late outweighs any way
LATEST = 400  # days: a step in claim outweighs any lateness


@dataclass(frozen=True)
class Costs:
    """What decides between whole plans of one value: lateness, minutes."""

    late: Ints  # by send, days
    late_out: Ints  # by serve, days
    minutes: Ints  # by send


def whole_plan(
    lay: Layout, sent: Floats, served: Floats, costs: Costs, quota: Ints | None = None
) -> tuple[Floats, Floats]:
    """Return whole units by send and by serve, within one unit of what each class gets.

    Both in the solver's units: a send of money may be a fraction that stands for whole fen.
    ``quota``: each route's whole units, where they were shared out before.
    """
    portion = lay.portion
    whole_sent, whole_served = np.zeros(len(sent)), np.zeros(len(served))
    kept, first, at = _routes(lay, sent)
    if quota is None:
        quota = _shared_out(lay, sent, kept, first, at)
    asks = _asks(lay, served)
    for item in np.unique(lay.item[kept]).tolist():
        mine = np.flatnonzero(lay.item[kept] == item)
        serves = np.flatnonzero(lay.pool_item[lay.out_pool] == item)
        flows = _flow(lay, kept[mine], at[mine], quota, serves, asks, costs)
        whole_sent[kept[mine]] = flows[0] / portion.scale[item]
        take, step = portion.take[serves], portion.step[serves]
        whole_served[serves] = flows[1] // take * step
    return whole_sent, whole_served


def rationed(lay: Layout, sent: Floats) -> tuple[Ints, Ints]:
    """Return (example send, whole units) of each route: lots and vehicles shared out among them."""
    kept, first, at = _routes(lay, sent)
    return kept[first], _shared_out(lay, sent, kept, first, at)


def _routes(lay: Layout, sent: Floats) -> tuple[Ints, Ints, Ints]:
    """Return (sends that carry something, the first of each route, each one's route)."""
    kept = np.flatnonzero(sent > TRACE)
    route_of = lay.group[kept] * max(len(lay.kg), 1) + lay.van[kept]
    _, first, at = np.unique(route_of, return_index=True, return_inverse=True)
    return kept, first, at


def _shared_out(lay: Layout, sent: Floats, kept: Ints, first: Ints, at: Ints) -> Ints:
    units = sent[kept] * lay.portion.scale[lay.item[kept]]
    return _quotas(lay, kept[first], np.bincount(at, units, len(first)).astype(np.float64))


@dataclass(frozen=True)
class _Asks:
    """Who asks a pool's item for units: each class for its own goods, and each rule of a class."""

    of: Ints  # by serve: its asker
    sure: Ints  # by asker: whole units, for a substitute those of whole steps
    more: Ints  # 1 where a broken unit is left
    claim: Floats  # how much an asker has a claim on it


def _asks(lay: Layout, served: Floats) -> _Asks:
    portion, given = lay.portion, np.bincount(lay.out_cls, served, len(lay.need))
    width = int(portion.swap.max(initial=-1)) + 2
    keys, first, of = np.unique(
        lay.out_cls * width + portion.swap + 1, return_index=True, return_inverse=True
    )
    total = np.bincount(of, served, len(keys))
    own, take, step = keys % width == 0, portion.take[first], portion.step[first]
    steps = np.floor(total / step + EPSILON).astype(np.int64)
    more = own & (total > steps + EPSILON)
    claim = _claim(lay, given.astype(np.float64), total - np.floor(total + EPSILON), keys // width)
    return _Asks(of, steps * take, more.astype(np.int64), claim)


def _quotas(lay: Layout, example: Ints, units: Floats) -> Ints:
    """Round each route's units down, then give back what fits, largest remainder first."""
    quota = np.floor(units + EPSILON).astype(np.int64)
    group, van = lay.group[example], lay.van[example]
    grams, volume = lay.grams[example], lay.millilitres[example]
    scale = np.ones(len(lay.stock), dtype=np.int64)
    scale[lay.group] = lay.portion.scale[lay.item]
    stock = np.round(lay.stock * scale).astype(np.int64) - np.bincount(
        group, quota, len(lay.stock)
    ).astype(np.int64)
    kg = np.round(lay.kg * 1000).astype(np.int64)
    litres = np.round(lay.litres * 1000).astype(np.int64)
    np.subtract.at(kg, van, quota * grams)
    np.subtract.at(litres, van, quota * volume)
    rest = units - quota
    for k in np.argsort(-np.round(rest, 6), kind="stable").tolist():
        if rest[k] <= EPSILON:
            break
        g, v = group[k], van[k]
        if stock[g] >= 1 and kg[v] >= grams[k] and litres[v] >= volume[k]:
            quota[k] += 1
            stock[g] -= 1
            kg[v] -= grams[k]
            litres[v] -= volume[k]
    return quota


def _flow(
    lay: Layout, sends: Ints, route: Ints, quota: Ints, serves: Ints, asks: _Asks, costs: Costs
) -> tuple[Ints, Ints]:
    """Return one item's whole units by send and serve."""
    routes, tail = np.unique(route, return_inverse=True)
    pools, pool = np.unique(np.concatenate([lay.pool[sends], lay.out_pool[serves]]),
                            return_inverse=True)  # fmt: skip
    askers, asker = np.unique(asks.of[serves], return_inverse=True)
    first_pool, first_cls = len(routes), len(routes) + len(pools)
    source = first_cls + len(askers)
    sure, more = asks.sure[askers], asks.more[askers]
    step = DAY * LATEST
    rank = np.unique(np.where(more > 0, asks.claim[askers], 0.0), return_inverse=True)[1] + 1
    big = np.full(len(askers), 4 * step * int(rank.max(initial=1)))
    many = np.full(len(sends) + len(serves), int(sure.sum() + more.sum()) + 1)
    arcs = [
        (np.full(len(routes), source), np.arange(len(routes)), quota[routes],
         np.zeros(len(routes))),
        (tail, first_pool + pool[: len(sends)], many[: len(sends)],
         costs.late[sends] * DAY + costs.minutes[sends]),
        (first_pool + pool[len(sends) :], first_cls + asker, many[: len(serves)],
         costs.late_out[serves] * DAY),
        (first_cls + np.arange(len(askers)), np.full(len(askers), source + 1), sure, -big),
        (first_cls + np.arange(len(askers)), np.full(len(askers), source + 1), more,
         -rank * step),
    ]  # fmt: skip
    tails, heads, tops, unit = (
        np.concatenate([part[k] for part in arcs]).astype(np.int64) for k in range(4)
    )
    total = int(quota[routes].sum())
    found = _solve(tails, heads, tops, unit, source, total)
    start = len(routes)
    return found[start : start + len(sends)], found[start + len(sends) :][: len(serves)]


def _claim(lay: Layout, given: Floats, rest: Floats, cls: Ints) -> Floats:
    """Return by asker (with its broken unit and its class) what claim it has on a whole one.

    Survival first, the cell that rounding down leaves furthest behind before others; then the
    larger remainder.
    """
    sure = np.floor(given + EPSILON)
    cell = np.full(len(lay.need), -1, dtype=np.int64)
    cell[lay.out_cls] = lay.out_cells[:, 0]
    has = cell >= 0
    units = np.bincount(cell[has], sure[has], len(lay.cell_units))
    claim, survival = rest.copy(), has[cls]
    claim[survival] = 2.0 - (units / lay.cell_units)[cell[cls[survival]]]
    return np.asarray(np.round(claim, 6))


def _solve(tails: Ints, heads: Ints, tops: Ints, unit: Ints, source: int, total: int) -> Ints:
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tails, heads, tops, unit)
    solver.set_node_supply(source, total)
    solver.set_node_supply(source + 1, -total)
    status = solver.solve_max_flow_with_min_cost()
    if status != solver.OPTIMAL:
        raise SolverError(
            say("求解器未给出可用的答案（状态 {status}）。", status=str(status)),
            say("请保存本次的数据并报告给开发者；已发布的计划不受影响。"),
        )
    return np.asarray(solver.flows(arcs)).astype(np.int64)
