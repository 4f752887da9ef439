"""The end of the engine's log: what was acknowledged, and what a crash tore.

The engine writes a commit page by page and syncs it then. A process that dies between two pages
leaves the first part of a transaction that nobody was told of, and the engine refuses such a log
like a damaged one. How long the log was when a commit was last acknowledged is kept beside it: a
log that can be read at least that far is cut there and opens, any other is damaged.

A disk that refuses a commit leaves such a part too, and the engine would write later commits behind
it, where nothing can be read: it has to begin again at the length that was acknowledged.
"""

from __future__ import annotations

import logging
import os
import shutil
from contextlib import suppress

from graphcore.domain.errors import StoreDamaged
from graphcore.domain.text import say
from graphcore.store.durable import sync
from graphcore.store.embedded.errors import translated
from graphcore.store.embedded.files import Files
from graphcore.store.embedded.native import Native

_logger = logging.getLogger(__name__)
_DIGITS = 20
_ROOM = 1 << 20
"""Bytes beside the log's own that must fit on the disk before the engine is closed."""


class LogEnd:
    """The length of the log at the last acknowledged commit; closing an unsettled cut undoes it.

    The length is written after the log is synced and set to 0, synced, before a checkpoint, so
    that it is never more than what the log must hold.
    """

    def __init__(self, files: Files) -> None:
        undo_cut(files)
        self._files = files
        self._cut_from: int | None = None
        self._at = 0  # what is noted, also where the disk refused the note
        self._handle = os.open(files.acknowledged, os.O_RDWR | os.O_CREAT, 0o600)

    def open(self, buffer_pool_bytes: int) -> Native:
        """Open the database, without the torn end of its log if it has one.

        Raises:
            StoreDamaged: the log is shorter, or cannot be read as far, as was acknowledged.
        """
        self._refuse_shorter()
        try:
            return Native(self._files.database, buffer_pool_bytes)
        except StoreDamaged:
            if self._noted() is None or not self._only_the_log():
                raise
        self._keep()
        native = Native(self._files.database, buffer_pool_bytes, strict=False)
        try:
            self._refuse_shorter()
        except StoreDamaged:
            native.close()
            raise
        return native

    def settle(self) -> None:
        """The store is open and sound: a cut is final, all that the log holds is acknowledged."""
        if self._cut_from is not None:
            lost = self._cut_from - self._length()
            _logger.warning("cut %d bytes of a transaction that a crash interrupted", lost)
            self._files.kept.unlink()
            self._cut_from = None
        self.note()

    def note(self) -> None:
        """Everything in the log is about to be acknowledged; a disk that refuses is harmless."""
        self._at = self._length()
        with suppress(OSError):
            self._write(self._at)

    def forget(self) -> None:
        """The log is about to be folded in.

        Raises:
            StoreUnavailable: the disk refused; the log must stay as it is.
        """
        with translated((OSError,)):
            self._write(0)
            os.fsync(self._handle)

    def refuse_full(self) -> None:
        """Refuse while the disk is full: closing the engine then would bring the process down.

        Raises:
            StoreUnavailable: the disk does not take as much as the log and a little more.
        """
        trial = self._files.kept.with_suffix(".room")
        with translated((OSError,)):
            try:
                with trial.open("wb") as file:
                    for _ in range(1 + self._length() // _ROOM):
                        file.write(bytes(_ROOM))
                    file.flush()
                    os.fsync(file.fileno())
            finally:
                trial.unlink(missing_ok=True)

    def back(self) -> None:
        """Put a log in place that ends with the last acknowledged commit; the engine is closed.

        It is another file: what is left of the engine may still write to the one before.

        Raises:
            StoreUnavailable: the disk refused.
        """
        if not self._files.wal.exists():
            return
        with translated((OSError,)):
            fresh = self._files.kept.with_suffix(".new")
            fresh.write_bytes(self._files.wal.read_bytes()[: self._at])
            sync(fresh)
            fresh.replace(self._files.wal)
            sync(self._files.folder)

    def close(self) -> None:
        """Close the file; undo a cut that was not settled."""
        os.close(self._handle)
        undo_cut(self._files)

    def _length(self) -> int:
        return self._files.wal.stat().st_size if self._files.wal.exists() else 0

    def _write(self, length: int) -> None:
        os.pwrite(self._handle, b"%0*d" % (_DIGITS, length), 0)

    def _noted(self) -> int | None:
        """None for the files of a release that noted nothing."""
        noted = os.pread(self._handle, _DIGITS, 0)
        return int(noted) if noted.isdigit() else None

    def _refuse_shorter(self) -> None:
        if self._length() < (self._noted() or 0):
            raise StoreDamaged(say("数据库的日志比已确认的短。"))

    def _only_the_log(self) -> bool:
        """Whether reading past the damage changes nothing but the log, so that it can be undone."""
        return self._files.of_engine() == [self._files.database, self._files.wal]

    def _keep(self) -> None:
        half = self._files.kept.with_suffix(".new")
        shutil.copy2(self._files.wal, half)
        sync(half)
        half.replace(self._files.kept)
        sync(self._files.folder)
        self._cut_from = self._length()


def undo_cut(files: Files) -> None:
    """Put the log back that was kept when cutting it was tried and not settled."""
    if files.kept.exists():
        files.kept.replace(files.wal)
        sync(files.folder)
