"""What holds for every household under the shipped rules."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from graphcore.domain.household import (
    HardshipGroup,
    HouseDamage,
    MedicalFact,
    PointKind,
    RosterState,
    Stage,
)
from tests.unit.casework.made import Units, facts, owed, subject, traced, units

DAYS = st.sampled_from([date(2026, 7, 1), date(2026, 10, 30), date(2026, 12, 31)])
STAGES = st.sampled_from(list(Stage))
Row = dict[str, Any]


@st.composite
def households(draw: st.DrawFn) -> Row:
    """Any subject, likely or not."""
    return subject(
        persons=draw(st.integers(1, 12)),
        households=draw(st.integers(1, 4)),
        infants=draw(st.integers(0, 3)),
        children=draw(st.integers(0, 3)),
        elders=draw(st.integers(0, 3)),
        state=draw(st.sampled_from(RosterState)).value,
        damage=draw(st.sampled_from(HouseDamage)).value,
        point_kind=draw(st.sampled_from(PointKind)).value,
        relocated=draw(st.booleans()),
        cut_off=draw(st.booleans()),
        anonymous=draw(st.booleans()),
        intensity=draw(st.integers(0, 100)),
        groups=sorted(draw(st.sets(st.sampled_from([g.value for g in HardshipGroup])))),
    )


@st.composite
def known(draw: st.DrawFn) -> pl.DataFrame:
    """Facts of up to four persons of the household."""
    pairs = st.tuples(st.integers(0, 3), st.sampled_from([f.value for f in MedicalFact]))
    return facts(*(("H-1", f"P-{n}", fact) for n, fact in draw(st.lists(pairs, max_size=5))))


def at_least(more: Units, less: Units) -> bool:
    return all(more.get(key, 0) >= quantity for key, quantity in less.items())


@settings(deadline=None, max_examples=60)
@given(households(), known(), DAYS, STAGES)
def test_needs_are_whole_positive_unique_and_the_trace_adds_up(
    row: Row, medical: pl.DataFrame, day: date, stage: Stage
) -> None:
    found = owed(row, known=medical, on=day, stage=stage, days=3)
    assert found.needs["quantity"].dtype == pl.Int64
    assert (found.needs["quantity"] > 0).all()
    assert not found.needs.select("need", "day").is_duplicated().any()
    total: Units = {}
    for step in traced(row, medical, on=day, stage=stage, days=3):
        assert step.quantity > 0
        total[step.item, step.day] = total.get((step.item, step.day), 0) + step.quantity
    assert total == units(found)


@settings(deadline=None, max_examples=60)
@given(households(), known(), DAYS, STAGES, st.integers(1, 5))
def test_more_persons_never_owe_less(
    row: Row, medical: pl.DataFrame, day: date, stage: Stage, more: int
) -> None:
    larger = {**row, "persons": row["persons"] + more}
    before = units(owed(row, known=medical, on=day, stage=stage, days=2))
    assert at_least(units(owed(larger, known=medical, on=day, stage=stage, days=2)), before)


@settings(deadline=None, max_examples=60)
@given(households(), DAYS, st.sampled_from([g.value for g in HardshipGroup]))
def test_one_more_hardship_group_never_lowers_anything(row: Row, day: date, group: str) -> None:
    before = owed(row, on=day)
    after = owed({**row, "groups": sorted({*row["groups"], group})}, on=day)
    assert at_least(units(after), units(before))
    if before.needs.height:
        assert after.needs["tier"][0] <= before.needs["tier"][0]
        assert after.needs["weight"][0] >= before.needs["weight"][0]


@settings(deadline=None, max_examples=60)
@given(households(), DAYS)
def test_survival_needs_do_not_depend_on_hardship_groups_beyond_the_raise(
    row: Row, day: date
) -> None:
    """The floor is for every person alike: a group adds a raised standard, never replaces one."""
    alike = units(owed({**row, "groups": []}, on=day))
    raised = units(owed(row, on=day))
    changed = {item for (item, d) in raised if raised[item, d] != alike.get((item, d), 0)}
    assert changed <= {"quilt"}


@settings(deadline=None, max_examples=60)
@given(households(), DAYS)
def test_being_cut_off_or_in_need_never_owes_less(row: Row, day: date) -> None:
    calm = {**row, "cut_off": False, "state": "safe"}
    before = units(owed(calm, on=day))
    assert at_least(units(owed({**calm, "cut_off": True}, on=day)), before)
    assert at_least(units(owed({**calm, "state": "in_need"}, on=day)), before)


@settings(deadline=None, max_examples=40)
@given(st.lists(households(), min_size=1, max_size=6), DAYS)
def test_a_table_owes_what_its_rows_owe_alone(rows: list[Row], day: date) -> None:
    named = [{**row, "subject": f"H-{n}"} for n, row in enumerate(rows)]
    together = owed(*named, on=day)
    apart = pl.concat(owed(row, on=day).needs for row in named).sort("need", "day")
    assert together.needs.equals(apart)
