"""Frames in the shape of the forms: the column types that a reader of the files gives back."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from graphcore.exchange.forms.catalogue import BY_CODE, Type

_TYPES: Mapping[Type, pl.DataType] = {
    Type.COUNT: pl.Int64(),
    Type.NUMBER: pl.Float64(),
    Type.MONEY: pl.Int64(),
    Type.TIME: pl.Int64(),
    Type.CHOICES: pl.List(pl.String()),
    Type.FLAG: pl.Boolean(),
}


def schema(form: str) -> dict[str, pl.DataType]:
    """Return the form's columns with the type that their frame has."""
    return {f.name: _TYPES.get(f.type, pl.String()) for f in BY_CODE[form].fields}


def shaped(form: str, table: pl.DataFrame) -> pl.DataFrame:
    """Return the table as the form's columns, in its order; a column that is missing is empty."""
    wanted = schema(form)
    return table.select(
        (pl.col(name) if name in table.columns else _blank(kind)).cast(kind).alias(name)
        for name, kind in wanted.items()
    )


def rows(form: str, records: list[dict[str, object]]) -> pl.DataFrame:
    """Return records as a frame of the form; what a record does not say is empty."""
    wanted = schema(form)
    blank = {name: _EMPTY.get(str(kind)) for name, kind in wanted.items()}
    full = [{name: record.get(name, blank[name]) for name in wanted} for record in records]
    return pl.DataFrame(full, schema=wanted, orient="row")


_EMPTY: Mapping[str, object] = {"String": "", "List(String)": []}


def _blank(kind: pl.DataType) -> pl.Expr:
    return pl.lit(_EMPTY.get(str(kind)), dtype=kind)
