"""Each goal's value, from units served by class and sent by column."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optimizer import keep
from optimizer.classes import Classes
from optimizer.flow import Flow
from optimizer.goals import (
    GoalName,
    coverage_by_group,
    coverage_weights,
    late_serves,
    lateness_costs,
    scoped_weights,
    substituted,
    transport_costs,
)
from optimizer.ledger import Whole
from optimizer.lexicographic import Course
from optimizer.order import KEEP, SCOPED

Floats = npt.NDArray[np.float64]


def fractional(classes: Classes, firm: Flow, course: Course) -> dict[str, float]:
    """Return the goals' values before whole units."""
    served = course.matrix.served(course.values, classes.classes.height)
    sends, serves = course.matrix.sends, course.matrix.serves
    amount, given = course.values[:sends], course.values[sends : sends + serves]
    late = lateness_costs(firm) @ amount + late_serves(classes, firm) @ given
    extra = float(late), float(substituted(firm) @ given)
    load = amount * firm.sends["scale"].to_numpy()
    return _values(classes, firm, course, served, load, extra)


def whole_values(classes: Classes, firm: Flow, course: Course, whole: Whole) -> dict[str, float]:
    """Return the goals' values in whole units."""
    served = whole.served(classes.classes.height).astype(np.float64)
    sent = np.bincount(whole.send, weights=whole.units, minlength=firm.sends.height)
    day = firm.sends["day"].to_numpy()[whole.send]
    late = float((whole.covers * (day - classes.classes["day"].to_numpy()[whole.cls])).sum())
    extra = late, float(whole.covers @ substituted(firm)[whole.serve])
    return _values(classes, firm, course, served, sent.astype(np.float64), extra)


def _values(
    classes: Classes, firm: Flow, course: Course, served: Floats, load: Floats,
    extra: tuple[float, float],
) -> dict[str, float]:  # fmt: skip
    """``extra`` are lateness and substituted units."""
    values = {goal.name: float(coverage_by_group(goal, served).min()) for goal in course.fair}
    added = [s.name for s in course.stages if s.name.startswith(SCOPED)]
    values |= {name: float(scoped_weights(classes, name) @ served) for name in added}
    if course.loads is not None and course.load_of is not None:
        sent = keep.sent(course.loads, course.load_of, load)
        values[KEEP] = course.loads.moved(sent)
    return values | {
        str(GoalName.COVERAGE): float(coverage_weights(classes) @ served),
        str(GoalName.LATENESS): extra[0],
        str(GoalName.SUBSTITUTION): extra[1],
        str(GoalName.COST): float(transport_costs(firm) @ load),
    }
