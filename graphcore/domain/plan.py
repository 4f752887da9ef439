"""A plan before it is in the graph, and what it was made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from graphcore.domain.tables import LINES, Schema, empty

_S, _I = pl.String(), pl.Int64()

LOTS_SEEN: Schema = {
    "lot": _S,
    "available": _I,  # on hand minus reserved by others than the base plan
    "hold": _S,
    "expires_on": _S,
    "donation": _S,
    "intent": _S,  # canonical JSON of the donation's restrictions, "" if none
}
"""The lots a plan draws on, as its snapshot saw them: compared again at commit."""

NEEDS_SEEN: Schema = {"need": _S, "per_day": _I, "days": _I, "received": _I}
"""The needs a plan serves, as its snapshot saw them: a need that shrank makes the plan stale.

``received`` are the units that had been handed over or were on their way.
"""


CARRIED: Schema = {**LINES, "cargo": _S, "dispatched": _I, "received": _I, "declined": _I}
"""Lines for goods that left under an earlier plan: counted, neither planned nor reserved again."""


class Outcome(StrEnum):
    """What is known of a goal's value."""

    PROVEN = "proven"  # optimal, given the goals above
    BOUNDED = "bounded"  # a feasible value with a bound; never poses as optimal
    NOT_REACHED = "not_reached"  # the limit ended the solve before this goal


@dataclass(frozen=True, slots=True)
class GoalResult:
    """One goal: value and bound in its own unit (coverage in 0..1, unit-days, minutes x kg).

    ``number`` is the goal's place in the plan's order. ``rounding_loss`` is what whole units cost
    at this goal, in the same unit; ``give_up`` is what the goals below might take of it (``1%``, or
    a number in its own unit), ``given_up`` what they took, before whole units.
    """

    number: int
    name: str
    value: float
    bound: float
    outcome: Outcome
    unit: str
    rounding_loss: float = 0.0
    give_up: str = ""
    given_up: float = 0.0


@dataclass(frozen=True)
class PlanDraft:
    """Everything that committing needs. Frames have the schemas of `graphcore.domain.tables`."""

    id: str
    district: str
    disaster: str
    base: str  # id of the published plan it was made on, "" if none
    first_on: str  # ISO date of day 0
    days: int
    rulebook: str  # hash
    snapshot: str  # digest of the data it was made from
    seed: int
    aims: str  # the order of the goals: JSON list of `optimizer.order.Aim` texts
    tilt: str  # JSON of `optimizer.tilt.TILT`
    goals: tuple[GoalResult, ...]
    by_clock: bool
    created_at: int
    created_by: str
    lines: pl.DataFrame
    shortfalls: pl.DataFrame
    left_out: pl.DataFrame
    lots_seen: pl.DataFrame
    needs_seen: pl.DataFrame
    carried: pl.DataFrame = field(default_factory=lambda: empty(CARRIED))
    floors: str = "[]"  # JSON list of equity floors as the dispatcher wrote them
    figures: str = "{}"  # JSON: who solved it (`way`), and `optimizer.problem.Solution.counts`
    cuts: str = "[]"  # JSON rows of optimizer.transport.tables.CUTS that the plan respects
    basis: str = ""  # what it was made from, packed: a re-plan compares it with today
