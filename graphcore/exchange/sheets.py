"""One sheet, its form known, becomes typed rows and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from graphcore.domain.rows import RowProblem, Severity
from graphcore.domain.text import Text, say
from graphcore.exchange import columns, faults, totals
from graphcore.exchange.columns import Read, Values
from graphcore.exchange.duplicates import Seen, find_duplicates
from graphcore.exchange.faults import Fault
from graphcore.exchange.forms.catalogue import Field, Type
from graphcore.exchange.grid import Grid, Raw
from graphcore.exchange.headers import Match
from graphcore.exchange.noise import Sorted, sort_rows
from graphcore.exchange.parsed import ParsedSheet
from graphcore.exchange.units import NUMERIC
from graphcore.exchange.words import DITTO_WORDS, text_of


@dataclass(frozen=True, slots=True)
class Extras:
    """What a mapping adds to a form: words, constants, rows to skip."""

    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fixed: Mapping[str, object] = field(default_factory=dict)
    skip: Callable[[Sequence[Raw]], bool] | None = None


NO_EXTRAS = Extras()


def parse_sheet(grid: Grid, found: Match, seen: Seen, extras: Extras = NO_EXTRAS) -> ParsedSheet:
    """Read a sheet with its form. ``seen`` remembers rows over the sheets of one file."""
    return _Sheet(grid, found, extras).parse(seen)


class _Sheet:
    def __init__(self, grid: Grid, found: Match, extras: Extras) -> None:
        self._grid, self._found, self._extras = grid, found, extras
        self._form = found.form
        self._headers = {n: c.written for n, c in found.columns.items()}
        self._problems: list[RowProblem] = []
        self._bad: set[int] = set()  # positions among the data rows

    def parse(self, seen: Seen) -> ParsedSheet:
        kept = sort_rows(self._grid, self._found, self._extras.skip)
        rows = [r + 1 for r in kept.data]
        self._tell_sheet(kept)
        read = {n: self._read(self._form.field(n), kept.data) for n in self._found.columns}
        for name, made in read.items():
            self._note(rows, self._headers[name], made.faults)
        values: dict[str, list[object]] = {n: v.values for n, v in read.items()}
        values |= {n: [v] * len(rows) for n, v in self._extras.fixed.items()}
        dropped = self._drop_duplicates(rows, values, [v.compared for v in read.values()], seen)
        self._check_totals(kept, values, dropped)
        return self._made(rows, values, dropped)

    # -- columns --------------------------------------------------------------------------------

    def _reader(self, f: Field) -> Read:
        read = columns.reader_of(f, self._found.factor(f.name))
        words = self._extras.words.get(f.name)
        return columns.replaced(read, words) if words else read

    def _cells(self, f: Field, rows: Sequence[int]) -> list[Raw]:
        index = self._found.columns[f.name].index
        grid = self._grid.rows
        raws = [cells[index] if index < len(cells := grid[r]) else "" for r in rows]
        return raws if f.personal or f.type in NUMERIC else _ditto(raws)

    def _read(self, f: Field, rows: Sequence[int]) -> Values:
        raws = self._cells(f, rows)
        index = self._found.columns[f.name].index
        holes = self._holes(index, rows)
        repeats = self._repeats(f, index, rows)
        for n in (*holes, *repeats):
            raws[n] = ""
        made = columns.read_column(f, raws, self._reader(f))
        made.faults |= holes
        made.faults |= {n: faults.number_merged() for n in repeats if not f.required}
        return made

    def _holes(self, index: int, rows: Sequence[int]) -> dict[int, Fault]:
        """Cells that have no value because Excel has not computed one, or could not."""
        grid, found = self._grid, {}
        for n, r in enumerate(rows) if grid.unsolved or grid.broken else ():
            if (r, index) in grid.unsolved:
                found[n] = faults.unsolved()
            elif (r, index) in grid.broken:
                found[n] = faults.broken()
        return found

    def _repeats(self, f: Field, index: int, rows: Sequence[int]) -> list[int]:
        """Numbers merged over several cells: whose they are nobody knows, so they count once."""
        if f.type not in NUMERIC or not self._grid.repeated:
            return []
        return [n for n, r in enumerate(rows) if (r, index) in self._grid.repeated]

    # -- rows -----------------------------------------------------------------------------------

    def _drop_duplicates(
        self, rows: Sequence[int], values: Mapping[str, Sequence[object]],
        compared: Sequence[Sequence[object]], seen: Seen,
    ) -> set[int]:  # fmt: skip
        dropped, found = find_duplicates(
            self._form, self._grid.sheet, rows, values, compared, self._bad, seen
        )  # fmt: skip
        keys = [self._headers[n] for n in self._form.key if n in self._headers]
        self._note(rows, keys[0] if keys else next(iter(self._headers.values())), found)
        return dropped

    def _check_totals(
        self, kept: Sorted, values: Mapping[str, Sequence[object]], dropped: set[int]
    ) -> None:
        for name, column in self._found.columns.items():
            f = self._form.field(name)
            if f.type not in (Type.COUNT, Type.MONEY) or not kept.totals:
                continue
            figures = self._read_quietly(f, column.index, kept.totals)
            counted = [0 if n in dropped else v for n, v in enumerate(values[name])]
            wrong = totals.differing(kept.data, counted, kept.totals, figures)
            scale = 100 if f.type is Type.MONEY else 1
            for row, (figure, total) in wrong.items():
                self._add(row + 1, column.written, totals.mismatch(figure, total, scale))

    def _read_quietly(self, f: Field, index: int, rows: Sequence[int]) -> list[object]:
        read = self._reader(f)
        cells = [self._grid.cell(r, index) for r in rows]
        return [None if c == "" or isinstance(v := read(c), Fault) else v for c in cells]

    def _made(
        self, rows: Sequence[int], values: Mapping[str, Sequence[object]], dropped: set[int]
    ) -> ParsedSheet:
        frame = columns.frame_of(self._form, rows, values)
        bad = [n in self._bad and n not in dropped for n in range(len(rows))]
        good = [n not in self._bad and n not in dropped for n in range(len(rows))]
        first, last = self._found.block.first + 1, self._found.block.last + 1
        return ParsedSheet(
            self._form, self._grid.sheet, self._headers,
            frame.filter(pl.Series(good, dtype=pl.Boolean())),
            frame.filter(pl.Series(bad, dtype=pl.Boolean())),
            tuple(sorted(self._problems, key=lambda p: p.row)), (first, last),
        )  # fmt: skip

    # -- problems -------------------------------------------------------------------------------

    def _note(self, rows: Sequence[int], header: str, found: Mapping[int, Fault]) -> None:
        for n, fault in found.items():
            if fault.severity is Severity.ERROR:
                self._bad.add(n)
            self._add(rows[n], header, fault)

    def _add(self, row: int, header: str, fault: Fault) -> None:
        self._problems.append(RowProblem(
            self._grid.sheet, row, header, fault.what, fault.advice, fault.severity, fault.code
        ))  # fmt: skip

    def _warn(self, code: str, what: Text, advice: Text, row: int = 0, header: str = "") -> None:
        self._add(row, header, Fault(code, what, advice, Severity.WARNING))

    def _tell_sheet(self, kept: Sorted) -> None:
        names = [c.written for c in self._found.unknown if c.written]
        if names:
            self._warn("unknown_column", say("未导入的列：{names}。", names="、".join(names)),
                       say("如含需要的内容，请按标准表头改名后重新导入。"))  # fmt: skip
        hidden = sum(r in self._grid.hidden_rows for r in kept.data)
        if hidden:
            self._warn("hidden_rows", say("有 {count} 行被隐藏或筛选掉，已照常读入。", count=hidden),
                       say("如这些行不该导入，请删除后重新导入。"))  # fmt: skip
        if not kept.data:
            self._warn("no_rows", say("表头之下没有数据行。"), say("请检查是否导出完整。"))
        self._tell_missing_id()
        for row in (*kept.remarks, *kept.stray):
            self._warn("skipped", say("这一行不像数据，未读入。"),
                       say("如是数据，请补全必填的列。"), row + 1)  # fmt: skip

    def _tell_missing_id(self) -> None:
        needed = [f for f in self._form.fields if f.type is Type.ID_NUMBER]
        if needed and not any(f.name in self._found.columns for f in needed):
            self._warn("id_column", say("表中没有身份证号码一列。"),
                       say("如有号码请补上该列；没有也会登记，但难以与其他名册比对。"))  # fmt: skip


def _ditto(raws: list[Raw]) -> list[Raw]:
    """``同上`` repeats the cell above."""
    if not any(isinstance(r, str) and r and text_of(r) in DITTO_WORDS for r in set(raws)):
        return raws
    made: list[Raw] = []
    for raw in raws:
        again = isinstance(raw, str) and raw != "" and text_of(raw) in DITTO_WORDS
        made.append(made[-1] if again and made else raw)
    return made
