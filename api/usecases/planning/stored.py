"""The plan in force as the optimiser's problem and solution, from what is stored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import polars as pl

from api.usecases.context import Context
from api.usecases.planning.basis import Facts, unpack
from api.usecases.planning.snapshot import Snapshot, still_here
from graphcore.domain.plan import GoalResult, Outcome
from graphcore.domain.supply import LineState
from graphcore.domain.tables import LEFT_OUT, LINES, NEEDS, SHORTFALLS, conform
from graphcore.store.port import ReadUnit
from optimizer.problem import Problem, Solution

COUNTED = (LineState.FIRM.value, LineState.ACCEPTED.value)
OPEN = (*COUNTED, LineState.REQUEST.value)
REFUSED = LineState.REFUSED.value


@dataclass(frozen=True)
class Stored:
    """The plan in force as it is stored."""

    plan: dict[str, Any]
    lines: pl.DataFrame  # LINES that have not left yet
    shortfalls: pl.DataFrame  # SHORTFALLS
    left_out: pl.DataFrame  # LEFT_OUT
    payload: str  # packed facts, "" if none were kept

    @property
    def goals(self) -> tuple[GoalResult, ...]:
        """The goals as the plan stated them."""
        told = json.loads(self.plan["goals"])
        return tuple(GoalResult(**(g | {"outcome": Outcome(g["outcome"])})) for g in told)


def stored(ctx: Context, plan: str) -> Stored:
    """Copy out a plan."""
    return ctx.store.read(lambda unit: _read(unit, plan))


def _read(unit: ReadUnit, plan: str) -> Stored:
    basis = unit.rows("replan.basis", plan=plan)
    lines = unit.table("planning.lines", LINES, plan=plan)
    return Stored(
        plan=unit.nodes("Plan", [plan]).row(0, named=True),
        lines=still_here(unit, plan, lines.filter(pl.col("state").is_in([*OPEN, REFUSED]))),
        shortfalls=unit.table("planning.shortfalls", SHORTFALLS, plan=plan),
        left_out=unit.table("planning.left_out", LEFT_OUT, plan=plan),
        payload=str(basis[0]["payload"]) if basis else "",
    )


def owed(kept: Stored, snapshot: Snapshot, today: pl.DataFrame) -> pl.DataFrame:
    """Return NEEDS as the plan knew them: what its lines and shortfalls add up to.

    Rank and place come from the needs' nodes, which hold what was last computed; the groups, which
    only donors' wishes look at, from today's needs.
    """
    key = ["need", "day"]
    lines = kept.lines.filter(pl.col("state").is_in(COUNTED)).select(
        "need", "subject", pl.col("due_day").alias("day"), "point", "township",
        item="need_item", quantity="covers",
    )  # fmt: skip
    short = kept.shortfalls.select(lines.columns)
    place = ("subject", "point", "township", "item")
    total = pl.concat([lines, short]).group_by(key).agg(
        *(pl.col(c).first() for c in place), pl.col("quantity").sum()
    )  # fmt: skip
    rank = snapshot.needs.select(
        pl.col("id").alias("need"), "basic", "daily", "survival", "tier", "weight"
    )
    groups = today.select("need", "groups", "anonymous").unique(subset="need")
    full = total.join(rank, on="need").join(groups, on="need", how="left").with_columns(
        pl.col("groups").fill_null(pl.lit([], dtype=pl.List(pl.String()))),
        pl.col("anonymous").fill_null(value=False),
    )  # fmt: skip
    return conform(full, NEEDS).sort(key)


def since(was: Facts, out: pl.DataFrame, plan: str) -> Facts:
    """Return a plan's facts less the goods that have left under it: that is no change.

    ``out`` is what has left under any plan: `planning.settled.OUT`.
    """
    gone = out.filter(pl.col("plan") == plan).group_by("lot").agg(
        pl.col("quantity").sum().alias("gone")
    )  # fmt: skip
    told = {**was}
    for name, key, column in (("lots", "lot", "quantity"), ("stock", "id", "on_hand")):
        left = (pl.col(column) - pl.col("gone").fill_null(0)).clip(lower_bound=0)
        table = was[name].join(gone, left_on=key, right_on="lot", how="left", maintain_order="left")
        told[name] = table.with_columns(left.alias(column)).drop("gone")
    return told


def problem(kept: Stored, was: Facts, needs: pl.DataFrame) -> Problem:
    """Return the problem that the stored plan answers, as far as its lines have not left."""
    granted = kept.lines.filter(pl.col("state") == LineState.ACCEPTED.value)
    return Problem(
        needs=needs, lots=was["lots"], items=was["items"], access=was["access"],
        fleet=was["fleet"], days=int(kept.plan["days"]), pinned=granted, swaps=was["swaps"],
        markets=was["markets"], floors=was["floors"],
    )  # fmt: skip


def solution(kept: Stored) -> Solution:
    """Return the stored plan as the optimiser's result; refused requests are no lines."""
    lines = kept.lines.filter(pl.col("state").is_in(OPEN))
    return Solution(kept.lines.clear() if lines.is_empty() else lines, kept.shortfalls,
                    kept.left_out, kept.goals, bool(kept.plan["by_clock"]))  # fmt: skip


__all__ = ["Stored", "owed", "problem", "solution", "stored", "unpack"]
