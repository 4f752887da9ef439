"""Tilt of a plan: stated when it is made, stored with it, recounted by the judge."""

from __future__ import annotations

import json
from datetime import date

import polars as pl

from api.usecases.planning.demand import Demand
from graphcore.policy.rulebook import Rulebook
from optimizer.tilt import TILT, marks, tilt


def sets_of(owed: Demand) -> pl.DataFrame:
    """Return MARKS: whoever is counted, by the rulebook's bands of intensity and by group."""
    situation = owed.situation
    return marks(situation.subjects, bands(situation.rulebook, situation.first_on))


def bands(rulebook: Rulebook, day: date) -> list[int]:
    """Return the lower bounds of the bands of intensity, by which goal 3 weighs townships."""
    table = rulebook.at("weight.intensity", day).value
    return sorted(int(low) for low in table)


def stated(owed: Demand, lines: pl.DataFrame) -> pl.DataFrame:
    """Return TILT of a plan's lines."""
    return tilt(owed.needs, lines, sets_of(owed))


def as_json(table: pl.DataFrame) -> str:
    """Return TILT as it is stored with its plan."""
    return json.dumps(table.to_dicts(), ensure_ascii=False)


def stored(plan: dict[str, object]) -> pl.DataFrame:
    """Return TILT as a plan stated it when it was published."""
    return pl.DataFrame(json.loads(str(plan["tilt"] or "[]")), schema=dict(TILT))


__all__ = ["as_json", "bands", "sets_of", "stated", "stored"]
