"""What a change would bring: two solved problems compared, need by need."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from graphcore.domain.tables import met
from optimizer.problem import Problem, Solution

COUNTED = ("firm", "accepted")


@dataclass(frozen=True, slots=True)
class Effect:
    """How the second plan differs from the first.

    Units of different goods are added up only to tell whether anything moved; ``goals`` are
    (name, before, after) in the goals' own units.
    """

    units: int  # more units planned
    full: int  # more households (or headcounts) all of whose needs are met
    gained: int  # households that get more
    lost: int  # households that get less
    goals: tuple[tuple[str, float, float], ...]
    places: tuple[tuple[str, int], ...] = ()  # (township, households that gain), most first

    @property
    def idle(self) -> bool:
        """Whether nothing would change for anybody."""
        return not (self.units or self.gained or self.lost)


def effect(problem: Problem, before: Solution, after: Solution) -> Effect:
    """Compare two plans for the same needs.

    Args:
        problem: whose needs both plans serve (its supply may be either's).
        before: the plan as it is.
        after: the plan with the change.
    """
    key = ["need", "day"]
    table = (
        problem.needs.select("subject", "township", *key, "quantity")
        .join(_served(before, "old"), on=key, how="left")
        .join(_served(after, "new"), on=key, how="left")
        .with_columns(pl.col("old", "new").fill_null(0))
    )
    who = table.group_by("subject").agg(
        pl.col("township").first(),
        (pl.col("new") - pl.col("old")).sum().alias("more"),
        (pl.col("old") >= pl.col("quantity")).all().alias("was_full"),
        (pl.col("new") >= pl.col("quantity")).all().alias("is_full"),
    )
    values = {g.name: g.value for g in after.goals}
    return Effect(
        units=int(who["more"].sum()),
        full=int(who["is_full"].sum()) - int(who["was_full"].sum()),
        gained=int((who["more"] > 0).sum()),
        lost=int((who["more"] < 0).sum()),
        goals=tuple((g.name, g.value, values.get(g.name, g.value)) for g in before.goals),
        places=_places(who),
    )


def _places(who: pl.DataFrame) -> tuple[tuple[str, int], ...]:
    table = who.filter(pl.col("more") > 0).group_by("township").len()
    return tuple(table.sort("len", "township", descending=[True, False]).iter_rows())


def _served(solution: Solution, name: str) -> pl.DataFrame:
    counted = met(solution.lines).filter(pl.col("state").is_in(COUNTED))
    return counted.group_by("need", pl.col("due_day").alias("day")).agg(
        pl.col("covers").sum().alias(name)
    )
