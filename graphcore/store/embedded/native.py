"""The engine's own objects: database, connections, and what is done outside transactions.

Connections keep every statement that they prepared; all are closed at each checkpoint, which
bounds that memory.
"""

from __future__ import annotations

import ctypes
import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ladybug
import polars as pl
import pyarrow as pa

from graphcore.store import migrate
from graphcore.store.embedded.errors import translated
from graphcore.store.embedded.transaction import Transaction
from graphcore.store.migrations.step import Migration
from graphcore.store.schema import BY_LABEL
from graphcore.store.statements import quoted

_IDLE = 8
"""Reading connections kept for the next reader."""


class Native:
    """One open database file. Callers see to it that rules of gate and queue are kept.

    A connection on which anything failed is closed, not used again: one whose ``BEGIN`` was
    refused brings the process down at its next interrupt. A closed database that something still
    refers to removes the log of its successor when it goes, so it has to go before.
    """

    _opened_before = False

    def __init__(self, path: Path, buffer_pool_bytes: int = 0, *, strict: bool = True) -> None:
        if Native._opened_before:
            gc.collect()
        Native._opened_before = True
        with translated(opening=True):
            self._database = ladybug.Database(
                path,
                buffer_pool_size=buffer_pool_bytes,
                auto_checkpoint=False,
                throw_on_wal_replay_failure=strict,
            )
            self._writer = ladybug.Connection(self._database)
            self._writer.execute("CALL force_checkpoint_on_close=false")  # closing is no checkpoint
        self._mutex = threading.Lock()
        self._idle: list[ladybug.Connection] = []
        self._lent: set[ladybug.Connection] = set()
        self._closed = self._abandoned = False

    @contextmanager
    def reading(self, timeout_s: float | None) -> Iterator[Transaction]:
        """Lend a connection to one reading transaction."""
        connection = self._borrow()
        transaction = Transaction(connection, write=False, timeout_s=timeout_s)
        try:
            yield transaction
        finally:
            self._give_back(connection, usable=not transaction.failed)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Lend the writing connection to one transaction."""
        transaction = Transaction(self._writer, write=True)
        try:
            yield transaction
        finally:
            if transaction.failed:
                self._new_writer()

    def version(self) -> int:
        """Return the schema's version, 0 for a fresh file."""
        with translated():
            tables = self._writer.execute("CALL show_tables() RETURN name").get_all()
            if ["Meta"] not in tables:
                return 0
            rows = self._writer.execute(migrate.READ_VERSION).get_all()
        return int(rows[0][0]) if rows else 0

    def apply(self, step: Migration) -> None:
        """Apply one migration in one transaction."""
        with self.writing() as transaction:
            transaction.begin()
            try:
                for statement in step.embedded:
                    transaction.run(statement, {})
                transaction.run(migrate.WRITE_VERSION, {"version": str(step.version)})
                transaction.commit()
            finally:
                transaction.rollback()

    def keys(self, label: str) -> pl.Series:
        """Return the keys of a label's nodes."""
        key = quoted(BY_LABEL[label].key)
        with translated():
            result = self._writer.execute(f"MATCH (n:{quoted(label)}) RETURN n.{key} AS key")
            found: pl.Series = result.get_as_pl()["key"]
        return found.cast(pl.String())

    def copy(self, statement: str, rows: pa.Table) -> None:
        """Run a ``COPY … FROM $rows``."""
        with translated():
            self._writer.execute(statement, {"rows": rows})

    def checkpoint(self) -> None:
        """Fold the log into the database; the caller is alone behind the gate."""
        with translated():
            self._drop_idle()
            self._new_writer()
            self._writer.execute("CHECKPOINT")

    def close(self) -> None:
        """Close every connection and the file, without a checkpoint.

        A statement that still runs is interrupted; its connection is no more.
        """
        with self._mutex:
            self._closed = True
            lent = list(self._lent)
        for connection in lent:
            connection.close()
        self._drop_idle()
        self._writer.close()
        if not self._abandoned:
            self._database.close()

    def abandon(self) -> None:
        """Leave the database open until the process ends.

        The engine writes what a full disk refused once more when it goes, from where an error
        ends the process; so it must not go.
        """
        self._abandoned = True
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._database))

    def _borrow(self) -> ladybug.Connection:
        with self._mutex, translated():
            if self._closed:
                raise RuntimeError("Database is closed")
            connection = self._idle.pop() if self._idle else ladybug.Connection(self._database)
            self._lent.add(connection)
        return connection

    def _give_back(self, connection: ladybug.Connection, *, usable: bool) -> None:
        with self._mutex:
            self._lent.discard(connection)
            keep = usable and not self._closed and len(self._idle) < _IDLE
            if keep:
                self._idle.append(connection)
        if not keep:
            connection.close()

    def _new_writer(self) -> None:
        with translated():
            self._writer.close()
            self._writer = ladybug.Connection(self._database)

    def _drop_idle(self) -> None:
        with self._mutex:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
