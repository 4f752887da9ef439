"""Writes dirty sheets: workbooks with hidden rows, and text in GB18030."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from seeds.cells import Cell
from seeds.dirtysheet import DirtySheet, Line
from seeds.files import CREATED


def write_workbook(sheets: Sequence[DirtySheet], path: Path) -> None:
    """Write the sheets into one workbook; the same sheets give the same bytes."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as workbook:
        workbook.set_properties({"created": CREATED})
        day = workbook.add_format({"num_format": "yyyy/m/d"})
        time = workbook.add_format({"num_format": "yyyy/m/d h:mm"})
        for sheet in sheets:
            page = workbook.add_worksheet(sheet.name)
            page.write_string(0, 0, sheet.title)
            for column, header in enumerate(sheet.headers):
                page.write_string(1, column, header)
            for line in sheet.lines:
                _line(page, line, day, time)


def _line(page: Any, line: Line, day: Any, time: Any) -> None:
    row = line.number - 1
    if line.hidden:
        page.set_row(row, None, None, {"hidden": True})
    for column, value in enumerate(line.cells):
        if isinstance(value, datetime):
            page.write_datetime(row, column, value, time)
        elif isinstance(value, date):
            page.write_datetime(row, column, value, day)
        elif isinstance(value, str):
            page.write_string(row, column, value)
        elif value is not None:
            page.write_number(row, column, value)


def write_csv(sheets: Sequence[DirtySheet], path: Path) -> None:
    """Write one sheet as GB18030 text, title line first, as older systems export it."""
    (sheet,) = sheets
    with path.open("w", encoding="gb18030", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([sheet.title])
        writer.writerow(sheet.headers)
        writer.writerows([_plain(v) for v in line.cells] for line in sheet.lines)


def _plain(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value)
