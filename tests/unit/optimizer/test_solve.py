"""What a plan must be, in the small named world and at the bound of each rule."""

from __future__ import annotations

import polars as pl
import pytest

from graphcore.domain.plan import Outcome
from graphcore.domain.tables import NEVER
from optimizer.check import check
from optimizer.problem import Limits, Solution
from optimizer.solve import solve
from tests.support.districts import (
    World,
    lot,
    need,
    random_problem,
    shuffled,
    two_villages,
    van,
    way,
)


def plan(world: World) -> Solution:
    """Solve and let the judge look."""
    solution = solve(world.problem)
    assert [str(v.what) for v in check(world.problem, solution)] == []
    return solution


def given(solution: Solution, need_id: str, state: str = "firm") -> int:
    mine = (pl.col("need") == need_id) & (pl.col("state") == state)
    return int(solution.lines.filter(mine)["quantity"].sum())


def missing(solution: Solution) -> dict[str, int]:
    table = solution.shortfalls.group_by("reason").agg(pl.col("quantity").sum())
    return dict(sorted(table.iter_rows()))


def unused(solution: Solution) -> dict[str, str]:
    return dict(solution.left_out.select("lot", "reason").iter_rows())


@pytest.mark.parametrize(("stock", "short"), [(10, {}), (9, {"stock": 1})])
def test_stock_is_used_to_the_last_unit_and_not_past(stock: int, short: dict[str, int]) -> None:
    solution = plan(two_villages().replace(lots=(lot("L1", "tent", stock),)))
    assert solution.lines["quantity"].sum() == stock
    assert missing(solution) == short


@pytest.mark.parametrize(("expires", "short"), [(0, {}), (-1, {"expired": 10})])
def test_a_lot_serves_through_its_last_day(expires: int, short: dict[str, int]) -> None:
    world = two_villages().replace(lots=(lot("L1", "tent", 10, expires_day=expires),), days=1)
    solution = plan(world)
    assert missing(solution) == short
    assert unused(solution) == ({"L1": "expired"} if short else {})


@pytest.mark.parametrize(("arrives", "short"), [(1, {}), (2, {"stock": 10})])
def test_a_lot_that_arrives_within_the_horizon_serves_late(
    arrives: int, short: dict[str, int]
) -> None:
    solution = plan(two_villages().replace(lots=(lot("L1", "tent", 10, arrives_day=arrives),)))
    assert missing(solution) == short
    assert set(solution.lines["day"]) == (set() if short else {1})
    assert unused(solution) == ({"L1": "late"} if short else {})
    late = next(g for g in solution.goals if g.name == "lateness")
    assert late.value == (0 if short else 10)


def test_a_daily_need_is_lost_if_missed() -> None:
    rows = tuple(need("li", "li", "water", 2, day=d, daily=True) for d in (0, 1))
    world = two_villages().replace(needs=rows, lots=(lot("L1", "water", 4, arrives_day=1),))
    solution = plan(world)
    assert solution.lines.select("day", "due_day", "quantity").rows() == [(1, 1, 2)]
    assert solution.shortfalls.select("day", "quantity", "reason").rows() == [(0, 2, "stock")]
    assert unused(solution) == {"L1": "no_need"}


def test_goods_on_hold_stay_and_are_named() -> None:
    solution = plan(two_villages().replace(lots=(lot("L1", "tent", 10, hold="inspection"),)))
    assert solution.lines.is_empty()
    assert missing(solution) == {"hold": 10}
    assert unused(solution) == {"L1": "hold"}


def test_hold_explains_no_more_than_it_withholds() -> None:
    lots = (lot("L1", "tent", 5), lot("L2", "tent", 2, hold="frozen"))
    assert missing(plan(two_villages().replace(lots=lots))) == {"hold": 2, "stock": 3}


@pytest.mark.parametrize(("kg", "served"), [(120, 3), (119, 2)])
def test_vehicles_carry_their_weight_and_no_more(kg: int, served: int) -> None:
    solution = plan(two_villages().replace(fleet=(van(0, kg),), days=1))
    assert solution.lines["quantity"].sum() == served
    assert missing(solution) == {"vehicle": 10 - served}
    assert unused(solution) == {"L1": "vehicle"}


@pytest.mark.parametrize(("litres", "served"), [(600, 3), (599, 2)])
def test_vehicles_carry_their_volume_and_no_more(litres: int, served: int) -> None:
    solution = plan(two_villages().replace(fleet=(van(0, 100_000, litres),), days=1))
    assert solution.lines["quantity"].sum() == served


