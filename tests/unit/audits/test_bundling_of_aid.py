"""Bundling: one need met twice, and decisions that differ by nothing but a status."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from graphcore.casework.audits import bundling
from graphcore.casework.audits.tables import AID
from graphcore.casework.entitlement import assess
from graphcore.domain.errors import PolicyError
from graphcore.domain.household import Stage
from graphcore.domain.tables import SUBJECTS, empty, frame
from graphcore.policy.rulebook import Rulebook, load
from tests.unit.audits.books import homes

JULY, WINTER = date(2026, 7, 1), date(2026, 12, 1)
STATUS = ["minimum_living", "extreme_poverty"]
SUBJECT: dict[str, Any] = {
    "subject": "H-1", "anonymous": False, "village": "v1", "township": "t1", "point": "v1",
    "point_kind": "village", "state": "in_need", "persons": 3, "households": 1, "infants": 0,
    "children": 1, "elders": 0, "roofless": 0, "damage": "none", "relocated": False,
    "cut_off": False, "intensity": 50, "groups": [],
}  # fmt: skip


def aid(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    """AID of H-1 of (programme, need, first day, last day)."""
    return frame(AID, [
        {"label": "Aid", "id": f"AD-{n}", "household": "H-1", "programme": programme,
         "basic": basic, "first_on": first, "last_on": last}
        for n, (programme, basic, first, last) in enumerate(rows)
    ])  # fmt: skip


def found(*rows: tuple[str, str, str, str], day: date = JULY) -> pl.DataFrame:
    return bundling.overlaps(aid(*rows), load(), day)


def test_a_rebuilding_subsidy_excludes_the_dilapidated_house_subsidy() -> None:
    rows = found(("rebuilding", "shelter", "2026-07-01", ""),
                 ("dilapidated_house", "shelter", "2026-08-01", ""))  # fmt: skip
    (row,) = rows.to_dicts()
    assert (row["listed"], row["since"]) == (True, "2026-08-01")
    assert "危房" in row["cites"]


@pytest.mark.parametrize(
    ("other", "basic", "first", "hits"),
    [
        ("minimum_living", "food", "2026-07-01", 0),  # an allowed pair
        ("emergency", "food", "2026-07-01", 1),  # the same programme twice
        ("medical_assistance", "food", "2026-07-01", 1),  # not in the matrix: look at it
        ("medical_assistance", "medical", "2026-07-01", 0),  # another need
        ("medical_assistance", "food", "2026-07-03", 1),  # the last day is shared
        ("medical_assistance", "food", "2026-07-04", 0),  # one after the other
    ],
)
def test_what_is_met_twice(other: str, basic: str, first: str, hits: int) -> None:
    rows = found(("emergency", "food", "2026-07-01", "2026-07-03"), (other, basic, first, ""))
    assert rows.height == hits


def test_a_finding_names_both_records_and_the_household_once() -> None:
    rows = found(("rebuilding", "shelter", "2026-07-01", ""),
                 ("dilapidated_house", "shelter", "2026-07-01", ""),
                 ("dilapidated_house", "shelter", "2026-07-01", ""))  # fmt: skip
    (row,) = bundling.twice(homes({}), rows).to_dicts()
    assert row["proof"] == ["Household/H-1", "Aid/AD-0", "Aid/AD-1", "Aid/AD-2"]
    assert row["basics"] == ["shelter"]


def test_a_pair_is_allowed_from_its_day_on(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("""
pairs:
  rebuilding.dilapidated_house:
    title: 改了
    pair: [dilapidated_house, rebuilding]
    values:
      - {from: 2020-01-01, to: 2026-06-30, allowed: false, status: local, cites: 旧}
      - {from: 2026-07-01, allowed: true, status: local, cites: 新}
""")
    both = aid(("rebuilding", "shelter", "2026-01-01", ""),
               ("dilapidated_house", "shelter", "2026-01-01", ""))  # fmt: skip
    rules = load([tmp_path])
    assert bundling.overlaps(both, rules, date(2026, 6, 30)).height == 1
    assert bundling.overlaps(both, rules, JULY).is_empty()


def test_a_pair_of_an_unknown_programme_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("""
pairs:
  x: {title: x, pair: [emergency, fairyland], values: [{from: 2020-01-01, allowed: true, status: local, cites: x}]}
