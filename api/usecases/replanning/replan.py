"""Re-plan: today against what the plan in force was made from; the difference, with its cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from api.access import Operation, authorise
from api.usecases.commit_plan import commit_plan
from api.usecases.context import Context, Progress
from api.usecases.make_plan import Made, PlanOptions, judged, make_plan
from api.usecases.planning import basis, changes, pins
from api.usecases.planning.aims import aims, stored_order
from api.usecases.planning.basis import facts
from api.usecases.planning.build import build
from api.usecases.planning.demand import Demand
from api.usecases.planning.needs import save_needs
from api.usecases.planning.snapshot import Snapshot, take
from api.usecases.planning.stored import (
    OPEN,
    Stored,
    owed,
    problem,
    since,
    solution,
    stored,
    unpack,
)
from api.usecases.planning.yard import cuts_told
from api.usecases.replanning.causes import causes, needs_moved
from api.usecases.replanning.gone import gone
from api.usecases.show import codes, find_plan, names
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import NotFound
from graphcore.domain.text import Text, named, say
from graphcore.store.port import Row
from optimizer.problem import Problem
from optimizer.replan.difference import Difference, GoalMove, kept, moves
from optimizer.replan.published import prepare
from optimizer.replan.solve import NEAR, Answer, Reach, Rebuilt, Wish, answers
from optimizer.transport.agree import tighten

WHYS = {
    "horizon": say("计划的天数变了，须重新制定。"),
    "items": say("物资的单位重量或体积变了，须重新制定。"),
    "swaps": say("替代规则或其比例变了，须重新制定。"),
    "kits": say("计划使用整套发放的物资，一套同时满足多项需求，须重新制定。"),
    "floor": say("受影响的地方单独达不到保底要求，须重新制定。"),
    "order": say("目标次序把省运费或少误期排在保障之前，须重新制定。"),
    "day": say("计划的起始日已过，须从今天起重新制定。"),
    "no_basis": say("现行计划没有留存所依据的情况，须重新制定。"),
}


@dataclass(frozen=True, slots=True)
class ReplanOptions:
    """``keep`` is the share of weighted coverage that may be given up to move fewer lines."""

    keep: float = 0.0
    wide: bool = True  # look at everything if there is something to gain
    first_on: str = ""  # the first day that can still be changed; "" = today


@dataclass(frozen=True)
class Replanned:
    """What became of the plan in force. ``plan`` is the base's id where nothing had to move."""

    plan: str
    base: str
    reach: str  # Reach, or "rebuilt"
    causes: tuple[Text, ...]
    difference: Difference
    rebuilt: Text | None
    included: tuple[str, ...]  # changes of which this is the first plan


def replan(
    ctx: Context, actor: Actor, options: ReplanOptions = ReplanOptions(),
    progress: Progress | None = None,
) -> Replanned:  # fmt: skip
    """Bring the plan in force up to date with the graph; commit what has to move.

    Raises:
        Forbidden: the actor may not make plans.
        NotFound: there is no plan in force.
        ProblemInvalid: numbers that no plan can be made from, or pins that contradict each other.
        StalePlan: stock, needs or the plan in force changed meanwhile; says what.
    """
    authorise(actor, Operation.MAKE_PLAN, ctx.district)
    tell = progress or (lambda _step, _share: None)
    tell("replan.snapshot", 0.0)
    waiting = changes.waiting(ctx)
    case = _case(ctx, options)
    done = _patched(ctx, actor, case, options, tell)
    changes.settle(ctx, waiting, done.plan)
    return _included(done, waiting)


def _included(done: Replanned, waiting: list[Row]) -> Replanned:
    ids = tuple(str(r["id"]) for r in waiting)
    return Replanned(done.plan, done.base, done.reach, done.causes, done.difference, done.rebuilt,
                     ids)  # fmt: skip


@dataclass(frozen=True)
class _Case:
    """The plan in force, and the first day that can still be changed."""

    kept: Stored
    snapshot: Snapshot
    today: date
    called: dict[str, str]

    def name(self, key: str) -> Text:
        return named(self.called.get(key, key))


def _case(ctx: Context, options: ReplanOptions) -> _Case:
    snapshot = take(ctx, "")
    if not snapshot.base:
        raise NotFound(say("还没有现行计划，无从调整。"), say("请先运行 doudi plan。"))
    kept_ = stored(ctx, snapshot.base)
    if kept_.plan["disaster"] != snapshot.disaster["id"]:
        snapshot = take(ctx, str(kept_.plan["disaster"]))
    called = ctx.store.read(lambda unit: codes(unit) | names(unit))
    today = date.fromisoformat(options.first_on) if options.first_on else day_of(ctx.clock())
    return _Case(kept_, snapshot, today, called)


