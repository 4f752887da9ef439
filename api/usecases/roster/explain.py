"""Why somebody goes where they go, or cannot go; why a task is short. Nobody is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.roster.problem import Built
from api.usecases.roster.rebuild import rebuild
from api.usecases.roster.view import RosterView, roster_view
from api.usecases.story import Cell, Section, Story
from graphcore.domain.actor import Actor
from graphcore.domain.errors import InputError, NotFound
from graphcore.domain.forces import CERTIFICATE_WORDS
from graphcore.domain.text import Text, named, say
from optimizer.volunteers.eligibility import NO_WAY, Grid
from optimizer.volunteers.explain import explain_line, explain_open
from optimizer.volunteers.validate import validate

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """About whom or what: a volunteer's or a task's number (or id); ``task`` asks about the pair."""

    what: str
    task: str = ""
    organization: str = ""  # code or id, where a volunteer's number is not unique
    roster: str = ""


def explain_roster(ctx: Context, actor: Actor, question: Question) -> Story:
    """Return the story of a volunteer, a task, or of both.

    Raises:
        NotFound: no such volunteer or task, or not one that the actor may see.
        InputError: the number is that of several volunteers.
    """
    authorise(actor, Operation.READ_FORCES)
    view = roster_view(ctx, actor, question.roster)
    job = _job(view, question.what)
    if job is not None and not question.task:
        return _of_task(view, job)
    who = _volunteer(ctx, view, question)
    if not question.task:
        return _of_volunteer(view, who)
    other = _job(view, question.task)
    if other is None:
        raise _unknown(question.task)
    return _of_pair(ctx, view, who, other)


def _unknown(what: str) -> NotFound:
    return NotFound(say("排班中没有编号为 {what} 的志愿者或任务。", what=what[:40]),
                    say("请用 doudi roster show orders 或 tasks 查看编号。"))  # fmt: skip


def _job(view: RosterView, what: str) -> Row | None:
    found = view.tasks.filter((pl.col("id") == what) | ((pl.col("code") == what) & (what != "")))
    return found.row(0, named=True) if found.height else None


def _volunteer(ctx: Context, view: RosterView, question: Question) -> Row:
    found = view.volunteers.filter(
        (pl.col("id") == question.what) | (pl.col("code") == question.what)
    )
    if question.organization:
        nodes = ctx.store.read(lambda unit: unit.nodes("Organization"))
        same = nodes.filter(
            (pl.col("id") == question.organization) | (pl.col("code") == question.organization)
        )
        found = found.filter(pl.col("organization").is_in(same["id"].implode()))
    if found.is_empty():
        raise _unknown(question.what)
    if found.height > 1:
        raise InputError(
            say("{count} 个组织都有编号 {code} 的志愿者。", count=found.height, code=question.what),
            say("请用 --organization 写明组织代码。"), field="organization",
        )  # fmt: skip
    return found.row(0, named=True)


def _place(view: RosterView, key: object) -> Text:
    return named(view.names.get(str(key)) or str(key))


def _task_word(job: Row) -> Text:
    return named(job["name"]) if job["name"] else named(f"task_kind:{job['kind']}")


def _skill(code: str) -> Text:
    if code.startswith("operate_"):
        return say("操作{thing}", thing=named(f"equipment:{code.removeprefix('operate_')}"))
    return named(f"skill:{code}")


# -- a task -----------------------------------------------------------------------------------


def _of_task(view: RosterView, job: Row) -> Story:
    key = job["id"]
    going = view.going.filter(pl.col("task") == key)
    title = say("任务“{task}”：{place}，{day} {shift}", task=_task_word(job), place=_place(view, job["place"]),
                day=job["day_on"], shift=named(f"shift:{job['shift']}"))  # fmt: skip
    facts = [
        say("依据：{cites}", cites=job["cites"] or say("各单位提出")),
        say("派出 {n} 人。", n=going.height),
    ]  # fmt: skip
    if bool(going["cut_off"].any()):
        facts.append(say("地点断路：同一班次至少两人同往，不安排未成年人。"))
    gear = view.gear.filter(pl.col("task") == key)["equipment"].to_list()
    if job["equipment"]:
        facts.append(say("需要装备：{kind}；派出：{pieces}", kind=named(f"equipment:{job['equipment']}"),
                         pieces="、".join(view.codes.get(e, e) for e in gear) or say("无")))  # fmt: skip
    return Story(title, (
        Section(say("任务"), tuple(facts)),
        _crew(view, going), Section(say("还缺谁，为什么"), tuple(_open(view, key))),
    ))  # fmt: skip


def _crew(view: RosterView, going: pl.DataFrame) -> Section:
    skills = dict(view.slots.select("id", "skill").iter_rows())
    rows: list[tuple[Cell, ...]] = [
        (_place(view, r["organization"]), view.codes.get(r["volunteer"], ""),
         _skill(skills.get(r["slot"]) or ""), r["minutes"], named(f"progress:{r['progress']}"))
        for r in going.sort("organization", "id").iter_rows(named=True)
    ]  # fmt: skip
    columns = (say("组织"), say("志愿者编号"), say("岗位"), say("单程分钟"), say("进展"))
    return Section(say("派出的人"), columns=columns, rows=tuple(rows))


def _open(view: RosterView, task: str) -> Iterator[Text]:
    rows = view.openings.filter(pl.col("task") == task).sort("id")
    if rows.is_empty():
        yield say("各岗位人手齐全。")
    skills = dict(view.slots.select("id", "skill").iter_rows())
    for row in rows.iter_rows(named=True):
        yield say("{skill}：{why}", skill=_skill(skills.get(row["slot"]) or ""),
                  why=explain_open({**row, "count": row["missing"], "starts": row["underway"]}, _term))  # fmt: skip


def _term(code: str) -> Text:
    kind = "certificate" if code in CERTIFICATE_WORDS else "skill"
    return named(f"certificate:{code}") if kind == "certificate" else _skill(code)


# -- a volunteer ------------------------------------------------------------------------------


def _of_volunteer(view: RosterView, who: Row) -> Story:
    first = date.fromisoformat(str(view.roster["first_on"])).isoformat()
    orders = view.orders.filter(pl.col("volunteer") == who["id"]).sort("begins_at")
    return Story(
        say("志愿者 {code}（{organization}）", code=who["code"], organization=_place(view, who["organization"])),
        (Section(say("登记情况"), tuple(_register(view, who, first))),
         Section(say("为什么这样安排"), tuple(_why(view, orders)))),
    )  # fmt: skip


def _register(view: RosterView, who: Row, first: str) -> Iterator[Text]:
    yield say("从{place}出发；{state}；{age}。", place=_place(view, who["township"]),
              state=named(f"readiness:{who['readiness']}"),
              age=say("成年") if who["adult"] else say("未成年或年龄不详"))  # fmt: skip
    yield say("可服务 {start} 至 {end}：{shifts}。", start=who["from_on"] or say("即日"),
              end=who["to_on"] or say("另行通知"), shifts=_listed("shift", who["shifts"]))  # fmt: skip
    for text in who["skills"] or []:
        code, _, level = text.rpartition("=")
        yield say("技能：{skill} {level} 级。", skill=_skill(code), level=level)
    for text in who["certificates"] or []:
        code, _, until = text.rpartition("=")
        paper = named(f"certificate:{code}")
        if until < first:
            yield say(
                "证书：{paper}，有效期至 {until}，已过期，不能用于派遣。", paper=paper, until=until
            )
        else:
            yield say("证书：{paper}，有效期至 {until}。", paper=paper, until=until)


def _listed(kind: str, codes: list[str] | None) -> Text:
    if not codes:
        return say("无")
    words = {f"w{n}": named(f"{kind}:{c}") for n, c in enumerate(codes)}
    return Text("、".join(f"{{{w}}}" for w in words), words)


def _why(view: RosterView, orders: pl.DataFrame) -> Iterator[Text]:
    if orders.is_empty():
        yield say(
            "本次排班没有安排：条件不符，或同样条件的人手已够。可用 --task 逐条询问某项任务。"
        )
    for row in orders.iter_rows(named=True):
        job = view.tasks.filter(pl.col("id") == row["task"]).row(0, named=True)
        day = (date.fromisoformat(row["day_on"]) - date.fromisoformat(view.roster["first_on"])).days
        yield say("{place}，{task}，{shift}：{why}", place=_place(view, row["place"]), task=_task_word(job),
                  shift=named(f"shift:{row['shift']}"), why=explain_line({**row, "day": day}))  # fmt: skip


# -- a volunteer and a task -------------------------------------------------------------------


def _of_pair(ctx: Context, view: RosterView, who: Row, job: Row) -> Story:
    built = rebuild(ctx, view.roster)
    grid = Grid(validate(built.problem))
    title = say("志愿者 {code} 能不能去“{task}”（{place}，{day} {shift}）", code=who["code"],
                task=_task_word(job), place=_place(view, job["place"]), day=job["day_on"],
                shift=named(f"shift:{job['shift']}"))  # fmt: skip
    there = (grid.slots["task"] == job["id"]).to_numpy()
    known = grid.problem.volunteers["volunteer"].to_list()
    if who["id"] not in known:
        return Story(title, (Section(say("不能"), (
            say("本人、所属队伍或组织登记为不可出动。"),)),))  # fmt: skip
    if not there.any():
        return Story(title, (Section(say("不能"), (say("该任务已结束、取消或不在排班期内。"),)),))
    row = known.index(who["id"])
    parts = [_rules(view, built, grid, row, int(s)) for s in np.flatnonzero(there)]
    return Story(title, tuple(parts))


def _rules(view: RosterView, built: Built, grid: Grid, v: int, s: int) -> Section:
    slot = grid.slots.row(s, named=True)
    heading = say("岗位“{skill}”", skill=_skill(slot["skill"]))
    rows: list[tuple[Cell, ...]] = [
        (rule, say("符合") if fine else say("不符合"), what)
        for rule, fine, what in (*_own(grid, v, s, slot), *_time(view, built, grid, v, slot))
    ]  # fmt: skip
    return Section(heading, columns=(say("规则"), say("结论"), say("说明")), rows=tuple(rows))


def _own(grid: Grid, v: int, s: int, slot: Row) -> Iterator[tuple[Text, bool, Text]]:
    """Rules for one person and one slot."""
    yield say("技能"), bool(grid.skilled[v, s]), say("需要{skill} {level} 级", skill=_skill(slot["skill"]),
                                                    level=slot["level"])  # fmt: skip
    paper = slot["certificate"]
    yield say("证书"), bool(grid.certified[v, s]), (
        say("需要当日有效的{paper}", paper=_term(paper)) if paper else say("不要求"))  # fmt: skip
    strict = slot["cut_off"] or slot["adults_only"]
    yield say("成年"), bool(grid.of_age[v, s]), (
        say("断路地点或危险任务不安排未成年人") if strict else say("不要求"))  # fmt: skip
    minutes, most = int(grid.minutes[v, s]), grid.problem.reach_minutes
    yield say("路途"), bool(grid.reached[v, s]), (
        say("没有可走的路") if minutes >= NO_WAY
        else say("单程 {minutes} 分钟，上限 {most} 分钟", minutes=minutes, most=most))  # fmt: skip
    yield say("班次"), bool(grid.offered[v, s]), say("须报名该日该班次，且未请假")


def _time(
    view: RosterView, built: Built, grid: Grid, v: int, slot: Row
) -> Iterator[tuple[Text, bool, Text]]:
    """Rules of the roster as it stands: other orders, rest, hours, company."""
    who = grid.problem.volunteers.row(v, named=True)
    mine = view.orders.filter(
        (pl.col("volunteer") == who["volunteer"]) & (pl.col("task") != slot["task"])
    )
    day_on = built.times.day(slot["day"])
    begins, ends = (f(day_on, slot["shift"]) for f in (built.times.begins, built.times.ends))
    busy = mine.filter((pl.col("begins_at") < ends) & (pl.col("ends_at") > begins))
    yield say("同一时间"), busy.is_empty(), say("同一时间已有 {n} 项派遣", n=busy.height)
    rest = who["rest_hours"] * 3_600_000_000
    near = mine.filter((pl.col("begins_at") < ends + rest) & (pl.col("ends_at") > begins - rest))
    yield (
        say("休息"),
        near.height == busy.height,
        say("班次之间至少休息 {hours} 小时", hours=who["rest_hours"]),
    )
    hours = int(mine.filter(pl.col("day_on") == day_on)["hours"].sum()) + slot["hours"]
    yield say("工时"), hours <= who["hours_day"], say("当日将有 {hours} 小时，上限 {most} 小时", hours=hours,
                                                      most=who["hours_day"])  # fmt: skip
    if slot["cut_off"]:
        others = view.going.filter(
            (pl.col("place") == view.tasks.filter(pl.col("id") == slot["task"])["place"][0])
            & (pl.col("begins_at") == begins) & (pl.col("volunteer") != who["volunteer"])
        ).height  # fmt: skip
        yield say("断路村不单人"), others > 0, say("同一班次另有 {n} 人在该地", n=others)
