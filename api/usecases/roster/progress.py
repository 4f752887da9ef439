"""What became of an order: confirmed, arrived, done, declined, missed. Each report is an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.roster.sight import Sight
from api.usecases.roster.snapshot import current
from graphcore.domain.actor import Actor
from graphcore.domain.errors import NotFound, WrongState
from graphcore.domain.event import EventDraft
from graphcore.domain.forces import NEXT, Progress
from graphcore.domain.text import Text, say
from graphcore.store.port import WriteUnit

WORDS: Mapping[Progress, Text] = {
    Progress.PLANNED: say("已派单"), Progress.CONFIRMED: say("已确认"),
    Progress.ARRIVED: say("已到岗"), Progress.DONE: say("已完成"),
    Progress.DECLINED: say("不能前往"), Progress.MISSED: say("未到岗"),
}  # fmt: skip


def report_progress(ctx: Context, actor: Actor, order: str, progress: Progress) -> None:
    """Record how far an order of the approved roster has come.

    A coordinator reports of the own organisation's people, a clerk of those who come to the
    township.

    Raises:
        NotFound: no such order, or not one that the actor may know of.
        WrongState: the roster is not in force, or the step does not follow from the last one.
    """
    authorise(actor, Operation.REPORT_PROGRESS)
    at, sight = ctx.clock(), Sight.of(actor)

    def write(unit: WriteUnit) -> None:
        found = unit.nodes("Assignment", [order])
        row: dict[str, Any] = found.row(0, named=True) if found.height else {}
        if not row or not sight.sees(row):
            raise NotFound(say("没有编号为 {order} 的派遣。", order=order),
                           say("请用 doudi roster show orders 查看派遣编号。"))  # fmt: skip
        _may_follow(row, progress, in_force=current(unit, ctx.district).get("id") == row["roster"])
        unit.update("Assignment", pl.DataFrame([{
            "id": order, "progress": progress.value, "version": row["version"] + 1,
        }]))  # fmt: skip
        body = {"order": order, "from": row["progress"], "to": progress.value}
        unit.append(EventDraft("order.progress", actor.id, at, body))

    ctx.store.write(ctx.district, write)


def _may_follow(row: dict[str, Any], progress: Progress, *, in_force: bool) -> None:
    if not in_force:
        raise WrongState(say("这份排班尚未批准，或已被取代，不能登记进展。"),
                         say("请用 doudi roster show 查看现行排班。"))  # fmt: skip
    if row["state"] != "go":
        raise WrongState(say("该任务人员或装备未齐，还没有派出。"), say("请先重新排班。"))
    if progress not in NEXT[Progress(row["progress"])]:
        raise WrongState(
            say("派遣的状态是 {now}，不能改为 {to}。", now=WORDS[Progress(row["progress"])],
                to=WORDS[progress]),
            say("请核对派遣编号和进展。"),
        )  # fmt: skip
