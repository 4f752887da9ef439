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


def whole_plan(lay: Layout, sent: Floats, served: Floats, costs: Costs) -> tuple[Ints, Ints]:
    """Return whole units by send and by serve, within one unit of what each class gets."""
    whole_sent = np.zeros(len(sent), dtype=np.int64)
    whole_served = np.zeros(len(served), dtype=np.int64)
    kept = np.flatnonzero(sent > TRACE)
    route_of = lay.group[kept] * max(len(lay.kg), 1) + lay.van[kept]
    routes, first, at = np.unique(route_of, return_index=True, return_inverse=True)
    quota = _quotas(lay, kept[first], np.bincount(at, sent[kept], len(routes)).astype(np.float64))
    given = np.bincount(lay.out_cls, served, len(lay.need)).astype(np.float64)
    for item in range(lay.items):
        mine = np.flatnonzero(lay.item[kept] == item)
        serves = np.flatnonzero(lay.out_item == item)
        if len(mine):
            flows = _flow(lay, kept[mine], at[mine], quota, serves, given, costs)
            whole_sent[kept[mine]], whole_served[serves] = flows
    return whole_sent, whole_served


def _quotas(lay: Layout, example: Ints, units: Floats) -> Ints:
    """Round each route's units down, then give back what fits, largest remainder first."""
    quota = np.floor(units + EPSILON).astype(np.int64)
    group, van = lay.group[example], lay.van[example]
    grams, volume = lay.grams[example], lay.millilitres[example]
    stock = lay.stock.astype(np.int64) - np.bincount(group, quota, len(lay.stock)).astype(np.int64)
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
    lay: Layout, sends: Ints, route: Ints, quota: Ints, serves: Ints, given: Floats, costs: Costs
) -> tuple[Ints, Ints]:
    """Return one item's whole units by send and serve."""
    routes, tail = np.unique(route, return_inverse=True)
    pools, pool = np.unique(np.concatenate([lay.pool[sends], lay.out_pool[serves]]),
                            return_inverse=True)  # fmt: skip
    classes, cls = np.unique(lay.out_cls[serves], return_inverse=True)
    first_pool, first_cls = len(routes), len(routes) + len(pools)
    source = first_cls + len(classes)
    sure = np.floor(given[classes] + EPSILON).astype(np.int64)
    more = (given[classes] > sure + EPSILON).astype(np.int64)
    step = DAY * LATEST
    rank = np.unique(_claim(lay, given)[classes], return_inverse=True)[1] + 1
    big = np.full(len(classes), 4 * step * int(rank.max(initial=1)))
    many = np.full(len(sends) + len(serves), int(given.sum()) + 1)
    arcs = [
        (np.full(len(routes), source), np.arange(len(routes)), quota[routes],
         np.zeros(len(routes))),
        (tail, first_pool + pool[: len(sends)], many[: len(sends)],
         costs.late[sends] * DAY + costs.minutes[sends]),
        (first_pool + pool[len(sends) :], first_cls + cls, many[: len(serves)],
         costs.late_out[serves] * DAY),
        (first_cls + np.arange(len(classes)), np.full(len(classes), source + 1), sure, -big),
        (first_cls + np.arange(len(classes)), np.full(len(classes), source + 1), more,
         -rank * step),
    ]  # fmt: skip
    tails, heads, tops, unit = (
        np.concatenate([part[k] for part in arcs]).astype(np.int64) for k in range(4)
    )
    total = int(quota[routes].sum())
    found = _solve(tails, heads, tops, unit, source, total)
    start = len(routes)
    return found[start : start + len(sends)], found[start + len(sends) :][: len(serves)]


def _claim(lay: Layout, given: Floats) -> Floats:
    """Return by class how much it has a claim on its last, broken unit.

    Survival first, the cell that rounding down leaves furthest behind before others; then the
    larger remainder.
    """
    sure = np.floor(given + EPSILON)
    cell = np.full(len(lay.need), -1, dtype=np.int64)
    cell[lay.out_cls] = lay.out_cells[:, 0]
    has = cell >= 0
    units = np.bincount(cell[has], sure[has], len(lay.cell_units))
    claim = given - sure
    claim[has] = 2.0 - (units / lay.cell_units)[cell[has]]
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
