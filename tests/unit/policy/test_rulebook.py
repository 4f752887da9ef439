"""Dated look-ups, overrides, names and the hash."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from graphcore.domain.errors import NoRuleInForce, PolicyError
from graphcore.domain.tables import ITEMS
from graphcore.policy.rulebook import Parameter, load

NAME = "plan.horizon_days"
DATED = """
parameters:
  test.rate:
    title: 试验
    values:
      - {from: 2026-01-01, to: 2026-06-30, value: 1, status: local, cites: 甲}
      - {from: 2026-07-01, value: 2, status: local, cites: 乙}
      - {from: 2026-01-01, region: "9901", value: 3, status: local, cites: 丙}
      - {from: 2026-01-01, region: "990102", value: 4, status: local, cites: 丁}
"""


def folder(base: Path, text: str, name: str = "rules") -> Path:
    made = base / name
    made.mkdir()
    (made / "district.yaml").write_text(text, encoding="utf-8")
    return made


@pytest.mark.parametrize(
    ("day", "value"),
    [(date(2026, 1, 1), 1), (date(2026, 6, 30), 1), (date(2026, 7, 1), 2)],
)
def test_the_value_in_force_changes_on_its_day(tmp_path: Path, day: date, value: int) -> None:
    assert load([folder(tmp_path, DATED)]).at("test.rate", day).value == value


def test_before_the_first_day_no_rule_is_in_force(tmp_path: Path) -> None:
    rules = load([folder(tmp_path, DATED)])
    with pytest.raises(NoRuleInForce) as refused:
        rules.at("test.rate", date(2025, 12, 31))
    assert refused.value.field == "test.rate"
    assert "2025-12-31" in str(refused.value)
    assert refused.value.advice is not None


def test_an_unknown_parameter_is_never_a_default() -> None:
    with pytest.raises(NoRuleInForce):
        load().at("no.such", date(2026, 7, 1))


@pytest.mark.parametrize(
    ("region", "value"),
    [("", 1), ("98", 1), ("9901", 3), ("990101", 3), ("990102", 4), ("990102100", 4)],
)
def test_the_narrowest_region_wins(tmp_path: Path, region: str, value: int) -> None:
    rules = load([folder(tmp_path, DATED)]).within(region)
    assert rules.at("test.rate", date(2026, 1, 1)).value == value


def test_a_districts_value_wins_over_the_shipped_one_while_it_is_in_force(tmp_path: Path) -> None:
    text = f"""
parameters:
  {NAME}:
    title: 天数
    values:
      - {{from: 2026-01-01, to: 2026-12-31, value: 7, status: local, cites: 区文件}}
"""
    rules = load([folder(tmp_path, text)])
    assert rules.at(NAME, date(2026, 12, 31)) == Parameter(NAME, 7, "区文件", "local")
    assert rules.at(NAME, date(2027, 1, 1)) == load().at(NAME, date(2027, 1, 1))


def test_the_last_folder_wins(tmp_path: Path) -> None:
    one = "parameters: {x: {title: x, values: [{from: 2026-01-01, value: 1, status: local, cites: a}]}}"
    folders = [
        folder(tmp_path, one, "a"),
        folder(tmp_path, one.replace("value: 1", "value: 2"), "b"),
    ]
    assert load(folders).at("x", date(2026, 1, 1)).value == 2
    assert load(folders[::-1]).at("x", date(2026, 1, 1)).value == 1


def test_the_hash_follows_the_content_and_nothing_else(tmp_path: Path) -> None:
    one, same = folder(tmp_path, DATED, "a"), folder(tmp_path, "# a note\n" + DATED, "b")
    other = folder(tmp_path, DATED.replace("value: 4", "value: 5"), "c")
    hashes = [load([f]).hash for f in (one, same, other)]
    assert hashes[0] == hashes[1] != hashes[2]
    assert load().hash == load().hash != hashes[0]
    assert load().within("990101").hash != load().hash


@pytest.mark.parametrize(
    ("text", "code"),
    [("帐篷", "tent"), ("救灾帐篷", "tent"), (" 12平方米 帐篷 ", "tent"), ("TENT", "tent"),
     ("Ｔｅｎｔ", "tent"), ("棉被（褥）", "quilt"), ("棉被套", None), ("棉被", "quilt"), ("不存在", None), ("", None)],
)  # fmt: skip
def test_items_are_known_by_any_of_their_names(text: str, code: str | None) -> None:
    assert load().item_named(text) == code


def test_items_have_names_units_and_the_schema() -> None:
    rules = load()
    assert dict(rules.items().schema) == dict(ITEMS)
    assert (rules.item_name("tent", "zh"), rules.unit_of("tent")) == ("帐篷", "顶")
    assert rules.item_name("tent", "en_GB").startswith("Family tent")
    with pytest.raises(PolicyError, match="nothing"):
        rules.unit_of("nothing")


def test_one_name_for_two_items_is_refused(tmp_path: Path) -> None:
    text = """
items:
  stove: {name: 炉子, english: Stove, aliases: [帐 篷], unit: 件, basic: shelter, weight_g: 1,
          volume_ml: 1, daily: false, survival: false}
"""
    with pytest.raises(PolicyError, match=r"帐 ?篷"):
        load([folder(tmp_path, text)])
