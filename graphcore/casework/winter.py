"""The winter–spring campaign: its steps, their deadlines, and amounts by need and class.

Nothing here refuses: a household that a step does not carry on is returned by a named person with
a reason, and waits for the village's review again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from graphcore.casework.benefits import PLAIN
from graphcore.domain.campaign import EntryState, Grade, Step
from graphcore.domain.errors import InputError, WrongState
from graphcore.domain.tables import Schema
from graphcore.domain.text import Text, say
from graphcore.policy.rulebook import Rulebook

BENEFIT = "winter_spring"
_S, _I, _B, _L = pl.String(), pl.Int64(), pl.Boolean(), pl.List(pl.String())

ENTRIES: Schema = {
    "id": _S, "campaign": _S, "household": _S, "township": _S, "village": _S,
    "persons": _I, "needs": _L, "grade": _S, "key": _B,
    "told_fen": _I,  # what the village proposes; 0 = by the standard
    "state": _S, "version": _I,
}  # fmt: skip
"""Surveyed households, as far as steps and amounts look at them."""

_E = EntryState
BEFORE: Mapping[Step, frozenset[EntryState]] = {
    Step.REVIEW: frozenset({_E.SURVEYED, _E.RETURNED}),
    Step.AUDIT: frozenset({_E.REVIEWED}),
    Step.NOTICE: frozenset({_E.AUDITED}),
    Step.DECIDE: frozenset({_E.NOTICED}),
    Step.RETURN: frozenset({_E.SURVEYED, _E.REVIEWED, _E.AUDITED, _E.NOTICED}),
}
AFTER: Mapping[Step, EntryState] = {
    Step.REVIEW: _E.REVIEWED, Step.AUDIT: _E.AUDITED, Step.NOTICE: _E.NOTICED,
    Step.DECIDE: _E.DECIDED, Step.RETURN: _E.RETURNED,
}  # fmt: skip
WAIVABLE = "notice"
"""The step that a fast track may waive: a decision then follows on the township's audit."""
NEXT: Mapping[EntryState, Step] = {
    _E.SURVEYED: Step.REVIEW, _E.RETURNED: Step.REVIEW, _E.REVIEWED: Step.AUDIT,
    _E.AUDITED: Step.NOTICE, _E.NOTICED: Step.DECIDE,
}  # fmt: skip
"""Which step a household waits for; a decided one waits for money."""


def step_word(step: Step) -> Text:
    """Return what a step is called."""
    words = {
        Step.REVIEW: say("村评议"), Step.AUDIT: say("乡镇审核"), Step.NOTICE: say("公示"),
        Step.DECIDE: say("县级审定"), Step.RETURN: say("退回"),
    }  # fmt: skip
    return words[step]


def check_step(step: Step, evidence: str, reason: str) -> None:
    """See that a step says what it rests on, and a return why.

    Raises:
        InputError: no evidence, or a return without a reason.
    """
    if not evidence.strip():
        raise InputError(
            say("办理“{step}”必须写明依据的记录。", step=step_word(step)),
            say("请填写评议、审核或会议记录的编号，不要写姓名和证件号码。"), field="evidence",
        )  # fmt: skip
    if step is Step.RETURN and not reason.strip():
        raise InputError(say("退回必须写明理由。"), say("请写明理由后重新办理。"), field="reason")


def notice_over(posted: date, days: int, on: date) -> None:
    """See that a public notice has been up long enough by the day of the decision.

    Raises:
        WrongState: it is still up; says until when.
    """
    free = posted + timedelta(days=days)
    if on < free:
        raise WrongState(
            say("公示自 {posted} 起 {days} 天，{free} 起方可审定。", posted=posted.isoformat(),
                days=days, free=free.isoformat()),
            say("请等公示期满，其间有异议的先核实。"),
        )  # fmt: skip


def amounts(entries: pl.DataFrame, rulebook: Rulebook, on: date) -> pl.DataFrame:
    """Return id, computed_fen, raised_permille and cites of surveyed households.

    The sum over the needs of the class's standard, for each person or once a household; raised for
    a key household or by the highest of its groups, whichever is more, never both.

    Args:
        entries: ENTRIES with ``groups``, the household's hardship groups on the day.
        rulebook: the district's.
        on: the day whose standard holds.

    Raises:
        NoRuleInForce: a standard has no value on the day.
    """
    standard = rulebook.at("winter.amount_fen", on)
    plain = pl.sum_horizontal([_of(need, rule) for need, rule in sorted(standard.value.items())])
    raised = _raised(rulebook, on)
    return entries.select(
        "id", (plain * raised // PLAIN).cast(_I).alias("computed_fen"),
        raised.cast(_I).alias("raised_permille"), pl.lit(standard.cites).alias("cites"),
    )  # fmt: skip


def _of(need: str, rule: Mapping[str, object]) -> pl.Expr:
    by_grade = {g.value: int(str(rule[g.value])) for g in Grade}
    each = pl.col("grade").replace_strict(by_grade, default=0, return_dtype=_I)
    count = pl.col("persons") if rule["per"] == "person" else pl.lit(1)
    return pl.when(pl.col("needs").list.contains(need)).then(each * count).otherwise(0)


def _raised(rulebook: Rulebook, on: date) -> pl.Expr:
    by_group = rulebook.at("benefit.raised_permille", on).value
    key = int(rulebook.at("winter.key_permille", on).value)
    factors = [
        pl.when(pl.col("groups").list.contains(group)).then(int(permille)).otherwise(PLAIN)
        for group, permille in sorted(by_group.items())
    ]
    mine = pl.when(pl.col("key")).then(key).otherwise(PLAIN)
    return pl.max_horizontal([pl.lit(PLAIN), mine, *factors])


def deadlines(rulebook: Rulebook, year: int) -> dict[str, date]:
    """Return step → last day of the campaign that begins in autumn of ``year``; ``pay`` too.

    Money arrives before Spring Festival.

    Raises:
        NoRuleInForce: the calendar has no value for that autumn.
        InputError: the calendar does not know the next Spring Festival.
    """
    autumn = date(year, 9, 1)
    told = rulebook.at("winter.by", autumn).value
    feasts = rulebook.at("winter.festival", autumn).value
    if str(year + 1) not in {str(k) for k in feasts}:
        raise InputError(
            say("规则中没有 {year} 年春节的日期。", year=year + 1),
            say("请在规则目录的 winter.festival 下补充。"), field="winter.festival",
        )  # fmt: skip
    feast = date.fromisoformat(str({str(k): v for k, v in feasts.items()}[str(year + 1)]))
    found = {step: date.fromisoformat(f"{year}-{day}") for step, day in told.items()}
    return {**found, "pay": feast - timedelta(days=1)}


def period(rulebook: Rulebook, year: int) -> tuple[date, date]:
    """Return the first and last day that the relief is for.

    Raises:
        NoRuleInForce: no value for that autumn.
    """
    told = rulebook.at("winter.period", date(year, 9, 1)).value
    return (date.fromisoformat(f"{year}-{told['from']}"),
            date.fromisoformat(f"{year + 1}-{told['to']}"))  # fmt: skip
