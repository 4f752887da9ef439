"""Allocation and routing agree: routes choose the visits, the allocation what they bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.plan import GoalResult, Outcome
from graphcore.domain.tables import conform
from optimizer.order import FULL, KEEP, SURVIVAL, TIER, USUAL, Aim, Aims
from optimizer.problem import Limits, Solution
from optimizer.problem import Problem as Allocation
from optimizer.rules.case import Case
from optimizer.rules.goals import owed_of
from optimizer.solve import solve
from optimizer.transport.agreement import Agreement, rank
from optimizer.transport.ceilings import ceilings
from optimizer.transport.loads import loads_of
from optimizer.transport.plan import route
from optimizer.transport.problem import Problem
from optimizer.transport.refill import Filled, refill, trips_made
from optimizer.transport.router import Effort, Router
from optimizer.transport.settle import settle, stated
from optimizer.transport.tables import CUTS
from optimizer.transport.wanted import offers

_ROOM = ("capacity_kg", "capacity_l")
_VAN = ["warehouse", "mode", "day"]
Solve = Callable[[Allocation, Limits, Aims], Solution]


def by_aims(problem: Allocation, limits: Limits, aims: Aims) -> Solution:
    """Solve an allocation: what `agree` does unless it is given another engine."""
    return solve(problem, limits, aims=aims)


@dataclass(frozen=True)
class _Talk:
    """What stays the same in all rounds."""

    allocation: Allocation
    transport: Problem
    plain: Solution  # the plan that knows no trips
    wish: pl.DataFrame  # LOADS of it
    aims: Aims
    limits: Limits
    effort: Effort | None
    router: Router | None
    solver: Solve

    def filled(self, found: Agreement) -> Agreement:
        """Offer what lacks, fill the trips anew, and route what they then bring."""
        have = found.transport.loads
        asked = pl.concat([have, offers(self.allocation, self.wish, have)])
        transport = replace(found.transport, loads=asked, known=trips_made(found.routes))
        routes = route(transport, self.effort, self.router)
        more = refill(self.allocation, transport, found.solution.lines, routes, self._solved)
        loads = loads_of(more.solution.lines, self.allocation.items)
        loaded = replace(self.transport, loads=loads, known=more.known)
        plan = replace(more.solution, goals=self.goals(more))
        back = route(loaded, self.effort, self.router)
        clock = found.routes.by_clock or routes.by_clock or back.by_clock
        own = stated(self.allocation, plan, self.aims)
        timed = replace(back, by_clock=clock)  # what an earlier round was cut by decides this one
        return settle(replace(found, solution=own, routes=timed, transport=loaded), self.aims)

    def _solved(self, problem: Allocation) -> Solution:
        """Solve for some trips; equity floors that these cannot keep are left to the judge."""
        own = replace(self.aims, published=None)  # its modes are no trips
        try:
            return self.solver(problem, self.limits, own)
        except ProblemInvalid:
            if problem.floors is None or problem.floors.is_empty():
                raise
            return self.solver(replace(problem, floors=None), self.limits, own)

    def goals(self, more: Filled) -> tuple[GoalResult, ...]:
        """Return the goals of a plan for some trips, and those that these trips cannot serve at all.

        A solve leaves out a goal of needs that nothing reaches, and that of keeping to what is
        published, whose modes are no trips.
        """
        found = [*more.solution.goals]
        names = {g.name for g in found}
        for name in self._all_names():
            if name not in names:
                number, aim = self._place(name)
                unit = "share" if name == KEEP else "coverage"
                found.append(GoalResult(number, name, 0.0, 0.0, Outcome.BOUNDED, unit,
                                        give_up=aim.give_up))  # fmt: skip
        return tuple(sorted(found, key=lambda g: (g.number, g.name if TIER in g.name else "")))

    def _all_names(self) -> list[str]:
        names = [] if self.aims.published is None else [KEEP]
        nobody = replace(self.plain, lines=self.plain.lines.clear())
        owed = owed_of(Case(self.allocation, nobody)).filter("can")
        if owed.filter("survival").height:
            names.append(SURVIVAL)
        return [*names, *(f"{TIER}{t}" for t in owed["tier"].unique().sort())]

    def _place(self, name: str) -> tuple[int, Aim]:
        places = {aim.goal: (n, aim) for n, aim in enumerate(self.aims.order.aims, start=1)}
        return places.get(name) or places[FULL if name.startswith(TIER) else name]


def agree(
    allocation: Allocation,
    transport: Problem,
    *,
    limits: Limits | None = None,
    effort: Effort | None = None,
    router: Router | None = None,
    rounds: int = 5,
    aims: Aims = USUAL,
    first: Solution | None = None,
    solver: Solve = by_aims,
) -> Agreement:
    """Route a plan; while something stays behind, fill the trips anew and route on.

    Each round asks for the visits that lack beside those that are made, and solves the allocation
    with all its goals on the trips that come of it (`refill`). The best round counts, goal after
    goal; the first one is the plan as it was, of which only what rides is promised.

    Args:
        allocation: the allocation problem.
        transport: vehicles, places and roads; its loads are not read.
        limits: of each allocation.
        effort: of each routing.
        router: the routing engine, PyVRP if None.
        rounds: most routings that are filled or shown, at least 1: one is only routed.
        aims: the order of the goals, and the published plan to keep to.
        first: a plan that is there already, routed before anything is solved.
        solver: the allocation engine.
    """
    limits = limits or Limits()
    solution = first or solver(allocation, limits, aims)
    wish = loads_of(solution.lines, allocation.items)
    loaded = replace(transport, loads=wish)
    routes = route(loaded, effort, router)
    plain = Agreement(solution, routes, allocation, loaded, routes.cuts, 1)
    if rounds <= 1 or routes.cuts.filter(pl.col("kind") != "item").is_empty():
        return plain
    ways = _sure(routes.cuts, loaded, routes.drops)
    closed = tighten(allocation, ways)
    talk = _Talk(closed, transport, solution, wish, aims, limits, effort, router, solver)
    return _capped(_best(talk, replace(plain, allocation=closed, applied=ways), rounds))


def _best(talk: _Talk, plain: Agreement, rounds: int) -> Agreement:
    """Return the best round, with only what rides in its plan."""
    found = rides = settle(plain, talk.aims)
    every: list[Agreement] = []
    for _ in range(1, rounds):
        found = talk.filled(found)
        every.append(found)
    told = replace(rides.solution, goals=every[0].solution.goals)
    every.insert(0, replace(rides, solution=stated(talk.allocation, told, talk.aims)))
    best = max(every, key=lambda a: rank(talk.allocation, a.solution, talk.aims))
    timed = replace(best.routes, by_clock=found.routes.by_clock)
    return _bounded(talk, replace(best, routes=timed, rounds=rounds))


def _bounded(talk: _Talk, found: Agreement) -> Agreement:
    """Put in bounds that hold for every plan that rides, whatever it gives up of other goals.

    What is to be as little as possible is bounded by 0: who brings nothing is not late either.
    """
    goals = found.solution.goals
    names = [g.name for g in goals if g.unit == "coverage"]
    most = ceilings(talk.allocation, talk.transport, names, talk.limits)
    told = tuple(replace(g, bound=most.get(g.name, 0.0)) for g in goals)
    counts = {**found.solution.counts, "trip_rounds": found.rounds}
    return replace(found, solution=replace(found.solution, goals=told, counts=counts))


def _sure(cuts: pl.DataFrame, transport: Problem, drops: pl.DataFrame) -> pl.DataFrame:
    """Return the closed ways by which nothing rides on the days that closing them gives up."""
    first = (
        drops.join(transport.loads, on="load")
        .group_by("warehouse", "point", "mode")
        .agg(pl.col("day").min().alias("rides"))
    )
    ways = cuts.filter(pl.col("kind") == "way").join(
        first, on=["warehouse", "point", "mode"], how="left"
    )
    return conform(ways.filter(pl.col("rides").is_null() | (pl.col("rides") > pl.col("day"))), CUTS)


def _capped(found: Agreement) -> Agreement:
    """Put in what the plan sends where the fleet could not carry all: a re-plan counts on no more.

    One unit of each item always fits, so that nobody counts as out of reach for want of room.
    """
    items = found.allocation.items.select("item", capacity_kg="weight_g", capacity_l="volume_ml")
    sent = (
        found.solution.lines.join(items, on="item")
        .group_by(_VAN)
        .agg((pl.col(c) * pl.col("quantity")).sum().alias(c) for c in _ROOM)
    )
    least = dict(zip(_ROOM, items.select(pl.col(_ROOM).max()).row(0), strict=True))
    told = found.cuts.filter(pl.col("kind") == "capacity").drop(_ROOM)
    caps = told.join(sent, on=_VAN, how="left").with_columns(
        -(-pl.max_horizontal(pl.col(c).fill_null(0), pl.lit(least[c])) // 1000) for c in _ROOM
    )
    caps = conform(caps, CUTS)
    return replace(
        found, allocation=tighten(found.allocation, caps), applied=pl.concat([found.applied, caps])
    )


def tighten(allocation: Allocation, cuts: pl.DataFrame) -> Allocation:
    """Return the allocation problem with cuts put in.

    A closed way opens on the day after at the earliest: ACCESS knows no way that closes again, so
    days before it are lost too. A capacity is lowered on its day alone. That an item fits no vehicle
    cannot be said to the allocation: such lines stay behind in the routes.
    """
    closed = (
        cuts.filter(pl.col("kind") == "way")
        .group_by("warehouse", "point", "mode")
        .agg((pl.col("day").max() + 1).alias("not_before"))
    )
    access = allocation.access.join(closed, on=["warehouse", "point", "mode"], how="left")
    lowest = (
        cuts.filter(pl.col("kind") == "capacity")
        .group_by(_VAN)
        .agg(pl.col("capacity_kg").min().alias("kg"), pl.col("capacity_l").min().alias("litres"))
    )
    fleet = allocation.fleet.join(lowest, on=_VAN, how="left")
    return replace(
        allocation,
        access=access.with_columns(pl.max_horizontal("from_day", "not_before")).drop("not_before"),
        fleet=fleet.with_columns(
            pl.min_horizontal("capacity_kg", "kg").alias("capacity_kg"),
            pl.min_horizontal("capacity_l", "litres").alias("capacity_l"),
        ).drop("kg", "litres"),
    )
