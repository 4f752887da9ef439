"""Against enumeration on tiny tasks: the gap is zero."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from optimizer.transport.engine import PyVrp
from optimizer.transport.jobs import finish
from optimizer.transport.router import (
    NO_WAY,
    Carrier,
    Effort,
    Rest,
    Task,
    Visit,
    served,
    travel_cost,
    worth,
)
from optimizer.transport.timetable import timetable
from tests.support.exactroutes import best, grid, shortest, tiny

QUICK = Effort(iterations=300)


def reached(task: Task, effort: Effort = QUICK) -> tuple[int, int]:
    tours = finish(task, PyVrp().route(task, effort).tours, lambda _c, _t: True, effort.seed)
    for carrier in task.carriers:
        assert timetable(task, carrier, tours.get(carrier.id, ())) is not None
    return worth(task, served(tours)), travel_cost(task, tours)


@pytest.mark.parametrize("seed", range(12))
def test_the_most_worth_at_the_least_cost(seed: int) -> None:
    task = tiny(seed)
    assert reached(task) == best(task)


@pytest.mark.parametrize("seed", range(4))
def test_the_shortest_routes_when_all_can_go(seed: int) -> None:
    rng = random.Random(seed)
    matrix = grid(rng, 11)
    visits = tuple(Visit(f"v{k}", k, (rng.randint(1, 4),)) for k in range(1, 11))
    task = Task(visits, (Carrier("a", (9,), trips=3), Carrier("b", (12,))), (matrix,), (matrix,))
    assert reached(task) == (10, shortest(task))


def test_what_pyvrp_calls_feasible_keeps_rests_at_the_wheel() -> None:
    for seed in range(8):
        task = replace(tiny(seed, 10, 3), rest=Rest(40, 10))
        task = replace(task, visits=tuple(replace(v, release=0) for v in task.visits))
        tours = PyVrp().route(task, QUICK).tours
        assert tours
        for carrier in task.carriers:
            assert timetable(task, carrier, tours.get(carrier.id, ())) is not None


def test_the_same_seed_gives_the_same_tours() -> None:
    task = tiny(3, 12, 3)
    assert PyVrp().route(task, QUICK) == PyVrp().route(task, QUICK)


def test_a_stop_by_the_clock_is_marked() -> None:
    found = PyVrp().route(tiny(1, 12, 3), Effort(iterations=10**9, seconds=0.05))
    assert found.by_clock
    assert not PyVrp().route(tiny(1), Effort(iterations=50, seconds=600.0)).by_clock


def test_places_without_a_way_are_left_out() -> None:
    matrix = np.array([[0, NO_WAY, 5], [NO_WAY, 0, NO_WAY], [5, NO_WAY, 0]], dtype=np.int64)
    task = Task((Visit("x", 1, (1,)), Visit("y", 2, (1,))), (Carrier("a", (9,), end=1000),),
                (matrix,), (matrix,))  # fmt: skip
    found = PyVrp().route(task, QUICK)
    assert served(found.tours) == {1}


def test_nothing_to_do_or_nobody_to_do_it() -> None:
    empty = np.zeros((1, 1), dtype=np.int64)
    assert PyVrp().route(Task((), (Carrier("a", (1,)),), (empty,), (empty,)), QUICK).tours == {}
    assert PyVrp().route(Task((Visit("x", 0, (1,)),), (), (empty,), (empty,)), QUICK).tours == {}
