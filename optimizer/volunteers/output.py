"""The plan's tables, from named people and pieces."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.tables import conform, frame
from optimizer.volunteers.eligibility import NO_WAY, Grid, ways
from optimizer.volunteers.naming import Named
from optimizer.volunteers.tables import CREW, GEAR

Ints = npt.NDArray[np.int64]
Lines = list[tuple[int, int]]


def longest_load(grid: Grid, lines: Lines) -> int:
    """Return the most hours of one person over the plan, claims included."""
    load = grid.claimed_hours.sum(axis=1)
    hours = grid.slots["hours"].to_numpy()
    for v, s in lines:
        load[v] += hours[s]
    return int(load.max(initial=0))


def crew(grid: Grid, named: Named, starts: Ints) -> pl.DataFrame:
    """Return CREW: the claims as they were, and the fresh lines."""
    claims = list(zip(grid.claim_rows.tolist(), grid.claim_slots.tolist(), strict=True))
    rows = [(v, s, True) for v, s in claims] + [(v, s, False) for v, s in named.lines]
    table = pl.DataFrame(
        rows, schema={"v": pl.Int64, "s": pl.Int64, "claim": pl.Boolean}, orient="row"
    ).sort("s", "v")
    v, s = table["v"].to_numpy(), table["s"].to_numpy()
    going = starts[grid.slots["task_row"].to_numpy()[s]] > 0
    minutes = np.where(grid.minutes[v, s] < NO_WAY, grid.minutes[v, s], 0)
    people = grid.problem.volunteers.select("volunteer").join(
        grid.problem.teams, on="volunteer", how="left", maintain_order="left"
    )
    made = pl.concat(
        [
            grid.slots.select("slot", "task", "place", "day", "shift", "hours")[s],
            people.with_columns(pl.col("team").fill_null(""))[v],
            table.select("claim"),
        ],
        how="horizontal",
    ).with_columns(
        minutes=pl.Series(minutes),
        state=pl.Series(np.where(going, "go", "waiting"), dtype=pl.String),
        line=pl.concat_str(pl.lit("VA-"), "slot", pl.lit("-"), "volunteer"),
    )
    return conform(made, CREW)


def gear(grid: Grid, named: Named) -> pl.DataFrame:
    """Return GEAR."""
    problem = grid.problem
    starts, ends = problem.equipment["place"].unique(), problem.tasks["place"].unique()
    table = ways(problem.travel, starts, ends)
    start = {p: k for k, p in enumerate(starts.to_list())}
    end = {p: k for k, p in enumerate(ends.to_list())}
    rows: list[dict[str, object]] = []
    for piece, task in named.pieces:
        minutes = table[start[problem.equipment["place"][piece]], end[problem.tasks["place"][task]]]
        rows.append({"equipment": problem.equipment["equipment"][piece],
                     "task": problem.tasks["task"][task], "minutes": int(minutes)})  # fmt: skip
    return frame(GEAR, rows).sort("task", "equipment")


def points(grid: Grid, named: Named, starts: Ints) -> int:
    """Return goal 4 as the plan has it: a solve cut short may have counted too few speakers."""
    slots = grid.slots["task_row"].to_numpy()
    claims = list(zip(grid.claim_rows.tolist(), grid.claim_slots.tolist(), strict=True))
    spoken = {
        int(slots[s]) for v, s in [*claims, *named.lines]
        if starts[slots[s]] > 0 and grid.speaks[v, s]
    }  # fmt: skip
    liked = sum(int(grid.points[v, s]) for v, s in named.lines)
    return liked + grid.problem.language_points * len(spoken)
