"""Substitution: at its rate, in whole steps, within its limit, where a market works, as meant."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.text import named
from optimizer.check import check
from optimizer.explain import explain_line, explain_shortfall
from optimizer.problem import Solution
from optimizer.solve import solve
from tests.support.districts import Row, World, lot, need, swap, two_villages, van, way

ITEMS: tuple[Row, ...] = (
    {"item": "water", "basic": "water", "weight_g": 1_500, "volume_ml": 1_700},
    {"item": "tent", "basic": "shelter", "weight_g": 40_000, "volume_ml": 200_000},
    {"item": "set", "basic": "water", "weight_g": 300, "volume_ml": 500},
    {"item": "cash", "basic": "food", "weight_g": 0, "volume_ml": 0},
)


def village(**changes: object) -> World:
    """Li needs 10 bottles today; 4 bottles in the depot, nothing else unless told otherwise."""
    world = World(
        needs=(need("li", "li", "water", 10, daily=True),), lots=(lot("W", "water", 4),),
        access=(way("depot", "li", 30), way("fund", "li", 0, mode="transfer")),
        fleet=(van(0), van(0, 0, 0, warehouse="fund", mode="transfer")), days=1, items=ITEMS,
    )  # fmt: skip
    return world.replace(**changes)


def solved(world: World) -> Solution:
    solution = solve(world.problem)
    assert check(world.problem, solution) == []
    return solution


def given(solution: Solution) -> dict[str, tuple[int, int]]:
    """Return item → (units handed over, units of the need met)."""
    sums = solution.lines.group_by("item").agg(pl.col("quantity", "covers").sum())
    return {item: (units, covers) for item, units, covers in sums.iter_rows()}


def coverage(solution: Solution) -> float:
    return next(g.value for g in solution.goals if g.name == "survival_floor")


@pytest.mark.parametrize(
    ("give", "of", "sets", "expected"),
    [(1, 1, 9, (6, 6)), (1, 2, 9, (3, 6)), (1, 2, 2, (2, 4)), (1, 4, 9, (1, 4)), (3, 2, 5, (3, 2)),
     (2, 4, 9, (3, 6))],
)  # fmt: skip
def test_a_substitute_stands_in_at_its_rate_in_whole_steps(
    give: int, of: int, sets: int, expected: tuple[int, int]
) -> None:
    stock = (lot("W", "water", 4), lot("S", "set", sets))
    rule = swap("treated", "water", "set", give=give, of=of)
    solution = solved(village(lots=stock, swaps=(rule,)))
    assert given(solution) == {"water": (4, 4), "set": expected}
    assert coverage(solution) == (4 + expected[1]) / 10


@pytest.mark.parametrize(("permille", "met"), [(1000, 6), (300, 3), (299, 2), (0, 0)])
def test_a_rule_goes_no_further_than_its_share_of_the_townships_need(
    permille: int, met: int
) -> None:
    rule = swap("treated", "water", "set", most_permille=permille)
    stock = (lot("W", "water", 4), lot("S", "set", 9))
    assert given(solved(village(lots=stock, swaps=(rule,)))).get("set", (0, 0)) == (met, met)


def cash_world(fen: int, opens: int | None, **more: object) -> World:
    markets = () if opens is None else ({"township": "T-li", "from_day": opens},)
    stock = (lot("W", "water", 4), lot("C", "cash", fen, warehouse="fund", **more))
    rule = swap("cash", "water", "cash", give=300, market=True)
    return village(lots=stock, swaps=(rule,), markets=markets)


@pytest.mark.parametrize(
    ("fen", "opens", "bottles"),
    [(10_000, 0, 6), (10_000, 1, 0), (10_000, None, 0), (599, 0, 1), (600, 0, 2)],
)
def test_money_stands_in_where_a_market_works_and_by_whole_units(
    fen: int, opens: int | None, bottles: int
) -> None:
    solution = solved(cash_world(fen, opens))
    assert given(solution).get("cash", (0, 0)) == (300 * bottles, bottles)


def test_money_takes_no_vehicle_and_goods_go_by_none() -> None:
    no_truck = village(
        lots=(lot("W", "water", 10, warehouse="fund"), lot("C", "cash", 3_000, warehouse="fund")),
        swaps=(swap("cash", "water", "cash", give=300),),
    )
    assert given(solved(no_truck)) == {"cash": (3_000, 10)}


@pytest.mark.parametrize(("items", "bottles"), [([], 6), (["water"], 6), (["tent"], 0)])
def test_a_gift_for_a_purpose_stands_in_for_that_need_only(items: list[str], bottles: int) -> None:
    solution = solved(cash_world(10_000, 0, only_items=items))
    assert given(solution).get("cash", (0, 0))[1] == bottles


@pytest.mark.parametrize(("town", "bottles"), [("T-li", 6), ("T-wang", 0)])
def test_a_gift_for_a_township_stands_in_there_only(town: str, bottles: int) -> None:
    solution = solved(cash_world(10_000, 0, only_townships=[town]))
    assert given(solution).get("cash", (0, 0))[1] == bottles


def test_what_is_owed_itself_comes_before_its_substitute() -> None:
    stock = (lot("W", "water", 10), lot("S", "set", 10))
    solution = solved(village(lots=stock, swaps=(swap("treated", "water", "set"),)))
    assert given(solution) == {"water": (10, 10)}
    fewest = next(g for g in solution.goals if g.name == "substitution")
    assert (fewest.value, fewest.bound) == (0, 0)


def test_a_step_over_two_lots_is_counted_once() -> None:
    lots = (
        lot("C1", "cash", 500, warehouse="fund"), lot("C2", "cash", 400, warehouse="fund"),
    )  # fmt: skip
    rule = swap("cash", "water", "cash", give=300)
    solution = solved(village(lots=lots, swaps=(rule,)))
    assert sorted(solution.lines["quantity"]) == [400, 500]
    assert solution.lines["covers"].sum() == 3


def test_two_rates_of_one_item_share_a_step() -> None:
    rules = (
        swap("a", "water", "set", of=2), swap("b", "water", "cash", give=200, of=3),
    )  # fmt: skip
    lots = (lot("S", "set", 2), lot("C", "cash", 9_000, warehouse="fund"))
    solution = solved(village(lots=lots, swaps=rules))
    assert given(solution) == {"cash": (400, 6)}  # of 10: one step of 6, 3 sets or 400 fen


def _broken(solution: Solution, world: World, **columns: object) -> set[str]:
    lines = solution.lines.with_columns(**{k: pl.lit(v) for k, v in columns.items()})
    return {v.rule for v in check(world.problem, replace(solution, lines=lines))}


@pytest.mark.parametrize(
    ("columns", "rule"),
    [({"covers": 7}, "swap_rate"), ({"covers": 7}, "balance"), ({"swap": "other"}, "swap"),
     ({"swap": ""}, "swap"), ({"need_item": "tent"}, "place")],
)  # fmt: skip
def test_a_wrong_substitution_is_found(columns: dict[str, object], rule: str) -> None:
    world = village(
        lots=(lot("C", "cash", 1_800, warehouse="fund"),),
        swaps=(swap("cash", "water", "cash", give=300),),
    )
    assert rule in _broken(solve(world.problem), world, **columns)


def test_one_unit_past_the_limit_and_a_shut_market_are_found() -> None:
    world = cash_world(10_000, 0)
    solution = solved(world)
    tight = world.replace(swaps=(swap("cash", "water", "cash", give=300, most_permille=599),))
    assert {v.rule for v in check(tight.problem, solution)} >= {"swap_limit"}
    shut = replace(world.replace(markets=()).problem)
    rule = swap("cash", "water", "cash", give=300, market=True)
    open_once = world.replace(swaps=(rule,)).problem
    assert "market" in {v.rule for v in check(replace(open_once, markets=shut.markets), solution)}


def test_words_name_what_is_given_what_for_and_by_which_rule() -> None:
    solution = solved(cash_world(600, 0))
    cash = solution.lines.filter(pl.col("item") == "cash").row(0, named=True)
    unit = {"cash": "分", "water": "瓶"}
    words = str(explain_line(cash, str, lambda i: named(unit[i]), lambda s: named(f"规则{s}")))
    assert "发出cash 6.00 元" in words
    assert "代替water 2 瓶（规则cash）" in words


@pytest.mark.parametrize(
    ("world", "said"),
    [(cash_world(10_000, None), "市场尚未恢复"), (cash_world(600, 0), "库存也已用完"),
     (cash_world(9_000, 0, only_items=["tent"]), "指定了其他用途"),
     (cash_world(9_000, 0).replace(
         swaps=(swap("c", "water", "cash", give=300, most_permille=100),)), "替代上限"),
     (cash_world(9_000, 0).replace(
         swaps=(swap("c", "water", "cash", give=300, of=11),)), "不足一个整份")],
)  # fmt: skip
def test_a_shortfall_says_why_no_substitute_came(world: World, said: str) -> None:
    solution = solved(world)
    assert said in str(explain_shortfall(solution.shortfalls.row(0, named=True)))


@pytest.mark.parametrize(
    "rule",
    [swap("x", "water", "gold"), swap("x", "gold", "water"), swap("x", "water", "water"),
     swap("x", "water", "set", give=0), swap("x", "water", "set", of=0),
     swap("x", "water", "set", of=10_007), swap("x", "water", "set", most_permille=1001)],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_refused(rule: Row) -> None:
    with pytest.raises(ProblemInvalid, match="swaps"):
        solve(village(swaps=(rule,)).problem)


def test_rates_without_a_common_step_are_refused() -> None:
    rules = (swap("a", "water", "set", of=211), swap("b", "water", "cash", of=199))
    with pytest.raises(ProblemInvalid, match="整数步长"):
        solve(village(swaps=rules).problem)


def test_lots_left_over_say_which_rule_of_substitution_kept_them() -> None:
    shut = solved(cash_world(10_000, None))
    assert dict(shut.left_out.select("lot", "reason").iter_rows()) == {"C": "market"}
    capped = cash_world(10_000, 0).replace(
        swaps=(swap("c", "water", "cash", give=300, most_permille=100),)
    )
    assert dict(solved(capped).left_out.select("lot", "reason").iter_rows()) == {"C": "limit"}


def test_a_request_may_be_for_a_substitute() -> None:
    world = cash_world(600, 0, commanded=False)
    asked = solved(world).lines.filter(pl.col("state") == "request")
    assert asked.select("item", "quantity", "covers").rows() == [("cash", 600, 2)]


def test_no_substitution_leaves_a_plan_as_it_was() -> None:
    lines = solve(two_villages().problem).lines
    assert lines["swap"].to_list() == ["", ""]
    assert (lines["covers"] == lines["quantity"]).all()
