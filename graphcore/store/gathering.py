"""Gathering: many callers, one writer, one commit for all who came within a moment."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from graphcore.domain.errors import StoreUnavailable
from graphcore.domain.text import say

T = TypeVar("T")


class _Entry(Generic[T]):
    """What one caller brought, and how it ended."""

    __slots__ = ("done", "error", "items")

    def __init__(self, items: Sequence[T]) -> None:
        self.items, self.done = items, threading.Event()
        self.error: BaseException | None = None


class Gathering(Generic[T]):
    """Commits the items of concurrent callers together; each waits until its own are committed.

    Args:
        commit: Makes items durable, in order; called by one thread at a time.
        window_s: How long the first caller waits for company. While a commit runs, those who
            come form the next group anyway.
    """

    def __init__(self, commit: Callable[[list[T]], None], window_s: float) -> None:
        self._commit, self._window = commit, window_s
        self._queue: deque[_Entry[T]] = deque()
        self._came = threading.Condition()
        self._thread: threading.Thread | None = None
        self._ended = False

    def submit(self, items: Sequence[T]) -> None:
        """Return once the items are durable.

        Raises:
            StoreUnavailable: the gathering has ended.
            Exception: what the commit of the group raised; nothing of the group was kept.
        """
        entry = _Entry(items)
        with self._came:
            if self._ended:
                raise StoreUnavailable(say("数据库已关闭。"), say("请重新打开后再试。"))
            self._queue.append(entry)
            self._start()
            self._came.notify()
        entry.done.wait()
        if entry.error is not None:
            raise entry.error

    def close(self) -> None:
        """Commit what waits, then end."""
        with self._came:
            self._ended = True
            self._came.notify()
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="gathering", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while group := self._next():
            try:
                self._commit([item for entry in group for item in entry.items])
            except BaseException as error:  # noqa: BLE001 -- handed to every caller of the group
                for entry in group:
                    entry.error = error
            for entry in group:
                entry.done.set()

    def _next(self) -> list[_Entry[T]]:
        """Return the next group, [] at the end."""
        with self._came:
            while not self._queue and not self._ended:
                self._came.wait()
            if self._queue and not self._ended:
                self._came.wait_for(lambda: self._ended, self._window)
            group = list(self._queue)
            self._queue.clear()
            return group
