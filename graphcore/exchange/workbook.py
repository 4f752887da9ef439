"""Workbooks: from a checked package to grids, with the sheets that were left out."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import python_calamine as calamine

from graphcore.domain.errors import FileRefused
from graphcore.domain.text import say
from graphcore.exchange.container import refuse
from graphcore.exchange.grid import Grid, fill_merged
from graphcore.exchange.limits import Limits
from graphcore.exchange.package import open_package
from graphcore.exchange.sheetxml import SheetFacts, SheetUnreadable, scan_sheet, sheet_members


@dataclass(frozen=True, slots=True)
class Book:
    """The visible sheets of a file, and the names of the hidden ones."""

    grids: tuple[Grid, ...]
    hidden: tuple[str, ...] = ()


def read_workbook(path: Path, limits: Limits) -> Book:
    """Read every visible sheet.

    Raises:
        FileRefused: unsafe, damaged, or a sheet past the limits.
    """
    with open_package(path, limits) as package:
        facts = _facts(path, package, limits)
    return _read(path, facts)


def _facts(path: Path, package: zipfile.ZipFile, limits: Limits) -> dict[str, SheetFacts]:
    facts = {}
    try:
        for name, member in sheet_members(package).items():
            if "worksheets/" in member.lower():
                facts[name] = scan_sheet(package, member)
                _check_extent(path, name, facts[name], limits)
    except SheetUnreadable as error:
        raise _damaged(path) from error
    return facts


def _damaged(path: Path) -> FileRefused:
    return refuse(path, say("工作簿内部结构不完整。"),
                  say("请用 Excel 打开（按提示修复），另存为新的 .xlsx 后再导入。"))  # fmt: skip


def _check_extent(path: Path, sheet: str, facts: SheetFacts, limits: Limits) -> None:
    if facts.height > limits.rows or facts.height * facts.width > limits.cells:
        raise refuse(path, say("工作表“{sheet}”有 {rows} 行 {columns} 列，超过 {most} 行或 {cells} 格。",
                               sheet=sheet, rows=facts.height, columns=facts.width,
                               most=limits.rows, cells=limits.cells),
                     say("请按乡镇拆成几个文件分别导入；若表格其实很小，请删除远处的空行空列后保存。"))  # fmt: skip


def _read(path: Path, facts: dict[str, SheetFacts]) -> Book:
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            shown, hidden = _names(book)
            grids = [_grid(book, name, facts[name]) for name in shown if name in facts]
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise _damaged(path) from error
    return Book(tuple(grids), tuple(n for n in hidden if n in facts))


def _names(book: Any) -> tuple[list[str], list[str]]:
    visible = calamine.SheetVisibleEnum.Visible
    sheets = book.sheets_metadata
    return [s.name for s in sheets if s.visible == visible], [
        s.name for s in sheets if s.visible != visible
    ]


def _grid(book: Any, name: str, facts: SheetFacts) -> Grid:
    sheet = book.get_sheet_by_name(name)
    rows = sheet.to_python(skip_empty_area=False)
    grid = Grid(
        name, rows, tuple(sheet.merged_cell_ranges or ()), frozenset(facts.hidden),
        frozenset(facts.unsolved), frozenset(facts.broken),
    )  # fmt: skip
    fill_merged(grid)
    return grid
