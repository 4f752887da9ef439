"""Why here, why not there: what else a line's goods and its need could have had."""

from __future__ import annotations

from dataclasses import replace

from api.usecases.explain.case import Case
from api.usecases.planning.aims import stored_order
from api.usecases.story import Cell, Section
from api.usecases.wording import goal_text
from graphcore.domain.plan import GoalResult, Outcome
from graphcore.domain.supply import LineState
from graphcore.domain.text import Text, say
from optimizer.alternatives import Alternative, alternatives
from optimizer.order import KEEP, Aims
from optimizer.problem import Solution

_FORBIDDEN = {
    "day": say("不能：发放日不合"),
    "stock": say("不能：该批次已全部有去处"),
    "lot_in_time": say("不能：到时未到库或已过期"),
    "hold": say("不能：该批次待检或冻结"),
    "command": say("不能：该批次不归本局调度"),
    "intent_township": say("不能：捐赠人指定了其他乡镇"),
    "intent_group": say("不能：捐赠人指定了其他困难群体"),
    "way": say("不能：当天没有通路"),
    "fleet": say("不能：当天运力已满"),
}


def sections(case: Case, row: dict[str, object]) -> tuple[Section, ...]:
    """Return what else the goods, and the need, of a firm line could have had."""
    if row["state"] != LineState.FIRM.value:
        return ()
    aims = Aims(stored_order(case.view.plan))
    found = alternatives(case.problem, _judged(case), str(row["line"]), aims)
    item = str(row["item"])
    texts = (say("这批物资为什么不给别处（逐一调换，其他不动）"),
             say("这户为什么不用别的批次（逐一调换，其他不动）"))  # fmt: skip
    columns = (say("改给谁或改用哪批"), say("在哪里"), say("数量"), say("单位"), say("会怎样"))
    made = []
    for heading, kind in zip(texts, ("lot", "need"), strict=True):
        rows = tuple(_row(case, item, a) for a in found if a.kind == kind)
        if rows:
            made.append(Section(heading, columns=columns, rows=rows))
    return tuple(made)


def _judged(case: Case) -> Solution:
    """Return the stored plan with its goals, but for keeping to a plan that is no longer at hand."""
    goals = tuple(
        GoalResult(**{**g, "outcome": Outcome(str(g["outcome"]))})  # type: ignore[arg-type]
        for g in case.view.goals
        if g["name"] != KEEP
    )
    return replace(case.solution, goals=goals)


def _row(case: Case, item: str, a: Alternative) -> tuple[Cell, ...]:
    who = (case.name(a.subject), case.name(a.point)) if a.kind == "lot" else (
        case.name(a.lot), case.name(a.warehouse))  # fmt: skip
    return (*who, a.units, case.unit(item), _effect(case, a))


def _effect(case: Case, a: Alternative) -> Text:
    if a.broken:
        return _FORBIDDEN.get(a.broken, say("不能：违反规则 {rule}", rule=a.broken))
    if not a.goals:
        return say("各目标不变：两者等价，按先后取一。")
    moves = _listed([_move(case, *g) for g in a.goals])
    if a.worst:
        return say(
            "可以，但先变差的是“{goal}”：{moves}",
            goal=goal_text(a.worst, case.view.names),
            moves=moves,
        )
    return say("可以：{moves}。计划未取，因为各组之间逐级保底在先，或取整所致。", moves=moves)


def _move(case: Case, name: str, before: float, after: float) -> Text:
    shape = "{:,.0f} → {:,.0f}" if name in ("lateness", "cost") else "{:.2%} → {:.2%}"
    figures = shape.format(before, after)
    return say("{goal} {figures}", goal=goal_text(name, case.view.names), figures=figures)


def _listed(texts: list[Text]) -> Text:
    first, *rest = texts
    return say("{first}；{rest}", first=first, rest=_listed(rest)) if rest else first


__all__ = ["sections"]
