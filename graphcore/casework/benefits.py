"""Benefits in money: who is likely entitled on a day, to how much, with which papers, until when.

A row says "likely, help to apply". Nothing here refuses: who meets no condition may still apply,
and a named person decides.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from graphcore.casework.conditions import expression, in_groups, with_facts
from graphcore.casework.rules import whole
from graphcore.domain.tables import Schema, conform, empty
from graphcore.policy.model import BenefitRule, DatedMoney, Per
from graphcore.policy.rulebook import Rulebook, in_force
from graphcore.policy.stages import StageClock, clocks

_S, _I, _L = pl.String(), pl.Int64(), pl.List(pl.String())
PLAIN = 1000
"""Permille of a standard that is not raised."""

LIKELY: Schema = {
    "household": _S, "township": _S, "village": _S, "benefit": _S, "stage": _S, "owner": _S,
    "persons": _I,  # counted by the rule; 1 where the standard is a household's
    "days": _I,  # paid for; 0 = paid once
    "from_on": _S, "to_on": _S,  # "" = not bounded
    "amount_fen": _I,  # 0 = by individual decision
    "raised_permille": _I, "cites": _S, "papers": _L, "papers_due_on": _S,
}  # fmt: skip
"""One row a household and benefit."""


def likely(
    subjects: pl.DataFrame, facts: pl.DataFrame, rulebook: Rulebook, occurred_on: date, on: date
) -> pl.DataFrame:
    """Return LIKELY of the named households on a day, by household and benefit.

    Args:
        subjects: SUBJECTS.
        facts: FACTS of their persons.
        rulebook: dated rules, as they hold in the district.
        occurred_on: the day of the disaster.
        on: the day asked about.

    Raises:
        NoRuleInForce: a parameter has no value on a day.
    """
    wide = with_facts(subjects.filter(~pl.col("anonymous")), facts)
    running = {c.code: c for c in clocks(rulebook, occurred_on)}
    parts = [
        entitled(wide, rulebook, code, running.get(rule.stage), on)
        for code, rule in rulebook.benefits.items()
        if _runs(rulebook, rule, running.get(rule.stage), occurred_on, on)
    ]
    return pl.concat(parts).sort("household", "benefit") if parts else empty(LIKELY)


def _runs(
    rulebook: Rulebook, rule: BenefitRule, clock: StageClock | None, occurred_on: date, on: date
) -> bool:
    """Whether the benefit may begin on the day: its stage holds, or runs beside the others."""
    if rule.event:
        return False
    if rule.months and on.month not in rule.months:
        return False
    stage = rulebook.stages[rule.stage]
    if stage.parallel:
        days = int(rulebook.at(stage.days, occurred_on).value) if stage.days else None
        return occurred_on <= on and (days is None or (on - occurred_on).days < days)
    return clock is not None and clock.holds(on)


def entitled(
    wide: pl.DataFrame, rulebook: Rulebook, code: str, clock: StageClock | None, on: date
) -> pl.DataFrame:
    """Return LIKELY of one benefit for subjects with fact counts; no row where none is in force."""
    rule = rulebook.benefits[code]
    figure = in_force(rule.values, on, rulebook.region)
    if figure is None:
        return empty(LIKELY)
    hit = wide.filter(expression(rule.when, whole(rulebook, on)))
    first = clock.first_on if clock is not None and rule.days else on
    days = int(rulebook.at(rule.days, first).value) if rule.days else 0
    raised = _raised(rulebook, rule, on)
    count = pl.lit(1) if rule.per is Per.HOUSEHOLD else pl.col(rule.count.value)
    made = hit.with_columns(count.cast(pl.Int64).alias("counted"), raised.alias("raised_permille"))
    return conform(_filled(made, rulebook, code, figure, first, days, on), LIKELY)


def _filled(
    made: pl.DataFrame, rulebook: Rulebook, code: str, figure: DatedMoney, first: date, days: int,
    on: date,
) -> pl.DataFrame:  # fmt: skip
    rule = rulebook.benefits[code]
    fen = figure.fen * pl.col("counted") * max(days, 1) * pl.col("raised_permille") // PLAIN
    last = (first + timedelta(days=days - 1)).isoformat() if days else ""
    papers_due = ""
    if rule.papers_days:
        wait = int(rulebook.at(rule.papers_days, on).value)
        papers_due = (on + timedelta(days=wait)).isoformat()
    words = {"benefit": code, "stage": rule.stage, "owner": rule.owner, "cites": figure.cites,
             "from_on": first.isoformat(), "to_on": last, "papers_due_on": papers_due}  # fmt: skip
    return made.filter(pl.col("counted") > 0).select(
        pl.col("subject").alias("household"), "township", "village", "raised_permille",
        pl.col("counted").alias("persons"), pl.lit(days).alias("days"), fen.alias("amount_fen"),
        pl.lit(list(rule.papers), dtype=_L).alias("papers"),
        *(pl.lit(text).alias(name) for name, text in words.items()),
    )  # fmt: skip


def _raised(rulebook: Rulebook, rule: BenefitRule, on: date) -> pl.Expr:
    """Permille of the standard: the highest of the household's groups, never their sum."""
    if not rule.raised:
        return pl.lit(PLAIN)
    by_group = rulebook.at(rule.raised, on).value
    factors = [
        pl.when(in_groups([group])).then(int(permille)).otherwise(PLAIN)
        for group, permille in sorted(by_group.items())
    ]
    return pl.max_horizontal([pl.lit(PLAIN), *factors]).cast(pl.Int64)
