"""What a household gets, from wherever it is told: recorded aid, approved cases, the plan's promise."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from graphcore.casework.audits.account import role
from graphcore.casework.audits.tables import AID
from graphcore.casework.cases import CaseState
from graphcore.domain.audit import Role
from graphcore.domain.tables import conform
from graphcore.policy.rulebook import Rulebook

GRANTED = (CaseState.APPROVED.value, CaseState.OFFERED.value, CaseState.CLOSED.value)
"""States of a case that a named person has agreed to."""

_KEPT = (Role.PLANNED.value, Role.RECEIVED.value)


def recorded(aid: pl.DataFrame) -> pl.DataFrame:
    """Return AID of Aid nodes."""
    return conform(aid.with_columns(pl.lit("Aid").alias("label")), AID)


def granted(cases: pl.DataFrame, rulebook: Rulebook) -> pl.DataFrame:
    """Return AID of the cases that were approved: each meets the basic need of its programme."""
    meets = {c: p.basic.value for c, p in rulebook.programmes.items() if p.basic}
    mine = cases.filter(pl.col("state").is_in(GRANTED) & pl.col("benefit").is_in(list(meets)))
    return conform(mine.with_columns(
        pl.lit("AidCase").alias("label"), pl.col("benefit").alias("programme"),
        pl.col("benefit").replace_strict(meets, return_dtype=pl.String()).alias("basic"),
    ), AID)  # fmt: skip


def promised(stages: pl.DataFrame, first: date, days: int) -> pl.DataFrame:
    """Return AID of what a plan promises: household, need, stage, basic, state of each line."""
    last = first + timedelta(days=days - 1)
    kept = stages.filter(role(pl.col("state")).is_in(_KEPT))
    needs = kept.group_by("household", "stage", "basic").agg(
        pl.col("need").sort().first().alias("id")
    )
    return conform(needs.with_columns(
        pl.lit("Need").alias("label"), pl.col("stage").alias("programme"),
        pl.lit(first.isoformat()).alias("first_on"), pl.lit(last.isoformat()).alias("last_on"),
    ), AID)  # fmt: skip
