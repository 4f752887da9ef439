"""Rosters in force: nobody twice, nobody alone where no road leads, every certificate valid."""

from __future__ import annotations

import json
from collections.abc import Iterator

import polars as pl

from api.usecases.audits.finding import Evidence, Finding, name_some
from api.usecases.context import Context
from api.usecases.roster.rebuild import rebuild, stored
from graphcore.domain.errors import DoudiError
from graphcore.domain.forces import Progress, RosterState
from graphcore.domain.text import say
from optimizer.volunteers.check import check

_OUT = [Progress.DECLINED.value, Progress.MISSED.value]


def in_force(e: Evidence) -> pl.DataFrame:
    """Return the approved rosters of the district."""
    return e["Roster"].filter(
        (pl.col("district") == e.district) & (pl.col("state") == RosterState.APPROVED.value)
    )


def going(e: Evidence) -> pl.DataFrame:
    """Return orders in force of people who set out and have not said no."""
    return e["Assignment"].filter(
        pl.col("roster").is_in(in_force(e)["id"].implode())
        & (pl.col("state") == "go")
        & ~pl.col("progress").is_in(_OUT)
    )


def one_in_force(e: Evidence) -> list[Finding]:
    """A district has one approved roster at most."""
    found = in_force(e)
    text = say("同时有 {n} 份排班生效。", n=found.height)
    return name_some("roster.one_in_force", found, "id", text) if found.height > 1 else []


def nobody_twice(e: Evidence) -> list[Finding]:
    """No volunteer is ordered to two tasks at once."""
    rows = going(e).sort("volunteer", "begins_at", "id")
    past = pl.col("ends_at").cum_max().shift(1).over("volunteer")
    double = rows.filter(pl.col("begins_at") < past)
    return name_some("roster.twice", double, "id", say("同一名志愿者同一时间有两项派遣。"))


def nobody_alone(e: Evidence) -> list[Finding]:
    """In a cut-off place nobody works alone."""
    here = going(e).filter(pl.col("cut_off").fill_null(value=False))
    key = ["place", "begins_at"]
    many = here.group_by(key).agg(pl.col("volunteer").n_unique().alias("people"))
    alone = here.join(many.filter(pl.col("people") < 2), on=key)  # noqa: PLR2004 -- a pair
    return name_some("roster.alone", alone, "id", say("断路地点同一班次只有一人。"))


def able(e: Evidence) -> list[Finding]:
    """Who was ordered has the skill at its level, and the certificate valid on the day.

    A promise that somebody made beforehand stands as it was made.
    """
    slots = e["Slot"].select(pl.col("id").alias("slot"), "skill", "level", "certificate")
    people = e["Volunteer"].select(pl.col("id").alias("volunteer"), "skills", "certificates")
    rows = (
        going(e).filter(~pl.col("claim").fill_null(value=False))
        .join(slots, on="slot", how="left").join(people, on="volunteer", how="left")
        .sort("id")
    )  # fmt: skip
    text = say("派遣的人没有岗位所需的技能，或证书在任务当日无效。")
    return [
        Finding("roster.able", r["id"], text) for r in rows.iter_rows(named=True) if not _fits(r)
    ]


def _fits(row: dict[str, object]) -> bool:
    skills = _values(row["skills"])
    papers = _values(row["certificates"])
    skill, paper = str(row["skill"] or ""), str(row["certificate"] or "")
    skilled = not skill or int(skills.get(skill, "0")) >= int(str(row["level"] or 1))
    return skilled and (not paper or papers.get(paper, "") >= str(row["day_on"]))


def _values(texts: object) -> dict[str, str]:
    """Return name → highest value of a list of ``name=value``."""
    found: dict[str, str] = {}
    for text in texts if isinstance(texts, list) else []:
        name, _, value = str(text).rpartition("=")
        found[name] = max(value, found.get(name, ""))
    return found


def signed_and_told(e: Evidence) -> list[Finding]:
    """Approvals are events of a named person, and so is each step of an order's progress."""
    told = [json.loads(x.canonical) for x in e.events]
    signed = {(x["body"]["roster"], x["actor"]) for x in told if x["type"] == "roster.approved"}
    last = {x["body"]["order"]: x["body"]["to"] for x in told if x["type"] == "order.progress"}
    text = say("没有具名人员的批准或登记记录。")
    unsigned = [r for r, who in in_force(e).select("id", "approved_by").iter_rows()
                if not who or (r, who) not in signed]  # fmt: skip
    steps = e["Assignment"].select("id", "progress").iter_rows()
    silent = [i for i, p in steps if p != last.get(i, Progress.PLANNED.value)]
    return [Finding("roster.signed", ref, text) for ref in [*unsigned, *sorted(silent)]]


def as_made(e: Evidence) -> list[Finding]:
    """Every row has its roster, and rosters have the rows that the event of their making told."""
    rosters = e["Roster"]["id"].implode()
    found = []
    for label in ("Assignment", "GearOrder", "Opening"):
        loose = e[label].filter(~pl.col("roster").is_in(rosters))
        found += name_some("roster.rows", loose, "id", say("该行不属于任何排班。"))
    told = {b["roster"]: b["orders"] for b in (
        json.loads(x.canonical)["body"] for x in e.events if x.type == "roster.made")}  # fmt: skip
    rows = dict(e["Assignment"].group_by("roster").len().iter_rows())
    wrong = [r for r in e["Roster"]["id"].to_list() if told.get(r) != rows.get(r, 0)]
    text = say("排班的行数与审计链中的记录不符。")
    return [*found, *(Finding("roster.events", r, text) for r in wrong)]


def keeps_every_rule(ctx: Context, e: Evidence) -> Iterator[Finding]:
    """Judge the roster in force again by every rule, if the data are still those it was made from."""
    for row in in_force(e).iter_rows(named=True):
        try:
            built = rebuild(ctx, row)
        except DoudiError as error:
            yield Finding("roster.rules", row["id"], error.what)
            return
        if built.digest == row["problem"]:
            for broken in check(built.problem, stored(e.nodes, row, built)):
                yield Finding(f"roster.rules.{broken.rule}", broken.ref, broken.what)
