"""What thresholds cost: errors of a labelled sample, with bounds."""

from __future__ import annotations

import math

import polars as pl

Z = 1.959964  # of the two-sided 95% bound
ERRORS = {
    "weight": pl.Float64(), "pairs": pl.Int64(), "wrong": pl.Int64(), "precision": pl.Float64(),
    "precision_least": pl.Float64(), "recall": pl.Float64(),
}  # fmt: skip
"""``precision_least``: lower end of the 95% interval (Wilson); ``recall``: of the sample's true pairs."""


def errors_of(sample: pl.DataFrame, weights: list[float]) -> pl.DataFrame:
    """Return what matching from each weight on costs (see `ERRORS`).

    Args:
        sample: weight, same (whether the pair is one person, as a person found).
        weights: thresholds to judge.
    """
    true = int(sample["same"].sum())
    rows = []
    for weight in sorted(weights):
        kept = sample.filter(pl.col("weight") >= weight)
        right = int(kept["same"].sum())
        n = kept.height
        rows.append({
            "weight": weight, "pairs": n, "wrong": n - right,
            "precision": right / n if n else None,
            "precision_least": wilson_least(right, n), "recall": right / true if true else None,
        })  # fmt: skip
    return pl.DataFrame(rows, schema=ERRORS)


def threshold_for(sample: pl.DataFrame, precision: float) -> float | None:
    """Return the least weight whose precision is proven by the sample, None if none is.

    Args:
        sample: see `errors_of`.
        precision: that the lower bound must reach.
    """
    weights = sample["weight"].unique().sort().to_list()
    proven = errors_of(sample, weights).filter(pl.col("precision_least") >= precision)
    return None if proven.is_empty() else float(proven["weight"][0])


def wilson_least(right: int, n: int) -> float:
    """Lower end of the 95% interval of a share of ``right`` in ``n``; 0 for nothing."""
    if n == 0:
        return 0.0
    share, z2 = right / n, Z * Z
    middle = share + z2 / (2 * n)
    spread = Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, (middle - spread) / (1 + z2 / n))
