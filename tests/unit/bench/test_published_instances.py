"""The bench's published instances: what is here is solved, what is not is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.restock.orlib import solve_cap, write_cap
from tests.bench import published
from tests.unit.restock.test_restock_oracles import location


def test_the_instance_written_out_here_meets_its_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOUDI_INSTANCES", raising=False)
    apart = published.differences()
    assert list(apart) == ["electricity"]
    assert published.missed(apart) == []
    assert published.absent(apart) == ["cap61", "cap91", "cap131", "storm8", "storm27"]


def test_files_of_a_folder_are_solved_and_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = location(3)
    Path(tmp_path, "cap61.txt").write_text(write_cap(other), encoding="ascii")
    monkeypatch.setenv("DOUDI_INSTANCES", str(tmp_path))
    apart = published.differences()
    assert apart["cap61"] == pytest.approx(solve_cap(other).value / published.KNOWN["cap61"] - 1)
    assert published.missed(apart) == ["cap61"]
    assert "cap61" not in published.absent(apart)
