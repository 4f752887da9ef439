"""A household's trace."""

from __future__ import annotations

import re

import pytest

from graphcore.casework.entitlement import trace
from graphcore.domain.household import Stage
from tests.unit.casework.made import (
    RULES,
    SUMMER,
    WINTER,
    facts,
    owed,
    subject,
    table,
    traced,
    units,
)


def test_steps_sum_to_what_is_owed() -> None:
    row = subject(relocated=True, persons=5, infants=1, groups=["disabled"])
    known = facts(("H-1", "P-1", "insulin"), ("H-1", "P-2", "diet"))
    total: dict[tuple[str, int], int] = {}
    for step in traced(row, known, on=WINTER, days=3):
        total[step.item, step.day] = total.get((step.item, step.day), 0) + step.quantity
    assert total == units(owed(row, known=known, on=WINTER, days=3))


def test_a_step_says_its_formula_and_its_source() -> None:
    step = next(s for s in traced(subject(damage="collapsed", persons=5), facts())
                if s.item == "tent")  # fmt: skip
    assert str(step.text) == (
        "帐篷：住房倒塌或严损且未转移，每4人一顶：5人 × 1顶 ÷ 4人，进位取整 = 2顶"
    )
    assert (step.rule, step.quantity, step.status) == ("shelter.tent", 2, "illustrative")
    assert step.cites


def test_a_presumed_need_says_so() -> None:
    found = traced(subject(state="unknown", cut_off=True), facts())
    assert found
    assert all("尚未核实" in str(step.text) for step in found)


def test_a_household_without_needs_has_no_steps() -> None:
    assert traced(subject(), facts()) == ()


def test_infants_and_households_are_named() -> None:
    said = {s.item: str(s.text) for s in traced(subject(cut_off=True, infants=2), facts())}
    assert re.search(r"2名婴儿", said["diapers"])
    assert re.search(r"1户", said["water_tablets"])


def test_a_trace_is_of_one_subject() -> None:
    two = table(subject(), subject(subject="H-2"))
    with pytest.raises(ValueError, match="one subject"):
        trace(two, facts(), rulebook=RULES, hazard="flood", stage=Stage.EMERGENCY,
              first_on=SUMMER, days=1, disaster="X-1")  # fmt: skip
