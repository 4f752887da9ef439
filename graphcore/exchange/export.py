"""Tables out: workbooks to print and sign, CSV to check by other means."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from graphcore.exchange.names import sheet_names

EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 -- xlsxwriter wants no zone; fixed, so that bytes repeat
A4 = 9
LANDSCAPE_FROM = 7  # columns
SIGN_HEADERS = frozenset(
    {"签收", "签名", "签字", "领取人签字", "排查人签字", "signature", "signed", "sign"}
)
_SIGN_WIDTH, _LEAST_WIDTH, _MOST_WIDTH = 16, 6, 40
_SHORT_HEAD = 10  # columns of a header that never breaks
_SAMPLE = 2_000
_SIGN_HEIGHT, _LINE_HEIGHT = 26, 16  # points
_LANDSCAPE_CHARS, _PORTRAIT_CHARS, _LEAST_SCALE = 92, 62, 40  # A4 at font size 10
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_EXACT = 10**15  # a spreadsheet keeps fifteen digits


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet to print: its tab, its title row, its table (column names are the header).

    ``page_by`` names a column: where its value changes, a new page begins ("" = no such column).
    ``foot`` stands at the foot of every page, beside its number; 200 characters at most.
    """

    name: str
    title: str
    table: pl.DataFrame
    page_by: str = ""
    foot: str = ""


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write sheets set up for A4: title, header repeated on each page, frozen, filtered, bordered.

    A column called 签收 is left wide and its rows high enough to sign in. Text that a spreadsheet
    could take for a formula is stored as text and neutralised (`neutral`). The same sheets give
    the same bytes.
    """
    options = {
        "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "in_memory": True,
    }  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": EPOCH})
        styles = _styles(book)
        for name, sheet in zip(sheet_names([s.name for s in sheets]), sheets, strict=True):
            _write_sheet(book.add_worksheet(name), sheet, styles)


def _styles(book: Any) -> dict[str, Any]:
    cell = {"border": 1, "valign": "vcenter", "font_size": 10}
    return {
        "title": book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}),
        "header": book.add_format({**cell, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#E7EEF5"}),
        "text": book.add_format({**cell, "text_wrap": True, "num_format": "@", "indent": 1}),
        "number": book.add_format({**cell, "num_format": "0", "align": "right", "indent": 1}),
        "decimal": book.add_format({**cell, "num_format": "0.00####", "align": "right", "indent": 1}),
        "date": book.add_format({**cell, "num_format": "yyyy-mm-dd"}),
        "time": book.add_format({**cell, "num_format": "yyyy-mm-dd hh:mm"}),
    }  # fmt: skip


def _write_sheet(page: Any, sheet: Sheet, styles: dict[str, Any]) -> None:
    table = sheet.table
    width, height = max(1, table.width), table.height
    _write_title(page, sheet.title, width, styles["title"])
    for column, name in enumerate(table.columns):
        page.write_string(1, column, neutral(name), styles["header"])
        page.set_column(column, column, _width(name, table[name]))
        for row, value in enumerate(table[name].to_list(), start=2):
            _write_value(page, row, column, value, styles)
    sign = any(c.lower() in SIGN_HEADERS for c in table.columns)
    least = _SIGN_HEIGHT if sign else _LINE_HEIGHT
    page.set_default_row(least)
    for row, lines in enumerate(_wrapped(table), start=2):
        if lines * _LINE_HEIGHT > least:
            page.set_row(row, lines * _LINE_HEIGHT)
    page.set_row(0, 30)
    if any(display_width(c) + 2 > _width(c, table[c]) for c in table.columns):
        page.set_row(1, 2 * _LINE_HEIGHT)
    page.freeze_panes(2, 0)
    if table.width:
        page.autofilter(1, 0, 1 + height, width - 1)
    _set_up_print(page, width, height, sheet.foot)
    if sheet.page_by and height:
        _break_pages(page, table, sheet.page_by)


def _wrapped(table: pl.DataFrame) -> list[int]:
    """Return the lines that each row's longest text takes at its column's width."""
    lines = [1] * table.height
    for name, column in zip(table.columns, table.get_columns(), strict=True):
        if column.dtype == pl.String():
            room = _width(name, column) - 2
            for row, text in enumerate(column.to_list()):
                lines[row] = max(lines[row], -(-display_width(text or "") // room))
    return lines


def _break_pages(page: Any, table: pl.DataFrame, column: str) -> None:
    """Begin a page at each new value; a fixed scale, since fitting to a page ignores breaks."""
    changes = table.select((pl.col(column) != pl.col(column).shift()).arg_true()).to_series()
    page.set_h_pagebreaks([2 + row for row in changes.to_list() if row])
    widths = sum(_width(name, table[name]) for name in table.columns)
    room = _LANDSCAPE_CHARS if table.width >= LANDSCAPE_FROM else _PORTRAIT_CHARS
    page.set_print_scale(max(_LEAST_SCALE, min(100, 100 * room // max(1, widths))))


def _write_title(page: Any, title: str, width: int, style: Any) -> None:
    if width > 1:
        page.merge_range(0, 0, 0, width - 1, neutral(title), style)
    else:
        page.write_string(0, 0, neutral(title), style)


def _set_up_print(page: Any, width: int, height: int, foot: str) -> None:
    page.set_paper(A4)
    if width >= LANDSCAPE_FROM:
        page.set_landscape()
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page.repeat_rows(0, 1)
    page.fit_to_pages(1, 0)
    page.print_area(0, 0, 1 + height, width - 1)
    page.center_horizontally()
    told = foot.replace("&", "&&")  # one & begins a code
    page.set_footer(f"&L{told}&R&P / &N" if told else "&C&P / &N")


def _write_value(page: Any, row: int, column: int, value: object, styles: dict[str, Any]) -> None:
    if value is None or value == "":
        page.write_blank(row, column, None, styles["text"])
    elif isinstance(value, bool):
        page.write_string(row, column, "是" if value else "否", styles["text"])
    elif isinstance(value, int) and abs(value) < _EXACT:
        page.write_number(row, column, value, styles["number"])
    elif isinstance(value, float) and value - value == 0:
        page.write_number(row, column, value, styles["decimal"])
    elif isinstance(value, datetime):
        page.write_datetime(row, column, value.replace(tzinfo=None), styles["time"])
    elif isinstance(value, date):
        page.write_datetime(row, column, value, styles["date"])
    else:
        page.write_string(row, column, neutral(_text(value)), styles["text"])


def _text(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def neutral(text: str) -> str:
    """Return text that no spreadsheet runs: an apostrophe before = + - @, tab and carriage return.

    A number written as text stays as it is, so ``-3.5`` is still a number to whoever reads it.
    """
    if not text.startswith(_DANGEROUS) or _is_number(text):
        return text
    return f"'{text}"


def _is_number(text: str) -> bool:
    bare = text[1:]
    return (
        text[0] in "+-"
        and bare.replace(".", "", 1).isascii()
        and bare.replace(".", "", 1).isdigit()
    )


def display_width(text: str) -> int:
    """Width in columns of a monospaced font: Chinese characters count double."""
    return max(
        (
            sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line)
            for line in text.split("\n")
        ),
        default=0,
    )


def _width(name: str, column: pl.Series) -> int:
    texts = ["" if v is None else _text(v) for v in column.head(_SAMPLE).to_list()]
    head = display_width(name)  # a long one may take two lines
    head = head if head <= _SHORT_HEAD else -(-head // 2) + 1
    widest = max(head, *map(display_width, texts), 0) + 3
    least = _SIGN_WIDTH if name.lower() in SIGN_HEADERS else _LEAST_WIDTH
    return min(_MOST_WIDTH, max(least, widest))


def write_csv(path: Path, table: pl.DataFrame) -> None:
    """Write a table as UTF-8 without a byte order mark, comma separated, CRLF.

    These files are for programs, and a mark would become part of the first column's name in most
    of them; people get the workbook. Text cells are neutralised as in workbooks; lists are joined
    by ``、``; empty is empty.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([neutral(c) for c in table.columns])
    writer.writerows([_csv_cell(v) for v in row] for row in table.iter_rows())
    path.write_bytes(out.getvalue().encode("utf-8"))


def _csv_cell(value: object) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return neutral(_text(value))
