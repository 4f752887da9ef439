"""What the comparison tells the audits: who is reported under another id, who holds what."""

from __future__ import annotations

import polars as pl

from graphcore.casework.audits.omission import not_reported
from graphcore.casework.audits.tables import HOMES
from graphcore.casework.registered import (
    COMPARED,
    affected,
    by_township,
    hints,
    states,
    statuses,
    ties,
)
from graphcore.domain.tables import conform

REPORTED, REGISTERED, OTHER = "H-A", "H-B", "H-C"
TOWN = "990101100"


def homes() -> pl.DataFrame:
    """A reported household, and two on the register that no report names."""
    rows = [(REPORTED, ["ledger"], []), (REGISTERED, [], ["minimum_living"]),
            (OTHER, [], ["orphan"])]  # fmt: skip
    return conform(pl.DataFrame([{
        "household": h, "village": TOWN + "001", "township": TOWN, "state": "unknown", "scope": "",
        "damage": "none", "groups": groups, "named_by": named, "hit": True, "persons": 1,
    } for h, named, groups in rows], schema=HOMES), HOMES)  # fmt: skip


def compared(outcome: str, reason: str = "best", judged: str | None = None) -> pl.DataFrame:
    """What was found of the first registered household."""
    return ties(pl.DataFrame([{
        "match": "MT-1", "left": REPORTED, "right": REGISTERED, "outcome": outcome,
        "reason": reason, "judged": judged,
    }], schema=COMPARED))  # fmt: skip


def missing(tied: pl.DataFrame) -> dict[str, str]:
    """Who is in no report, and why."""
    return dict(not_reported(homes(), 0, tied).select("subject", "reason").iter_rows())


def test_a_registered_household_that_is_reported_under_another_id_is_not_missing() -> None:
    for tied in (compared("matched"), compared("review", judged="same"),
                 compared("household", "relatives")):  # fmt: skip
        assert missing(tied) == {OTHER: "not_reported"}


def test_one_that_waits_for_a_person_stays_and_is_proved_by_the_match() -> None:
    for tied in (compared("review", judged="open"), compared("household", "door")):
        assert missing(tied) == {REGISTERED: "not_matched", OTHER: "not_reported"}
        found = not_reported(homes(), 0, tied)
        assert found["proof"].to_list() == [["Household/H-B", "Match/MT-1"], ["Household/H-C"]]


def test_a_pair_judged_different_is_in_no_report() -> None:
    tied = compared("matched", judged="different")
    assert missing(tied) == {REGISTERED: "not_reported", OTHER: "not_reported"}


def test_a_match_with_one_that_no_report_names_names_nobody() -> None:
    unreported = homes().with_columns(pl.lit([], pl.List(pl.String())).alias("named_by"))
    found = not_reported(unreported, 0, compared("matched"))
    assert found["subject"].to_list() == [REGISTERED, OTHER]


def test_a_reported_household_is_hinted_at_with_the_status_of_its_record() -> None:
    assert hints(homes(), compared("matched")).rows() == [
        (REPORTED, "minimum_living", "MT-1", True)
    ]
    assert hints(homes(), compared("review"))["certain"].to_list() == [False]
    held = homes().with_columns(pl.lit(["minimum_living"]).alias("groups"))
    assert hints(held, compared("matched")).is_empty()


def test_each_township_is_answered_in_households() -> None:
    tied = compared("review")
    silent = not_reported(homes(), 0, tied).select(pl.col("subject").alias("household"))
    (row,) = by_township(homes(), tied, silent).to_dicts()
    assert row == {"township": TOWN, "affected": 1, "matched": 0, "review": 1, "none": 0,
                   "registered": 2, "unreported": 2}  # fmt: skip
    assert by_township(homes(), compared("matched"), silent)["matched"].to_list() == [1]


def test_the_affected_are_those_a_report_names_or_the_rules_count_in_full() -> None:
    told = homes().with_columns(
        pl.Series("scope", ["", "full", "presumed"]),
        pl.Series("household", [REPORTED, REGISTERED, OTHER]),
    )
    assert affected(told)["household"].to_list() == [REPORTED, REGISTERED]
    people = told.with_columns(pl.Series("household", [REPORTED, "HC-1", OTHER]))
    assert affected(people)["household"].to_list() == [REPORTED]


def test_an_affected_household_holds_its_own_statuses_and_those_of_its_match() -> None:
    held = homes().with_columns(pl.Series("groups", [["disabled"], ["minimum_living"], ["orphan"]]))
    assert statuses(held, compared("matched")).rows() == [
        (REPORTED, "disabled", "", True), (REPORTED, "minimum_living", "MT-1", True),
    ]  # fmt: skip


def test_a_household_that_is_registered_itself_is_matched_whatever_the_comparison_said() -> None:
    held = homes().with_columns(pl.Series("groups", [["disabled"], ["orphan"], ["orphan"]]))
    assert dict(states(held, compared("review")).iter_rows())[REPORTED] == "matched"
    none = homes().with_columns(pl.lit(None, pl.List(pl.String())).alias("groups"))
    assert set(states(none, compared("review"))["state"]) == {"review", "none"}
