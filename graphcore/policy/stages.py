"""Stages of relief and their clocks, from data: which one a day falls in, who is due to move on.

A clock tells; it ends nothing. That someone passes to the next stage, or that aid stops, is
decided by a named person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from graphcore.domain.errors import InputError
from graphcore.domain.text import say
from graphcore.policy.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class StageClock:
    """One stage of a disaster: first and last day (inclusive); ``last_on`` None = open-ended."""

    code: str
    first_on: date
    last_on: date | None
    next: str  # the stage after it, "" if none
    computed: bool  # need rules exist
    cites: str  # of the length, "" where none is set

    def holds(self, day: date) -> bool:
        """Whether the day falls in the stage."""
        return self.first_on <= day and (self.last_on is None or day <= self.last_on)

    def days_left(self, day: date) -> int | None:
        """Days after this one that the stage still has; negative once it is over."""
        return None if self.last_on is None else (self.last_on - day).days


def clocks(rulebook: Rulebook, occurred_on: date) -> tuple[StageClock, ...]:
    """Return the stages that follow each other, from the day of the disaster.

    A stage's length is the one in force on its first day. The first open-ended stage is the last.

    Raises:
        NoRuleInForce: a length has no value on the day its stage begins.
    """
    codes = sequence(rulebook)
    found: list[StageClock] = []
    start = occurred_on
    for here, after in zip(codes, (*codes[1:], ""), strict=True):
        stage = rulebook.stages[here]
        length = rulebook.at(stage.days, start) if stage.days else None
        last = start + timedelta(days=int(length.value) - 1) if length else None
        cites = length.cites if length else ""
        found.append(StageClock(here, start, last, after, stage.computed, cites))
        if last is None:
            break
        start = last + timedelta(days=1)
    return tuple(found)


def stage_at(rulebook: Rulebook, occurred_on: date, day: date) -> StageClock:
    """Return the stage in which a day falls.

    Raises:
        InputError: the day lies before the disaster, or after the last stage.
        NoRuleInForce: a length has no value on the day its stage begins.
    """
    for clock in clocks(rulebook, occurred_on):
        if clock.holds(day):
            return clock
    raise InputError(
        say("{day} 不在灾害（{start}）的任何救助阶段内。", day=day.isoformat(),
            start=occurred_on.isoformat()),
        say("请检查灾害发生时间和计划起始日，或在规则目录中补充阶段。"), field="first_on",
    )  # fmt: skip


def sequence(rulebook: Rulebook) -> tuple[str, ...]:
    """Return the codes of the stages that follow each other, in order."""
    inline = [(s.order, code) for code, s in rulebook.stages.items() if not s.parallel]
    return tuple(code for _, code in sorted(inline))
