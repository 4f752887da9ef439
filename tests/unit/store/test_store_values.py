from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from graphcore.store.values import conform_rows, label_schema, plain, plain_params, rel_schema


@pytest.mark.parametrize(
    ("raw", "want"),
    [
        (None, None),
        ("村", "村"),
        (True, True),
        (7, 7),
        (1.5, 1.5),
        (Decimal("42"), 42),
        (Decimal("1.5"), 1.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array([1, 2]), [1, 2]),
        (pl.Series(["a"]), ["a"]),
        (("a", Decimal("1")), ["a", 1]),
        ({"x": Decimal("2")}, {"x": 2}),
        (date(2026, 7, 1), "2026-07-01"),
        (datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), 1_000_000),
    ],
)
def test_values_become_plain(raw: object, want: object) -> None:
    got = plain(raw)
    assert got == want
    assert type(got) is type(want)


def test_a_node_is_its_properties() -> None:
    node = {"_ID": {"offset": 0, "table": 5}, "_LABEL": "Village", "code": "v1"}
    assert plain(node) == {"code": "v1"}


def test_a_driver_time_is_asked_for_its_native_form() -> None:
    class DriverTime:
        def to_native(self) -> datetime:
            return datetime(1970, 1, 2, tzinfo=UTC)

    assert plain(DriverTime()) == 86_400_000_000


def test_what_has_no_plain_form_is_a_fault() -> None:
    with pytest.raises(TypeError, match="object"):
        plain(object())


def test_parameters_are_plain_and_sets_sorted() -> None:
    assert plain_params({"n": np.int64(2), "s": {"b", "a"}}) == {"n": 2, "s": ["a", "b"]}


def test_schemas_follow_the_declaration() -> None:
    assert label_schema("Village")["hit"] == pl.Boolean()
    assert label_schema("ApiKey")["roles"] == pl.List(pl.String())
    assert rel_schema("HITS") == {"from": pl.String(), "to": pl.String(), "intensity": pl.Int64()}


def test_rows_are_cast_and_ordered() -> None:
    rows = pl.DataFrame({"b": [1], "a": ["2"]})
    got = conform_rows(rows, {"a": pl.Int64(), "b": pl.Float64(), "c": pl.String()})
    assert got.to_dicts() == [{"a": 2, "b": 1.0}]
    assert got.columns == ["a", "b"]
