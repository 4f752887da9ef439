"""Routes, what stays and cuts, in words."""

from __future__ import annotations

import pytest

from graphcore.domain.errors import NotFound
from optimizer.transport.explain import explain_cut, explain_left, explain_route, why
from optimizer.transport.rules.case import Row
from optimizer.transport.tables import CUTS
from tests.support.towns import by_water, load, one, place, road, routed, vehicle

REASONS = ("road", "together", "vehicle", "size", "window", "hours", "fleet")


def test_a_day_says_when_how_much_and_what_limits_it() -> None:
    case = one(load(units=30), vehicle(trips=2))
    whole, first, second, limit = (str(t) for t in explain_route(case, routed(case), "t1", 0))
    assert whole == "t1 第 1 天出车 2 趟，08:00 开始装车，14:20 返回，行驶 240 分钟。"
    assert "08:30 从D出发" in first
    assert "/2000 千克" in first
    assert "P（" in second
    assert limit == "当日趟数已用完（最多 2 趟）。"


@pytest.mark.parametrize(
    ("hours", "words"), [(209, "工时已用完（剩余 29 分钟）"), (210, "还有 30 分钟可用")]
)
def test_hours_are_spent_below_half_an_hour(hours: int, words: str) -> None:
    case = one(truck=vehicle(hours=hours))
    assert words in str(explain_route(case, routed(case), "t1", 0)[-1])


def test_names_of_people_replace_ids() -> None:
    case = one()
    texts = explain_route(case, routed(case), "t1", 0, {"t1": "川A1", "P": "东村", "D": "库"}.get)  # type: ignore[arg-type]
    assert "川A1" in str(texts[0])
    assert "东村" in str(texts[1])


def test_a_vehicle_that_stays_has_no_route() -> None:
    case = one()
    with pytest.raises(NotFound):
        explain_route(case, routed(case), "t1", 1)


def test_what_stays_says_why_and_what_would_help() -> None:
    routes = routed(one(way=road("d", "p", 60, "cut")))
    text = str(explain_left(routes.left.row(0, named=True)))
    assert text.startswith("第 1 天从D到P有 10 件未能装运：当天没有这些车船能往返的通路。")


def test_the_second_leg_is_named() -> None:
    routes = routed(by_water(trips=1))
    assert "在转运点Q" in str(explain_left(routes.left.row(0, named=True)))


def test_a_closed_door_is_a_window() -> None:
    routes = routed(one(point=place("P", closes=500)))
    assert "关闭时间" in str(explain_left(routes.left.row(0, named=True)))


@pytest.mark.parametrize("kind", ["way", "capacity", "item"])
def test_each_kind_of_cut_has_its_sentence(kind: str) -> None:
    row: Row = {**dict.fromkeys(CUTS, "x"), "kind": kind, "day": 0, "capacity_kg": 7, "capacity_l": 9,
                "reason": "road"}  # fmt: skip
    text = str(explain_cut(row))
    assert "通路" in text
    assert ("7 千克" in text) is (kind == "capacity")


def test_every_reason_has_words_of_its_own() -> None:
    assert len({str(why(r)) for r in REASONS}) == len(REASONS)
    assert str(why("new")) == "原因代码 new。"
