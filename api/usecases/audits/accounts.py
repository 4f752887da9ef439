"""Accounts of one household: what it is owed of each basic need, and what became of it."""

from __future__ import annotations

from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.masks import Field
from api.usecases.audits.gathering import gather_facts
from api.usecases.audits.running import book_of
from api.usecases.audits.tasks import DAY
from api.usecases.context import Context
from api.usecases.privacy.looking import Reason, record_look
from graphcore.casework.registered import hints
from graphcore.domain.actor import Actor
from graphcore.domain.errors import NotFound
from graphcore.domain.text import say

CASEWORK = Reason("casework")


def household_accounts(
    ctx: Context, actor: Actor, home: str, reason: Reason = CASEWORK
) -> dict[str, Any]:
    """Return a household's accounts (id or code), and the rulings in force on its needs.

    ``hints``: statuses on the register that the comparison says it likely holds: help to apply.

    A household that is safe and owed nothing has no account, but says when who checked it.

    Raises:
        Forbidden: the actor may not read accounts, or the household lies out of scope.
        NotFound: no such household.
    """
    authorise(actor, Operation.READ_AUDIT)
    facts = gather_facts(ctx)
    homes = facts.raw.snapshot.households
    found = homes.filter((pl.col("id") == home) | (pl.col("code") == home))
    if found.is_empty():
        raise NotFound(say("没有找到户 {home}。", home=home[:40]), say("请用户编号或底册编号。"))
    row = found.row(0, named=True)
    authorise(actor, Operation.READ_AUDIT, row["village"])
    record_look(ctx, actor, reason, "accounts", [row["id"]], [Field.AFFAIRS])
    mine = pl.col("household") == row["id"]
    accounts = book_of(facts).accounts.filter(mine).with_columns(
        ((facts.at - pl.col("since")) // DAY).clip(lower_bound=0).alias("days")
    )  # fmt: skip
    rulings = facts.raw.ruled.filter(mine & (pl.col("kind") == "not_needed"))
    return {
        "household": row["id"], "code": row["code"], "state": row["state"],
        "checked_at": row["checked_at"], "accounts": accounts.drop("household").to_dicts(),
        "rulings": rulings.drop("household", "subject", "facts").to_dicts(),
        "hints": hints(facts.homes, facts.ties).filter(mine).drop("household").to_dicts(),
    }  # fmt: skip
