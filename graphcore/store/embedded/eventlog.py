"""``events.log``: a second copy of the chain beside the database, one JSON line an event.

Appended and synced after each commit and before the reply. A crash in between leaves the log
behind the graph: opening heals it. A log ahead of the graph means that the graph has lost
transactions: opening refuses.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from graphcore.domain.errors import StoreDamaged, StoreUnavailable
from graphcore.domain.event import GENESIS, Event, canonical_json
from graphcore.domain.text import say
from graphcore.store import chain
from graphcore.store.port import ReadUnit

_START = (0, GENESIS)


class EventLog:
    """The log file, open for appending.

    Raises:
        StoreDamaged: a line that is no event, or an event that does not follow the one before.
    """

    def __init__(self, path: Path) -> None:
        _cut_torn_line(path)
        self._heads = _heads(read_log(path))
        self._file = path.open("ab", buffering=0)
        self._owed: list[Event] = []

    def append(self, events: Iterable[Event]) -> None:
        """Write the events and wait until they are on disk.

        Raises:
            StoreUnavailable: the disk refused. They are owed, and written with the next ones.
        """
        self._owed += events
        if not self._owed:
            return
        try:
            self._write(b"".join(_line(e) for e in self._owed))
        except OSError as error:
            raise StoreUnavailable(
                say("变更已保存，但审计日志写入失败。"), say("请检查磁盘空间，然后重试。")
            ) from error
        for event in self._owed:
            _advance(self._heads, event)
        self._owed.clear()

    def follows(self, events: Iterable[Event]) -> bool:
        """Whether the events come right behind what is logged or owed."""
        heads = dict(self._heads)
        try:
            for event in (*self._owed, *events):
                _advance(heads, event)
        except StoreDamaged:
            return False
        return True

    def heal(self, unit: ReadUnit) -> int:
        """Bring the log up to the graph; return how many events it lacked.

        Raises:
            StoreDamaged: the log holds events that the graph lacks, or other ones.
        """
        graph = chain.heads(unit)
        for district in sorted(self._heads.keys() | graph.keys()):
            self._refuse_ahead(district, graph.get(district, _START), unit)
        missing = [
            event
            for district in sorted(graph)
            for event in chain.events(unit, district, self._heads.get(district, _START)[0])
        ]
        self._owed.clear()
        self.append(missing)
        return len(missing)

    def refuse_orphans(self) -> None:
        """Refuse a log whose database is gone.

        Raises:
            StoreDamaged: the log holds events.
        """
        if self._heads:
            raise StoreDamaged(say("事件日志还在，数据库文件却是空的。"))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, data: bytes) -> None:
        end = self._file.tell()
        try:
            self._file.write(data)
            os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(end)
            raise

    def _refuse_ahead(self, district: str, graph: tuple[int, str], unit: ReadUnit) -> None:
        logged = self._heads.get(district, _START)
        if logged[0] > graph[0]:
            ahead = logged[0] - graph[0]
            raise StoreDamaged(
                say("事件日志中有 {n} 个事件不在数据库里（{d}）。", n=ahead, d=district)
            )
        at_log = unit.rows("chain.hash_at", district=district, seq=logged[0])
        if logged != _START and [r["hash"] for r in at_log] != [logged[1]]:
            raise StoreDamaged(say("事件日志与数据库中的事件不一致（{d}）。", d=district))


def _heads(events: Iterable[Event]) -> dict[str, tuple[int, str]]:
    heads: dict[str, tuple[int, str]] = {}
    for event in events:
        _advance(heads, event)
    return heads


def _advance(heads: dict[str, tuple[int, str]], event: Event) -> None:
    """Move the district's head to the event, which must be the next link."""
    seq, digest = heads.get(event.district, _START)
    if (event.seq, event.prev_hash) != (seq + 1, digest):
        raise StoreDamaged(
            say("事件日志在 {d} 的第 {seq} 个事件处中断。", d=event.district, seq=event.seq)
        )
    heads[event.district] = (event.seq, event.hash)


def read_log(path: Path) -> Iterator[Event]:
    """Yield the logged events.

    Raises:
        StoreDamaged: a line that is no event.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            yield _event(line, number)


def read_what_can_be(path: Path) -> tuple[list[Event], int]:
    """Return the events of a log that may be damaged, and how many lines are no events.

    What a crash left behind the last whole line is no damage.
    """
    events, unreadable = list[Event](), 0
    whole, newline, _torn = (path.read_bytes() if path.exists() else b"").rpartition(b"\n")
    for line in whole.split(b"\n") if newline else ():
        try:
            events.append(_event(line, 0))
        except StoreDamaged:
            unreadable += 1
    return events, unreadable


def write_log(path: Path, events: Iterable[Event]) -> None:
    """Write a whole new log file, synced."""
    with path.open("wb") as file:
        file.writelines(map(_line, events))
        file.flush()
        os.fsync(file.fileno())


def _line(event: Event) -> bytes:
    return canonical_json(asdict(event)).encode() + b"\n"


def _event(line: bytes, number: int) -> Event:
    event = chain.event_of_line(line)
    if event is None:
        raise StoreDamaged(say("事件日志第 {n} 行无法读取。", n=number))
    return event


def _cut_torn_line(path: Path) -> None:
    """Drop what a crash left behind the last whole line."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        data = file.read()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            file.truncate(whole)
            os.fsync(file.fileno())
