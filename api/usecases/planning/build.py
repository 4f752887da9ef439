"""From a snapshot to the optimiser's tables; also for judging and explaining a plan later."""

from __future__ import annotations

from datetime import date

import polars as pl

from api.usecases.context import Context
from api.usecases.planning import supply
from api.usecases.planning.demand import Demand, demand
from api.usecases.planning.snapshot import Snapshot, take
from graphcore.domain.clock import day_of
from optimizer.problem import Problem


def build(
    ctx: Context, snapshot: Snapshot, first_on: date, days: int, at: int, *, keep: bool = True
) -> tuple[Demand, Problem]:
    """Return what is owed and the problem to solve, as things stood at ``at`` (UTC microseconds).

    With ``keep``, goods of the plan in force that their owners have granted stay as they are.

    Raises:
        InputError: the first day lies in no stage for which needs are computed.
        NoRuleInForce: a parameter has no value on a day of the plan.
    """
    owed = demand(ctx, snapshot, first_on, days, at)
    accepted = supply.pinned(snapshot, owed.needs, first_on, days)
    pins = accepted if keep else accepted.clear()
    now = owed.situation
    stock = supply.lots(snapshot, first_on, pins, now.rulebook, day_of(at))
    items = ctx.rulebook.items()
    hand_overs = supply.transfers(stock, items, owed.needs["point"])
    fleet = [supply.fleet(snapshot, days), supply.unhindered(hand_overs, days)]
    problem = Problem(
        needs=owed.needs, lots=stock, items=items, access=pl.concat([owed.access, hand_overs]),
        fleet=pl.concat(fleet), days=days, pinned=pins,
        swaps=now.rulebook.swaps(now.hazard, now.stage.value, first_on),
        markets=supply.markets(snapshot, first_on),
    )  # fmt: skip
    return owed, problem


def rebuild(ctx: Context, plan: dict[str, object]) -> tuple[Snapshot, Demand, Problem]:
    """Return a stored plan's problem, made again from the data as they are now.

    Where the snapshot's digest equals the plan's, it is the problem that the plan was made from.
    """
    snapshot = take(ctx, str(plan["disaster"]))
    first_on = date.fromisoformat(str(plan["first_on"]))
    days, at = int(str(plan["days"])), int(str(plan["created_at"]))
    return snapshot, *build(ctx, snapshot, first_on, days, at, keep=False)
