"""A file of people's own making, in; typed rows and what is wrong with them, out."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from graphcore.domain.errors import FileRefused, InputError
from graphcore.domain.rows import RowProblem, Severity
from graphcore.domain.text import Text, say
from graphcore.exchange import mapped
from graphcore.exchange.container import Kind, kind_of, refuse
from graphcore.exchange.detect import Unlike, forms_for, recognise
from graphcore.exchange.duplicates import Seen
from graphcore.exchange.forms.catalogue import BY_CODE
from graphcore.exchange.grid import Grid
from graphcore.exchange.headers import Match
from graphcore.exchange.limits import DEFAULT_LIMITS, Limits
from graphcore.exchange.mapping import TableMapping, wrong
from graphcore.exchange.parsed import ParsedFile, ParsedSheet
from graphcore.exchange.sheets import NO_EXTRAS, Extras, parse_sheet
from graphcore.exchange.textfile import read_text
from graphcore.exchange.workbook import Book, read_workbook

__all__ = ["ParsedFile", "ParsedSheet", "open_book", "read_file"]


def read_file(
    path: Path,
    *,
    form: str | None = None,
    mapping: TableMapping | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFile:
    """Read every sheet that is a known form, or that the mapping describes.

    Args:
        path: an .xlsx or .csv file.
        form: code of the form; without it each sheet's header tells.
        mapping: for any other table; its form counts then.
        limits: how large a file is opened at all.

    Raises:
        FileRefused: not opened at all, or nothing in it is recognised.
        MappingError: the mapping does not fit the file.
        InputError: there is no form of that code.
    """
    _check_form(form, mapping)
    book = open_book(path, limits)
    reading = _Reading(path, limits)
    sheets = reading.by_mapping(book, mapping) if mapping else reading.by_form(book, form)
    sheets[0] = replace(sheets[0], problems=(*_hidden(book), *reading.skipped, *sheets[0].problems))
    return ParsedFile(path, path.name, _digest(path), tuple(sheets))


def open_book(path: Path, limits: Limits = DEFAULT_LIMITS) -> Book:
    """Return the file's sheets as they are.

    Raises:
        FileRefused: not opened at all.
    """
    kind = kind_of(path, limits)
    return read_workbook(path, limits) if kind is Kind.WORKBOOK else read_text(path, limits)


def _check_form(form: str | None, mapping: TableMapping | None) -> None:
    if form is not None and form not in BY_CODE:
        raise InputError(say("没有代码为 {code} 的表。", code=form),
                         say("可用代码：{codes}。", codes="、".join(BY_CODE)), field="form")  # fmt: skip
    if mapping is not None and form not in (None, mapping.form):
        raise wrong(mapping.name, "form", say("与 --form {code} 不一致", code=form))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _hidden(book: Book) -> list[RowProblem]:
    return [
        _warning(name, "hidden_sheet", say("隐藏的工作表没有读入。"),
                 say("如含数据，请取消隐藏后重新导入。")) for name in book.hidden
    ]  # fmt: skip


def _warning(sheet: str, code: str, what: Text, advice: Text) -> RowProblem:
    return RowProblem(sheet, 0, "", what, advice, Severity.WARNING, code)


class _Reading:
    """Reads the sheets of one file; remembers those that were skipped."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self._seen: dict[str, Seen] = defaultdict(Seen)
        self.skipped: list[RowProblem] = []

    def by_form(self, book: Book, form: str | None) -> list[ParsedSheet]:
        unlike: list[tuple[Grid, Unlike]] = []
        sheets = []
        for grid in book.grids:
            found = recognise(grid, forms_for(form), self._limits.header_within)
            if isinstance(found, Match):
                sheets.append(self._parse(grid, found, NO_EXTRAS))
            else:
                unlike.append((grid, found))
        self._judge(unlike, found_any=bool(sheets))
        return sheets

    def _judge(self, unlike: list[tuple[Grid, Unlike]], *, found_any: bool) -> None:
        """Skip notes; refuse a file whose sheet of people would be lost, or that has no sheet."""
        told = [u for u in unlike if u[1].must_tell] or ([] if found_any else unlike)
        if told:
            raise self._refused(*told[0])
        if not found_any:
            raise refuse(
                self._path, say("没有可读的工作表。"), say("请检查工作表是否都被隐藏或为空。")
            )
        for grid, why in unlike:
            if any(map(any, grid.rows)):
                self.skipped.append(_warning(grid.sheet, "skipped_sheet",
                                             say("此工作表没有读入：{what}", what=why.what), why.advice))  # fmt: skip

    def _refused(self, grid: Grid, why: Unlike) -> FileRefused:
        return refuse(
            self._path, say("工作表“{sheet}”{what}", sheet=grid.sheet, what=why.what), why.advice
        )

    def by_mapping(self, book: Book, mapping: TableMapping) -> list[ParsedSheet]:
        grids = [g for g in book.grids if mapping.sheet in ("", g.sheet)]
        if not grids:
            names = "、".join(g.sheet for g in book.grids)
            raise wrong(mapping.name, "sheet", say("{file} 里没有这个工作表，现有：{names}",
                                                   file=self._path.name, names=names))  # fmt: skip
        sheets, missing = [], []
        for grid in grids:
            found = mapped.lay(grid, mapping, self._limits.header_within)
            if isinstance(found, Match):
                extras = Extras(
                    mapped.words_of(mapping), mapping.fixed, mapped.skipper(mapping, found)
                )
                sheets.append(self._parse(grid, found, extras))
            else:
                missing.append((grid, found))
        self._judge_mapped(mapping, missing, found_any=bool(sheets))
        return sheets

    def _judge_mapped(
        self, mapping: TableMapping, missing: list[tuple[Grid, mapped.Missing]], *, found_any: bool
    ) -> None:
        if not found_any:
            grid, lacking = min(missing, key=lambda m: len(m[1].headers))
            raise wrong(mapping.name, f"columns.{lacking.headers[0]}",
                        say("{file} 的工作表“{sheet}”没有这一列，或有几列同名",
                            file=self._path.name, sheet=grid.sheet))  # fmt: skip
        for grid, _ in missing:
            if any(map(any, grid.rows)):
                self.skipped.append(_warning(grid.sheet, "skipped_sheet",
                                             say("此工作表没有读入：没有映射文件所写的列。"),
                                             say("如含数据，请为它另写一个映射文件。")))  # fmt: skip

    def _parse(self, grid: Grid, found: Match, extras: Extras) -> ParsedSheet:
        if found.doubled:
            names = "、".join(dict.fromkeys(c.written for c in found.doubled))
            raise refuse(self._path, say("工作表“{sheet}”里同一列写了两次：{names}。",
                                         sheet=grid.sheet, names=names),
                         say("请删除或改名其中一列后重新导入。"))  # fmt: skip
        return parse_sheet(grid, found, self._seen[found.form.code], extras)
