"""What thresholds cost, by a labelled sample; each bound and one past it."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from graphcore.linkage.thresholds import (
    LABELS,
    draw,
    errors_at,
    errors_now,
    errors_of,
    judged,
    propose,
    share,
)

PAIRS = pl.DataFrame(
    [
        ("a", "x", 20.0, "matched", "sure", True), ("b", "y", 9.0, "matched", "best", True),
        ("c", "z", 7.0, "review", "low", True), ("d", "v", 11.0, "review", "numbers_differ", False),
        ("e", "w", 1.0, "review", "low", True),
    ],
    schema=["left", "right", "weight", "outcome", "reason", "free"], orient="row",
)  # fmt: skip


def sample(*rows: tuple[str, str, bool], single: bool = False) -> pl.DataFrame:
    return judged(PAIRS, pl.DataFrame(list(rows), schema=LABELS, orient="row"), single=single)


ALL = (("a", "x", True), ("b", "y", False), ("c", "z", True), ("d", "v", True), ("e", "w", False),
       ("f", "u", True))  # fmt: skip


def counts(found: Any) -> tuple[int, ...]:
    return (found.matched, found.wrong, found.real, found.missed, found.unseen)


def test_what_the_comparison_did_to_the_sample() -> None:
    assert counts(errors_now(sample(*ALL))) == (2, 1, 4, 3, 1)


@pytest.mark.parametrize(
    ("weight", "told"),
    [
        (9.0, (2, 1, 4, 3, 1)),
        (9.001, (1, 0, 4, 3, 1)),  # what is certain stays matched, whatever it weighs
        (7.0, (3, 1, 4, 2, 1)),
        (1.0, (4, 2, 4, 2, 1)),  # what a rule holds back stays held back
    ],
)
def test_a_threshold_moves_only_what_the_weight_decides(
    weight: float, told: tuple[int, ...]
) -> None:
    assert counts(errors_at(sample(*ALL), weight)) == told


def test_records_of_one_table_may_change_places() -> None:
    assert errors_now(sample(("x", "a", True), single=True)).matched == 1
    assert errors_now(sample(("x", "a", True))).unseen == 1


def test_a_few_right_pairs_prove_little() -> None:
    assert share(3, 3).least == pytest.approx(0.4385, abs=1e-4)
    assert share(0, 3).most == pytest.approx(1 - 0.4385, abs=1e-4)
    assert (share(0, 0).least, share(0, 0).most) == (0.0, 1.0)
    assert share(8, 88_409).most < 0.0002


def labelled(n: int, weight: float, *, same: bool = True, outcome: str = "matched") -> pl.DataFrame:
    return pl.DataFrame({"same": [same] * n, "weight": [weight] * n, "outcome": [outcome] * n,
                         "free": [True] * n, "certain": [False] * n})  # fmt: skip


@pytest.mark.parametrize(("pairs", "found"), [(380, 5.0), (379, None)])
def test_a_threshold_is_given_only_where_the_sample_proves_it(
    pairs: int, found: float | None
) -> None:
    allowed = share(0, 380).most
    assert propose(labelled(pairs, 5.0), allowed, 0.5).matched == found


def test_the_least_proven_threshold_is_proposed() -> None:
    light = labelled(5, 2.0, same=False, outcome="review")
    told = pl.concat([light, labelled(200, 4.0), labelled(200, 6.0)])
    assert propose(told, 0.01, 1.0).matched == 4.0
    assert propose(told, 0.05, 1.0).matched == 2.0


def test_the_review_begins_where_no_more_true_pairs_than_allowed_lie_below() -> None:
    light = labelled(1, 1.0, outcome="review")
    told = pl.concat([light, labelled(50, 2.0, same=False, outcome="review"), labelled(399, 9.0)])
    assert propose(told, 1.0, share(1, 400).most).review == 9.0
    assert propose(told, 1.0, share(0, 400).most).review == 1.0
    assert propose(told, 1.0, share(0, 401).most).review is None


def test_each_weight_has_its_errors() -> None:
    table = errors_of(sample(*ALL), [9.0, 7.0])
    assert table.select("weight", "matched", "wrong", "missed").rows() == [
        (7.0, 3, 1, 2), (9.0, 2, 1, 3),
    ]  # fmt: skip


def test_a_sample_is_drawn_evenly_and_the_same_again() -> None:
    some = draw(PAIRS, 3, seed=4)
    assert some.equals(draw(PAIRS.reverse(), 3, seed=4))
    assert (some.height, draw(PAIRS, 99, seed=4).height) == (3, 5)
    assert some.columns == ["left", "right", "weight", "outcome", "same"]
