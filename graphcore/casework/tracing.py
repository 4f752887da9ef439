"""Traces: how one household's need came about, rule by rule, in words and with citations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from graphcore.casework.rules import PRESUMED, Resolved, Stretch, counted, quantity, whole
from graphcore.domain.text import Text, named, say
from graphcore.policy.model import Count
from graphcore.policy.rulebook import Rulebook

_WHAT = {
    Count.PERSONS: say("人"),
    Count.HOLDERS: say("人"),
    Count.HOUSEHOLDS: say("户"),
    Count.INFANTS: say("名婴儿"),
    Count.CHILDREN: say("名儿童"),
    Count.ELDERS: say("名老人"),
    Count.ROOFLESS: say("人"),
    Count.HOUSED: say("人"),
}


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One rule's contribution to one item on one day, in whole units."""

    rule: str
    item: str
    day: int
    quantity: int
    text: Text  # the formula, in Chinese, without personal data
    cites: str
    status: str


def steps(
    wide: pl.DataFrame, rulebook: Rulebook, parts: Sequence[Stretch], first_on: date
) -> tuple[TraceStep, ...]:
    """Return the steps of a prepared table of one subject, by item, day and rule."""
    found = [
        step for part in parts for rule in part.rules
        for step in _steps(wide, rulebook, rule, part.days, first_on)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda s: (s.item, s.day, s.rule)))


def _steps(
    wide: pl.DataFrame, rulebook: Rulebook, rule: Resolved, days: Sequence[int], first_on: date
) -> Iterator[TraceStep]:
    bound = whole(rulebook, first_on)
    count, units, scope = wide.select(
        counted(rule.rule).alias("n"), quantity(rule, bound).alias("q"), "scope"
    ).row(0)
    if units == 0:
        return
    text = _formula(rulebook, rule, int(count), int(units), presumed=scope == PRESUMED)
    for day in days:
        yield TraceStep(
            rule.name, rule.rule.item, day, int(units), text, rule.figure.cites,
            rule.figure.status.value,
        )  # fmt: skip


def _formula(rulebook: Rulebook, rule: Resolved, count: int, units: int, *, presumed: bool) -> Text:
    said = say(
        "{title}：{count}{what} × {amount}{unit} ÷ {per}{what}，进位取整 = {units}{unit}",
        title=named(rule.rule.title), count=count, what=_WHAT[rule.rule.count],
        amount=rule.figure.amount, per=rule.figure.per, units=units,
        unit=named(rulebook.unit_of(rule.rule.item)),
    )  # fmt: skip
    return say("{step}（尚未核实，按生存底线推定）", step=said) if presumed else said
