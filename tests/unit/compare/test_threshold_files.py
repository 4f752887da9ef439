"""Labelled samples read, thresholds by rule, and the rule that a sample proves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.usecases.comparison.limits import Limits, expected, limits_in, read_labels, write_rule
from graphcore.domain.errors import InputError, PolicyError
from graphcore.linkage.decide import Thresholds
from graphcore.linkage.thresholds import Errors
from graphcore.policy.rulebook import load

DAY = date(2026, 7, 1)


def test_the_shipped_rule_has_the_thresholds_of_the_method() -> None:
    assert limits_in(load(), DAY).thresholds == Thresholds()


def test_a_districts_rule_goes_over_the_shipped_one(tmp_path: Path) -> None:
    mine = Limits(
        replace(Thresholds(), matched=9.25), Errors(400, 1, 420, 21, 2), "本区标注样本 500 对"
    )
    write_rule(tmp_path / "district" / "linkage.yaml", mine, DAY)
    assert limits_in(load([tmp_path / "district"]), DAY) == mine
    assert limits_in(load([tmp_path / "district"]), date(2026, 6, 30)).thresholds == Thresholds()


@pytest.mark.parametrize("value", ["{matched: 8}", "{match: 8, errors: {}}", "8"])
def test_a_rule_that_is_written_otherwise_is_refused(tmp_path: Path, value: str) -> None:
    text = ("parameters: {linkage.thresholds: {title: t, values: [{from: 2026-01-01, "
            f"value: {value}, status: local, cites: c}}]}}}}")  # fmt: skip
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError):
        limits_in(load([tmp_path]), DAY)


def test_expected_errors_come_with_their_interval() -> None:
    told = expected(Limits(Thresholds(), Errors(1_000, 10, 1_000, 50, 5), "样本"), 200)
    assert told.wrong.value == pytest.approx(2.0)
    assert told.wrong.least < 2.0 < told.wrong.most < 4.0
    assert told.missed.value == pytest.approx(0.05)


def labels(folder: Path, text: str) -> Path:
    path = folder / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_words_for_yes_and_no_are_read_and_blanks_wait(tmp_path: Path) -> None:
    told = read_labels(
        labels(tmp_path, "left,right,weight,same\r\n1,a,3,是\r\n2,b,4,No\r\n3,c,5,\r\n")
    )
    assert told.rows() == [("1", "a", True), ("2", "b", False)]


@pytest.mark.parametrize(
    "text",
    ["left,right\n1,a\n", "left,right,same\n1,a,也许\n", "left,right,same\n1,a,是\n1,a,否\n", ""],
)  # fmt: skip
def test_a_sample_that_says_nothing_clear_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"labels\.csv"):
        read_labels(labels(tmp_path, text))
