"""Entitlement → demand → allocation: snapshot, pure steps, check, guarded commit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from api.access import Operation, authorise
from api.usecases.commit_plan import commit_plan, stale_base
from api.usecases.context import Context, Progress
from api.usecases.planning import changes, pins, supply, tilts
from api.usecases.planning.aims import aimed_at_somebody, aims, as_json
from api.usecases.planning.basis import pack
from api.usecases.planning.build import build
from api.usecases.planning.demand import Demand
from api.usecases.planning.floors import as_json as floors_json
from api.usecases.planning.floors import floors
from api.usecases.planning.horizon import horizon
from api.usecases.planning.needs import save_needs
from api.usecases.planning.odd import refuse_odd
from api.usecases.planning.settled import carried
from api.usecases.planning.snapshot import Snapshot, take
from graphcore.domain.actor import Actor
from graphcore.domain.errors import SolverError
from graphcore.domain.ids import Kind
from graphcore.domain.plan import NEEDS_SEEN, PlanDraft
from graphcore.domain.tables import met
from graphcore.domain.text import say
from optimizer.check import check
from optimizer.order import Aims, Order, ordered
from optimizer.problem import Limits, Problem, Solution
from optimizer.rules import tilted
from optimizer.scale.cluster import Place
from optimizer.scale.solve import solve_at
from optimizer.solve import solve


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What to plan. ``days`` None = the rulebook's horizon; ``first_on`` "" = today."""

    disaster: str = ""
    days: int | None = None
    first_on: str = ""
    seed: int = 0
    work: int | None = None  # simplex iterations; None = no limit of its own
    seconds: float | None = None  # by the clock; a plan cut by it says so
    base: str | None = None  # the plan in force that the dispatcher saw; None = whichever it is
    floors: tuple[str, ...] = ()  # equity floors, see `planning.floors`
    goals: Sequence[str] = ()  # first goals below the survival floor, see `optimizer.order.ordered`
    give_up: Sequence[str] = ()  # what others give up: "weighted_coverage=1%"
    workers: int = 0  # processes for a large problem (`optimizer.scale`); 0 = solved in this one
    cluster: str = ""  # address of a running Ray cluster; "" = one on this machine
    as_is: bool = False  # the dispatcher has looked at numbers that seem wrong


def make_plan(
    ctx: Context,
    actor: Actor,
    options: PlanOptions = PlanOptions(),
    progress: Progress | None = None,
) -> str:
    """Make a plan, judge it, commit it; return its id.

    Raises:
        NotFound: no such disaster.
        InputError: an order of goals that cannot be, or an equity floor that names nobody known.
        ProblemInvalid: numbers that no plan can be made from, or a floor that cannot be met.
        RowsRefused: numbers that are hardly right, unless ``as_is``; says which rows.
        StalePlan: stock, needs or the plan in force changed meanwhile; says what.
        SolverError: the solver failed, or its plan broke a rule (a fault of ours).
        SettingsError: workers were asked for and the cluster is not there.
    """
    tell = progress or (lambda _step, _share: None)
    waiting = changes.waiting(ctx)  # told before the data are read: this plan contains them
    draft = propose(ctx, actor, options, tell)
    tell("plan.commit", 0.9)
    commit_plan(ctx, actor, draft)
    changes.settle(ctx, waiting, draft.id)
    tell("plan.commit", 1.0)
    return draft.id


def propose(ctx: Context, actor: Actor, options: PlanOptions, tell: Progress) -> PlanDraft:
    """Return a judged plan that is not committed; the needs that it rests on are saved.

    Raises:
        As `make_plan`.
    """
    authorise(actor, Operation.MAKE_PLAN, ctx.district)
    order = ordered(options.goals, options.give_up)
    tell("plan.snapshot", 0.0)
    snapshot = take(ctx, options.disaster)
    if options.base is not None and options.base != snapshot.base:
        raise stale_base(ctx, options.base, snapshot.base)
    first_on, days = horizon(ctx, options.first_on, options.days)
    tell("plan.needs", 0.1)
    owed, problem = build(ctx, snapshot, first_on, days, ctx.clock())
    towns = dict(snapshot.townships.select("code", "name").iter_rows())
    problem = replace(problem, floors=floors(options.floors, towns, owed.situation.rulebook))
    aimed_at_somebody(order, problem)
    if not options.as_is:
        refuse_odd(ctx, snapshot, problem)
    save_needs(ctx, actor, owed)
    if snapshot.base_first_on == first_on.isoformat():
        problem = pins.applied(ctx, snapshot.promised, problem)
    free = pins.movable(snapshot.promised, problem.pinned)
    wanted = aims(order, free, snapshot.base_first_on, first_on, days)
    tell("plan.solve", 0.2)
    told = lambda s, x: tell(f"plan.solve.{s}", 0.2 + 0.6 * x)  # noqa: E731
    solution = _solved(problem, options, told, wanted)
    tell("plan.check", 0.8)
    made = Made(snapshot, owed, problem, solution, order, wanted)
    return judged(ctx, actor, made, options, first_on)


