"""The price of fairness: what the floors cost in coverage, solved again step by step."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from api.access import Operation, authorise
from api.usecases.context import Context, Progress
from api.usecases.planning.build import rebuild
from api.usecases.show import plan_view
from graphcore.domain.actor import Actor
from optimizer.fairness import SHARES, Curve, price_of_fairness
from optimizer.problem import Limits

WORK = 2_000_000
"""Simplex iterations that one curve may cost unless told otherwise."""


@dataclass(frozen=True)
class Price:
    """Both curves, and the plan whose data they rest on."""

    plan: str
    number: int
    moved: bool  # the data changed since the plan
    survival: Curve
    all: Curve


def fairness(
    ctx: Context, actor: Actor, plan: str = "", *, work: int = WORK, seconds: float | None = None,
    progress: Progress | None = None,
) -> Price:  # fmt: skip
    """Return the price of fairness of a plan's problem, from the data as they are now.

    Nothing is written.

    Raises:
        Forbidden: the actor may not read cases.
        NotFound: no plan yet.
    """
    authorise(actor, Operation.EXPLAIN, ctx.district)
    row = plan_view(ctx, actor, plan).plan
    snapshot, _, problem = rebuild(ctx, row)
    limits = Limits(seed=int(str(row["seed"])), work=work, seconds=seconds)
    survival, all_ = price_of_fairness(problem, limits, SHARES, progress)
    moved = snapshot.digest != row["snapshot"]
    return Price(str(row["id"]), int(str(row["number"])), moved, survival, all_)


def as_dict(price: Price) -> dict[str, object]:
    """Return a price as JSON."""
    curves = {
        curve.which: {"price": curve.price, "complete": curve.complete,
                      "points": [asdict(point) for point in curve.points]}
        for curve in (price.survival, price.all)
    }  # fmt: skip
    return {"plan": price.plan, "number": price.number, "moved": price.moved, **curves}


__all__ = ["Price", "as_dict", "fairness"]
