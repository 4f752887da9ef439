"""The SMPS format and the general L-shaped search on an instance with a published definition."""

from __future__ import annotations

import numpy as np
import pytest

from graphcore.domain.errors import FileRefused
from optimizer.problem import Limits as Work
from optimizer.restock.problem import Limits
from optimizer.restock.smps import TwoStage, read_smps
from optimizer.restock.twostage import Recourse, extensive, solve_two_stage
from tests.support.electricity import BLOCKS, INDEP, KNOWN, TIME, core


@pytest.mark.parametrize("stoch", [BLOCKS, INDEP])
def test_the_published_optimum_is_found_and_certified(stoch: str) -> None:
    course = solve_two_stage(read_smps(core(), TIME, stoch), Limits(gap=1e-9))
    assert course.value == pytest.approx(KNOWN, rel=1e-8)
    assert course.bound == pytest.approx(KNOWN, rel=1e-8)
    assert course.gap <= 1e-9


def test_blocks_multiply() -> None:
    second = BLOCKS.replace("ENDATA\n", "").split("DISCRETE\n")[1]
    both = BLOCKS.replace("ENDATA", "") + second.replace("BLOCK1", "B2").replace("DEM1", "DEM2")
    case = read_smps(core(), TIME, both)
    assert case.probability.tolist() == pytest.approx(
        [0.09, 0.12, 0.09, 0.12, 0.16, 0.12, 0.09, 0.12, 0.09]
    )
    assert sorted({tuple(s) for s in case.shift[:, 4:6].tolist()})[0] == (-2.0, 0.0)


@pytest.mark.parametrize(("which", "old", "new"), [
    (0, "ROWS", "LINES"), (1, "PERIOD2", ""), (1, "    Y11", "    Y99"), (1, "USE1", "NONE"),
    (2, "BLOCKS        DISCRETE", "SCENARIOS     DISCRETE"), (2, "0.4", "0.5"), (2, "0.4", "x"),
    (2, "DEM1", "CAP"), (2, "DEM1", "NONE"), (2, "RHS", "X1"), (2, BLOCKS, "STOCH\n"),
])  # fmt: skip
def test_what_is_not_the_format_is_refused(which: int, old: str, new: str) -> None:
    texts = [core(), TIME, BLOCKS]
    assert old in texts[which]
    texts[which] = texts[which].replace(old, new)
    with pytest.raises(FileRefused):
        read_smps(*texts)


def test_a_first_stage_row_that_uses_a_second_stage_column_is_refused() -> None:
    with pytest.raises(FileRefused):
        read_smps(core().replace("OBJ       40", "BUDGET    40"), TIME, BLOCKS)


def test_too_many_scenarios_are_refused_before_they_are_written_out() -> None:
    rows = "".join(f"    RHS       DEM{j}      {k}       0.01\n" for j in (1, 2, 3)
                   for k in range(100))  # fmt: skip
    with pytest.raises(FileRefused):
        read_smps(core(), TIME, f"STOCH\nINDEP         DISCRETE\n{rows}ENDATA\n")


def shaken(seed: int) -> TwoStage:
    """The instance with other prices, demands and probabilities; recourse costs may be negative."""
    rng = np.random.default_rng(seed)
    case = read_smps(core(), TIME, BLOCKS)
    case.second.costs[:] = rng.uniform(-5, 60, len(case.second.costs))
    case.first.costs[:] = rng.uniform(1, 20, len(case.first.costs))
    case.shift[:, 4:] = rng.uniform(-1.5, 0.6, case.shift[:, 4:].shape)
    case.probability[:] = rng.dirichlet(np.ones(len(case.probability)))
    case.second.program.top[:] = rng.uniform(8, 20, len(case.second.costs))
    return case


@pytest.mark.parametrize("seed", range(8))
def test_the_search_equals_the_extensive_form(seed: int) -> None:
    case = shaken(seed)
    course, whole = solve_two_stage(case, Limits(gap=1e-9)), extensive(case)
    assert course.value == pytest.approx(whole.value, rel=1e-7, abs=1e-7)
    assert course.bound <= whole.value + 1e-7 * abs(whole.value)


def test_slopes_bound_the_costs_at_other_first_stages() -> None:
    case = shaken(3)
    recourse = Recourse(case, Work())
    rng = np.random.default_rng(1)
    points = rng.uniform(3, 6, (6, 4))
    found = [recourse.at(x) for x in points]
    for x, (cost, slope) in zip(points, found, strict=True):
        for y, (other, _) in zip(points, found, strict=True):
            assert (other >= cost + slope @ (y - x) - 1e-6).all()


def test_few_rounds_leave_a_bound_below_the_optimum() -> None:
    course = solve_two_stage(read_smps(core(), TIME, BLOCKS), Limits(gap=0.0, rounds=2))
    assert course.bound <= KNOWN <= course.value
    assert len(course.rounds) <= 2
