"""A mapping laid over a sheet: its columns found, its own words and total rows known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from graphcore.domain.text import say
from graphcore.exchange.grid import Grid, Raw
from graphcore.exchange.headers import Block, Column, Match, block_at
from graphcore.exchange.mapping import TableMapping, pattern_of, wrong
from graphcore.exchange.units import Unit, split_unit
from graphcore.exchange.words import fold_header, squeeze, text_of


@dataclass(frozen=True, slots=True)
class Missing:
    """Headers of the mapping that a sheet does not have."""

    headers: tuple[str, ...]


def lay(grid: Grid, mapping: TableMapping, within: int) -> Match | Missing:
    """Find the mapping's columns on a sheet."""
    tried = [_lay_at(mapping, block) for block in _blocks(grid, mapping, within)]
    found = [m for m in tried if isinstance(m, Match)]
    if found:
        return found[0]
    lacking = [m for m in tried if isinstance(m, Missing)]
    return min(lacking, key=lambda m: len(m.headers), default=Missing(tuple(mapping.columns)))


def _blocks(grid: Grid, mapping: TableMapping, within: int) -> list[Block]:
    depth = mapping.header_rows
    last = len(grid.rows) - depth
    if mapping.header_row is not None:
        first = mapping.header_row - 1
        return [block_at(grid, first, depth)] if first <= last else []
    return [block_at(grid, first, depth) for first in range(min(within, last + 1))]


def _lay_at(mapping: TableMapping, block: Block) -> Match | Missing:
    named = {h: _column(block, h) for h in mapping.columns}
    missing = tuple(h for h, c in named.items() if c is None)
    if missing:
        return Missing(missing)
    columns = {
        name: column for h, column in named.items() if column for name in mapping.fields_of(h)
    }
    taken = {c.index for c in columns.values()}
    units = {n: u for n, c in columns.items() if (u := _unit(c)) is not None}
    return Match(
        mapping.target, block, columns, units,
        tuple(c for c in block.columns if c.index not in taken and not c.ignorable),
    )  # fmt: skip


def _unit(column: Column) -> Unit | None:
    return split_unit(column.parts[-1])[1]


def _column(block: Block, header: str) -> Column | None:
    """The one column of that header: all its parts, or its last ones if no other ends so."""
    wanted = fold_header(header)
    whole = [c for c in block.columns if fold_header("".join(c.parts)) == wanted]
    if whole:
        return whole[0] if len(whole) == 1 else None
    ends = [
        c for c in block.columns
        if any(fold_header("".join(c.parts[n:])) == wanted for n in range(1, len(c.parts)))
    ]  # fmt: skip
    return ends[0] if len(ends) == 1 else None


def words_of(mapping: TableMapping) -> Mapping[str, Mapping[str, str]]:
    """Return field → (folded word → our text)."""
    return {
        name: {squeeze(str(word)): str(code) for word, code in words.items()}
        for name, words in mapping.values.items()
    }


def skipper(mapping: TableMapping, found: Match) -> Callable[[Sequence[Raw]], bool] | None:
    """Return what tells the table's own total rows, None where the mapping names none."""
    words = {squeeze(w) for w in mapping.skip_rows}
    where = {
        _skip_column(mapping, found, header): _tests(patterns)
        for header, patterns in mapping.skip_where.items()
    }
    if not words and not where:
        return None

    def skip(cells: Sequence[Raw]) -> bool:
        if words and any(isinstance(c, str) and squeeze(text_of(c)) in words for c in cells):
            return True
        return any(i < len(cells) and test(text_of(cells[i])) for i, test in where.items())

    return skip


def _skip_column(mapping: TableMapping, found: Match, header: str) -> int:
    column = _column(found.block, header)
    if column is None:
        raise wrong(mapping.name, f"skip_where.{header}", say("表中没有这一列"))
    return column.index


def _tests(patterns: Sequence[str]) -> Callable[[str], bool]:
    words = {squeeze(p) for p in patterns if pattern_of(p) is None}
    shapes: list[re.Pattern[str]] = [s for p in patterns if (s := pattern_of(p)) is not None]
    return lambda text: squeeze(text) in words or any(s.search(text) for s in shapes)
