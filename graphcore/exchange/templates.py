"""Forms to fill in: the statutory layout, empty or with the last figures, ready to be imported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from graphcore.domain.clock import moment
from graphcore.exchange.choices import allowed
from graphcore.exchange.export import A4, EPOCH, LANDSCAPE_FROM, display_width, neutral
from graphcore.exchange.forms.catalogue import Field, Form, Type
from graphcore.exchange.names import sheet_names

FEN = 100  # of a yuan
ROWS = 1_000  # rows that have formats and drop-down lists
_LIST_MOST = 255  # characters of a drop-down list
_MOST_ACROSS = 14  # columns that are still legible on a page
_MOST_COUNT, _HEADER_HEIGHT = 14, 48  # characters, points: three lines of a long header
_WIDTHS = {Type.TIME: 18, Type.DATE: 14, Type.ID_NUMBER: 21, Type.CHOICES: 24}
_NOTES = "填表说明"
_HOW = {
    Type.TEXT: "文字", Type.COUNT: "整数，不小于 0", Type.NUMBER: "数", Type.MONEY: "金额，单位元",
    Type.DATE: "日期，如 2026-07-01", Type.TIME: "北京时间，如 2026-07-01 14:30",
    Type.CHOICE: "选一项", Type.CHOICES: "可写多项，用顿号分开", Type.FLAG: "是或否",
    Type.PLACE: "名称或行政区划代码", Type.ID_NUMBER: "18 位身份证号码，文本格式；没有可空",
}  # fmt: skip


def write_template(path: Path, form: Form, filled: pl.DataFrame | None = None) -> None:
    """Write a form to fill in: title, header (required columns starred), notes, drop-down lists.

    ``filled`` holds rows that stand in it already, by field (values as the reader gives them;
    fields that it lacks stay empty). The reader takes it for the form, with those rows. The same
    form and rows give the same bytes.
    """
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        book.set_properties({"created": EPOCH})
        name, notes = sheet_names([form.title, _NOTES])
        page = book.add_worksheet(name)
        _write_form(book, page, form)
        if filled is not None:
            _fill(book, page, form, filled)
        _write_notes(book, book.add_worksheet(notes), form)


def write_forms(path: Path, filled: Sequence[tuple[Form, pl.DataFrame]]) -> None:
    """Write a workbook of filled forms, a sheet each, with a row of totals below.

    The reader takes each sheet for its form. The same forms and rows give the same bytes.
    """
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        book.set_properties({"created": EPOCH})
        names = sheet_names([form.title for form, _ in filled])
        for name, (form, rows) in zip(names, filled, strict=True):
            page = book.add_worksheet(name)
            _write_form(book, page, form)
            _fill(book, page, form, rows)
            _total(book, page, form, rows)


def _write_form(book: Any, page: Any, form: Form) -> None:
    across = -(-len(form.fields) // _MOST_ACROSS)
    side = "left" if across > 1 else "center"  # centred it would stand on a later page
    title = book.add_format({"bold": True, "font_size": 16, "align": side, "valign": "vcenter"})
    header = {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
    optional, needed = book.add_format(header), book.add_format({**header, "font_color": "#B00000"})
    text = book.add_format({"num_format": "@"})
    page.merge_range(0, 0, 0, len(form.fields) - 1, form.title, title)
    page.set_row(0, 30)
    page.set_row(1, _HEADER_HEIGHT)
    for n, f in enumerate(form.fields):
        page.write_string(1, n, header_of(f), needed if f.required else optional)
        page.set_column(n, n, _width_of(f), None if _is_number(f) else text)
        _validate(page, n, f)
    page.freeze_panes(2, 0)
    page.set_paper(A4)
    if len(form.fields) >= LANDSCAPE_FROM:
        page.set_landscape()
    page.hide_gridlines(0)  # printed too: a form is filled in by hand as well
    page.repeat_rows(0, 1)
    if across > 1:
        page.repeat_columns(0)  # whose row it is, on each page
    page.fit_to_pages(across, 0)


def _width_of(field: Field) -> int:
    """Return a column's width: long headers of counts are wrapped, values are seen whole."""
    title = display_width(field.headers[0]) + 4
    return _WIDTHS.get(field.type) or max(
        10, min(title, _MOST_COUNT) if _is_number(field) else title
    )


def _fill(book: Any, page: Any, form: Form, rows: pl.DataFrame) -> None:
    """Write the rows under the header."""
    time = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for n, field in enumerate(form.fields):
        values = rows[field.name].to_list() if field.name in rows.columns else []
        for row, value in enumerate(values, start=2):
            if field.type is Type.TIME and value:
                page.write_datetime(row, n, moment(value).replace(tzinfo=None), time)
            else:
                _put(page, row, n, _as_cell(field, value))


def _put(page: Any, row: int, column: int, value: str | float | None) -> None:
    if isinstance(value, str):
        page.write_string(row, column, neutral(value))
    elif value is not None:
        page.write_number(row, column, value)


def _as_cell(field: Field, value: Any) -> str | float | None:
    """Return what an office would write: a choice's first word, money in yuan, 是 or 否."""
    if value is None or value in ("", []):
        return None
    if field.type is Type.FLAG:
        return "是" if value else None
    if field.type is Type.MONEY:
        return int(value) / FEN
    if field.type is Type.CHOICES:
        return "、".join((field.choices or {})[v][0] for v in value)
    if field.type is Type.CHOICE:
        return str((field.choices or {})[value][0])
    return value if isinstance(value, int | float) else str(value)


def _total(book: Any, page: Any, form: Form, rows: pl.DataFrame) -> None:
    """Write a last row that adds up counts and money."""
    last, bold = 2 + rows.height, book.add_format({"bold": True})
    page.write_string(last, 0, "合计", bold)
    for n, field in enumerate(form.fields):
        if field.type in (Type.COUNT, Type.MONEY) and field.name in rows.columns and n:
            total = int(rows[field.name].sum())
            page.write_number(last, n, total / FEN if field.type is Type.MONEY else total, bold)


def header_of(f: Field) -> str:
    """Return a field's header in a form to fill in: the official one, starred where required."""
    return f"{f.headers[0]}*" if f.required else f.headers[0]


def _is_number(f: Field) -> bool:
    return f.type in (Type.COUNT, Type.NUMBER, Type.MONEY)


def _validate(page: Any, column: int, f: Field) -> None:
    words = {Type.FLAG: ["是", "否"], Type.CHOICE: [w[0] for w in (f.choices or {}).values()]}.get(
        f.type
    )
    if words and len(",".join(words)) <= _LIST_MOST:
        page.data_validation(2, column, 1 + ROWS, column, {"validate": "list", "source": words})
    elif f.type is Type.COUNT:
        most = f.most if f.most is not None else 10**9
        rule = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": most,
                "error_type": "warning"}  # fmt: skip
        page.data_validation(2, column, 1 + ROWS, column, rule)


def _write_notes(book: Any, page: Any, form: Form) -> None:
    bold = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 80)
    page.write_string(0, 0, f"填写《{form.title}》", bold)
    page.write_string(1, 0, "带 * 的列必填。")
    for n, f in enumerate(form.fields, start=2):
        page.write_string(n, 0, f.headers[0])
        page.write_string(n, 1, _note(f), wrap)


def _note(f: Field) -> str:
    parts = [_HOW[f.type]]
    if f.choices:
        parts.append(f"可填：{allowed(f)}")
    if f.most is not None:
        parts.append(f"上限 {f.most}")
    if len(f.headers) > 1:
        parts.append(f"表头也可写：{'、'.join(f.headers[1:])}")
    return "；".join(parts) + "。"
