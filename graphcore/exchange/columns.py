"""Columns of cells become columns of values, by the type of their field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from graphcore.exchange import choices, dates, faults, identity, numbers
from graphcore.exchange.faults import Fault
from graphcore.exchange.forms.catalogue import Field, Form, Type
from graphcore.exchange.grid import Raw
from graphcore.exchange.words import is_none, squeeze, text_of

Read = Callable[[Raw], object]

_DTYPES: Mapping[Type, pl.DataType] = {
    Type.TEXT: pl.String(), Type.COUNT: pl.Int64(), Type.NUMBER: pl.Float64(),
    Type.MONEY: pl.Int64(), Type.DATE: pl.String(), Type.TIME: pl.Int64(),
    Type.CHOICE: pl.String(), Type.CHOICES: pl.List(pl.String()), Type.FLAG: pl.Boolean(),
    Type.PLACE: pl.String(), Type.ID_NUMBER: pl.String(),
}  # fmt: skip
_TEXTUAL = frozenset(t for t, d in _DTYPES.items() if d == pl.String())
_REPEATING = frozenset({Type.CHOICE, Type.CHOICES, Type.DATE, Type.TIME, Type.FLAG, Type.PLACE})
_EXACT_TO = 1e15


def schema_of(form: Form) -> dict[str, pl.DataType]:
    """Return the schema of a form's typed rows: ``_row`` and every field."""
    return {"_row": pl.Int64(), **{f.name: _DTYPES[f.type] for f in form.fields}}


def empty_of(type_: Type) -> object:
    """Return what an empty cell of a type holds."""
    if type_ in _TEXTUAL:
        return ""
    return [] if type_ is Type.CHOICES else None


def reader_of(field: Field, factor: Decimal = Decimal(1)) -> Read:
    """Return what reads one cell of a field; the result is a value or a Fault."""
    readers: Mapping[Type, Callable[[], Read]] = {
        Type.TEXT: lambda: _text,
        Type.PLACE: lambda: _text,
        Type.COUNT: lambda: numbers.count_reader(field, factor),
        Type.MONEY: lambda: numbers.money_reader(field, factor),
        Type.NUMBER: lambda: numbers.number_reader(field, factor),
        Type.DATE: lambda: lambda raw: dates.date_reader(field, raw),
        Type.TIME: lambda: lambda raw: dates.time_reader(field, raw),
        Type.CHOICE: lambda: choices.choice_reader(field),
        Type.CHOICES: lambda: choices.choices_reader(field),
        Type.FLAG: lambda: choices.flag_reader(field),
        Type.ID_NUMBER: lambda: identity.read_number,
    }
    return readers[field.type]()


def _text(raw: Raw) -> object:
    if isinstance(raw, float) and abs(raw) >= _EXACT_TO:
        return faults.digits_lost()
    text = text_of(raw)
    return "" if is_none(text) else text


def replaced(read: Read, words: Mapping[str, str]) -> Read:
    """Return a reader that first turns the table's own words (folded) into ours."""

    def read_replaced(raw: Raw) -> object:
        return read(words.get(squeeze(text_of(raw)), raw))

    return read_replaced


@dataclass(slots=True)
class Values:
    """One column read: its cells, a value for each, and the faults by row position."""

    raws: Sequence[Raw]
    values: list[object]
    faults: dict[int, Fault] = field(default_factory=dict)

    @property
    def compared(self) -> Sequence[object]:
        """What tells rows apart: the value, or the cell itself where its value was not kept."""
        if not self.faults:
            return self.values
        made = list(self.values)
        for n in self.faults:
            made[n] = self.raws[n]
        return made


def read_column(f: Field, raws: Sequence[Raw], read: Read) -> Values:
    """Read all cells of a column; a cell at fault keeps what may be kept of it."""
    found: Iterable[object]
    if f.type in _REPEATING:
        found = _remembered(raws, read)
    else:
        blank = empty_of(f.type) if f.type is not Type.ID_NUMBER else identity.missing()
        found = (blank if raw == "" else read(raw) for raw in raws)
    made = Values(raws, list(found))
    empty = empty_of(f.type)
    for n, value in enumerate(made.values):
        if isinstance(value, Fault):
            made.faults[n] = value
            made.values[n] = empty if value.value is None else value.value
    if f.required:
        _require(made)
    return made


def _remembered(raws: Sequence[Raw], read: Read) -> list[object]:
    """Villages, dates and words repeat: each distinct cell is read once."""
    known: dict[tuple[type, Raw], object] = {}
    found = []
    for raw in raws:
        key = (raw.__class__, raw)
        if key not in known:
            known[key] = read(raw)
        found.append(known[key])
    return found


def _require(made: Values) -> None:
    for n, value in enumerate(made.values):
        if (value is None or value in ("", [])) and n not in made.faults:
            made.faults[n] = faults.required()


def constant(f: Field, text: str) -> object:
    """Read a mapping's constant; a Fault if it does not fit the field."""
    value = reader_of(f)(text)
    if isinstance(value, Fault) and value.value is not None:
        return value.value
    return value


def frame_of(
    form: Form, rows: Sequence[int], columns: Mapping[str, Sequence[object]]
) -> pl.DataFrame:
    """Return typed columns as a frame; a field without a column is empty throughout."""
    series = [pl.Series("_row", rows, dtype=pl.Int64())]
    for f in form.fields:
        values = columns.get(f.name)
        if values is None:
            values = [empty_of(f.type)] * len(rows)
        series.append(pl.Series(f.name, values, dtype=_DTYPES[f.type], strict=True))
    return pl.DataFrame(series)
