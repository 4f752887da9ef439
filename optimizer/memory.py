"""Freed memory goes back to the system, where the C library can be asked to."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

MANY = 100_000  # rows of need from which arrays are large enough to be worth the asking
TRIM, MAP = -1, -3  # glibc's parameters of `mallopt`, from its malloc.h
HELD = 1 << 30  # bytes of freed arrays that may be held
USUAL = 1 << 25  # where glibc's own adjustment ends: larger arrays go back to the system at once


def give_back(rows: int) -> None:
    """Return freed memory of a problem with so many rows; elsewhere than on Linux, do nothing.

    glibc keeps freed arrays below 32 MiB for later: after a solve of a million households, 200 MiB.
    """
    if rows >= MANY:
        _ask("malloc_trim", 0)


@contextmanager
def held(columns: int) -> Iterator[None]:
    """Hold on to freed arrays meanwhile, for a solve with so many columns; elsewhere do nothing.

    A step makes and drops some hundred arrays of a few megabytes. Getting each anew from the system
    costs a page fault every 4 KiB: one eighth of a step at a million households.
    """
    if columns >= MANY:
        _ask("mallopt", MAP, HELD)
        _ask("mallopt", TRIM, HELD)
    try:
        yield
    finally:
        if columns >= MANY:
            _ask("mallopt", MAP, USUAL)
            _ask("mallopt", TRIM, 2 * USUAL)
            _ask("malloc_trim", 0)


def _ask(name: str, *values: int) -> None:
    """Call a function of glibc's where there is one (musl has none)."""
    if sys.platform == "linux":
        function = getattr(ctypes.CDLL(None), name, None)
        if function is not None:
            function(*values)