def _patched(
    ctx: Context, actor: Actor, case: _Case, options: ReplanOptions, tell: Progress
) -> Replanned:
    kept_, snapshot = case.kept, case.snapshot
    first_on = date.fromisoformat(kept_.plan["first_on"])
    if not kept_.payload:
        return _rebuilt(ctx, actor, case, "no_basis", tell)
    if first_on < case.today:
        return _rebuilt(ctx, actor, case, "day", tell)
    tell("replan.needs", 0.1)
    demand, raw = build(ctx, snapshot, first_on, int(kept_.plan["days"]), ctx.clock())
    known = unpack(kept_.payload, facts(snapshot, raw))
    was = since(known, snapshot.out, snapshot.base)
    raw = replace(tighten(raw, cuts_told(str(kept_.plan["cuts"] or ""))), floors=was["floors"])
    lost = gone(ctx, snapshot, raw, case.today)
    today = pins.applied(ctx, kept_.lines, lost.without(raw))
    now = facts(snapshot, raw)
    before = problem(kept_, was, owed(kept_, snapshot, raw.needs))
    order = stored_order(kept_.plan)
    why = [
        *causes(was, now, case.name), *lost.texts(snapshot),
        *needs_moved(before.needs, today.needs, case.name),
    ]  # fmt: skip
    tell("replan.solve", 0.3)
    old = prepare(before, solution(kept_), order=order)
    dear = pins.prices(ctx, kept_.lines)
    wish = Wish(keep=options.keep, whole=NEAR if options.wide else None, prices=dear)
    try:
        best = _last(answers(old, today, wish), tell)
    except Rebuilt as broad:
        return _rebuilt(ctx, actor, case, broad.rebuild.why.value, tell, why)
    if best.difference.empty and best.reach is Reach.SAME:
        return Replanned(snapshot.base, snapshot.base, best.reach.value, tuple(why),
                         best.difference, None, ())  # fmt: skip
    save_needs(ctx, actor, demand)
    plan = _commit(ctx, actor, case, demand, today, best, tell)
    return Replanned(plan, snapshot.base, best.reach.value, tuple(why), best.difference, None, ())


def _last(found: Iterator[Answer], tell: Progress) -> Answer:
    """Return the last answer; each is told as it comes, with its figures."""
    best = next(found)
    tell(f"{ANSWERED}{best.reach.value}.{figures(best.difference)}", 0.4)
    for better in found:
        best = better
        tell(f"{ANSWERED}{best.reach.value}.{figures(best.difference)}", 0.7)
    return best


ANSWERED = "replan.solve."
"""Begins each step that tells an answer: what was looked at, then its figures."""


def figures(found: Difference) -> str:
    """Return an answer in a word: lines added, removed, changed; the goals of coverage."""
    counts = "".join(f"{mark}{found.count(move)} " for mark, move in
                     (("+", "added"), ("-", "removed"), ("~", "changed")))  # fmt: skip
    goals = (f"{g.name}={g.before:.4f}>{g.after:.4f}" for g in found.goals if g.unit == "coverage")
    return counts + " ".join(goals)


def _commit(
    ctx: Context, actor: Actor, case: _Case, demand: Demand, today: Problem, best: Answer,
    tell: Progress,
) -> str:  # fmt: skip
    tell("replan.check", 0.8)
    kept_, snapshot = case.kept, case.snapshot
    first_on = date.fromisoformat(kept_.plan["first_on"])
    order = stored_order(kept_.plan)
    free = pins.movable(snapshot.promised, today.pinned)
    wanted = aims(order, free, snapshot.base_first_on, first_on, today.days)
    cuts = str(kept_.plan["cuts"] or "[]")
    made = Made(snapshot, demand, today, best.solution, order, wanted, cuts)
    options = PlanOptions(seed=int(kept_.plan["seed"]))
    draft = judged(ctx, actor, made, options, first_on)
    tell("replan.commit", 0.9)
    commit_plan(ctx, actor, draft)
    tell("replan.commit", 1.0)
    return draft.id


def _rebuilt(
    ctx: Context, actor: Actor, case: _Case, why: str, tell: Progress,
    known: list[Text] | None = None,
) -> Replanned:  # fmt: skip
    """Make the plan anew, and say how it differs from the one that it takes the place of."""
    old, base = case.kept, case.snapshot.base
    options = PlanOptions(
        disaster=old.plan["disaster"], days=int(old.plan["days"]), seed=int(old.plan["seed"]),
        first_on=max(case.today, date.fromisoformat(old.plan["first_on"])).isoformat(), base=base,
        goals=stored_order(old.plan).texts(), floors=_floors(old), as_is=True,
    )  # fmt: skip
    plan = make_plan(ctx, actor, options, tell)
    difference = between_plans(old, stored(ctx, plan))
    return Replanned(plan, base, "rebuilt", tuple(known or ()), difference, WHYS[why], ())


def _floors(old: Stored) -> tuple[str, ...]:
    """Return the equity floors that the plan was asked for, as they were written."""
    asked = basis.kept(old.payload, "floors")["floor"]
    return tuple(asked.unique(maintain_order=True).to_list())


def between_plans(old: Stored, new: Stored) -> Difference:
    """Return what a stored plan changes of the one that it took the place of."""
    first = [date.fromisoformat(s.plan["first_on"]) for s in (old, new)]
    shift = (first[0] - first[1]).days
    before = old.lines.filter(pl.col("state").is_in(OPEN)).with_columns(
        pl.col("day", "due_day") + shift
    )
    found = moves(before, new.lines.filter(pl.col("state").is_in(OPEN)))
    was = {g.name: g.value for g in old.goals}
    goals = tuple(
        GoalMove(g.name, g.unit, was.get(g.name, g.value), g.value, g.bound) for g in new.goals
    )
    return Difference(found, goals, kept(before, found), int(before["quantity"].sum()))


def difference_of(ctx: Context, actor: Actor, plan: str) -> Difference:
    """Return what a plan changed of the one before it; lines within the actor's scope.

    Raises:
        Forbidden: the actor may not read plans.
        NotFound: no such plan, or it is the first: there is none to compare it with.
    """
    authorise(actor, Operation.READ_PLAN)
    row = ctx.store.read(lambda unit: find_plan(unit, ctx.district, plan))
    if not row["base"]:
        raise NotFound(say("这是第一个计划，没有可比较的前一计划。"), say("请改查后来的计划。"))
    found = between_plans(stored(ctx, str(row["base"])), stored(ctx, str(row["id"])))
    mine = pl.col("township").str.starts_with(actor.scope)
    return replace(found, moves=found.moves.filter(mine))


__all__ = ["ReplanOptions", "Replanned", "between_plans", "difference_of", "replan"]
