"""One place where what an engine hands back, or is handed, becomes a plain value.

Ladybug returns ``sum()`` of integers as `Decimal`; the Neo4j driver returns temporal and spatial
objects; frames hold numpy scalars. Callers of the port see str, int, float, bool, None, and lists
and dicts of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import cast

import numpy as np
import polars as pl

from graphcore.domain.clock import micros
from graphcore.store.port import Row, Value
from graphcore.store.schema import BY_LABEL, BY_REL

POLARS_TYPES: Mapping[str, pl.DataType] = {
    "STRING": pl.String(),
    "INT64": pl.Int64(),
    "DOUBLE": pl.Float64(),
    "BOOL": pl.Boolean(),
    "STRING[]": pl.List(pl.String()),
}
"""From the schema's type names to column types."""


def plain(value: object) -> Value:
    """Return the value as one that the port may hand out.

    Whole decimals become ints, others floats; an aware datetime becomes UTC microseconds; a node
    or relationship becomes the dict of its properties.

    Raises:
        TypeError: a value that has no plain form: a fault of ours in a query.
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, np.generic):
        return cast("Value", value.item())
    return _plain_composite(value)


def _plain_composite(value: object) -> Value:
    native = getattr(value, "to_native", None)
    if native is not None:
        value = native()
    if isinstance(value, datetime):
        return micros(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping) or hasattr(value, "items"):
        return _plain_map(value)
    if isinstance(value, list | tuple | set | np.ndarray | pl.Series):
        return cast("Value", [plain(v) for v in value])
    raise TypeError(f"no plain form: {type(value).__name__}")


def _plain_map(value: object) -> Value:
    pairs = cast("Mapping[str, object]", value).items()
    return {str(k): plain(v) for k, v in pairs if not _internal(str(k))}


def _internal(key: str) -> bool:
    """Ladybug adds ``_id`` and ``_label`` to node dicts (and ``_src``, ``_dst`` to rels)."""
    return key in ("_id", "_label", "_src", "_dst", "_ID", "_LABEL", "_SRC", "_DST")


def plain_row(columns: Iterable[str], row: Iterable[object]) -> Row:
    """Return one result row by column name."""
    return {c: plain(v) for c, v in zip(columns, row, strict=True)}


def plain_params(params: Mapping[str, object]) -> dict[str, Value]:
    """Return parameters that both drivers take: no numpy scalars, tuples, sets or Decimals.

    A set is sorted, so that the same call gives the same statement.
    """
    return {k: plain(sorted(v) if isinstance(v, set | frozenset) else v) for k, v in params.items()}


def label_schema(label: str) -> dict[str, pl.DataType]:
    """Return a label's properties as column types, in the schema's order."""
    return {name: POLARS_TYPES[kind] for name, kind in BY_LABEL[label].properties.items()}


def rel_schema(rel: str) -> dict[str, pl.DataType]:
    """Return the columns of a relationship's rows: ``from``, ``to`` and its properties."""
    ends: dict[str, pl.DataType] = {"from": pl.String(), "to": pl.String()}
    return ends | {n: POLARS_TYPES[kind] for n, kind in BY_REL[rel].properties.items()}


def conform_rows(rows: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return the given columns cast to their schema's types, in the schema's order.

    Raises:
        pl.exceptions.PolarsError: a value that does not fit its type.
    """
    return rows.select(pl.col(c).cast(t) for c, t in schema.items() if c in rows.columns)
