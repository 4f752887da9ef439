"""The condition language: each predicate where it holds and where it just does not."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from graphcore.casework.conditions import expression, with_facts
from graphcore.policy.model import Condition
from tests.unit.casework.made import facts, subject, table

KNOWN = facts(("H-1", "P-1", "oxygen"))


def holds(condition: dict[str, Any], **said: Any) -> bool:
    wide = with_facts(table(subject(**said)), KNOWN)
    rule = expression(Condition.model_validate(condition), {"bound": 60}.__getitem__)
    return bool(wide.select(rule.alias("x"))["x"][0])


@pytest.mark.parametrize(
    ("condition", "inside", "outside"),
    [
        ({"state": ["in_need", "safe"]}, {"state": "safe"}, {"state": "unknown"}),
        ({"damage": ["severe"]}, {"damage": "severe"}, {"damage": "minor"}),
        ({"point_kind": ["cut_off"]}, {"point_kind": "cut_off"}, {"point_kind": "village"}),
        ({"relocated": True}, {"relocated": True}, {"relocated": False}),
        ({"relocated": False}, {"relocated": False}, {"relocated": True}),
        ({"cut_off": True}, {"cut_off": True}, {"cut_off": False}),
        ({"anonymous": False}, {"anonymous": False}, {"anonymous": True}),
        ({"groups": ["orphan", "disabled"]}, {"groups": ["disabled"]}, {"groups": ["vagrant"]}),
        ({"groups": ["orphan"]}, {"groups": ["vagrant", "orphan"]}, {"groups": []}),
        ({"facts": ["insulin", "oxygen"]}, {"subject": "H-1"}, {"subject": "H-2"}),
        ({"intensity_from": "bound"}, {"intensity": 60}, {"intensity": 59}),
        ({"any": [{"relocated": True}, {"cut_off": True}]}, {"cut_off": True}, {}),
        (
            {"damage": ["severe"], "any": [{"relocated": True}]},
            {"damage": "severe", "relocated": True},
            {"damage": "severe"},
        ),
    ],
)
def test_predicate(
    condition: dict[str, Any], inside: dict[str, Any], outside: dict[str, Any]
) -> None:
    assert holds(condition, **inside)
    assert not holds(condition, **outside)


def test_an_empty_condition_always_holds() -> None:
    assert holds({})


def test_facts_are_counted_by_person() -> None:
    known = facts(("H-1", "P-1", "oxygen"), ("H-1", "P-2", "oxygen"), ("H-1", "P-2", "oxygen"))
    wide = with_facts(table(subject(), subject(subject="H-2")), known)
    assert wide.select(pl.col("fact:oxygen")).to_series().to_list() == [2, 0]
