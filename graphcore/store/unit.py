"""Reads and writes inside one transaction, the same for both engines.

An engine supplies a `Runner` over its open transaction; everything else is here: named queries,
nodes and relationships by the schema's statements, the event chain, the checks that keys and
ends exist. Rows go to the engine in chunks, one statement a chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol

import polars as pl

from graphcore.domain.errors import ConstraintViolated, QueryError
from graphcore.domain.event import Event, EventDraft
from graphcore.domain.tables import Schema, conform
from graphcore.domain.text import say
from graphcore.store import chain, statements
from graphcore.store.library import query_text
from graphcore.store.port import Row, Value
from graphcore.store.schema import BY_LABEL
from graphcore.store.statements import Source
from graphcore.store.values import conform_rows, label_schema, plain_params, rel_schema

CHUNK = 5_000
"""Rows a statement."""


class Runner(Protocol):
    """One open transaction of an engine; every error it raises is one of ours."""

    def run(self, text: str, params: Mapping[str, object]) -> list[Row]:
        """Run one statement and return all its rows as plain values."""

    def frame(self, text: str, params: Mapping[str, object], schema: Schema) -> pl.DataFrame:
        """Run one reading statement and return its columns, cast to the schema where named."""

    def feed(self, statement: Callable[[Source], str], rows: pl.DataFrame) -> list[Row]:
        """Run one writing statement over rows, in whatever way they come in fastest."""


class Unit:
    """`graphcore.store.port.WriteUnit` over a runner; a read unit refuses to write.

    ``events`` are those appended so far: the engine publishes them once the unit has committed.
    """

    def __init__(self, runner: Runner, district: str | None = None) -> None:
        self._runner = runner
        self._district = district
        self._head: tuple[int, str] | None = None
        self.events: list[Event] = []
        if district is not None:
            runner.run(statements.LOCK_HEAD, {"district": district})

    # -- reads ----------------------------------------------------------------------------------

    def rows(self, query: str, **params: object) -> list[Row]:
        """Run the named query; see `graphcore.store.port.ReadUnit`."""
        return self._runner.run(query_text(query, params), plain_params(params))

    def table(self, query: str, schema: Schema, **params: object) -> pl.DataFrame:
        """Run the named query, return a frame of exactly the schema."""
        found = self._runner.frame(query_text(query, params), plain_params(params), schema)
        return _exactly(found, schema, query)

    def nodes(self, label: str, keys: Sequence[str] | None = None) -> pl.DataFrame:
        """Return the label's nodes (of the given keys), ordered by key."""
        schema = label_schema(_known(label))
        text = statements.read_nodes(label, by_key=keys is not None)
        if keys is None:
            return self._runner.frame(text, {}, schema)
        pages = [self._runner.frame(text, {"keys": c}, schema) for c in _key_chunks(keys)]
        none = pl.DataFrame(schema=schema)
        return pl.concat([none, *pages]).sort(BY_LABEL[label].key)

    # -- writes ---------------------------------------------------------------------------------

    def execute(self, query: str, **params: object) -> list[Row]:
        """Run a named writing query."""
        self._writing()
        return self.rows(query, **params)

    def create(self, label: str, rows: pl.DataFrame) -> None:
        """Create nodes; the engine's key constraint refuses a key that exists."""
        self._writing()
        table = node_rows(label, rows)
        for chunk in table.iter_slices(CHUNK):
            filled = _without(chunk, _null_columns(chunk))
            self._runner.feed(partial(statements.create_nodes, label, filled.columns), filled)

    def update(self, label: str, rows: pl.DataFrame) -> None:
        """Set the given columns on existing nodes by key; of rows with one key the last counts."""
        self._writing()
        key = BY_LABEL[_known(label)].key
        table = node_rows(label, rows).unique(key, keep="last", maintain_order=True)
        for chunk in table.iter_slices(CHUNK):
            self._update(label, chunk)

    def upsert(self, label: str, rows: pl.DataFrame) -> None:
        """Create or update by key; of rows with one key the last counts."""
        self._writing()
        key = BY_LABEL[_known(label)].key
        table = node_rows(label, rows).unique(key, keep="last", maintain_order=True)
        present = pl.Series(key, self._present(label, table[key].to_list()), pl.String())
        self.update(label, table.filter(pl.col(key).is_in(present.implode())))
        self.create(label, table.filter(~pl.col(key).is_in(present.implode())))

    def delete(self, label: str, keys: Sequence[str]) -> None:
        """Delete nodes with their relationships; a key that is not there is no error."""
        self._writing()
        text = statements.delete_nodes(_known(label))
        for chunk in _key_chunks(keys):
            self._runner.run(text, {"keys": chunk})

    def link(self, rel: str, source: str, target: str, rows: pl.DataFrame) -> None:
        """Create relationships; both ends must exist."""
        self._writing()
        for chunk in rel_rows(rel, source, target, rows).iter_slices(CHUNK):
            filled = _without(chunk, _null_columns(chunk))
            columns = [c for c in filled.columns if c not in ("from", "to")]
            made = partial(statements.create_links, rel, source, target, columns)
            reached = self._runner.feed(made, filled)
            if _reached(reached) != chunk.height:
                raise ConstraintViolated(
                    say("关系 {rel} 的一端（{a} 或 {b}）不存在。", rel=rel, a=source, b=target),
                    say("请先写入两端的节点。"),
                )

    def unlink(self, rel: str, source: str, target: str, rows: pl.DataFrame) -> None:
        """Delete the relationships between the given ends."""
        self._writing()
        text = statements.delete_links(rel, source, target)
        ends = rel_rows(rel, source, target, rows).select("from", "to").unique(maintain_order=True)
        for chunk in ends.iter_slices(CHUNK):
            self._runner.run(text, {"rows": chunk.to_dicts()})

    def append(self, draft: EventDraft) -> Event:
        """Append an event to the district's chain, in this transaction."""
        district = self._writing()
        seq, digest = self._head or chain.read_head(self._runner.run, district)
        event = chain.append(self._runner.run, draft, district, seq, digest)
        self._head = (event.seq, event.hash)
        self.events.append(event)
        return event

    # -- inside ---------------------------------------------------------------------------------

    def _writing(self) -> str:
        if self._district is None:
            raise QueryError(say("只读单元不能写入。"), say("请改用 store.write。"))
        return self._district

    def _update(self, label: str, chunk: pl.DataFrame) -> None:
        key = BY_LABEL[label].key
        nulls = _null_columns(chunk)
        filled = _without(chunk, nulls)
        columns = [c for c in filled.columns if c != key]
        made = partial(statements.update_nodes, label, columns, nulls)
        reached = self._runner.feed(made, filled)
        if _reached(reached) != chunk.height:
            raise ConstraintViolated(
                say("要更新的 {label} 中有不存在的主键。", label=label), say("请先创建该节点。")
            )

    def _present(self, label: str, keys: Sequence[str]) -> list[str]:
        text = statements.find_keys(label)
        chunks: Iterator[list[str]] = _key_chunks(keys)
        return [str(row["key"]) for c in chunks for row in self._runner.run(text, {"keys": c})]


