"""Identifiers in bulk equal those one by one."""

from __future__ import annotations

import polars as pl

from graphcore.casework.needids import derived_many
from graphcore.domain.ids import Kind, derived


def test_bulk_equals_one_by_one() -> None:
    rows = pl.DataFrame({"a": [f"H-{n}" for n in range(500)], "b": ["水", "tent"] * 250})
    found = derived_many(Kind.NEED, ["X-1", "emergency"], rows)
    assert found.to_list() == [
        derived(Kind.NEED, "X-1", "emergency", a, b) for a, b in rows.iter_rows()
    ]


def test_no_rows_no_ids() -> None:
    found = derived_many(Kind.NEED, [], pl.DataFrame(schema={"a": pl.String()}))
    assert found.len() == 0
    assert found.dtype == pl.String()
