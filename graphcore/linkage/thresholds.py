"""What thresholds cost: errors of a labelled sample, with bounds, and the thresholds it proves.

A sample is pairs that somebody has said of whether they are one person. It speaks for a comparison
where its pairs were drawn evenly from those of the comparison (`draw`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from graphcore.linkage.decide import Outcome, Reason

Z = 1.959964  # of the two-sided 95% interval
LABELS = {"left": pl.String(), "right": pl.String(), "same": pl.Boolean()}
"""A labelled sample: ids of the two records, and whether they are one person."""

JUDGED = {"same": pl.Boolean(), "weight": pl.Float64(), "outcome": pl.String(),
          "free": pl.Boolean(), "certain": pl.Boolean()}  # fmt: skip
"""Labelled pairs with what the comparison made of them; ``outcome`` "" where it showed them to
nobody; ``free``: only the weight decides; ``certain``: matched whatever the weight."""

ERRORS = {
    "weight": pl.Float64(), **dict.fromkeys(("matched", "wrong", "real", "missed", "unseen"), pl.Int64()),
    **dict.fromkeys(("wrong_share", "wrong_most", "missed_share", "missed_most"), pl.Float64()),
}  # fmt: skip
"""What matching from a weight on costs (see `Errors`); ``…_most``: upper end of the interval."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a sample, with its 95% interval (Wilson)."""

    value: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Errors:
    """Counts of a labelled sample.

    ``matched`` pairs, ``wrong`` of them; ``real`` pairs, of which ``missed`` were not matched and
    ``unseen`` were shown to nobody.
    """

    matched: int
    wrong: int
    real: int
    missed: int
    unseen: int

    @property
    def wrong_share(self) -> Share:
        """Of the matched, how many are not one person."""
        return share(self.wrong, self.matched)

    @property
    def missed_share(self) -> Share:
        """Of the true pairs, how many are not matched."""
        return share(self.missed, self.real)

    @property
    def unseen_share(self) -> Share:
        """Of the true pairs, how many nobody sees."""
        return share(self.unseen, self.real)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Thresholds that the sample proves; None where it proves none."""

    matched: float | None
    review: float | None


def share(part: int, whole: int) -> Share:
    """Return a share with its interval; of nothing, everything is possible."""
    if whole == 0:
        return Share(0.0, 0.0, 1.0)
    value, z2 = part / whole, Z * Z
    middle = value + z2 / (2 * whole)
    spread = Z * math.sqrt(value * (1 - value) / whole + z2 / (4 * whole * whole))
    scale = 1 + z2 / whole
    return Share(value, max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale))


def judged(pairs: pl.DataFrame, labels: pl.DataFrame, *, single: bool = False) -> pl.DataFrame:
    """Return JUDGED of the labelled pairs.

    Args:
        pairs: of a comparison (see `link.Links`), made without the labels' help.
        labels: LABELS.
        single: the pairs are of one table, where left and right may have changed places.
    """
    told = labels.select(list(LABELS))
    if single:
        ends = (pl.min_horizontal("left", "right"), pl.max_horizontal("left", "right"))
        told = told.with_columns(left=ends[0], right=ends[1])
        pairs = pairs.with_columns(left=ends[0], right=ends[1])
    found = told.unique(["left", "right"]).join(pairs, on=["left", "right"], how="left")
    always = pl.col("reason").is_in([Reason.SURE.value, Reason.DECIDED_SAME.value])
    return found.sort("left", "right").select(
        "same", "weight", pl.col("outcome").fill_null(""), pl.col("free").fill_null(value=False),
        certain=always.fill_null(value=False),
    )  # fmt: skip


def errors_at(sample: pl.DataFrame, weight: float) -> Errors:
    """Return what matching from a weight on does to JUDGED pairs."""
    return _counts(sample, pl.col("certain") | (pl.col("free") & (pl.col("weight") >= weight)))


def errors_now(sample: pl.DataFrame) -> Errors:
    """Return what the comparison itself did to JUDGED pairs."""
    return _counts(sample, pl.col("outcome") == Outcome.MATCHED.value)


def _counts(sample: pl.DataFrame, matched: pl.Expr) -> Errors:
    one, hit = pl.col("same"), matched.fill_null(value=False)
    row = sample.select(
        matched=hit.sum(), wrong=(hit & ~one).sum(), real=one.sum(), missed=(one & ~hit).sum(),
        unseen=(one & ~hit & (pl.col("outcome") == "")).sum(),
    ).row(0, named=True)  # fmt: skip
    return Errors(**{k: int(v) for k, v in row.items()})


def errors_of(sample: pl.DataFrame, weights: Sequence[float]) -> pl.DataFrame:
    """Return ERRORS of JUDGED pairs, one row a weight, the lightest first."""
    rows = []
    for weight in sorted(weights):
        e = errors_at(sample, weight)
        rows.append((weight, e.matched, e.wrong, e.real, e.missed, e.unseen, e.wrong_share.value,
                     e.wrong_share.most, e.missed_share.value, e.missed_share.most))  # fmt: skip
    return pl.DataFrame(rows, schema=ERRORS, orient="row")


def propose(sample: pl.DataFrame, wrong: float, missed: float) -> Proposal:
    """Return the thresholds that JUDGED pairs prove with 95% confidence.

    Args:
        sample: JUDGED.
        wrong: share of false pairs among the matched that is allowed.
        missed: share of true pairs that nobody needs to see.

    The threshold of a match is the least weight whose share of false pairs is proven to be allowed;
    that of the review is the greatest below which no more true pairs than allowed can lie.
    """
    weights = sample["weight"].drop_nulls().unique().sort().to_list()
    proven = errors_of(sample, weights).filter(
        (pl.col("matched") > 0) & (pl.col("wrong_most") <= wrong)
    )
    seen = sample.filter(pl.col("outcome") == Outcome.REVIEW.value)
    true = int(sample["same"].sum())
    lost = {w: int((sample["same"] & (sample["outcome"] == "")).sum())
            + int((seen["same"] & (seen["weight"] < w)).sum()) for w in weights}  # fmt: skip
    review = [w for w in weights if true and share(lost[w], true).most <= missed]
    return Proposal(
        None if proven.is_empty() else float(proven["weight"][0]), max(review, default=None)
    )


def draw(pairs: pl.DataFrame, most: int, seed: int) -> pl.DataFrame:
    """Return pairs drawn evenly, to be labelled: left, right, weight, outcome, same (empty)."""
    some = pairs.sort("left", "right").sample(min(most, pairs.height), seed=seed, shuffle=True)
    return some.select("left", "right", "weight", "outcome", pl.lit("").alias("same"))
