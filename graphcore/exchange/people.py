"""Tables of people to compare: any workbook or text file, kept as written, no row refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from graphcore.domain.errors import FileRefused
from graphcore.domain.text import say
from graphcore.exchange import columns, mapped
from graphcore.exchange.container import refuse
from graphcore.exchange.faults import Fault
from graphcore.exchange.forms.catalogue import PEOPLE, Form
from graphcore.exchange.grid import Grid, Raw
from graphcore.exchange.headers import Match, best_matches
from graphcore.exchange.limits import DEFAULT_LIMITS, Limits
from graphcore.exchange.mapping import TableMapping, read_yaml, validated, wrong
from graphcore.exchange.noise import sort_rows
from graphcore.exchange.reader import open_book
from graphcore.exchange.words import text_of
from graphcore.exchange.workbook import Book

_HEADS = ("户主", "本人", "head")
_TELLING = ("name", "surname", "id_number")
SIDES = ("left", "right")


class PeopleMapping(TableMapping):
    """How a table's columns become the fields of `PEOPLE`."""

    form: str = PEOPLE.code

    def _form(self) -> Form | None:
        return PEOPLE if self.form == PEOPLE.code else None


def load_people_mappings(path: Path) -> tuple[PeopleMapping, PeopleMapping]:
    """Read the mappings of the left and the right table; one without sides counts for both.

    Raises:
        MappingError: it does not fit.
    """
    raw: Any = read_yaml(path)
    if isinstance(raw, dict) and set(raw) & set(SIDES):
        unknown = sorted(set(raw) - set(SIDES)) or sorted(set(SIDES) - set(raw))
        if unknown:
            raise wrong(path.name, unknown[0], say("左右两表要分别写在 left 和 right 之下"))
        left, right = (validated(PeopleMapping, raw[side], path) for side in SIDES)
        return left, right
    both = validated(PeopleMapping, raw, path)
    return both, both


def read_people(
    path: Path, mapping: PeopleMapping | None = None, limits: Limits = DEFAULT_LIMITS
) -> pl.DataFrame:
    """Return the rows of every sheet that lists people.

    Columns: those of `PEOPLE` as text ("" where empty), ``head`` (Boolean, null where not told),
    ``sheet``, ``row``. Without an id column the row number is the id, with its sheet where there
    are several.

    Raises:
        FileRefused: not opened at all, or no sheet lists people.
        MappingError: the mapping does not fit the file.
    """
    book = open_book(path, limits)
    found = [(g, m) for g in book.grids if (m := _match(path, g, mapping, limits)) is not None]
    if not found:
        raise _refused(path, book, mapping)
    tables = [_rows(grid, match) for grid, match in found]
    table = pl.concat([t for t in tables if t.height] or tables[:1])
    return _with_ids(table, several=len(tables) > 1)


def _match(path: Path, grid: Grid, mapping: PeopleMapping | None, limits: Limits) -> Match | None:
    if mapping is None:
        tried = best_matches(grid, (PEOPLE,), limits.header_within)
        found: Match | None = tried[0] if tried else None
    else:
        if mapping.sheet not in ("", grid.sheet):
            return None
        laid = mapped.lay(grid, mapping, limits.header_within)
        found = laid if isinstance(laid, Match) else None
    if found is None or not set(_TELLING) & set(found.columns):
        return None
    if found.doubled:
        names = "、".join(dict.fromkeys(c.written for c in found.doubled))
        raise refuse(path, say("工作表“{sheet}”里同一列写了两次：{names}。", sheet=grid.sheet, names=names),
                     say("请删除或改名其中一列，或用映射文件（--map）写明。"))  # fmt: skip
    return found


def _refused(path: Path, book: Book, mapping: PeopleMapping | None) -> FileRefused:
    if mapping is not None:
        names = "、".join(g.sheet for g in book.grids)
        raise wrong(mapping.name, "columns",
                    say("{file} 的工作表（{names}）里没有映射文件所写的全部列",
                        file=path.name, names=names))  # fmt: skip
    return refuse(path, say("没有找到姓名或证件号码列。"),
                  say("请用映射文件（--map）说明各列含义，见 docs/LINKAGE.md。"))  # fmt: skip


def _rows(grid: Grid, found: Match) -> pl.DataFrame:
    rows = sort_rows(grid, found, None).data
    made = [pl.Series("sheet", [grid.sheet] * len(rows), dtype=pl.String()),
            pl.Series("row", [r + 1 for r in rows], dtype=pl.Int64())]  # fmt: skip
    for f in PEOPLE.fields:
        column = found.columns.get(f.name)
        cells: Sequence[Raw] = (
            [grid.cell(r, column.index) for r in rows] if column else [""] * len(rows)
        )
        read = columns.reader_of(f)
        made.append(pl.Series(f.name, [_text(read(c), c) for c in cells], dtype=pl.String()))
    relation = pl.col("relation")
    head = pl.when(relation != "").then(relation.is_in(_HEADS))
    return pl.DataFrame(made).with_columns(head=head)


def _text(value: object, raw: Raw) -> str:
    """A number that a spreadsheet cut is kept as far as it goes."""
    return text_of(raw) if isinstance(value, Fault) else str(value or "")


def _with_ids(table: pl.DataFrame, *, several: bool) -> pl.DataFrame:
    row = pl.col("row").cast(pl.String())
    own = pl.concat_str("sheet", row, separator="!") if several else row
    if (table["id"] != "").all() and table["id"].n_unique() == table.height:
        return table
    return table.with_columns(id=own)
