"""The header of a sheet: one row or several, found anywhere near the top, matched to fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from graphcore.exchange.forms.catalogue import FORMS, PEOPLE, Form
from graphcore.exchange.grid import Grid
from graphcore.exchange.units import UNITS, Unit, fits, in_field, split_unit
from graphcore.exchange.words import fold_header, squeeze, text_of

DEEPEST = 4
_UNHEADED = frozenset({"序号", "编号", "no", "sn", "问题", "问题说明", "行号", "problem"})
_ORDINALS = ("甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸")


@dataclass(frozen=True, slots=True)
class Column:
    """A column and what its header says, top to bottom."""

    index: int  # 0-based
    parts: tuple[str, ...]

    @property
    def written(self) -> str:
        """The header as the user wrote it, on one line."""
        return " / ".join(self.parts)

    @property
    def ignorable(self) -> bool:
        """A serial number or our own report's column: nothing is lost with it."""
        return not self.parts or fold_header(self.parts[-1]) in _UNHEADED


@dataclass(frozen=True, slots=True)
class Block:
    """Header rows ``first`` to ``last`` (0-based), and their columns."""

    first: int
    last: int
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A form laid over a header."""

    form: Form
    block: Block
    columns: Mapping[str, Column]
    units: Mapping[str, Unit]
    unknown: tuple[Column, ...] = ()
    doubled: tuple[Column, ...] = ()
    missing: tuple[str, ...] = ()  # official headers of required fields that are not there
    mentioned: bool = False  # the title or the sheet's name says that it is this form

    @property
    def score(self) -> tuple[int, bool]:
        """How well it fits."""
        return (len(self.columns), self.mentioned)

    def factor(self, name: str) -> Decimal:
        """Units of the field in one unit of the column."""
        if name not in self.units:
            return Decimal(1)
        return in_field(self.form.field(name), self.units[name])


def block_at(grid: Grid, first: int, depth: int) -> Block:
    """Return the header rows as columns; a part that repeats the one above is the same cell."""
    columns = []
    for index in range(max(len(r) for r in grid.rows[first : first + depth])):
        parts: list[str] = []
        for row in range(first, first + depth):
            text = text_of(grid.cell(row, index))
            if text and text not in parts[-1:]:
                parts.append(text)
        if parts:
            columns.append(Column(index, tuple(parts)))
    return Block(first, first + depth - 1, tuple(columns))


def blocks(grid: Grid, within: int) -> Iterator[Block]:
    """Yield every possible header near the top, shallow ones first."""
    for depth in range(1, DEEPEST + 1):
        for first in range(min(within, len(grid.rows)) - depth + 1):
            block = block_at(grid, first, depth)
            if len(block.columns) > 1:
                yield block


def _known(form: Form) -> Mapping[str, tuple[str, int]]:
    return _KNOWN[form.code]


def _fold_headers(form: Form) -> Mapping[str, tuple[str, int]]:
    """Folded header → field and which of its variants (0 is the official one)."""
    found: dict[str, tuple[str, int]] = {}
    for f in form.fields:
        for n, header in enumerate((*f.headers, f.name)):
            found.setdefault(fold_header(split_unit(header)[0]), (f.name, n))
            found.setdefault(fold_header(header), (f.name, n))
    return found


_KNOWN = {form.code: _fold_headers(form) for form in (*FORMS, PEOPLE)}


@dataclass(frozen=True, slots=True)
class _Key:
    quality: int  # 0 whole header, 1 its last part
    folded: str
    unit: Unit | None


def _keys(column: Column, lasts: Counter[str]) -> Iterator[_Key]:
    parts, unit = _without_unit(column.parts)
    for start in range(len(parts)):
        base, own = split_unit("".join(parts[start:]))
        alone = start == len(parts) - 1 and start > 0
        if not (alone and lasts[fold_header(base)] > 1):
            yield _Key(start, fold_header(base), own or unit)
    if len(parts) > 1:  # group and sub-header the other way round, or with a part between left out
        yield _Key(len(parts), fold_header(parts[0] + split_unit(parts[-1])[0]), unit)


def _without_unit(parts: tuple[str, ...]) -> tuple[tuple[str, ...], Unit | None]:
    """A last part that is nothing but a unit belongs to the part above."""
    unit = unit_word(parts[-1])
    return (parts[:-1], unit) if unit and len(parts) > 1 else (parts, None)


def unit_word(text: str) -> Unit | None:
    """Return the unit that a whole cell names: ``（万元）`` or ``户``."""
    return UNITS.get(squeeze(text).strip("()[]").removeprefix("单位:"))


@dataclass(slots=True)
class _Claims:
    """Who claims which field: the whole header before a part of it, official names first."""

    best: dict[str, tuple[tuple[int, int], Column, Unit | None]] = field(default_factory=dict)
    doubled: dict[str, list[Column]] = field(default_factory=dict)

    def add(self, name: str, rank: tuple[int, int], column: Column, unit: Unit | None) -> None:
        before = self.best.get(name)
        if before is None or rank < before[0]:
            self.best[name] = (rank, column, unit)
            self.doubled.pop(name, None)
        elif rank == before[0]:
            self.doubled.setdefault(name, [before[1]]).append(column)


def match(form: Form, block: Block, *, mentioned: bool = False) -> Match:
    """Lay a form over a header."""
    lasts = Counter(fold_header(split_unit(c.parts[-1])[0]) for c in block.columns)
    known, claims = _known(form), _Claims()
    for column in block.columns:
        for key in _keys(column, lasts):
            found = known.get(key.folded)
            if found and fits(form.field(found[0]), key.unit):
                claims.add(found[0], (key.quality, found[1]), column, key.unit)
                break
    taken = {c.index for _, c, _ in claims.best.values()}
    doubled = [c for columns in claims.doubled.values() for c in columns]
    return Match(
        form, block,
        {f.name: claims.best[f.name][1] for f in form.fields if f.name in claims.best},
        {n: u for n, (_, _, u) in claims.best.items() if u is not None},
        tuple(c for c in block.columns if c.index not in taken and not c.ignorable),
        tuple(doubled),
        tuple(f.headers[0] for f in form.fields if f.required and f.name not in claims.best),
        mentioned,
    )  # fmt: skip


def best_matches(grid: Grid, forms: Sequence[Form], within: int) -> list[Match]:
    """Return each form's best match on the sheet, best first; forms that match nothing are out."""
    found: dict[str, Match] = {}
    for block in blocks(grid, within):
        for form in forms:
            laid = match(form, block)
            before = found.get(form.code)
            if len(laid.columns) > (len(before.columns) if before else 1):
                found[form.code] = laid
    return sorted((_finished(grid, m) for m in found.values()), key=lambda m: m.score, reverse=True)


