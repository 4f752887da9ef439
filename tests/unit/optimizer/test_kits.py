"""Kits: whole, to whom everything in them is owed, counted once in stock and once in each need."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.tables import met
from optimizer.check import check
from optimizer.explain import shortfall_why
from optimizer.problem import Solution
from optimizer.solve import solve
from tests.support.districts import ITEM_ROWS, Row, World, kit, lot, need, van, way

BOX: Row = {"item": "box", "basic": "food", "weight_g": 20_000, "volume_ml": 20_000}
GOODS = tuple(r | {"cold": False} for r in (*ITEM_ROWS, BOX))


def home(name: str, **owed: int) -> tuple[Row, ...]:
    return tuple(need(f"{item}-{name}", "li", item, n, subject=name) for item, n in owed.items())


def world(*needs: Row, boxes: int = 3, **more: object) -> World:
    made = World(needs=needs, lots=(lot("K", "box", boxes),), access=(way("depot", "li", 30),),
                 fleet=(van(0), van(1)), items=GOODS, kits=kit("box", water=2, rice=1))  # fmt: skip
    return made.replace(**more)


def solved(given: World) -> Solution:
    solution = solve(given.problem)
    assert check(given.problem, solution) == []
    return solution


def test_a_kit_meets_each_of_its_contents_and_leaves_the_store_once() -> None:
    plan = solved(world(*home("a", water=2, rice=1)))
    assert plan.lines["quantity"].to_list() == [1]
    assert met(plan.lines).sort("need_item").select("need_item", "covers").rows() == [
        ("rice", 1), ("water", 2),
    ]  # fmt: skip
    assert plan.shortfalls.is_empty()
    assert plan.left_out.select("quantity", "reason").rows() == [(2, "no_need")]


@pytest.mark.parametrize(("water", "boxes"), [(1, 0), (2, 1), (3, 1), (4, 2)])
def test_a_kit_goes_as_often_as_each_content_is_owed_whole(water: int, boxes: int) -> None:
    plan = solved(world(*home("a", water=water, rice=2)))
    assert plan.lines["quantity"].sum() == boxes


def test_who_is_not_owed_all_of_it_gets_no_kit_and_is_told_so() -> None:
    plan = solved(world(*home("a", water=2)))
    assert plan.lines.is_empty()
    assert plan.left_out["reason"].to_list() == ["kit"]
    row = plan.shortfalls.row(0, named=True)
    assert "box里有此物资，但该户已有或不应得其中另一样" in str(shortfall_why(row))


def test_two_kits_share_what_a_household_lacks_of_both() -> None:
    both = world(*home("a", water=3, rice=1, quilt=1), *home("b", water=3), boxes=1)
    bag: Row = {**BOX, "item": "bag"}
    both = both.replace(items=(*GOODS, bag | {"cold": False}),
                        lots=(*both.lots, lot("B", "bag", 1)),
                        kits=(*both.kits, *kit("bag", water=2, quilt=1)))  # fmt: skip
    assert solved(both).lines["quantity"].sum() == 1  # 2 + 2 bottles for one who lacks 3


def test_daily_contents_come_on_their_day_and_durable_ones_by_then_or_late() -> None:
    late = (need("water-a", "li", "water", 2, subject="a", daily=True, day=1),
            need("rice-a", "li", "rice", 1, subject="a"))  # fmt: skip
    plan = solved(world(*late))
    assert plan.lines["day"].to_list() == [1]
    assert {g.name: g.value for g in plan.goals}["lateness"] == 1.0


def test_a_donor_must_admit_everything_in_the_kit() -> None:
    one, two = (
        world(*home("a", water=2, rice=1), lots=(lot("K", "box", 1, only_items=named),))
        for named in (["water"], ["water", "rice"])
    )
    assert solved(one).lines.is_empty()
    assert solved(two).lines.height == 1


def test_substitutes_find_no_room_that_a_kit_took() -> None:
    from tests.support.districts import swap

    given = world(*home("a", water=3, rice=1), swaps=(swap("s", "water", "tent", of=2),))
    given = given.replace(lots=(*given.lots, lot("T", "tent", 9)))
    plan = solved(given)
    covers = met(plan.lines).filter(pl.col("need_item") == "water")["covers"].sum()
    assert covers == 2  # the kit's two, or one step of two; never both


def test_loose_goods_come_beside_a_kit() -> None:
    given = world(*home("a", water=3, rice=1))
    plan = solved(given.replace(lots=(*given.lots, lot("W", "water", 5))))
    assert plan.shortfalls.is_empty()
    assert {r["lot"]: r["quantity"] for r in plan.lines.to_dicts()} == {"K": 1, "W": 1}


def test_a_pinned_kit_is_not_owed_again() -> None:
    given = world(*home("a", water=2, rice=1))
    first = solved(given)
    again = solved(given.replace(pinned=first.lines))
    assert again.lines.height == 1
    assert again.shortfalls.is_empty()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"covers": 2}, "kit"),
        ({"also": [["water-a|water|0|1"]]}, "kit"),
        ({"also": [["water-b|water|0|2"]]}, "place"),
        ({"state": "request"}, "kit_household"),
        ({"quantity": 2}, "kit"),
    ],
)
def test_the_judge_sees_a_spoilt_kit(change: dict[str, object], rule: str) -> None:
    given = world(*home("a", water=2, rice=1), *home("b", water=2), boxes=1)
    plan = solved(given)
    spoilt = plan.lines.with_columns(
        **{k: pl.Series([v[0]] if isinstance(v, list) else [v], dtype=plan.lines.schema[k])
           for k, v in change.items()}
    )  # fmt: skip
    assert rule in {v.rule for v in check(given.problem, replace(plan, lines=spoilt))}


@pytest.mark.parametrize("bad", [{"item": "nothing"}, {"item": "box"}, {"units": 0}])
def test_contents_are_known_goods_in_whole_units(bad: Row) -> None:
    given = world(*home("a", water=2, rice=1))
    with pytest.raises(ProblemInvalid):
        solve(given.replace(kits=(given.kits[0] | bad,)).problem)
