"""What a rule looks at: a problem and a plan, and how it says what is broken."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from graphcore.domain.tables import LINES as _LINES
from graphcore.domain.tables import LOTS, completed, empty, met
from graphcore.domain.text import Text
from optimizer.order import USUAL, Aims
from optimizer.problem import Problem, Solution

MOST_NAMED = 20
"""Violations that one rule reports at most: enough to see the fault."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that the plan breaks: the rule's name, the id concerned, and what is wrong."""

    rule: str
    ref: str
    what: Text


@dataclass(frozen=True)
class Case:
    """A problem with the plan to judge."""

    problem: Problem
    solution: Solution
    aims: Aims = USUAL

    @property
    def lines(self) -> pl.DataFrame:
        """All lines, pinned ones included."""
        return self.solution.lines

    @cached_property
    def pinned(self) -> pl.DataFrame:
        """The lines that were fixed beforehand."""
        pinned = self.problem.pinned
        return empty(_LINES) if pinned is None else pinned

    @cached_property
    def fresh(self) -> pl.DataFrame:
        """The lines that this plan decided: all but the pinned ones."""
        return self.lines.join(self.pinned.select("line"), on="line", how="anti")

    @cached_property
    def serving(self) -> pl.DataFrame:
        """The fresh lines, one row a need that they meet."""
        return met(self.fresh)

    @cached_property
    def drawn(self) -> pl.DataFrame:
        """The fresh lines by need, with their lot's columns beside (suffix ``_lot``)."""
        lots = completed(self.problem.lots, LOTS)
        return self.serving.join(lots, on="lot", how="inner", suffix="_lot", maintain_order="left")
