"""CSV as programs and people write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphcore.domain.errors import FileRefused
from graphcore.exchange.limits import Limits
from graphcore.exchange.reader import read_file
from tests.unit.exchange.books import VALID_ID, codes, one

ROWS = (
    ("户编号", "户主姓名", "身份证号码", "家庭人口", "村（社区）", "需救助人口", "救助资金（元）"),
    ("H1", "王小明", VALID_ID, "3", "河东村", "2", "1200.5"),
    ("H2", "李四㛃", "", "4人", "河东村", "1", ""),
)


def text(separator: str = ",", end: str = "\r\n") -> str:
    """The rows as text."""
    return "".join(separator.join(row) + end for row in ROWS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_usual_encoding_and_separator(
    tmp_path: Path, encoding: str, separator: str, end: str
) -> None:
    path = tmp_path / "台账.csv"
    path.write_bytes(text(separator, end).encode(encoding))
    sheet = one(path)
    assert (sheet.form.code, sheet.sheet) == ("ledger", "台账")
    assert sheet.table["head"].to_list() == ["王小明", "李四㛃"]
    assert sheet.table["persons"].to_list() == [3, 4]
    assert sheet.table["paid"].to_list() == [120050, None]
    assert codes(sheet) == ["id_missing"]


def test_quotes_keep_separators_and_line_breaks(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('户编号,"村\n（社区）",户主姓名,家庭住址\nH1,河东村,王小明,"3组,""老屋""\n旁"\nH2,河东村,李四,4组\n',
                    encoding="utf-8")  # fmt: skip
    sheet = one(path)
    assert sheet.table["address"].to_list() == ['3组,"老屋" 旁', "4组"]
    assert sheet.table["_row"].to_list() == [2, 3]


def test_the_excel_idiom_for_text_is_undone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'村代码,村名称,乡镇\n="009901",河东村,="清河镇"\n{""}', encoding="utf-8")
    assert one(path).table["code"].to_list() == ["009901"]


def test_short_and_long_records_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "村代码,村名称,乡镇,经度\n1,河东村,清河镇\n2,河西村,清河镇,105.5,,,\n", encoding="utf-8"
    )
    assert one(path).table["lon"].to_list() == [None, 105.5]


@pytest.mark.parametrize(("rows", "ok"), [(3, True), (2, False)])
def test_rows_at_the_limit_and_one_past_it(tmp_path: Path, rows: int, ok: bool) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text(), encoding="utf-8")
    if ok:
        assert one(path, limits=Limits(rows=rows)).table.height == 2
    else:
        with pytest.raises(FileRefused, match="超过 2 行"):
            read_file(path, limits=Limits(rows=rows))
