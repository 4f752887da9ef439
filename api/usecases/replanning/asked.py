"""One new need on the phone: all feasible options, from an index of the plan in force."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.planning.aims import stored_order
from api.usecases.planning.basis import facts
from api.usecases.planning.build import build
from api.usecases.planning.demand import Demand
from api.usecases.planning.snapshot import Snapshot, take
from api.usecases.planning.stored import owed, problem, since, solution, stored, unpack
from api.usecases.planning.supply import transfers
from graphcore.domain.actor import Actor
from graphcore.domain.errors import InputError, NotFound, WrongState
from graphcore.domain.text import say
from optimizer.replan.options import Ask, Desk, Option
from optimizer.replan.published import prepare
from optimizer.replan.solve import Rebuilt

MOST_UNITS = 1_000_000


@dataclass(frozen=True, slots=True)
class Question:
    """What is needed. Either ``household`` (id or code) or ``point`` (id, code or name)."""

    item: str  # code or name
    quantity: int
    household: str = ""
    point: str = ""
    day: int = 0  # of the plan, 0 = its first


@dataclass
class Shelf:
    """The index of the plan in force, kept until anything is written."""

    seq: int = -1
    index: _Index | None = field(default=None, repr=False)

    def get(self, ctx: Context) -> _Index:
        """Return the index, made anew if the graph has moved on."""
        heads = ctx.store.read(lambda unit: unit.rows("chain.heads"))
        seq = max((int(str(h["seq"])) for h in heads), default=0)
        if self.index is None or seq != self.seq:
            self.index, self.seq = _index(ctx), seq
        return self.index


@dataclass(frozen=True)
class _Index:
    desk: Desk
    snapshot: Snapshot
    demand: Demand
    days: int


def options(
    ctx: Context, actor: Actor, question: Question, shelf: Shelf | None = None, most: int = 20
) -> list[Option]:
    """Return the feasible options for a new need, the best first. Nothing is written.

    Raises:
        Forbidden: the actor may not see cases.
        NotFound: no plan in force, no such household, place or item.
        InputError: the quantity or day is out of range.
        WrongState: with this need others have to move before anybody knows; says why.
    """
    authorise(actor, Operation.EXPLAIN, ctx.district)
    index = (shelf or Shelf()).get(ctx)
    if not 1 <= question.quantity <= MOST_UNITS or not 0 <= question.day < index.days:
        raise InputError(say("数量应不小于 1，送达日应在计划的 {days} 天之内。", days=index.days),
                         say("请改正后重试。"), field="quantity")  # fmt: skip
    ask = _ask(ctx, index, question)
    desk = index.desk
    if ask.point not in desk.ways:
        here = pl.Series([ask.point])
        roads = index.demand.situation.reach.access(here, index.days)
        was = desk.old.problem
        ways = pl.concat([roads, transfers(was.lots, was.items, here)])
        desk = desk.reaching(ask.point, ways)
    try:
        return desk.options(ask, most=most)
    except Rebuilt as broad:
        raise WrongState(
            WHYS[broad.rebuild.why.value], say("请先登记这项需求，再运行 doudi replan。")
        ) from broad


WHYS = {
    "floor": say("计划有保底要求，新需求会抬高保底数量，单独查询不能回答。"),
    "surplus": say("新需求属于某笔捐赠的指定用途，会减少其可供他用的余额，单独查询不能回答。"),
}


def _index(ctx: Context) -> _Index:
    snapshot = take(ctx, "")
    if not snapshot.base:
        raise NotFound(say("还没有现行计划，无从查询。"), say("请先运行 doudi plan。"))
    kept = stored(ctx, snapshot.base)
    snapshot = take(ctx, str(kept.plan["disaster"]))
    first_on, days = date.fromisoformat(kept.plan["first_on"]), int(kept.plan["days"])
    demand, today = build(ctx, snapshot, first_on, days, int(kept.plan["created_at"]))
    now = facts(snapshot, today)
    was = since(unpack(kept.payload, now), snapshot.out, snapshot.base) if kept.payload else now
    before = problem(kept, was, owed(kept, snapshot, today.needs))
    ready = prepare(before, solution(kept), order=stored_order(kept.plan))
    return _Index(Desk(ready), snapshot, demand, days)


def _ask(ctx: Context, index: _Index, question: Question) -> Ask:
    item = ctx.rulebook.item_named(question.item)
    if item is None or item not in index.desk.items:
        raise NotFound(say("没有叫“{item}”的物资品种。", item=question.item[:40]),
                       say("请用 doudi show stock 查看品种。"))  # fmt: skip
    alike = index.snapshot.needs.filter(pl.col("item") == item).sort("id").head(1).to_dicts()
    like = alike[0] if alike else {}
    point, township, who = _place(index, question)
    basic = str(like.get("basic") or index.desk.items[item]["basic"])
    return Ask(
        point, township, item, basic, question.quantity, question.day,
        bool(like.get("daily", False)), bool(like.get("survival", True)),
        int(who.get("tier", 2)), int(who.get("weight", 1000)), tuple(who.get("groups", ())),
    )  # fmt: skip


def _place(index: _Index, question: Question) -> tuple[str, str, dict[str, Any]]:
    """Return delivery point, township, and the rank of who asks."""
    if question.household:
        return _home(index, question.household)
    shelters = index.snapshot.shelters.select(pl.col("id"), "code", "name", "township")
    villages = index.snapshot.villages.join(
        index.snapshot.homes, left_on="code", right_on="village"
    ).select(pl.col("code").alias("id"), "code", "name", "township")  # fmt: skip
    places = pl.concat([shelters, villages])
    here = pl.any_horizontal(pl.col(c) == question.point for c in ("id", "code", "name"))
    found = places.filter(here)
    if found.height != 1:
        raise NotFound(say("没有找到唯一的地点“{point}”。", point=question.point[:40]),
                       say("请写安置点或村的编号。"))  # fmt: skip
    return str(found["id"][0]), str(found["township"][0]), {}


def _home(index: _Index, household: str) -> tuple[str, str, dict[str, Any]]:
    people = index.snapshot.households.filter(
        (pl.col("id") == household) | (pl.col("code") == household)
    )
    subjects = index.demand.situation.subjects.filter(
        pl.col("subject").is_in(people["id"].implode())
    )
    if subjects.height != 1:
        raise NotFound(say("没有找到编号为 {household} 的户。", household=household[:40]),
                       say("请核对底册中的户编号。"))  # fmt: skip
    row = subjects.row(0, named=True)
    ranks = index.snapshot.needs.filter(pl.col("subject") == row["subject"])
    rank: dict[str, Any] = {"groups": row["groups"]}
    if ranks.height:
        rank |= {"tier": ranks["tier"].min(), "weight": ranks["weight"].max()}
    return str(row["point"]), str(row["township"]), rank
