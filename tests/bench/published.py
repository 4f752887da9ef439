"""Published instances with published optima: OR-Library's capacitated location, stochastic storm.

Electricity is written out from its published definition (`tests.support.electricity`). The others
are data files, and none is kept here: ``DOUDI_INSTANCES=FOLDER`` names a folder with some of `FILES`;
OR-Library has the first three (Beasley 1988), POSTS the others (Mulvey and Ruszczynski's airlift of
1995 as ``stormg2``, in 8 and 27 scenarios).
"""

from __future__ import annotations

import os
from pathlib import Path

from optimizer.restock.orlib import check_cap, read_cap, solve_cap
from optimizer.restock.problem import Limits
from optimizer.restock.smps import read_smps
from optimizer.restock.twostage import solve_two_stage
from tests.support import electricity

FILES = {
    "cap61": ("cap61.txt",), "cap91": ("cap91.txt",), "cap131": ("cap131.txt",),
    "storm8": ("stormg2.cor", "stormg2.tim", "stormg2-8.sto"),
    "storm27": ("stormg2.cor", "stormg2.tim", "stormg2-27.sto"),
}  # fmt: skip
KNOWN = {"cap61": 932615.75, "cap91": 796648.4375, "cap131": 793439.5625,
         "storm8": 15535231.897, "storm27": 15508982.306,
         "electricity": electricity.KNOWN}  # fmt: skip
NEAR = 1e-6
"""Relative; published values have been computed with tolerances of that size."""


def differences() -> dict[str, float]:
    """Return our value over the published one, less 1, of each instance that is there."""
    there = {"electricity": [electricity.core(), electricity.TIME, electricity.BLOCKS]} | _kept()
    return {name: _value(texts) / KNOWN[name] - 1 for name, texts in there.items()}


def missed(apart: dict[str, float]) -> list[str]:
    """Return the instances whose optimum is not the published one."""
    return [name for name, share in apart.items() if not abs(share) <= NEAR]


def absent(apart: dict[str, float]) -> list[str]:
    """Return the instances that were not there."""
    return [name for name in KNOWN if name not in apart]


def _kept() -> dict[str, list[str]]:
    folder = os.environ.get("DOUDI_INSTANCES")
    paths = (
        {name: [Path(folder, f) for f in files] for name, files in FILES.items()} if folder else {}
    )
    there = {name: mine for name, mine in paths.items() if all(p.is_file() for p in mine)}
    return {name: [p.read_text(encoding="ascii") for p in mine] for name, mine in there.items()}


def _value(texts: list[str]) -> float:
    """Solve by our own path, to a certified gap below `NEAR`.

    Raises:
        RuntimeError: the answer breaks its own rules or its bound is not close.
    """
    if len(texts) == 1:
        location = read_cap(texts[0])
        answer = solve_cap(location)
        if check_cap(location, answer):
            raise RuntimeError(check_cap(location, answer))
        return answer.value
    core, time, stoch = texts
    course = solve_two_stage(read_smps(core, time, stoch), Limits(gap=NEAR / 100))
    if course.gap > NEAR / 100:
        raise RuntimeError(course.gap)
    return course.value
