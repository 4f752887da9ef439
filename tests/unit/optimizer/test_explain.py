"""Every line and shortfall says why, from the stored row alone."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest

from graphcore.domain.errors import NotFound
from graphcore.domain.text import Text
from optimizer.explain import (
    explain_line,
    explain_shortfall,
    line_reasons,
    shortfall_reasons,
)
from optimizer.problem import Problem, Solution
from optimizer.solve import solve
from tests.support.districts import World, lot, two_villages, van, way

NAMES = {"depot": "一号库", "far": "二号库", "tent": "帐篷"}


def name(code: str) -> str:
    return NAMES.get(code, code)


def solved(world: World) -> tuple[Problem, Solution]:
    return world.problem, solve(world.problem)


@pytest.mark.parametrize(
    ("world", "words"),
    [
        (two_villages().replace(lots=(lot("L1", "tent", 9),)), "库存不足"),
        (two_villages().replace(access=(way("depot", "wang", 60),)), "没有能到达的通路"),
        (two_villages().replace(fleet=(van(0, 40),), days=1), "运力已满"),
        (two_villages().replace(lots=(lot("L", "tent", 9, only_groups=["disabled"]),)), "捐赠人"),
        (two_villages().replace(lots=(lot("L1", "tent", 9, hold="frozen"),)), "待检或冻结"),
        (two_villages().replace(lots=(lot("L1", "tent", 9, expires_day=-1),)), "过期"),
        (two_villages().replace(lots=(lot("L1", "tent", 9, commanded=False),)), "商请"),
    ],
)
def test_each_binding_reason_has_words(world: World, words: str) -> None:
    _, solution = solved(world)
    texts = [str(explain_shortfall(r, name)) for r in solution.shortfalls.to_dicts()]
    assert any(words in text for text in texts)
    assert all(text.startswith("缺帐篷 ") for text in texts)


def test_every_line_has_words_with_names() -> None:
    _, solution = solved(two_villages())
    texts = [str(explain_line(row, name)) for row in solution.lines.to_dicts()]
    assert texts[0].startswith("从一号库发出帐篷 6 件，第 1 天送达。")
    assert all("保底" in text for text in texts)


def test_a_late_line_says_so() -> None:
    _, solution = solved(two_villages().replace(lots=(lot("L1", "tent", 10, arrives_day=1),)))
    assert "晚 1 天" in str(explain_line(solution.lines.row(0, named=True), name))


def test_a_line_says_why_this_lot_and_this_warehouse() -> None:
    lots = (lot("A", "tent", 3, expires_day=9), lot("B", "tent", 10, warehouse="far"))
    ways = (*two_villages().access, way("far", "li", 90), way("far", "wang", 90))
    fleet = (*two_villages().fleet, van(0, warehouse="far"))
    problem, solution = solved(two_villages().replace(lots=lots, access=ways, fleet=fleet))
    far = solution.lines.row(by_predicate=_from("far"), named=True)
    near = solution.lines.row(by_predicate=_from("depot"), named=True)
    assert "更近的仓库（一号库）" in _joined(line_reasons(solution, problem, far["line"], name))
    words = _joined(line_reasons(solution, problem, near["line"], name))
    assert "路程最短" in words
    assert "先到期的先发" in words


def test_a_shortfall_says_what_was_served() -> None:
    problem, solution = solved(two_villages().replace(lots=(lot("L1", "tent", 9),)))
    row = solution.shortfalls.row(0, named=True)
    owed = {"li": 6, "wang": 4}[row["need"]]
    words = _joined(shortfall_reasons(solution, problem, row["shortfall"], name))
    assert f"应得 {owed} 件，计划发放 {owed - 1} 件" in words


def test_unknown_ids_are_refused() -> None:
    problem, solution = solved(two_villages())
    with pytest.raises(NotFound, match="A-0"):
        line_reasons(solution, problem, "A-0")
    with pytest.raises(NotFound, match="SF-0"):
        shortfall_reasons(solution, problem, "SF-0")


def _from(warehouse: str) -> pl.Expr:
    return pl.col("line") == pl.col("line").filter(pl.col("warehouse") == warehouse).first()


def _joined(texts: Sequence[Text]) -> str:
    return "\n".join(str(t) for t in texts)


@pytest.mark.parametrize(("opens", "arrives", "said"), [
    (0, 0, []), (1, 0, ["道路预计第 2 天抢通"]), (0, 1, ["批次预计第 2 天到货"]),
    (1, 1, ["道路预计第 2 天抢通", "批次预计第 2 天到货"]),
])  # fmt: skip
def test_a_line_says_what_is_only_expected(opens: int, arrives: int, said: list[str]) -> None:
    world = two_villages().replace(
        access=(way("depot", "li", 30, from_day=opens), way("depot", "wang", 60, from_day=opens)),
        lots=(lot("L1", "tent", 10, arrives_day=arrives),),
    )
    solution = solve(world.problem)
    words = _joined(line_reasons(solution, world.problem, solution.lines["line"][0]))
    expected = ("道路预计第 2 天抢通", "批次预计第 2 天到货")
    assert [text for text in expected if text in words] == said
