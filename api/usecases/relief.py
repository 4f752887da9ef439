"""Relief: what would help most, found by solving again with one rule relaxed at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context, Progress
from api.usecases.explain.case import Case
from api.usecases.planning.aims import stored_order
from api.usecases.planning.measures import Measure, Words, measures, prices
from api.usecases.show import plan_view
from graphcore.domain.actor import Actor
from graphcore.domain.text import Text
from optimizer.order import Aims
from optimizer.problem import Limits, Problem, Solution
from optimizer.solve import solve
from optimizer.whatif import Effect, effect

_NO_LIMITS = Limits()


@dataclass(frozen=True)
class Relief:
    """One measure and what it would bring; ``by_clock`` if a time limit cut the solve.

    ``cost_fen`` is what it is thought to cost, units bought only as far as they are used; None =
    nobody knows.
    """

    what: Text
    effect: Effect
    by_clock: bool
    cost_fen: int | None = None

    @property
    def per_household_fen(self) -> float | None:
        """Cost for each household that gains; None where the cost is unknown or nobody gains."""
        if self.cost_fen is None or not self.effect.gained:
            return None
        return self.cost_fen / self.effect.gained

    @property
    def rank(self) -> tuple[float, int, int, str]:
        """Cheapest for each household helped first; unknown costs last; then the most helpful."""
        price = self.per_household_fen
        cost = float("inf") if price is None else price
        return cost, -self.effect.full, -self.effect.gained, str(self.what)


def relief(
    ctx: Context, actor: Actor, plan: str = "", *, most: int = 8,
    limits: Limits = _NO_LIMITS, progress: Progress | None = None,
) -> list[Relief]:  # fmt: skip
    """Return what up to ``most`` measures would bring, each solved; the cheapest a household first.

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
    aims = Aims(stored_order(case.view.plan))
    tell("relief.solve", 0.0)
    now = solve(case.problem, seeded, aims=aims)
    situation = case.demand.situation
    words = Words(case.called, case.unit, prices(situation.rulebook, situation.first_on))
    tried = measures(case.snapshot, case.demand, case.problem, now.shortfalls, words)
    found = []
    for n, measure in enumerate(tried[:most]):
        tell("relief.solve", (n + 1) / (most + 1))
        found.append(_try(case.problem, now, measure, seeded, aims))
    useful = [r for r in found if not r.effect.idle]
    return sorted(useful, key=lambda r: r.rank)


def _try(problem: Problem, now: Solution, measure: Measure, limits: Limits, aims: Aims) -> Relief:
    after = solve(measure.problem, limits, aims=aims)
    found = effect(problem, now, after)
    return Relief(measure.what, found, now.by_clock or after.by_clock, _cost(measure, after))


def _cost(measure: Measure, after: Solution) -> int | None:
    """Return what a measure costs: what is bought counts as far as the plan uses it."""
    if measure.fixed_fen is None or measure.unit_fen is None:
        return None
    used = after.lines.filter(pl.col("lot") == measure.lot)["quantity"].sum()
    return measure.fixed_fen + measure.unit_fen * int(used)


__all__ = ["Relief", "relief"]
