"""Freed memory goes back to the system, where the C library can be asked to."""

from __future__ import annotations

import ctypes
import sys

MANY = 100_000  # rows of need from which arrays are large enough to be worth the asking


def give_back(rows: int) -> None:
    """Return freed memory of a problem with so many rows; elsewhere than on Linux, do nothing.

    glibc keeps freed arrays below 32 MiB for later: after a solve of a million households, 200 MiB.
    """
    if rows >= MANY and sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:  # musl has none
            trim(0)
