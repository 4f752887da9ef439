"""Two plans compared: who gains, who loses, of what, and at which goal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from graphcore.domain.tables import Schema, met

COUNTED = ("firm", "accepted")
SAME = 1e-9  # values of a goal this close are the same
KEY = ["subject", "township", "need", "item", "due"]

CHANGES: Schema = {
    "subject": pl.String(),
    "township": pl.String(),
    "need": pl.String(),
    "item": pl.String(),
    "due": pl.Int64(),  # day of a daily need, from the first plan's first day; 0 for a durable
    "old": pl.Int64(),  # units served by the first plan
    "new": pl.Int64(),
    "needed": pl.Int64(),  # of the second plan
    "was_needed": pl.Int64(),
}
"""One row a need that both plans know, and that is served otherwise by the second."""


@dataclass(frozen=True)
class Sides:
    """A plan's LINES and SHORTFALLS, and its first day counted from the first plan's."""

    lines: pl.DataFrame
    shortfalls: pl.DataFrame
    shift: int = 0


@dataclass(frozen=True, slots=True)
class GoalMove:
    """One goal at both plans; ``better`` is None where it is as before or not comparable."""

    name: str
    unit: str
    before: float | None
    after: float | None

    @property
    def better(self) -> bool | None:
        """Whether the second plan does better at this goal."""
        if self.before is None or self.after is None or abs(self.after - self.before) < SAME:
            return None
        return (self.after > self.before) == (self.unit == "coverage")


@dataclass(frozen=True)
class Difference:
    """Who gains and who loses when the second plan takes the place of the first."""

    changes: pl.DataFrame  # CHANGES
    subjects: pl.DataFrame  # subject, township, way (gained | lost | mixed), filled, emptied
    goals: tuple[GoalMove, ...]
    new_needs: int  # needs that only the second plan knows: new, or of days beyond the first's
    gone_needs: int

    def count(self, way: str) -> int:
        """Return how many households gain, lose, or do both."""
        return self.subjects.filter(pl.col("way") == way).height

    def by(self, labels: pl.DataFrame) -> pl.DataFrame:
        """Return households gained, lost and mixed by label.

        Args:
            labels: (subject, label); a subject may have several.
        """
        ways = [
            (pl.col("way") == way).sum().cast(pl.Int64()).alias(way)
            for way in ("gained", "lost", "mixed")
        ]
        return self.subjects.join(labels, on="subject").group_by("label").agg(ways).sort("label")

    def by_item(self) -> pl.DataFrame:
        """Return units that households get more and less of, by item."""
        more = pl.col("new") - pl.col("old")
        return (
            self.changes.group_by("item")
            .agg(
                more.filter(more > 0).sum().alias("more"),
                (-more.filter(more < 0)).sum().alias("less"),
            )
            .sort("item")
        )


def difference(
    before: Sides, after: Sides, daily: Sequence[str], goals: Sequence[Sequence[Mapping[str, object]]]
) -> Difference:  # fmt: skip
    """Compare two plans need by need.

    Args:
        before: The first plan.
        after: The second plan.
        daily: Ids of needs that are owed anew each day; the others are compared whatever the day.
        goals: The goals of both plans, as they are stored.
    """
    old = _owed(before, daily).rename({"served": "old", "needed": "was_needed"})
    new = _owed(after, daily).rename({"served": "new"})
    both = old.join(new, on=KEY)
    moved = both.filter(pl.col("old") != pl.col("new")).select(list(CHANGES)).sort(KEY)
    return Difference(
        changes=moved,
        subjects=_subjects(moved),
        goals=_goals(*goals),
        new_needs=new.join(old, on=KEY, how="anti")["need"].n_unique(),
        gone_needs=old.join(new, on=KEY, how="anti")["need"].n_unique(),
    )


def _owed(side: Sides, daily: Sequence[str]) -> pl.DataFrame:
    day = (
        pl.when(pl.col("need").is_in(list(daily)))
        .then(pl.col("day") + side.shift)
        .otherwise(0)
        .cast(pl.Int64())
        .alias("due")
    )
    served = (
        met(side.lines)
        .filter(pl.col("state").is_in(COUNTED))
        .with_columns(pl.col("due_day").alias("day"))
    )
    parts = [
        served.select("subject", "township", "need", pl.col("need_item").alias("item"), day,
                      pl.col("covers").alias("quantity"), served=pl.col("covers")),
        side.shortfalls.select(
            "subject", "township", "need", "item", day, "quantity", served=pl.lit(0, dtype=pl.Int64())
        ),
    ]  # fmt: skip
    return (
        pl.concat(parts)
        .group_by(KEY)
        .agg(pl.col("quantity").sum().alias("needed"), pl.col("served").sum())
    )


def _subjects(moved: pl.DataFrame) -> pl.DataFrame:
    up, down = (pl.col("new") > pl.col("old")).any(), (pl.col("new") < pl.col("old")).any()
    way = pl.when(up & down).then(pl.lit("mixed")).when(up).then(pl.lit("gained"))
    return (
        moved.group_by("subject", "township")
        .agg(
            way.otherwise(pl.lit("lost")).alias("way"),
            (pl.col("old") == 0).all().alias("had_nothing"),
            (pl.col("new") == 0).all().alias("has_nothing"),
        )
        .sort("subject", "township")
    )


def _goals(
    before: Sequence[Mapping[str, object]], after: Sequence[Mapping[str, object]]
) -> tuple[GoalMove, ...]:
    old = {str(g["name"]): g for g in before}
    new = {str(g["name"]): g for g in after}
    names = [*new, *(n for n in old if n not in new)]
    return tuple(
        GoalMove(name, str((new.get(name) or old[name])["unit"]), _value(old, name), _value(new, name))
        for name in names
    )  # fmt: skip


def _value(goals: Mapping[str, Mapping[str, object]], name: str) -> float | None:
    return float(str(goals[name]["value"])) if name in goals else None
