"""Numbers that no plan can be made from are refused, with the table and column."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from graphcore.domain.errors import ProblemInvalid
from optimizer.restock.problem import Problem, Risk
from optimizer.restock.validate import validate
from tests.unit.restock.small import lot, option, problem, site


def refused(case: Problem) -> str:
    with pytest.raises(ProblemInvalid) as caught:
        validate(case)
    assert str(caught.value.advice)
    return caught.value.field


def test_a_good_problem_passes_unchanged() -> None:
    case = problem([1, 2], stock=[lot("L", 1)])
    assert validate(case).hits.equals(case.hits)


@pytest.mark.parametrize(("column", "low", "high"), [
    ("unit_fen", 0, 10_000_000_000), ("most", 0, 100_000_000), ("delay_min", 0, 525_600),
])  # fmt: skip
def test_ranges_hold_at_their_bounds(column: str, low: int, high: int) -> None:
    for value in (low, high):
        validate(problem([1], options=[option() | {column: value}]))
    for value in (low - 1, high + 1):
        assert refused(problem([1], options=[option() | {column: value}])) == f"options.{column}"


def test_probabilities_must_add_up_to_one() -> None:
    validate(problem([1, 2], [0.5, 0.5 + 9e-7]))
    assert refused(problem([1, 2], [0.5, 0.51])) == "scenarios.probability"


def test_unknown_codes_are_named() -> None:
    assert refused(problem([1], options=[option("Z")])) == "options.site"
    assert refused(problem([1], stock=[lot("L", 1, "Z")])) == "stock.site"
    assert refused(problem([1], options=[option(item="x")])) == "options.item"


def test_double_keys_bad_dates_and_kinds() -> None:
    assert refused(problem([1], stock=[lot("L", 1), lot("L", 2)])) == "stock.lot"
    assert refused(problem([1], stock=[lot("L", 1, expires_on="soon")])) == "stock.expires_on"
    assert refused(problem([1], strikes="")) == "scenarios.strikes_on"
    assert refused(problem([1], options=[option(kind="promise")])) == "options.kind"


def test_no_purchase_date_and_stock_at_a_closed_site() -> None:
    case = problem([1])
    assert refused(replace(case, dates=case.dates.head(0))) == "dates"
    closed = problem([1], sites=[site("A", candidate=True)], stock=[lot("L", 1)])
    assert refused(closed) == "stock.site"


@pytest.mark.parametrize("risk", [Risk(-0.1, 0.5), Risk(1.0, 1.0), Risk(1.0, -0.1)])
def test_risk_parameters_have_a_range(risk: Risk) -> None:
    assert refused(problem([1], risk=risk)) == "risk"


def test_a_null_is_out_of_range() -> None:
    case = problem([1])
    empty = case.hits.with_columns(quantity=pl.lit(None, pl.Int64))
    assert refused(replace(case, hits=empty)) == "hits.quantity"
