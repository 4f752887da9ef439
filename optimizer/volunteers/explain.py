"""Why somebody goes where they go, and why a slot stays open: in words, from stored facts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from graphcore.domain.text import Text, say

Names = Callable[[str], str | Text]
"""Gives the word that people use for a skill, certificate or place; the caller knows them."""


def explain_open(row: Mapping[str, object], names: Names = str) -> Text:
    """Return why a row of OPEN stays open and what would help, in a sentence."""
    starts = say("任务照常进行") if row["starts"] else say("任务尚不能开始")
    return say("还缺 {count} 人，{starts}：{why}", count=row["count"], starts=starts,
               why=open_why(row, names))  # fmt: skip


def open_why(row: Mapping[str, object], names: Names = str) -> Text:
    """Return what binds a row of OPEN."""
    facts = json.loads(str(row["detail"]) or "{}")
    wanted, left, before = facts.get("wanted", 0), facts.get("left", 0), facts.get("before", 0)
    skill, paper = names(str(facts.get("skill", ""))), names(str(facts.get("certificate", "")))
    texts = {
        "nobody": say("需要 {wanted} 人，报名的总共只有 {left} 人。请扩大招募。", wanted=wanted, left=left),
        "skill": say("需要 {wanted} 人，具备“{skill}”{level} 级以上的只有 {left} 人。请向专业队伍求援。",
                     wanted=wanted, skill=skill, level=facts.get("level", 1), left=left),
        "certificate": say("具备技能的 {before} 人中，“{paper}”证书当日有效的只有 {left} 人。请核验或补办证书。",
                           before=before, paper=paper, left=left),
        "minor": say("合格的 {before} 人中，成年人只有 {left} 人，该任务不安排未成年人。", before=before, left=left),
        "travel": say("合格的 {before} 人中，单程时间允许到达的只有 {left} 人。安排接送或就近招募可缓解。",
                      before=before, left=left),
        "shift": say("能到达的 {before} 人中，报名该班次的只有 {left} 人。请征询能否加报该班次。",
                     before=before, left=left),
        "busy": say("报名该班次的 {before} 人中，{busy} 人同一时间已有其他任务，余 {left} 人。增加人手可缓解。",
                    before=before, busy=before - left, left=left),
        "rest": say("未排其他任务的 {before} 人中，{tired} 人须休息（含该班次前后），余 {left} 人。",
                    before=before, tired=before - left, left=left),
        "hours": say("{before} 人有空，其中 {full} 人当日工时已满，余 {left} 人。", before=before,
                     full=before - left, left=left),
        "elsewhere": say("合格的人已在同一任务的其他岗位，余 {left} 人。增加人手可缓解。", left=left),
        "team": say("有空的 {before} 人中，{members} 人随团队行动、不能拆开，余 {left} 人。", before=before,
                    members=before - left, left=left),
        "equipment": say("所需设备同一班次已全部派出或没有，任务不能开始。调入设备可缓解。"),
        "safety": say("断路村不安排单人前往，能来的不足两人。再有一人报名即可安排。"),
        "crew": say("本岗位有人可派，但任务的其他岗位、最少人数、设备操作员或能到达的设备不齐，任务不能开始。"),
        "limit": say("求解达到给定的限度，此空缺未必是最优结果。可放宽限度后重排。"),
    }  # fmt: skip
    return texts.get(str(row["reason"]), say("原因代码 {code}。", code=row["reason"]))


def explain_line(row: Mapping[str, object]) -> Text:
    """Return why a row of CREW is as it is, from its own columns."""
    when = say("第 {day} 天，工时 {hours} 小时，单程 {minutes} 分钟。", day=int(str(row["day"])) + 1,
               hours=row["hours"], minutes=row["minutes"])  # fmt: skip
    if row["state"] == "waiting":
        return say("{when}本人已认领，保留不变；任务的其他人员或设备未齐，暂不出发。", when=when)
    if row["claim"]:
        return say("{when}本人已认领，保留不变。", when=when)
    if row["team"]:
        return say("{when}随团队一起行动。", when=when)
    return say("{when}在条件相同的人中按工时少者优先、随机编号次之选定。", when=when)
