"""What was freed goes back to the system."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from optimizer.memory import MANY, give_back

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
