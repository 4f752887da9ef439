"""Workbooks and CSV that leave the system; empty forms; masked names."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from graphcore.exchange.export import Sheet, display_width, neutral, write_csv, write_workbook
from graphcore.exchange.forms.catalogue import FORMS, Form
from graphcore.exchange.masking import mask_name
from graphcore.exchange.names import sheet_names
from graphcore.exchange.templates import ROWS, write_template
from tests.unit.exchange.books import codes, one

TABLE = pl.DataFrame({
    "乡镇": ["清河镇", "=1+1"], "户编号": ["001", "@x"], "人口": [3, None], "占比": [0.5, 1.25],
    "日期": [date(2026, 7, 1), None], "在册": [True, False], "签收": ["", ""],
})  # fmt: skip


def printed(folder: Path, table: pl.DataFrame = TABLE, name: str = "发放表") -> Any:
    """Write one sheet and open it."""
    path = folder / "out.xlsx"
    write_workbook(path, [Sheet(name, "救灾物资发放签收表", table)])
    return openpyxl.load_workbook(path).worksheets[0]


def test_a_sheet_is_set_up_to_print(tmp_path: Path) -> None:
    page = printed(tmp_path)
    assert page.page_setup.paperSize == 9
    assert page.page_setup.orientation == "landscape"
    assert page.print_title_rows == "$1:$2"
    assert page.freeze_panes == "A3"
    assert page.auto_filter.ref == "A2:G4"
    assert page.page_setup.fitToHeight == 0
    assert page["A1"].value == "救灾物资发放签收表"
    assert [str(r) for r in page.merged_cells.ranges] == ["A1:G1"]
    assert page["A3"].border.left.style == "thin"


def test_numbers_stay_numbers_and_codes_stay_text(tmp_path: Path) -> None:
    page = printed(tmp_path)
    assert [c.value for c in page[3]][:4] == ["清河镇", "001", 3, 0.5]
    assert page["B3"].data_type == "s"
    assert page["C3"].data_type == "n"
    assert page["E3"].value.date() == date(2026, 7, 1)
    assert (page["F3"].value, page["C4"].value) == ("是", None)


def test_the_column_to_sign_is_wide_and_empty(tmp_path: Path) -> None:
    page = printed(tmp_path)
    assert page.column_dimensions["G"].width >= 16
    assert page["G3"].value is None
    assert page["G3"].border.bottom.style == "thin"
    assert page.sheet_format.defaultRowHeight >= 26


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("abc", 3), ("清河", 4), ("清a\n河东镇", 6), ("ａ", 2)]
)
def test_chinese_counts_double(text: str, width: int) -> None:
    assert display_width(text) == width


def test_columns_are_as_wide_as_their_content_up_to_a_bound(tmp_path: Path) -> None:
    page = printed(tmp_path, pl.DataFrame({"甲": ["清河镇河东村三组"], "乙": ["长" * 60]}))
    assert 18 <= page.column_dimensions["A"].width <= 20
    assert 40 <= page.column_dimensions["B"].width <= 41


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"), ("+86 139", "'+86 139"), ("-cmd", "'-cmd"), ("@x", "'@x"), ("\tx", "'\tx"),
        ("\rx", "'\rx"), ("-3.5", "-3.5"), ("+4", "+4"), ("-3.5.1", "'-3.5.1"), ("清河镇", "清河镇"), ("", ""),
        ("-", "'-"), ("a=b", "a=b"), ("-１", "'-１"),
    ],
)  # fmt: skip
def test_text_that_could_run_is_neutralised(text: str, safe: str) -> None:
    assert neutral(text) == safe


def test_no_cell_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    page = printed(tmp_path, pl.DataFrame({"=a": ["=1", "http://x.example", "1e5"]}))
    assert all(c.data_type == "s" and c.hyperlink is None for c in page["A"])
    assert page["A2"].value == "'=a"


def test_the_same_sheets_give_the_same_bytes(tmp_path: Path) -> None:
    sheets = [Sheet("一", "甲", TABLE), Sheet("二", "乙", TABLE)]
    write_workbook(tmp_path / "a.xlsx", sheets)
    write_workbook(tmp_path / "b.xlsx", sheets)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_empty_table_is_a_header(tmp_path: Path) -> None:
    page = printed(tmp_path, TABLE.clear())
    assert page.max_row == 2
    assert printed(tmp_path, pl.DataFrame()).max_row == 1


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (["表", "表"], ["表", "表 2"]), (["A", "a"], ["A", "a 2"]), (["a/b:c"], ["a b c"]), ([""], ["表"]),
        (["长" * 31], ["长" * 31]), (["长" * 32], ["长" * 31]), (["长" * 31] * 2, ["长" * 31, "长" * 29 + " 2"]),
        (["'甲'"], ["甲"]),
    ],
)  # fmt: skip
def test_sheet_names_are_valid_and_differ(wanted: list[str], names: list[str]) -> None:
    assert sheet_names(wanted) == names


def test_csv_is_what_programs_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, TABLE.with_columns(pl.Series("列表", [["a", "b"], []])))
    raw = path.read_bytes()
    assert raw.startswith("乡镇,".encode())
    assert raw.count(b"\r\n") == 3
    rows = list(csv.reader(raw.decode("utf-8").splitlines()))
    assert rows[1] == ["清河镇", "001", "3", "0.5", "2026-07-01", "True", "", "a、b"]
    assert rows[2] == ["'=1+1", "'@x", "", "1.25", "", "False", "", ""]


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f.code)
def test_an_empty_form_is_read_as_the_form_without_rows(tmp_path: Path, form: Form) -> None:
    write_template(tmp_path / "a.xlsx", form)
    sheet = one(tmp_path / "a.xlsx")
    assert sheet.form is form
    assert set(sheet.headers) == {f.name for f in form.fields}
    assert sheet.table.height == 0
    assert codes(sheet) == ["skipped_sheet", "no_rows"]


def test_an_empty_form_offers_the_choices(tmp_path: Path) -> None:
    form = next(f for f in FORMS if f.code == "houses")
    write_template(tmp_path / "a.xlsx", form)
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    lists = [v for v in page.data_validations.dataValidation if v.type == "list"]
    assert [v.formula1 for v in lists] == ['"倒塌,严重损坏,一般损坏,无损"']
    assert str(lists[0].sqref).endswith(str(2 + ROWS))
    assert page["A1"].value == "倒损住房台账"
    assert page["B2"].value == "户主姓名*"


def test_the_same_form_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_template(tmp_path / name, FORMS[0])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王**"), ("李四", "李*"), ("王", "王*"), ("欧阳娜娜", "欧阳**"), ("司马光", "司马*"),
        ("欧阳", "欧*"), ("阿依古丽·买买提", "阿*"), ("迪丽热巴·迪力木拉提", "迪*"), ("买买提•阿不都", "买*"),
        ("", "（未具名）"), ("  ", "（未具名）"), ("John Smith", "J***"), ("王　明", "王*"), ("𬱖某", "𬱖*"),
    ],
)  # fmt: skip
def test_a_masked_name_keeps_the_surname_only(name: str, masked: str) -> None:
    assert mask_name(name) == masked
