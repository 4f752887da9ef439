"""Import, compare, review, decide: on each engine; a decision holds until it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from api.usecases.comparison.judging import Allowed, judge_stored
from api.usecases.comparison.stored import StoredResult, compare_stored
from api.usecases.context import Context
from api.usecases.import_files import import_files
from api.usecases.review import decide_case, list_cases, reopen_case, show_case
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden, InputError, NotFound, WrongState
from graphcore.store.port import GraphStore, WriteUnit
from tests.support import books
from tests.support.plans import change, faults, nodes
from tests.support.walked import blank, dispatcher

pytestmark = pytest.mark.slow

LEDGER = [
    "户编号",
    "户主姓名",
    "身份证号码",
    "联系电话",
    "家庭人口",
    "村（社区）",
    "住址",
    "需救助人口",
]
REGISTER = ["户编号", "姓名", "身份证号码", "村（社区）", "人员类别", "数据来源"]
WANG = ["001", "王小明", "", "10075495325", 3, "河东村", "河东村1组2号", 3]
LI = ["002", "李红梅", "990010196904028890", "", 2, "河西村", "河西村3组4号", 2]
KNOWN = ["002", "李红梅", "", "河西村", "残疾人", "县残联"]
LIKE_WANG = ["", "王晓明", "", "河东村", "低保", "县民政局"]
NOBODY = ["", "赵淑珍", "990032195906151431", "河东村", "特困", "县民政局"]
CLERK = Actor("officer:李某", frozenset({Role.CIVIL_AFFAIRS}), "990101")


@pytest.fixture
def ctx(store: GraphStore, tmp_path: Path) -> Context:
    made = replace(blank(store), district="990101")
    import_files(made, dispatcher(), [books.places(tmp_path)])
    bring(made, tmp_path, [WANG, LI], [KNOWN, LIKE_WANG, NOBODY])
    return made


def bring(
    ctx: Context, folder: Path, ledger: Sequence[books.Row], register: Sequence[books.Row]
) -> None:
    files = [books.book(folder / "台账.xlsx", ("受灾人员政府救助台账", [LEDGER, *ledger])),
             books.book(folder / "名册.xlsx", ("特殊困难群体名册", [REGISTER, *register]))]  # fmt: skip
    import_files(ctx, dispatcher(), files)


def compare(ctx: Context, out: Path | None = None) -> StoredResult:
    return compare_stored(ctx, dispatcher(), out, str)


def test_what_the_import_joined_stays_and_the_doubtful_waits_for_a_person(ctx: Context) -> None:
    found = compare(ctx)
    assert (found.reports, found.register, found.joined) == (2, 3, 1)
    assert (found.matched, found.review, found.unreported) == (0, 1, 2)
    (case,) = list_cases(ctx, CLERK)
    assert case.reason == "few_agree"
    assert ("name", "sound") in {(f, level) for f, level, _ in case.levels}
    assert faults(ctx) == set()


def test_comparing_again_asks_the_same_question_once(ctx: Context) -> None:
    assert compare(ctx) == compare(ctx)
    assert nodes(ctx, "ReviewCase").height == nodes(ctx, "Match").height == 1


def test_a_pair_judged_different_is_not_asked_again_until_that_is_taken_back(ctx: Context) -> None:
    compare(ctx)
    (case,) = list_cases(ctx, CLERK)
    decide_case(ctx, CLERK, case.id, same=False, reason="走访：两人")
    again = compare(ctx)
    assert (again.review, again.decided) == (0, 1)
    assert list_cases(ctx, CLERK) == []
    reopen_case(ctx, CLERK, case.id, reason="看错了")
    assert compare(ctx).review == 1


def test_a_pair_judged_the_same_is_merged_and_matched_from_then_on(ctx: Context) -> None:
    compare(ctx)
    (case,) = list_cases(ctx, CLERK)
    decided = decide_case(ctx, CLERK, case.id, same=True, reason="走访核实")
    assert (decided.state, decided.decided_by) == ("same", "officer:李某")
    again = compare(ctx)
    assert (again.matched, again.review, again.unreported) == (1, 0, 1)
    with pytest.raises(WrongState, match="officer:李某"):
        decide_case(ctx, CLERK, case.id, same=False, reason="改判")
    assert reopen_case(ctx, CLERK, case.id, reason="改判").state == "open"


def test_what_was_matched_by_itself_is_shown_and_may_be_contradicted(
    ctx: Context, tmp_path: Path
) -> None:
    other = ["", "王小明", "", "河东村", "低保", "县民政局"]
    bring(ctx, tmp_path, [WANG, LI], [other])
    compare(ctx)
    store_match(ctx)
    (match,) = list_cases(ctx, CLERK, "matched")
    shown, lines, why = show_case(ctx, CLERK, match.id)
    assert (shown.id, shown.state, why) == (match.id, "matched", "")
    assert "name" in {f for f, _, _ in shown.levels}
    assert len(lines) > 3
    case = decide_case(ctx, CLERK, match.id, same=False, reason="走访：两人")
    assert (case.id[:3], case.state) == ("RV-", "different")
    with pytest.raises(WrongState, match="officer:李某"):
        decide_case(ctx, CLERK, match.id, same=True, reason="改判")
    again = compare(ctx)
    assert (again.matched, again.decided) == (0, 1)
    assert list_cases(ctx, CLERK, "matched") == []
    assert faults(ctx) == set()


def store_match(ctx: Context) -> None:
    """Let the comparison have matched the pair that it left to a person."""
    (row,) = nodes(ctx, "Match").filter(pl.col("outcome") == "review").head(1).to_dicts()

    def write(unit: WriteUnit) -> None:
        case = unit.nodes("ReviewCase").filter(pl.col("match") == row["id"])
        unit.delete("ReviewCase", case["id"].to_list())
        unit.update("Match", pl.DataFrame([{"id": row["id"], "outcome": "matched"}]))

    ctx.store.write(ctx.district, write)


def test_what_was_decided_judges_the_thresholds(ctx: Context) -> None:
    with pytest.raises(InputError, match="标注"):
        judge_stored(ctx, dispatcher(), None, Allowed())
    compare(ctx)
    (case,) = list_cases(ctx, CLERK)
    decide_case(ctx, CLERK, case.id, same=True, reason="走访核实")
    found = judge_stored(ctx, dispatcher(), None, Allowed())
    assert (found.labelled, found.decided) == (1, 1)
    now = found.now  # the method alone had not matched it, and had shown it to a person
    assert (now.matched, now.real, now.missed, now.unseen) == (0, 1, 1, 0)
    assert found.proposal.matched is None
    assert compare(ctx).expected.matched == 1


def test_two_who_are_both_paid_by_one_programme_are_not_merged(
    ctx: Context, tmp_path: Path
) -> None:
    bring(
        ctx, tmp_path, [WANG, LI], [["001", "王小明", "", "河东村", "低保", "县民政局"], LIKE_WANG]
    )
    compare(ctx)
    (case,) = list_cases(ctx, CLERK)
    with pytest.raises(WrongState, match="同一项救助"):
        decide_case(ctx, CLERK, case.id, same=True, reason="像")
    assert list_cases(ctx, CLERK)[0].state == "open"


def verified(ctx: Context, subject: str, number: str) -> None:
    """A number that was put right on the record since."""
    (row,) = nodes(ctx, "PersonalRecord").filter(pl.col("subject") == subject).to_dicts()
    told = ctx.vault.open(subject, row["wrapped_key"], row["ciphertext"]) | {"id_number": number}
    sealed = ctx.vault.seal(subject, row["wrapped_key"], told)
    change(ctx, "PersonalRecord", id=row["id"], ciphertext=sealed)


def test_two_verified_numbers_that_differ_are_not_merged(ctx: Context) -> None:
    compare(ctx)
    (case,) = list_cases(ctx, CLERK)
    verified(ctx, case.left, "990010196904028890")
    verified(ctx, case.right, "990032195906151431")
    with pytest.raises(WrongState, match="号码"):
        decide_case(ctx, CLERK, case.id, same=True, reason="像")
    assert decide_case(ctx, CLERK, case.id, same=False, reason="号码不同").state == "different"


def test_records_are_shown_field_by_field_with_masks_by_role(ctx: Context) -> None:
    compare(ctx)
    (case,) = list_cases(ctx, CLERK)
    whole = {x.field: x for x in show_case(ctx, CLERK, case.id)[1]}
    masked = {x.field: x for x in show_case(
        ctx, Actor("t", frozenset({Role.TOWNSHIP}), "990101100"), case.id)[1]}  # fmt: skip
    assert (whole["name"].left, whole["name"].right, whole["name"].sign) == (
        "王小明", "王晓明", "mismatch")  # fmt: skip
    assert whole["village"].sign == "match"
    assert whole["phone"].sign == "blank"
    assert (masked["name"].left, masked["phone"].left) == ("王**", "*******5325")
    assert masked["address"].left == "***"


def test_only_civil_affairs_decides_with_a_reason_and_in_its_scope(ctx: Context) -> None:
    compare(ctx)
    (case,) = list_cases(ctx, CLERK)
    with pytest.raises(Forbidden):
        decide_case(
            ctx, Actor("d", frozenset({Role.DISPATCHER}), ""), case.id, same=True, reason="x"
        )
    with pytest.raises(InputError):
        decide_case(ctx, CLERK, case.id, same=True, reason="  ")
    with pytest.raises(NotFound):
        show_case(ctx, Actor("t", frozenset({Role.TOWNSHIP}), "990101101"), case.id)


def test_no_name_or_number_is_stored_in_the_clear(ctx: Context, tmp_path: Path) -> None:
    compare(ctx, tmp_path / "out")
    (case,) = list_cases(ctx, CLERK)
    decide_case(ctx, CLERK, case.id, same=False, reason="王小明的邻居")
    stored = [nodes(ctx, label).to_dicts() for label in ("Match", "ReviewCase", "Event")]
    assert not any(word in str(stored) for word in ("王小明", "王晓明", "10075495325", "河东村"))


def test_the_workbook_names_who_is_in_no_report(ctx: Context, tmp_path: Path) -> None:
    compare(ctx, tmp_path / "out")
    sheet = load_workbook(tmp_path / "out" / "比对结果.xlsx")["不在任何报告中"]
    head, *rows = sheet.iter_rows(min_row=2, values_only=True)
    name, state = head.index("姓名"), head.index("情况")
    told = {row[name]: row[state] for row in rows}
    assert told == {"王晓明": "待人工复核", "赵淑珍": "未在任何报告中"}


def test_no_comparison_changes_what_anybody_is_owed(ctx: Context) -> None:
    before = [nodes(ctx, label).to_dicts() for label in ("Household", "HardshipStatus", "Need")]
    compare(ctx)
    assert [
        nodes(ctx, label).to_dicts() for label in ("Household", "HardshipStatus", "Need")
    ] == before
