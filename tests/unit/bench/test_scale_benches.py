"""The benchmarks of scale run at a tiny size, so that they cannot rot unseen."""

from __future__ import annotations

from pathlib import Path

from tests.bench import growth, million
from tests.support.apart import apart
from tests.support.tiny import tiny_peers

TINY = {"seed": 1, "townships": 2, "warehouses": 2, "items": 3}


def test_million_solves_what_it_made(tmp_path: Path) -> None:
    million._make(str(tmp_path), households=60, **TINY)
    found = million._solve(str(tmp_path), judge=True, columns=-1)
    assert {"goals", "seconds", "cpu_seconds", "rss_mib", "gap"} <= set(found)
    assert (found["goals"], found["violations"], found["way"]) == (5, 0, "blocks")
    assert found["blocks"] == TINY["items"]


def test_growth_measures_one_size() -> None:
    seconds, classes = growth._seconds(households=60, **TINY)
    assert seconds > 0
    assert classes > 0


def test_peers_agree_on_the_value_of_a_small_district() -> None:
    values = apart(tiny_peers, 3)
    assert max(values.values()) - min(values.values()) <= 1e-9
    assert set(values) == {"ours", "loop", "glop", "highs", "pulp"}
