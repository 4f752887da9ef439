"""No value on the plan's screen stands beyond the bound beside it."""

from __future__ import annotations

import pytest

from api.cli.screens import _bound, _condition


@pytest.mark.parametrize(("unit", "value", "bound", "shown"), [
    ("coverage", 0.7, 0.788, "78.8%"),
    ("coverage", 0.788, 0.788, "78.8%"),
    ("coverage", 0.8, 0.788, "—"),
    ("coverage", 0.78804, 0.788, "78.8%"),  # the same on the screen
    ("unit_days", 180.0, 179.0, "179"),
    ("unit_days", 170.0, 179.0, "—"),
    ("share", 0.2, 0.3, "—"),
])  # fmt: skip
def test_a_bound_that_was_passed_is_not_shown(
    unit: str, value: float, bound: float, shown: str
) -> None:
    assert _bound({"unit": unit, "value": value, "bound": bound}) == shown


def test_each_plan_says_what_its_own_bounds_are_conditional_on() -> None:
    assert "以前面的目标都达到最优为条件" in _condition({"way": "simplex", "columns": 9})
    assert "不带条件" in _condition({"way": "simplex", "trip_rounds": 2})
