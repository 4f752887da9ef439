"""The rules of an earlier day: what a decision rested on, whatever the files say now."""

from __future__ import annotations

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from graphcore.domain.actor import Actor
from graphcore.domain.errors import NotFound
from graphcore.domain.text import say
from graphcore.policy.rulebook import Rulebook, kept


def rules_of(ctx: Context, actor: Actor, wanted: str) -> Rulebook:
    """Return the rulebook that a decision cites, by its hash or the beginning of it.

    Raises:
        Forbidden: the actor may not read cases.
        NotFound: no decision rests on it, or more than one rulebook begins so.
    """
    authorise(actor, Operation.READ_CASES)
    rows = ctx.store.read(lambda unit: unit.nodes("Rulebook")).filter(
        pl.col("hash").str.starts_with(wanted) & (pl.col("text").fill_null("") != "")
    )
    if rows.height != 1:
        raise NotFound(say("没有唯一以 {hash} 开头的规则指纹。", hash=wanted),
                       say("指纹见个案的 rulebook 一项，请多写几位。"))  # fmt: skip
    return kept(str(rows["text"][0]))
