"""The examples of docs/POLICY.md, loaded as a district's folder, do what the page says."""

from __future__ import annotations

import doctest
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from graphcore.policy.rulebook import Rulebook, load
from tests.unit.casework.made import owed, subject, units

PAGE = Path(__file__).parents[3] / "docs" / "POLICY.md"
JULY = date(2026, 7, 1)


@pytest.fixture
def rules(tmp_path: Path) -> Rulebook:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 5
    for n, block in enumerate(blocks):
        (tmp_path / f"{n}.yaml").write_text(block, encoding="utf-8")
    return load([tmp_path])


@pytest.mark.parametrize(
    ("day", "value"),
    [(date(2026, 5, 31), 3), (date(2026, 6, 1), 5), (date(2026, 9, 30), 5), (date(2026, 10, 1), 3)],
)
def test_the_changed_figure(rules: Rulebook, day: date, value: int) -> None:
    assert rules.at("plan.horizon_days", day).value == value


def test_the_new_item(rules: Rulebook) -> None:
    assert rules.item_named("驱蚊帐") == "mosquito_net"
    assert "mosquito_net" in rules.items()["item"].to_list()


@pytest.mark.parametrize(
    ("said", "hazard", "day", "nets"),
    [
        ({"persons": 4}, "flood", JULY, 2),
        ({"persons": 5}, "typhoon", JULY, 3),
        ({"persons": 5}, "earthquake", JULY, None),
        ({"persons": 5, "relocated": False}, "flood", JULY, None),
        ({"persons": 5}, "flood", date(2026, 9, 30), 3),
        ({"persons": 5}, "flood", date(2026, 10, 1), None),
    ],
)
def test_the_new_rule(
    rules: Rulebook, said: dict[str, Any], hazard: str, day: date, nets: int | None
) -> None:
    row = subject(**{"state": "in_need", "relocated": True, **said})
    assert units(owed(row, rules=rules, hazard=hazard, on=day)).get(("mosquito_net", 0)) == nets


def test_the_new_kit_and_the_day_before_it(rules: Rulebook) -> None:
    mine = rules.kits(JULY).filter(kit="school_kit").select("item", "units").rows()
    assert mine == [("flashlight", 1), ("quilt", 1)]
    assert rules.kits(date(2025, 12, 31)).filter(kit="school_kit").is_empty()


def test_a_rule_is_switched_off_from_its_day_on(tmp_path: Path) -> None:
    shipped = load().needs["hygiene.kit"]
    (tmp_path / "off.yaml").write_text(
        "needs: {hygiene.kit: {title: t, item: hygiene_kit, count: households, "
        "stages: [emergency], when: {relocated: true}, values: ["
        "{from: 2020-01-01, amount: 1, status: local, cites: a}, "
        "{from: 2026-07-01, amount: 0, status: local, cites: b}]}}", encoding="utf-8",
    )  # fmt: skip
    rules, row = load([tmp_path]), subject(relocated=True)
    assert shipped.item == "hygiene_kit"
    assert ("hygiene_kit", 0) in units(owed(row, rules=rules, on=date(2026, 6, 30)))
    assert ("hygiene_kit", 0) not in units(owed(row, rules=rules, on=JULY))


def test_the_pages_session() -> None:
    assert doctest.testfile(str(PAGE), module_relative=False).failed == 0
