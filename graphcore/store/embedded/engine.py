"""The embedded engine behind the port: LadybugDB under the rules that keep it right.

One process owns the files; writers queue; readers and writers pass the gate; checkpoints run only
behind it; every event is in ``events.log`` before the caller has its reply.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TypeVar

import polars as pl

from graphcore.domain.errors import StoreBusy, StoreError
from graphcore.domain.event import Event
from graphcore.domain.text import say
from graphcore.store import migrate as migrations
from graphcore.store.embedded import bulk
from graphcore.store.embedded.errors import closed, translated
from graphcore.store.embedded.eventlog import EventLog
from graphcore.store.embedded.files import Files
from graphcore.store.embedded.gate import Gate
from graphcore.store.embedded.lockfile import LockFile
from graphcore.store.embedded.logend import LogEnd
from graphcore.store.embedded.queue import WriterQueue
from graphcore.store.embedded.swap import finish_swap
from graphcore.store.port import ReadUnit, WriteUnit
from graphcore.store.unit import Unit

T = TypeVar("T")
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds, counts in committed write transactions."""

    write_wait_s: float = 30.0
    """How long a writer queues."""
    gate_wait_s: float = 10.0
    """How long a newcomer waits while the gate is barred."""
    checkpoint_every: int = 1_000
    """From here on each commit tries a checkpoint, if nobody is in."""
    bar_after: int = 5_000
    """From here on newcomers are turned away for a moment."""
    bar_s: float = 2.0
    """That moment."""
    bar_again: int = 250
    """Commits after a moment in vain before the next one, so that a long read slows no writer."""
    close_wait_s: float = 10.0
    """How long closing waits for those inside."""
    buffer_pool_bytes: int = 0
    """Cap of the engine's memory; 0 leaves it to the engine."""


