"""Handling times come from dated parameters."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from graphcore.domain.errors import NoRuleInForce
from graphcore.policy.rulebook import load
from optimizer.transport.problem import Handling, handling_of
from optimizer.transport.router import Rest

TABLES = {"transport.load_minutes": "{truck: 30, boat: 20}", "transport.stop_minutes": "{truck: 10}",
          "transport.unload_minutes_tonne": "{truck: 15}", "transport.transfer_minutes": "25",
          "transport.drive_minutes": "240", "transport.rest_minutes": "20"}  # fmt: skip


def rules(folder: Path) -> None:
    lines = ["parameters:"]
    for name, value in TABLES.items():
        lines += [f"  {name}:", "    title: 装卸", "    values:",
                  f"      - {{from: 2026-01-01, value: {value}, status: illustrative, cites: 示例}}"]  # fmt: skip
    (folder / "parameters.yaml").write_text("\n".join(lines), encoding="utf-8")


def test_minutes_are_those_in_force_on_the_day(tmp_path: Path) -> None:
    rules(tmp_path)
    found = handling_of(load([tmp_path]), date(2026, 7, 1))
    assert found == Handling({"truck": 30, "boat": 20}, {"truck": 10}, {"truck": 15}, 25,
                             Rest(240, 20), 180)  # fmt: skip


def test_no_rule_no_minutes(tmp_path: Path) -> None:
    rules(tmp_path)
    with pytest.raises(NoRuleInForce):
        handling_of(load([tmp_path]), date(2019, 7, 1))


@pytest.mark.parametrize(
    ("grams", "minutes"), [(0, 0), (1, 1), (66_666, 1), (66_667, 2), (1_000_000, 15)]
)
def test_unloading_takes_whole_minutes_by_weight(grams: int, minutes: int) -> None:
    assert Handling({}, {}, {"truck": 15}).unload("truck", grams) == minutes
