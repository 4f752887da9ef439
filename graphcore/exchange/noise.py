"""Rows that are no data: blanks, totals, footnotes, headers printed again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from graphcore.exchange.forms.catalogue import Type
from graphcore.exchange.grid import Grid, Raw
from graphcore.exchange.headers import Column, Match, is_numbering
from graphcore.exchange.units import NUMERIC
from graphcore.exchange.words import fold_header, is_none, text_of

_SUSPECT = re.compile(
    r"[合总小共累]\s*计|总数|total|sum|注|说明|填|审|制表|负责|联系|盖章|复核|经办|领导|prepared|checked|"
    r"approved|noted|reviewed|note|source|remark|certified", re.IGNORECASE,
)  # fmt: skip
_TOTAL = re.compile(
    r"(?:合计|总计|小计|共计|累计|总数|grandtotal|subtotal|total|sum)(?:数|行|人数)?"
)
_TOTAL_OF = re.compile(r".{1,20}(?:合计|总计|小计|共计|total)")
_TOTAL_TOLD = re.compile(r"(?:合计|总计|小计|共计|total)[:：].*", re.DOTALL)
_FOOTNOTE = re.compile(
    r"(?:注|备注|附注|说明|填表说明|填报说明|填表人|填报人|制表人|制表|审核人|审核|复核人|负责人|单位负责人|"
    r"统计负责人|分管领导|经办人|填报单位|填表单位|填报日期|填表日期|报出日期|制表日期|联系人|联系电话|盖章|"
    r"单位盖章|单位\(盖章\)|填报单位\(盖章\)|preparedby|checkedby|approvedby|notedby|reviewedby|"
    r"certifiedby|certifiedcorrect|notes?|sources?|remarks?)\d{0,2}(?:[:：(].*|签字.*|签名.*)?", re.DOTALL,
)  # fmt: skip
_REMARK_FROM = 15  # a lone text as long as this is a remark, not a name
_SAME = 0.8


class Noise(StrEnum):
    """What a row is."""

    DATA = "data"
    BLANK = "blank"
    TOTAL = "total"
    NOTE = "note"
    REMARK = "remark"  # a lone text without any mark: skipped with a warning
    HEADER = "header"
    STRAY = "stray"  # text in unknown columns only: skipped with a warning


@dataclass(slots=True)
class Sorted:
    """Row indices (0-based) by what they are."""

    data: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    remarks: list[int] = field(default_factory=list)
    stray: list[int] = field(default_factory=list)


def sort_rows(grid: Grid, found: Match, skip: Callable[[Sequence[Raw]], bool] | None) -> Sorted:
    """Sort every row under the header; ``skip`` marks a mapping's own total rows."""
    judge = _Judge(grid, found)
    made = Sorted()
    into = {Noise.DATA: made.data, Noise.TOTAL: made.totals, Noise.REMARK: made.remarks,
            Noise.STRAY: made.stray}  # fmt: skip
    for row in range(found.block.last + 1, len(grid.rows)):
        cells = grid.rows[row]
        kind = Noise.TOTAL if skip and skip(cells) else judge.kind(row, cells)
        if kind in into:
            into[kind].append(row)
    return made


