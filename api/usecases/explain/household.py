"""One household: who they are, what they are owed and by which rule, what comes, what lacks."""

from __future__ import annotations

from typing import Any

import polars as pl

from api.usecases.explain.case import Case
from api.usecases.explain.course import course
from api.usecases.explain.delivery import handed_over, needs_met
from api.usecases.story import Section, Story
from graphcore.casework.entitlement import trace
from graphcore.casework.tracing import TraceStep
from graphcore.domain.clock import moment
from graphcore.domain.money import shown
from graphcore.domain.text import Text, named, say
from optimizer.explain import line_instead, line_why, shortfall_why


def story(case: Case, subject: str) -> Story:
    """Explain a household or headcount by its id."""
    row = case.demand.situation.subjects.filter(pl.col("subject") == subject)
    sections = [_who(case, row), _owed(case, row), needs_met(case, subject), _lines(case, subject),
                handed_over(case, subject), _missing(case, subject), _referrals(case, subject),
                course(case, subject)]  # fmt: skip
    title = say("{who}的救助说明（第 {number} 号计划）", who=case.name(subject),
                number=case.view.plan["number"])  # fmt: skip
    return Story(title, tuple(s for s in sections if s.sentences or s.rows))


def _who(case: Case, row: pl.DataFrame) -> Section:
    heading = say("情况")
    if row.is_empty():
        return Section(heading, (say("已由具名的人报到，此未具名人数不再单列。"),))
    r = row.row(0, named=True)
    groups = [case_word("hardship_group", g) for g in r["groups"]]
    facts = (
        say("{village}，{persons} 人；核查状态：{state}；住房：{damage}。",
            village=case.name(r["village"]), persons=r["persons"],
            state=case_word("roster_state", r["state"]), damage=case_word("house_damage", r["damage"])),
        say("现在的发放点：{point}（{kind}）。", point=case.name(r["point"]),
            kind=case_word("point_kind", r["point_kind"])),
        say("特殊困难群体：{groups}；优先保障。", groups=_listed(groups)) if groups
        else say("不在特殊困难群体名册中。"),
    )  # fmt: skip
    return Section(heading, (*facts, *case.moved()))


def case_word(kind: str, code: str) -> Text:
    """Return a code as a text that the edge translates."""
    return Text(f"{kind}:{code}")


def _listed(words: list[Text]) -> Text:
    if len(words) == 1:
        return words[0]
    return say("{first}、{rest}", first=words[0], rest=_listed(words[1:]))


def _owed(case: Case, row: pl.DataFrame) -> Section:
    heading = say("应得及依据")
    if row.is_empty():
        return Section(heading)
    now = case.demand.situation
    steps = trace(
        row, now.facts, rulebook=now.rulebook, hazard=now.hazard, stage=now.stage,
        first_on=now.first_on, days=now.days, disaster=now.disaster,
    )  # fmt: skip
    if not steps:
        return Section(
            heading, (say("按现行规则没有按物资计算的需求；如有困难，请向乡镇提出申请。"),)
        )
    rows = [_step(case, group) for group in _by_rule(steps)]
    columns = (say("物资"), say("天数"), say("怎么算"), say("依据"))
    return Section(heading, columns=columns, rows=tuple(rows))


def _by_rule(steps: tuple[TraceStep, ...]) -> list[list[TraceStep]]:
    groups: dict[tuple[str, str, int], list[TraceStep]] = {}
    for step in steps:
        groups.setdefault((step.item, step.rule, step.quantity), []).append(step)
    return list(groups.values())


def _step(case: Case, group: list[TraceStep]) -> tuple[Text | str | int, ...]:
    first = group[0]
    days = say("共 {n} 天", n=len(group)) if len(group) > 1 else say("第 {n} 天", n=first.day + 1)
    return case.item(first.item), days, first.text, first.cites


def _lines(case: Case, subject: str) -> Section:
    mine = case.view.lines.filter(pl.col("subject") == subject)
    grouped = (
        mine.sort("day")
        .group_by(
            "item",
            "warehouse",
            "mode",
            "state",
            "reason",
            "quantity",
            "swap",
            "need_item",
            "covers",
            "also",
        )
        .agg(pl.col("day").alias("days"))
        .sort("item", "warehouse", "state", "quantity", "reason", "mode", "swap", "covers")
    )
    rows = [
        (case.item(r["item"]), *shown(r["quantity"], case.unit(r["item"])), _on(r["days"]),
         case.name(r["warehouse"]), case_word("mode", r["mode"]),
         case_word("line_state", r["state"]), _why(case, r))
        for r in grouped.iter_rows(named=True)
    ]  # fmt: skip
    columns = (say("物资"), say("每次数量"), say("单位"), say("送达"), say("储备库"), say("运输方式"),
               say("状态"), say("为什么"))  # fmt: skip
    return Section(say("已安排"), columns=columns, rows=tuple(rows))


def _why(case: Case, row: dict[str, Any]) -> Text:
    instead = line_instead(row, case.called, case.unit, case.ruled)
    return (
        say("{instead}{why}", instead=instead, why=line_why(row)) if row["swap"] else line_why(row)
    )


def _missing(case: Case, subject: str) -> Section:
    mine = case.view.shortfalls.filter(pl.col("subject") == subject)
    grouped = (
        mine.sort("day")
        .group_by("item", "reason", "detail", "quantity")
        .agg(pl.col("day").alias("days"))
        .sort("item", "reason", "quantity", "detail")
    )
    rows = [
        (case.item(r["item"]), r["quantity"], case.unit(r["item"]), _on(r["days"]),
         shortfall_why(r, case.called, case.unit))
        for r in grouped.iter_rows(named=True)
    ]  # fmt: skip
    columns = (say("物资"), say("每次尚缺"), say("单位"), say("应得日"), say("卡在哪里、怎么解决"))
    return Section(say("尚缺"), columns=columns, rows=tuple(rows))


def _on(days: list[int]) -> Text:
    return say("第 {days} 天", days="、".join(str(d + 1) for d in sorted(set(days))))


def _referrals(case: Case, subject: str) -> Section:
    mine = case.view.referrals.filter(pl.col("subject") == subject).sort("due_at", "id")
    services = {r.service: named(r.name) for r in case.ctx.rulebook.referrals.values()}
    rows = [
        (services.get(r["service"], r["service"]),
         moment(r["due_at"]).strftime("%Y-%m-%d %H:%M"), r["cites"])
        for r in mine.iter_rows(named=True)
    ]  # fmt: skip
    return Section(say("需要转介的服务（物资解决不了）"), columns=(say("服务"), say("期限"), say("依据")),
                   rows=tuple(rows))  # fmt: skip
