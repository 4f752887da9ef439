"""One line, or one shortfall: why here and not there."""

from __future__ import annotations

import polars as pl

from api.usecases.explain import exchange
from api.usecases.explain.case import Case
from api.usecases.story import Section, Story
from graphcore.domain.text import say
from optimizer.explain import line_reasons, shortfall_reasons


def story(case: Case, key: str) -> Story:
    """Explain a line or a shortfall by its id.

    Raises:
        NotFound: the plan has neither.
    """
    title = say("{key} 的说明（第 {number} 号计划）", key=key, number=case.view.plan["number"])
    if case.view.shortfalls.filter(pl.col("shortfall") == key).height:
        sentences = shortfall_reasons(case.solution, case.problem, key, case.called, case.unit)
        return Story(title, (Section(say("为什么还缺"), (*sentences, *case.moved())),))
    sentences = line_reasons(case.solution, case.problem, key, case.called, case.unit, case.ruled)
    row = case.view.lines.filter(pl.col("line") == key).row(0, named=True)
    goes = say("送到{point}，给户 {home}。", point=case.name(row["point"]),
               home=case.name(row["subject"]))  # fmt: skip
    why = Section(say("为什么这样安排"), (goes, *sentences, *case.moved()))
    return Story(title, (why, *exchange.sections(case, row)))
