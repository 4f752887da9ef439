"""The order of the goals: which come first, and what each gives up for those below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from graphcore.domain.errors import InputError
from graphcore.domain.text import say

SURVIVAL, FULL, COVERAGE = "survival_floor", "full_need", "weighted_coverage"
LATENESS, COST, KEEP = "lateness", "cost", "keep"
TIER, SCOPED = "full_need_tier_", "coverage:"
SCOPES = ("township", "basic", "item", "tier")
"""Columns of needs by which a goal may be added: ``coverage:township=990101``."""
MOST = 20  # goals that an order may hold


@dataclass(frozen=True, slots=True)
class Aim:
    """One goal of an order, and what may be given up of it for the goals below.

    ``share`` is relative to what was achieved (of `KEEP`: to the whole published plan); ``amount``
    is in the goal's own unit (unit-days, minute-kg, coverage in 0..1).
    """

    goal: str
    share: float = 0.0
    amount: float = 0.0

    @property
    def give_up(self) -> str:
        """What may be given up, as it is written: ``1%``, ``5``, or ``""``."""
        if self.share:
            return f"{self.share * 100:.10g}%"
        return f"{self.amount:.10g}" if self.amount else ""

    def __str__(self) -> str:
        return f"{self.goal}={self.give_up}" if self.give_up else self.goal


@dataclass(frozen=True, slots=True)
class Order:
    """Goals, the first before all others."""

    aims: tuple[Aim, ...]

    @property
    def frugal(self) -> bool:
        """Whether a goal that is better served by sending less stands above coverage."""
        names = [aim.goal for aim in self.aims]
        place = names.index(COVERAGE) if COVERAGE in names else len(names)
        return any(goal in (COST, LATENESS) for goal in names[:place])

    def texts(self) -> list[str]:
        """Return the order as it is stored and read again: one text a goal."""
        return [str(aim) for aim in self.aims]


ORDINARY = Order(tuple(Aim(g) for g in (SURVIVAL, FULL, COVERAGE, LATENESS, COST, KEEP)))
"""The order of a plan that nobody asked otherwise of."""


@dataclass(frozen=True)
class Aims:
    """What a plan is asked to be: the order of its goals, and the published plan to keep to."""

    order: Order = ORDINARY
    published: pl.DataFrame | None = None  # `optimizer.keep.PUBLISHED`


USUAL = Aims()
"""A plan that nobody asked anything of, where nothing is published."""


def ordered(first: Sequence[str], give_up: Iterable[str] = ()) -> Order:
    """Return the order that puts the named goals first, in their order, below the survival floor.

    Goals of the usual order that are not named follow as usual. ``first`` holds ``goal`` or
    ``goal=1%`` (``goal=5``: in its own unit); ``give_up`` holds ``goal=1%`` for goals that keep
    their place.

    Raises:
        InputError: an unknown goal, a goal twice, the survival floor moved or given up, or
            something to give up that is no number from 0.
    """
    named = [aim_of(text) for text in first]
    given = {aim.goal: aim for aim in map(aim_of, give_up)}
    head = [] if named and named[0].goal == SURVIVAL else [Aim(SURVIVAL)]
    have = {aim.goal for aim in (*head, *named)}
    rest = [aim for aim in ORDINARY.aims if aim.goal not in have]
    aims = [_with(aim, given) for aim in (*head, *named, *rest)]
    if given:
        raise _wrong(next(iter(given)), say("此目标不在目标次序中，或让步写了两次。"))
    return checked(Order(tuple(aims)))


def read(texts: Sequence[str]) -> Order:
    """Return an order from its stored texts ([] = the usual one).

    Raises:
        As `ordered`.
    """
    return checked(Order(tuple(map(aim_of, texts)))) if texts else ORDINARY


def aim_of(text: str) -> Aim:
    """Read ``goal``, ``goal=1%`` or ``goal=5``; a scope has its own sign (``coverage:item=tent=1%``).

    Raises:
        InputError: something to give up that is no number from 0, or 100% and more.
    """
    parts = text.strip().split("=")
    named = 2 if parts[0].startswith(SCOPED) else 1
    goal, rest = "=".join(parts[:named]), "=".join(parts[named:])
    if not rest:
        return Aim(goal)
    try:
        number = float(rest.removesuffix("%"))
    except ValueError:
        raise _wrong(goal, say("让步应写成 1% 或一个数。")) from None
    if rest.endswith("%"):
        number /= 100
    if not 0 <= number < (1 if rest.endswith("%") else 1e15):
        raise _wrong(goal, say("让步应不小于 0，百分比应小于 100%。"))
    return Aim(goal, share=number) if rest.endswith("%") else Aim(goal, amount=number)


def checked(order: Order) -> Order:
    """Return the order if it may be used.

    Raises:
        InputError: see `ordered`.
    """
    aims = order.aims
    if not aims or aims[0].goal != SURVIVAL or aims[0].give_up:
        raise _wrong(SURVIVAL, say("生存底线始终是第一目标，不得移后，也不得让步。"))
    seen: set[str] = set()
    for aim in aims:
        if not known(aim.goal):
            raise _wrong(aim.goal, say("没有这个目标。"))
        if aim.goal in seen or (aim.goal.startswith(TIER) and FULL in seen):
            raise _wrong(aim.goal, say("同一目标出现两次。"))
        seen.add(aim.goal)
    if len(aims) > MOST:
        raise _wrong(aims[MOST].goal, say("目标最多 {most} 个。", most=MOST))
    return order


def known(goal: str) -> bool:
    """Whether there is a goal of that code."""
    if goal.startswith(TIER):
        return goal.removeprefix(TIER).isdigit()
    column, _, value = goal.removeprefix(SCOPED).partition("=")
    if goal.startswith(SCOPED):
        return column in SCOPES and bool(value) and (column != "tier" or value.isdigit())
    return goal in (SURVIVAL, FULL, COVERAGE, LATENESS, COST, KEEP)


def within(goal: str) -> pl.Expr:
    """Return which rows of NEEDS, or of classes, an added goal looks at."""
    column, _, value = goal.removeprefix(SCOPED).partition("=")
    return pl.col(column) == (int(value) if column == "tier" else value)


def _with(aim: Aim, given: dict[str, Aim]) -> Aim:
    found = None if aim.give_up else given.pop(aim.goal, None)
    return aim if found is None else replace(found, goal=aim.goal)


def _wrong(goal: str, what: object) -> InputError:
    return InputError(
        say("目标次序中的“{goal}”：{what}", goal=goal[:60], what=what),
        say("目标有 full_need（或 full_need_tier_1）、weighted_coverage、lateness、cost、keep，以及按范围添加的 "
            "coverage:township=、coverage:basic=、coverage:item=、coverage:tier=；让步写作 weighted_coverage=1%。"),
        field="order",
    )  # fmt: skip
