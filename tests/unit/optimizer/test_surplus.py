"""Surplus of designated gifts: only what the purpose can never use, only with the donor's word."""

from __future__ import annotations

import json
from dataclasses import replace

import polars as pl
import pytest

from optimizer.check import check
from optimizer.solve import solve
from optimizer.surplus import MARK
from tests.support.districts import World, lot, swap, two_villages


def gift(units: int, *, surplus: bool, **more: object) -> World:
    """Li lacks 6 tents, Wang 4; all that exists is a gift for Li's township."""
    given = lot("G", "tent", units, only_townships=["T-li"], surplus=surplus, donation="DN")
    return two_villages().replace(lots=(given | more,))


@pytest.mark.parametrize(
    ("units", "surplus", "li", "wang"),
    [(8, False, 6, 0), (8, True, 6, 2), (6, True, 6, 0), (7, True, 6, 1), (20, True, 6, 4),
     (4, True, 4, 0)],
)  # fmt: skip
def test_the_purpose_comes_first_and_only_its_rest_goes_elsewhere(
    units: int, surplus: bool, li: int, wang: int
) -> None:
    world = gift(units, surplus=surplus)
    solution = solve(world.problem)
    assert check(world.problem, solution) == []
    got = {"li": 0, "wang": 0} | dict(
        solution.lines.group_by("need").agg(pl.col("quantity").sum()).iter_rows()
    )
    assert got == {"li": li, "wang": wang}
    assert set(solution.lines["lot"]) == {"G"}
    away = solution.lines.filter(pl.col("need") == "wang")
    assert set(away["reason"]) <= {"surplus"}
    left = int(solution.left_out["quantity"].sum())
    assert left == units - li - wang


def test_nobody_is_told_of_the_two_parts_of_a_lot() -> None:
    solution = solve(gift(8, surplus=True).problem)
    (short,) = solution.shortfalls.to_dicts()
    assert json.loads(short["detail"])["lots"] == ["G"]
    assert MARK not in json.loads(short["detail"])["lots"][0]


def test_a_gift_of_money_keeps_what_its_purpose_could_cost() -> None:
    world = gift(0, surplus=True).replace(
        lots=(lot("G", "quilt", 25, only_townships=["T-li"], surplus=True),),
        swaps=(swap("s", "tent", "quilt", give=3),),
    )
    solution = solve(world.problem)
    assert check(world.problem, solution) == []
    got = dict(solution.lines.group_by("need").agg(pl.col("quantity").sum()).iter_rows())
    assert got == {"li": 18, "wang": 6}


def test_one_unit_more_than_the_surplus_is_found() -> None:
    solution = solve(gift(8, surplus=True).problem)
    fewer = gift(7, surplus=True).problem
    rules = {v.rule for v in check(fewer, solution)}
    assert "intent_surplus" in rules
    strict = gift(8, surplus=False).problem
    assert "intent_township" in {v.rule for v in check(strict, replace(solution))}
