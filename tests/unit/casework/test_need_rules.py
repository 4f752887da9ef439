"""Each shipped need rule at its bound and one past it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from graphcore.domain.errors import NoRuleInForce
from graphcore.domain.household import Stage
from graphcore.domain.ids import Kind, derived
from graphcore.policy.rulebook import load
from tests.unit.casework.made import RULES, WINTER, facts, items, owed, subject, traced, units

NEED: dict[str, Any] = {"state": "in_need"}


@pytest.mark.parametrize(("persons", "bottles"), [(1, 2), (2, 4), (7, 14)])
def test_water_is_two_bottles_a_person_each_day(persons: int, bottles: int) -> None:
    got = units(owed(subject(persons=persons, **NEED), days=3))
    assert [got["water", day] for day in range(3)] == [bottles] * 3


@pytest.mark.parametrize(("persons", "tents"), [(1, 1), (4, 1), (5, 2), (8, 2), (9, 3)])
def test_a_tent_for_each_four_rounded_up(persons: int, tents: int) -> None:
    assert units(owed(subject(persons=persons, damage="collapsed")))["tent", 0] == tents


@pytest.mark.parametrize(("persons", "boxes"), [(8, 1), (9, 2)])
def test_a_box_of_medicine_for_each_eight(persons: int, boxes: int) -> None:
    assert units(owed(subject(persons=persons, **NEED)))["medicine_kit", 0] == boxes


@pytest.mark.parametrize(
    ("said", "tent"),
    [
        ({"damage": "severe"}, True),
        ({"damage": "minor", **NEED}, False),
        ({"damage": "collapsed", "relocated": True}, False),
    ],
)
def test_a_tent_goes_to_those_whose_house_is_gone_and_who_are_still_there(
    said: dict[str, Any], tent: bool
) -> None:
    assert ("tent" in items(owed(subject(**said)))) is tent


def test_durables_are_owed_once_and_dailies_every_day() -> None:
    needs = owed(subject(damage="collapsed"), days=3).needs
    per_item = needs.group_by("item", "daily").agg(pl.col("day").sort(), pl.col("need").n_unique())
    for _, daily, days, ids in per_item.sort("item").iter_rows():
        assert days == ([0, 1, 2] if daily else [0])
        assert ids == 1


@pytest.mark.parametrize(
    ("stage", "has", "lacks"),
    [
        (Stage.EMERGENCY, "instant_food", "rice"),
        (Stage.TRANSITIONAL, "rice", "instant_food"),
    ],
)
def test_food_follows_the_stage(stage: Stage, has: str, lacks: str) -> None:
    got = items(owed(subject(**NEED), stage=stage))
    assert has in got
    assert lacks not in got


@pytest.mark.parametrize(
    ("day", "cold"),
    [
        (date(2026, 10, 31), False),
        (date(2026, 11, 1), True),
        (date(2027, 3, 31), True),
        (date(2027, 4, 1), False),
    ],
)
def test_winter_rules_hold_from_november_to_march(day: date, cold: bool) -> None:
    got = items(owed(subject(**NEED), on=day))
    assert ("winter_coat" in got) is cold
    assert ("heating_pack" in got) is cold
    assert ("quilt" in got) is cold


def test_winter_nights_begin_inside_the_horizon() -> None:
    got = units(owed(subject(**NEED), on=date(2026, 10, 31), days=3))
    assert {day for item, day in got if item == "heating_pack"} == {1, 2}
    assert ("winter_coat", 1) not in got


def test_rules_for_one_item_add_up() -> None:
    plain = units(owed(subject(relocated=True), on=WINTER))
    raised = units(owed(subject(relocated=True, groups=["disabled"]), on=WINTER))
    assert (plain["quilt", 0], raised["quilt", 0]) == (3, 4)


@pytest.mark.parametrize(("infants", "holders", "units_due"), [(0, 1, 1), (1, 1, 1), (2, 1, 2)])
def test_infants_are_not_counted_twice(infants: int, holders: int, units_due: int) -> None:
    known = facts(*(("H-1", f"P-{n}", "infant_feeding") for n in range(holders)))
    got = units(owed(subject(infants=infants, **NEED), known=known))
    assert got["infant_formula", 0] == units_due


def test_a_special_diet_replaces_the_ration() -> None:
    got = units(owed(subject(**NEED), known=facts(("H-1", "P-1", "diet"))))
    assert (got["instant_food", 0], got["special_diet_food", 0]) == (2, 1)


def test_more_diets_than_persons_never_owe_less_than_nothing() -> None:
    known = facts(("H-1", "P-1", "diet"), ("H-1", "P-2", "diet"))
    got = units(owed(subject(persons=1, **NEED), known=known))
    assert ("instant_food", 0) not in got
    assert got["special_diet_food", 0] == 2


def test_a_fact_said_twice_of_a_person_counts_once() -> None:
    known = facts(("H-1", "P-1", "insulin"), ("H-1", "P-1", "insulin"), ("H-1", "P-2", "insulin"))
    assert units(owed(subject(**NEED), known=known))["insulin", 0] == 2


def test_facts_of_others_do_not_count() -> None:
    assert "insulin" not in items(owed(subject(**NEED), known=facts(("H-2", "P-9", "insulin"))))


def test_every_need_carries_what_the_plan_looks_at() -> None:
    rows = owed(
        subject(township="T", point="SH-1", point_kind="shelter", relocated=True, groups=["orphan"])
    ).needs
    assert set(rows["point"]) == {"SH-1"}
    assert set(rows["township"]) == {"T"}
    assert rows["groups"].to_list() == [["orphan"]] * rows.height
    for item, basic, survival in rows.select("item", "basic", "survival").iter_rows():
        assert (basic, survival) == (
            RULES.catalogue[item].basic.value, RULES.catalogue[item].survival,
        )  # fmt: skip


def test_need_ids_are_derived_from_what_they_name() -> None:
    rows = owed(subject(**NEED), days=2).needs
    for need, item in rows.select("need", "item").iter_rows():
        assert need == derived(Kind.NEED, "X-1", "emergency", "H-1", item)
    assert rows.select("need", "day").is_unique().all()
    assert rows.equals(rows.sort("need", "day"))


def test_row_order_of_the_input_does_not_matter() -> None:
    rows = [subject(subject=f"H-{n}", persons=n + 1, **NEED) for n in range(9)]
    assert owed(*rows, days=2).needs.equals(owed(*reversed(rows), days=2).needs)


def test_a_day_before_any_rule_is_refused() -> None:
    with pytest.raises(NoRuleInForce):
        owed(subject(**NEED), on=date(2019, 12, 31))
    assert owed(subject(**NEED), on=date(2020, 1, 1)).needs.height > 0


def test_no_subjects_no_needs() -> None:
    found = owed()
    assert (found.needs.height, found.referrals.height, found.unknown.height) == (0, 0, 0)


def test_days_without_any_rule_owe_nothing(tmp_path: Path) -> None:
    ended = "".join(
        f"  {name}: {{title: t, item: {rule.item}, count: persons, stages: [emergency], values: "
        "[{from: 2020-01-01, to: 2026-07-01, amount: 1, status: local, cites: a}]}\n"
        for name, rule in RULES.needs.items()
    )
    (tmp_path / "x.yaml").write_text(f"needs:\n{ended}", encoding="utf-8")
    rules = load([tmp_path])
    assert set(owed(subject(**NEED), rules=rules, days=2).needs["day"]) == {0}
    assert owed(subject(**NEED), rules=rules, on=date(2026, 7, 2)).needs.height == 0


@pytest.mark.parametrize(("children", "elders"), [(0, 0), (1, 2)])
def test_rules_may_count_children_and_elders(tmp_path: Path, children: int, elders: int) -> None:
    (tmp_path / "x.yaml").write_text(
        "needs:\n" + "".join(
            f"  my.{count}: {{title: t, item: {item}, count: {count}, stages: [emergency], values: "
            "[{from: 2020-01-01, amount: 1, status: local, cites: a}]}\n"
            for count, item in (("children", "folding_bed"), ("elders", "hygiene_kit"))
        ), encoding="utf-8",
    )  # fmt: skip
    row, rules = subject(children=children, elders=elders, **NEED), load([tmp_path])
    got = units(owed(row, rules=rules))
    assert got.get(("folding_bed", 0), 0) == children
    assert got.get(("hygiene_kit", 0), 0) == elders
    said = {s.rule: str(s.text) for s in traced(row, facts(), rules=rules)}
    assert ("1名儿童" in said.get("my.children", "")) is (children == 1)
    assert ("2名老人" in said.get("my.elders", "")) is (elders == 2)
