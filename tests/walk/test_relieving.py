"""Measures: each is solved again; what it claims is what solving gives."""

from __future__ import annotations

import polars as pl
import pytest

from api.usecases.context import Context
from api.usecases.explain.case import Case
from api.usecases.planning.measures import Words, measures
from api.usecases.relief import relief
from api.usecases.show import plan_view
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden
from graphcore.domain.supply import Mode
from optimizer.check import check
from optimizer.solve import solve
from tests.support.plans import faults, nodes
from tests.support.walked import dispatcher


@pytest.fixture
def case(planned: Context) -> Case:
    return Case(planned, plan_view(planned, dispatcher()))


def tried(case: Case) -> list[str]:
    shorts = solve(case.problem).shortfalls
    words = Words(case.called, case.unit)
    return [str(m.what) for m in measures(case.snapshot, case.demand, case.problem, shorts, words)]


def test_every_measure_is_a_sound_problem_whose_plan_keeps_the_rules(case: Case) -> None:
    shorts = solve(case.problem).shortfalls
    words = Words(case.called, case.unit)
    for m in measures(case.snapshot, case.demand, case.problem, shorts, words)[:6]:
        assert check(m.problem, solve(m.problem)) == [], str(m.what)


def test_each_reason_suggests_what_would_lift_it(case: Case) -> None:
    reasons = set(solve(case.problem).shortfalls["reason"])
    told = "\n".join(tried(case))
    words = {"requested": "权属单位同意", "hold": "解除冻结", "intent": "征得捐赠人同意",
             "stock": "补充", "vehicle": "每天增加"}  # fmt: skip
    for reason in reasons & words.keys():
        assert words[reason] in told, reason
    assert reasons & words.keys()


def test_a_shut_road_is_suggested_only_if_it_leads_to_somebody_who_waits(case: Case) -> None:
    shorts = solve(case.problem).shortfalls
    words = Words(case.called, case.unit)
    for m in measures(case.snapshot, case.demand, case.problem, shorts, words):
        if str(m.what).startswith("抢通"):
            key = ["warehouse", "point", "mode"]
            fresh = m.problem.access.join(case.problem.access, on=key, how="anti")
            waits = shorts.filter(pl.col("reason") == "road")["point"]
            assert set(fresh["point"]) & set(waits)
            assert m.behind > 0


def test_the_cheapest_a_household_comes_first_and_nothing_is_written(planned: Context) -> None:
    before = nodes(planned, "Event").height
    found = relief(planned, dispatcher(), most=4)
    assert found
    assert [r.rank for r in found] == sorted(r.rank for r in found)
    assert all(not r.effect.idle for r in found)
    assert nodes(planned, "Event").height == before
    assert faults(planned) == set()


def test_who_may_not_see_cases_gets_no_measures(planned: Context) -> None:
    with pytest.raises(Forbidden):
        relief(planned, Actor("p", frozenset({Role.PLATFORM}), ""))


def test_every_mode_has_a_word_for_one_vehicle() -> None:
    from api.text.words import WORDS

    assert set(WORDS["vehicle"]) == {m.value for m in Mode} - {Mode.TRANSFER.value}
