"""Whatever a finding may be tied to is shown in its proof."""

from __future__ import annotations

import pytest

from graphcore.store.library import library
from graphcore.store.schema import BY_REL

STEPS = [("of", label) for _, label in BY_REL["CONCERNS"].ends] + [
    ("by", label) for _, label in BY_REL["PROVED_BY"].ends
]


@pytest.mark.parametrize(("side", "label"), STEPS)
def test_each_label_that_proves_has_its_step(side: str, label: str) -> None:
    text = library()[f"paths.{side}_{label.lower()}"].text
    assert f"(n:{label})" in text
    assert f"'{label}' AS to_label" in text
