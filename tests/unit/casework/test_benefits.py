"""Benefits in money: each rule at its bound and one past it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from graphcore.casework.benefits import likely
from graphcore.casework.examples import read, run
from graphcore.domain.errors import PolicyError
from graphcore.policy.model import BenefitRule
from graphcore.policy.rulebook import Rulebook, load
from tests.unit.casework.made import RULES, facts, subject, table

JULY = date(2026, 7, 1)


def fen(*rows: dict[str, Any], on: date = JULY, rules: Rulebook = RULES) -> dict[str, int]:
    """Benefit → fen of one subject."""
    found = likely(table(*rows), facts(), rules, JULY, on)
    return dict(found.select("benefit", "amount_fen").iter_rows())


@pytest.mark.parametrize("outcome", run(read(()), RULES), ids=lambda o: o.example.title)
def test_the_shipped_examples_hold(outcome: Any) -> None:
    assert outcome.found == outcome.example.owed


def test_the_stage_changes_after_its_last_day() -> None:
    days = RULES.at("stage.emergency.days", JULY).value
    row = subject(state="in_need", damage="severe")
    assert "emergency_living" in fen(row, on=JULY + timedelta(days=days - 1))
    after = fen(row, on=JULY + timedelta(days=days))
    assert "emergency_living" not in after
    assert "transitional_living" in after


@pytest.mark.parametrize(
    ("groups", "permille"),
    [([], 1000), (["disabled"], 1200), (["orphan"], 1500), (["orphan", "disabled"], 1500)],
)
def test_the_highest_group_counts_never_the_sum(groups: list[str], permille: int) -> None:
    plain = fen(subject(state="in_need"))["emergency_living"]
    assert (
        fen(subject(state="in_need", groups=groups))["emergency_living"] * 1000 == plain * permille
    )


@pytest.mark.parametrize(
    ("day", "runs"),
    [(date(2026, 11, 30), False), (date(2026, 12, 1), True), (date(2027, 5, 31), True),
     (date(2027, 6, 1), False)],
)  # fmt: skip
def test_winter_relief_runs_december_to_may(day: date, runs: bool) -> None:
    assert ("winter_spring" in fen(subject(state="in_need"), on=day)) is runs


def test_nothing_runs_before_the_disaster() -> None:
    row = subject(state="in_need", damage="collapsed")
    assert fen(row, on=JULY - timedelta(days=1)) == {}


def test_people_without_names_have_no_case() -> None:
    assert fen(subject(state="in_need", anonymous=True)) == {}


def test_a_changed_standard_holds_from_its_day(tmp_path: Path) -> None:
    shipped = Path("graphcore/policy/rules/benefits.yaml")
    base = (Path(__file__).parents[3] / shipped).read_text(encoding="utf-8")
    text = base[base.index("benefits:") :].split("  transitional_living:")[0]
    (tmp_path / "d.yaml").write_text(
        text + "      - {from: 2026-07-05, fen: 3000, status: local, cites: 区标准}\n",
        encoding="utf-8",
    )
    rules, row = load([tmp_path]), subject(state="in_need", persons=1)
    assert fen(row, on=date(2026, 7, 4), rules=rules)["emergency_living"] == 2000 * 15
    assert fen(row, on=date(2026, 7, 5), rules=rules)["emergency_living"] == 3000 * 15


@pytest.mark.parametrize(
    "wrong",
    [{"per": "person_day"}, {"per": "person", "days": "x"}, {"count": "holders"}, {"months": [13]}],
)
def test_a_rule_that_cannot_be_meant_is_refused(wrong: dict[str, Any]) -> None:
    plain = {"name": "n", "english": "e", "stage": "s", "owner": "o", "per": "person", "when": {},
             "values": [{"from": "2020-01-01", "fen": 1, "status": "local", "cites": "c"}]}  # fmt: skip
    BenefitRule.model_validate(plain)
    with pytest.raises(ValidationError):
        BenefitRule.model_validate(plain | wrong)


def test_a_districts_own_example_that_fails_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "examples"
    folder.mkdir()
    (folder / "own.yaml").write_text(
        "examples: [{title: t, occurred_on: 2026-07-01, day: 2026-07-01, household: {}, "
        "owed: {repair: 1}}]", encoding="utf-8",
    )  # fmt: skip
    assert [o.holds for o in run(read([tmp_path]), RULES)].count(False) == 1


def test_an_example_file_with_an_unknown_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "x.yaml").write_text("examples: [{titel: t}]", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"x\.yaml"):
        read([tmp_path])
