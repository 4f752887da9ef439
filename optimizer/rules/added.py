"""Goals that the dispatcher added or reordered: their values and their order, from the tables."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import polars as pl

from graphcore.domain.text import say
from optimizer.classes import zones_of
from optimizer.order import COST, FULL, SCOPED, TIER
from optimizer.rules.case import Case, Violation


def scoped(owed: pl.DataFrame, name: str) -> float:
    """Return coverage within an added goal's scope: the mean over its items of served / needed.

    Args:
        owed: Needs with ``quantity`` owed and ``served``.
        name: ``coverage:<column>=<value>``.
    """
    column, _, value = name.removeprefix(SCOPED).partition("=")
    mine = owed.filter(pl.col(column).cast(pl.String) == value)
    share = mine.group_by("item").agg(pl.col("served").sum() / pl.col("quantity").sum())
    return float(share.sort("item")["served"].sum()) / max(share.height, 1)


def moved(case: Case, firm: pl.DataFrame) -> float:
    """Return the share of the published plan's loads that the lines do not make, each item alike."""
    said = case.aims.published
    if said is None:
        return 0.0
    zone = dict(zones_of(case.problem)[0].iter_rows())
    units: dict[tuple[object, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for item, store, point, mode, day, count, price in said.select(
        "item", "warehouse", "point", "mode", "day", "quantity", "price"
    ).sort(pl.all()).iter_rows():  # fmt: skip
        if point in zone:
            load = units[item, store, zone[point], mode, day]
            load[0] += count
            load[1] += count * price
    sent: dict[tuple[object, ...], int] = defaultdict(int)
    for item, store, point, mode, day, count in firm.select(
        "item", "warehouse", "point", "mode", "day", "quantity"
    ).iter_rows():
        sent[item, store, zone.get(point), mode, day] += count
    whole: dict[object, float] = defaultdict(float)
    gone: dict[object, float] = defaultdict(float)
    for key, (count, cost) in units.items():
        whole[key[0]] += cost
        gone[key[0]] += cost * (1 - min(count, sent[key]) / count)
    shares = [gone[item] / cost for item, cost in whole.items() if cost > 0]
    return sum(shares) / max(len(shares), 1)


def ordered(case: Case) -> list[Violation]:
    """The goals stand in the order that was asked for, each with what it may give up."""
    place = {aim.goal: (n, aim.give_up) for n, aim in enumerate(case.aims.order.aims, start=1)}
    goals = case.solution.goals
    wrong = [g.name for g in goals if _place(place, g.name) != (g.number, g.give_up)]
    wrong += [b.name for a, b in pairwise(goals) if b.number < a.number]
    return [
        Violation("goal_order", name, say("目标“{name}”的先后或让步与要求不符。", name=name))
        for name in wrong
    ]


def _place(place: dict[str, tuple[int, str]], name: str) -> tuple[int, str] | None:
    if name == "substitution":  # stands before cost
        return (place[COST][0], "") if COST in place else None
    general = FULL if name.startswith(TIER) else name
    return place.get(name) or place.get(general)
