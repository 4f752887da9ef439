"""docs/STANDARDS.md is what the shipped rules say; rules of an earlier day explain its decisions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from graphcore.policy.model import Level
from graphcore.policy.page import page
from graphcore.policy.rulebook import kept, load

PAGE = Path(__file__).parents[3] / "docs" / "STANDARDS.md"
DAY = date(2026, 7, 1)


def test_the_page_is_made_from_the_rules() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(load())


def test_the_nine_programmes_of_the_mission_are_stages_or_benefits() -> None:
    rules = load()
    named = {*rules.stages, *rules.benefits}
    assert {"relocation", "emergency", "transitional", "temporary_assistance", "minimum_living",
            "extreme_poverty", "winter_spring", "rebuilding"} <= named  # fmt: skip


def test_a_kept_rulebook_says_what_it_said_whatever_a_district_writes_later(tmp_path: Path) -> None:
    old = kept(load(region="331121").text)
    (tmp_path / "a.yaml").write_text(
        "parameters:\n  plan.horizon_days:\n    title: t\n    values:\n"
        "      - {from: 2026-01-01, value: 9, status: local, cites: a}\n", "utf-8"
    )  # fmt: skip
    assert load([tmp_path]).at("plan.horizon_days", DAY).value == 9
    assert old.at("plan.horizon_days", DAY).value == 3
    assert old.hash == load(region="331121").hash


def test_of_one_region_the_lower_level_of_government_is_the_narrower(tmp_path: Path) -> None:
    entry = "{from: 2026-0%d-01, value: %d, status: local, level: %s, cites: a}"
    (tmp_path / "a.yaml").write_text(
        "parameters:\n  plan.horizon_days:\n    title: t\n    values:\n"
        f"      - {entry % (2, 7, Level.PROVINCE.value)}\n"
        f"      - {entry % (1, 8, Level.COUNTY.value)}\n", "utf-8",
    )  # fmt: skip
    assert load([tmp_path]).at("plan.horizon_days", DAY).value == 8
