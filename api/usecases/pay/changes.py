"""Every change of an account number: when, by which file, and whose money still waits."""

from __future__ import annotations

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from graphcore.casework.audits.accounts import CHANGED
from graphcore.casework.cases import CaseState
from graphcore.casework.payments import PayState
from graphcore.domain.actor import Actor
from graphcore.domain.tables import Schema, conform
from graphcore.store.port import ReadUnit

_S, _I = pl.String(), pl.Int64()
_VERSIONS: Schema = {"account": _S, "n": _I, "changed_at": _I, "source": _S, "payload": _S}
_AGREED = [CaseState.APPROVED.value, CaseState.OFFERED.value, CaseState.CLOSED.value]


def changed(unit: ReadUnit) -> pl.DataFrame:
    """Return CHANGED: each later number of an account, with the cases that were waiting for money.

    A case waits if it was approved before the change and no payment of it has arrived.
    """
    versions = unit.table("pay.account_versions", _VERSIONS).filter(
        pl.col("payload").str.contains('"digest":', literal=True)
    )
    if versions.is_empty():
        return pl.DataFrame(schema=dict(CHANGED))
    homes = unit.nodes("BankAccount").select(pl.col("id").alias("account"), "household")
    rows = versions.join(homes, on="account").join(_waiting(unit), on="household", how="left")
    files = unit.nodes("SourceFile").select(pl.col("id").alias("source"),
                                            pl.col("name").alias("file"), "actor")  # fmt: skip
    before = pl.col("cases").is_not_null() & (pl.col("decided_at") < pl.col("changed_at"))
    told = rows.with_columns(pl.when(before).then("cases").alias("cases")).group_by(
        "account", "household", "n", "changed_at", "source"
    ).agg(pl.col("cases").drop_nulls().sort())  # fmt: skip
    full = told.join(files, on="source", how="left").with_columns(
        pl.col("file", "actor").fill_null(""), pl.col("cases").list.len().alias("waiting")
    )
    return conform(full.sort("changed_at", "account", "n"), CHANGED)


def _waiting(unit: ReadUnit) -> pl.DataFrame:
    """Return household, cases (one id a row), decided_at of approved cases that nothing has paid."""
    paid = unit.table("pay.paid_cases", {"aid_case": _S, "state": _S})
    arrived = paid.filter(pl.col("state") == PayState.PAID.value)["aid_case"].implode()
    cases = unit.nodes("AidCase").filter(
        pl.col("state").is_in(_AGREED) & ~pl.col("id").is_in(arrived) & (pl.col("amount_fen") > 0)
    )
    return cases.select("household", pl.col("id").alias("cases"), "decided_at")


def account_changes(ctx: Context, actor: Actor) -> pl.DataFrame:
    """Return CHANGED, the latest first.

    Raises:
        Forbidden: the actor may not pay.
    """
    authorise(actor, Operation.PAY, ctx.district)
    return ctx.store.read(changed).sort("changed_at", "account", descending=[True, False])
