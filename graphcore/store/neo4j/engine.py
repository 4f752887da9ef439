"""Neo4j behind the port: the official driver, managed transactions, one writer a district.

The driver runs a unit again after a fault that passes (a deadlock, a change of leader). Neo4j is
read-committed: what a write unit reads after its first statement, the lock of the district's
chain head, no other write unit of the district changes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

import neo4j
import polars as pl
from neo4j.exceptions import GqlError

from graphcore.domain.errors import QueryError, StoreUnavailable
from graphcore.domain.text import say
from graphcore.store import migrate as migrations
from graphcore.store.neo4j import bulk
from graphcore.store.neo4j.errors import DRIVER_ERRORS, translated
from graphcore.store.neo4j.transaction import Transaction
from graphcore.store.port import ReadUnit, Row, WriteUnit
from graphcore.store.unit import Unit

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Neo4jLimits:
    """Times in seconds."""

    write_s: float = 120.0
    """How long a write transaction may take, waiting for the district's lock included."""
    load_s: float = 600.0
    """How long one batch of a bulk load may take."""
    retry_s: float = 15.0
    """How long faults that pass are tried again."""
    connect_s: float = 10.0
    """How long a connection may take to come about."""
    close_wait_s: float = 10.0
    """How long closing waits for those who read or write."""
    pool: int = 50
    """Connections at most."""


class Neo4jStore:
    """`graphcore.store.port.GraphStore` over a Neo4j database.

    Raises:
        StoreUnavailable: the server does not answer.
        SettingsError: address, user, password or database are wrong.
    """

    engine = "neo4j"

    def __init__(
        self,
        uri: str,
        user: str,
        password: str,
        database: str = "neo4j",
        limits: Neo4jLimits = Neo4jLimits(),
    ) -> None:
        self._database = database
        self._limits = limits
        self._closed = False
        self._sessions = 0
        self._changed = threading.Condition()
        self._writing = threading.local()
        with translated(*DRIVER_ERRORS, opening=True):
            self._driver = _driver(uri, user, password, limits)
            try:
                with self._driver.session(database=database) as session:
                    session.run("RETURN 1").consume()
            except BaseException:
                self._driver.close()
                raise

    # -- the port -------------------------------------------------------------------------------

    def read(self, fn: Callable[[ReadUnit], T], *, timeout_s: float = 60.0) -> T:
        """Run ``fn`` in a read transaction.

        Raises:
            StoreTimeout: a statement, or the next one, came after ``timeout_s``.
        """

        def work(inner: neo4j.ManagedTransaction) -> T:
            transaction = Transaction(inner, timeout_s)
            return transaction.attempt(lambda: fn(Unit(transaction)))

        with self._session() as session:
            return session.execute_read(neo4j.unit_of_work(timeout=timeout_s)(work))

    def write(self, district: str, fn: Callable[[WriteUnit], T]) -> T:
        """Run ``fn`` in a write transaction under the district's lock; all or nothing."""

        def work(inner: neo4j.ManagedTransaction) -> T:
            transaction = Transaction(inner, self._limits.write_s)
            return transaction.attempt(lambda: fn(Unit(transaction, district)))

        return self._managed(work, self._limits.write_s)

    def load(
        self,
        nodes: Mapping[str, pl.DataFrame],
        rels: Sequence[tuple[str, str, str, pl.DataFrame]],
    ) -> None:
        """Bulk load new nodes and relationships in batches; see the port."""
        self._refuse_closed()
        bulk.load_nodes(self._send, nodes)
        bulk.load_rels(self._send, rels)

    def migrate(self) -> int:
        """Bring the schema to the newest version; return the number of steps applied."""
        found = self._send(migrations.READ_VERSION, {})
        steps = migrations.pending(int(str(found[0]["version"])) if found else 0)
        for step in steps:
            for statement in step.neo4j:  # the server takes no schema and data in one transaction
                self._send(statement, {})
            self._send(migrations.WRITE_VERSION, {"version": str(step.version)})
        return len(steps)

    def checkpoint(self) -> None:
        """Do nothing: the server folds its log by itself."""
        self._refuse_closed()

    def close(self) -> None:
        """Close all connections; harmless when repeated.

        The driver must not be closed under its own sessions, so those that run may end first.
        """
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.wait_for(lambda: self._sessions == 0, self._limits.close_wait_s)
        with suppress(GqlError, OSError, BufferError):  # of connections that are still in use
            self._driver.close()

    # -- inside ---------------------------------------------------------------------------------

    def _send(self, text: str, params: Mapping[str, object]) -> list[Row]:
        def work(inner: neo4j.ManagedTransaction) -> list[Row]:
            transaction = Transaction(inner, self._limits.load_s)
            return transaction.attempt(lambda: transaction.run(text, params))

        return self._managed(work, self._limits.load_s)

    def _managed(self, work: Callable[[neo4j.ManagedTransaction], T], timeout_s: float) -> T:
        with self._session() as session, self._turn():
            return session.execute_write(neo4j.unit_of_work(timeout=timeout_s)(work))

    @contextmanager
    def _session(self) -> Iterator[neo4j.Session]:
        with self._changed:
            self._refuse_closed()
            self._sessions += 1
        try:
            with translated(GqlError), self._driver.session(database=self._database) as session:
                yield session
        finally:
            with self._changed:
                self._sessions -= 1
                self._changed.notify_all()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Refuse a write inside a write: it would wait for the lock that its own thread holds."""
        if getattr(self._writing, "now", False):
            raise QueryError(say("写入单元内不能再开写入单元。"), say("请在同一单元内完成。"))
        self._writing.now = True
        try:
            yield
        finally:
            self._writing.now = False

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreUnavailable(say("数据库已关闭。"), say("请重新打开后再试。"))


def _driver(uri: str, user: str, password: str, limits: Neo4jLimits) -> neo4j.Driver:
    return neo4j.GraphDatabase.driver(
        uri,
        auth=neo4j.basic_auth(user, password),
        user_agent="doudi",
        telemetry_disabled=True,
        notifications_min_severity=neo4j.NotificationMinimumSeverity.OFF,
        connection_timeout=limits.connect_s,
        connection_acquisition_timeout=limits.connect_s + limits.retry_s,
        max_connection_pool_size=limits.pool,
        max_transaction_retry_time=limits.retry_s,
    )
