"""Who may do what: known, skilled, certified that day, of age, offered, near enough."""

from __future__ import annotations

import polars as pl

from graphcore.domain.text import say
from optimizer.rules.case import Violation
from optimizer.volunteers.rules.case import Case, found


def known(case: Case) -> list[Violation]:
    """Every line names a volunteer and a slot of the problem, and says of them what is so."""
    lines, same = case.lines, pl.lit(value=True)
    for name in ("team", "task", "place", "day", "shift", "hours"):
        same &= pl.col(name).eq_missing(pl.col(f"{name}_said"))
    bad = lines.filter(pl.col("home").is_null() | ~same)
    return found("known", bad["line"], say("该行的人员、岗位与任务不相符。"))


def skill(case: Case) -> list[Violation]:
    """A slot's skill is there at its level or above."""
    best = case.problem.skills.group_by("volunteer", "skill").agg(
        pl.col("level").max().alias("has")
    )
    table = case.fresh.join(best, on=["volunteer", "skill"], how="left")
    bad = table.filter((pl.col("skill") != "") & (pl.col("has").fill_null(0) < pl.col("level")))
    return found("skill", bad["line"], say("没有岗位要求的技能或级别不够。"))


def certificate(case: Case) -> list[Violation]:
    """A slot's certificate is valid on the day of the task."""
    last = case.problem.certificates.group_by("volunteer", "certificate").agg(
        pl.col("valid_until").max()
    )
    table = case.fresh.join(last, on=["volunteer", "certificate"], how="left")
    expired = pl.col("valid_until").fill_null(-1) < pl.col("day")
    bad = table.filter((pl.col("certificate") != "") & expired)
    return found("certificate", bad["line"], say("没有岗位要求的证书，或当日已失效。"))


def of_age(case: Case) -> list[Violation]:
    """A minor goes neither to adults-only tasks nor to cut-off places."""
    bad = case.fresh.filter(~pl.col("adult") & (pl.col("adults_only") | pl.col("cut_off")))
    return found("minor", bad["line"], say("未成年人不得参加该任务。"))


def offered(case: Case) -> list[Violation]:
    """People come only when they offered to."""
    bad = case.fresh.join(case.problem.available, on=["volunteer", "day", "shift"], how="anti")
    return found("shift", bad["line"], say("本人未报名该班次。"))


def near(case: Case) -> list[Violation]:
    """The way exists, is no longer than allowed, and is as long as the line says."""
    most = case.problem.reach_minutes
    far = pl.col("way").is_null() | (pl.col("way") > most)
    bad = case.trips.filter(far | (pl.col("way") != pl.col("minutes_said")))
    return found("travel", bad["line"], say("无路可达，或单程超过 {most} 分钟。", most=most))
