"""Stages and their clocks."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from graphcore.domain.errors import InputError, NoRuleInForce
from graphcore.domain.household import Stage
from graphcore.policy.rulebook import load
from graphcore.policy.stages import clocks, sequence, stage_at

RULES = load()
START = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("day", "code"),
    [(0, "emergency"), (14, "emergency"), (15, "transitional"), (104, "transitional"),
     (105, "temporary_assistance"), (5000, "temporary_assistance")],
)  # fmt: skip
def test_a_stage_ends_on_its_last_day(day: int, code: str) -> None:
    assert stage_at(RULES, START, START + timedelta(days=day)).code == code


def test_before_the_disaster_there_is_no_stage() -> None:
    with pytest.raises(InputError) as refused:
        stage_at(RULES, START, START - timedelta(days=1))
    assert refused.value.field == "first_on"


def test_clocks_follow_each_other_without_gap() -> None:
    found = clocks(RULES, START)
    for here, after in pairwise(found):
        assert here.last_on is not None
        assert after.first_on == here.last_on + timedelta(days=1)
        assert here.next == after.code
    assert found[-1].last_on is None
    assert found[-1].days_left(START) is None


@pytest.mark.parametrize(("day", "left"), [(0, 14), (14, 0), (15, -1)])
def test_days_left(day: int, left: int) -> None:
    assert clocks(RULES, START)[0].days_left(START + timedelta(days=day)) == left


def test_the_stages_with_need_rules_are_those_of_the_domain() -> None:
    assert {code for code, s in RULES.stages.items() if s.computed} == {s.value for s in Stage}
    assert {"winter_spring", "rebuilding"} <= set(RULES.stages) - set(sequence(RULES))
    assert sequence(RULES)[:2] == ("emergency", "transitional")


def test_a_district_sets_its_own_length(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(
        "parameters: {stage.emergency.days: {title: t, values: "
        "[{from: 2026-01-01, value: 10, status: local, cites: 区文件}]}}", encoding="utf-8",
    )  # fmt: skip
    first = clocks(load([tmp_path]), START)[0]
    assert first.last_on == date(2026, 7, 10)
    assert first.cites == "区文件"


def test_a_length_must_be_in_force() -> None:
    with pytest.raises(NoRuleInForce):
        clocks(RULES, date(2019, 12, 31))


def test_after_the_last_bounded_stage_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(
        "stages: {temporary_assistance: {name: n, english: e, order: 3, computed: false, owner: o, "
        "days: stage.emergency.days}, standing_assistance: {name: n, english: e, order: 4, "
        "computed: false, owner: o, days: stage.emergency.days}}", encoding="utf-8",
    )  # fmt: skip
    rules = load([tmp_path])
    last = clocks(rules, START)[-1]
    assert (last.code, last.next) == ("standing_assistance", "")
    assert last.last_on is not None
    assert stage_at(rules, START, last.last_on) == last
    with pytest.raises(InputError):
        stage_at(rules, START, last.last_on + timedelta(days=1))
