"""What one cell may hold, at each bound and one past it, from real workbooks."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from graphcore.domain.clock import CHINA, micros
from graphcore.domain.rows import Severity
from tests.unit.exchange.books import LEDGER, VALID_ID, book, cell, codes, ledger, one, only, person

NUMBER, PERSONS, MONEY = "身份证号码", "家庭人口", "救助资金（元）"


@pytest.mark.parametrize(
    ("written", "read", "code"),
    [
        (VALID_ID, VALID_ID, None),
        ("11010519491231002x", VALID_ID, None),
        ("１１０１０５１９４９１２３１００２Ｘ", VALID_ID, None),
        ("'11010519491231002X", VALID_ID, None),
        (" 110105 19491231\u200b002X\n", VALID_ID, None),
        ("110105194912310021", "", "id_invalid"),
        ("11010519491331002X", "", "id_invalid"),
        ("1101051949123100", "", "id_invalid"),
        ("E1234567", "", "id_invalid"),
        ("110105491231002", VALID_ID, "id_old"),
        ("110105491331002", "", "id_invalid"),
        (110105491231002, VALID_ID, "id_old"),
        (110105194912310021, "", "id_lost"),
        ("1.10105E+17", "", "id_lost"),
        (None, "", "id_missing"),
        ("无", "", "id_missing"),
    ],
)
def test_an_id_number_is_valid_or_empty_with_a_warning(
    tmp_path: Path, written: Any, read: str, code: str | None
) -> None:
    sheet, problems = cell(tmp_path, NUMBER, written)
    assert sheet.table["id_number"].to_list() == [read]
    assert [p.code for p in problems] == ([code] if code else [])
    assert all(p.severity is Severity.WARNING for p in problems)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (3, 3), (3.0, 3), ("3", 3), ("3人", 3), ("约40人", 40), ("３口", 3), ("1,0", None), (0, 0), (50, 50),
        ("50", 50), (None, None), ("-", None), ("N/A", None), ("/", None), ("无", None), ("—", None),
        (" 4 \u00a0", 4), ("+4", 4),
    ],
)  # fmt: skip
def test_a_count_is_read_from_what_people_write(
    tmp_path: Path, written: Any, read: int | None
) -> None:
    sheet, _ = cell(tmp_path, PERSONS, written)
    assert only(sheet, "persons") == read


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (51, "absurd"), ("51人", "absurd"), (-1, "negative"), ("-1", "negative"), (2.5, "fraction"),
        ("2.5人", "fraction"), ("三人", "number"), ("2大1小", "number"), ("3-4", "number"), ("3户", "unit"),
        ("1,0", "number"), (True, "number"), (datetime.fromisoformat("2026-07-01"), "number"), ("nan", "number"),
        ("3 4", "number"),
    ],
)  # fmt: skip
def test_a_count_that_is_none_refuses_the_row(tmp_path: Path, written: Any, code: str) -> None:
    sheet, problems = cell(tmp_path, PERSONS, written)
    assert [p.code for p in problems] == [code]
    assert sheet.table.height == 0
    assert sheet.refused["persons"].to_list() == [None]
    assert sheet.refused["persons_in_need"].to_list() == [2]


@pytest.mark.parametrize("written", ["40余人", "40多人", "40人以上"])
def test_a_lower_bound_is_taken_with_a_warning(tmp_path: Path, written: str) -> None:
    path = book(
        tmp_path / "a.xlsx", [("地点", "估计人数", "信息来源"), ("河东村", written, "电话")]
    )
    sheet = one(path)
    assert only(sheet, "persons") == 40
    assert codes(sheet) == ["about"]


@pytest.mark.parametrize(
    ("written", "fen", "code"),
    [
        (100, 10000, None), (0.01, 1, None), ("1,200", 120000, None), ("2.5万元", 2_500_000, None),
        ("￥1,200.50", 120050, None), ("100元", 10000, None), (0.1 + 0.2, 30, None), (0.005, 1, "rounded"),
        (0.004, 0, "rounded"), (1_000_000_000, 100_000_000_000, None), ("100元整", 10000, None),
        (1_000_000_000.01, None, "absurd"), (-0.01, None, "negative"), ("一百", None, "number"),
        ("100人", None, "unit"), ("1，200", 120000, None),
    ],
)  # fmt: skip
def test_money_is_read_in_yuan_and_kept_in_fen(
    tmp_path: Path, written: Any, fen: int | None, code: str | None
) -> None:
    sheet, problems = cell(tmp_path, MONEY, written)
    assert only(sheet, "paid") == fen
    assert [p.code for p in problems] == ([code] if code else [])


def test_the_unit_in_the_header_counts(tmp_path: Path) -> None:
    header = ["救助资金（万元）" if h == MONEY else h for h in LEDGER]
    row = person()
    row[-1] = 0.25
    assert ledger(tmp_path, row, header=header).table["paid"].to_list() == [250_000]


DATES = ("户编号", "姓名", "性别", "出生日期")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (date(1990, 3, 7), "1990-03-07"), (datetime.fromisoformat("1990-03-07 08:00"), "1990-03-07"),
        ("1990年3月7日", "1990-03-07"), ("1990.3.7", "1990-03-07"), ("1990/03/07", "1990-03-07"),
        ("1990-3-7", "1990-03-07"), ("19900307", "1990-03-07"), (19900307, "1990-03-07"),
        (32939, "1990-03-07"), ("１９９０年３月７日", "1990-03-07"), ("", ""), ("-", ""),
        ("1900-01-01", "1900-01-01"), ("2100-12-31", "2100-12-31"), ("2024-02-29", "2024-02-29"),
        ("1990年3月7日（星期三）", "1990-03-07"), (3654, "1910-01-01"),
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_usual_form(tmp_path: Path, written: Any, read: str) -> None:
    sheet = one(book(tmp_path / "a.xlsx", [DATES, ("H1", "王小明", "男", written)]))
    assert sheet.table["born_on"].to_list() == [read]


@pytest.mark.parametrize(
    "written",
    ["1899-12-31", "2101-01-01", "2026-02-29", "2026-13-01", "3月7日", "90.3.7", "07/03/1990", 1990, 3653, 73415,
     19901332, "去年", "2026-07-01吧"],
)  # fmt: skip
def test_what_is_no_date_refuses_the_row(tmp_path: Path, written: Any) -> None:
    sheet = one(book(tmp_path / "a.xlsx", [DATES, ("H1", "王小明", "男", written)]))
    assert sheet.refused["born_on"].to_list() == [""]
    assert codes(sheet, Severity.ERROR) == ["date"]


@pytest.mark.parametrize("written", ["1990年3月", "1990.03", "199003", "1990-3"])
def test_a_month_is_its_first_day_with_a_warning(tmp_path: Path, written: str) -> None:
    sheet = one(book(tmp_path / "a.xlsx", [DATES, ("H1", "王小明", "男", written)]))
    assert sheet.table["born_on"].to_list() == ["1990-03-01"]
    assert "only_month" in codes(sheet)


TIMES = ("户编号", "村（社区）", "核查人", "核查时间")
AT = micros(datetime(2026, 7, 1, 14, 30, tzinfo=CHINA))


@pytest.mark.parametrize(
    "written",
    [datetime.fromisoformat("2026-07-01 14:30"), 46204.604166666664, "2026年7月1日14时30分", "2026-07-01 14:30",
     "2026.7.1 14:30:00", "2026/07/01 下午2:30", "2026-07-01T14:30", "2026-07-01T06:30:00Z",
     "2026-07-01 14：30", "202607011430", "2026-07-01 2:30 PM", "2026-07-01T14:30:00+08:00"],
)  # fmt: skip
def test_a_time_is_chinas_time(tmp_path: Path, written: Any) -> None:
    sheet = one(book(tmp_path / "a.xlsx", [TIMES, ("H1", "河东村", "李", written)]))
    assert sheet.table["checked_at"].to_list() == [AT]


def test_a_day_without_a_clock_is_midnight_with_a_warning(tmp_path: Path) -> None:
    sheet = one(book(tmp_path / "a.xlsx", [TIMES, ("H1", "河东村", "李", "2026年7月1日")]))
    assert sheet.table["checked_at"].to_list() == [micros(datetime(2026, 7, 1, tzinfo=CHINA))]
    assert "only_day" in codes(sheet)


@pytest.mark.parametrize("hour", ["24:00", "2026年7月2日0时"])
def test_midnight_has_two_names(tmp_path: Path, hour: str) -> None:
    written = hour if "年" in hour else f"2026-07-01 {hour}"
    sheet = one(book(tmp_path / "a.xlsx", [TIMES, ("H1", "河东村", "李", written)]))
    assert sheet.table["checked_at"].to_list() == [micros(datetime(2026, 7, 2, tzinfo=CHINA))]


@pytest.mark.parametrize(
    "written", ["14:30", "7月1日14时", "2026-07-01 24:01", "2026-07-01 25:00", "刚才"]
)
def test_what_is_no_time_refuses_the_row(tmp_path: Path, written: str) -> None:
    sheet = one(book(tmp_path / "a.xlsx", [TIMES, ("H1", "河东村", "李", written)]))
    assert codes(sheet, Severity.ERROR) == ["time"]


STATES = ("户编号", "村（社区）", "户主姓名", "核查状态")


@pytest.mark.parametrize(
    ("written", "read"),
    [("需救助", "in_need"), ("失联", "unknown"), (" 平 安 ", "safe"), ("safe", "safe"), ("安全（已核）", "safe"),
     (None, "")],
)  # fmt: skip
def test_a_choice_is_known_by_any_of_its_words(tmp_path: Path, written: Any, read: str) -> None:
    sheet = one(book(tmp_path / "a.xlsx", [STATES, ("H1", "河东村", "王小明", written)]))
    assert sheet.table["state"].to_list() == [read]


def test_an_unknown_word_is_refused_with_the_allowed_ones(tmp_path: Path) -> None:
    sheet = one(book(tmp_path / "a.xlsx", [STATES, ("H1", "河东村", "王小明", "挺好")]))
    (problem,) = [p for p in sheet.problems if p.code == "choice"]
    assert "挺好" in str(problem.what)
    assert "安全、需救助、未核实" in str(problem.advice)


@pytest.mark.parametrize(
    ("written", "read"),
    [("低保、残疾人", ["minimum_living", "disabled"]), ("低保;残疾", ["minimum_living", "disabled"]),
     ("低保/低保户", ["minimum_living"]), ("特困\n孤儿", ["extreme_poverty", "orphan"])],
)  # fmt: skip
def test_choices_are_a_list_each_once(tmp_path: Path, written: str, read: list[str]) -> None:
    header = ("姓名", "身份证号码", "人员类别", "村（社区）")
    sheet = one(book(tmp_path / "a.xlsx", [header, ("王小明", VALID_ID, written, "河东村")]))
    assert sheet.table["groups"].to_list() == [read]


@pytest.mark.parametrize(
    ("written", "read"),
    [("是", True), ("√", True), (1, True), ("否", False), (0, False), ("", None), (True, True)],
)
def test_a_flag_is_yes_no_or_unknown(tmp_path: Path, written: Any, read: bool | None) -> None:
    header = ("村代码", "村名称", "乡镇", "是否受灾")
    sheet = one(book(tmp_path / "a.xlsx", [header, ("990101100201", "河东村", "清河镇", written)]))
    assert sheet.table["hit"].to_list() == [read]


@pytest.mark.parametrize(
    ("lon", "code"), [(180, []), (180.5, ["absurd"]), (-180, []), ("abc", ["number"])]
)
def test_a_longitude_lies_on_the_globe(tmp_path: Path, lon: Any, code: list[str]) -> None:
    header = ("村代码", "村名称", "乡镇", "经度")
    sheet = one(book(tmp_path / "a.xlsx", [header, ("990101100201", "河东村", "清河镇", lon)]))
    assert codes(sheet) == code


def test_codes_stored_as_numbers_stay_codes(tmp_path: Path) -> None:
    header = ("村代码", "村名称", "乡镇")
    sheet = one(book(tmp_path / "a.xlsx", [header, (990101100201, "河东村", 990101100000)]))
    assert sheet.table["code"].to_list() == ["990101100201"]
    assert sheet.table["township"].to_list() == ["990101100000"]


@pytest.mark.parametrize(
    ("code", "lost"), [(999_999_999_999_999, []), (1_000_000_000_000_000, ["digits_lost"])]
)
def test_a_code_longer_than_fifteen_digits_must_be_text(
    tmp_path: Path, code: int, lost: list[str]
) -> None:
    header = ("村代码", "村名称", "乡镇")
    assert codes(one(book(tmp_path / "a.xlsx", [header, (code, "河东村", "清河镇")]))) == lost


def test_text_is_cleaned_of_what_nobody_sees(tmp_path: Path) -> None:
    sheet = ledger(
        tmp_path, person(户主姓名="'王\u3000小\u200b明\n", 乡镇="清河镇\u00a0", 户编号="Ｈ１ ")
    )
    assert only(sheet, "head") == "王小明"
    assert only(sheet, "township") == "清河镇"
    assert only(sheet, "household") == "H1"


@pytest.mark.parametrize("header", ["户主姓名", "村（社区）", "需救助人口"])
def test_a_required_cell_must_be_filled(tmp_path: Path, header: str) -> None:
    sheet, problems = cell(tmp_path, header, None)
    assert [p.code for p in problems] == ["required"]
    assert sheet.refused.height == 1


def test_a_formula_without_result_asks_for_excel(tmp_path: Path) -> None:
    sheet, problems = cell(tmp_path, "家庭人口", "=1+2")
    assert [p.code for p in problems] == ["formula"]
    assert "Excel" in str(problems[0].advice)
    assert sheet.refused.height == 1


def test_an_excel_error_is_not_an_empty_cell(tmp_path: Path) -> None:
    _, problems = cell(tmp_path, "家庭人口", "#REF!")
    assert [p.code for p in problems] == ["excel_error"]


@pytest.mark.parametrize(
    ("header", "cell", "hours", "code"),
    [
        ("每日最长工时（小时）", 24, 24, None),
        ("每日最长工时（小时）", 25, None, "absurd"),
        ("每日最长工时（分钟）", 480, 8, None),
        ("工时", "8小时", 8, None),
    ],
)
def test_hours_are_no_minutes(
    tmp_path: Path, header: str, cell: Any, hours: int | None, code: str | None
) -> None:
    rows = [["车船编号", "所属储备库或转运点编号", "运输方式", "核定载重（千克）", header],
            ["浙K1", "W1", "汽车", 1500, cell]]  # fmt: skip
    sheet = one(book(tmp_path / "车.xlsx", rows), form="vehicles")
    assert [p.code for p in sheet.problems] == ([code] if code else [])
    assert sheet.table["hours"].to_list() == ([] if code else [hours])
