"""The rows that were not imported, as a file to correct and import again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from graphcore.domain.rows import RowProblem, Severity
from graphcore.domain.text import Translate
from graphcore.exchange.export import EPOCH, neutral
from graphcore.exchange.grid import Grid, Raw
from graphcore.exchange.limits import DEFAULT_LIMITS, Limits
from graphcore.exchange.names import sheet_names
from graphcore.exchange.parsed import ParsedFile, ParsedSheet
from graphcore.exchange.reader import open_book

PROBLEM_HEADER = "问题"  # the reader knows it and does not read it
_EXACT = 10**15


def write_bad_rows(
    file: ParsedFile, out: Path, bad: frozenset[tuple[str, int]], problems: Sequence[RowProblem], *,
    limits: Limits = DEFAULT_LIMITS, translate: Translate = str,
) -> None:  # fmt: skip
    """Write the bad rows as the user wrote them, header above, what is wrong in a last column.

    Everything down to the header stays in its place, so that the same form or mapping reads the
    corrected file. ``bad`` holds (sheet, 1-based row).

    Raises:
        FileRefused: the file cannot be opened any more.
    """
    grids = {g.sheet: g for g in open_book(file.path, limits).grids}
    said = _said(problems, translate)
    sheets = [s for s in file.sheets if any(name == s.sheet for name, _ in bad)]
    out.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(out), {"in_memory": True}) as book:
        book.set_properties({"created": EPOCH})
        pen = _Pen(book)
        for sheet, name in zip(sheets, sheet_names([s.sheet for s in sheets]), strict=True):
            rows = sorted(row for which, row in bad if which == sheet.sheet)
            _write_sheet(book.add_worksheet(name), pen, grids[sheet.sheet], sheet, rows, said)


def _said(problems: Sequence[RowProblem], translate: Translate) -> dict[tuple[str, int], str]:
    lines = defaultdict(list)
    for p in sorted(problems, key=lambda p: p.severity is not Severity.ERROR):
        where = f"{p.column}：" if p.column else ""
        text = f"{where}{p.what.render(translate)}{p.advice.render(translate)}"
        lines[p.sheet, p.row].append(text)
    return {place: "\n".join(texts) for place, texts in lines.items()}


def _write_sheet(
    page: Any, pen: _Pen, grid: Grid, sheet: ParsedSheet, rows: Sequence[int],
    said: dict[tuple[str, int], str],
) -> None:  # fmt: skip
    first, last = sheet.header_rows
    width = max(len(grid.rows[r - 1]) for r in (*range(1, last + 1), *rows))
    for row in range(last):
        pen.row(page, row, grid.rows[row], bold=row >= first - 1)
    page.write_string(last - 1, width, PROBLEM_HEADER, pen.bold)
    for n, row in enumerate(rows, start=last):
        pen.row(page, n, grid.rows[row - 1], bold=False)
        page.write_string(n, width, neutral(said.get((sheet.sheet, row), "")), pen.wrap)
    page.set_column(0, max(0, width - 1), 14)
    page.set_column(width, width, 60)
    page.freeze_panes(last, 0)


class _Pen:
    """Writes cells as they were: numbers as numbers, codes as text, dates as dates."""

    def __init__(self, book: Any) -> None:
        self.bold = book.add_format({"bold": True, "border": 1, "text_wrap": True})
        self.wrap = book.add_format({"text_wrap": True, "font_color": "#B00000", "valign": "top"})
        self.text = book.add_format({"num_format": "@"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd"})
        self.time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def row(self, page: Any, row: int, cells: Sequence[Raw], *, bold: bool) -> None:
        for column, value in enumerate(cells):
            if value != "":
                self._cell(page, row, column, value, bold=bold)

    def _cell(self, page: Any, row: int, column: int, value: Raw, *, bold: bool) -> None:
        if isinstance(value, bool):
            page.write_boolean(row, column, value)
        elif isinstance(value, int | float) and abs(value) < _EXACT:
            page.write_number(row, column, value)
        elif isinstance(value, datetime):
            page.write_datetime(row, column, value, self.time)
        elif isinstance(value, date):
            page.write_datetime(row, column, value, self.date)
        elif isinstance(value, time):
            page.write_string(row, column, value.isoformat(), self.text)
        else:
            page.write_string(row, column, neutral(str(value)), self.bold if bold else self.text)
