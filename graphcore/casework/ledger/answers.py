"""What Civil Affairs answers to a version of the ledger: how assistance stands, by township."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from graphcore.casework import registered
from graphcore.casework.cases import CaseState
from graphcore.casework.payments import PayState
from graphcore.domain.tables import Schema, conform

_S, _I = pl.String(), pl.Int64()
_AGREED = [CaseState.APPROVED.value, CaseState.OFFERED.value, CaseState.CLOSED.value]
ANSWERS: Schema = {
    "township": _S,
    "households": _I,  # that the ledger names
    "matched": _I,  # of them, somebody is on the assistance register
    "review": _I,  # a person has to look
    "unmatched": _I,
    "opened": _I, "approved": _I, "approved_fen": _I, "paid": _I, "paid_fen": _I,
    "pending": _I,  # cases that wait for a decision, or are approved and not paid
}  # fmt: skip
"""Households and cases; a household counts once, under the better of its outcomes."""


@dataclass(frozen=True)
class Standing:
    """What the answer is made from."""

    towns: Sequence[str]  # codes of the hit townships
    households: pl.DataFrame  # id, township
    entries: pl.DataFrame  # household
    states: pl.DataFrame  # `registered.STATES`: a household once
    cases: pl.DataFrame  # id, township, state, amount_fen
    payments: pl.DataFrame  # aid_case, state, amount_fen


def answer_by_township(now: Standing) -> pl.DataFrame:
    """Return ANSWERS of each hit township, by township."""
    towns = pl.DataFrame({"township": sorted(now.towns)}, schema={"township": _S})
    whole = towns.join(_matched(now), on="township", how="left").join(
        _cases(now), on="township", how="left"
    )
    return conform(whole.with_columns(pl.exclude("township").fill_null(0)), ANSWERS)


def _matched(now: Standing) -> pl.DataFrame:
    named = now.entries.select("household").unique().join(
        now.households.rename({"id": "household"}), on="household"
    ).join(now.states, on="household", how="left")  # fmt: skip
    state = pl.col("state").fill_null(registered.NONE)
    columns = {"matched": registered.MATCHED, "review": registered.REVIEW,
               "unmatched": registered.NONE}  # fmt: skip
    return named.group_by("township").agg(
        pl.len().cast(_I).alias("households"),
        *((state == value).sum().cast(_I).alias(name) for name, value in columns.items()),
    )


def _cases(now: Standing) -> pl.DataFrame:
    paid = now.payments.filter(pl.col("state") == PayState.PAID.value).group_by(
        pl.col("aid_case").alias("id")).agg(pl.col("amount_fen").sum().alias("got"))  # fmt: skip
    rows = now.cases.join(paid, on="id", how="left").with_columns(pl.col("got").fill_null(0))
    agreed = pl.col("state").is_in(_AGREED)
    waits = (pl.col("state") == CaseState.PROPOSED.value) | (
        agreed & (pl.col("got") == 0) & (pl.col("amount_fen") > 0)
    )
    return rows.group_by("township").agg(
        pl.len().cast(_I).alias("opened"), agreed.sum().cast(_I).alias("approved"),
        pl.col("amount_fen").filter(agreed).sum().alias("approved_fen"),
        (pl.col("got") > 0).sum().cast(_I).alias("paid"), pl.col("got").sum().alias("paid_fen"),
        waits.sum().cast(_I).alias("pending"),
    )  # fmt: skip
