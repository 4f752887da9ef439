"""Files that are not opened at all: each a real one, each with what to do instead."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from graphcore.domain.errors import FileRefused
from graphcore.exchange.limits import MIB, Limits
from graphcore.exchange.reader import read_file
from tests.unit.exchange.books import LEDGER, book, first_sheet, one, person, repack

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refused(path: Path, limits: Limits | None = None) -> str:
    """The refusal and its advice, as the user reads them."""
    with pytest.raises(FileRefused) as caught:
        read_file(path, limits=limits or Limits())
    assert caught.value.advice is not None
    assert path.name in str(caught.value)
    return f"{caught.value} {caught.value.advice}"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A good workbook."""
    return book(tmp_path / "good.xlsx", [LEDGER, person()])


def put(path: Path, content: bytes) -> Path:
    """Write bytes and return the path."""
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"", "空的"), ("a.csv", b"\r\n \r\n", "空的"), ("a.csv", b"\xef\xbb\xbf", "没有"),
        ("a.xlsx", "户编号,户主姓名\nH1,王小明\n".encode(), ".csv"),
        ("a.xls", "户编号,户主姓名\nH1,王小明\n".encode(), ".csv"),
        ("a.xlsx", b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        ("a.xls", b"\xef\xbb\xbf\r\n<?xml version='1.0'?><Workbook/>", "XML"),
        ("a.csv", b"<html></html>", "网页"), ("a.pdf", b"%PDF-1.7", ".xlsx 或 .csv"),
        ("a.xls", _OLE + b"\x00" * 600, "另存为"), ("a.xlsx", _OLE + b"\x00" * 600, ".xls"),
        ("a.csv", b"\xff\xff\xfe\x00\x81" * 40, "编码"), ("a.csv", b"PK\x03\x04" + b"\x00" * 60, "扩展名"),
        ("a.xlsx", b"PK\x03\x04" + b"\x00" * 60, "损坏"), ("a.xlsx", b"PK\x05\x06" + b"\x00" * 18, "没有 Excel"),
        ("a.csv", b"a,b\n" + b'"' + b"x" * 200_000, "引号"), ("a.csv", b"\x00\x01" * 50, "编码"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    assert said in refused(put(tmp_path / name, content))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "打不开" in refused(tmp_path / "nowhere.xlsx")


def test_a_password_is_asked_to_be_taken_off(tmp_path: Path, good: Path) -> None:
    locked = io.BytesIO()
    with good.open("rb") as file:
        OOXMLFile(file).encrypt("secret", locked)
    assert "密码" in refused(put(tmp_path / "locked.xlsx", locked.getvalue()))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_cut_off_file_is_refused(tmp_path: Path, good: Path, share: float) -> None:
    content = good.read_bytes()
    assert "损坏" in refused(put(tmp_path / "cut.xlsx", content[: int(len(content) * share)]))


def test_a_flipped_bit_is_found_wherever_it_is(tmp_path: Path, good: Path) -> None:
    content = bytearray(good.read_bytes())
    content[content.index(b"xl/worksheets/sheet1.xml") + 60] ^= 0xFF
    assert "损坏" in refused(put(tmp_path / "bad.xlsx", bytes(content)))


def test_macros_are_refused(tmp_path: Path, good: Path) -> None:
    assert "宏" in refused(repack(good, {"xl/vbaProject.bin": b"x"}, tmp_path / "m.xlsm"))


def test_another_zip_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as package:
        package.writestr("content.xml", "<office/>")
    assert "没有 Excel" in refused(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    "member", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"]
)
def test_broken_inner_parts_are_refused(tmp_path: Path, good: Path, member: str) -> None:
    assert "结构" in refused(repack(good, {member: b"<x"}, tmp_path / "b.xlsx"))


def test_entity_tricks_are_refused(tmp_path: Path, good: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "xxxx">]><a>&x;</a>'
    assert "不安全" in refused(repack(good, {"xl/workbook.xml": bomb}, tmp_path / "b.xlsx"))


def test_two_members_of_one_name_are_refused(tmp_path: Path, good: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(good, "a") as package:
        package.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")
    assert "重名" in refused(good)


@pytest.mark.parametrize(("limit", "ok"), [(0, True), (-1, False)])
def test_unpacked_size_at_its_bound_and_one_past_it(good: Path, limit: int, ok: bool) -> None:
    with zipfile.ZipFile(good) as package:
        size = sum(m.file_size for m in package.infolist())
    limits = Limits(unpacked_bytes=size + limit)
    if ok:
        assert one(good, limits=limits).table.height == 1
    else:
        assert "解压后" in refused(good, limits)


@pytest.mark.parametrize(("limit", "ok"), [(0, True), (-1, False)])
def test_file_size_at_its_bound_and_one_past_it(good: Path, limit: int, ok: bool) -> None:
    limits = Limits(file_bytes=good.stat().st_size + limit)
    if ok:
        assert one(good, limits=limits).table.height == 1
    else:
        assert "超过" in refused(good, limits)


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path, good: Path) -> None:
    bomb = repack(good, {"xl/media/image1.png": b"\0" * (16 * MIB)}, tmp_path / "bomb.xlsx")
    assert bomb.stat().st_size < MIB
    assert "炸弹" in refused(bomb)


def test_a_gibibyte_is_refused_by_default(tmp_path: Path, good: Path) -> None:
    path = tmp_path / "huge.xlsx"
    with (
        zipfile.ZipFile(good) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
        with new.open("xl/sharedStrings.xml", "w", force_zip64=True) as member:
            for _ in range(1024):
                member.write(b"\0" * MIB)
    assert "1024 MiB" in refused(path)


def test_a_header_that_lies_about_its_size_is_found(tmp_path: Path, good: Path) -> None:
    content = bytearray(good.read_bytes())
    with zipfile.ZipFile(good) as package:
        size = package.getinfo("xl/styles.xml").file_size
    true, lie = size.to_bytes(4, "little"), (size - 7).to_bytes(4, "little")
    while (at := content.find(true)) >= 0:
        content[at : at + 4] = lie
    assert "损坏" in refused(put(tmp_path / "lie.xlsx", bytes(content)))


def test_one_far_cell_does_not_ask_for_terabytes(tmp_path: Path, good: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    xml = first_sheet(good).replace(b"</sheetData>", far)
    said = refused(repack(good, {"xl/worksheets/sheet1.xml": xml}, tmp_path / "far.xlsx"))
    assert "1048576 行" in said
    assert "拆成几个文件" in said


@pytest.mark.parametrize(
    "far",
    [
        b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        b'<row r="9"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="9"><c r="XFD1048576"><v>1</v></c><c r="A9"><v>1</v></c></row>',
        b'<row r = "1048576" hidden="1"\n><c t="n"\tr="XFD1048576"><f>1</f><v>1</v></c></row>',
    ],
)
def test_a_far_cell_is_found_however_it_is_written(tmp_path: Path, good: Path, far: bytes) -> None:
    xml = first_sheet(good).replace(b"</sheetData>", far + b"</sheetData>")
    assert "拆成" in refused(repack(good, {"xl/worksheets/sheet1.xml": xml}, tmp_path / "far.xlsx"))


def test_rows_that_do_not_end_as_usual_are_refused(tmp_path: Path, good: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row ></sheetData>'
    xml = first_sheet(good).replace(b"</sheetData>", far)
    assert "结构" in refused(repack(good, {"xl/worksheets/sheet1.xml": xml}, tmp_path / "far.xlsx"))


def test_a_sheet_in_another_namespace_prefix_is_read(tmp_path: Path, good: Path) -> None:
    xml = first_sheet(good).replace(b"xmlns=", b"xmlns:x=")
    for tag in (b"row", b"sheetData", b"worksheet", b"is", b"t", b"v", b"c"):
        xml = xml.replace(b"<" + tag + b" ", b"<x:" + tag + b" ").replace(
            b"<" + tag + b">", b"<x:" + tag + b">"
        )
        xml = xml.replace(b"</" + tag + b">", b"</x:" + tag + b">")
    path = repack(good, {"xl/worksheets/sheet1.xml": xml}, tmp_path / "x.xlsx")
    assert one(path).table.height == 1


def test_formatted_empty_rows_far_below_are_no_data(tmp_path: Path, good: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    xml = first_sheet(good).replace(b"</sheetData>", far)
    path = repack(good, {"xl/worksheets/sheet1.xml": xml}, tmp_path / "far.xlsx")
    assert one(path).table.height == 1


@pytest.mark.slow
def test_a_sheet_of_200_mib_is_refused_in_constant_memory(tmp_path: Path, good: Path) -> None:
    head, tail = first_sheet(good).split(b"</sheetData>")
    cells = "".join(
        f'<c r="{c}{{n}}" t="inlineStr"><is><t>{c}{{n}}-{"x" * 30}</t></is></c>' for c in "ABCDEFGH"
    )
    path = tmp_path / "huge.xlsx"
    size = 0
    with (
        zipfile.ZipFile(good) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            if name != "xl/worksheets/sheet1.xml":
                new.writestr(name, old.read(name))
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            member.write(head)
            n = 3
            while size < 200 * MIB:
                rows = "".join(
                    f'<row r="{k}">{cells.format(n=k)}</row>' for k in range(n, n + 2000)
                ).encode()
                member.write(rows)
                size, n = size + len(rows), n + 2000
            member.write(b"</sheetData>" + tail)
    assert "拆成几个文件" in refused(path)
