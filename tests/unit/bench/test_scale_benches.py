"""The benchmarks of scale run at a tiny size, so that they cannot rot unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import growth, million
from tests.support.apart import apart
from tests.support.peers import Arrays, Place, measured
from tests.support.tiny import tiny_peers

TINY = {"seed": 1, "townships": 2, "warehouses": 2, "items": 3}


def test_million_solves_what_it_made(tmp_path: Path) -> None:
    million.make(str(tmp_path), households=60, **TINY)
    found = million._solve(str(tmp_path), judge=True, columns=-1)
    assert {"goals", "seconds", "cpu_seconds", "rss_mib", "gap"} <= set(found)
    assert (found["goals"], found["violations"], found["way"]) == (5, 0, "blocks")
    assert found["blocks"] == TINY["items"]


def test_growth_measures_one_size(tmp_path: Path) -> None:
    million.make(str(tmp_path), households=60, **TINY)
    seconds, classes, peak = growth.solved(str(tmp_path), rounds=1)
    assert seconds > 0
    assert classes > 0
    assert peak > 0


def test_peers_agree_on_the_value_of_a_small_district() -> None:
    values = apart(tiny_peers, 40)
    whole, single = values.pop("ours")
    assert values.pop("networkx") == [pytest.approx(single, rel=1e-9)]
    assert values == {name: [pytest.approx(whole, rel=1e-9)]
                      for name in ("glop", "highs", "loop", "pulp")}  # fmt: skip


def test_a_peer_that_passes_its_limit_has_no_result() -> None:
    assert measured(_forever, Place(1, townships=1, warehouses=1, items=1), runs=1, limit=1) is None


def _forever(data: Arrays) -> float:
    while len(data.worth) != 1:  # all but the small program that warms up
        pass
    return 1.0
