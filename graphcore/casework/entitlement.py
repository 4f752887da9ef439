"""Entitlement: from who is counted to what is owed, over columns; one household is one row.

Who has needs is data (`scope` in the rulebook). In full: everyone in need, whose house collapsed
or is severely damaged, who is away from home, who was found safe but is cut off, and headcounts.
Presumed: a household not yet checked, where its place is cut off or hard hit, is owed the items of
the survival floor until someone has looked, since unknown never means safe. Nothing here refuses or
ends aid: a stage's length is told by `graphcore.policy.stages`, and a named person decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from graphcore.casework import ranks
from graphcore.casework.conditions import with_facts
from graphcore.casework.needids import derived_many
from graphcore.casework.referral import refer
from graphcore.casework.rules import Stretch, quantity, stretches, whole, with_scope
from graphcore.casework.tracing import TraceStep, steps
from graphcore.domain.household import RosterState, Stage
from graphcore.domain.ids import Kind
from graphcore.domain.tables import NEEDS, conform, empty
from graphcore.policy.rulebook import Rulebook

_KEPT = ("subject", "anonymous", "point", "township", "groups")


@dataclass(frozen=True)
class Assessment:
    """What is owed (NEEDS), what is to be arranged (REFERRALS), and who is still unknown.

    ``unknown`` lists every household that nobody has checked (subject, township, point, persons,
    presumed): with no computed needs unless ``presumed``, and never taken for safe.
    """

    needs: pl.DataFrame
    referrals: pl.DataFrame
    unknown: pl.DataFrame


def assess(
    subjects: pl.DataFrame,
    facts: pl.DataFrame,
    *,
    rulebook: Rulebook,
    hazard: str,
    stage: Stage,
    first_on: date,
    days: int,
    disaster: str,
    now: int = 0,
) -> Assessment:
    """Return what each subject is owed in the plan's days, sorted by need and day.

    Args:
        subjects: SUBJECTS, one row a household or headcount.
        facts: FACTS of their persons.
        rulebook: dated rules, as they hold in the district.
        hazard: hazard class, for example ``flood``.
        stage: stage of relief whose rules hold.
        first_on: calendar day of day 0.
        days: length of the plan in days.
        disaster: id of the disaster, part of each need's id.
        now: UTC microseconds; deadlines of referrals count from here if day 0 began before.

    Raises:
        NoRuleInForce: a parameter has no value on a day of the plan.
    """
    wide = _prepared(subjects, facts, rulebook, first_on)
    owing = wide.filter(pl.col("scope") != "")
    parts = [
        _stretch(owing, rulebook, s, first_on)
        for s in stretches(rulebook, hazard, stage, first_on, days)
    ]
    owed = pl.concat(parts) if parts else empty({"subject": pl.String()})
    return Assessment(
        needs=_needs(owing, owed, rulebook, stage, first_on, disaster),
        referrals=refer(owing, facts, rulebook, stage, first_on, disaster, now),
        unknown=_unknown(wide),
    )


def trace(
    subjects: pl.DataFrame,
    facts: pl.DataFrame,
    *,
    rulebook: Rulebook,
    hazard: str,
    stage: Stage,
    first_on: date,
    days: int,
    disaster: str,
) -> tuple[TraceStep, ...]:
    """Return the steps by which one household's needs came about (a table of one row).

    The steps' quantities sum, by item and day, to what `assess` gives for the same arguments.

    Raises:
        ValueError: not exactly one subject: a fault of ours.
        NoRuleInForce: a parameter has no value on a day of the plan.
    """
    if subjects.height != 1:
        raise ValueError(f"a trace is of one subject, not {subjects.height} (of {disaster})")
    wide = _prepared(subjects, facts, rulebook, first_on)
    return steps(wide, rulebook, stretches(rulebook, hazard, stage, first_on, days), first_on)


def _prepared(
    subjects: pl.DataFrame, facts: pl.DataFrame, rulebook: Rulebook, day: date
) -> pl.DataFrame:
    return with_scope(with_facts(subjects, facts), rulebook, day)


def _stretch(owing: pl.DataFrame, rulebook: Rulebook, stretch: Stretch, day: date) -> pl.DataFrame:
    """Return (subject, item, day, quantity) of a stretch: rules for the same item add up."""
    bound = whole(rulebook, day)
    by_item: dict[str, pl.Expr] = {}
    for resolved in stretch.rules:
        units = quantity(resolved, bound)
        item = resolved.rule.item
        by_item[item] = by_item[item] + units if item in by_item else units
    wide = owing.select("subject", *(e.alias(item) for item, e in by_item.items()))
    long = wide.unpivot(index="subject", variable_name="item", value_name="quantity")
    offsets = pl.DataFrame({"day": stretch.days}, schema={"day": pl.Int64()})
    return (
        long.with_columns(pl.col("quantity").cast(pl.Int64))
        .filter(pl.col("quantity") > 0)
        .join(offsets, how="cross")
    )


def _needs(
    owing: pl.DataFrame, owed: pl.DataFrame, rulebook: Rulebook, stage: Stage, day: date,
    disaster: str,
) -> pl.DataFrame:  # fmt: skip
    if owed.height == 0:
        return empty(NEEDS)
    who = owing.select(*_KEPT, ranks.tier(rulebook, day), ranks.weight(rulebook, day))
    pairs = owed.select("subject", "item").unique(maintain_order=True)
    ids = derived_many(Kind.NEED, [disaster, stage.value], pairs)
    named = pairs.with_columns(ids.alias("need"))
    full = (
        owed.join(named, on=["subject", "item"])
        .join(_item_facts(rulebook), on="item")
        .join(who, on="subject")
    )
    return conform(full, NEEDS).sort("need", "day")


def _item_facts(rulebook: Rulebook) -> pl.DataFrame:
    rows = [(c, i.basic.value, i.daily, i.survival) for c, i in rulebook.catalogue.items()]
    return pl.DataFrame(rows, schema=["item", "basic", "daily", "survival"], orient="row")


def _unknown(wide: pl.DataFrame) -> pl.DataFrame:
    unchecked = (pl.col("state") == RosterState.UNKNOWN.value) & ~pl.col("anonymous")
    return wide.filter(unchecked).select(
        "subject", "township", "point", "persons", (pl.col("scope") != "").alias("presumed")
    ).sort("subject")  # fmt: skip


__all__ = ["Assessment", "TraceStep", "assess", "trace"]
