"""Headcounts: people counted before names, absorbed by names as they arrive, never doubled.

At each place, planned persons = max(headcount, named). Which headcount speaks for a place:

- of one source the latest (by time, then the larger, then the id): a newer call corrects an older;
- of several sources the largest of their latest: two callers see the same people, so adding would
  double them, and taking the smaller would leave someone out.

Names known before the count absorb too: a count is of everyone at the place. A township's count is
of its villages as well: what its villages already plan is absorbed, the rest stays at the township.
"""

from __future__ import annotations

import polars as pl

from graphcore.domain.household import HouseDamage, PointKind, RosterState
from graphcore.domain.tables import SUBJECTS, Schema, conform

_S, _I = pl.String(), pl.Int64()

HEADCOUNTS: Schema = {
    "id": _S,
    "place": _S,  # code of a village, or of a township
    "township": _S,
    "persons": _I,
    "households": _I,  # null or 0 if nobody said
    "roofless": _I,  # of the persons, those whose house collapsed or is severely damaged
    "source": _S,
    "counted_at": _I,  # UTC microseconds, null if nobody said
}
_COUNTED = ("persons", "households", "roofless")
NAMED: Schema = {"place": _S, "township": _S, "persons": _I, "households": _I, "roofless": _I}
"""Named persons with computed needs: a row a place, or a row a household."""

REMAINING: Schema = {
    "id": _S, "place": _S, "township": _S, "persons": _I, "households": _I, "roofless": _I,
    "absorbed": _I,
}  # fmt: skip
"""The headcount that speaks for each place, with the persons and households still without names."""


def with_roofless(counts: pl.DataFrame, per: int) -> pl.DataFrame:
    """Return HEADCOUNTS of counts that tell households without a roof instead of persons.

    Each such household has the count's own mean size, or ``per`` persons where it told none.
    """
    homes, gone = pl.col("households").fill_null(0), pl.col("roofless_households").fill_null(0)
    persons = pl.col("persons").fill_null(0)
    by_mean = (persons * gone + homes - 1) // pl.when(homes > 0).then(homes)
    said = pl.when(homes > 0).then(by_mean).otherwise(gone * per)
    return conform(counts.with_columns(pl.min_horizontal(said, persons).alias("roofless")),
                   HEADCOUNTS)  # fmt: skip


def speaking(headcounts: pl.DataFrame) -> pl.DataFrame:
    """Return the one headcount that speaks for each place, by place."""
    asked = conform(headcounts, HEADCOUNTS).with_columns(
        pl.col("persons", "households", "roofless").fill_null(0),
        pl.col("counted_at").fill_null(-1), pl.col("source").fill_null(""),
    )  # fmt: skip
    latest = asked.sort("place", "source", "counted_at", "persons", "id").unique(
        ["place", "source"], keep="last", maintain_order=True
    )
    return latest.sort("place", "persons", "counted_at", "id").unique(
        "place", keep="last", maintain_order=True
    )


def remaining(
    headcounts: pl.DataFrame, named: pl.DataFrame, *, persons_per_household: int
) -> pl.DataFrame:
    """Return REMAINING: what names have not absorbed, by place; absorbed ones stay with 0 persons.

    Args:
        headcounts: HEADCOUNTS, all that were taken.
        named: NAMED persons with needs, at the places where they were counted (their village).
        persons_per_household: for counts that told no households (rulebook
            ``headcount.persons_per_household``).
    """
    spoken = speaking(headcounts)
    known = (
        conform(named, NAMED).group_by("place", "township")
        .agg(pl.col(*_COUNTED).sum())
    )  # fmt: skip
    whole = pl.col("place") == pl.col("township")
    villages = _less(spoken.filter(~whole), known, "place")
    planned = pl.concat([
        known.select("township", *_COUNTED),
        villages.select("township", *_COUNTED),
    ])  # fmt: skip
    below = planned.group_by("township").agg(pl.col(*_COUNTED).sum())
    townships = _less(spoken.filter(whole), below, "township")
    left = pl.concat([villages, townships])
    return conform(left.with_columns(_households(persons_per_household)), REMAINING).sort("place")


def _less(spoken: pl.DataFrame, known: pl.DataFrame, key: str) -> pl.DataFrame:
    """Take known persons and households off the headcounts, never below zero."""
    names = known.select(
        key, *(pl.col(c).alias(f"_{c}") for c in _COUNTED)
    ).group_by(key).agg(pl.all().sum())  # fmt: skip
    persons, households, roofless = (
        pl.min_horizontal(c, pl.col(f"_{c}").fill_null(0)) for c in _COUNTED
    )
    return spoken.join(names, on=key, how="left", maintain_order="left").select(
        "id", "place", "township", pl.col("persons") - persons,
        pl.col("households") - households,
        pl.min_horizontal(pl.col("roofless") - roofless, pl.col("persons") - persons),
        persons.alias("absorbed"),
        (pl.col("households") > 0).alias("told"),
    )  # fmt: skip


def _households(per: int) -> pl.Expr:
    """Households of the remaining persons: at least one, at most one a person."""
    guessed = (pl.col("persons") + (per - 1)) // per
    said = pl.when(pl.col("told")).then("households").otherwise(guessed)
    return pl.min_horizontal(pl.max_horizontal(said, pl.lit(1)), "persons").alias("households")


def as_subjects(left: pl.DataFrame, hits: pl.DataFrame) -> pl.DataFrame:
    """Return SUBJECTS of the remaining persons, in need and anonymous; nobody left, no row.

    Args:
        left: REMAINING.
        hits: township, intensity.
    """
    strength = hits.group_by("township").agg(pl.col("intensity").max())
    rows = left.filter(pl.col("persons") > 0).join(
        strength, on="township", how="left", maintain_order="left"
    )
    zero = pl.lit(0, dtype=pl.Int64)
    filled = rows.with_columns(
        pl.col("id").alias("subject"), pl.col("place").alias("village"),
        pl.col("place").alias("point"), pl.lit(PointKind.VILLAGE.value).alias("point_kind"),
        pl.lit(RosterState.IN_NEED.value).alias("state"),
        pl.lit(HouseDamage.NONE.value).alias("damage"), pl.lit(value=True).alias("anonymous"),
        pl.lit(value=False).alias("relocated"), pl.lit(value=False).alias("cut_off"),
        zero.alias("infants"), zero.alias("children"), zero.alias("elders"),
        pl.col("intensity").fill_null(0), pl.lit([], dtype=pl.List(pl.String())).alias("groups"),
    )  # fmt: skip
    return conform(filled, SUBJECTS).sort("subject")
