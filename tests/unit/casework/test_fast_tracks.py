"""Fast tracks and the poverty watch at their bounds."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from graphcore.casework.audits.fasttrack import CASES, missed
from graphcore.casework.fasttrack import eased, open_to, waived_steps
from graphcore.casework.watch import affected, after_answer
from graphcore.domain.errors import InputError, PolicyError, WrongState
from graphcore.domain.household import WatchState
from graphcore.policy.rulebook import load

RULES = load()
DAY = date(2026, 8, 1)
US = 86_400_000_000


def track(benefit: str, *groups: str) -> str:
    row = pl.DataFrame({"groups": [list(groups)]}, schema={"groups": pl.List(pl.String())})
    return str(row.select(open_to(RULES, benefit, DAY)).item())


def test_a_track_is_open_to_its_groups_and_its_benefit_alone() -> None:
    assert track("temporary_assistance", "minimum_living") == "temporary_assistance.standing"
    assert track("temporary_assistance", "disabled") == ""
    assert track("repair", "minimum_living") == ""
    assert track("temporary_assistance") == ""


def test_waived_papers_go_postponed_ones_stay_with_their_day() -> None:
    rule = RULES.benefits["temporary_assistance"]
    told = eased(RULES, "temporary_assistance", "temporary_assistance.standing", rule.papers, DAY)
    assert told.papers == ("临时救助申请表",)
    assert told.due_on == (DAY + timedelta(days=15)).isoformat()
    assert told.by


def test_steps_are_waived_for_the_groups_named() -> None:
    assert waived_steps(RULES, "rebuilding", ["extreme_poverty"], DAY) == ("reviewed",)
    assert waived_steps(RULES, "rebuilding", ["disabled"], DAY) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [("benefit: nothing", "nothing"), ("benefit: repair", "papers"),
     ("benefit: repair\n    extra: 1", "extra")],
)  # fmt: skip
def test_a_track_that_leads_nowhere_is_refused(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "a.yaml").write_text(
        f"fast_tracks:\n  t:\n    title: t\n    {text}\n    groups: [disabled]\n    values:\n"
        "      - {from: 2026-01-01, by: 区, waived: [papers], status: local, cites: a}\n", "utf-8"
    )  # fmt: skip
    with pytest.raises(PolicyError, match=why):
        load([tmp_path])


def test_a_track_ends_with_its_last_day(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "fast_tracks:\n  t:\n    title: t\n    benefit: repair\n    groups: [disabled]\n    values:\n"
        "      - {from: 2026-01-01, to: 2026-06-30, by: 区, status: local, cites: a}\n", "utf-8"
    )  # fmt: skip
    rules = load([tmp_path])
    assert set(rules.easing("repair", date(2026, 6, 30))) == {"t"}
    assert set(rules.easing("repair", date(2026, 7, 1))) == set()


def case(**more: object) -> pl.DataFrame:
    row = {
        "id": "CA-1", "household": "H-1", "township": "T", "village": "V",
        "benefit": "temporary_assistance", "state": "proposed", "opened_at": 0, "decided_at": 0,
        "fast": "",
    }  # fmt: skip
    return pl.DataFrame([{**row, **more}], schema=dict(CASES))


GROUPS = pl.DataFrame({"subject": ["H-1"], "groups": [["minimum_living"]]})


@pytest.mark.parametrize(
    ("more", "at", "seen"),
    [({}, 2 * US, 0), ({}, 2 * US + 1, 1), ({"fast": "x"}, 9 * US, 0),
     ({"decided_at": 2 * US, "state": "approved"}, 9 * US, 0),
     ({"decided_at": 3 * US, "state": "approved"}, 9 * US, 1),
     ({"state": "refused"}, 9 * US, 0), ({"household": "H-2"}, 9 * US, 0),
     ({"benefit": "repair"}, 9 * US, 0)],
)  # fmt: skip
def test_who_is_entitled_and_waits_too_long_is_found(
    more: dict[str, object], at: int, seen: int
) -> None:
    assert missed(case(**more), GROUPS, RULES, at, DAY).height == seen


def watch(**more: object) -> pl.DataFrame:
    row = {"id": "PW-1", "household": "H-1", "township": "T", "state": "listed", "kind": "sudden",
           "valid_from": "2026-01-01", "valid_to": "2026-08-01"}  # fmt: skip
    return pl.DataFrame([{**row, **more}])


def home(state: str = "in_need") -> pl.DataFrame:
    return pl.DataFrame([{"id": "H-1", "state": state, "persons_in_need": 0}])


NO_HOUSE = pl.DataFrame(schema={"household": pl.String(), "damage": pl.String()})
MINOR = pl.DataFrame([{"household": "H-1", "damage": "minor"}])


def test_a_watch_counts_within_its_days_for_affected_households() -> None:
    assert affected(watch(), home(), NO_HOUSE, DAY).height == 1
    assert affected(watch(), home(), NO_HOUSE, DAY + timedelta(days=1)).is_empty()
    assert affected(watch(), home("safe"), NO_HOUSE, DAY).is_empty()
    assert affected(watch(), home("safe"), MINOR, DAY)["damage"].to_list() == ["minor"]


def test_a_hand_over_is_offered_then_accepted_or_returned_with_a_reason() -> None:
    after_answer(WatchState.LISTED, WatchState.OFFERED, "")
    after_answer(WatchState.OFFERED, WatchState.ACCEPTED, "")
    after_answer(WatchState.RETURNED, WatchState.OFFERED, "")
    with pytest.raises(WrongState):
        after_answer(WatchState.LISTED, WatchState.ACCEPTED, "")
    with pytest.raises(InputError):
        after_answer(WatchState.OFFERED, WatchState.RETURNED, " ")
