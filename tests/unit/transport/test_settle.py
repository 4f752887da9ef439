"""What stays behind after the last round is a shortfall, and the goals say what is left."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from graphcore.domain.plan import Outcome
from optimizer.check import check as judge_plan
from optimizer.transport.agree import agree
from optimizer.transport.check import check
from optimizer.transport.rides import rides
from optimizer.transport.settle import settle
from tests.support.towns import QUICK
from tests.unit.transport.test_agree import WORLD, truck, trucks


def test_a_plan_of_which_all_rides_is_left_as_it_is() -> None:
    found = agree(WORLD.problem, trucks(truck("t1"), truck("t2")), effort=QUICK)
    assert settle(found) is found


def test_only_what_rides_is_promised_and_the_rest_lacks_vehicles() -> None:
    found = agree(WORLD.problem, trucks(truck("t1", trips=1)), effort=QUICK, rounds=1)
    left = int(found.routes.left["units"].sum())
    done = settle(found)
    assert done.settled
    assert done.solution.lines["quantity"].sum() == 800 - left == 400
    more = done.solution.shortfalls.filter(pl.col("shortfall").str.starts_with("SF-stays"))
    assert (more["quantity"].sum(), set(more["reason"])) == (left, {"vehicle"})
    assert set(rides(done.solution.lines, done.routes)["vehicle"]) == {"t1"}


def test_both_judges_find_nothing_in_what_is_left() -> None:
    done = settle(agree(WORLD.problem, trucks(truck("t1", trips=1)), effort=QUICK, rounds=1))
    assert judge_plan(done.allocation, done.solution) == []
    assert check(done.transport, done.routes) == []
    assert {g.outcome for g in done.solution.goals} == {Outcome.BOUNDED}


def test_goods_that_stay_are_left_out_once_a_lot() -> None:
    done = settle(agree(WORLD.problem, trucks(truck("t1", trips=1)), effort=QUICK, rounds=1))
    out = done.solution.left_out
    assert not out["lot"].is_duplicated().any()
    total = int(done.allocation.lots["quantity"].sum())
    assert int(out["quantity"].sum()) + int(done.solution.lines["quantity"].sum()) == total


def test_fixed_lines_wait_for_a_vehicle() -> None:
    found = agree(WORLD.problem, trucks(truck("t1", trips=1)), effort=QUICK, rounds=1)
    fixed = replace(found, allocation=replace(found.allocation, pinned=found.solution.lines))
    done = settle(fixed)
    assert done.solution.lines["quantity"].sum() == 800
    assert done.routes.left["units"].sum() == 400


def test_a_plan_that_is_there_is_routed_before_anything_is_solved() -> None:
    ready = agree(WORLD.problem, trucks(truck("t1"), truck("t2")), effort=QUICK).solution

    def never(*_: object) -> None:
        raise AssertionError

    again = agree(WORLD.problem, trucks(truck("t1"), truck("t2")), effort=QUICK, first=ready,
                  solver=never)  # type: ignore[arg-type]  # fmt: skip
    assert (again.rounds, again.solution, again.applied.height) == (1, ready, 0)
