"""Conditions of the rulebook as column expressions over SUBJECTS with fact counts."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from graphcore.domain.household import MedicalFact
from graphcore.policy.model import Condition

Bound = Callable[[str], int]
"""From a parameter's name to its whole-number value on the day."""

_WORDS = ("state", "damage", "point_kind")
_FLAGS = ("relocated", "cut_off", "anonymous")


def holders(fact: MedicalFact) -> str:
    """Return the column that counts a subject's persons with the fact."""
    return f"fact:{fact.value}"


def with_facts(subjects: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Return SUBJECTS with one count column for each medical fact; a person counts once a fact."""
    counts = [
        pl.col("person").filter(pl.col("fact") == f.value).n_unique().cast(pl.Int64)
        .alias(holders(f)) for f in MedicalFact
    ]  # fmt: skip
    known = facts.group_by("subject").agg(counts)
    wide = subjects.join(known, on="subject", how="left", maintain_order="left")
    return wide.with_columns(pl.col(holders(f)).fill_null(0) for f in MedicalFact)


def expression(condition: Condition, bound: Bound) -> pl.Expr:
    """Return the condition as a boolean column; an empty condition is true everywhere."""
    parts = [
        pl.col(name).is_in([word.value for word in getattr(condition, name)])
        for name in _WORDS if getattr(condition, name)
    ]  # fmt: skip
    parts += [
        pl.col(name) == getattr(condition, name)
        for name in _FLAGS if getattr(condition, name) is not None
    ]  # fmt: skip
    if condition.groups:
        parts.append(in_groups([g.value for g in condition.groups]))
    if condition.without:
        parts.append(~in_groups([g.value for g in condition.without]))
    if condition.facts:
        parts.append(pl.any_horizontal(pl.col(holders(f)) > 0 for f in condition.facts))
    if condition.intensity_from:
        parts.append(pl.col("intensity") >= bound(condition.intensity_from))
    if condition.any:
        parts.append(pl.any_horizontal(expression(inner, bound) for inner in condition.any))
    return pl.all_horizontal([pl.lit(value=True), *parts])


def in_groups(groups: list[str]) -> pl.Expr:
    """Whether the subject belongs to one of the hardship groups."""
    return pl.any_horizontal(
        [pl.lit(value=False), *(pl.col("groups").list.contains(g) for g in groups)]
    )
