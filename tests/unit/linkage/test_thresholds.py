"""What thresholds cost, by a labelled sample."""

from __future__ import annotations

import polars as pl
import pytest

from graphcore.linkage.thresholds import errors_of, threshold_for, wilson_least

SAMPLE = pl.DataFrame(
    {"weight": [2.0, 4.0, 8.0, 8.0, 12.0], "same": [False, True, False, True, True]}
)


def test_errors_are_counted_from_each_weight_on() -> None:
    told = errors_of(SAMPLE, [8.0, 2.0])
    assert told.select("weight", "pairs", "wrong").rows() == [(2.0, 5, 2), (8.0, 3, 1)]
    assert told["recall"].to_list() == pytest.approx([1.0, 2 / 3])


def test_a_few_right_pairs_prove_little() -> None:
    assert wilson_least(3, 3) == pytest.approx(0.4385, abs=1e-4)
    assert wilson_least(0, 0) == 0.0
    assert wilson_least(38_411, 38_411) > 0.9999


@pytest.mark.parametrize(("pairs", "found"), [(35, 5.0), (34, None)])
def test_a_threshold_is_given_only_where_the_sample_proves_it(
    pairs: int, found: float | None
) -> None:
    sample = pl.DataFrame({"weight": [5.0] * pairs, "same": [True] * pairs})
    assert threshold_for(sample, wilson_least(35, 35)) == found
