"""The gate: readers and writers register; a checkpoint runs only when none is in.

A read transaction that is open while the engine checkpoints makes later updates land on wrong
rows, so the checkpoint asks for the gate alone. It tries and gives up rather than wait behind a
long read; when it must go ahead it bars newcomers for a moment and sends overdue guests home.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from graphcore.domain.errors import StoreBusy
from graphcore.domain.text import say
from graphcore.store.embedded.errors import closed

_POLL_S = 0.02


class Guest(Protocol):
    """One transaction inside the gate."""

    def overdue(self) -> bool:
        """Whether it has been in longer than it may."""

    def expire(self) -> bool:
        """End it from outside; False when it cannot be ended just now."""

    def end(self) -> None:
        """End it from outside, whatever it is doing."""


class Gate:
    """Lets guests in, and one checkpoint at a time when there are none."""

    def __init__(self, patience_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._patience_s = patience_s
        self._now = now
        self._changed = threading.Condition()
        self._guests: dict[int, Guest] = {}
        self._barred = False
        self._shut = False

    @property
    def guests(self) -> int:
        """How many are in."""
        return len(self._guests)

    @contextmanager
    def inside(self, guest: Guest) -> Iterator[None]:
        """Be in while the block runs.

        Raises:
            StoreBusy: newcomers were turned away for longer than the gate's patience.
            StoreUnavailable: the gate is shut.
        """
        with self._changed:
            free = self._changed.wait_for(lambda: self._shut or not self._barred, self._patience_s)
            if self._shut:
                raise closed()
            if not free:
                raise StoreBusy(say("数据库正在整理，暂不接受新的读写。"), say("请稍后重试。"))
            self._guests[id(guest)] = guest
        try:
            yield
        finally:
            self._leave(guest)

    @contextmanager
    def alone(self, wait_s: float) -> Iterator[bool]:
        """Yield True with nobody in, or False after ``wait_s`` seconds of barring newcomers.

        With 0 it looks once and gives up.
        """
        got = self._bar(wait_s)
        try:
            yield got
        finally:
            if got:
                self._open()

    def shut(self, wait_s: float) -> None:
        """Let nobody in any more; wait for the guests, end those that stay longer."""
        with self._changed:
            self._shut = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._guests, wait_s)
            staying = list(self._guests.values())
        for guest in staying:
            guest.end()
            self._leave(guest)

    def _bar(self, wait_s: float) -> bool:
        with self._changed:
            if self._barred or (self._guests and wait_s <= 0):
                return False
            self._barred = True
        try:
            if self._emptied(self._now() + wait_s):
                return True
        except BaseException:
            self._open()
            raise
        self._open()
        return False

    def _emptied(self, until: float) -> bool:
        while True:
            for guest in self._overdue():
                if guest.expire():
                    self._leave(guest)
            with self._changed:
                if not self._guests:
                    return True
                if self._now() >= until:
                    return False
                self._changed.wait(_POLL_S)

    def _overdue(self) -> list[Guest]:
        with self._changed:
            guests = list(self._guests.values())
        return [guest for guest in guests if guest.overdue()]

    def _leave(self, guest: Guest) -> None:
        with self._changed:
            self._guests.pop(id(guest), None)
            self._changed.notify_all()

    def _open(self) -> None:
        with self._changed:
            self._barred = False
            self._changed.notify_all()
