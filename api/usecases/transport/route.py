"""Route: a plan's lines onto vehicles and trips; what no fleet can deliver is planned anew."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from api.access import Operation, authorise
from api.usecases.commit_plan import commit_plan
from api.usecases.context import Context, Progress
from api.usecases.make_plan import Made, PlanOptions, judged
from api.usecases.planning import pins
from api.usecases.planning.aims import aims, stored_order
from api.usecases.planning.build import build, floors_of
from api.usecases.planning.demand import Demand
from api.usecases.planning.floors import stored_texts
from api.usecases.planning.snapshot import Snapshot, still_here, take
from api.usecases.planning.yard import Span, Yard, cuts_text, cuts_told, yard_of
from api.usecases.show import find_plan
from api.usecases.transport.heads import Fixed, fixed
from api.usecases.transport.save import Routed, save
from graphcore.domain.actor import Actor
from graphcore.domain.errors import ProblemInvalid, SolverError, WrongState
from graphcore.domain.supply import LineState, PlanState
from graphcore.domain.tables import LEFT_OUT, LINES, SHORTFALLS
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit
from optimizer.order import Aims, Order
from optimizer.problem import Limits, Solution
from optimizer.problem import Problem as Allocation
from optimizer.rules.case import Case
from optimizer.rules.floors import kept
from optimizer.transport.agree import agree, tighten
from optimizer.transport.agreement import Agreement
from optimizer.transport.check import check
from optimizer.transport.engine import PyVrp
from optimizer.transport.guard import Guarded
from optimizer.transport.loads import loads_of
from optimizer.transport.plan import route
from optimizer.transport.problem import Problem, Routes
from optimizer.transport.router import Effort, Router
from optimizer.transport.tables import CUTS

MOVES = (LineState.FIRM.value, LineState.ACCEPTED.value)
DRAFT = PlanState.PUBLISHED.value


@dataclass(frozen=True, slots=True)
class RouteOptions:
    """How to route.

    ``agree`` None: a plan that nobody has signed yet may be solved again; one that is approved is
    kept, and what stays behind is told.
    """

    agree: bool | None = None
    rounds: int = 4
    seed: int = 0
    iterations: int = 500
    seconds: float | None = None  # of each search by the clock; routes it decides say so
    work: int | None = None  # simplex iterations of each allocation


@dataclass(frozen=True)
class RouteOutcome:
    """What routing came to. ``plan`` differs from ``asked`` if the plan had to be solved again."""

    asked: str
    plan: str
    trips: int
    units: int
    left: pl.DataFrame  # line, quantity, reason, detail
    rounds: int
    by_clock: bool
    cuts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(CUTS)))


def engine() -> Guarded:
    """Return the routing engine of commands and jobs: one that never ends is ended."""
    return Guarded(PyVrp())


def route_plan(
    ctx: Context, actor: Actor, plan: str = "", options: RouteOptions = RouteOptions(),
    progress: Progress | None = None, router: Router | None = None,
) -> RouteOutcome:  # fmt: skip
    """Route the plan in force; trips that have left stay as they are, the others are made anew.

    Trips whose first stops are pinned begin with them: same vehicle, day, goods, order.

    Raises:
        Forbidden: the actor may not make plans.
        NotFound: no such plan.
        WrongState: the plan is not in force any more.
        StalePlan: lines left, or another plan was made, meanwhile.
        ProblemInvalid: pinned first stops that roads, hours or vehicles no longer allow.
        SolverError: the routes broke a rule (a fault of ours).
    """
    authorise(actor, Operation.MAKE_PLAN, ctx.district)
    tell = progress or (lambda _step, _share: None)
    tell("route.read", 0.0)
    row = ctx.store.read(lambda unit: _in_force(unit, ctx.district, plan))
    anew = options.agree if options.agree is not None else row["state"] == DRAFT
    work = _Work.of(ctx, row, options, anew=anew)
    tell("route.solve", 0.1)
    with closing(engine()) as guarded:
        found = work.run(anew=anew, router=router or guarded)
    tell("route.check", 0.8)
    _judge(found.transport, found.routes)
    tell("route.save", 0.85)
    key = str(row["id"]) if found.rounds == 1 else _committed(ctx, actor, work, found)
    routed = save(ctx, actor, key, found, work.yard, work.fixed.pins)
    tell("route.save", 1.0)
    return _outcome(str(row["id"]), key, found, routed)


def _in_force(unit: ReadUnit, district: str, wanted: str) -> dict[str, object]:
    row = find_plan(unit, district, wanted)
    if row["state"] not in (PlanState.PUBLISHED.value, PlanState.APPROVED.value):
        raise WrongState(say("第 {number} 号计划已被取代，不能再排车次。", number=row["number"]),
                         say("请对现行计划运行 doudi route。"))  # fmt: skip
    return row


@dataclass(frozen=True)
class _Work:
    """The plan as stored, the problem that it was made from, and what there is to move with."""

    plan: dict[str, object]
    snapshot: Snapshot
    owed: Demand
    order: Order
    wanted: Aims
    allocation: Allocation
    yard: Yard
    stored: Solution
    options: RouteOptions
    fixed: Fixed

    @classmethod
    def of(
        cls, ctx: Context, plan: dict[str, object], options: RouteOptions, *, anew: bool
    ) -> _Work:
        key, at = str(plan["id"]), ctx.clock()
        first_on, days = date.fromisoformat(str(plan["first_on"])), int(str(plan["days"]))
        snapshot = take(ctx, str(plan["disaster"]))
        owed, problem = build(ctx, snapshot, first_on, days, at)
        stored = ctx.store.read(lambda unit: _stored(unit, key))
        now = owed.situation
        yard = yard_of(now.rulebook, snapshot, now.reach, Span(first_on, days, at))
        problem = replace(problem, floors=floors_of(plan, snapshot, owed))
        before = tighten(problem, cuts_told(str(plan["cuts"] or "")))
        if anew:  # what is pinned stays where the plan is solved again
            before = pins.applied(ctx, snapshot.promised, before)
        order, free = stored_order(plan), pins.movable(snapshot.promised, before.pinned)
        wanted = aims(order, free, snapshot.base_first_on, first_on, days)
        held = ctx.store.read(lambda unit: fixed(unit, ctx.district, stored.lines, first_on))
        return cls(plan, snapshot, owed, order, wanted, before, yard, stored, options, held)

    def run(self, *, anew: bool, router: Router) -> Agreement:
        """Route the stored plan; if something stays and ``anew``, solve and route in turn."""
        o = self.options
        points = [*self.allocation.needs["point"], *self.stored.lines["point"]]
        loads = loads_of(self.stored.lines, self.allocation.items)
        transport = replace(self.yard.problem(loads, points), heads=self.fixed.heads)
        effort = Effort(o.seed, o.iterations, o.seconds)
        if not anew:
            routes = route(transport, effort, router)
            return Agreement(self.stored, routes, self.allocation, transport, routes.cuts, 1)
        found = agree(
            self.allocation, transport, limits=self.limits(), effort=effort, router=router,
            rounds=o.rounds, first=self.stored, aims=self.wanted,
        )  # fmt: skip
        return found if found.rounds == 1 else _floors_kept(found, self.wanted)

    def limits(self) -> Limits:
        """Return the limits of each allocation."""
        seed, work = int(str(self.plan["seed"])), self.options.work
        return Limits(seed=seed) if work is None else Limits(seed=seed, work=work)


def _stored(unit: ReadUnit, plan: str) -> Solution:
    """Return the plan with what of its lines is still in the warehouse."""
    lines = unit.table("planning.lines", LINES, plan=plan)
    here = still_here(unit, plan, lines.filter(pl.col("state").is_in(MOVES)))
    return Solution(
        here, unit.table("planning.shortfalls", SHORTFALLS, plan=plan),
        unit.table("planning.left_out", LEFT_OUT, plan=plan), (), by_clock=False,
    )  # fmt: skip


def _floors_kept(found: Agreement, wanted: Aims) -> Agreement:
    """Refuse a plan of what rides that would break a floor: the dispatcher says what gives way.

    Raises:
        ProblemInvalid: the first floor that no vehicle brings.
    """
    broken = kept(Case(found.allocation, found.solution, wanted))
    if broken:
        raise ProblemInvalid(
            say("车辆送不到保底要求的数量：{what}", what=broken[0].what),
            say("请降低该保底比例重新制定计划，或增加运力；也可用 --keep 保留计划只排车次。"),
            field="floors",
        )
    return found


def _judge(problem: Problem, routes: Routes) -> None:
    """Refuse routes that break a rule, whoever made them."""
    broken = check(problem, routes)
    if broken:
        raise SolverError(
            say("车次未通过独立核对（{count} 处），没有保存：{first}", count=len(broken),
                first=broken[0].what),
            say("请把此信息报告给开发者；现有计划和车次不受影响。"),
        )  # fmt: skip


def _committed(ctx: Context, actor: Actor, work: _Work, found: Agreement) -> str:
    """Publish the plan that was solved again under the cuts, in place of the one asked about."""
    seen = pl.concat([cuts_told(str(work.plan["cuts"] or "")), found.applied])
    made = Made(
        work.snapshot, work.owed, found.allocation, found.solution, work.order, work.wanted,
        cuts_text(seen.unique(maintain_order=True)),
    )  # fmt: skip
    first_on = work.yard.span.first_on
    options = PlanOptions(str(work.plan["disaster"]), seed=int(str(work.plan["seed"])),
                          floors=stored_texts(work.plan))  # fmt: skip
    draft = judged(ctx, actor, made, options, first_on)
    commit_plan(ctx, actor, draft)
    return draft.id


def _outcome(asked: str, plan: str, found: Agreement, routed: Routed) -> RouteOutcome:
    return RouteOutcome(
        asked, plan, routed.trips, routed.units, routed.left, found.rounds,
        found.routes.by_clock, found.cuts,
    )  # fmt: skip


__all__ = ["RouteOptions", "RouteOutcome", "engine", "route_plan"]
