"""A patch leaves to each group of households what it was promised, and as what."""

from __future__ import annotations

import polars as pl
import pytest

from optimizer.check import check
from optimizer.order import ORDINARY, Aims
from optimizer.replan.published import prepare
from optimizer.replan.solve import Wish, answers
from optimizer.solve import solve
from tests.support.districts import World, lot, need, swap, van, way
from tests.unit.optimizer.test_substitution import ITEMS

WEIGHTS = (500, 1000, 1500, 2000, 2500, 3000)
"""One class each: weight tells groups of households apart."""


def village(first: int, bottles: int) -> World:
    """Six households need bottles, the first ``first`` of them; sets stand in for what lacks."""
    return World(
        needs=tuple(need(f"n{k}", "li", "water", first if k == 0 else 6, daily=True, weight=weight)
                    for k, weight in enumerate(WEIGHTS)),
        lots=(lot("W", "water", bottles), lot("S", "set", 99)),
        access=(way("depot", "li", 30),), fleet=(van(0),), days=1, items=ITEMS,
        swaps=(swap("treated", "water", "set"),),
    )  # fmt: skip


def kinds(lines: pl.DataFrame) -> dict[tuple[str, str], int]:
    table = lines.group_by("need", "item").agg(pl.col("quantity").sum())
    return {(need, item): units for need, item, units in table.iter_rows()}


@pytest.mark.parametrize("bottles", range(6, 36, 5))
def test_who_was_promised_bottles_and_who_sets_stays_so(bottles: int) -> None:
    before, after = village(6, bottles).problem, village(7, bottles).problem
    plan = solve(before)
    answer = list(answers(prepare(before, plan), after, Wish()))[-1]
    assert check(after, answer.solution, Aims(ORDINARY)) == []
    had, has = kinds(plan.lines), kinds(answer.solution.lines)
    assert sum(had.values()) == 36
    assert sum(has.values()) == 37
    lost = {key: units - has.get(key, 0) for key, units in had.items() if units > has.get(key, 0)}
    assert lost == {}
