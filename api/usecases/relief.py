"""Relief: what would help most, found by solving again with one rule relaxed at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from api.access import Operation, authorise
from api.usecases.context import Context, Progress
from api.usecases.explain.case import Case
from api.usecases.planning.measures import Measure, Words, measures
from api.usecases.show import plan_view
from graphcore.domain.actor import Actor
from graphcore.domain.text import Text
from optimizer.problem import Limits, Problem, Solution
from optimizer.solve import solve
from optimizer.whatif import Effect, effect

_NO_LIMITS = Limits()


@dataclass(frozen=True)
class Relief:
    """One measure and what it would bring; ``by_clock`` if a time limit cut the solve."""

    what: Text
    effect: Effect
    by_clock: bool


def relief(
    ctx: Context, actor: Actor, plan: str = "", *, most: int = 8,
    limits: Limits = _NO_LIMITS, progress: Progress | None = None,
) -> list[Relief]:  # fmt: skip
    """Return what up to ``most`` measures would bring, each solved; the most helpful first.

    Those with most missing units behind them are tried; measures that change nothing are left
    out. Nothing is written.

    Raises:
        Forbidden: the actor may not read cases.
        NotFound: no plan yet.
    """
    authorise(actor, Operation.EXPLAIN, ctx.district)
    case = Case(ctx, plan_view(ctx, actor, plan))
    tell = progress or (lambda _step, _share: None)
    seeded = replace(limits, seed=int(str(case.view.plan["seed"])))
    tell("relief.solve", 0.0)
    now = solve(case.problem, seeded)
    tried = measures(
        case.snapshot, case.demand, case.problem, now.shortfalls, Words(case.called, case.unit)
    )
    found = []
    for n, measure in enumerate(tried[:most]):
        tell("relief.solve", (n + 1) / (most + 1))
        found.append(_try(case.problem, now, measure, seeded))
    useful = [r for r in found if not r.effect.idle]
    return sorted(useful, key=lambda r: (-r.effect.full, -r.effect.gained, str(r.what)))


def _try(problem: Problem, now: Solution, measure: Measure, limits: Limits) -> Relief:
    after = solve(measure.problem, limits)
    return Relief(measure.what, effect(problem, now, after), now.by_clock or after.by_clock)


__all__ = ["Relief", "relief"]
