"""Restocking on cases that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from optimizer.restock.arrays import arrays
from optimizer.restock.check import check, respond
from optimizer.restock.problem import Limits, Plan, Problem, Risk
from optimizer.restock.recourse import cvar
from optimizer.restock.solve import restock, without_candidates
from optimizer.restock.value import worth_of_sites
from tests.unit.restock.small import bought, lot, option, problem, site

EXACT = Limits(gap=1e-7)


def plan(case: Problem) -> Plan:
    """Solve, and let the judge see it."""
    found = restock(case, EXACT)
    assert check(case, found, respond(case, found)) == []
    return found


@pytest.mark.parametrize("price", [60, 250, 450, 850])
def test_newsvendor_buys_the_critical_quantile(price: int) -> None:
    """Need 10, 20, … 100 alike: the best stock is the least q with P(need <= q) >= 1 - c/p."""
    found = plan(problem([10 * k for k in range(1, 11)], options=[option(unit_fen=price)]))
    quantile = int(np.ceil((1 - price / 1000) * 10 - 1e-9)) * 10
    assert bought(found.purchases) == quantile
    lost = sum(max(10 * k - quantile, 0) for k in range(1, 11)) * 1000 / 10
    assert found.expected_loss_fen == pytest.approx(lost)
    assert found.cost_fen == price * quantile


def test_nothing_is_bought_at_the_price_of_missing_it() -> None:
    assert bought(plan(problem([100], options=[option(unit_fen=1001)])).purchases) == 0
    assert bought(plan(problem([100], options=[option(unit_fen=999)])).purchases) == 100


def test_risk_weight_buys_for_the_tail() -> None:
    """A need of 100 with chance 0.05 at price 100 of 1,000: 50 < 100, unless the tail counts."""
    calm = problem([0, 100], [0.95, 0.05])
    assert bought(plan(calm).purchases) == 0
    careful = replace(calm, risk=Risk(1.0, 0.95))
    assert bought(plan(careful).purchases) == 100


def test_cvar_splits_the_scenario_at_the_quantile() -> None:
    loss, chance = np.array([0.0, 10.0, 100.0]), np.array([0.5, 0.4, 0.1])
    assert cvar(loss, chance, 0.9) == pytest.approx(100.0)
    assert cvar(loss, chance, 0.8) == pytest.approx(55.0)
    assert cvar(loss, chance, 0.0) == pytest.approx(14.0)


def test_deadline_is_kept_at_its_bound() -> None:
    assert bought(plan(problem([10], deadline=60)).purchases) == 10
    assert bought(plan(problem([10], deadline=59)).purchases) == 0


def test_delay_of_an_agreement_counts_against_the_deadline() -> None:
    late = [option(kind="agreement", unit_fen=10, delay_min=541)]
    assert bought(plan(problem([10], options=late)).purchases) == 0
    in_time = [option(kind="agreement", unit_fen=10, delay_min=540)]
    assert bought(plan(problem([10], options=in_time)).purchases) == 10


def test_cheap_capacity_for_what_is_rare_and_shelf_for_what_is_sure() -> None:
    """Physical 100; capacity 10 to hold and 200 to call. Called by 1 in 10: 30 < 100 < 210."""
    options = [option(), option(kind="capacity", unit_fen=10, call_fen=200)]
    found = plan(problem([50, 80], [0.9, 0.1], options=options))
    assert bought(found.purchases, kind="physical") == 50
    assert bought(found.purchases, kind="capacity") == 30


def test_lead_time_is_kept_at_its_bound() -> None:
    assert bought(plan(problem([10], options=[option(lead_days=61)])).purchases) == 10
    assert bought(plan(problem([10], options=[option(lead_days=62)])).purchases) == 0


def test_money_is_not_spent_before_it_is_free() -> None:
    dates = [("2026-04-01", 300), ("2026-05-01", 500)]
    found = plan(problem([10], dates=dates))
    assert found.purchases.sort("buys_on").select("buys_on", "quantity").rows() in (
        [("2026-04-01", 3), ("2026-05-01", 5)],
        [("2026-05-01", 8)],
    )
    soon = plan(problem([10], dates=dates, strikes="2026-04-20"))
    assert bought(soon.purchases) == 3


def test_no_more_than_is_on_sale_over_all_dates() -> None:
    dates = [("2026-04-01", 10_000), ("2026-05-01", 10_000)]
    assert bought(plan(problem([100], options=[option(most=7)], dates=dates)).purchases) == 7


def test_shelf_space_is_a_limit_for_physical_stock_only() -> None:
    small = [site("A", capacity_l=5)]
    assert bought(plan(problem([9], sites=small)).purchases) == 5
    paper = [option(kind="agreement")]
    assert bought(plan(problem([9], sites=small, options=paper)).purchases) == 9


def test_stock_is_moved_to_where_ways_survive_and_the_move_is_argued() -> None:
    case = problem(
        [10], options=[], stock=[lot("L", 8, "B")], sites=[site("A"), site("B")],
        minutes={"A": 60}, lanes=[{"origin": "B", "target": "A", "fen_per_kg": 50}],
    )  # fmt: skip
    found = plan(case)
    assert found.transfers.rows() == [("B", "A", "tent", 8, 400, 8000)]
    assert found.targets.select("site", "today", "target").rows() == [("A", 0, 8), ("B", 8, 0)]


def test_stock_that_expires_within_the_season_is_not_moved_and_is_rotated() -> None:
    case = problem(
        [10], stock=[lot("L", 8, expires_on="2026-05-31")], sites=[site("A"), site("B")],
        lanes=[{"origin": "A", "target": "B", "fen_per_kg": 0}], minutes={"A": 60},
    )  # fmt: skip
    found = plan(case)
    assert found.transfers.is_empty()
    row = found.rotation.row(0, named=True)
    assert (row["use_by"], row["replaced"], row["last_lost_on"]) == ("2026-05-01", 8, "2026-06-01")
    assert bought(found.purchases) == 10


def test_expiry_on_the_day_itself_still_serves() -> None:
    found = plan(problem([10], stock=[lot("L", 8, expires_on="2026-06-01")]))
    assert bought(found.purchases) == 2
    assert found.rotation.is_empty()


def test_a_hit_site_keeps_its_share() -> None:
    damage = [{"scenario": "W0", "site": "A", "kept_permille": 500}]
    assert bought(plan(problem([10], damage=damage)).purchases) == 20


@pytest.mark.parametrize(("fee", "opened"), [(4999, True), (5001, False)])
def test_a_site_is_opened_if_it_saves_more_than_it_costs(fee: int, opened: bool) -> None:
    """Ten units at 1,000 missing each, 500 a unit at the new site: opening is worth 5,000."""
    case = problem(
        [10], sites=[site("A"), site("N", candidate=True, opening_fen=fee)],
        options=[option("N", unit_fen=500)], minutes={"N": 60},
    )  # fmt: skip
    found = plan(case)
    assert found.openings.rows() == [("N", opened, fee if opened else 0)]
    assert bought(found.purchases) == (10 if opened else 0)
    without = restock(without_candidates(case), EXACT).value_fen(case.risk)
    assert without == pytest.approx(10_000)
    least, most = worth_of_sites(case, found, EXACT)
    saved = without - found.value_fen(case.risk)
    assert least == pytest.approx(saved, abs=1)
    assert most == pytest.approx(saved, abs=1)


def test_row_order_is_no_input_and_runs_agree() -> None:
    case = problem([10, 40, 70], options=[option(), option(kind="agreement", call_fen=300)])
    names = ("options", "hits", "ways", "scenarios")
    turned = replace(case, **{name: getattr(case, name).reverse() for name in names})
    first, second = restock(case, EXACT), restock(turned, EXACT)
    assert first.purchases.equals(second.purchases)
    assert first.rounds == second.rounds


def test_a_clock_limit_is_marked_and_keeps_its_bound() -> None:
    ticks = iter(range(0, 10_000, 100))
    limits = Limits(gap=1e-9, seconds=50.0, clock=lambda: float(next(ticks)))
    case = problem([10 * k for k in range(1, 11)], options=[option(unit_fen=450)])
    found = restock(case, limits)
    assert found.by_clock
    assert found.bound_fen <= found.value_fen(case.risk)
    assert check(case, found) == []


def test_a_round_limit_keeps_its_bound() -> None:
    case = problem([10 * k for k in range(1, 11)], options=[option(unit_fen=450)])
    found = restock(case, Limits(gap=1e-9, rounds=1))
    assert not found.by_clock
    assert len(found.rounds) == 1
    assert 0 < found.gap(case.risk) < 1


def test_arcs_know_only_what_comes_in_time() -> None:
    case = arrays(problem([5, 0], minutes={"A": 601}))
    assert len(case.blocks[0].arc_row) == 0
    assert case.blocks[0].row_need.tolist() == [5]
    assert case.townships == ("T",)
    assert pl.Series(case.dates).to_list() == ["2026-04-01"]
