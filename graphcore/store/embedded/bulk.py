"""Bulk load by ``COPY FROM`` Arrow tables.

The engine crashes on a ``COPY`` that follows a failed one in the same process, so everything that
could make it fail is checked first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl
import pyarrow as pa

from graphcore.domain.errors import ConstraintViolated
from graphcore.domain.text import say
from graphcore.store.schema import BY_LABEL, BY_REL
from graphcore.store.statements import quoted
from graphcore.store.unit import node_rows, rel_rows
from graphcore.store.values import label_schema, rel_schema

Rel = tuple[str, str, str, pl.DataFrame]
Copy = Callable[[str, pa.Table], None]
KeysOf = Callable[[str], pl.Series]
"""From a label to the keys of its nodes that are in the store."""


def checked(
    nodes: Mapping[str, pl.DataFrame], rels: Sequence[Rel], keys_of: KeysOf
) -> tuple[dict[str, pl.DataFrame], list[Rel]]:
    """Return the tables with all columns of their schema, fit to be copied.

    Raises:
        ConstraintViolated: a key twice, a key that is in the store, an end that is nowhere.
        QueryError: columns that the schema does not have.
    """
    tables = {label: _whole(node_rows(label, t), label_schema(label)) for label, t in nodes.items()}
    for label, table in tables.items():
        _refuse_known(label, table, keys_of(label))
    joined = [(r, a, b, _whole(rel_rows(r, a, b, t), rel_schema(r))) for r, a, b, t in rels]
    for rel, source, target, table in joined:
        for column, label in (("from", source), ("to", target)):
            _refuse_loose(rel, label, table[column], tables, keys_of)
    return tables, joined


def copy_nodes(copy: Copy, label: str, table: pl.DataFrame) -> None:
    """Copy one label's nodes."""
    if table.height:
        copy(f"COPY {quoted(label)} FROM $rows", table.to_arrow())


def copy_rels(copy: Copy, rel: Rel) -> None:
    """Copy relationships of one kind between two labels."""
    name, source, target, table = rel
    several = len(BY_REL[name].ends) > 1
    ends = f" (from='{source}', to='{target}')" if several else ""
    if table.height:
        copy(f"COPY {quoted(name)} FROM $rows{ends}", table.to_arrow())


def _whole(table: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    columns = [
        pl.col(c) if c in table.columns else pl.lit(None, dtype=t).alias(c)
        for c, t in schema.items()
    ]
    return table.select(columns)


def _refuse_known(label: str, table: pl.DataFrame, present: pl.Series) -> None:
    keys = table[BY_LABEL[label].key]
    if keys.n_unique() != keys.len() or keys.is_in(present.implode()).any():
        raise ConstraintViolated(
            say("批量导入的 {label} 中有重复的主键，或主键已在库中。", label=label),
            say("请去掉重复的行后再导入。"),
        )


def _refuse_loose(
    rel: str, label: str, ends: pl.Series, tables: Mapping[str, pl.DataFrame], keys_of: KeysOf
) -> None:
    known = keys_of(label)
    if label in tables:
        known = pl.concat([known, tables[label][BY_LABEL[label].key].rename(known.name)])
    if not ends.is_in(known.implode()).all():
        raise ConstraintViolated(
            say("批量导入的关系 {rel} 有一端的 {label} 不存在。", rel=rel, label=label),
            say("请把两端的节点一并导入。"),
        )
