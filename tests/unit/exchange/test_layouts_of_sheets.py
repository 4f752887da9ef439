"""Headers, titles, merges, totals, footnotes: layouts of real tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graphcore.domain.errors import FileRefused, InputError
from graphcore.domain.rows import Severity
from graphcore.exchange.forms.catalogue import FORMS
from graphcore.exchange.limits import Limits
from graphcore.exchange.reader import read_file
from tests.unit.exchange.books import LEDGER, VALID_ID, book, codes, ledger, one, only, person

TITLE = ("清河区受灾人员政府救助台账",)
UNIT = ("填报单位：清河镇人民政府", None, None, "填报日期：2026年7月2日")
TOTAL = ("合计", None, None, 6, None, None, 4, 200)


def test_the_row_number_is_the_spreadsheets(tmp_path: Path) -> None:
    sheet = one(
        book(tmp_path / "a.xlsx", [TITLE, UNIT, LEDGER, person(), [None] * 8, person("H2")])
    )
    assert sheet.form.code == "ledger"
    assert sheet.header_rows == (3, 3)
    assert sheet.table["_row"].to_list() == [4, 6]


@pytest.mark.parametrize(("above", "found"), [(29, True), (30, False)])
def test_the_header_is_sought_in_thirty_rows(tmp_path: Path, above: int, found: bool) -> None:
    path = book(tmp_path / "a.xlsx", [*([("说明",)] * above), LEDGER, person()])
    if found:
        assert one(path).table.height == 1
    else:
        with pytest.raises(FileRefused, match="没有找到认识的表头"):
            read_file(path)


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f.code)
def test_every_form_is_known_by_its_official_header(tmp_path: Path, form: Any) -> None:
    sheet = one(book(tmp_path / "a.xlsx", [[f.headers[0] for f in form.fields]]))
    assert sheet.form is form
    assert dict(sheet.headers) == {f.name: f.headers[0] for f in form.fields}
    assert codes(sheet) == ["no_rows"]


@pytest.mark.parametrize(
    "header",
    [
        "户主姓名",
        "户主 姓名",
        "户主\n姓名",
        "*户主姓名",
        "户主姓名（必填）",
        "户主姓名：",
        "户主",
        "head",
    ],
)
def test_a_header_is_known_however_it_is_spaced(tmp_path: Path, header: str) -> None:
    sheet = ledger(tmp_path, person(), header=[header if h == "户主姓名" else h for h in LEDGER])
    assert only(sheet, "head") == "王小明"


@pytest.mark.parametrize("header", ["家庭人口（人）", "家庭人口(单位：人)", "家庭人数 [人]"])
def test_a_unit_in_the_header_is_no_part_of_it(tmp_path: Path, header: str) -> None:
    sheet = ledger(tmp_path, person(), header=[header if h == "家庭人口" else h for h in LEDGER])
    assert only(sheet, "persons") == 3


def test_a_group_header_joins_its_sub_headers(tmp_path: Path) -> None:
    rows = [
        ("乡镇", "受灾人口", "倒塌住房", None, "严重损坏住房", None),
        (None, None, "户数（户）", "间数", "户数（户）", "间数"),
        ("清河镇", 120, 3, 9, 5, 12),
    ]
    sheet = one(book(tmp_path / "a.xlsx", rows, merge=["A1:A2", "B1:B2", "C1:D1", "E1:F1"]))
    assert sheet.form.code == "reports"
    assert only(sheet, "collapsed_households") == 3
    assert only(sheet, "severe_households") == 5
    assert sheet.headers["severe_households"] == "严重损坏住房 / 户数（户）"


def test_a_sub_header_alone_is_enough_where_it_is_unique(tmp_path: Path) -> None:
    rows = [
        ("户主情况", None, "需救助", None),
        ("户主姓名", "村（社区）", "家庭人口", "需救助人口"),
        ("王小明", "河东村", 3, 2),
    ]
    sheet = one(book(tmp_path / "a.xlsx", rows, merge=["A1:B1", "C1:D1"]))
    assert (sheet.form.code, only(sheet, "persons"), only(sheet, "persons_in_need")) == (
        "ledger",
        3,
        2,
    )


def test_rows_of_units_and_column_numbers_are_header(tmp_path: Path) -> None:
    header = ["救助资金" if h.startswith("救助") else h for h in LEDGER]
    units = (None, None, None, "人", None, None, "人", "万元")
    numbers = ("甲", "乙", "丙", 1, 2, 3, 4, 5)
    sheet = one(book(tmp_path / "a.xlsx", [header, units, numbers, person()]))
    assert sheet.table["_row"].to_list() == [4]
    assert only(sheet, "paid") == 100_000_000


def test_a_merged_township_speaks_for_all_its_rows(tmp_path: Path) -> None:
    rows = [LEDGER, person(), person("H2", 乡镇=None), person("H3", 乡镇="山口镇")]
    sheet = one(book(tmp_path / "a.xlsx", rows, merge=["E2:E3"]))
    assert sheet.table["township"].to_list() == ["清河镇", "清河镇", "山口镇"]


def test_a_merged_number_counts_once(tmp_path: Path) -> None:
    rows = [LEDGER, person(), person("H2", **{"救助资金（元）": None})]
    sheet = one(book(tmp_path / "a.xlsx", rows, merge=["H2:H3"]))
    assert sheet.table["paid"].to_list() == [10000, None]
    assert codes(sheet) == ["merged_number"]


def test_a_merged_number_that_is_required_must_be_told_apart(tmp_path: Path) -> None:
    rows = [LEDGER, person(), person("H2", 需救助人口=None)]
    sheet = one(book(tmp_path / "a.xlsx", rows, merge=["G2:G3"]))
    assert codes(sheet, Severity.ERROR) == ["required"]
    assert sheet.refused["_row"].to_list() == [3]


@pytest.mark.parametrize(
    "rows",
    [
        [person(), person("H2"), TOTAL],
        [TOTAL, person(), person("H2")],
        [
            person(),
            ("小计", None, None, 3, None, None, 2, 100),
            person("H2"),
            ("清河镇小计", None, None, 3),
            TOTAL,
        ],
        [person(), person("H2"), (None, "总  计：", None, 6, None, None, 4, 200)],
        [person(), person("H2"), (None, None, None, 6, "Total", None, 4, 200)],
    ],
)
def test_totals_anywhere_are_compared_and_not_read(tmp_path: Path, rows: list[Any]) -> None:
    sheet = ledger(tmp_path, *rows)
    assert sheet.table["household"].to_list() == ["H1", "H2"]
    assert codes(sheet) == []


@pytest.mark.parametrize(("figure", "said"), [(6, []), (7, ["total"]), (5, ["total"]), (None, [])])
def test_a_total_that_is_off_is_a_warning(
    tmp_path: Path, figure: int | None, said: list[str]
) -> None:
    sheet = ledger(tmp_path, person(), person("H2"), ("合计", None, None, figure))
    assert codes(sheet, Severity.WARNING) == said
    assert all("6" in str(p.what) and p.row == 4 and p.column == "家庭人口" for p in sheet.problems)


def test_a_total_counts_refused_rows_too(tmp_path: Path) -> None:
    sheet = ledger(tmp_path, person(), person("H2", **{"村（社区）": None}), TOTAL)
    assert codes(sheet) == ["required"]


def test_nobody_called_total_is_lost(tmp_path: Path) -> None:
    odd = person("H2", **{"村（社区）": "总计村"})
    sheet = ledger(tmp_path, person(户主姓名="共计明", 乡镇="合计镇"), odd)
    assert sheet.table.height == 2


@pytest.mark.parametrize(
    "foot",
    [
        ("填表人：李四", None, "审核人：张三"), ("注：本表一式两份",), ("审核人", None, "张三"), ("备注：无",),
        ("Prepared by: Li Si",), (None, "单位负责人：赵六"), ("填报单位（盖章）：",), ("注1：数据截至7月1日",),
    ],
)  # fmt: skip
def test_footnotes_are_no_people(tmp_path: Path, foot: tuple[str, ...]) -> None:
    sheet = ledger(tmp_path, person(), foot)
    assert (sheet.table.height, sheet.refused.height, codes(sheet)) == (1, 0, [])


def test_a_merged_footnote_is_no_people(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        [LEDGER, person(), ("注：本表由村委会填报，乡镇审核。",)],
        merge=["A3:H3"],
    )
    assert codes(one(path)) == []


def test_a_long_lone_text_is_skipped_with_a_warning(tmp_path: Path) -> None:
    sheet = ledger(tmp_path, person(), ("以上数据截至七月一日晚八时止，后续另报",))
    assert codes(sheet) == ["skipped"]


def test_a_row_with_only_a_name_is_refused_not_skipped(tmp_path: Path) -> None:
    sheet = ledger(tmp_path, (None, "王小明"))
    assert sheet.refused.height == 1


def test_blank_rows_serial_numbers_and_zeros_are_no_rows(tmp_path: Path) -> None:
    header = ("序号", *LEDGER)
    blanks = [(2, *[None] * 8), (3, None, " ", None, 0, None, None, 0, 0), [None] * 9]
    sheet = ledger(tmp_path, (1, *person()), *blanks, header=header)
    assert (sheet.table.height, codes(sheet)) == (1, [])


def test_a_header_printed_again_is_skipped(tmp_path: Path) -> None:
    assert ledger(tmp_path, person(), LEDGER, person("H2")).table["_row"].to_list() == [2, 4]


def test_same_as_above_repeats_the_cell_above(tmp_path: Path) -> None:
    sheet = ledger(tmp_path, person(), person("H2", 乡镇="同上"), person("H3", 乡镇="〃"))
    assert sheet.table["township"].to_list() == ["清河镇"] * 3


def test_hidden_rows_are_people(tmp_path: Path) -> None:
    sheet = one(book(tmp_path / "a.xlsx", [LEDGER, person(), person("H2")], hide=[3]))
    assert sheet.table.height == 2
    assert codes(sheet) == ["hidden_rows"]
    assert "1" in str(sheet.problems[0].what)


def test_unknown_columns_are_named(tmp_path: Path) -> None:
    sheet = ledger(tmp_path, [*person(), "甲"], header=[*LEDGER, "所属网格"])
    assert codes(sheet) == ["unknown_column"]
    assert "所属网格" in str(sheet.problems[0].what)


def test_a_column_written_twice_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [[*LEDGER, "家庭人口"], [*person(), 4]])
    with pytest.raises(FileRefused, match="家庭人口"):
        read_file(path)


def test_another_variant_of_a_column_is_unknown(tmp_path: Path) -> None:
    sheet = ledger(tmp_path, [*person(), 4], header=[*LEDGER, "人口数"])
    assert only(sheet, "persons") == 3
    assert codes(sheet) == ["unknown_column"]


def test_several_sheets_are_read_notes_and_hidden_ones_skipped(tmp_path: Path) -> None:
    more: dict[str, list[Any]] = {
        "山口镇": [LEDGER, person("H2")], "填表说明": [("字段", "说明"), ("户编号", "照底册")],
        "旧": [LEDGER, person("H9")],
    }  # fmt: skip
    file = read_file(
        book(
            tmp_path / "a.xlsx", [LEDGER, person()], sheet="清河镇", more=more, hidden_sheets=["旧"]
        )
    )
    assert [(s.sheet, s.table["household"].to_list()) for s in file.sheets] == [
        ("清河镇", ["H1"]),
        ("山口镇", ["H2"]),
    ]
    assert sorted(codes(file.sheets[0])) == ["hidden_sheet", "skipped_sheet"]


def test_a_sheet_of_people_that_lacks_a_column_is_never_skipped(tmp_path: Path) -> None:
    header = [h for h in LEDGER if h != "需救助人口"]
    path = book(
        tmp_path / "a.xlsx",
        [LEDGER, person()],
        more={"山口镇": [[*header, "发放形式"], ["H2"] * 8]},
    )
    with pytest.raises(FileRefused, match=r"山口镇.*需救助人口"):
        read_file(path)


def test_two_forms_alike_ask_for_the_form(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx", [("储备库编号", "运输方式", "数量", "载重", "物资品种", "批号")]
    )
    with pytest.raises(FileRefused) as refused:
        read_file(path)
    assert "--form" in str(refused.value.advice)
    assert one(path, form="fleet").form.code == "fleet"


def test_the_title_settles_between_two_forms(tmp_path: Path) -> None:
    header = ("储备库编号", "运输方式", "数量", "载重", "物资品种", "批号")
    assert one(book(tmp_path / "a.xlsx", [("运力登记表",), header])).form.code == "fleet"


def test_nothing_recognised_says_what_was_seen_without_data(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [("名称甲", "名称乙"), ("王小明", VALID_ID)])
    with pytest.raises(FileRefused) as refused:
        read_file(path)
    assert "名称甲、名称乙" in str(refused.value)
    assert "王小明" not in str(refused.value)
    assert "--mapping" in str(refused.value.advice)


def test_an_unknown_form_code_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_file(book(tmp_path / "a.xlsx", [LEDGER]), form="ledgers")
    assert "ledger" in str(refused.value.advice)


@pytest.mark.parametrize(("rows", "ok"), [(3, True), (2, False)])
def test_rows_past_the_limit_are_refused_before_opening(
    tmp_path: Path, rows: int, ok: bool
) -> None:
    path = book(tmp_path / "a.xlsx", [LEDGER, person(), person("H2")])
    if ok:
        assert one(path, limits=Limits(rows=rows)).table.height == 2
    else:
        with pytest.raises(FileRefused, match="超过 2 行"):
            read_file(path, limits=Limits(rows=rows))
