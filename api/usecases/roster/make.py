"""Roster: snapshot, tasks, assignment, independent check, stored draft."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from api.access import Operation, authorise
from api.usecases.context import Context, Progress
from api.usecases.roster.derive import Wanted, wanted
from api.usecases.roster.problem import Built, build
from api.usecases.roster.save import save
from api.usecases.roster.snapshot import Snapshot, take
from graphcore.casework.handwork import Figures
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import NotFound, SolverError
from graphcore.domain.forces import RosterState
from graphcore.domain.ids import Kind
from graphcore.domain.text import say
from optimizer.volunteers.check import check
from optimizer.volunteers.problem import Limits, Plan
from optimizer.volunteers.solve import solve


@dataclass(frozen=True, slots=True)
class RosterOptions:
    """What to roster. ``days`` None = the rulebook's horizon; ``first_on`` "" = today."""

    days: int | None = None
    first_on: str = ""
    seed: int = 0
    nodes: int | None = None  # branch-and-bound nodes a goal
    seconds: float | None = None  # by the clock; a roster cut by it says so


@dataclass(frozen=True)
class RosterDraft:
    """A judged roster with what it was made from."""

    id: str
    snapshot: Snapshot
    wanted: Wanted
    built: Built
    plan: Plan
    options: RosterOptions
    first_on: date
    row: Mapping[str, object]


def make_roster(
    ctx: Context, actor: Actor, options: RosterOptions = RosterOptions(),
    progress: Progress | None = None,
) -> str:  # fmt: skip
    """Make a roster, judge it, store it as a draft; return its id.

    Raises:
        NotFound: there are no volunteers, or no tasks in the horizon.
        ProblemInvalid: numbers that no roster can be made from.
        SolverError: the solver failed, or its roster broke a rule (a fault of ours).
    """
    tell = progress or (lambda _step, _share: None)
    draft = propose(ctx, actor, options, tell)
    tell("roster.save", 0.9)
    save(ctx, actor, draft.row, draft.built, draft.plan, draft.wanted)
    tell("roster.save", 1.0)
    return draft.id


def propose(ctx: Context, actor: Actor, options: RosterOptions, tell: Progress) -> RosterDraft:
    """Return a judged roster that is not stored.

    Raises:
        As `make_roster`.
    """
    authorise(actor, Operation.MAKE_ROSTER, ctx.district)
    tell("roster.snapshot", 0.0)
    snapshot, at = take(ctx), ctx.clock()
    first_on = date.fromisoformat(options.first_on) if options.first_on else day_of(at)
    figures = Figures(ctx.rulebook, first_on)
    days = options.days or int(figures["horizon_days"])
    tell("roster.tasks", 0.1)
    asked = wanted(snapshot, ctx.rulebook, first_on, days, at)
    _something(snapshot, asked)
    built = build(snapshot, asked, figures, days, at)
    tell("roster.solve", 0.2)
    plan = solve(built.problem, _limits(options))
    tell("roster.check", 0.8)
    _judge(built, plan)
    key = ctx.mint.mint(Kind.ROSTER)
    row = _row(ctx, actor, key, snapshot, built, plan, options, at)
    return RosterDraft(key, snapshot, asked, built, plan, options, first_on, row)


def _something(snapshot: Snapshot, asked: Wanted) -> None:
    if snapshot.volunteers.is_empty():
        raise NotFound(say("还没有登记志愿者。"),
                       say("请先导入“志愿者登记表”（doudi template volunteers）。"))  # fmt: skip
    if asked.tasks.is_empty():
        raise NotFound(say("排班期内没有任务。"),
                       say("请先制定救助计划，或导入“救援任务岗位表”，或改变首日和天数。"))  # fmt: skip


def _limits(options: RosterOptions) -> Limits:
    limits = Limits(seed=options.seed, seconds=options.seconds)
    if options.nodes is None:
        return limits
    return Limits(seed=options.seed, seconds=options.seconds, nodes=options.nodes)


def _judge(built: Built, plan: Plan) -> None:
    broken = check(built.problem, plan)
    if broken:
        raise SolverError(
            say("排班未通过独立核对（{count} 处），没有保存：{first}", count=len(broken),
                first=broken[0].what),
            say("请把此信息报告给开发者；现有排班不受影响。"),
        )  # fmt: skip


def _row(
    ctx: Context, actor: Actor, key: str, snapshot: Snapshot, built: Built, plan: Plan,
    options: RosterOptions, at: int,
) -> Mapping[str, object]:  # fmt: skip
    return {
        "id": key, "district": ctx.district, "number": 0, "base": str(snapshot.base.get("id", "")),
        "state": RosterState.DRAFT.value, "plan": str(snapshot.plan.get("id", "")),
        "first_on": built.times.day(0), "days": built.problem.days, "snapshot": snapshot.digest,
        "problem": built.digest,
        "rulebook": ctx.rulebook.hash, "seed": options.seed,
        "goals": json.dumps([asdict(g) for g in plan.goals]),
        "linear": json.dumps(dict(plan.linear), sort_keys=True),
        "counts": json.dumps(dict(plan.counts), sort_keys=True), "by_clock": plan.by_clock,
        "created_at": at, "created_by": actor.id, "approved_at": 0, "approved_by": "",
        "version": 1,
    }  # fmt: skip