""")
    with pytest.raises(PolicyError):
        load([tmp_path])


# -- decided by status alone ----------------------------------------------------------------------


def people(*rows: dict[str, Any]) -> pl.DataFrame:
    """SUBJECTS H-0, H-1, …"""
    return frame(SUBJECTS, [SUBJECT | {"subject": f"H-{n}"} | r for n, r in enumerate(rows)])


def decided(*granted: bool | int) -> pl.DataFrame:
    """What was decided of H-0, H-1, …: yes or no, or how many fen."""
    rows = [{"household": f"H-{n}", "decision": "given", "granted": bool(g), "amount": int(g),
             "proof": f"LedgerEntry/LE-{n}"} for n, g in enumerate(granted)]  # fmt: skip
    return frame(bundling.DECISIONS, rows)


LOW: dict[str, Any] = {"groups": ["minimum_living"]}


def judged(subjects: pl.DataFrame, decisions: pl.DataFrame, least: int = 2) -> list[str]:
    who = homes(*({"household": s} for s in subjects["subject"]))
    return bundling.by_status(who, subjects, decisions, STATUS, least, 1)["subject"].to_list()


@pytest.mark.parametrize("given", [True, False])
def test_otherwise_than_all_equals_is_found_whichever_way_it_went(given: bool) -> None:
    assert judged(people(LOW, {}, {}), decided(given, not given, not given)) == ["H-0"]
    assert judged(people(LOW, {}, {}), decided(given, given, given)) == []


@pytest.mark.parametrize(
    "other",
    [{"damage": "minor"}, {"persons": 4}, {"village": "v2"}, {"groups": ["disabled"]},
     {"groups": ["minimum_living"]}, {"cut_off": True}],
)  # fmt: skip
def test_equals_share_every_fact_but_the_status(other: dict[str, Any]) -> None:
    assert judged(people(LOW, {}, other), decided(False, True, True)) == []


@pytest.mark.parametrize(
    ("fen", "hits"),
    [((500, 500, 500), []), ((499, 500, 500), ["H-0"]), ((501, 500, 500), ["H-0"]),
     ((499, 500, 501), [])],
)  # fmt: skip
def test_more_or_less_than_all_equals_is_found_too(fen: tuple[int, ...], hits: list[str]) -> None:
    assert judged(people(LOW, {}, {}), decided(*fen)) == hits


def test_equals_who_were_decided_on_differently_prove_nothing() -> None:
    assert judged(people(LOW, {}, {}, {}), decided(False, True, True, False)) == []


@pytest.mark.parametrize(("least", "hits"), [(2, ["H-0"]), (3, [])])
def test_so_many_equals_are_needed(least: int, hits: list[str]) -> None:
    assert judged(people(LOW, {}, {}), decided(False, True, True), least) == hits


def test_a_holder_in_another_group_too_has_equals_in_that_group() -> None:
    both = {"groups": ["disabled", "minimum_living"]}
    disabled = {"groups": ["disabled"]}
    assert judged(people(both, disabled, disabled), decided(False, True, True)) == ["H-0"]


def test_the_equals_are_part_of_the_proof() -> None:
    who = homes(*({"household": f"H-{n}"} for n in range(3)))
    (row,) = bundling.by_status(
        who, people(LOW, {}, {}), decided(False, True, True), STATUS, 2, 1
    ).to_dicts()
    assert set(row["proof"]) == {"Household/H-0", "Household/H-1", "Household/H-2",
                                 "LedgerEntry/LE-0"}  # fmt: skip


# -- a rule that hangs on the status --------------------------------------------------------------


def hanging(rules: Rulebook, subjects: pl.DataFrame, day: date) -> list[str]:
    alike = bundling.classes(subjects)
    facts = empty({"subject": pl.String(), "person": pl.String(), "fact": pl.String()})

    def needs(some: pl.DataFrame) -> pl.DataFrame:
        return assess(some, facts, rulebook=rules, hazard="flood", stage=Stage.EMERGENCY,
                      first_on=day, days=1, disaster="X").needs  # fmt: skip

    cited = bundling.explained(rules, STATUS, day)
    turned = bundling.flipped(alike, STATUS)
    return bundling.hanging_on_status(needs(alike), needs(turned), alike, cited, 1)[
        "subject"
    ].to_list()


@pytest.mark.parametrize("day", [JULY, WINTER])
def test_the_shipped_rules_give_and_refuse_nothing_by_status_uncited(day: date) -> None:
    assert hanging(load(), people(LOW, {}, {"damage": "collapsed", "roofless": 3}), day) == []


def test_a_raised_standard_that_is_cited_explains_its_item_only() -> None:
    assert set(bundling.explained(load(), STATUS, WINTER)) == {"quilt"}


def test_aid_that_hangs_on_the_status_without_a_citation_is_found(tmp_path: Path) -> None:
    (tmp_path / "scope.yaml").write_text("""
scope:
  affected: {any: [{damage: [collapsed]}, {groups: [minimum_living]}]}
  presumed: {state: [unknown], cut_off: true}
""")
    items = hanging(load([tmp_path]), people({"damage": "minor"}, LOW), JULY)
    assert "item:water" in items


def test_flipping_twice_changes_nothing_for_who_holds_nothing_else() -> None:
    before = people(LOW, {})
    again = bundling.flipped(bundling.flipped(before, STATUS), STATUS)
    assert again.equals(before)


def test_classes_stand_for_everybody() -> None:
    alike = bundling.classes(people({}, {}, LOW, {"persons": 9}))
    assert sorted(alike["alike"]) == [1, 1, 2]
