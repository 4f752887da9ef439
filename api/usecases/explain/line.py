"""One line, or one shortfall: why here and not there."""

from __future__ import annotations

import polars as pl

from api.usecases.explain import exchange
from api.usecases.explain.case import Case
from api.usecases.explain.delivery import rides
from api.usecases.story import Section, Story
from graphcore.domain.text import say
from optimizer.explain import explain_line, line_reasons, shortfall_reasons


def story(case: Case, key: str) -> Story:
    """Explain a line or a shortfall by its id.

    Raises:
        NotFound: the plan has neither.
    """
    title = say("{key} 的说明（第 {number} 号计划）", key=key, number=case.view.plan["number"])
    if case.view.shortfalls.filter(pl.col("shortfall") == key).height:
        sentences = shortfall_reasons(case.solution, case.problem, key, case.called, case.unit)
        return Story(title, (Section(say("为什么还缺"), (*sentences, *case.moved())),))
    found = case.view.lines.filter(pl.col("line") == key)
    if found.height and found["reason"][0] == "carried":
        return Story(title, (_carried(case, found.row(0, named=True)),))
    sentences = line_reasons(case.solution, case.problem, key, case.called, case.unit, case.ruled)
    row = case.view.lines.filter(pl.col("line") == key).row(0, named=True)
    goes = say("送到{point}，给户 {home}。", point=case.name(row["point"]),
               home=case.name(row["subject"]))  # fmt: skip
    why = Section(say("为什么这样安排"), (goes, *sentences, *case.moved()))
    return Story(title, (why, *_rides(case, key), *exchange.sections(case, row)))


def _carried(case: Case, row: dict[str, object]) -> Section:
    """Say what a line counts that left under an earlier plan, and where to read on."""
    return Section(say("为什么这样安排"), (
        explain_line(row, case.called, case.unit),
        say("送到{point}，给户 {home}。", point=case.name(str(row["point"])),
            home=case.name(str(row["subject"]))),
    ))  # fmt: skip


def _rides(case: Case, key: str) -> tuple[Section, ...]:
    texts = rides(case, key)
    return (Section(say("怎么送"), tuple(texts)),) if texts else ()
