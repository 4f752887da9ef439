"""From a snapshot to the optimiser's tables; also for judging and explaining a plan later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import polars as pl

from api.usecases.context import Context
from api.usecases.planning import supply
from api.usecases.planning.demand import Demand, demand
from api.usecases.planning.floors import stored
from api.usecases.planning.settled import net
from api.usecases.planning.snapshot import Snapshot, take
from api.usecases.planning.yard import Span, cuts_told, yard_of
from graphcore.domain.clock import day_of
from optimizer.problem import Problem
from optimizer.transport.agree import tighten


def build(
    ctx: Context, snapshot: Snapshot, first_on: date, days: int, at: int, *, keep: bool = True,
    own: str = "",
) -> tuple[Demand, Problem]:  # fmt: skip
    """Return what is owed and the problem to solve, as things stood at ``at`` (UTC microseconds).

    With ``keep``, goods of the plan in force that their owners have granted stay as they are.
    What has left already is served; what left under the plan ``own`` counts as still here.

    Raises:
        InputError: the first day lies in no stage for which needs are computed.
        NoRuleInForce: a parameter has no value on a day of the plan.
    """
    owed = demand(ctx, snapshot, first_on, days, at)
    out = snapshot.out.filter(pl.col("plan") != own)
    needs = net(owed.needs, out, first_on)
    accepted = supply.pinned(snapshot, needs, first_on, days)
    pins = accepted if keep else accepted.clear()
    now = owed.situation
    stock = supply.lots(snapshot, first_on, pins, now.rulebook, day_of(at), own)
    items = ctx.rulebook.items()
    hand_overs = supply.transfers(stock, items, needs["point"])
    yard = yard_of(now.rulebook, snapshot, now.reach, Span(first_on, days, at), own)
    ways = yard.access(owed.access, owed.needs["point"])
    fleet = [yard.fleet(), supply.unhindered(hand_overs, days)]
    problem = Problem(
        needs=needs, lots=stock, items=items, access=pl.concat([ways, hand_overs]),
        fleet=pl.concat(fleet), days=days, pinned=pins,
        swaps=now.rulebook.swaps(now.hazard, now.stage.value, first_on),
        markets=supply.markets(snapshot, first_on), kits=now.rulebook.kits(first_on),
    )  # fmt: skip
    return owed, problem


def rebuild(ctx: Context, plan: dict[str, object]) -> tuple[Snapshot, Demand, Problem]:
    """Return a stored plan's problem, made again from the data as they are now.

    Where the snapshot's digest equals the plan's, it is the problem that the plan was made from.
    """
    snapshot = take(ctx, str(plan["disaster"]))
    first_on = date.fromisoformat(str(plan["first_on"]))
    days, at = int(str(plan["days"])), int(str(plan["created_at"]))
    owed, problem = build(ctx, snapshot, first_on, days, at, keep=False, own=str(plan["id"]))
    promised = replace(problem, floors=floors_of(plan, snapshot, owed))
    return snapshot, owed, tighten(promised, cuts_told(str(plan["cuts"] or "")))


def floors_of(plan: Mapping[str, object], snapshot: Snapshot, owed: Demand) -> pl.DataFrame:
    """Return FLOORS that a stored plan was asked to keep.

    Raises:
        InputError: one of them names a place or an item that is known no longer.
    """
    towns = dict(snapshot.townships.select("code", "name").iter_rows())
    return stored(plan, towns, owed.situation.rulebook)
