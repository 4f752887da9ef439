"""Restocking from tables to a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from graphcore.domain.tables import frame
from optimizer.restock.arrays import Case, arrays, due
from optimizer.restock.firststage import Decision, spending
from optimizer.restock.lshaped import Course, Judged, judge
from optimizer.restock.lshaped import solve as relaxed
from optimizer.restock.opening import settle
from optimizer.restock.problem import Limits, Plan, Problem
from optimizer.restock.recourse import cvar, losses
from optimizer.restock.tables import (
    KINDS,
    OPENINGS,
    PURCHASES,
    ROTATION,
    SPENDING,
    TARGETS,
    TRANSFERS,
)
from optimizer.restock.validate import validate
from optimizer.restock.whole import whole

Row = dict[str, object]
DEFAULT = Limits()
GRAINS = 1e-3
"""Units: what flows may be short of stock by the grain they are counted in."""


def restock(problem: Problem, limits: Limits = DEFAULT, *, rotate_days: int = 30) -> Plan:
    """Return what to hold where: targets, purchases by date, transfers, rotation, new sites.

    ``rotate_days`` before its expiry a lot must be handed out, sold or exchanged.

    Raises:
        ProblemInvalid: a number out of range, an unknown code, a double key.
        SolverError: the solver gave no usable answer.
    """
    case = arrays(validate(problem))
    course = settle(relaxed(case, limits), limits)
    return planned(problem, course, rotate_days)


def planned(problem: Problem, course: Course, rotate_days: int) -> Plan:
    """Round a solved course to whole units and put it into tables."""
    case = course.case
    judged = judge(case, whole(case, course.best.plan))
    purchases = _purchases(case, judged.plan)
    return Plan(
        targets=_targets(case, judged.plan), purchases=purchases,
        transfers=_transfers(case, judged),
        rotation=_rotation(problem, purchases, rotate_days), openings=_openings(case, judged.plan),
        spending=_spending(case, judged.plan), cost_fen=judged.cost,
        expected_loss_fen=judged.expected, cvar_fen=judged.cvar, bound_fen=course.bound,
        rounds=tuple(course.rounds), by_clock=course.by_clock,
    )  # fmt: skip


def decision(case: Case, plan: Plan) -> Decision:
    """Read a plan's tables back as a first stage."""
    o = case.options
    at = {
        (case.items[i], case.sites[s], KINDS[k]): n
        for n, (i, s, k) in enumerate(zip(o.item, o.site, o.kind, strict=True))
    }
    date_at = {d: n for n, d in enumerate(case.dates)}
    buys = np.zeros((len(o), len(case.dates)))
    for row in plan.purchases.iter_rows(named=True):
        buys[at[row["item"], row["site"], row["kind"]], date_at[row["buys_on"]]] += row["quantity"]
    lane_at = {pair: n for n, pair in enumerate(zip(
        case.lanes.origin.tolist(), case.lanes.target.tolist(), strict=True))}  # fmt: skip
    moves = np.zeros(len(case.lanes.cost))
    for row in plan.transfers.iter_rows(named=True):
        ends = (at[row["item"], row[end], KINDS[0]] for end in ("origin", "target"))
        moves[lane_at[tuple(ends)]] += row["quantity"]  # type: ignore[index]
    opened = np.zeros(len(case.sites))
    for row in plan.openings.iter_rows(named=True):
        opened[case.sites.index(row["site"])] = row["open"]
    return Decision(buys, moves, opened)


def _targets(case: Case, plan: Decision) -> pl.DataFrame:
    o = case.options
    gained = case.position(plan.buys, plan.moves)[:, -1]
    rows: list[Row] = [
        {"site": case.sites[o.site[n]], "item": case.items[o.item[n]], "kind": KINDS[o.kind[n]],
         "today": int(o.today[n]), "target": int(o.today[n] + gained[n])}
        for n in np.flatnonzero((o.today > 0) | (gained != 0)).tolist()
    ]  # fmt: skip
    return frame(TARGETS, rows).sort("site", "item", "kind")


def _purchases(case: Case, plan: Decision) -> pl.DataFrame:
    o = case.options
    rows: list[Row] = []
    for n, d in np.argwhere(plan.buys > 0).tolist():
        quantity = int(plan.buys[n, d])
        rows.append({
            "buys_on": case.dates[d], "site": case.sites[o.site[n]],
            "item": case.items[o.item[n]], "kind": KINDS[o.kind[n]], "quantity": quantity,
            "cost_fen": int(quantity * o.spend[n]), "callable_on": due(case.dates[d], int(o.lead[n])),
        })  # fmt: skip
    return frame(PURCHASES, rows).sort("buys_on", "site", "item", "kind")


