"""What a rule looks at: a problem and a plan, joined from the tables alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from graphcore.domain.text import Text
from optimizer.rules.case import MOST_NAMED, Violation
from optimizer.volunteers.problem import Plan, Problem


@dataclass(frozen=True)
class Case:
    """A problem with the plan to judge."""

    problem: Problem
    plan: Plan

    @cached_property
    def lines(self) -> pl.DataFrame:
        """Every line with what its slot, task, shift and volunteer say (not what the line says)."""
        problem = self.problem
        said = self.plan.crew.select(
            "line", "volunteer", "slot", "claim", "state",
            pl.col("team", "task", "place", "day", "shift", "hours", "minutes").name.suffix("_said"),
        )  # fmt: skip
        shifts = problem.shifts.rename({"hours": "shift_hours"})
        began = pl.col("day") * 24 + pl.col("start")
        return (
            said.join(problem.slots, on="slot", how="left")
            .join(problem.tasks, on="task", how="left")
            .join(shifts, on="shift", how="left")
            .join(problem.volunteers, on="volunteer", how="left")
            .join(problem.teams, on="volunteer", how="left")
            .with_columns(pl.col("team").fill_null(""), begin=began)
            .with_columns(end=pl.col("begin") + pl.col("shift_hours"))
            .sort("line")
        )

    @cached_property
    def fresh(self) -> pl.DataFrame:
        """The lines that this plan decided: all that are no claims of the problem."""
        return self.lines.join(self.problem.claims, on=["volunteer", "slot"], how="anti")

    @cached_property
    def going(self) -> pl.DataFrame:
        """The lines of people who go."""
        return self.lines.filter(pl.col("state") == "go")

    @cached_property
    def started(self) -> pl.DataFrame:
        """The tasks to which anyone goes."""
        return self.problem.tasks.join(self.going.select("task").unique(), on="task", how="semi")

    @cached_property
    def trips(self) -> pl.DataFrame:
        """Fresh lines with ``way``: minutes by the problem, null without a way."""
        ways = self.problem.travel.rename({"start": "home", "minutes": "way"})
        near = pl.when(pl.col("home") == pl.col("place")).then(0).otherwise(pl.col("way"))
        return self.fresh.join(ways, on=["home", "place"], how="left").with_columns(
            way=pl.coalesce("way", near)
        )


def found(rule: str, refs: Iterable[str], what: Text) -> list[Violation]:
    """Return a violation for each reference, up to the most that one rule reports."""
    return [Violation(rule, ref, what) for ref in sorted(set(refs))[:MOST_NAMED]]
