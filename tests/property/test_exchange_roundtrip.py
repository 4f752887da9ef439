"""Whatever rows of a form are written are read back equal; any bytes parse or are refused."""

from __future__ import annotations

import contextlib
import csv
import io
import tempfile
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphcore.domain.errors import FileRefused
from graphcore.domain.household import HardshipGroup
from graphcore.exchange.columns import schema_of
from graphcore.exchange.export import Sheet, write_csv, write_workbook
from graphcore.exchange.forms.catalogue import FORMS, Field, Form, Type
from graphcore.exchange.identity import check_digit
from graphcore.exchange.reader import read_file
from graphcore.exchange.templates import write_template

_QUIET = settings(
    deadline=None, max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
_LETTERS = st.sampled_from("王李清河东村镇一二三甲ABz9")
_WORDS = st.text(_LETTERS, min_size=1, max_size=8).map(lambda t: f"{t}号")
_DAYS = st.integers(0, 70_000).map(lambda n: (date(1910, 1, 1) + timedelta(days=n)).isoformat())
_FIRST17 = st.tuples(st.integers(110_000, 659_999), st.integers(0, 30_000), st.integers(0, 999))


def _number(parts: tuple[int, int, int]) -> str:
    place, day, order = parts
    first = f"{place}{date(1930, 1, 1) + timedelta(days=day):%Y%m%d}{order:03}"
    return first + check_digit(first)


def values(field: Field) -> st.SearchStrategy[Any]:
    """Values that a field may hold."""
    some: dict[Type, st.SearchStrategy[Any]] = {
        Type.TEXT: _WORDS, Type.PLACE: _WORDS,
        Type.COUNT: st.integers(0, min(field.most or 10**6, 10**9)),
        Type.MONEY: st.integers(0, 10**11),
        Type.NUMBER: st.integers(-9000, 9000).map(lambda n: n / 100),
        Type.DATE: _DAYS, Type.TIME: st.integers(0, 10**6).map(lambda m: m * 60_000_000),
        Type.CHOICE: st.sampled_from([str(c) for c in field.choices or {"": ()}]),
        Type.CHOICES: st.lists(
            st.sampled_from([str(c) for c in field.choices or HardshipGroup]), min_size=1, max_size=3, unique=True
        ),
        Type.FLAG: st.booleans(), Type.ID_NUMBER: _FIRST17.map(_number),
    }  # fmt: skip
    empty: Any = "" if field.type in (Type.TEXT, Type.PLACE, Type.DATE, Type.CHOICE) else None
    if field.type is Type.CHOICES:
        empty = []
    needed = field.required or field.type is Type.ID_NUMBER
    return some[field.type] if needed else st.one_of(st.just(empty), some[field.type])


@st.composite
def tables(draw: st.DrawFn) -> tuple[Form, pl.DataFrame]:
    """A form and rows of it, each with keys of its own."""
    form = draw(st.sampled_from(FORMS))
    count = draw(st.integers(0, 4))
    rows = [{f.name: draw(values(f)) for f in form.fields} for _ in range(count)]
    texts = [
        f.name for f in form.fields if f.name in form.key and f.type in (Type.TEXT, Type.PLACE)
    ]
    for n, row in enumerate(rows):
        own = next(
            (k for k in form.key if k in ("code", "household", "disaster", "shelter", "warehouse")),
            texts[0],
        )
        row[own] = f"{row[own] or ''}{n}号"
        if "household" in row:
            row["household"] = row["household"] or f"{n}户"
    schema = {k: v for k, v in schema_of(form).items() if k != "_row"}
    return form, pl.DataFrame(rows, schema=schema)


def as_written(form: Form, table: pl.DataFrame) -> pl.DataFrame:
    """The table as an office writes it: official headers, yuan, Chinese time."""
    made = []
    for f in form.fields:
        column = pl.col(f.name)
        if f.type is Type.MONEY:
            column = column / 100
        if f.type is Type.TIME:
            china = pl.from_epoch(column, "us") + pl.duration(hours=8)
            column = china.dt.strftime("%Y-%m-%d %H:%M").fill_null("")
        made.append(column.alias(f.headers[0]))
    return table.select(made)


def read_back(path: Path, form: Form) -> pl.DataFrame:
    """Read a file of one form and nothing wrong."""
    (sheet,) = read_file(path, form=form.code).sheets
    assert [str(p.what) for p in sheet.problems if p.code != "no_rows"] == []
    assert sheet.refused.height == 0
    return sheet.table.drop("_row")


@_QUIET
@given(tables())
def test_a_workbook_of_a_form_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[Form, pl.DataFrame]
) -> None:
    form, table = made
    path = tmp_path_factory.mktemp("w") / "a.xlsx"
    write_workbook(path, [Sheet(form.title, form.title, as_written(form, table))])
    assert read_back(path, form).equals(table)


@_QUIET
@given(tables())
def test_a_csv_of_a_form_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[Form, pl.DataFrame]
) -> None:
    form, table = made
    path = tmp_path_factory.mktemp("c") / f"{form.title}.csv"
    write_csv(path, as_written(form, table))
    assert read_back(path, form).equals(table)


def _template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.xlsx"
        write_template(path, FORMS[0])
        return path.read_bytes()


GOOD = _template()


def parses_or_is_refused(path: Path) -> None:
    """The only two ways a file may end."""
    with contextlib.suppress(FileRefused):
        assert read_file(path).sheets


@_QUIET
@given(st.sampled_from([".xlsx", ".csv", ".xls", ".txt"]), st.binary(max_size=3_000))
def test_junk_parses_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, junk: bytes
) -> None:
    path = tmp_path_factory.mktemp("j") / f"junk{suffix}"
    path.write_bytes(junk)
    parses_or_is_refused(path)


@_QUIET
@given(st.sampled_from("PKOLE"), st.binary(max_size=2_000))
def test_junk_behind_a_true_beginning_is_refused(
    tmp_path_factory: pytest.TempPathFactory, kind: str, junk: bytes
) -> None:
    head = {
        "P": b"PK\x03\x04",
        "K": b"PK\x05\x06",
        "O": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "L": GOOD[:900],
        "E": b"<",
    }
    path = tmp_path_factory.mktemp("j") / "junk.xlsx"
    path.write_bytes(head[kind] + junk)
    parses_or_is_refused(path)


@_QUIET
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_one_damaged_byte_parses_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, place: int, change: int
) -> None:
    content = bytearray(GOOD)
    content[place] ^= change
    path = tmp_path_factory.mktemp("j") / "a.xlsx"
    path.write_bytes(bytes(content))
    parses_or_is_refused(path)


@_QUIET
@given(
    st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]),
    st.text("<>/=\"' rcvft1AXs&;sheetDataow", max_size=200),
)  # fmt: skip
def test_strange_markup_inside_parses_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, member: str, markup: str
) -> None:
    path = tmp_path_factory.mktemp("j") / "a.xlsx"
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == member:
                half = (
                    content.find(b"<sheetData") if b"<sheetData" in content else len(content) // 2
                )
                content = content[:half] + markup.encode() + content[half:]
            new.writestr(name, content)
    parses_or_is_refused(path)


@_QUIET
@given(
    st.lists(
        st.lists(st.one_of(st.text(max_size=12), st.integers().map(str)), max_size=6), max_size=12
    )
)
def test_any_cells_under_a_header_are_read_or_refused_row_by_row(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("j") / "a.csv"
    header = ["户编号", "户主姓名", "身份证号码", "家庭人口", "村（社区）", "需救助人口"]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *([c.replace("\0", "") for c in r] for r in rows)])
    parses_or_is_refused(path)