@pytest.mark.parametrize(("opens", "day"), [(0, 0), (1, 1)])
def test_a_cut_road_delays(opens: int, day: int) -> None:
    ways = (way("depot", "li", 30, from_day=opens), way("depot", "wang", 60))
    solution = plan(two_villages().replace(access=ways))
    li = solution.lines.filter(pl.col("need") == "li")
    assert set(li["day"]) == {day}
    assert missing(solution) == {}


def test_who_cannot_be_reached_stays_visible_and_holds_nobody_back() -> None:
    solution = plan(two_villages().replace(access=(way("depot", "wang", 60),)))
    assert given(solution, "wang") == 4
    assert missing(solution) == {"road": 6}
    assert solution.counts["units_out_of_reach"] == 6
    assert unused(solution) == {"L1": "unreachable"}
    assert solution.goals[0].value == 1.0


@pytest.mark.parametrize("names", [{"only_townships": ["T-wang"]}, {"only_groups": ["disabled"]}])
def test_a_donor_decides_who_gets(names: dict[str, list[str]]) -> None:
    needs = (need("li", "li", "tent", 6), need("wang", "wang", "tent", 4, groups=["disabled"]))
    world = two_villages().replace(needs=needs, lots=(lot("L1", "tent", 10, **names),))
    solution = plan(world)
    assert given(solution, "li") == 0
    assert given(solution, "wang") == 4
    assert set(solution.lines["reason"]) == {"donor_intent"}
    assert missing(solution) == {"intent": 6}
    assert unused(solution) == {"L1": "restricted"}


def test_goods_of_others_are_requested_and_not_counted() -> None:
    lots = (lot("L1", "tent", 4), lot("L2", "tent", 3, commanded=False))
    solution = plan(two_villages().replace(lots=lots))
    assert solution.lines.filter(pl.col("state") == "request")["quantity"].sum() == 3
    assert missing(solution) == {"requested": 3, "stock": 3}
    assert solution.goals[0].value < 0.5
    spare = plan(two_villages().replace(lots=(lot("L1", "tent", 10), *lots[1:])))
    assert unused(spare) == {"L2": "not_commanded"}


def test_requests_fit_what_firm_lines_leave_of_the_fleet() -> None:
    lots = (lot("L1", "tent", 4), lot("L2", "tent", 3, commanded=False))
    solution = plan(two_villages().replace(lots=lots, fleet=(van(0, 5 * 40),), days=1))
    assert missing(solution) == {"requested": 1, "vehicle": 2, "stock": 3}


def test_scarcity_is_shared_by_coverage() -> None:
    solution = plan(two_villages().replace(lots=(lot("L1", "tent", 5),)))
    assert (given(solution, "li"), given(solution, "wang")) == (3, 2)
    assert solution.goals[0].value == 0.5
    assert solution.goals[0].bound == pytest.approx(0.5)


def test_priority_groups_come_first_beyond_survival() -> None:
    needs = (
        need("li", "li", "quilt", 6, survival=False),
        need("wang", "wang", "quilt", 4, survival=False, tier=1),
    )
    solution = plan(two_villages().replace(needs=needs, lots=(lot("L1", "quilt", 5),)))
    assert (given(solution, "li"), given(solution, "wang")) == (1, 4)
    assert missing(solution) == {"priority": 5}
    assert [g.name for g in solution.goals[:2]] == ["full_need_tier_1", "full_need_tier_2"]


def test_survival_comes_before_priority() -> None:
    needs = (need("li", "li", "tent", 4), need("wang", "wang", "tent", 4, survival=False, tier=1))
    solution = plan(two_villages().replace(needs=needs, lots=(lot("L1", "tent", 4),)))
    assert (given(solution, "li"), given(solution, "wang")) == (4, 0)


def test_weights_decide_what_fairness_leaves_open() -> None:
    needs = (
        need("li", "li", "tent", 3, survival=False, weight=500),
        need("wang", "li", "tent", 3, survival=False, weight=1500),
    )
    solution = plan(two_villages().replace(needs=needs, lots=(lot("L1", "tent", 3),)))
    assert given(solution, "wang") == 3


def test_the_first_to_expire_leaves_first() -> None:
    lots = (lot("A", "tent", 6, expires_day=NEVER), lot("B", "tent", 6, expires_day=50))
    solution = plan(two_villages().replace(lots=lots))
    used = dict(solution.lines.group_by("lot").agg(pl.col("quantity").sum()).iter_rows())
    assert used == {"B": 6, "A": 4}


