"""Tasks: no more people than wanted, enough to start, nobody alone in a cut-off place, equipment."""

from __future__ import annotations

import polars as pl

from graphcore.domain.text import say
from optimizer.rules.case import Violation
from optimizer.volunteers.rules.case import Case, found

SAFE = 2


def unique(case: Case) -> list[Violation]:
    """No line and no person appears twice in a task."""
    lines = case.lines
    twice = lines.filter(
        lines["line"].is_duplicated() | lines.select("volunteer", "task").is_duplicated()
    )
    return found("unique", twice["line"], say("同一人在同一任务中出现两次。"))


def room(case: Case) -> list[Violation]:
    """No slot has more people than it wants, claims included."""
    people = case.lines.group_by("slot").agg(pl.len().alias("people"), pl.col("count").first())
    bad = people.filter(pl.col("people") > pl.col("count"))
    return found("room", bad["slot"], say("岗位人数超过需要。"))


def least(case: Case) -> list[Violation]:
    """A task that anyone goes to has the least people of each slot."""
    people = case.going.group_by("slot").agg(pl.len().alias("people"))
    slots = case.problem.slots.join(case.started, on="task", how="semi")
    table = slots.join(people, on="slot", how="left")
    bad = table.filter(pl.col("people").fill_null(0) < pl.col("least"))
    return found("least", bad["slot"], say("任务已安排出发，但该岗位未达最少人数。"))


def crew(case: Case) -> list[Violation]:
    """A task that anyone goes to has its least crew."""
    people = case.going.group_by("task").agg(pl.len().alias("people"))
    bad = case.started.join(people, on="task").filter(pl.col("people") < pl.col("min_crew"))
    return found("crew", bad["task"], say("任务已安排出发，但总人数未达最少人数。"))


def not_alone(case: Case) -> list[Violation]:
    """In a cut-off place, on each day and shift, nobody is alone."""
    there = case.going.filter(pl.col("cut_off")).group_by("place", "day", "shift")
    few = there.agg(pl.col("volunteer").n_unique().alias("people"), pl.col("task").min())
    bad = few.filter(pl.col("people") < SAFE)
    return found("safety", bad["task"], say("断路村同一班次只有一人，至少要两人。"))


def waiting(case: Case) -> list[Violation]:
    """Only claims wait, and only where nobody goes."""
    wait = case.lines.filter(pl.col("state") != "go")
    fresh = case.fresh.filter(pl.col("state") != "go")["line"]
    mixed = wait.join(case.started, on="task", how="semi")["line"]
    odd = wait.filter(pl.col("state") != "waiting")["line"]
    return found("waiting", [*fresh, *mixed, *odd], say("行的状态与任务是否出发不符。"))


def kept(case: Case) -> list[Violation]:
    """Every claim is in the plan, marked as one; nothing else is."""
    marked = case.plan.crew.filter(pl.col("claim")).select("volunteer", "slot")
    claims = case.problem.claims
    lost = claims.join(marked, on=["volunteer", "slot"], how="anti")
    made = marked.join(claims, on=["volunteer", "slot"], how="anti")
    refs = [*lost["slot"], *made["slot"]]
    return found("claim", refs, say("已认领的岗位被改动。"))


def equipped(case: Case) -> list[Violation]:
    """A task that anyone goes to has one piece of its kind, and no other task has a piece."""
    pieces = case.plan.gear.join(case.problem.equipment, on="equipment", how="left")
    right = pieces.join(case.started, left_on=["task", "kind"], right_on=["task", "equipment"])
    counts = right.group_by("task").agg(pl.len().alias("pieces"))
    wanted = case.started.filter(pl.col("equipment") != "").join(counts, on="task", how="left")
    lacking = wanted.filter(pl.col("pieces").fill_null(0) != 1)["task"]
    idle = pieces.join(right.select("task", "equipment"), on=["task", "equipment"], how="anti")
    return found("equipment", [*lacking, *idle["task"]], say("任务所需设备与安排不符。"))


def piece_free(case: Case) -> list[Violation]:
    """No piece of equipment is in two tasks at one time; a way leads to each."""
    shifts = case.problem.shifts.rename({"hours": "shift_hours"})
    tasks = case.problem.tasks.drop("equipment", "hours").join(shifts, on="shift")
    used = case.plan.gear.join(tasks, on="task").with_columns(
        begin=pl.col("day") * 24 + pl.col("start")
    )
    used = used.with_columns(end=pl.col("begin") + pl.col("shift_hours")).sort("equipment", "begin")
    past = pl.col("end").cum_max().shift(1).over("equipment")
    double = used.filter(pl.col("begin") < past)["equipment"]
    from_place = case.problem.equipment.select("equipment", pl.col("place").alias("start_place"))
    ways = case.problem.travel.select(pl.col("start").alias("start_place"), "place")
    moved = used.join(from_place, on="equipment").filter(pl.col("start_place") != pl.col("place"))
    lost = moved.join(ways, on=["start_place", "place"], how="anti")["equipment"]
    return found("piece", [*double, *lost], say("设备同一时间用于两处，或无路可达。"))


def operated(case: Case) -> list[Violation]:
    """Each piece has somebody in the crew who can work it."""
    want = case.plan.gear.join(
        case.problem.equipment.select("equipment", "skill", "level"), on="equipment"
    ).filter(pl.col("skill") != "")
    crews = case.going.select("task", "volunteer").join(
        case.problem.skills.rename({"level": "has"}), on="volunteer"
    )
    able = want.join(crews, on=["task", "skill"]).filter(pl.col("has") >= pl.col("level"))
    bad = want.join(able, on=["equipment", "task"], how="anti")
    return found("operator", bad["task"], say("没有能操作该设备的人员随行。"))
