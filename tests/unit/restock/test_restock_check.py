"""The judge finds each kind of fault, and knows nothing of the solver."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from optimizer.restock.check import check, respond
from optimizer.restock.problem import Limits, Plan, Problem, Risk
from optimizer.restock.solve import restock
from tests.unit.restock.small import lot, option, problem, site


@pytest.fixture(scope="module")
def solved() -> tuple[Problem, Plan]:
    case = problem(
        [10, 30], sites=[site("A", capacity_l=40), site("B"), site("N", candidate=True,
                                                                   opening_fen=10**7)],
        options=[option(), option("N"), option(kind="agreement", most=5, call_fen=20)],
        stock=[lot("L", 8, "B"), lot("M", 3, "B", expires_on="2026-05-01")],
        lanes=[{"origin": "B", "target": "A", "fen_per_kg": 10}], minutes={"A": 60, "N": 30},
        risk=Risk(0.5, 0.5), dates=[("2026-04-01", 600), ("2026-05-01", 500)],
    )  # fmt: skip
    return case, restock(case, Limits(gap=1e-7))


def rules(solved: tuple[Problem, Plan], **change: object) -> set[str]:
    case, plan = solved
    return {v.rule for v in check(case, replace(plan, **change))}  # type: ignore[arg-type]


def test_the_plan_itself_is_clean(solved: tuple[Problem, Plan]) -> None:
    assert rules(solved) == set()
    assert solved[1].transfers.height == 1


def test_one_unit_more_than_on_sale(solved: tuple[Problem, Plan]) -> None:
    first = pl.col("kind") == "agreement"
    row = (
        solved[1]
        .purchases.head(1)
        .with_columns(
            kind=pl.lit("agreement"), quantity=pl.lit(6, pl.Int64), cost_fen=pl.lit(600, pl.Int64)
        )
    )
    more = pl.concat([solved[1].purchases.filter(~first), row])
    assert "most" in rules(solved, purchases=more)


def test_a_changed_quantity_breaks_price_and_targets(solved: tuple[Problem, Plan]) -> None:
    more = solved[1].purchases.with_columns(pl.col("quantity") + 1)
    assert {"price", "targets"} <= rules(solved, purchases=more)


def test_money_spent_before_it_is_free(solved: tuple[Problem, Plan]) -> None:
    early = solved[1].purchases.with_columns(buys_on=pl.lit("2026-04-01"))
    assert "money" in rules(solved, purchases=early)


def test_stock_that_may_not_be_moved(solved: tuple[Problem, Plan]) -> None:
    moved = solved[1].transfers.with_columns(quantity=pl.lit(9, pl.Int64))
    assert "movable" in rules(solved, transfers=moved)


def test_a_lane_that_is_none(solved: tuple[Problem, Plan]) -> None:
    turned = solved[1].transfers.rename({"origin": "target", "target": "origin"})
    assert "known" in rules(solved, transfers=turned.select(solved[1].transfers.columns))


def test_a_closed_site_is_used(solved: tuple[Problem, Plan]) -> None:
    there = solved[1].purchases.with_columns(site=pl.lit("N"))
    assert "closed" in rules(solved, purchases=there)


def test_a_shelf_too_full(solved: tuple[Problem, Plan]) -> None:
    at_a = (pl.col("site") == "A") & (pl.col("kind") == "physical")
    full = solved[1].targets.with_columns(
        target=pl.when(at_a).then(pl.lit(41)).otherwise(pl.col("target"))
    )
    assert "space" in rules(solved, targets=full)


def test_a_bound_above_the_value(solved: tuple[Problem, Plan]) -> None:
    assert "bound" in rules(solved, bound_fen=solved[1].value_fen(solved[0].risk) * 1.01)


@pytest.mark.parametrize(("field", "rule"), [("expected_loss_fen", "expected_loss"),
                                             ("cvar_fen", "cvar")])  # fmt: skip
def test_a_loss_that_is_not_reached(solved: tuple[Problem, Plan], field: str, rule: str) -> None:
    case, plan = solved
    calls = respond(case, plan)
    assert check(case, plan, calls) == []
    wrong = replace(plan, **{field: getattr(plan, field) * 0.99})
    assert rule in {v.rule for v in check(case, wrong, calls)}


@pytest.mark.parametrize(("change", "rule"), [
    (pl.col("quantity") * 4, "stock"), (pl.col("quantity") * 4, "need"),
    (pl.lit("B").alias("site"), "in_time"),
])  # fmt: skip
def test_calls_that_are_not_possible(
    solved: tuple[Problem, Plan], change: pl.Expr, rule: str
) -> None:
    case, plan = solved
    calls = respond(case, plan).with_columns(change)
    assert rule in {v.rule for v in check(case, plan, calls)}
