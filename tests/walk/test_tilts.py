"""Tilt: stated with the plan, recounted in fractions, shown and tampered with."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.usecases.context import Context
from api.usecases.planning.tilts import stored
from graphcore.domain.tables import NEEDS, SUBJECTS, frame
from optimizer.problem import Problem
from optimizer.rules.tilted import stated
from optimizer.solve import solve
from optimizer.tilt import marks, tilt
from tests.support.districts import districts, need
from tests.support.plans import change, faults, in_force

BANDS = [0, 40, 70]


def subjects(rows: list[tuple[str, int, list[str]]]) -> pl.DataFrame:
    full = [{"subject": s, "intensity": i, "groups": g} for s, i, g in rows]
    return pl.DataFrame(full, schema={k: SUBJECTS[k] for k in ("subject", "intensity", "groups")})


@pytest.mark.parametrize(
    ("intensity", "band"),
    [(0, "0-39"), (39, "0-39"), (40, "40-69"), (69, "40-69"), (70, "70-100"), (100, "70-100")],
)
def test_bands_at_their_bounds(intensity: int, band: str) -> None:
    found = marks(subjects([("H", intensity, [])]), BANDS)
    assert set(found.rows()) == {("H", "intensity", band), ("H", "group", "none")}


def test_the_formula_by_hand() -> None:
    """Li, hit hard, gets 3 of 4 tents and 1 of 2 rice; Wang 1 of 4 tents and no rice needed."""
    needs = frame(NEEDS, [need("li", "p", "tent", 4), need("wang", "p", "tent", 4),
                          need("rice", "p", "rice", 2, subject="H-li")])  # fmt: skip
    lines = pl.DataFrame(
        [("li", 0, 3, "firm"), ("wang", 0, 1, "accepted"), ("rice", 0, 1, "firm"),
         ("wang", 0, 2, "request")],
        schema=["need", "due_day", "covers", "state"], orient="row",
    )  # fmt: skip
    sets = marks(subjects([("H-li", 80, ["disabled"]), ("H-wang", 10, [])]), BANDS)
    found = {(k, m): row for k, m, *row in tilt(needs, lines, sets).iter_rows()}
    mine, everyone = (3 / 4 + 1 / 2) / 2, (4 / 8 + 1 / 2) / 2
    assert found["intensity", "70-100"] == pytest.approx([1, mine, everyone, mine / everyone])
    assert found["group", "disabled"] == found["intensity", "70-100"]
    assert found["intensity", "0-39"] == pytest.approx([1, 0.25, 0.5, 0.5])
    assert stated(needs, lines, sets, tilt(needs, lines, sets)) == []


@given(districts(), st.integers(0, 100))
@settings(max_examples=15, deadline=None)
def test_the_recount_agrees_and_sees_each_change(problem: Problem, hit: int) -> None:
    lines = solve(problem).lines
    people = problem.needs.select("subject", "groups").unique("subject", maintain_order=True)
    sets = marks(people.with_columns(intensity=(pl.int_range(pl.len()) * hit) % 101), BANDS)
    said = tilt(problem.needs, lines, sets)
    assert stated(problem.needs, lines, sets, said) == []
    wrong = said.with_columns(pl.col("coverage") + 0.001)
    assert len(stated(problem.needs, lines, sets, wrong)) == said.height
    assert len(stated(problem.needs, lines, sets, said.head(0))) == said.height


def test_a_plan_states_its_tilt_and_tampering_is_found(planned: Context) -> None:
    row = in_force(planned)
    said = stored(row)
    assert set(said["kind"]) == {"intensity", "group"}
    assert faults(planned) == set()
    change(planned, "Plan", id=row["id"], tilt=str(row["tilt"]).replace('"subjects": ', '"subjects": 1'))  # fmt: skip
    assert "plan.rules.tilt" in faults(planned)
