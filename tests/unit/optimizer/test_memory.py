"""What was freed goes back to the system."""

from __future__ import annotations

import resource
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from optimizer.memory import MANY, give_back, held

BLOCK = 12_000  # numbers of 8 bytes: small enough for the C library to keep when they are freed
MIB = 1 << 20


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="asks the C library of Linux")
def test_a_large_problem_gives_freed_memory_back_and_a_small_one_is_not_asked() -> None:
    blocks = [np.ones(BLOCK) for _ in range(1_000)]
    kept = np.ones(BLOCK)  # lies above them, so that their room is a hole
    del blocks
    give_back(MANY - 1)
    before = resident()
    give_back(MANY)
    assert before - resident() > 50 * MIB
    assert kept.sum() == BLOCK


@pytest.mark.skipif(sys.platform != "linux", reason="asks the C library of Linux")
def test_arrays_of_a_solve_are_had_again_without_the_system() -> None:
    with held(MANY):
        np.ones(MIB)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(20):
            np.ones(MIB)
        faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    assert faults < 2_000  # one array of 8 MiB alone has 2,048 pages


@pytest.mark.skipif(sys.platform != "linux", reason="asks the C library of Linux")
@pytest.mark.parametrize("error", [None, ValueError])
def test_what_a_solve_held_goes_back_at_its_end(error: type[Exception] | None) -> None:
    inside = 0
    with suppress(ValueError), held(MANY):
        blocks = [np.ones(MIB) for _ in range(10)]
        del blocks
        inside = resident()
        if error is not None:
            raise error
    assert inside - resident() > 50 * MIB
