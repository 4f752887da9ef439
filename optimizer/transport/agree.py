"""Allocation and routing agree: what no fleet can deliver goes back as a cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import polars as pl

from graphcore.domain.tables import empty
from optimizer.problem import Limits, Solution
from optimizer.problem import Problem as Allocation
from optimizer.solve import solve
from optimizer.transport.loads import loads_of
from optimizer.transport.plan import route
from optimizer.transport.problem import Problem, Routes
from optimizer.transport.router import Effort, Router
from optimizer.transport.tables import CUTS

_VAN = ["warehouse", "mode", "day"]
SLACK = 120
"""Permille of a capacity cut that each further round gives up."""


@dataclass(frozen=True)
class Agreement:
    """A plan with its routes. ``settled``: every line of it rides."""

    solution: Solution
    routes: Routes
    allocation: Allocation  # with all cuts in it: what the plan was made from
    transport: Problem  # what the routes were made from
    cuts: pl.DataFrame  # CUTS of all rounds
    rounds: int
    applied: pl.DataFrame = field(default_factory=lambda: empty(CUTS))  # those in the allocation

    @property
    def settled(self) -> bool:
        """Whether nothing stays behind."""
        return self.routes.left.is_empty()


def agree(
    allocation: Allocation,
    transport: Problem,
    *,
    limits: Limits | None = None,
    effort: Effort | None = None,
    router: Router | None = None,
    rounds: int = 5,
    solver: Callable[[Allocation, Limits], Solution] = solve,
    first: Solution | None = None,
) -> Agreement:
    """Solve and route in turn until every line rides, or ``rounds`` are over.

    Cuts only ever close ways and lower capacities, so no round allows more than the one before.

    Args:
        allocation: the allocation problem.
        transport: vehicles, places and roads; its loads are not read.
        limits: of each allocation.
        effort: of each routing.
        router: the routing engine, PyVRP if None.
        rounds: most allocations, at least 1.
        solver: the allocation engine.
        first: a plan that is there already, routed before anything is solved.
    """
    cuts = applied = empty(CUTS)
    number = 1
    while True:
        ready = first if number == 1 else None
        solution = ready or solver(allocation, limits or Limits())
        loaded = replace(transport, loads=loads_of(solution.lines, allocation.items))
        routes = route(loaded, effort, router)
        cuts = pl.concat([cuts, routes.cuts])
        if number >= rounds or routes.cuts.filter(pl.col("kind") != "item").is_empty():
            return Agreement(solution, routes, allocation, loaded, cuts, number, applied)
        put = slackened(routes.cuts, number - 1)
        allocation, applied = tighten(allocation, put), pl.concat([applied, put])
        number += 1


def slackened(cuts: pl.DataFrame, rounds: int) -> pl.DataFrame:
    """Return CUTS with capacities lowered by `SLACK` for each round that did not settle it.

    What one set of loads filled, another set to other points may not fit: without slack the
    allocation moves the same weight about and never settles.
    """
    permille = max(0, 1000 - SLACK * rounds)
    return cuts.with_columns(pl.col("capacity_kg", "capacity_l") * permille // 1000)


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
