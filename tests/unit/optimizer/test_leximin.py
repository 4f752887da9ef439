"""Leximin floors: quantised, and independent of the basis the solver ends in."""

from __future__ import annotations

import pytest

from optimizer.classes import classify
from optimizer.flow import flow
from optimizer.goals import coverage_by_group
from optimizer.lexicographic import run
from optimizer.leximin import quantum
from optimizer.problem import Limits
from optimizer.validate import validate
from tests.support.districts import World, lot, need, two_villages, way


@pytest.mark.parametrize(
    ("level", "floor"),
    [(0.0, 0.0), (0.00499, 0.0), (0.005, 0.005), (0.4999, 0.495), (0.49999995, 0.5), (1.0, 1.0)],
)
def test_quantum(level: float, floor: float) -> None:
    assert quantum(level, 0.005) == pytest.approx(floor, abs=1e-12)


def test_who_can_rise_is_not_held_down_by_who_cannot() -> None:
    """Li shares 4 tents with Wang; Zhao alone can use 9 more for his 10."""
    world = World(
        needs=(need("li", "li", "tent", 6), need("wang", "wang", "tent", 4),
               need("zhao", "zhao", "tent", 10)),
        lots=(lot("L1", "tent", 4, only_townships=["T-li", "T-wang"]),
              lot("L2", "tent", 9, only_townships=["T-zhao"])),
        access=(*two_villages().access, way("depot", "zhao", 10)),
        fleet=two_villages().fleet,
    )  # fmt: skip
    classes = classify(validate(world.problem))
    course = run(classes, flow(classes), Limits())
    served = course.matrix.served(course.values, classes.classes.height)
    coverage = sorted(coverage_by_group(course.fair[0], served))
    assert course.stages[0].bound == pytest.approx(0.4)
    assert coverage[:2] == pytest.approx([0.4, 0.4])
    assert coverage[2] == pytest.approx(0.9)


def test_coarser_floors_leave_more_to_the_goals_below() -> None:
    needs = (
        need("li", "li", "tent", 100, survival=False, weight=100),
        need("wang", "wang", "tent", 100, survival=False, weight=1000),
    )
    world = two_villages().replace(needs=needs, lots=(lot("L1", "tent", 98),))
    values = []
    for delta in (0.005, 0.2):
        classes = classify(validate(world.problem))
        course = run(classes, flow(classes), Limits(delta=delta))
        values.append(next(s.bound for s in course.stages if s.number == 3))
    assert values[1] > values[0]