class EmbeddedStore:
    """`graphcore.store.port.GraphStore` over one folder of files."""

    engine = "embedded"

    def __init__(self, files: Files, limits: Limits = Limits()) -> None:
        self._limits = limits
        self._queue = WriterQueue(limits.write_wait_s)
        self._gate = Gate(limits.gate_wait_s)
        self._since = 0
        self._bar_at = limits.bar_after
        self._closed = self._torn = False
        with translated((OSError,)), ExitStack() as opened:
            files.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            opened.callback(LockFile(files.lock).release)
            finish_swap(files)
            self._end = opened.enter_context(closing(LogEnd(files)))
            self._native = self._end.open(limits.buffer_pool_bytes)
            opened.callback(self._close_native)
            self._log = opened.enter_context(closing(EventLog(files.log)))
            self._heal()
            self._end.settle()
            self._opened = opened.pop_all()

    # -- the port -------------------------------------------------------------------------------

    def read(self, fn: Callable[[ReadUnit], T], *, timeout_s: float = 60.0) -> T:
        """Run ``fn`` in a read transaction.

        Raises:
            StoreTimeout: a statement, or the next one, came after ``timeout_s``.
            StoreBusy: the gate is barred for a checkpoint that does not end.
        """
        self._refuse_closed()
        with self._native.reading(timeout_s) as transaction, self._gate.inside(transaction):
            transaction.begin()
            try:
                return fn(Unit(transaction))
            finally:
                transaction.rollback()

    def write(self, district: str, fn: Callable[[WriteUnit], T]) -> T:
        """Run ``fn`` in a write transaction under the district's lock; all or nothing."""
        self._refuse_closed()
        with self._writing():
            with self._native.writing() as transaction, self._gate.inside(transaction):
                transaction.begin()
                try:
                    unit = Unit(transaction, district)
                    result = fn(unit)
                    with self._lasting():
                        transaction.commit()
                    self._end.note()
                finally:
                    transaction.rollback()
            self._since += 1
            self._publish(unit.events)
            self._checkpoint_when_due()
        return result

    def load(
        self,
        nodes: Mapping[str, pl.DataFrame],
        rels: Sequence[tuple[str, str, str, pl.DataFrame]],
    ) -> None:
        """Bulk load new nodes and relationships, then checkpoint; see the port."""
        with self._writing(), self._alone():
            tables, joined = bulk.checked(nodes, rels, self._native.keys)
            with self._lasting():
                for label in sorted(tables):
                    bulk.copy_nodes(self._native.copy, label, tables[label])
                for rel in joined:
                    bulk.copy_rels(self._native.copy, rel)
            self._fold()

    def migrate(self) -> int:
        """Bring the schema to the newest version; return the number of steps applied."""
        with self._writing(), self._alone():
            steps = migrations.pending(self._native.version())
            with self._lasting():
                for step in steps:
                    self._native.apply(step)
            if steps:
                self._fold()
        return len(steps)

    def checkpoint(self) -> None:
        """Fold the engine's log into the database.

        Raises:
            StoreBusy: readers or writers stayed in.
        """
        with self._writing(), self._alone():
            self._fold()

    def close(self) -> None:
        """Checkpoint, close and give the files back; harmless when repeated.

        Raises:
            StoreBusy: a writer stays in; the store remains open.
            StoreUnavailable: the disk refused the checkpoint; closed all the same.
        """
        if self._closed:
            return
        with self._queue.turn(self._limits.close_wait_s):
            self._closed = True
            self._gate.shut(self._limits.close_wait_s)
            try:
                self._begin_again()
                self._fold()
            finally:
                self._opened.close()

    # -- inside ---------------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Queue for the one writer's place; what a refused commit left is out of the way then."""
        self._refuse_closed()
        with self._queue.turn():
            self._refuse_closed()
            if self._torn:
                with self._alone():
                    self._begin_again()
            yield

    @contextmanager
    def _lasting(self) -> Iterator[None]:
        """Remember a commit that failed: part of it may be in the engine's log or on its way."""
        try:
            yield
        except StoreError:
            self._torn = True
            raise

    def _begin_again(self) -> None:
        """Open anew at the last acknowledged commit if one failed; nobody is inside.

        Raises:
            StoreUnavailable: the disk is still full.
        """
        if not self._torn:
            return
        self._end.refuse_full()
        self._native.close()
        self._end.back()
        self._native = self._end.open(self._limits.buffer_pool_bytes)
        self._end.settle()
        self._torn = False

    def _close_native(self) -> None:
        """Close the engine that is open then: another than at first, if a commit was refused."""
        if self._torn:
            self._native.abandon()
        self._native.close()

    def _heal(self) -> None:
        if not self._native.version():
            self._log.refuse_orphans()
        elif lacked := self._looking(self._log.heal):
            _logger.warning("events.log lacked %d events of the graph; written now", lacked)

    def _publish(self, events: Sequence[Event]) -> None:
        """Log the committed events; whoever was stopped before doing so is made up for."""
        if self._log.follows(events):
            self._log.append(events)
        else:
            self._looking(self._log.heal)

    def _looking(self, fn: Callable[[ReadUnit], T]) -> T:
        """Read on the owner's own account, without a time limit, inside the gate."""
        with self._native.reading(None) as transaction, self._gate.inside(transaction):
            transaction.begin()
            try:
                return fn(Unit(transaction))
            finally:
                transaction.rollback()

    def _refuse_closed(self) -> None:
        if self._closed:
            raise closed()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._gate.alone(self._limits.gate_wait_s) as alone:
            if not alone:
                raise StoreBusy(say("有读取尚未结束，暂不能整理数据库。"), say("请稍后重试。"))
            yield

    def _checkpoint_when_due(self) -> None:
        if self._since < self._limits.checkpoint_every:
            return
        wait_s = self._limits.bar_s if self._since >= self._bar_at else 0.0
        with self._gate.alone(wait_s) as alone:
            if not alone:
                if wait_s:
                    self._bar_at = self._since + self._limits.bar_again
                return
            try:
                self._fold()
            except StoreError as error:  # the caller's transaction has lasted; try at the next one
                _logger.warning("checkpoint failed: %s", error)

    def _fold(self) -> None:
        try:
            self._end.forget()
            self._native.checkpoint()
        finally:
            self._end.note()  # one that failed may have left the log, which is needed then
        self._since = 0
        self._bar_at = self._limits.bar_after
