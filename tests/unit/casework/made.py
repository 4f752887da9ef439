"""Subjects and assessments for tests: one line a household, everything else at its calmest."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from graphcore.casework.entitlement import Assessment, TraceStep, assess, trace
from graphcore.domain.household import Stage
from graphcore.domain.tables import FACTS, SUBJECTS, frame
from graphcore.policy.rulebook import Rulebook, load

SUMMER, WINTER = date(2026, 7, 1), date(2026, 12, 1)
RULES = load()
Units = dict[tuple[str, int], int]


def subject(**said: Any) -> dict[str, Any]:
    """One SUBJECTS row: three persons, safe at home in a village hardly hit, unless told."""
    row: dict[str, Any] = {
        "subject": "H-1", "anonymous": False, "village": "990101100201",
        "township": "990101100", "point": "990101100201", "point_kind": "village",
        "state": "safe", "persons": 3, "households": 1, "infants": 0, "children": 0, "elders": 0,
        "roofless": 0, "damage": "none", "relocated": False, "cut_off": False, "intensity": 10, "groups": [],
    }  # fmt: skip
    assert set(said) <= set(row), set(said) - set(row)
    made = row | said
    if made["damage"] in ("collapsed", "severe"):
        made["roofless"] = said.get("roofless", made["persons"])
    return made


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    """SUBJECTS of the rows."""
    return frame(SUBJECTS, list(rows))


def facts(*known: tuple[str, str, str]) -> pl.DataFrame:
    """FACTS of (subject, person, fact)."""
    return pl.DataFrame(list(known), schema=dict(FACTS), orient="row")


def owed(
    *rows: dict[str, Any],
    known: pl.DataFrame | None = None,
    rules: Rulebook = RULES,
    hazard: str = "flood",
    stage: Stage = Stage.EMERGENCY,
    on: date = SUMMER,
    days: int = 1,
    now: int = 0,
) -> Assessment:
    """What the rows are owed."""
    return assess(
        table(*rows), facts() if known is None else known, rulebook=rules, hazard=hazard,
        stage=stage, first_on=on, days=days, disaster="X-1", now=now,
    )  # fmt: skip


def traced(
    row: dict[str, Any],
    known: pl.DataFrame,
    *,
    rules: Rulebook = RULES,
    stage: Stage = Stage.EMERGENCY,
    on: date = SUMMER,
    days: int = 1,
) -> tuple[TraceStep, ...]:
    """How one row's needs came about."""
    return trace(
        table(row), known, rulebook=rules, hazard="flood", stage=stage, first_on=on, days=days,
        disaster="X-1",
    )  # fmt: skip


def units(assessment: Assessment, subject_id: str = "H-1") -> Units:
    """Units owed to one subject by (item, day)."""
    rows = assessment.needs.filter(pl.col("subject") == subject_id)
    return {(i, d): q for i, d, q in rows.select("item", "day", "quantity").iter_rows()}


def items(assessment: Assessment, subject_id: str = "H-1") -> set[str]:
    """Items owed to one subject."""
    return {item for item, _ in units(assessment, subject_id)}
