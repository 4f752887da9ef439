"""Tables as text: encoding, separator, records."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from graphcore.domain.text import say
from graphcore.exchange.container import refuse
from graphcore.exchange.grid import Grid, Raw
from graphcore.exchange.limits import Limits
from graphcore.exchange.workbook import Book

_SEPARATORS = (",", "\t", ";")
_SAMPLE = 40
_FIELD_MOST = 32_767  # what a cell of Excel holds
_CONTROL_FEW, _CONTROL_MOST = 3, 0.02


def read_text(path: Path, limits: Limits) -> Book:
    """Read a .csv in UTF-8, UTF-16 (with its mark) or GB18030; comma, tab or semicolon.

    Rows are counted as a spreadsheet counts them: a quoted line break does not begin a new row.

    Raises:
        FileRefused: another encoding, not text, or past the limits.
    """
    text = _decode(path, path.read_bytes())
    return Book((Grid(path.stem, _records(path, text, limits)),))


def _decode(path: Path, raw: bytes) -> str:
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeError:
            continue
        if "\x00" not in text and _looks_written(text[:100_000]):
            return text
    raise refuse(path, say("文件的编码不是 UTF-8 或 GB18030，或者不是文本。"),
                 say("请用 Excel 打开，另存为“CSV UTF-8（逗号分隔）”或 .xlsx 后再导入。"))  # fmt: skip


def _looks_written(text: str) -> bool:
    control = sum(c < " " and c not in "\t\r\n\x0b\x0c" for c in text)
    return control <= max(_CONTROL_FEW, _CONTROL_MOST * len(text))


def _records(path: Path, text: str, limits: Limits) -> list[list[Raw]]:
    separator = _separator(text)
    rows: list[list[Raw]] = []
    cells = 0
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            cells += len(record)
            if len(rows) >= limits.rows or cells > limits.cells:
                raise refuse(path, say("表格超过 {most} 行或 {cells} 格。", most=limits.rows,
                                       cells=limits.cells),
                             say("请按乡镇拆成几个文件分别导入。"))  # fmt: skip
            rows.append([_unquoted(c) for c in record])
    except csv.Error as error:
        raise refuse(path, say("第 {row} 行之后读不下去：引号不成对，或一格内容过长。", row=len(rows)),
                     say("请用 Excel 打开检查该行，另存为 .xlsx 后再导入。")) from error  # fmt: skip
    return rows


def _separator(text: str) -> str:
    """The separator that cuts the first lines into most cells."""
    sample = text[: _SAMPLE * 1_000].splitlines(keepends=True)[:_SAMPLE]

    def cells(separator: str) -> int:
        try:
            return sum(len(r) - 1 for r in csv.reader(sample, delimiter=separator))
        except csv.Error:
            return 0

    return max(_SEPARATORS, key=cells)


def _unquoted(cell: str) -> str:
    """``="0123"`` is how programs keep Excel from dropping zeros."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell
