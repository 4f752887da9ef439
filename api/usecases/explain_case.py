"""Explain: why a household, a township or a line got what it got, from the stored plan."""

from __future__ import annotations

from api.access import Operation, authorise
from api.masks import Field
from api.usecases.context import Context
from api.usecases.explain import household, line, township, trip
from api.usecases.explain.case import Case
from api.usecases.privacy.looking import Reason, record_look
from api.usecases.show import plan_view
from api.usecases.story import Story
from api.usecases.transport.view import find_trip
from graphcore.domain.actor import Actor
from graphcore.domain.errors import NotFound
from graphcore.domain.ids import Kind
from graphcore.domain.text import say

CASEWORK = Reason("casework")


def explain(
    ctx: Context, actor: Actor, what: str, plan: str = "", reason: Reason = CASEWORK
) -> Story:
    """Explain a household (id or code), a township (name or code), a line, shortfall or trip (id).

    Raises:
        Forbidden: the actor may not read cases.
        NotFound: no plan yet, or nothing of that name.
    """
    authorise(actor, Operation.EXPLAIN)
    if what.startswith(f"{Kind.TRIP}-"):
        return trip.story(find_trip(ctx, actor, what), what)
    case = Case(ctx, plan_view(ctx, actor, plan))
    if what.startswith((f"{Kind.LINE}-", f"{Kind.SHORTFALL}-")):
        return line.story(case, what)
    subject = case.subject(what)
    if subject:
        record_look(ctx, actor, reason, "explain", [subject], [Field.AFFAIRS])
        return household.story(case, subject)
    code = case.township(what)
    if code:
        return township.story(case, code)
    raise NotFound(
        say("没有找到“{what}”：既不是户编号、乡镇，也不是分配行编号。", what=what[:40]),
        say("户编号以您导入的底册为准；分配行编号见 doudi show lines。"),
    )


def somebody_short(ctx: Context, actor: Actor, plan: str) -> str:
    """Return a household that shows the most: it got some of its needs, and others are open.

    Raises:
        NotFound: the plan has no lines.
    """
    view = plan_view(ctx, actor, plan)
    named = set(view.households["id"])
    first = view.shortfalls.sort("tier", "subject")
    served = set(view.lines["subject"])
    both = [s for s in first["subject"].to_list() if s in served and s in named]
    anyone = [s for s in view.lines["subject"].sort().to_list() if s in named]
    if not (both or anyone):
        raise NotFound(say("计划中没有分配行。"), say("请先导入物资与需求，再制定计划。"))
    return str((both or anyone)[0])