def _finished(grid: Grid, found: Match) -> Match:
    """Take rows of units into the header, and see whether a title names the form."""
    block = found.block
    while block.last + 1 < len(grid.rows) and _is_units(grid, block.last + 1):
        block = block_at(grid, block.first, block.last - block.first + 2)
    above = [text_of(c) for row in grid.rows[: block.first] for c in row if isinstance(c, str)]
    wanted = fold_header(found.form.title)
    said = any(wanted in fold_header(t) for t in (grid.sheet, *above))
    return match(found.form, block, mentioned=said)


def _is_units(grid: Grid, row: int) -> bool:
    texts = [t for t in map(text_of, grid.rows[row]) if t]
    return bool(texts) and all(unit_word(t) for t in texts)


def is_numbering(texts: Sequence[str]) -> bool:
    """Whether a row only numbers the columns: 甲 乙 1 2 3, or (1) (2) (3)."""
    said = [squeeze(t).strip("()[]栏列") for t in texts if t]
    letters = [t for t in said if t in _ORDINALS]
    numbers = [t for t in said if t not in _ORDINALS]
    if len(said) < 3 or letters != list(_ORDINALS[: len(letters)]):  # noqa: PLR2004 -- two may be data
        return False
    return numbers == [str(n + 1) for n in range(len(numbers))]
