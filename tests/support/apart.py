"""Runs a peer in a process of its own.

highspy and OR-Tools each bring a build of HiGHS, and the two share symbols: whichever comes second
in a process fails or crashes. So whatever imports highspy (PuLP does) runs apart from the optimiser.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


@cache
def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))


def apart(work: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> _T:
    """Return what ``work`` (a module's function) returns, or raise what it raises."""
    return _pool().submit(work, *args, **named).result()


def alone(work: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> _T:
    """Do the same in a process used for nothing else: cold, with a peak memory of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *args, **named).result()
