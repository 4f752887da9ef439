"""The user's own file, marked; the bad rows, to correct and import again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation

from graphcore.domain.rows import RowProblem, Severity
from graphcore.domain.text import say
from graphcore.exchange.mapping import TableMapping
from graphcore.exchange.reader import read_file
from graphcore.exchange.report import REPORT_SHEET, write_bad_rows, write_marked_copy
from tests.unit.exchange.books import LEDGER, VALID_ID, book, one, person, repack

RED, YELLOW = "FFFF9999", "FFFFF2A8"


def bad_book(folder: Path) -> Path:
    """A title, a header, a good row, and two bad ones."""
    rows = [
        ("救助台账",),
        LEDGER,
        person(),
        person("H2", 家庭人口=-1),
        person("H3", 身份证号码="1", 需救助人口=None),
    ]
    return book(folder / "台账.xlsx", rows, merge=["A1:H1"])


def marked(path: Path) -> Any:
    """Read the file, write its marked copy, open that."""
    out = path.parent / "out" / "marked.xlsx"
    write_marked_copy(path, [p for s in read_file(path).sheets for p in s.problems], out)
    return openpyxl.load_workbook(out)


def test_bad_cells_are_red_doubtful_ones_yellow_with_a_note(tmp_path: Path) -> None:
    page = marked(bad_book(tmp_path))["台账"]
    fills = {
        c.coordinate: c.fill.start_color.rgb
        for row in page.iter_rows()
        for c in row
        if c.fill.fill_type
    }
    assert fills == {"D4": RED, "G5": RED, "C5": YELLOW}
    assert "负数" in page["D4"].comment.text
    assert "请" in page["D4"].comment.text


def test_the_users_own_layout_stays(tmp_path: Path) -> None:
    path = bad_book(tmp_path)
    made = openpyxl.load_workbook(path)
    made["台账"].add_data_validation(DataValidation("list", formula1='"是,否"', sqref="A3:A9"))
    made.save(path)
    page = marked(path)["台账"]
    assert [str(r) for r in page.merged_cells.ranges] == ["A1:H1"]
    assert page.data_validations.dataValidation[0].formula1 == '"是,否"'
    assert page["B3"].value == "王小明"


def test_the_first_sheet_lists_every_problem(tmp_path: Path) -> None:
    copy = marked(bad_book(tmp_path))
    assert copy.sheetnames[0] == REPORT_SHEET
    header, *rows = [[c.value for c in row] for row in copy[REPORT_SHEET].iter_rows()]
    assert header == ["工作表", "行", "列", "程度", "问题", "怎么办"]
    assert [(r[0], r[1], r[2], r[3]) for r in rows] == [
        ("台账", 4, "家庭人口", "错误"), ("台账", 5, "身份证号码", "提醒"), ("台账", 5, "需救助人口", "错误"),
    ]  # fmt: skip


def test_a_cell_with_error_and_warning_is_red(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [LEDGER, person()])
    both = [
        RowProblem("台账", 2, "家庭人口", say("甲"), say("乙"), Severity.ERROR),
        RowProblem("台账", 2, "家庭人口", say("丙"), say("丁"), Severity.WARNING),
    ]
    write_marked_copy(path, both, tmp_path / "out.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "out.xlsx")["台账"]["D2"]
    assert cell.fill.start_color.rgb == RED
    assert all(word in cell.comment.text for word in "甲乙丙丁")


def test_a_problem_of_a_merged_cell_marks_its_first_cell(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [LEDGER, person(), person("H2")], merge=["E2:E3"])
    write_marked_copy(
        path, [RowProblem("台账", 3, "乡镇", say("甲"), say("乙"))], tmp_path / "out.xlsx"
    )
    page = openpyxl.load_workbook(tmp_path / "out.xlsx")["台账"]
    assert page["E2"].fill.start_color.rgb == RED


def test_a_column_that_is_not_there_marks_the_rows_first_cell(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [LEDGER, person()])
    write_marked_copy(
        path, [RowProblem("台账", 2, "没有的列", say("甲"), say("乙"))], tmp_path / "out.xlsx"
    )
    assert openpyxl.load_workbook(tmp_path / "out.xlsx")["台账"]["A2"].comment.text == "甲\n乙"


def test_a_table_as_text_becomes_a_marked_workbook(tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    path.write_text("户编号,户主姓名,村（社区）,需救助人口\nH1,=王,河东村,-1\n", encoding="gb18030")
    page = marked(path)["台账"]
    assert page["D2"].fill.start_color.rgb == RED
    assert page["B2"].value == "'=王"


@pytest.mark.parametrize(("most", "noted"), [(2, {"D4", "G5"}), (1, {"D4"}), (0, set())])
def test_notes_are_for_errors_first_up_to_a_number(
    tmp_path: Path, most: int, noted: set[str]
) -> None:
    path = bad_book(tmp_path)
    out = tmp_path / "out.xlsx"
    write_marked_copy(path, one(path).problems, out, notes_most=most)
    cells = [c for row in openpyxl.load_workbook(out)["台账"].iter_rows() for c in row]
    assert {c.coordinate for c in cells if c.comment} == noted
    assert sum(c.fill.fill_type is not None for c in cells) == 3


def test_a_csv_of_any_name_with_control_characters_is_marked(tmp_path: Path) -> None:
    path = tmp_path / f"{'很' * 32}[1].csv"
    path.write_text(
        "户编号,户主姓名,村（社区）,需救助人口\nH1,王\x01小,河东村,-1\n", encoding="utf-8"
    )
    page = marked(path).worksheets[1]
    assert (page["B2"].value, page["D2"].fill.start_color.rgb) == ("王小", RED)


def test_a_workbook_that_openpyxl_cannot_read_is_marked_all_the_same(tmp_path: Path) -> None:
    path = bad_book(tmp_path)
    odd = repack(path, {"docProps/core.xml": b"<broken"}, tmp_path / "odd.xlsx")
    with pytest.raises(Exception, match=r".*"):
        openpyxl.load_workbook(odd)
    assert marked(odd)["台账"]["D4"].fill.start_color.rgb == RED


def test_the_report_speaks_another_language(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [LEDGER, person()])
    problems = [RowProblem("台账", 2, "家庭人口", say("第{n}", n=1), say("改"))]
    write_marked_copy(path, problems, tmp_path / "o.xlsx", translate=lambda zh: f"EN {zh}")
    copy = openpyxl.load_workbook(tmp_path / "o.xlsx")
    assert copy.sheetnames[0] == f"EN {REPORT_SHEET}"
    assert copy["台账"]["D2"].comment.text == "EN 第1\nEN 改"


def corrected(folder: Path, changes: dict[str, Any]) -> Path:
    """The bad rows of the bad book, with some cells corrected."""
    file = read_file(bad_book(folder))
    (sheet,) = file.sheets
    out = folder / "待改正.xlsx"
    bad = frozenset((sheet.sheet, r) for r in sheet.refused["_row"])
    write_bad_rows(file, out, bad, sheet.problems)
    made = openpyxl.load_workbook(out)
    for place, value in changes.items():
        made["台账"][place] = value
    made.save(out)
    return out


def test_bad_rows_are_as_the_user_wrote_them_with_what_is_wrong(tmp_path: Path) -> None:
    rows = [
        [c.value for c in r]
        for r in openpyxl.load_workbook(corrected(tmp_path, {}))["台账"].iter_rows()
    ]
    assert rows[1] == [*LEDGER, "问题"]
    assert rows[2][:8] == person("H2", 家庭人口=-1)
    assert "负数" in str(rows[2][8])
    assert len(rows) == 4


def test_corrected_rows_are_read_by_the_same_reader(tmp_path: Path) -> None:
    sheet = one(corrected(tmp_path, {"D3": 2, "C4": VALID_ID, "G4": 1}))
    assert sheet.problems == ()
    assert sheet.table.select("household", "persons", "persons_in_need").rows() == [
        ("H2", 2, 2),
        ("H3", 3, 1),
    ]


def test_uncorrected_rows_have_the_same_problems_again(tmp_path: Path) -> None:
    before = one(bad_book(tmp_path)).problems
    again = one(corrected(tmp_path, {})).problems
    assert [(p.column, p.code) for p in again] == [(p.column, p.code) for p in before]


def test_bad_rows_of_a_mapped_table_are_read_by_the_same_mapping(tmp_path: Path) -> None:
    rows = [
        ("report",),
        ("where", "n", "n"),
        ("village", "people", "homes"),
        ("河东村", -4, 1),
        ("河西村", 4, 1),
    ]
    path = book(tmp_path / "a.xlsx", rows, merge=["B2:C2"])
    mapping = TableMapping(form="headcounts", header_row=2, header_rows=2,
                           columns={"where village": "place", "people": "persons"})  # fmt: skip
    file = read_file(path, mapping=mapping)
    write_bad_rows(file, tmp_path / "b.xlsx", frozenset({("台账", 4)}), file.sheets[0].problems)
    again = one(tmp_path / "b.xlsx", mapping=mapping)
    assert again.refused["place"].to_list() == ["河东村"]


def test_values_from_merged_cells_go_with_the_bad_row(tmp_path: Path) -> None:
    rows = [LEDGER, person(), person("H2", 乡镇=None, 家庭人口=-1)]
    file = read_file(book(tmp_path / "a.xlsx", rows, merge=["E2:E3"]))
    write_bad_rows(file, tmp_path / "b.xlsx", frozenset({("台账", 3)}), file.sheets[0].problems)
    assert one(tmp_path / "b.xlsx").refused["township"].to_list() == ["清河镇"]


@pytest.mark.parametrize("formula", ["=1+1", "@SUM(1)", "+1-1"])
def test_nothing_in_the_bad_rows_runs(tmp_path: Path, formula: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        f"户编号,户主姓名,村（社区）,需救助人口\nH1,{formula},河东村,-1\n", encoding="utf-8"
    )
    file = read_file(path)
    write_bad_rows(file, tmp_path / "b.xlsx", frozenset({("a", 2)}), file.sheets[0].problems)
    cell = openpyxl.load_workbook(tmp_path / "b.xlsx")["a"]["B2"]
    assert (cell.data_type, cell.value) == ("s", f"'{formula}")
