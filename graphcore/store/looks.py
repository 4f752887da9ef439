"""The log of looks: who saw whose personal data, when and for what, in a chain of its own.

A file beside the database, one JSON line a look, each with the hash of the one before. It is not
in the database: a look then never waits for a long write, a restored backup does not forget who
looked, and the audit chain of the district stays short. Looks of concurrent callers are written
and synced together; nobody is answered before the own look is on disk. Several processes may
append to one file: each group is written under a lock, behind whatever came in between.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from graphcore.domain.errors import StoreDamaged, StoreUnavailable
from graphcore.domain.event import GENESIS, Event, EventDraft, canonical_json, link
from graphcore.domain.text import say
from graphcore.store import chain
from graphcore.store.durable import sync
from graphcore.store.embedded.eventlog import read_log
from graphcore.store.gathering import Gathering

_BLOCK = 1 << 16


class LookLog:
    """The log's file; made at the first look.

    Args:
        path: The file.
        name: Names a new chain; a file that has lines keeps the name of its own.
        window_s: How long a look waits for others to be written with.

    Raises:
        StoreDamaged: the last line is no event.
    """

    def __init__(self, path: Path, name: Callable[[], str], *, window_s: float = 0.002) -> None:
        self.path, self._name = path, name
        self._file = -1
        self._end = 0
        self._head: tuple[str, int, str] = ("", 0, GENESIS)
        self._gathering: Gathering[EventDraft] = Gathering(self._commit, window_s)
        self._written = self._covered = 0
        self._anchoring = threading.Lock()

    @property
    def fresh(self) -> int:
        """Looks that this process wrote and no anchor covers yet."""
        return self._written - self._covered

    @property
    def first(self) -> bool:
        """Whether no look of the file can have been anchored."""
        return 0 < self.fresh == self._head[1]

    @contextmanager
    def anchoring(self) -> Iterator[tuple[str, int, str] | None]:
        """Hand out name, number and hash of the last look, to be kept elsewhere.

        None while another thread is at it, or before the first look. A body that raises leaves
        the anchor owed.
        """
        if not self._anchoring.acquire(blocking=False):
            yield None
            return
        try:
            written, head = self._written, self._head
            yield head if head[1] else None
            self._covered = written
        finally:
            self._anchoring.release()

    def record(self, looks: Sequence[EventDraft]) -> None:
        """Return once the looks are on disk.

        Raises:
            StoreUnavailable: the disk refused, or the log is closed: show nothing.
        """
        self._gathering.submit(looks)

    def looks(self) -> Iterator[Event]:
        """Yield every look, oldest first.

        Raises:
            StoreDamaged: a line that is no event.
        """
        yield from read_log(self.path)

    def close(self) -> None:
        """Write what waits, then close."""
        self._gathering.close()
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    # -- the writing thread -----------------------------------------------------------------------

    def _commit(self, drafts: list[EventDraft]) -> None:
        try:
            self._open()
            with _locked(self._file):
                self._catch_up()
                self._append(drafts)
        except OSError as error:
            raise StoreUnavailable(
                say("查看记录无法写入磁盘，因此不显示个人信息。"), say("请检查磁盘空间，然后重试。")
            ) from error

    def _open(self) -> None:
        if self._file < 0:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            new = not self.path.exists()
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            if new:
                sync(self.path.parent)

    def _append(self, drafts: list[EventDraft]) -> None:
        name, seq, digest = self._head
        name = name or self._name()
        lines = bytearray()
        for draft in drafts:
            event = link(draft, name, seq + 1, digest)
            seq, digest = event.seq, event.hash
            lines += canonical_json(asdict(event)).encode() + b"\n"
        self._write(bytes(lines))
        self._head, self._end = (name, seq, digest), self._end + len(lines)
        self._written += len(drafts)

    def _write(self, data: bytes) -> None:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._file, rest) :]
            os.fdatasync(self._file)
        except OSError:
            os.ftruncate(self._file, self._end)  # nobody was answered: the group never was
            raise

    def _catch_up(self) -> None:
        """Take over the head from what others wrote since; cut what a crash left half written."""
        size = os.fstat(self._file).st_size
        if size == self._end:
            return
        tail = _last_line(self._file, size)
        whole = size - len(tail.rpartition(b"\n")[2])
        if whole < size:
            os.ftruncate(self._file, whole)
        lines = tail[: len(tail) - (size - whole)].splitlines()
        self._head, self._end = _head_in(lines[-1] if lines else b""), whole


def _head_in(line: bytes) -> tuple[str, int, str]:
    if not line:
        return "", 0, GENESIS
    event = chain.event_of_line(line)
    if event is None:
        raise StoreDamaged(say("查看记录的最后一行无法读取。"))
    return event.district, event.seq, event.hash


def _last_line(file: int, size: int) -> bytes:
    """Return the file's end, from before its last whole line on."""
    start, tail = size, b""
    while start and tail.rpartition(b"\n")[0].count(b"\n") < 1:
        begin = max(0, start - _BLOCK)
        tail = os.pread(file, start - begin, begin) + tail
        start = begin
    return tail


@contextmanager
def _locked(file: int) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
