"""From typed values to what an office writes into a cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeAlias

from graphcore.domain.clock import moment
from graphcore.exchange.forms.catalogue import Field, Type

Cell: TypeAlias = str | int | float | datetime | date | None
"""``None`` leaves the cell empty."""

_FEN = 100


def cell(field: Field, value: object) -> Cell:
    """Return what is written for a value of the field's type (see `Type`)."""
    if value is None or value in ("", []):
        return None
    writer = _WRITERS.get(field.type)
    return writer(field, value) if writer else _plain(value)


def _plain(value: object) -> Cell:
    assert isinstance(value, str | int | float)
    return value


def _money(_: Field, value: object) -> Cell:
    assert isinstance(value, int)
    return value / _FEN if value % _FEN else value // _FEN


def _date(_: Field, value: object) -> Cell:
    return date.fromisoformat(str(value))


def _time(_: Field, value: object) -> Cell:
    assert isinstance(value, int)
    return moment(value).replace(tzinfo=None)


def _choice(field: Field, value: object) -> Cell:
    assert field.choices is not None
    return field.choices[str(value)][0]


def _choices(field: Field, value: object) -> Cell:
    assert isinstance(value, list)
    assert field.choices is not None
    return "、".join(field.choices[v][0] for v in value)


def _flag(_: Field, value: object) -> Cell:
    return "是" if value else "否"


_WRITERS: dict[Type, Callable[[Field, object], Cell]] = {
    Type.MONEY: _money,
    Type.DATE: _date,
    Type.TIME: _time,
    Type.CHOICE: _choice,
    Type.CHOICES: _choices,
    Type.FLAG: _flag,
}
