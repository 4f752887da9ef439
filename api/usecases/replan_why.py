"""Why the plan in force should be made again: derived from the data, so that it is never stale."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.planning.snapshot import take
from api.usecases.planning.supply import overdue
from api.usecases.show import PlanView
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.supply import LineState
from graphcore.domain.text import Text, named, say

IN_FORCE = ("published", "approved")


@dataclass(frozen=True, slots=True)
class Why:
    """One reason: its code, how many lines or lots it touches, in words."""

    code: str  # refused | overdue | data
    count: int
    what: Text


def replan_why(ctx: Context, actor: Actor, view: PlanView) -> list[Why]:
    """Return why a plan in force should be made again, [] if nothing speaks for it.

    * refused: owners refused goods that the plan asked them for: others may fill the gap;
    * overdue: pledges that the plan draws on were due on a day that is past, and nobody recorded
      that they came; the next plan leaves them out;
    * data: what people and offices told has changed since.
    """
    authorise(actor, Operation.READ_PLAN, ctx.district)
    if view.plan["state"] not in IN_FORCE:
        return []
    found = [*_refused(view), *_overdue(ctx, view)]
    snapshot = take(ctx, str(view.plan["disaster"]))
    if snapshot.digest != view.plan["snapshot"]:
        found.append(Why("data", 1, say("制定计划之后，灾情、物资或道路数据有过变化。")))
    return found


def _refused(view: PlanView) -> list[Why]:
    lines = view.lines.filter(pl.col("state") == LineState.REFUSED.value)
    if lines.is_empty():
        return []
    what = say("权属单位拒绝了 {n} 行调用请求，{units} 件需要另行安排。", n=lines.height,
               units=lines["quantity"].sum())  # fmt: skip
    return [Why("refused", lines.height, what)]


def _overdue(ctx: Context, view: PlanView) -> list[Why]:
    used = view.lines.filter(
        pl.col("state").is_in([LineState.FIRM.value, LineState.ACCEPTED.value])
    )["lot"].unique()
    lots, gifts = ctx.store.read(
        lambda u: (u.nodes("StockLot", used.sort().to_list()), u.nodes("Donation"))
    )
    received = gifts.select(pl.col("id").alias("donation"), pl.col("received_on").fill_null(""))
    today = day_of(ctx.clock()).isoformat()
    late = lots.join(received, on="donation", how="left").filter(overdue(today)).sort("code")
    if late.is_empty():
        return []
    what = say("{n} 个认捐批次（例如 {first}）的承诺到货日已过而未登记接收，下一计划不再指望它们。",
               n=late.height, first=named(str(late["code"][0])))  # fmt: skip
    return [Why("overdue", late.height, what)]


__all__ = ["Why", "replan_why"]
