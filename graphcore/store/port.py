"""GraphStore: what the rest of the product may ask of either engine.

``store.write(district, fn)`` is the unit of work: ``fn`` may run again, so ids and times are
handed in by the caller and ``fn`` has no effect outside the unit. The unit's first statement
write-locks the district's ChainHead, which gives one writer a district on both engines. State,
events and idempotency records commit together.

``store.read(fn)`` is one short consistent read: copy what you need out and return it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias, TypeVar

import polars as pl

from graphcore.domain.event import Event, EventDraft
from graphcore.domain.tables import Schema

Scalar: TypeAlias = str | int | float | bool | None
Value: TypeAlias = Scalar | list[Scalar] | list[dict[str, "Value"]] | dict[str, "Value"]
Row: TypeAlias = dict[str, Value]
T = TypeVar("T")


class ReadUnit(Protocol):
    """Reads inside one transaction."""

    def rows(self, query: str, **params: object) -> list[Row]:
        """Run the named query (``area.name``), return rows with ints, floats, strings, lists."""

    def table(self, query: str, schema: Schema, **params: object) -> pl.DataFrame:
        """Run the named query, return a frame of exactly ``schema`` (also without rows)."""

    def nodes(self, label: str, keys: Sequence[str] | None = None) -> pl.DataFrame:
        """Return all properties of the label's nodes (of the given keys), ordered by key."""


class WriteUnit(ReadUnit, Protocol):
    """Reads and writes inside one transaction."""

    def execute(self, query: str, **params: object) -> list[Row]:
        """Run a named writing query."""

    def create(self, label: str, rows: pl.DataFrame) -> None:
        """Create nodes; columns are properties, the key included.

        Raises:
            ConstraintViolated: a key exists already.
        """

    def update(self, label: str, rows: pl.DataFrame) -> None:
        """Set the given columns on existing nodes by key; others stay.

        Raises:
            ConstraintViolated: a key does not exist.
        """

    def upsert(self, label: str, rows: pl.DataFrame) -> None:
        """Create or update by key."""

    def delete(self, label: str, keys: Sequence[str]) -> None:
        """Delete nodes with their relationships."""

    def link(self, rel: str, source: str, target: str, rows: pl.DataFrame) -> None:
        """Create relationships ``rel`` from label ``source`` to label ``target``.

        ``rows`` has the columns ``from`` and ``to`` (keys) and the relationship's properties.

        Raises:
            ConstraintViolated: an end does not exist.
        """

    def unlink(self, rel: str, source: str, target: str, rows: pl.DataFrame) -> None:
        """Delete the relationships between the given ``from`` and ``to``."""

    def append(self, draft: EventDraft) -> Event:
        """Append an event to the district's chain, in this transaction."""


class GraphStore(Protocol):
    """One open store."""

    engine: str
    """``"embedded"`` or ``"neo4j"``."""

    def read(self, fn: Callable[[ReadUnit], T], *, timeout_s: float = 60.0) -> T:
        """Run ``fn`` in a read transaction."""

    def write(self, district: str, fn: Callable[[WriteUnit], T]) -> T:
        """Run ``fn`` in a write transaction under the district's lock; all or nothing."""

    def load(
        self,
        nodes: Mapping[str, pl.DataFrame],
        rels: Sequence[tuple[str, str, str, pl.DataFrame]],
    ) -> None:
        """Bulk load new nodes by label and relationships (rel, source, target, rows).

        The fastest way in, for an empty or fresh store; not one transaction.
        """

    def migrate(self) -> int:
        """Bring the schema to the newest version; return the number of migrations applied."""

    def checkpoint(self) -> None:
        """Fold the log into the database where the engine needs that."""

    def close(self) -> None:
        """Close; a closed store refuses every call."""
