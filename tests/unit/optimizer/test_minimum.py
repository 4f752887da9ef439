"""Minimum lots: nothing, or at least so many units of a lot to a township on a day."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from optimizer.check import check
from optimizer.solve import solve
from tests.support.districts import World, lot, random_problem, two_villages


def big(least: int, *more: dict[str, object]) -> World:
    """Li lacks 6 tents, Wang 4; a lot of ten of which no fewer than ``least`` leave at a time."""
    return two_villages().replace(lots=(lot("B", "tent", 10, min_units=least), *more))


@pytest.mark.parametrize(
    ("least", "li", "wang"), [(1, 6, 4), (4, 6, 4), (5, 6, 0), (6, 6, 0), (7, 0, 0)]
)
def test_a_delivery_is_large_enough_or_not_at_all(least: int, li: int, wang: int) -> None:
    world = big(least)
    solution = solve(world.problem)
    assert check(world.problem, solution) == []
    got = {"li": 0, "wang": 0} | dict(
        solution.lines.group_by("need").agg(pl.col("quantity").sum()).iter_rows()
    )
    assert got == {"li": li, "wang": wang}


def test_what_is_given_back_goes_by_other_lots() -> None:
    world = big(7, lot("S", "tent", 8))
    solution = solve(world.problem)
    assert check(world.problem, solution) == []
    assert set(solution.lines["lot"]) == {"S"}
    assert solution.lines["quantity"].sum() == 8


def test_one_unit_below_the_minimum_is_found() -> None:
    solution = solve(big(4).problem)
    assert {v.rule for v in check(big(5).problem, solution)} == {"minimum"}


@pytest.mark.parametrize("seed", range(15))
def test_minimum_lots_hold_on_random_districts(seed: int) -> None:
    plain = random_problem(seed, households=50, townships=3, items=4, scarcity=0.7, swaps=True)
    least = 1 + pl.int_range(pl.len(), dtype=pl.Int64) % 3 * 4
    problem = replace(plain, lots=plain.lots.with_columns(min_units=least))
    solution = solve(problem)
    assert [(v.rule, v.ref) for v in check(problem, solution)] == []
