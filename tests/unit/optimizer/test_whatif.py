"""What a change would bring, counted need by need."""

from __future__ import annotations

import pytest

from optimizer.problem import Problem, Solution
from optimizer.solve import solve
from optimizer.whatif import Effect, effect
from tests.support.districts import World, lot, two_villages


def solved(world: World) -> tuple[Problem, Solution]:
    return world.problem, solve(world.problem)


def with_tents(units: int) -> World:
    return two_villages().replace(lots=(lot("L1", "tent", units),))


def told(before: int, after: int) -> Effect:
    problem, old = solved(with_tents(before))
    return effect(problem, old, solved(with_tents(after))[1])


@pytest.mark.parametrize(("more", "gained"), [(0, 0), (1, 1)])
def test_one_more_tent_is_one_more_for_one_household(more: int, gained: int) -> None:
    found = told(2, 2 + more)
    assert (found.units, found.gained, found.lost) == (more, gained, 0)
    assert found.idle is (more == 0)


def test_fewer_are_counted_as_lost() -> None:
    found = told(3, 2)
    assert (found.units, found.gained, found.lost) == (-1, 0, 1)
    assert not found.idle


def test_households_all_of_whose_needs_are_met_are_counted() -> None:
    problem, nothing = solved(with_tents(0))
    needed = int(problem.needs["quantity"].sum())
    found = effect(problem, nothing, solved(with_tents(needed))[1])
    assert found.full == problem.needs["subject"].n_unique()
    assert told(needed, needed + 5).full == 0


def test_each_goal_is_told_before_and_after() -> None:
    goals = {name: (old, new) for name, old, new in told(2, 9).goals}
    assert goals["weighted_coverage"][0] < goals["weighted_coverage"][1]
