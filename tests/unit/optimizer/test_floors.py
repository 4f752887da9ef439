"""Equity floors: held below the survival floor, kept in whole units, judged, refused with the most."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from graphcore.domain.errors import ProblemInvalid
from optimizer.check import check
from optimizer.solve import solve
from tests.support.districts import Row, World, lot, need, random_problem, two_villages


def floor(permille: int, **more: object) -> Row:
    row: Row = {"floor": "f", "township": "", "group": "", "item": "", "permille": permille}
    return row | more


def beds(**changes: object) -> World:
    """Ten beds; Li (weight 2000) and Wang (1000) lack ten each, none of it survival."""
    needs = (
        need("li", "li", "tent", 10, survival=False, weight=2000),
        need("wang", "wang", "tent", 10, survival=False, groups=["disabled"]),
        need("zhao", "wang", "tent", 10, survival=False, weight=3000),
    )
    return two_villages().replace(needs=needs, lots=(lot("L1", "tent", 12),)).replace(**changes)


def got(world: World) -> dict[str, int]:
    solution = solve(world.problem)
    assert check(world.problem, solution) == []
    sums = solution.lines.group_by("need").agg(pl.col("covers").sum())
    return dict.fromkeys(("li", "wang", "zhao"), 0) | dict(sums.iter_rows())


@pytest.mark.parametrize("permille", [0, 100, 300, 550, 599])
def test_a_township_gets_its_share(permille: int) -> None:
    units = got(beds(floors=(floor(permille, township="T-li"),)))
    assert units["li"] >= 10 * permille // 1000


@pytest.mark.parametrize("permille", [200, 500, 1000])
def test_a_group_gets_its_share(permille: int) -> None:
    assert got(beds(floors=(floor(permille, group="disabled"),)))["wang"] >= permille // 100


def test_each_township_by_itself() -> None:
    units = got(beds(floors=(floor(400, township="*", item="*"),)))
    assert units["li"] >= 4
    assert units["wang"] + units["zhao"] >= 8


@pytest.mark.parametrize(("permille", "fits"), [(400, True), (410, True), (450, False)])
def test_floors_above_stock_are_refused_with_the_most_that_can_be_had(
    permille: int, fits: bool
) -> None:
    world = beds(floors=(floor(permille, township="*"),))  # 12 tents for 4 + 8; 450 asks for 13
    if fits:
        assert sum(got(world).values()) == 12
    else:
        with pytest.raises(ProblemInvalid, match="最多"):
            solve(world.problem)


def test_the_survival_floor_stands_above() -> None:
    world = two_villages().replace(lots=(lot("L1", "tent", 5),))
    with pytest.raises(ProblemInvalid, match="保底要求"):
        solve(world.replace(floors=(floor(1000, township="T-wang"),)).problem)


def test_one_unit_below_a_floor_is_found() -> None:
    world = beds()
    solution = solve(world.problem)
    met = int(solution.lines.filter(pl.col("need") == "li")["covers"].sum())
    for permille, broken in ((100 * met, False), (100 * met + 100, True)):
        stated = world.replace(floors=(floor(permille, township="T-li"),)).problem
        rules = {v.rule for v in check(stated, solution)}
        assert ("floor" in rules) is broken


@pytest.mark.parametrize("seed", range(12))
def test_floors_hold_on_random_districts(seed: int) -> None:
    plain = random_problem(seed, households=40, townships=3, items=4, scarcity=0.8, swaps=True)
    stated = World((), (), (), (), floors=(floor(150, township="*", item="*"),)).problem.floors
    problem = replace(plain, floors=stated)
    try:
        solution = solve(problem)
    except ProblemInvalid as refused:
        assert "最多" in str(refused.what)  # noqa: PT017
    else:
        assert check(problem, solution) == []
