"""Why a slot stays open: found by counting who could fill it on the finished plan, not by duals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.event import Json, canonical_json
from graphcore.domain.tables import frame
from optimizer.volunteers.classes import Classes
from optimizer.volunteers.eligibility import Grid
from optimizer.volunteers.model import SAFE
from optimizer.volunteers.tables import OPEN

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Finished:
    """The finished plan as arrays."""

    grid: Grid
    crew: pl.DataFrame
    gear: pl.DataFrame

    @cached_property
    def people(self) -> Ints:
        return self.grid.row_of(self.crew["volunteer"])

    @cached_property
    def tasks(self) -> Ints:
        rows = {t: k for k, t in enumerate(self.grid.problem.tasks["task"].to_list())}
        return np.array([rows[t] for t in self.crew["task"]], dtype=np.int64)

    @cached_property
    def in_team(self) -> Bools:
        found = np.zeros(self.grid.people, dtype=np.bool_)
        found[self.grid.row_of(self.grid.problem.teams["volunteer"])] = True
        return found

    @cached_property
    def going(self) -> dict[str, int]:
        """People by slot who go."""
        here = self.crew.filter(pl.col("state") == "go")
        return dict(here.group_by("slot").agg(pl.len()).iter_rows())

    @cached_property
    def started(self) -> set[str]:
        return set(self.crew.filter(pl.col("state") == "go")["task"])

    @cached_property
    def hours(self) -> Ints:
        """V x days."""
        table = np.zeros((self.grid.people, self.grid.problem.days), dtype=np.int64)
        np.add.at(table, (self.people, self.crew["day"].to_numpy()), self.crew["hours"].to_numpy())
        return table

    def busy(self, task: int, *, rest: bool) -> Bools:
        """V: has another task at the task's time, or (``rest``) too close to it."""
        times = Classes(self.grid).times
        asked = self.grid.problem.volunteers["rest_hours"].to_numpy()[self.people]
        gap = asked if rest else np.zeros_like(asked)
        other = self.tasks != task
        clash = (times.begin[self.tasks] < times.end[task] + gap) & (
            times.begin[task] < times.end[self.tasks] + gap
        )
        found = np.zeros(self.grid.people, dtype=np.bool_)
        found[self.people[other & clash]] = True
        return found

    def here(self, task: int) -> Bools:
        """V: is in the task's crew already."""
        found = np.zeros(self.grid.people, dtype=np.bool_)
        found[self.people[self.tasks == task]] = True
        return found


def openings(grid: Grid, crew: pl.DataFrame, gear: pl.DataFrame) -> pl.DataFrame:
    """Return OPEN: each slot that wants more people, with what binds it."""
    plan = _Finished(grid, crew, gear)
    rows = []
    for row, (slot, task, count) in enumerate(
        grid.slots.select("slot", "task", "count").iter_rows()
    ):
        missing = count - plan.going.get(slot, 0)
        if missing:
            reason, detail = _why(plan, row, count)
            rows.append({"slot": slot, "task": task, "count": missing,
                         "starts": task in plan.started, "reason": reason,
                         "detail": canonical_json(detail)})  # fmt: skip
    return frame(OPEN, rows).sort("slot")


def _why(plan: _Finished, row: int, count: int) -> tuple[str, dict[str, Json]]:
    """Return the first rule that leaves fewer people than the slot wants, with the figures."""
    slot = plan.grid.slots.row(row, named=True)
    facts: dict[str, Json] = {
        key: slot[key] for key in ("skill", "level", "certificate", "shift", "day")
    }
    facts |= {"wanted": count, "going": plan.going.get(slot["slot"], 0)}
    left = np.ones(plan.grid.people, dtype=np.bool_)
    for reason, fits in _funnel(plan, row, slot):
        before, left = int(left.sum()), left & fits
        if left.sum() < count:
            return reason, facts | {"before": before, "left": int(left.sum())}
    return _start(plan, slot), facts | {"before": int(left.sum()), "left": int(left.sum())}


def _funnel(plan: _Finished, row: int, slot: dict[str, Json]) -> list[tuple[str, Bools]]:
    """Return the rules in the order in which people are counted out."""
    grid, task = plan.grid, int(str(slot["task_row"]))
    here = plan.here(task)
    hours = plan.hours[:, int(str(slot["day"]))] + int(str(slot["hours"]))
    room = hours <= grid.problem.volunteers["hours_day"].to_numpy()
    return [
        ("nobody", np.ones(grid.people, dtype=np.bool_)),
        ("skill", grid.skilled[:, row]),
        ("certificate", grid.certified[:, row]),
        ("minor", grid.of_age[:, row]),
        ("travel", grid.reached[:, row]),
        ("shift", grid.offered[:, row]),
        ("busy", here | ~plan.busy(task, rest=False)),
        ("rest", here | ~plan.busy(task, rest=True)),
        ("hours", here | room),
        ("elsewhere", ~here | _holds(plan, row)),
        ("team", here | ~plan.in_team),
    ]


def _holds(plan: _Finished, row: int) -> Bools:
    """V: is in this very slot."""
    found = np.zeros(plan.grid.people, dtype=np.bool_)
    found[plan.people[(plan.crew["slot"] == plan.grid.slots["slot"][row]).to_numpy()]] = True
    return found


def _start(plan: _Finished, slot: dict[str, Json]) -> str:
    """Return why a task does not start although this slot could be filled."""
    problem = plan.grid.problem
    if slot["task"] in plan.started:
        return "limit"
    if slot["equipment"]:
        kinds = problem.equipment.filter(pl.col("kind") == slot["equipment"])
        used = plan.gear.join(kinds, on="equipment").join(problem.tasks, on="task")
        same = used.filter((pl.col("day") == slot["day"]) & (pl.col("shift") == slot["shift"]))
        if same["equipment"].n_unique() >= kinds.height:
            return "equipment"
    if slot["cut_off"] and int(str(slot["min_crew"])) < SAFE and _alone(plan, slot):
        return "safety"
    return "crew"


def _alone(plan: _Finished, slot: dict[str, Json]) -> bool:
    """Whether fewer than two people could come for all slots of the task."""
    rows = np.flatnonzero((plan.grid.slots["task"] == slot["task"]).to_numpy())
    able = plan.grid.eligible[:, rows].any(axis=1) & ~plan.busy(
        int(str(slot["task_row"])), rest=True
    )
    return bool(able.sum() < SAFE)
