"""A problem of many counties: classes where the rows are, one plan in the middle, lines where rows are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import polars as pl

from graphcore.domain.plan import GoalResult
from graphcore.domain.tables import NEEDS, empty
from optimizer.blocks.layout import Layout
from optimizer.order import ORDINARY, USUAL, Aims
from optimizer.problem import Limits, Problem, Progress, Solution
from optimizer.scale.cluster import Place, cluster
from optimizer.scale.counties import (
    County,
    CountyPlan,
    Merged,
    allotments,
    gather,
    hand_out,
    merged,
)
from optimizer.scale.solver import Ints, Sharded
from optimizer.scale.workers import Engine, map_over
from optimizer.shortfalls import Findings, left_out
from optimizer.solve import Made, counts, findings, planned, results, solve
from optimizer.surplus import joined, split
from optimizer.validate import validate

_NO_LIMITS = Limits()
CUT = frozenset({"needs", "lots", "items", "access", "fleet", "days", "swaps", "markets"})
"""What counties know how to share; one more table may be one more rule over all of them."""
WORTH = 200_000  # needs from which on starting processes is worth its seconds
COUNTY = 6  # leading digits of a township's code


@dataclass(frozen=True)
class Together:
    """The plan of all counties; see `Solution` for the fields of the same names."""

    counties: list[CountyPlan]
    left_out: pl.DataFrame
    goals: tuple[GoalResult, ...]
    counts: Mapping[str, int]
    gaps: Mapping[str, float]
    by_clock: bool
    way: str
    rebuilt: int  # parts that were made again because their worker was lost


def solve_counties(
    engine: Engine, shared: Problem, counties: Sequence[County], limits: Limits = _NO_LIMITS,
    progress: Progress | None = None,
) -> Together:  # fmt: skip
    """Return the plan for all counties, the usual goals in their order.

    The same counties, seed and work limit give the same plan, byte for byte, whatever the number of
    workers and whichever are lost on the way.

    Args:
        engine: Who does the work.
        shared: Everything but needs: lots, goods, ways, vehicles. No pinned lines, kits or floors;
            lots whose surplus is free are split before (`optimizer.surplus.split`).
        counties: With different townships.
        limits: As for `optimizer.solve.solve`.
        progress: Told how far it is.

    Raises:
        ProblemInvalid: a number that no plan can be made from.
        SolverError: workers kept getting lost, or the solver failed.
    """
    tell = progress or (lambda _step, _share: None)
    tell("classes", 0.0)
    bare = replace(shared, needs=empty(NEEDS))
    pairs = [(county, bare) for county in counties]
    whole = merged(map_over(engine, gather, pairs))
    made, rebuilt = _planned(engine, whole, limits, tell)
    found = findings(whole.classes, made)
    tell("households", 0.9)
    told = allotments(whole, len(counties), made, found.segments, limits.seed)
    plans = map_over(engine, hand_out, [(*p, t) for p, t in zip(pairs, told, strict=True)])
    tell("done", 1.0)
    return _together(whole, made, found, plans, told_lots=[t.lots for t in told], rebuilt=rebuilt)


def _planned(engine: Engine, whole: Merged, limits: Limits, tell: Progress) -> tuple[Made, int]:
    """Return whole units by class; a model large enough is solved block by block at the workers."""
    used: list[Sharded] = []

    def programs(lay: Layout, minutes: Ints, seed: int) -> Sharded:
        used.append(Sharded(engine, lay, minutes, seed))
        return used[-1]

    made = planned(whole.classes, limits, tell, programs=programs)
    return made, sum(s.parts.rebuilt for s in used)


def _together(
    whole: Merged, made: Made, found: Findings, plans: list[CountyPlan],
    told_lots: list[pl.DataFrame], rebuilt: int,
) -> Together:  # fmt: skip
    used = pl.concat([lots.select("lot", used="quantity") for lots in told_lots])
    used = used.group_by("lot").agg(pl.col("used").sum())
    size = {**counts(whole.classes, made), "needs": whole.needs}
    return Together(
        counties=plans, left_out=left_out(whole.classes, used, found.blocked),
        goals=results(whole.classes, made), counts=size, gaps=made.course.gaps,
        by_clock=made.course.by_clock, way=made.course.way, rebuilt=rebuilt,
    )  # fmt: skip


def solve_at(
    place: Place, problem: Problem, limits: Limits = _NO_LIMITS,
    progress: Progress | None = None, aims: Aims = USUAL,
) -> Solution:  # fmt: skip
    """Return the plan like `optimizer.solve.solve`; a large problem is shared out at ``place``.

    Raises:
        SettingsError: the problem is large, and Ray is not installed or does not answer.
        ProblemInvalid: as `solve`.
        SolverError: as `solve`, or workers kept getting lost.
    """
    if problem.needs.height < WORTH or not divisible(problem, aims):
        return solve(problem, limits, progress, aims=aims)
    with cluster(place) as engine:
        return solve_side_by_side(engine, problem, limits, progress)


def divisible(problem: Problem, aims: Aims) -> bool:
    """Return whether counties can be planned side by side.

    Not with pinned lines, kits, equity floors or whatever else is not in `CUT`, nor with another
    order of the goals or a published plan to keep to.
    """
    rest = [getattr(problem, f.name) for f in fields(problem) if f.name not in CUT]
    return aims.order == ORDINARY and all(
        t is None or t.is_empty() for t in [*rest, aims.published]
    )


def solve_side_by_side(
    engine: Engine, problem: Problem, limits: Limits = _NO_LIMITS,
    progress: Progress | None = None,
) -> Solution:  # fmt: skip
    """Return the plan of a `divisible` problem, with the work shared out among workers.

    Raises:
        ProblemInvalid: as `solve`.
        SolverError: as `solve`, or workers kept getting lost.
    """
    whole = split(validate(problem))
    keyed = whole.needs.with_columns(county=pl.col("township").str.slice(0, COUNTY))
    counties = [
        County(str(name), rows.drop("county"))
        for (name,), rows in keyed.sort("county", maintain_order=True).group_by(
            "county", maintain_order=True
        )
    ]
    if not counties:
        return solve(problem, limits, progress)
    made = solve_counties(engine, whole, counties, limits, progress)
    lines, short = ([getattr(c, name) for c in made.counties] for name in ("lines", "shortfalls"))
    return joined(
        Solution(
            lines=pl.concat(lines), shortfalls=pl.concat(short), left_out=made.left_out,
            goals=made.goals, by_clock=made.by_clock, way=made.way, counts=made.counts, gaps=made.gaps,
        )
    )  # fmt: skip
