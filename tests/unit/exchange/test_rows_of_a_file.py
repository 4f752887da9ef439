"""Rows against each other: twice, contradicting, refused; and what problems may say."""

from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl

from graphcore.domain.rows import Severity
from graphcore.exchange.columns import schema_of
from graphcore.exchange.forms.catalogue import BY_CODE
from graphcore.exchange.reader import read_file
from tests.unit.exchange.books import (
    LEDGER,
    OTHER_ID,
    VALID_ID,
    book,
    codes,
    ledger,
    one,
    person,
    told,
)


def test_a_file_knows_its_digest_and_its_columns(tmp_path: Path) -> None:
    path = book(tmp_path / "台账.xlsx", [LEDGER, person(), person("H2", 家庭人口=-1)])
    file = read_file(path)
    assert (file.name, file.path) == ("台账.xlsx", path)
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    schema = pl.Schema(schema_of(BY_CODE["ledger"]))
    assert file.sheets[0].table.schema == schema
    assert file.sheets[0].refused.schema == schema


def test_the_same_row_again_is_dropped_with_a_warning(tmp_path: Path) -> None:
    sheet = ledger(tmp_path, person(), person(), person("H2"))
    assert sheet.table["_row"].to_list() == [2, 4]
    assert [(p.code, p.row, p.severity) for p in sheet.problems] == [
        ("duplicate", 3, Severity.WARNING)
    ]


def test_the_same_household_with_other_content_is_refused(tmp_path: Path) -> None:
    sheet = ledger(tmp_path, person(), person(需救助人口=1))
    assert sheet.table["_row"].to_list() == [2]
    assert sheet.refused["_row"].to_list() == [3]
    assert [(p.code, p.row) for p in sheet.problems] == [("contradiction", 3)]


def test_namesakes_with_other_numbers_are_two_households(tmp_path: Path) -> None:
    sheet = ledger(tmp_path, person(None), person(None, 身份证号码=OTHER_ID))
    assert sheet.table.height == 2


def test_namesakes_without_numbers_must_be_told_apart(tmp_path: Path) -> None:
    sheet = ledger(
        tmp_path, person(None, 身份证号码=None), person(None, 身份证号码=None, 家庭人口=5)
    )
    assert codes(sheet, Severity.ERROR) == ["contradiction"]
    assert "身份证" in str(sheet.problems[-1].advice)


def test_rows_that_differ_in_an_unreadable_cell_are_not_the_same(tmp_path: Path) -> None:
    sheet = ledger(tmp_path, person(家庭人口="三"), person(家庭人口="四"))
    assert sheet.refused.height == 2
    other = ledger(tmp_path, person(None, 身份证号码="1101"), person(None, 身份证号码="2202"))
    assert codes(other, Severity.ERROR) == ["contradiction"]


def test_a_person_may_be_in_two_groups(tmp_path: Path) -> None:
    rows = [
        ("姓名", "身份证号码", "人员类别"),
        ("王小明", VALID_ID, "低保"),
        ("王小明", VALID_ID, "残疾人"),
    ]
    assert one(book(tmp_path / "a.xlsx", rows)).table.height == 2


def test_duplicates_are_found_over_the_sheets_of_a_file(tmp_path: Path) -> None:
    file = read_file(book(tmp_path / "a.xlsx", [LEDGER, person()], more={"又": [LEDGER, person()]}))
    assert [s.table.height for s in file.sheets] == [1, 0]
    assert "台账" in str(file.sheets[1].problems[0].what)


def test_a_refused_row_still_tells_place_and_persons(tmp_path: Path) -> None:
    sheet = ledger(tmp_path, person(户主姓名=None, 家庭人口="很多"))
    (row,) = sheet.refused.to_dicts()
    assert (row["village"], row["persons_in_need"], row["head"], row["persons"]) == (
        "河东村",
        2,
        "",
        None,
    )


def test_every_fault_of_a_row_is_told_at_once(tmp_path: Path) -> None:
    sheet = ledger(tmp_path, person(户主姓名=None, 家庭人口=99, 需救助人口=-1, 身份证号码="1"))
    assert sorted(codes(sheet)) == ["absurd", "id_invalid", "negative", "required"]


def test_a_table_without_the_number_column_warns_once(tmp_path: Path) -> None:
    header = [h for h in LEDGER if h != "身份证号码"]
    rows = [
        [c for c, h in zip(person(f"H{n}"), LEDGER, strict=True) if h != "身份证号码"]
        for n in range(3)
    ]
    assert codes(one(book(tmp_path / "a.xlsx", [header, *rows]))) == ["id_column"]


def test_no_problem_repeats_what_is_personal(tmp_path: Path) -> None:
    secret = ("张秘密", "13912345678", "110105194912310021", "1988-13-08")
    bad = person(户主姓名=None, 身份证号码=secret[2], 家庭人口=secret[0], 需救助人口=secret[2])
    bad[-1] = secret[1]
    members = [
        ("户编号", "姓名", "身份证号码", "性别", "出生日期", "特殊医疗需求"),
        ("H1", secret[0], secret[2], "猛男", secret[3], "某种怪病"),
    ]
    said = told(read_file(book(tmp_path / "a.xlsx", [LEDGER, bad, bad], more={"成员": members})))
    for word in (*secret, "猛男", "怪病"):
        assert word not in said
    assert len(said) > 100


def test_other_cells_are_quoted_up_to_twenty_characters(tmp_path: Path) -> None:
    rows = [("户编号", "村（社区）", "户主姓名", "核查状态"), ("H1", "河东村", "王小明", "甲" * 21)]
    (problem,) = [p for p in one(book(tmp_path / "a.xlsx", rows)).problems if p.code == "choice"]
    assert "甲" * 20 in str(problem.what)
    assert "甲" * 21 not in str(problem.what)
