"""Programs in highspy and in PuLP with CBC; to be run by ``apart`` (PuLP loads highspy too)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Least(NamedTuple):
    """Minimise ``costs . v`` over 0 <= v <= top, low <= A v <= high.

    Attributes:
        costs: By column.
        top: Upper bound by column.
        low: By row.
        high: By row.
        row: Row of each entry of A.
        column: Column of each entry.
        value: Value of each entry; doubles add up.
    """

    costs: np.ndarray
    top: np.ndarray
    low: np.ndarray
    high: np.ndarray
    row: np.ndarray
    column: np.ndarray
    value: np.ndarray


def by_highs(asked: Least) -> float:
    """Return the least value by highspy."""
    import highspy

    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("threads", 1)  # HiGHS refuses a second number of threads in one process
    for cost, most in zip(asked.costs.tolist(), asked.top.tolist(), strict=True):
        highs.addCol(cost, 0.0, most, 0, np.zeros(0, np.int32), np.zeros(0))
    for row, (bottom, most) in enumerate(zip(asked.low.tolist(), asked.high.tolist(), strict=True)):
        mine = asked.row == row
        dense = np.bincount(asked.column[mine], asked.value[mine], len(asked.costs))
        where = np.flatnonzero(dense).astype(np.int32)
        highs.addRow(bottom, most, len(where), where, dense[where])
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(highs.getInfo().objective_function_value)


def by_cbc(asked: Least) -> float:
    """Return the least value by PuLP and CBC."""
    import pulp

    scale = 1e-3
    model = pulp.LpProblem("least", pulp.LpMinimize)
    columns = [
        model.add_variable(f"v{k}", 0, None if np.isinf(top) else top)
        for k, top in enumerate(asked.top.tolist())
    ]
    model += pulp.lpSum(
        c * scale * v for c, v in zip(asked.costs.tolist(), columns, strict=True) if c
    )
    terms: list[list[Any]] = [[] for _ in asked.low]
    for r, c, a in zip(asked.row, asked.column, asked.value, strict=True):
        terms[r].append(float(a) * columns[c])
    for row, low, high in zip(terms, asked.low.tolist(), asked.high.tolist(), strict=True):
        if row and np.isfinite(low):
            model += pulp.lpSum(row) >= low
        if row and np.isfinite(high):
            model += pulp.lpSum(row) <= high
    return _solved(pulp, model) / scale


def location_by_cbc(
    capacity: np.ndarray, fixed: np.ndarray, demand: np.ndarray, cost: np.ndarray
) -> float:
    """Return the least cost of capacitated facility location (m sites, n customers).

    Args:
        capacity: (m,).
        fixed: (m,), cost of opening.
        demand: (n,).
        cost: (n, m), cost of serving the customer wholly from the site.
    """
    import pulp

    m, n = len(capacity), len(demand)
    model = pulp.LpProblem("cap", pulp.LpMinimize)
    opened = [model.add_variable(f"z{i}", cat="Binary") for i in range(m)]
    share = [[model.add_variable(f"x{j}_{i}", 0, 1) for i in range(m)] for j in range(n)]
    model += pulp.lpSum(fixed[i] * opened[i] for i in range(m)) + pulp.lpSum(
        cost[j, i] * share[j][i] for j in range(n) for i in range(m)
    )
    for j in range(n):
        model += pulp.lpSum(share[j]) == 1
    for i in range(m):
        load = pulp.lpSum(demand[j] * share[j][i] for j in range(n))
        model += load <= capacity[i] * opened[i]
    return _solved(pulp, model, gapRel=0)


def _solved(pulp: Any, model: Any, **options: Any) -> float:
    model.solve(pulp.PULP_CBC_CMD(msg=False, **options))
    assert model.status == pulp.LpStatusOptimal
    return float(pulp.value(model.objective))
