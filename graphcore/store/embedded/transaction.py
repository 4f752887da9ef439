"""One open transaction of the embedded engine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import ladybug
import polars as pl

from graphcore.domain.errors import QueryError, StoreError, StoreTimeout
from graphcore.domain.tables import Schema
from graphcore.domain.text import say
from graphcore.store.embedded.errors import DRIVER_ERRORS, closed, let_go, translate
from graphcore.store.port import Row
from graphcore.store.statements import MAPS, Source
from graphcore.store.values import conform_rows, plain_row

_INTERRUPT_S = 0.05
_COLUMN = "c_"
TABLE = Source("LOAD FROM $rows", f"`{_COLUMN}")
TABLE_FROM = 500
"""Rows from which a table is worth making."""


class Transaction:
    """A `graphcore.store.unit.Runner` and a `graphcore.store.embedded.gate.Guest`.

    A statement that fails ends the transaction (the engine aborts it); each later use raises the
    same error. A transaction that has a time limit can be ended from outside once past it.
    """

    def __init__(
        self,
        connection: ladybug.Connection,
        *,
        write: bool,
        timeout_s: float | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._write = write
        self._now = now
        self._timeout_s = timeout_s
        self._deadline = None if timeout_s is None else now() + timeout_s
        self._mutex = threading.RLock()
        self._error: StoreError | None = None
        self._open = False

    def begin(self) -> None:
        """Start it."""
        with self._mutex:
            self._refuse_ended()
            self._connection.set_query_timeout(0)
            self._send("BEGIN TRANSACTION" if self._write else "BEGIN TRANSACTION READ ONLY", {})
            self._open = True

    def run(self, text: str, params: Mapping[str, object]) -> list[Row]:
        """Run one statement and return its rows as plain values."""
        with self._mutex:
            result = self._statement(text, params)
            columns = result.get_column_names()
            try:
                rows = self._guarded(result.get_all)
            finally:
                result.close()
        return [plain_row(columns, row) for row in rows]

    def frame(self, text: str, params: Mapping[str, object], schema: Schema) -> pl.DataFrame:
        """Run one reading statement and return its columns by way of Arrow."""
        with self._mutex:
            result = self._statement(text, params)
            try:
                found: pl.DataFrame = self._guarded(result.get_as_pl)
            finally:
                result.close()
        try:
            return conform_rows(found, schema)
        except pl.exceptions.PolarsError as error:
            raise QueryError(say("查询结果的列类型与所要的表不符。")) from error

    def feed(self, statement: Callable[[Source], str], rows: pl.DataFrame) -> list[Row]:
        """Run one writing statement over rows: few as maps, many as one Arrow table.

        A table takes a quarter of the time; its columns are renamed, so that none is taken for a
        variable of the statement.
        """
        if rows.height < TABLE_FROM:
            return self.run(statement(MAPS), {"rows": rows.to_dicts()})
        named = rows.rename({c: _COLUMN + c for c in rows.columns})
        return self.run(statement(TABLE), {"rows": named.to_arrow()})

    def commit(self) -> None:
        """Make it last.

        Raises:
            StoreError: a statement of it had failed, or the commit did; nothing has lasted.
        """
        with self._mutex:
            self._refuse_ended()
            self._send("COMMIT", {})
            self._open = False

    def rollback(self) -> None:
        """Undo it; harmless when it has ended."""
        with self._mutex:
            if not self._open:
                return
            self._open = False
            try:
                self._connection.execute("ROLLBACK")
            except DRIVER_ERRORS as error:
                if self._error is None:  # else the engine has aborted it itself
                    self._error = translate(error)
                    self._connection.close()  # ends what may still be open

    @property
    def failed(self) -> bool:
        """Whether a statement of it failed or its time ran out."""
        return self._error is not None

    # -- guest of the gate ----------------------------------------------------------------------

    def overdue(self) -> bool:
        """Whether it is past its time limit."""
        return self._deadline is not None and self._now() > self._deadline

    def expire(self) -> bool:
        """End it from outside, unless a statement is running (which its own limit ends)."""
        if not self._mutex.acquire(blocking=False):
            return False
        try:
            self._error = self._error or _expired(self._timeout_s)
            self.rollback()
        finally:
            self._mutex.release()
        return True

    def end(self) -> None:
        """End it from outside because the store closes, interrupting a statement that runs."""
        while not self._mutex.acquire(timeout=_INTERRUPT_S):
            with suppress(*DRIVER_ERRORS):
                self._connection.interrupt()
        try:
            self._error = self._error or closed()
            self.rollback()
        finally:
            self._mutex.release()

    # -- inside ---------------------------------------------------------------------------------

    def _statement(self, text: str, params: Mapping[str, object]) -> Any:
        self._refuse_ended()
        if self._deadline is not None:
            left_ms = int((self._deadline - self._now()) * 1000)
            if left_ms <= 0:
                self.expire()
                self._refuse_ended()
            self._connection.set_query_timeout(left_ms)
        return self._send(text, params)

    def _send(self, text: str, params: Mapping[str, object]) -> Any:
        return self._guarded(lambda: self._connection.execute(text, dict(params)))

    def _guarded(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except DRIVER_ERRORS as error:
            self._error = translate(error)
            self.rollback()
            raise self._error from let_go(error)

    def _refuse_ended(self) -> None:
        if self._error is not None:
            raise self._error


def _expired(timeout_s: float | None) -> StoreTimeout:
    return StoreTimeout(
        say("读取单元超过了 {seconds} 秒的时限。", seconds=timeout_s),
        say("请缩短读取，或在读出后再计算。"),
    )
