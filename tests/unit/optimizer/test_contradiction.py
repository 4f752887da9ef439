"""Contradictions: the set named is contradictory, and no member of it can be left out."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.tables import frame
from optimizer.contradiction import MUSTS, contradiction
from optimizer.problem import Problem
from optimizer.solve import solve
from tests.support.districts import World, districts, lot, two_villages, van


def must(name: str = "M", /, **row: object) -> pl.DataFrame:
    usual = {"must": name, "item": "tent", "units": 1, "lot": "", "township": "", "point": "",
             "group": "", "need": "", "first_day": 0, "last_day": 1}  # fmt: skip
    return frame(MUSTS, [usual | row])


def kinds(world: World, *musts: pl.DataFrame) -> list[tuple[str, str]]:
    return [(c.kind, c.ref) for c in contradiction(world.problem, pl.concat(musts))]


STOCK = two_villages().replace(lots=(lot("L1", "tent", 3),))


@pytest.mark.parametrize(
    ("world", "row", "clash"),
    [
        (STOCK, {"units": 3}, None),
        (STOCK, {"units": 4}, ("stock", "L1")),  # a floor above stock
        (two_villages(), {"units": 4, "township": "T-wang"}, None),
        (two_villages(), {"units": 5, "township": "T-wang"}, ("need", "tent/T-wang")),
        (two_villages().replace(access=two_villages().access[:1]), {"township": "T-wang"},
         ("way", "depot→wang")),
        (two_villages().replace(lots=(lot("L1", "tent", 9, only_townships=["T-li"]),)),
         {"township": "T-wang"}, ("intent", "L1")),
        (two_villages().replace(lots=(lot("L1", "tent", 9, only_groups=["disabled"]),)),
         {"lot": "L1"}, ("intent", "L1")),  # a donor's condition nobody can meet
        (two_villages().replace(lots=(lot("L1", "tent", 9, hold="frozen"),)), {}, ("hold", "L1")),
        (two_villages().replace(lots=(lot("L1", "tent", 9, expires_day=0),)), {"first_day": 1},
         ("expires", "L1")),
        (two_villages().replace(lots=(lot("L1", "tent", 9, arrives_day=1),)), {"last_day": 0},
         ("arrives", "L1")),
    ],
)  # fmt: skip
def test_each_rule_is_named_one_past_its_bound(
    world: World, row: dict[str, object], clash: tuple[str, str] | None
) -> None:
    assert kinds(world, must(**row)) == ([] if clash is None else [("must", "M"), clash])


def test_two_days_of_vehicles_are_named_together() -> None:
    small = two_villages().replace(fleet=(van(0, kg=40), van(1, kg=80)))
    assert kinds(small, must(units=3)) == []
    assert kinds(small, must(units=4)) == [
        ("must", "M"), ("fleet", "depot/truck/0"), ("fleet", "depot/truck/1"),
    ]  # fmt: skip


def test_demands_that_contradict_only_each_other_are_all_named_and_others_are_not() -> None:
    li, wang = must("A", units=2, township="T-li"), must("B", units=2, township="T-wang")
    fine = must("C", units=1, township="T-li")
    assert kinds(STOCK, li, wang, fine) == [("must", "A"), ("must", "B"), ("stock", "L1")]


def test_a_demand_that_nobody_falls_under_stands_alone() -> None:
    (clash,) = contradiction(two_villages().problem, must(township="T-nowhere"))
    assert clash.kind == "must"
    assert "没有人应得" in str(clash.what)


def test_a_demand_of_nothing_is_refused() -> None:
    with pytest.raises(ProblemInvalid):
        contradiction(two_villages().problem, must(units=0))


@given(districts(), st.data())
@settings(max_examples=25, deadline=None)
def test_what_a_plan_gives_can_be_demanded(problem: Problem, data: st.DataObject) -> None:
    lines = solve(problem).lines.filter(pl.col("state") == "firm")
    firm = lines.filter(pl.col("swap") == "")  # a demand is for the item itself
    if firm.is_empty():
        return
    sums = firm.group_by("item", "township").agg(pl.col("quantity").sum()).sort("item", "township")
    row = data.draw(st.sampled_from(sums.to_dicts()))
    asked = must(item=row["item"], township=row["township"], units=row["quantity"],
                 last_day=problem.days - 1)  # fmt: skip
    assert contradiction(problem, asked) == ()
    over = asked.with_columns(units=pl.lit(10**9, dtype=pl.Int64))
    assert contradiction(problem, over)[0].kind == "must"
