"""The goals in the order that the plan was asked for, over any set of classes and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.classes import Classes
from optimizer.flow import Flow
from optimizer.goals import Fairness, GoalName
from optimizer.lexicographic import EXACT, SHARE, Linear, figured, meant, substitution_goal
from optimizer.order import KEEP, SCOPED, Aim, Order

LIKE_COVERAGE = (GoalName.COVERAGE, SCOPED)


@dataclass(frozen=True)
class Step:
    """One goal: its place in the order, and either a fairness goal (its number) or a linear one."""

    number: int
    name: str
    aim: Aim
    fair: int | None = None
    linear: Linear | None = None

    @property
    def covers(self) -> bool:
        """Whether the goal is coverage: of the worst group, of all, or within a scope."""
        return self.fair is not None or self.name.startswith(LIKE_COVERAGE)

    @property
    def unit(self) -> str:
        """The unit of the goal's value."""
        return "coverage" if self.linear is None else self.linear.unit


def steps(order: Order, classes: Classes, flow: Flow, fair: Sequence[Fairness]) -> list[Step]:
    """Return the goals that the order names and the problem has; `keep` left out."""
    found: list[Step] = []
    done: set[int] = set()
    for number, aim in enumerate(order.aims, start=1):
        mine = [k for k, g in enumerate(fair) if meant(aim.goal, g.name) and k not in done]
        done.update(mine)
        found += [Step(number, fair[k].name, aim, fair=k) for k in mine]
        if aim.goal == GoalName.COST and (other := substitution_goal(flow)) is not None:
            found.append(Step(number, other.name, Aim(GoalName.SUBSTITUTION), linear=other))
        linear = None if mine or aim.goal == KEEP else figured(aim.goal, classes, flow)
        if linear is not None:
            found.append(Step(number, linear.name, aim, linear=linear))
    return found


def holding_on(found: Sequence[Step], order: Order) -> int:
    """Return before which of the steps a re-plan holds on to what is published.

    After the last goal of coverage: nobody's promise is moved to save a kilometre, and nobody goes
    without to keep a promise to somebody else. Earlier where the order itself says so.
    """
    last = max((k for k, step in enumerate(found) if step.covers), default=-1) + 1
    names = [aim.goal for aim in order.aims]
    if KEEP not in names:
        return last
    place = names.index(KEEP) + 1
    return min(last, sum(step.number < place for step in found))


__all__ = ["EXACT", "SHARE", "Linear", "Step", "holding_on", "steps"]
