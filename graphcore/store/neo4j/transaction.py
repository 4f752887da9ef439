"""One attempt of a managed transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar, cast

import neo4j
import polars as pl

from graphcore.domain.errors import DoudiError, QueryError, StoreTimeout
from graphcore.domain.tables import Schema
from graphcore.domain.text import say
from graphcore.store.neo4j.errors import DRIVER_ERRORS, translate, worth_another_try
from graphcore.store.port import Row
from graphcore.store.statements import MAPS, Source
from graphcore.store.values import plain_row

T = TypeVar("T")


class Transaction:
    """A `graphcore.store.unit.Runner`.

    A statement that fails ends the transaction; each later use raises the same error, and the
    attempt fails even if the unit's function swallowed it.
    """

    def __init__(
        self,
        inner: neo4j.ManagedTransaction,
        timeout_s: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = inner
        self._timeout_s = timeout_s
        self._now = now
        self._deadline = now() + timeout_s
        self._error: DoudiError | None = None

    def run(self, text: str, params: Mapping[str, object]) -> list[Row]:
        """Run one statement and return its rows as plain values."""
        columns, rows = self._statement(text, params)
        return [plain_row(columns, row) for row in rows]

    def frame(self, text: str, params: Mapping[str, object], schema: Schema) -> pl.DataFrame:
        """Run one reading statement and return its columns that the schema names."""
        columns, rows = self._statement(text, params)
        wanted = [(i, c, schema[c]) for i, c in enumerate(columns) if c in schema]
        try:
            return pl.DataFrame(
                [pl.Series(c, [row[i] for row in rows], dtype) for i, c, dtype in wanted]
            )
        except (TypeError, pl.exceptions.PolarsError) as error:
            raise QueryError(say("查询结果的列类型与所要的表不符。")) from error

    def feed(self, statement: Callable[[Source], str], rows: pl.DataFrame) -> list[Row]:
        """Run one writing statement over rows, which go as maps."""
        return self.run(statement(MAPS), {"rows": rows.to_dicts()})

    def attempt(self, work: Callable[[], T]) -> T:
        """Run the unit's work; a passing fault goes to the driver as its own, to try again."""
        try:
            result = work()
            self._refuse_ended()
        except DoudiError as error:
            if error is self._error and worth_another_try(error.__cause__):
                raise cast("BaseException", error.__cause__) from error
            raise
        return result

    def _statement(
        self, text: str, params: Mapping[str, object]
    ) -> tuple[tuple[str, ...], list[list[object]]]:
        self._refuse_ended()
        if self._now() > self._deadline:
            self._error = StoreTimeout(
                say("事务超过了 {seconds} 秒的时限。", seconds=self._timeout_s),
                say("请缩短读取，或在读出后再计算。"),
            )
            raise self._error
        try:
            result = self._inner.run(text, dict(params))
            return result.keys(), result.values()
        except DRIVER_ERRORS as error:
            self._error = translate(error)
            raise self._error from error

    def _refuse_ended(self) -> None:
        if self._error is not None:
            raise self._error
