"""What was wrong, in the user's own table: a marked copy, and the bad rows to correct."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from graphcore.domain.rows import RowProblem, Severity
from graphcore.domain.text import Translate
from graphcore.exchange.badrows import write_bad_rows
from graphcore.exchange.container import Kind, kind_of
from graphcore.exchange.export import neutral
from graphcore.exchange.grid import Grid
from graphcore.exchange.limits import DEFAULT_LIMITS, Limits
from graphcore.exchange.located import locate
from graphcore.exchange.names import sheet_names
from graphcore.exchange.reader import open_book
from graphcore.exchange.words import text_of

__all__ = ["REPORT_SHEET", "write_bad_rows", "write_marked_copy"]

REPORT_SHEET = "逐行说明"
_FILLS = {
    Severity.ERROR: PatternFill("solid", start_color="FFFF9999"),
    Severity.WARNING: PatternFill("solid", start_color="FFFFF2A8"),
}
_NAMES = {Severity.ERROR: "错误", Severity.WARNING: "提醒"}
_HEADERS = ("工作表", "行", "列", "程度", "问题", "怎么办")
_WIDTHS = (18, 8, 22, 8, 48, 60)
NOTES_MOST = 5_000  # notes slow Excel down; every problem is on the report sheet anyway


def write_marked_copy(
    path: Path, problems: Sequence[RowProblem], out: Path, *,
    limits: Limits = DEFAULT_LIMITS, translate: Translate = str, notes_most: int = NOTES_MOST,
) -> None:  # fmt: skip
    """Write a copy of the user's own file with its bad cells marked.

    Errors are red, warnings yellow, with a note on the first ``notes_most`` of a sheet (errors
    before warnings); the first sheet, 逐行说明, lists them all.
    Merged cells, formulas and drop-down lists of a workbook stay; a .csv becomes a workbook.

    Raises:
        FileRefused: the file cannot be opened.
    """
    grids = open_book(path, limits).grids
    copy = _copy(path, grids, limits)
    for grid, name in zip(grids, _pages(copy, grids), strict=True):
        mine = [p for p in problems if p.sheet == grid.sheet and p.row]
        if mine:
            cells = _located(copy[name], grid, mine, limits)
            _mark(cells, translate, notes_most)
    _add_report(copy, problems, translate)
    out.parent.mkdir(parents=True, exist_ok=True)
    copy.save(out)


def _copy(path: Path, grids: Sequence[Grid], limits: Limits) -> Workbook:
    """The workbook itself; a plain one of its cells where openpyxl cannot read what we can."""
    if kind_of(path, limits) is Kind.TEXT:
        return _as_workbook(grids)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # features that it leaves out of the copy
            return load_workbook(path)
    except Exception:  # noqa: BLE001 -- it raises anything on markup that it does not expect
        return _as_workbook(grids)


def _as_workbook(grids: Sequence[Grid]) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for grid, name in zip(grids, sheet_names([g.sheet for g in grids]), strict=True):
        page = book.create_sheet(name)
        for row in grid.rows:
            page.append([neutral(text_of(c)) for c in row])
    return book


def _pages(copy: Workbook, grids: Sequence[Grid]) -> list[str]:
    """Names of the copy's sheets, one a grid; a .csv's own name may be none that Excel takes."""
    wanted = [g.sheet for g in grids]
    return wanted if all(w in copy.sheetnames for w in wanted) else copy.sheetnames


def _located(
    page: Worksheet, grid: Grid, problems: Sequence[RowProblem], limits: Limits
) -> list[tuple[Cell, RowProblem]]:
    """The cell of each problem, errors first."""
    _, columns = locate(grid, {p.column for p in problems}, limits.header_within)
    ordered = sorted(problems, key=lambda p: p.severity is Severity.WARNING)
    return [(_cell(page, p.row, columns.get(p.column, 0) + 1), p) for p in ordered]


def _mark(cells: Sequence[tuple[Cell, RowProblem]], translate: Translate, notes_most: int) -> None:
    for cell, problem in reversed(cells):  # errors paint last
        cell.fill = _FILLS[problem.severity]
    for cell, problem in cells[:notes_most]:
        _comment(cell, problem, translate)


def _cell(page: Worksheet, row: int, column: int) -> Cell:
    """The cell, or the first of the merged range that it lies in."""
    cell = page.cell(row, column)
    if isinstance(cell, MergedCell):
        for span in page.merged_cells.ranges:
            if cell.coordinate in span:
                cell = page.cell(span.min_row, span.min_col)
    assert isinstance(cell, Cell)
    return cell


def _comment(cell: Cell, problem: RowProblem, translate: Translate) -> None:
    said = f"{problem.what.render(translate)}\n{problem.advice.render(translate)}"
    before = f"{cell.comment.text}\n" if cell.comment else ""
    cell.comment = Comment(before + said, "Doudi", height=120, width=320)


def _add_report(book: Workbook, problems: Sequence[RowProblem], translate: Translate) -> None:
    name = sheet_names([*book.sheetnames, translate(REPORT_SHEET)])[-1]
    page = book.create_sheet(name, 0)
    page.append([translate(h) for h in _HEADERS])
    for cell in page[1]:
        cell.font = Font(bold=True)
    for row, p in enumerate(problems, start=2):
        page.append([
            neutral(p.sheet), p.row or "", neutral(p.column), translate(_NAMES[p.severity]),
            neutral(p.what.render(translate)), neutral(p.advice.render(translate)),
        ])  # fmt: skip
        page.cell(row, 4).fill = _FILLS[p.severity]
    for n, width in enumerate(_WIDTHS, start=1):
        page.column_dimensions[get_column_letter(n)].width = width
    for cells in page.iter_rows(min_row=2, min_col=5, max_col=6):
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    book.active = 0
