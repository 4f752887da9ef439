"""The Excel files that the offices of a district would send, written from its frames."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from graphcore.exchange.forms.catalogue import BY_CODE, Field, Form, Type
from seeds.cells import Cell, cell
from seeds.generate.district import District
from seeds.layout import AUTUMN, BOOKS, Book, Sheet, parts

CREATED = datetime(2026, 7, 1, 12, 0)  # noqa: DTZ001 -- written into the file, so that bytes repeat
_WIDTHS = {Type.ID_NUMBER: 20, Type.TIME: 17, Type.DATE: 12, Type.CHOICES: 20, Type.COUNT: 10}
_WIDE = {"address": 22, "name": 22, "code": 18, "purpose": 18, "donor": 26, "owner": 20}
_TITLE_ROW, _HEADER_ROW = 0, 1


def write_files(district: District, folder: Path) -> list[Path]:
    """Write the district's files and return their paths, in the order of their numbers.

    The same district gives the same bytes.
    """
    return _written(district, BOOKS, folder)


def write_autumn(district: District, folder: Path) -> list[Path]:
    """Write what the townships send in the autumn: the winter–spring survey; return the paths."""
    return _written(district, AUTUMN, folder)


def _written(district: District, books: tuple[Book, ...], folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(district, book, folder / book.file) for book in books]


def _write(district: District, book: Book, path: Path) -> Path:
    options = {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        workbook.set_properties(
            {"created": CREATED, "author": f"{district.name}{book.office}（合成）"}
        )
        style = _styles(workbook)
        for sheet in book.sheets:
            form = BY_CODE[sheet.form]
            for name, table in parts(sheet, district[sheet.form]):
                part = name if sheet.split else ""
                page = _Page(workbook.add_worksheet(name), form, sheet, style)
                page.fill(f"{district.name}{part}{form.title}", table)
    return path


def _styles(workbook: Any) -> dict[str, Any]:
    edge = {"border": 1, "font_name": "宋体", "font_size": 11}
    return {
        "title": workbook.add_format({"bold": True, "font_size": 16, "align": "center"}),
        "header": workbook.add_format(edge | {"bold": True, "align": "center", "text_wrap": True}),
        "plain": workbook.add_format(edge),
        "merged": workbook.add_format(edge | {"valign": "vcenter"}),
        Type.DATE.value: workbook.add_format(edge | {"num_format": "yyyy-mm-dd"}),
        Type.TIME.value: workbook.add_format(edge | {"num_format": "yyyy-mm-dd hh:mm"}),
        Type.MONEY.value: workbook.add_format(edge | {"num_format": "#,##0.00"}),
        Type.ID_NUMBER.value: workbook.add_format(edge | {"num_format": "@"}),
    }


class _Page:
    """Writes one sheet: title, headers, rows, total, note."""

    def __init__(self, page: Any, form: Form, sheet: Sheet, style: dict[str, Any]) -> None:
        self._page, self._form, self._sheet, self._style = page, form, sheet, style

    def fill(self, title: str, table: pl.DataFrame) -> None:
        last = len(self._form.fields) - 1
        self._page.merge_range(_TITLE_ROW, 0, _TITLE_ROW, max(1, last), title, self._style["title"])
        for column, field in enumerate(self._form.fields):
            self._page.set_column(column, column, _width(field))
            self._page.write_string(_HEADER_ROW, column, field.headers[0], self._style["header"])
        self._page.freeze_panes(_HEADER_ROW + 1, 0)
        end = _HEADER_ROW + 1 + table.height
        for column, field in enumerate(self._form.fields):
            self._column(column, field, table[field.name].to_list())
        end = self._total(table, end)
        if self._sheet.note:
            self._page.write_string(end, 0, self._sheet.note)

    def _column(self, column: int, field: Field, values: list[object]) -> None:
        if field.name == self._sheet.merge:
            self._merged(column, values)
            return
        style = self._style.get(field.type.value, self._style["plain"])
        for row, value in enumerate(values, start=_HEADER_ROW + 1):
            self._put(row, column, cell(field, value), style)

    def _put(self, row: int, column: int, value: Cell, style: Any) -> None:
        if value is None:
            self._page.write_blank(row, column, None, style)
        elif isinstance(value, date):
            self._page.write_datetime(row, column, value, style)
        elif isinstance(value, str):
            self._page.write_string(row, column, value, style)
        else:
            self._page.write_number(row, column, value, style)

    def _merged(self, column: int, values: list[object]) -> None:
        """Equal neighbours share one cell, as offices write a township's name."""
        start = 0
        for stop in range(1, len(values) + 1):
            if stop < len(values) and values[stop] == values[start]:
                continue
            first, last = start + _HEADER_ROW + 1, stop + _HEADER_ROW
            if first == last:
                self._put(first, column, str(values[start]), self._style["merged"])
            else:
                self._page.merge_range(
                    first, column, last, column, str(values[start]), self._style["merged"]
                )
            start = stop

    def _total(self, table: pl.DataFrame, row: int) -> int:
        if not self._sheet.total:
            return row
        self._page.write_string(row, 0, "合计", self._style["header"])
        for column, field in enumerate(self._form.fields):
            if field.name in self._sheet.total:
                style = self._style.get(field.type.value, self._style["plain"])
                self._put(row, column, cell(field, int(table[field.name].sum())), style)
        return row + 1


def _width(field: Field) -> int:
    return _WIDE.get(field.name, _WIDTHS.get(field.type, 13))
