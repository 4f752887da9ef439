"""Real files for the tests: written by openpyxl, or as raw packages where it would not do it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from openpyxl import Workbook

from graphcore.domain.rows import RowProblem, Severity
from graphcore.exchange.reader import ParsedFile, ParsedSheet, read_file

LEDGER = (
    "户编号",
    "户主姓名",
    "身份证号码",
    "家庭人口",
    "乡镇",
    "村（社区）",
    "需救助人口",
    "救助资金（元）",
)
VALID_ID, OTHER_ID = "11010519491231002X", "440524188001010014"


def person(code: str | None = "H1", **said: Any) -> list[Any]:
    """One good ledger row, by header; what is said replaces its cell."""
    row = dict(zip(LEDGER, (code, "王小明", VALID_ID, 3, "清河镇", "河东村", 2, 100), strict=True))
    assert set(said) <= set(row), said
    return list({**row, **said}.values())


def book(
    path: Path, rows: Iterable[Sequence[Any]], *, sheet: str = "台账", merge: Sequence[str] = (),
    hide: Sequence[int] = (), more: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    hidden_sheets: Sequence[str] = (),
) -> Path:  # fmt: skip
    """Write a workbook; ``merge`` are ranges, ``hide`` rows of the first sheet."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, content in {sheet: list(rows), **(more or {})}.items():
        page = made.create_sheet(name)
        for row in content:
            page.append(list(row))
        if name in hidden_sheets:
            page.sheet_state = "hidden"
    first = made.worksheets[0]
    for span in merge:
        first.merge_cells(span)
    for number in hide:
        first.row_dimensions[number].hidden = True
    made.save(path)
    return path


def one(path: Path, **options: Any) -> ParsedSheet:
    """Read a file of one sheet."""
    (sheet,) = read_file(path, **options).sheets
    return sheet


def ledger(
    folder: Path, *rows: Sequence[Any], header: Sequence[str] = LEDGER, **options: Any
) -> ParsedSheet:
    """Write rows under the ledger's header and read them."""
    return one(book(folder / "台账.xlsx", [header, *rows], **options))


def cell(folder: Path, header: str, value: Any) -> tuple[ParsedSheet, list[RowProblem]]:
    """Read one ledger row of which one cell is given; return its own problems too."""
    sheet = ledger(folder, person(**{header: value}))
    return sheet, [p for p in sheet.problems if p.column == header]


def codes(sheet: ParsedSheet, severity: Severity | None = None) -> list[str]:
    """Codes of a sheet's problems."""
    return [p.code for p in sheet.problems if severity in (None, p.severity)]


def told(file: ParsedFile) -> str:
    """Everything that a file's problems say."""
    problems = [p for s in file.sheets for p in s.problems]
    return "\n".join(f"{p.sheet} {p.column} {p.what} {p.advice}" for p in problems)


def only(sheet: ParsedSheet, column: str) -> Any:
    """The value of a sheet's only row, good or refused."""
    return pl.concat([sheet.table, sheet.refused])[column].to_list()[0]


def repack(path: Path, changes: Mapping[str, bytes], out: Path) -> Path:
    """Copy a package with some members replaced or added."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            new.writestr(name, content)
    return out


def first_sheet(path: Path) -> bytes:
    """The XML of a workbook's first sheet."""
    with zipfile.ZipFile(path) as package:
        return package.read("xl/worksheets/sheet1.xml")
