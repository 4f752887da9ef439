"""No value on the plan's screen stands beyond the bound beside it."""

from __future__ import annotations

import pytest

from api.cli.screens import _bound


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
