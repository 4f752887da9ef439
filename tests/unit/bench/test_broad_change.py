"""The bench's broad change at a tiny size: every answer is a whole plan that the judge accepts."""

from __future__ import annotations

from pathlib import Path

from tests.bench.broad import make, replanned


def test_a_broad_change_is_answered_without_making_the_plan_anew(tmp_path: Path) -> None:
    make(str(tmp_path / "plan"), 40)
    found = replanned(str(tmp_path / "plan"), judge=True)
    steps = found["steps"]
    assert isinstance(steps, list)
    assert steps[0]["reach"] == "near"
    assert steps[0]["kept_share"] > 0.5
    assert found["violations"] == 0
