"""Whole units: round down, then give back by largest remainder what money and shelves allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.restock.arrays import Case, Floats
from optimizer.restock.firststage import Decision, spending

SLACK = 1e-6


@dataclass
class _Room:
    """What is left of every limit."""

    money: Floats  # (D,) cumulated fen
    litres: Floats  # (S,)
    most: Floats  # (O,)
    giving: Floats  # (O,)


def whole(case: Case, plan: Decision) -> Decision:
    """Return the plan in whole units, within every limit; openings must be whole already."""
    opened = np.round(plan.opened)
    down = Decision(np.floor(plan.buys + SLACK), np.floor(plan.moves + SLACK), opened)
    room = _room(case, down)
    _empty_overfull(case, down, room)
    room = _room(case, down)
    _give_moves(case, plan, down, room)
    _give_buys(case, plan, down, room)
    return down


def _room(case: Case, plan: Decision) -> _Room:
    o, count = case.options, len(case.options)
    out = np.bincount(case.lanes.origin, plan.moves, count)
    into = np.bincount(case.lanes.target, plan.moves, count)
    held = o.litres * (o.today + plan.buys.sum(axis=1) + into - out)
    shelf = np.where(case.candidate, case.capacity * plan.opened, case.capacity)
    usable = np.where(case.candidate[o.site], plan.opened[o.site], 1.0)
    return _Room(
        case.budget - np.cumsum(spending(case, plan)),
        shelf - np.bincount(o.site, held, len(case.sites)),
        o.most * usable - plan.buys.sum(axis=1), case.movable - out,
    )  # fmt: skip


def _empty_overfull(case: Case, plan: Decision, room: _Room) -> None:
    """A fraction that no longer leaves a site may leave it a unit too full: buy or bring less."""
    o = case.options
    for site in np.flatnonzero(room.litres < -SLACK).tolist():
        over = -room.litres[site]
        for option in np.flatnonzero((o.site == site) & (o.litres > 0)).tolist():
            for date in range(plan.buys.shape[1] - 1, -1, -1):
                take = min(plan.buys[option, date], np.ceil(max(over, 0.0) / o.litres[option]))
                plan.buys[option, date] -= take
                over -= take * o.litres[option]
        for lane in np.flatnonzero(o.site[case.lanes.target] == site).tolist():
            litres = o.litres[case.lanes.target[lane]]
            take = min(plan.moves[lane], np.ceil(max(over, 0.0) / litres)) if litres else 0.0
            plan.moves[lane] -= take
            over -= take * litres


def _order(part: Floats) -> list[int]:
    some = np.flatnonzero(part > SLACK)
    order: list[int] = some[np.argsort(-part[some], kind="stable")].tolist()
    return order


def _give_moves(case: Case, plan: Decision, down: Decision, room: _Room) -> None:
    for lane in _order(plan.moves - down.moves):
        origin, target = int(case.lanes.origin[lane]), int(case.lanes.target[lane])
        litres, site = case.options.litres[target], int(case.options.site[target])
        fits = room.giving[origin] >= 1 and room.litres[site] >= litres
        if fits and (room.money >= case.lanes.cost[lane]).all():
            down.moves[lane] += 1
            room.giving[origin] -= 1
            room.litres[site] -= litres
            room.litres[case.options.site[origin]] += case.options.litres[origin]
            room.money -= case.lanes.cost[lane]


def _give_buys(case: Case, plan: Decision, down: Decision, room: _Room) -> None:
    dates = plan.buys.shape[1]
    for place in _order((plan.buys - down.buys).ravel()):
        option, date = divmod(place, dates)
        site, litres = int(case.options.site[option]), case.options.litres[option]
        fen = case.options.spend[option]
        fits = room.most[option] >= 1 and (litres == 0 or room.litres[site] >= litres)
        if fits and (room.money[date:] >= fen).all():
            down.buys[option, date] += 1
            room.most[option] -= 1
            room.litres[site] -= litres
            room.money[date:] -= fen