def _solved(problem: Problem, options: PlanOptions, tell: Progress, wanted: Aims) -> Solution:
    limits = _limits(options)
    if not options.workers:
        return solve(problem, limits, tell, aims=wanted)
    return solve_at(Place(options.workers, options.cluster), problem, limits, tell, wanted)


def _limits(options: PlanOptions) -> Limits:
    if options.work is None:
        return Limits(seed=options.seed, seconds=options.seconds)
    return Limits(seed=options.seed, work=options.work, seconds=options.seconds)


@dataclass(frozen=True)
class Made:
    """A solved plan with what it was made from; ``cuts`` is JSON, see `PlanDraft.cuts`."""

    snapshot: Snapshot
    owed: Demand
    problem: Problem  # needs less what has left already
    solution: Solution
    order: Order
    wanted: Aims
    cuts: str = "[]"


def judged(
    ctx: Context, actor: Actor, made: Made, options: PlanOptions, first_on: date
) -> PlanDraft:
    """Judge a solved plan and return it as a draft that is not committed.

    Raises:
        SolverError: the plan broke a rule (a fault of ours).
    """
    tilt = tilts.stated(made.owed, made.solution.lines)
    _judge(made.owed, made.problem, made.solution, made.wanted, tilt)
    draft = _draft(ctx, actor, made, options, first_on)
    asked = floors_json(options.floors)
    return replace(draft, aims=as_json(made.order), floors=asked, tilt=tilts.as_json(tilt))


def _judge(
    owed: Demand, problem: Problem, solution: Solution, wanted: Aims, tilt: pl.DataFrame
) -> None:
    """Refuse a plan that breaks a rule, or states what is not so, whoever made it."""
    broken = check(problem, solution, wanted)
    broken += tilted.stated(owed.needs, solution.lines, tilts.sets_of(owed), tilt)
    if broken:
        raise SolverError(
            say("计划未通过独立核对（{count} 处），没有提交：{first}", count=len(broken),
                first=broken[0].what),
            say("请把此信息报告给开发者；现有计划不受影响。"),
        )  # fmt: skip


def _draft(
    ctx: Context, actor: Actor, made: Made, options: PlanOptions, first_on: date
) -> PlanDraft:
    snapshot, problem, solution = made.snapshot, made.problem, made.solution
    used = set(solution.lines["lot"].to_list())
    plan = ctx.mint.mint(Kind.PLAN)
    left = carried(made.owed.needs, snapshot.out, first_on, snapshot.lots, snapshot.trips)
    return PlanDraft(
        id=plan, district=ctx.district, disaster=str(snapshot.disaster["id"]),
        base=snapshot.base, first_on=first_on.isoformat(), days=problem.days,
        rulebook=ctx.rulebook.hash, snapshot=snapshot.digest, seed=options.seed,
        aims="", tilt="", goals=solution.goals, by_clock=solution.by_clock, created_at=ctx.clock(),
        created_by=actor.id, lines=_own(solution.lines, "line", Kind.LINE, plan),
        shortfalls=_own(solution.shortfalls, "shortfall", Kind.SHORTFALL, plan),
        left_out=solution.left_out, lots_seen=supply.lots_seen(snapshot, problem.lots, used),
        needs_seen=_needs_seen(problem.needs, solution.lines, snapshot.needs),
        carried=_own(left, "line", Kind.LINE, plan, after=solution.lines.height), cuts=made.cuts,
        figures=json.dumps({"way": solution.way, **solution.counts}, sort_keys=True),
        basis=pack(snapshot, problem),
    )  # fmt: skip


def _own(rows: pl.DataFrame, column: str, kind: Kind, plan: str, *, after: int = 0) -> pl.DataFrame:
    """Number the rows under the plan: two plans may have the same lines, but not the same ids."""
    number = pl.int_range(after + 1, after + pl.len() + 1).cast(pl.String()).str.zfill(5)
    stem = pl.lit(f"{kind}-{plan.partition('-')[2][:8]}-")
    return rows.sort(column).with_columns((stem + number).alias(column))


def _needs_seen(needs: pl.DataFrame, lines: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    served = met(lines).select("need").unique()
    had = known.select(
        pl.col("id").alias("need"),
        (pl.col("received").fill_null(0) + pl.col("under_way").fill_null(0)).alias("received"),
    )
    seen = (
        needs.join(served, on="need", how="semi")
        .group_by("need")
        .agg(pl.col("quantity").max().alias("per_day"), pl.len().cast(pl.Int64()).alias("days"))
        .join(had, on="need", how="left")
        .with_columns(pl.col("received").fill_null(0))
    )
    return seen.select(list(NEEDS_SEEN)).sort("need")


__all__ = ["Made", "PlanOptions", "judged", "make_plan", "propose"]
