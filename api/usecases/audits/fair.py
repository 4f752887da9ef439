"""Fairness on a screen: coverage by category, the largest gaps first, and who is behind each."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from api.access import Operation, authorise
from api.usecases.audits.gathering import gather_facts
from api.usecases.audits.judging import coverage_of
from api.usecases.audits.running import book_of
from api.usecases.context import Context
from graphcore.casework.audits import fairness
from graphcore.domain.actor import Actor
from graphcore.domain.errors import NotFound
from graphcore.domain.text import say


@dataclass(frozen=True)
class Fair:
    """COVERAGE; the households behind the category that was asked for (household, coverage)."""

    table: pl.DataFrame
    behind: pl.DataFrame


def fair(ctx: Context, actor: Actor, category: str = "") -> Fair:
    """Return coverage within the district, and the households behind ``dimension:category``.

    A township's clerk sees the whole table, which names nobody, and only households of their own.

    Raises:
        Forbidden: the actor may not read findings.
        NotFound: the category is not in the table, or was merged since it is too small.
    """
    authorise(actor, Operation.READ_AUDIT)
    facts = gather_facts(ctx)
    table, belongs, cover = coverage_of(facts, book_of(facts).accounts)
    nobody = cover.clear()
    if not category:
        return Fair(table, nobody)
    dimension, _, name = category.partition(":")
    shown = table.filter((pl.col("dimension") == dimension) & (pl.col("category") == name))
    if shown.is_empty() or name == fairness.MERGED:
        raise NotFound(say("统计表中没有类别 {category}。", category=category[:40]),
                       say("写法如 township:331121202000；户数太少的类别已经合并。"))  # fmt: skip
    mine = facts.homes.filter(pl.col("village").str.starts_with(actor.scope)).select("household")
    short = fairness.behind(belongs, cover, dimension, name)
    return Fair(table, short.join(mine, on="household", how="semi"))
