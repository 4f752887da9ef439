"""Services that goods cannot meet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from graphcore.domain.household import MedicalFact
from graphcore.policy.rulebook import load
from tests.unit.casework.made import RULES, facts, owed, subject

HOUR = 3_600_000_000
START = 1_782_835_200_000_000  # 2026-07-01T00:00+08:00
HOURS = {rule.fact.value: rule.values[0].hours for rule in RULES.referrals.values()}


@pytest.mark.parametrize("fact", [f.value for f in MedicalFact])
def test_every_medical_fact_leads_to_a_service_with_a_deadline(fact: str) -> None:
    found = owed(subject(state="in_need"), known=facts(("H-1", "P-1", fact))).referrals
    assert found.height == 1
    row = found.row(0, named=True)
    assert (row["subject"], row["person"], row["township"]) == ("H-1", "P-1", "990101100")
    assert row["due_at"] == START + HOURS[fact] * HOUR
    assert row["cites"]


def test_a_person_is_referred_once_a_service() -> None:
    known = facts(
        ("H-1", "P-1", "oxygen"), ("H-1", "P-1", "oxygen"), ("H-1", "P-1", "dialysis"),
        ("H-1", "P-2", "oxygen"),
    )  # fmt: skip
    found = owed(subject(state="in_need"), known=known).referrals
    assert found.height == 3
    assert found["referral"].is_unique().all()
    assert found.equals(found.sort("referral"))


def test_the_presumed_are_referred_too() -> None:
    known = facts(("H-1", "P-1", "dialysis"))
    found = owed(subject(state="unknown", cut_off=True), known=known).referrals
    assert found.select(pl.col("service")).to_series().to_list() == ["haemodialysis"]


@pytest.mark.parametrize(("day", "referred"), [(date(2026, 7, 1), True), (date(2026, 7, 2), False)])
def test_a_referral_rule_ends_with_its_last_day(tmp_path: Path, day: date, referred: bool) -> None:
    (tmp_path / "x.yaml").write_text(
        "referrals: {oxygen: {fact: oxygen, service: s, name: n, english: e, stages: [emergency], "
        "values: [{from: 2020-01-01, to: 2026-07-01, hours: 1, status: local, cites: a}]}}",
        encoding="utf-8",
    )
    known, rules = facts(("H-1", "P-1", "oxygen")), load([tmp_path])
    found = owed(subject(state="in_need"), known=known, rules=rules, on=day).referrals
    assert (found.height == 1) is referred


def test_a_deadline_never_lies_before_the_moment_of_planning() -> None:
    noon = START + 14 * HOUR
    late = owed(subject(state="in_need"), known=facts(("H-1", "P-1", "dialysis")), now=noon)
    early = owed(subject(state="in_need"), known=facts(("H-1", "P-1", "dialysis")), now=START - 1)
    assert late.referrals["due_at"].to_list() == [noon + 24 * HOUR]
    assert early.referrals["due_at"].to_list() == [START + 24 * HOUR]
