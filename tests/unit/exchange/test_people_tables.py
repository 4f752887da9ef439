"""Tables of people to compare: any layout, kept as written, no row refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphcore.domain.errors import FileRefused, MappingError
from graphcore.exchange.people import load_people_mappings, read_people
from tests.support.books import book


def mapping(folder: Path, text: str) -> Path:
    path = folder / "map.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_headers_are_recognised_and_cells_kept_as_written(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("台账", [
        ["受灾人员台账"], ["户主姓名", "身份证号码", "村", "家庭人口"],
        ["王小明", "99003219590615144x", "河东村", 3], ["李红梅", "", "河西村", "两人"], ["合计", "", "", 5],
    ]))  # fmt: skip
    told = read_people(path).select("id", "name", "id_number", "village").rows()
    assert told == [("3", "王小明", "99003219590615144x", "河东村"), ("4", "李红梅", "", "河西村")]


def test_rows_that_are_written_twice_are_both_kept(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("名册", [["姓名", "电话"], ["王小明", "1"], ["王小明", "1"]]))
    assert read_people(path)["id"].to_list() == ["2", "3"]


def test_several_sheets_give_ids_with_their_sheet(tmp_path: Path) -> None:
    sheets = [(n, [["姓名", "电话"], ["王小明", "1"]]) for n in ("清河镇", "石桥乡")]
    told = read_people(book(tmp_path / "a.xlsx", *sheets))
    assert told["id"].to_list() == ["清河镇!2", "石桥乡!2"]


def test_an_id_column_that_repeats_is_no_id(tmp_path: Path) -> None:
    rows = [["编号（旧）", "姓名"], ["7", "王小明"], ["7", "李红梅"]]
    path = book(tmp_path / "a.xlsx", ("名册", rows))
    both = load_people_mappings(mapping(tmp_path, "columns: {编号（旧）: id, 姓名: name}"))
    assert read_people(path, both[0])["id"].to_list() == ["2", "3"]


def test_a_mapping_names_each_side(tmp_path: Path) -> None:
    text = "left: {columns: {甲: name}}\nright: {columns: {given_name: name, surname: surname}}"
    left, right = load_people_mappings(mapping(tmp_path, text))
    a = book(tmp_path / "a.xlsx", ("表", [["甲", "乙"], ["王小明", "x"]]))
    b = book(tmp_path / "b.xlsx", ("表", [["given_name", "surname"], ["Mia", "Green"]]))
    assert read_people(a, left)["name"].to_list() == ["王小明"]
    assert read_people(b, right).select("name", "surname").row(0) == ("Mia", "Green")


@pytest.mark.parametrize("text", [
    "left: {columns: {甲: name}}", "left: {columns: {甲: name}}\nright: {columns: {甲: name}}\nx: 1",
    "columns: {甲: salary}", "columns: {}", "form: ledger\ncolumns: {甲: name}",
])  # fmt: skip
def test_mappings_that_do_not_fit_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(MappingError):
        load_people_mappings(mapping(tmp_path, text))


def test_a_mapping_whose_columns_are_not_there_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("表", [["姓名", "电话"], ["王小明", "1"]]))
    left, _ = load_people_mappings(mapping(tmp_path, "columns: {名字: name}"))
    with pytest.raises(MappingError, match="映射文件"):
        read_people(path, left)


def test_a_file_without_names_or_numbers_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("表", [["电话", "住址"], ["1", "x"]]))
    with pytest.raises(FileRefused, match="姓名"):
        read_people(path)
