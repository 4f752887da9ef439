"""Batches, funds and how long money takes to arrive."""

from __future__ import annotations

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.pay.draft import PAID_FOR, aside, funds_left
from graphcore.casework.payments import PayState
from graphcore.domain.actor import Actor
from graphcore.domain.clock import CHINA
from graphcore.store.port import ReadUnit


def batches(ctx: Context, actor: Actor) -> pl.DataFrame:
    """Return PayBatch rows by number, with the count and fen of their payments by state.

    Raises:
        Forbidden: the actor may not pay.
    """
    authorise(actor, Operation.PAY, ctx.district)
    return ctx.store.read(_batches)


def _batches(unit: ReadUnit) -> pl.DataFrame:
    states = unit.nodes("Payment").group_by("batch").agg(
        (pl.col("state") == s.value).sum().cast(pl.Int64).alias(s.value) for s in PayState
    )  # fmt: skip
    rows = unit.nodes("PayBatch").join(states, left_on="id", right_on="batch", how="left")
    return rows.with_columns(pl.col([s.value for s in PayState]).fill_null(0)).sort("number")


def funds(ctx: Context, actor: Actor) -> pl.DataFrame:
    """Return FundSource rows with fen drawn by batches, left, and set aside of what is left.

    Raises:
        Forbidden: the actor may not pay.
    """
    authorise(actor, Operation.PAY, ctx.district)
    sources, left, open_ = ctx.store.read(
        lambda unit: (unit.nodes("FundSource"), funds_left(unit), aside(unit))
    )
    known = pl.DataFrame(
        [(f.id, f.left_fen, sum(open_.get(f.id, {}).values())) for f in left],
        schema={"id": pl.String(), "left_fen": pl.Int64(), "aside_fen": pl.Int64()},
        orient="row",
    )  # fmt: skip
    joined = sources.join(known, on="id")
    return joined.with_columns((pl.col("amount_fen") - pl.col("left_fen")).alias("drawn_fen")).sort(
        "received_on", "id"
    )


def lead_times(ctx: Context, actor: Actor) -> pl.DataFrame:
    """Return days from decision to arrival by benefit: payments, median, longest.

    Raises:
        Forbidden: the actor may not pay.
    """
    authorise(actor, Operation.PAY, ctx.district)
    paid = ctx.store.read(lambda unit: unit.table("pay.paid_for", PAID_FOR)).filter(
        (pl.col("state") == PayState.PAID.value) & (pl.col("paid_on") != "")
    )
    ahead = CHINA.utcoffset(None)
    day = (pl.from_epoch("decided_at", "us") + ahead).dt.date()
    took = (pl.col("paid_on").str.to_date("%Y-%m-%d", strict=False) - day).dt.total_days()
    return paid.with_columns(took.alias("days")).group_by("benefit").agg(
        pl.len().cast(pl.Int64).alias("payments"), pl.col("days").median().alias("median"),
        pl.col("days").max().alias("longest"),
    ).sort("benefit")  # fmt: skip
