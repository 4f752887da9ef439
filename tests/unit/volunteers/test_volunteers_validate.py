"""Numbers and references that no plan can be made from are refused, at the bound and one past it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from graphcore.domain.errors import ProblemInvalid
from optimizer.volunteers.problem import Problem
from optimizer.volunteers.validate import validate
from tests.support.volunteers import World, slot


def world() -> World:
    made = World().person("V1", "medic").task("T1", slot("medic", 2))
    return made.plus("travel", {"start": "hill", "place": "town", "minutes": 1})


def changed(table: str, column: str, value: object) -> Problem:
    problem = world().problem()
    frame = getattr(problem, table).with_columns(pl.lit(value).alias(column))
    return replace(problem, **{table: frame})


@pytest.mark.parametrize(
    ("table", "column", "fits", "past"),
    [
        ("volunteers", "hours_day", 24, 25),
        ("volunteers", "rest_hours", 72, 73),
        ("skills", "level", 1, 0),
        ("shifts", "start", 23, 24),
        ("tasks", "hours", 4, 5),
        ("tasks", "tier", 3, 4),
        ("tasks", "weight", 1, 0),
        ("tasks", "min_crew", 2, 3),
        ("tasks", "day", 0, 1),
        ("tasks", "shift", "pm", "dawn"),
        ("slots", "least", 2, 3),
        ("slots", "task", "T1", "T2"),
        ("travel", "minutes", 14_400, 14_401),
        ("available", "day", 0, -1),
        ("available", "shift", "pm", "dawn"),
        ("skills", "volunteer", "V1", "V2"),
    ],
)
def test_ranges_and_references(table: str, column: str, fits: object, past: object) -> None:
    validate(changed(table, column, fits))
    with pytest.raises(ProblemInvalid) as refused:
        validate(changed(table, column, past))
    assert refused.value.field.startswith(table)
    assert refused.value.advice is not None


@pytest.mark.parametrize(("days", "fine"), [(1, True), (60, True), (0, False), (61, False)])
def test_the_horizon(days: int, fine: bool) -> None:
    problem = World(days=days).problem()
    if fine:
        validate(problem)
        return
    with pytest.raises(ProblemInvalid):
        validate(problem)


def claims(*rows: tuple[str, str], count: int = 1) -> Problem:
    made = (
        World()
        .person("V1")
        .person("V2")
        .task("T1", slot(count=count))
        .task("T2")
        .task("T3", shift="pm")
    )
    return made.plus("claims", *({"volunteer": v, "slot": s} for v, s in rows)).problem()


def test_claims_fit_their_slots_and_their_people() -> None:
    validate(claims(("V1", "T1.0"), ("V2", "T1.0"), count=2))
    with pytest.raises(ProblemInvalid):
        validate(claims(("V1", "T1.0"), ("V2", "T1.0")))
    validate(claims(("V1", "T1.0"), ("V1", "T3.0")))
    with pytest.raises(ProblemInvalid):
        validate(claims(("V1", "T1.0"), ("V1", "T2.0")))


def test_one_id_twice_is_refused_unless_the_row_is_the_same() -> None:
    problem = world().problem()
    twice = pl.concat([problem.volunteers, problem.volunteers])
    assert validate(replace(problem, volunteers=twice)).volunteers.height == 1
    other = pl.concat(
        [problem.volunteers, problem.volunteers.with_columns(hours_day=pl.col("hours_day") - 1)]
    )
    with pytest.raises(ProblemInvalid):
        validate(replace(problem, volunteers=other))
