"""Equity floors as people write them."""

from __future__ import annotations

import pytest

from api.usecases.planning.floors import MOST, floors
from graphcore.domain.errors import InputError
from graphcore.policy import rulebook

TOWNS = {"331121105": "海口镇", "331121106": "船寮镇"}
RULES = rulebook.load()


@pytest.mark.parametrize(
    ("text", "row"),
    [("海口镇=60%", ("331121105", "", "*", 600)), ("331121106=0.5", ("331121106", "", "*", 500)),
     ("全部乡镇/饮用水=50%", ("*", "", "water", 500)), ("残疾人/帐篷=100%", ("", "disabled", "tent", 1000)),
     ("低保=12.5%", ("", "minimum_living", "*", 125))],
)  # fmt: skip
def test_a_floor_names_who_what_and_how_much(text: str, row: tuple[str, str, str, int]) -> None:
    made = floors([text], TOWNS, RULES)
    assert made.select("township", "group", "item", "permille").row(0) == row
    assert made["floor"].to_list() == [text]


@pytest.mark.parametrize(
    "text", ["海口镇", "无名镇=60%", "海口镇=101%", "海口镇=六成", "海口镇/金条=50%", "海口镇=-5%"]
)
def test_a_floor_that_says_nothing_clear_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="保底要求"):
        floors([text], TOWNS, RULES)


def test_fifty_floors_pass_and_one_more_is_refused() -> None:
    assert floors(["海口镇=1%"] * MOST, TOWNS, RULES).height == MOST
    with pytest.raises(InputError):
        floors(["海口镇=1%"] * (MOST + 1), TOWNS, RULES)