def _transfers(case: Case, judged: Judged) -> pl.DataFrame:
    """Each transfer with what the plan would lose without it."""
    o, plan = case.options, judged.plan
    rows: list[Row] = []
    for lane in np.flatnonzero(plan.moves > 0).tolist():
        origin, target = int(case.lanes.origin[lane]), int(case.lanes.target[lane])
        rows.append({
            "origin": case.sites[o.site[origin]], "target": case.sites[o.site[target]],
            "item": case.items[o.item[origin]], "quantity": int(plan.moves[lane]),
            "cost_fen": round(plan.moves[lane] * case.lanes.cost[lane]),
            "gain_fen": round(_gain(case, judged, lane)),
        })  # fmt: skip
    return frame(TRANSFERS, rows).sort("origin", "target", "item")


def _gain(case: Case, judged: Judged, lane: int) -> float:
    """Return the rise of expected loss + risk if the units stay where they are."""
    item = int(case.options.item[case.lanes.origin[lane]])
    moves = judged.plan.moves.copy()
    moves[lane] = 0.0
    block = case.blocks[item]
    stock = case.available(block, case.position(judged.plan.buys, moves))
    before = judged.answers[item]
    giver, taker = case.lanes.origin[lane] - block.first, case.lanes.target[lane] - block.first
    scarce = before.used[:, taker] > stock[:, taker] - GRAINS
    touched = scarce | (before.price[:, giver] > 0)
    stock[~touched] = 0.0  # elsewhere flow and prices stay optimal: nothing to find
    loss = judged.loss - before.loss + np.where(touched, losses(block, stock), before.loss)
    risk = case.risk
    rise = cvar(loss, case.probability, risk.alpha) - judged.cvar
    return float(loss @ case.probability) - judged.expected + risk.weight * rise


def _rotation(problem: Problem, purchases: pl.DataFrame, rotate_days: int) -> pl.DataFrame:
    """Lots that end before the last scenario, with what replaces them."""
    strikes = problem.scenarios["strikes_on"].sort().to_list()
    physical = purchases.filter(kind=KINDS[0])
    bought = {
        (s, i): int(q)
        for s, i, q in physical.group_by("site", "item").agg(pl.col("quantity").sum()).iter_rows()
    }
    rows: list[Row] = []
    for lot in problem.stock.sort("expires_on", "lot").iter_rows(named=True):
        ends = lot["expires_on"]
        lost = [s for s in strikes if s > ends]
        if ends and lost and lot["kind"] == KINDS[0]:
            left = bought.get((lot["site"], lot["item"]), 0)
            replaced = min(left, lot["quantity"])
            bought[lot["site"], lot["item"]] = left - replaced
            use_by = (date.fromisoformat(ends) - timedelta(days=rotate_days)).isoformat()
            rows.append({
                "lot": lot["lot"], "site": lot["site"], "item": lot["item"],
                "quantity": lot["quantity"], "expires_on": ends, "use_by": use_by,
                "replaced": replaced, "last_lost_on": lost[-1],
            })  # fmt: skip
    return frame(ROTATION, rows)


def _openings(case: Case, plan: Decision) -> pl.DataFrame:
    rows: list[Row] = [
        {"site": case.sites[s], "open": bool(plan.opened[s] > 0),
         "cost_fen": int(case.opening[s] * plan.opened[s])}
        for s in np.flatnonzero(case.candidate).tolist()
    ]  # fmt: skip
    return frame(OPENINGS, rows)


def _spending(case: Case, plan: Decision) -> pl.DataFrame:
    free = np.diff(case.budget, prepend=0.0)
    spent = spending(case, plan)
    rows: list[Row] = [
        {"buys_on": d, "free_fen": int(free[n]), "spent_fen": round(spent[n])}
        for n, d in enumerate(case.dates)
    ]
    return frame(SPENDING, rows)


def without_candidates(problem: Problem) -> Problem:
    """Return the problem with no site to open: the other half of a new-site answer."""
    old = problem.sites.filter(~pl.col("candidate"))["site"].implode()
    keep = pl.col("site").is_in(old)
    return replace(
        problem, sites=problem.sites.filter(~pl.col("candidate")),
        options=problem.options.filter(keep), stock=problem.stock.filter(keep),
        ways=problem.ways.filter(keep), damage=problem.damage.filter(keep),
        lanes=problem.lanes.filter(pl.col("target").is_in(old), pl.col("origin").is_in(old)),
    )  # fmt: skip
