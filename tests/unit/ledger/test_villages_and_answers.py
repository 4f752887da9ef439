"""Villages that nobody reached come first; an answer counts each household once."""

from __future__ import annotations

import polars as pl
import pytest

from graphcore.casework.desk import State, check_answer, receipt_number
from graphcore.casework.ledger.answers import Standing, answer_by_township
from graphcore.casework.ledger.villages import villages
from graphcore.domain.errors import InputError, WrongState

HIT = pl.DataFrame({"village": ["v1", "v2", "v3"], "township": ["t1", "t1", "t2"]})
HOMES = pl.DataFrame({
    "id": ["h1", "h2", "h3", "h4"], "village": ["v1", "v1", "v2", "v3"],
    "state": ["unknown", "safe", "in_need", "unknown"],
})  # fmt: skip
SURVEYS = pl.DataFrame({"id": ["s1", "s2"], "village": ["v2", "v1"], "at": [5, 7]})
GROUPS = pl.DataFrame({"id": ["g1", "g2"], "area": [["t1"], ["v3", "v1"]]})


def test_villages_are_worked_off_until_nobody_is_unknown() -> None:
    rows = villages(HIT, HOMES, SURVEYS, GROUPS).select("village", "unknown", "surveys", "done")
    assert rows.rows() == [("v3", 1, 0, False), ("v1", 1, 1, False), ("v2", 0, 1, True)]


def test_a_group_looks_after_its_villages_and_those_of_its_townships() -> None:
    rows = dict(villages(HIT, HOMES, SURVEYS, GROUPS).select("village", "groups").iter_rows())
    assert rows == {"v1": ["g1", "g2"], "v2": ["g1"], "v3": ["g2"]}


def answered() -> dict[str, int]:
    lived = pl.DataFrame({"id": ["h1", "h2", "h3"], "township": ["t1", "t1", "t1"]})
    known = pl.DataFrame({"household": ["h1", "h2"], "state": ["matched", "review"]})
    cases = pl.DataFrame({
        "id": ["c1", "c2", "c3", "c4"], "township": ["t1"] * 4, "amount_fen": [100, 200, 300, 400],
        "state": ["proposed", "approved", "approved", "refused"],
    })  # fmt: skip
    paid = pl.DataFrame(
        {"aid_case": ["c2", "c3"], "state": ["paid", "failed"], "amount_fen": [200, 300]}
    )
    entries = pl.DataFrame({"household": ["h1", "h2", "h3"]})
    now = Standing(["t1", "t2"], lived, entries, known, cases, paid)
    first, second = answer_by_township(now).to_dicts()
    assert not any(v for k, v in second.items() if k != "township")
    return first


def test_a_household_counts_once_under_its_better_outcome() -> None:
    row = answered()
    assert [row[k] for k in ("households", "matched", "review", "unmatched")] == [3, 1, 1, 1]


def test_cases_are_opened_approved_paid_and_pending() -> None:
    row = answered()
    assert (row["opened"], row["approved"], row["approved_fen"]) == (4, 2, 500)
    assert (row["paid"], row["paid_fen"], row["pending"]) == (1, 200, 2)


def test_receipt_numbers_run_by_the_day() -> None:
    assert receipt_number("331121", "2026-07-02", 41) == "331121-20260702-0042"


@pytest.mark.parametrize(
    ("now", "then", "text", "error"),
    [(State.GRANTED, State.DECLINED, "理由", WrongState), (State.OPEN, State.OPEN, "理由", InputError),
     (State.OPEN, State.DECLINED, " ", InputError), (State.OPEN, State.GRANTED, "电话 13800000000", InputError)],
)  # fmt: skip
def test_an_answer_has_a_result_and_a_reason_once(
    now: State, then: State, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        check_answer(now, then, text)


def test_what_was_passed_on_is_still_to_be_answered() -> None:
    check_answer(State.TRANSFERRED, State.GRANTED, "已办")