def _known(label: str) -> str:
    if label not in BY_LABEL:
        raise QueryError(say("图中没有 {label} 这种节点。", label=label))
    return label


def node_rows(label: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows typed as the label's properties.

    Raises:
        QueryError: an unknown label or column, no key column, a value of another type.
        ConstraintViolated: a null key.
    """
    schema = label_schema(_known(label))
    return _typed(rows, schema, [BY_LABEL[label].key], label)


def rel_rows(rel: str, source: str, target: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows typed as the relationship's ends and properties; raises as `node_rows`."""
    if not statements.knows_rel(rel, source, target):
        raise QueryError(say("图中没有 {a}-{rel}->{b} 这种关系。", a=source, rel=rel, b=target))
    return _typed(rows, rel_schema(rel), ["from", "to"], rel)


def _typed(
    rows: pl.DataFrame, schema: Mapping[str, pl.DataType], keys: Sequence[str], name: str
) -> pl.DataFrame:
    odd = [c for c in rows.columns if c not in schema] + [k for k in keys if k not in rows.columns]
    if odd:
        raise QueryError(say("{name} 的列不对：{columns}。", name=name, columns="、".join(odd)))
    try:
        table = conform_rows(rows, schema)
    except pl.exceptions.PolarsError as error:
        raise QueryError(say("{name} 的列类型与图的声明不符。", name=name)) from error
    if any(table[k].null_count() for k in keys):
        raise ConstraintViolated(say("{name} 的主键不能为空。", name=name))
    return table


def _exactly(found: pl.DataFrame, schema: Schema, query: str) -> pl.DataFrame:
    try:
        return conform(found, schema)
    except (ValueError, pl.exceptions.PolarsError) as error:
        raise QueryError(say("查询“{name}”的列与所要的表不符。", name=query)) from error


def _null_columns(rows: pl.DataFrame) -> list[str]:
    return [c for c in rows.columns if rows[c].null_count() == rows.height]


def _without(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    return rows.drop(columns) if columns else rows


def _key_chunks(keys: Sequence[str]) -> Iterator[list[str]]:
    distinct = list(dict.fromkeys(keys))
    return (distinct[i : i + CHUNK] for i in range(0, len(distinct), CHUNK))


def _reached(rows: list[Row]) -> Value:
    return rows[0]["reached"] if rows else 0
