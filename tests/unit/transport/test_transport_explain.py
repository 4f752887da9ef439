"""What stays and cuts, in words."""

from __future__ import annotations

import pytest

from optimizer.transport.explain import explain_cut, why
from optimizer.transport.rules.case import Row
from optimizer.transport.tables import CUTS

REASONS = ("road", "together", "vehicle", "size", "cold", "window", "hours", "fleet")


@pytest.mark.parametrize("kind", ["way", "capacity", "item"])
def test_each_kind_of_cut_has_its_sentence(kind: str) -> None:
    row: Row = {**dict.fromkeys(CUTS, "x"), "kind": kind, "day": 0, "capacity_kg": 7, "capacity_l": 9,
                "reason": "road"}  # fmt: skip
    text = str(explain_cut(row))
    assert "通路" in text
    assert ("7 千克" in text) is (kind == "capacity")


def test_every_reason_has_words_of_its_own() -> None:
    assert len({str(why(r)) for r in REASONS}) == len(REASONS)
    assert str(why("new")) == "原因代码 new。"
