"""Plans looked into over the wire: figures of the small world, words in the caller's language."""

from __future__ import annotations

import pytest

from graphcore.domain.actor import Role
from tests.support.small_world import PLAN
from tests.unit.http.serving import Service


def test_an_order_of_goals_that_cannot_be_is_refused_at_once(shop: Service) -> None:
    answer = shop.ask_plan("orders-01", goals=["survival_floor=1%"])
    assert (answer.status_code, answer.json()["code"]) == (400, "input")
    answer = shop.ask_plan("orders-02", goals=["x" * 101])
    assert answer.status_code == 422


def test_a_plans_order_and_tilt_are_told(shop: Service) -> None:
    assert shop.get(f"/v1/plans/{PLAN}").json()["aims"] == []
    assert shop.get(f"/v1/plans/{PLAN}/tilt").json() == {"plan": PLAN, "rows": []}


@pytest.mark.parametrize(("language", "goal"), [("zh", "生存底线"), ("en", "survival floor")])
def test_a_difference_speaks_the_callers_language(shop: Service, language: str, goal: str) -> None:
    headers = {**shop.key(Role.DISPATCHER), "Accept-Language": language}
    path = f"/v1/plans/{PLAN}/difference?to={PLAN}"
    told = shop.client.get(path, headers=headers).json()
    goals = told["sections"][1]
    assert goal in goals["rows"][0][0]
    assert all(len(row) == len(s["columns"]) for s in told["sections"] for row in s["rows"])
