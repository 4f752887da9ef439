"""Need rules resolved for a stretch of days: which hold, with which figures, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from graphcore.casework.conditions import Bound, expression, holders
from graphcore.domain.household import Stage
from graphcore.policy.model import Count, DatedAmount, NeedRule
from graphcore.policy.rulebook import Rulebook, in_force

FULL, PRESUMED = "full", "presumed"


@dataclass(frozen=True)
class Resolved:
    """A need rule with the figure that is in force on a day."""

    name: str
    rule: NeedRule
    figure: DatedAmount
    daily: bool
    survival: bool


@dataclass(frozen=True)
class Stretch:
    """Days (offsets) on which the same rules hold with the same figures."""

    days: tuple[int, ...]
    rules: tuple[Resolved, ...]


def whole(rulebook: Rulebook, day: date) -> Bound:
    """Return the look-up of whole-number parameters on a day."""
    return lambda name: int(rulebook.at(name, day).value)


def stretches(
    rulebook: Rulebook, hazard: str, stage: Stage, first_on: date, days: int
) -> list[Stretch]:
    """Return the plan's days grouped by what holds on them.

    A durable rule counts on day 0 only: a plan owes a tent once, on the day it begins.
    """
    groups: list[Stretch] = []
    for offset in range(days):
        found = _on(rulebook, hazard, stage, first_on + timedelta(days=offset))
        rules = tuple(r for r in found if r.daily or offset == 0)
        if groups and groups[-1].rules == rules:
            groups[-1] = Stretch((*groups[-1].days, offset), rules)
        else:
            groups.append(Stretch((offset,), rules))
    return groups


def _on(rulebook: Rulebook, hazard: str, stage: Stage, day: date) -> list[Resolved]:
    found = []
    for name, rule in rulebook.needs.items():
        figure = in_force(rule.values, day, rulebook.region)
        if figure is None or not _applies(rule, hazard, stage, day):
            continue
        item = rulebook.catalogue[rule.item]
        found.append(Resolved(name, rule, figure, item.daily, item.survival))
    return found


def _applies(rule: NeedRule, hazard: str, stage: Stage, day: date) -> bool:
    in_season = not rule.months or day.month in rule.months
    return stage.value in rule.stages and in_season and (not rule.hazards or hazard in rule.hazards)


def with_scope(subjects: pl.DataFrame, rulebook: Rulebook, day: date) -> pl.DataFrame:
    """Return the subjects with a column ``scope``: full, presumed, or "" for no computed need."""
    bound = whole(rulebook, day)
    return subjects.with_columns(
        pl.when(expression(rulebook.scope.affected, bound)).then(pl.lit(FULL))
        .when(expression(rulebook.scope.presumed, bound)).then(pl.lit(PRESUMED))
        .otherwise(pl.lit("")).alias("scope")
    )  # fmt: skip


def counted(rule: NeedRule) -> pl.Expr:
    """Return how many of the subject the rule counts, never below zero."""
    if rule.count is Count.HOLDERS:
        assert rule.fact is not None
        return pl.col(holders(rule.fact))
    housed = pl.col("persons") - pl.col("roofless")
    count = housed if rule.count is Count.HOUSED else pl.col(rule.count.value)
    if rule.fact is not None:
        count = pl.max_horizontal(count, pl.col(holders(rule.fact)))
    for fact in rule.less:
        count = count - pl.col(holders(fact))
    return count.clip(lower_bound=0)


def quantity(resolved: Resolved, bound: Bound) -> pl.Expr:
    """Return the units that a rule owes the subject: ceil(count x amount / per), or 0.

    A subject in presumed need is owed the survival items only.
    """
    figure = resolved.figure
    units = (counted(resolved.rule) * figure.amount + (figure.per - 1)) // figure.per
    covered = pl.col("scope").is_in([FULL, PRESUMED] if resolved.survival else [FULL])
    applies = covered & expression(resolved.rule.when, bound)
    return pl.when(applies).then(units).otherwise(pl.lit(0, dtype=pl.Int64)).alias(resolved.name)
