"""Sentences carry the plan's figures."""

from __future__ import annotations

import pytest

from graphcore.domain.tables import frame
from optimizer.restock.depletion import DAILY, lasting
from optimizer.restock.problem import Limits
from optimizer.restock.solve import restock
from optimizer.restock.value import worth_of_sites
from optimizer.restock.words import lasting_words, plan_words
from tests.unit.restock.small import lot, option, problem, site

EXACT = Limits(gap=1e-7)


def test_a_transfer_is_argued_by_its_number() -> None:
    case = problem(
        [10], options=[], stock=[lot("L", 8, "B")], sites=[site("A"), site("B")],
        minutes={"A": 60}, lanes=[{"origin": "B", "target": "A", "fen_per_kg": 50}],
    )  # fmt: skip
    (text,) = plan_words(restock(case, EXACT))
    assert str(text) == "从 B 调 tent 8 件到 A：运费 4.00 元，不调则预期损失与风险增加 80.00 元。"


def test_purchases_rotation_and_sites_are_said() -> None:
    case = problem(
        [10], stock=[lot("L", 8, expires_on="2026-05-31")],
        sites=[site("A"), site("N", candidate=True, opening_fen=10**7)], options=[option(lead_days=5)],
    )  # fmt: skip
    texts = [str(t) for t in plan_words(restock(case, EXACT))]
    assert texts[0] == "2026-04-01 为 A 采购实物储备 tent 10 件，10.00 元，2026-04-06 起可调用。"
    assert "请在 2026-05-01 前轮换；已列采购补足 8 件" in texts[1]
    assert texts[2].startswith("不建议启用库点 N")


def test_how_long_stock_lasts_is_said() -> None:
    need = frame(DAILY, [{"township": "T", "item": "tent", "priority": 1, "quantity": 25}])
    case = problem([1], stock=[lot("L", 100)])
    assert [str(t) for t in lasting_words(lasting(case, "W0", need, 30))] == [
        "tent：足额保障 4 天，2026-06-05 起不足。"
    ]
    assert "4 天内都够用" in str(lasting_words(lasting(case, "W0", need, 4))[0])
    far = problem([1], stock=[lot("L", 100)], minutes={"A": 601})
    assert "送不到" in str(lasting_words(lasting(far, "W0", need, 4))[0])


def test_what_a_new_site_is_worth() -> None:
    case = problem(
        [10], sites=[site("A"), site("N", candidate=True, opening_fen=1000)],
        options=[option("N", unit_fen=500)], minutes={"N": 60},
    )  # fmt: skip
    least, most = worth_of_sites(case, restock(case, EXACT), EXACT)
    assert least == pytest.approx(4000, abs=1)
    assert most == pytest.approx(4000, abs=1)
