"""Explaining: what is told of a household, a township and a line is what is stored and owed."""

from __future__ import annotations

import polars as pl
import pytest

from api.usecases.context import Context
from api.usecases.explain_case import explain, somebody_short
from api.usecases.story import Section, Story
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden, NotFound
from graphcore.domain.text import Text
from tests.support.plans import change, in_force, lines, nodes
from tests.support.walked import dispatcher


def plan_of(ctx: Context) -> str:
    return str(in_force(ctx)["id"])


def section(story: Story, heading: str) -> Section:
    return next(s for s in story.sections if str(s.heading) == heading)


def headings(story: Story) -> list[str]:
    return [str(s.heading) for s in story.sections]


def test_a_household_is_told_what_it_is_owed_what_comes_and_what_lacks(planned: Context) -> None:
    who = somebody_short(planned, dispatcher(), plan_of(planned))
    story = explain(planned, dispatcher(), who)
    assert headings(story)[:4] == ["情况", "应得及依据", "五项基本需求", "已安排"]
    assert "尚缺" in headings(story)
    got = lines(planned, plan_of(planned)).filter(pl.col("subject") == who)
    told = section(story, "已安排").rows
    names = dict(nodes(planned, "SupplyItem").select("code", "name").iter_rows())
    assert {str(r[0]) for r in told} == {names[i] for i in got["item"].to_list()}


def test_what_is_owed_comes_with_its_formula_and_its_source(planned: Context) -> None:
    who = somebody_short(planned, dispatcher(), plan_of(planned))
    rows = section(explain(planned, dispatcher(), who), "应得及依据").rows
    assert all("=" in str(r[2]) and str(r[3]) for r in rows)


def test_a_household_is_found_by_its_code_too(planned: Context) -> None:
    who = somebody_short(planned, dispatcher(), plan_of(planned))
    code = nodes(planned, "Household").filter(pl.col("id") == who)["code"][0]
    assert explain(planned, dispatcher(), code) == explain(planned, dispatcher(), who)


@pytest.mark.parametrize("by", ["name", "code"])
def test_a_township_is_told_its_figures_its_ways_and_what_binds(planned: Context, by: str) -> None:
    town = nodes(planned, "Township").sort("code").row(0, named=True)
    story = explain(planned, dispatcher(), town[by])
    assert {"情况", "从哪里能送到", "物资"} <= set(headings(story))
    for _, needed, served, missing, _ in section(story, "物资").rows:
        assert isinstance(needed, int)
        assert needed == int(str(served)) + int(str(missing))


def test_a_line_says_why_here_and_not_elsewhere(planned: Context) -> None:
    key = lines(planned, plan_of(planned), "firm")["id"].sort()[0]
    sentences = [str(s) for s in explain(planned, dispatcher(), key).sections[0].sentences]
    assert any("发出" in s for s in sentences)
    assert any("路程最短" in s or "更近的仓库" in s for s in sentences)


def test_a_shortfall_says_what_binds_it(planned: Context) -> None:
    key = nodes(planned, "Shortfall")["id"].sort()[0]
    sentences = [str(s) for s in explain(planned, dispatcher(), key).sections[0].sentences]
    assert sentences[0].startswith("缺")


def test_data_that_changed_since_the_plan_are_mentioned(planned: Context) -> None:
    who = somebody_short(planned, dispatcher(), plan_of(planned))
    note = "数据有过变化"
    assert not any(note in str(s) for s in _sentences(explain(planned, dispatcher(), who)))
    other = nodes(planned, "Household").filter(pl.col("id") != who)["id"][0]
    change(planned, "Household", id=other, persons=9)
    assert any(note in str(s) for s in _sentences(explain(planned, dispatcher(), who)))


def _sentences(story: Story) -> list[Text]:
    return [s for part in story.sections for s in part.sentences]


def test_nothing_of_that_name_and_nobody_without_the_right(planned: Context) -> None:
    with pytest.raises(NotFound):
        explain(planned, dispatcher(), "没有这个地方")
    with pytest.raises(NotFound):
        explain(planned, dispatcher(), "A-nowhere-00001")
    with pytest.raises(Forbidden):
        explain(planned, Actor("p", frozenset({Role.PLATFORM}), ""), "清河镇")


def test_no_name_of_a_person_is_told(planned: Context) -> None:
    who = somebody_short(planned, dispatcher(), plan_of(planned))
    record = nodes(planned, "PersonalRecord").filter(pl.col("subject") == who).row(0, named=True)
    name = planned.vault.open(who, record["wrapped_key"], record["ciphertext"])["name"]
    cells = [
        str(c) for s in explain(planned, dispatcher(), who).sections for r in s.rows for c in r
    ]
    assert not any(str(name) in c for c in cells)