class _Judge:
    """Knows the sheet's columns, so that a row with a person's name is never taken for noise."""

    def __init__(self, grid: Grid, found: Match) -> None:
        self._grid, self._form = grid, found.form
        self._columns = {n: c.index for n, c in found.columns.items()}
        self._mapped = sorted(set(self._columns.values()))
        self._unknown = [c.index for c in found.unknown]
        self._header = {c.index: _said(c) for c in found.block.columns}
        types = {f.name: f.type for f in found.form.fields}
        self._numeric = {i for n, i in self._columns.items() if types[n] in NUMERIC}
        self._names = [
            self._columns[f.name] for f in found.form.fields
            if f.personal and f.name in self._columns and f.type in (Type.TEXT, Type.ID_NUMBER)
        ]  # fmt: skip
        self._first = found.block.last + 1
        header_rows = grid.rows[found.block.first : self._first]
        self._printed = {c for cells in header_rows for c in cells if isinstance(c, str) and c}

    def kind(self, row: int, cells: Sequence[Raw]) -> Noise:
        width = len(cells)
        mapped = [cells[i] for i in self._mapped if i < width]
        said = [c for c in mapped if c not in ("", 0.0) or c is False]
        if not said or not any(map(_says, said)):
            if self._holes(row):
                return Noise.DATA
            return self._unmapped(cells)
        texts = [c for c in cells if isinstance(c, str) and c]
        if _SUSPECT.search("\n".join(texts)):
            return self._suspect(row, cells, texts)
        if len(said) == 1 and self._lone(said[0]):
            return Noise.REMARK
        return self._header_again(row, cells)

    def _holes(self, row: int) -> bool:
        """A formula without result, or an error, keeps a row from being blank."""
        holes = self._grid.unsolved | self._grid.broken
        return bool(holes) and any((row, i) in holes for i in self._mapped)

    def _unmapped(self, cells: Sequence[Raw]) -> Noise:
        texts = [text_of(cells[i]) for i in self._unknown if i < len(cells)]
        said = [t for t in texts if not is_none(t) and t != "0"]
        if not said:
            return Noise.BLANK
        if any(_FOOTNOTE.fullmatch(_plain(t)) or _is_total(t) for t in said):
            return Noise.NOTE
        return Noise.STRAY

    def _lone(self, cell: Raw) -> bool:
        needed = sum(f.required for f in self._form.fields)
        return needed > 1 and isinstance(cell, str) and len(text_of(cell)) >= _REMARK_FROM

    def _suspect(self, row: int, cells: Sequence[Raw], texts: Sequence[str]) -> Noise:
        plain = [_plain(t) for t in texts]
        if _FOOTNOTE.fullmatch(plain[0]) and self._is_thin(cells):
            return Noise.NOTE
        if self._is_named(cells):
            return self._header_again(row, cells)
        if any(map(_is_total, plain)):
            return Noise.TOTAL
        if any(map(_TOTAL_OF.fullmatch, plain)) and self._is_thin(cells):
            return Noise.TOTAL
        if len(set(plain)) == 1 and self._lone(texts[0]):
            return Noise.REMARK
        return self._header_again(row, cells)

    def _is_named(self, cells: Sequence[Raw]) -> bool:
        """Whether a person's own column holds something that is no total and no footnote."""
        for i in self._names:
            text = _plain(text_of(cells[i])) if i < len(cells) else ""
            if not is_none(text) and not _looks_noise(text) and text not in self._header.get(i, ()):
                return True
        return False

    def _is_thin(self, cells: Sequence[Raw]) -> bool:
        """Whether not all required cells hold something of their own."""
        needed = [self._columns[f.name] for f in self._form.fields
                  if f.required and f.name in self._columns]  # fmt: skip
        said = {i: text_of(cells[i]) for i in needed if i < len(cells)}
        own = [t for t in said.values() if not is_none(t) and not _looks_noise(_plain(t))]
        return len(own) < max(len(needed), 1)

    def _header_again(self, row: int, cells: Sequence[Raw]) -> Noise:
        if row == self._first and is_numbering([text_of(c) for c in cells]):
            return Noise.HEADER
        if self._printed.isdisjoint(c for c in cells if isinstance(c, str)):
            return Noise.DATA
        same = sum(
            i < len(cells) and bool(t := fold_header(text_of(cells[i]))) and t in self._header[i]
            for i in self._mapped
        )
        return Noise.HEADER if same >= _SAME * len(self._mapped) else Noise.DATA


def _said(column: Column) -> tuple[str, ...]:
    return tuple(fold_header(p) for p in column.parts)


def _says(cell: Raw) -> bool:
    return not isinstance(cell, str) or cell.strip() != ""


def _plain(text: str) -> str:
    folded = "".join(text_of(text).lower().split())
    return folded.replace("（", "(").replace("）", ")")


def _is_total(plain: str) -> bool:
    bare = plain.strip(":：()（）、.")
    return bool(_TOTAL.fullmatch(bare) or _TOTAL_TOLD.fullmatch(plain))


def _looks_noise(plain: str) -> bool:
    return bool(_is_total(plain) or _TOTAL_OF.fullmatch(plain) or _FOOTNOTE.fullmatch(plain))