def test_the_nearest_warehouse_serves() -> None:
    lots = (lot("A", "tent", 10), lot("B", "tent", 10, warehouse="far"))
    ways = (*two_villages().access, way("far", "li", 90), way("far", "wang", 20))
    fleet = (*two_villages().fleet, van(0, warehouse="far"), van(1, warehouse="far"))
    solution = plan(two_villages().replace(lots=lots, access=ways, fleet=fleet))
    chosen = dict(solution.lines.select("need", "warehouse").iter_rows())
    assert chosen == {"li": "depot", "wang": "far"}
    assert solution.goals[-1].value == (6 * 30 + 4 * 20) * 40


def test_pinned_lines_stay_and_count() -> None:
    first = plan(two_villages().replace(lots=(lot("L1", "tent", 5),)))
    world = two_villages().replace(lots=(lot("L2", "tent", 5),), pinned=first.lines)
    second = plan(world)
    assert second.lines.head(first.lines.height).equals(first.lines)
    assert missing(second) == {}
    assert second.lines["quantity"].sum() == 10


def test_pinned_lines_take_their_room_on_the_trucks() -> None:
    first = plan(two_villages().replace(lots=(lot("L1", "tent", 5),)))
    fleet = (van(0, 7 * 40),)
    world = two_villages().replace(pinned=first.lines, fleet=fleet, days=1)
    assert missing(plan(world)) == {"vehicle": 3}


@pytest.mark.parametrize(
    "change",
    [{"needs": ()}, {"lots": ()}, {"access": ()}, {"fleet": ()}, {"lots": (), "needs": ()}],
)
def test_a_world_without_something_is_still_planned(change: dict[str, tuple[object, ...]]) -> None:
    solution = plan(two_villages().replace(**change))
    assert solution.lines.is_empty()
    assert all(g.outcome is Outcome.PROVEN for g in solution.goals)


def test_an_exhausted_work_limit_is_no_proof_but_still_a_plan() -> None:
    problem = random_problem(3, households=80)
    solution = solve(problem, Limits(work=150))
    outcomes = [g.outcome for g in solution.goals]
    assert Outcome.BOUNDED in outcomes or Outcome.NOT_REACHED in outcomes
    assert not solution.by_clock
    assert check(problem, solution) == []
    assert solution.lines.height > 0
    for goal in solution.goals:
        if goal.unit == "coverage" and goal.outcome is Outcome.NOT_REACHED:
            assert goal.bound == 1.0


def test_a_stop_by_the_clock_is_marked() -> None:
    problem = random_problem(3, households=80)
    solution = solve(problem, Limits(seconds=1e-6))
    assert solution.by_clock
    assert check(problem, solution) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_and_a_second_run_change_nothing(seed: int) -> None:
    problem = random_problem(seed, households=60)
    first, second = solve(problem), solve(shuffled(problem, seed))
    for name in ("lines", "shortfalls", "left_out"):
        a, b = getattr(first, name), getattr(second, name)
        assert a.write_json() == b.write_json()
    assert first.goals == second.goals


def test_progress_names_each_step_and_ends_at_one() -> None:
    steps: list[tuple[str, float]] = []
    solve(two_villages().problem, progress=lambda step, share: steps.append((step, share)))
    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    assert steps[-1] == ("done", 1.0)
    assert {"survival_floor", "weighted_coverage", "cost"} <= {step for step, _ in steps}


@pytest.mark.parametrize(("cold_item", "cold_van", "units"), [
    (False, False, 10), (False, True, 10), (True, True, 10), (True, False, 0),
])  # fmt: skip
def test_what_spoils_goes_by_vehicles_that_keep_it_cold(
    cold_item: bool, cold_van: bool, units: int
) -> None:
    world = two_villages()
    items = tuple({**row, "cold": cold_item} for row in world.items)
    world = world.replace(items=items, fleet=(van(0, cold=cold_van), van(1, cold=cold_van)))
    solution = solve(world.problem)
    assert check(world.problem, solution) == []
    assert solution.lines["quantity"].sum() == units
    other = world.replace(fleet=(van(0, cold=not cold_van), van(1, cold=not cold_van))).problem
    broken = {v.rule for v in check(other, solution)}
    assert ("cold" in broken) is (cold_item and cold_van)
