from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from graphcore.domain.rows import Severity
from graphcore.exchange.forms.catalogue import BY_CODE, FORMS, Type
from graphcore.exchange.reader import ParsedFile, read_file
from seeds.__main__ import main
from seeds.cells import cell
from seeds.files import write_autumn, write_files
from seeds.generate.district import District
from seeds.layout import AUTUMN, BOOKS, Book, Sheet, parts

MOST_BYTES = 1_500_000


@cache
def read(path: Path) -> ParsedFile:
    return read_file(path)


def contents(path: Path) -> list[tuple[str, list[list[object]]]]:
    book = CalamineWorkbook.from_path(str(path))
    return [(n, book.get_sheet_by_name(n).to_python()) for n in book.sheet_names]


@pytest.fixture(scope="module")
def written(district: District, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("district")
    return [*write_files(district, folder), *write_autumn(district, folder / "autumn")]


def test_the_committed_files_are_what_the_generator_writes(
    written: list[Path], committed: Path
) -> None:
    folder = written[0].parent
    names = [p.relative_to(folder) for p in written]
    assert sorted(p.relative_to(committed) for p in committed.rglob("*.xlsx")) == names
    for name in names:
        assert contents(folder / name) == contents(committed / name), name


def test_the_same_district_gives_the_same_bytes(
    district: District, written: list[Path], tmp_path: Path
) -> None:
    again = [*write_files(district, tmp_path), *write_autumn(district, tmp_path / "autumn")]
    for one, other in zip(written, again, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_the_committed_files_are_small(committed: Path) -> None:
    assert sum(p.stat().st_size for p in committed.rglob("*.xlsx")) < MOST_BYTES


def test_each_form_that_the_district_fills_appears_once(district: District) -> None:
    laid = [sheet.form for book in (*BOOKS, *AUTUMN) for sheet in book.sheets]
    assert sorted(laid) == sorted(district.frames)
    assert set(laid) <= {f.code for f in FORMS}
    assert len(laid) >= 19


@pytest.mark.parametrize("book", [*BOOKS, *AUTUMN], ids=lambda b: b.file)
def test_the_reader_takes_every_row_as_it_was_meant(
    book: Book, district: District, committed: Path
) -> None:
    folder = committed / "autumn" if book in AUTUMN else committed
    sheets = {(s.form.code, s.sheet): s for s in read(folder / book.file).sheets}
    meant = [(s, name, rows) for s in book.sheets for name, rows in parts(s, district[s.form])]
    assert len(sheets) == len(meant)
    for sheet, name, rows in meant:
        found = sheets[sheet.form, name]
        assert found.refused.is_empty()
        assert found.table.select(rows.columns).equals(rows), name


def test_there_is_nothing_to_warn_of_but_people_without_papers(
    committed: Path, district: District
) -> None:
    problems = [p for b in BOOKS for s in read(committed / b.file).sheets for p in s.problems]
    assert {p.severity for p in problems} <= {Severity.WARNING}
    assert {p.code for p in problems} == {"id_missing"}
    bare = sum(int((district[f]["id_number"] == "").sum()) for f in ("groups", "found_persons"))
    assert len(problems) <= bare < 12


def test_headers_are_the_official_ones(committed: Path) -> None:
    for book in BOOKS:
        for sheet in read(committed / book.file).sheets:
            assert sheet.headers == {f.name: f.headers[0] for f in sheet.form.fields}


def test_offices_lay_their_sheets_out_in_their_own_ways(committed: Path) -> None:
    houses = openpyxl.load_workbook(committed / "08-倒损住房台账.xlsx").active
    assert houses is not None
    assert len(houses.merged_cells.ranges) > 5
    ledger = openpyxl.load_workbook(committed / "07-受灾人员政府救助台账.xlsx")
    assert len(ledger.sheetnames) == 12
    first = ledger.worksheets[0]
    assert str(first["A1"].value).endswith("受灾人员政府救助台账")
    assert first.cell(first.max_row - 1, 1).value == "合计"
    assert str(first.cell(first.max_row, 1).value).startswith("填表人：")


def test_files_need_only_files_before_them() -> None:
    place = {s.form: n for n, book in enumerate(BOOKS) for s in book.sheets}
    for earlier, later in (("roster", "members"), ("roster", "stays"), ("shelters", "stays"),
                           ("warehouses", "donations"), ("donations", "lots")):  # fmt: skip
        assert place[earlier] < place[later]


def test_a_long_form_goes_over_several_sheets() -> None:
    rows = pl.DataFrame({"code": range(400_001)})
    names = [(name, part.height) for name, part in parts(Sheet("roads", "道路"), rows)]
    assert names == [("道路", 200_000), ("道路（2）", 200_000), ("道路（3）", 1)]


@pytest.mark.parametrize(
    ("form", "field", "value", "written"),
    [("ledger", "paid", 12_345, 123.45), ("ledger", "paid", 2_000, 20), ("roster", "persons", 0, 0),
     ("roster", "phone", "", None), ("roster", "checked_at", None, None),
     ("villages", "hit", False, "否"), ("donations", "redirect_consent", True, "是"),
     ("houses", "damage", "severe", "严重损坏"), ("members", "facts", ["oxygen", "diet"], "吸氧、特殊饮食"),
     ("members", "facts", [], None)],
)  # fmt: skip
def test_a_cell_holds_the_word_that_an_office_writes(
    form: str, field: str, value: object, written: object
) -> None:
    assert cell(BY_CODE[form].field(field), value) == written


def test_times_are_written_in_chinas_time() -> None:
    at = int(datetime(2026, 6, 30, 18, tzinfo=UTC).timestamp()) * 1_000_000
    field = BY_CODE["disaster"].field("occurred_at")
    assert field.type is Type.TIME
    assert cell(field, at) == datetime(2026, 7, 1, 2)  # noqa: DTZ001


def test_the_command_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--households", "60", "--townships", "2", "--seed", "4", "--out", str(tmp_path)]
    assert main(asked) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(BOOKS) + len(AUTUMN) + 1
    assert "60 户" in lines[-1]
    assert all(a < b for a, b in pairwise(lines[:-1]))


def test_the_command_refuses_a_size_that_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--households", "60", "--townships", "99", "--out", str(tmp_path)]) == 2
    assert "乡镇数" in capsys.readouterr().err
