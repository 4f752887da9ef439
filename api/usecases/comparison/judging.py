"""Thresholds judged by a labelled sample: what those in use cost, and which ones it proves."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from api.access import Operation, authorise
from api.usecases.comparison.extra import compared, linking
from api.usecases.comparison.limits import Limits, limits_in
from api.usecases.comparison.sides import sides_of
from api.usecases.context import Context
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import InputError
from graphcore.domain.text import say
from graphcore.linkage.decide import Thresholds
from graphcore.linkage.thresholds import (
    Errors,
    Proposal,
    errors_now,
    errors_of,
    judged,
    propose,
)

if TYPE_CHECKING:
    from graphcore.linkage.link import Links


@dataclass(frozen=True, slots=True)
class Allowed:
    """Shares of errors that are allowed: false among the matched, true pairs that nobody sees."""

    wrong: float = 0.001
    missed: float = 0.01


@dataclass(frozen=True, slots=True)
class Judgement:
    """``labelled`` pairs, ``decided`` of them in the review; ``now``: what the thresholds did to them.

    ``table``: ERRORS by weight; ``proposal``: what the sample proves; ``proposed``: the thresholds
    with what is proven in place, and what they did to the sample.
    """

    labelled: int
    decided: int
    thresholds: Thresholds
    now: Errors
    table: pl.DataFrame
    proposal: Proposal
    proposed: Limits


def judge(
    made: Links, labels: pl.DataFrame, thresholds: Thresholds, allowed: Allowed, *,
    decided: int = 0, single: bool = False,
) -> Judgement:  # fmt: skip
    """Judge a comparison by a labelled sample.

    Raises:
        InputError: the sample is empty.
    """
    _some(labels)
    sample = judged(made.pairs, labels, single=single)
    weights = sample["weight"].drop_nulls().unique().to_list()
    found = propose(sample, allowed.wrong, allowed.missed)
    better = replace(
        thresholds,
        matched=thresholds.matched if found.matched is None else found.matched,
        review=thresholds.review if found.review is None else found.review,
    )
    table = errors_of(sample, sorted({*weights, thresholds.matched, better.matched}))
    row = table.filter(pl.col("weight") == better.matched).row(0, named=True)
    then = Errors(**{k: int(row[k]) for k in ("matched", "wrong", "real", "missed", "unseen")})
    cites = say("本区标注样本 {n} 对", n=sample.height).render(str)
    return Judgement(sample.height, decided, thresholds, errors_now(sample), table, found,
                     Limits(better, then, cites))  # fmt: skip


def _some(labels: pl.DataFrame) -> None:
    if labels.is_empty():
        raise InputError(say("没有标注过的记录对。"),
                         say("请先标注抽样，或用 doudi review 认定存疑的记录对。"), field="labels")  # fmt: skip


def judge_stored(
    ctx: Context, actor: Actor, labels: pl.DataFrame | None, allowed: Allowed
) -> Judgement:
    """Judge the stored comparison's thresholds by the reviewed decisions, and by further labels.

    The tables are compared anew without what was decided, as the method alone would do it.

    Raises:
        Forbidden: the actor may not compare.
        SettingsError: the comparison's libraries are not installed.
        InputError: nothing was decided and nothing labelled.
    """
    authorise(actor, Operation.COMPARE, ctx.district)
    module, sides = linking(), sides_of(ctx)
    limits = limits_in(ctx.rulebook.within(ctx.district), day_of(ctx.clock()))
    known = pl.concat([
        sides.together.with_columns(same=pl.lit(value=True)),
        sides.apart.with_columns(same=pl.lit(value=False)),
    ])  # fmt: skip
    every = known if labels is None else pl.concat([known, labels])
    _some(every)  # before the tables are compared
    made = compared(module, sides.left, sides.right, limits.thresholds)
    return judge(made, every.unique(["left", "right"], keep="last", maintain_order=True),
                 limits.thresholds, allowed, decided=known.height)  # fmt: skip


def judged_as_dict(found: Judgement) -> dict[str, object]:
    """Return a judgement as JSON has it."""
    return {
        "labelled": found.labelled, "decided": found.decided,
        "thresholds": asdict(found.thresholds), "now": _errors_as_dict(found.now),
        "proposal": asdict(found.proposal), "proposed": _errors_as_dict(found.proposed.errors),
        "table": found.table.to_dicts(),
    }  # fmt: skip


def _errors_as_dict(e: Errors) -> dict[str, object]:
    return {**asdict(e), "wrong_share": asdict(e.wrong_share),
            "missed_share": asdict(e.missed_share), "unseen_share": asdict(e.unseen_share)}  # fmt: skip
