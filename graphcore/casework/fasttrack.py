"""Fast tracks: who is entitled to a simplified procedure, and what it leaves of papers and steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from graphcore.casework.conditions import in_groups
from graphcore.policy.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Eased:
    """What a fast track asks for: the papers that remain, and by when (``""`` = with the case)."""

    track: str
    papers: tuple[str, ...]
    due_on: str
    by: str
    cites: str


def open_to(rulebook: Rulebook, benefit: str, on: date) -> pl.Expr:
    """Return an expression over ``groups``: the name of the fast track open to them, "" if none.

    Of several the first by name counts.
    """
    named = pl.lit("")
    for name in sorted(rulebook.easing(benefit, on), reverse=True):
        groups = [g.value for g in rulebook.fast_tracks[name].groups]
        named = pl.when(in_groups(groups)).then(pl.lit(name)).otherwise(named)
    return named


def waived_steps(
    rulebook: Rulebook, benefit: str, groups: Sequence[str], on: date
) -> tuple[str, ...]:
    """Return the steps that a household of these groups may leave out on a day."""
    held = set(groups)
    found = {
        step
        for name, ease in rulebook.easing(benefit, on).items()
        if held & {g.value for g in rulebook.fast_tracks[name].groups}
        for step in ease.steps
    }
    return tuple(sorted(found))


def eased(rulebook: Rulebook, benefit: str, track: str, papers: Sequence[str], on: date) -> Eased:
    """Return what a track leaves of a case's papers on the day it is granted."""
    ease = rulebook.easing(benefit, on)[track]
    due = (on + timedelta(days=ease.papers_days)).isoformat() if ease.postponed else ""
    left = tuple(p for p in papers if p not in ease.waived)
    return Eased(track, left, due, ease.by, ease.cites)
