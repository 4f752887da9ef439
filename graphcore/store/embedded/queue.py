"""Writers queue: the engine takes one write transaction at a time and refuses a second at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from graphcore.domain.errors import QueryError, StoreBusy
from graphcore.domain.text import say


class WriterQueue:
    """One writer at a time; the others wait their turn, up to ``wait_s`` seconds."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._lock = threading.Lock()
        self._holder: int | None = None

    @contextmanager
    def turn(self, wait_s: float | None = None) -> Iterator[None]:
        """Hold the writer's place while the block runs.

        Raises:
            StoreBusy: the place did not become free in time.
            QueryError: this thread holds it already: a write inside a write.
        """
        me = threading.get_ident()
        if self._holder == me:
            raise QueryError(say("写入单元内不能再开写入单元。"), say("请在同一单元内完成。"))
        if not self._lock.acquire(timeout=self._wait_s if wait_s is None else wait_s):
            raise StoreBusy(say("等候写入超时：另一个写入尚未结束。"), say("请稍后重试。"))
        self._holder = me
        try:
            yield
        finally:
            self._holder = None
            self._lock.release()
