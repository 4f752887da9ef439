"""One process owns the database: a lock file that names it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from graphcore.domain.errors import StoreBusy
from graphcore.domain.text import say


class LockFile:
    """Holds an exclusive lock on ``path`` from construction until `release`.

    The operating system drops the lock when the process dies, so a crash leaves none behind.

    Raises:
        StoreBusy: another holder; the message names its process.
    """

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._handle, 32).decode(errors="replace").strip() or "?"
            os.close(self._handle)
            raise StoreBusy(
                say("数据库正由进程 {pid} 使用，同一时间只能由一个进程打开。", pid=holder),
                say("请先结束该进程；如果它是 doudi serve，请改用它提供的网页或接口。"),
            ) from error
        os.ftruncate(self._handle, 0)
        os.write(self._handle, str(os.getpid()).encode())

    def release(self) -> None:
        """Give the lock back; harmless when repeated."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
