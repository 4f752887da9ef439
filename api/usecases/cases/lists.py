"""Cases as lists: where they stand, who is due to move on, what is missing, what it costs."""

from __future__ import annotations

from datetime import date

import polars as pl

from api.access import Operation, authorise
from api.usecases.cases.terms import terms, with_acceptance
from api.usecases.context import Context
from graphcore.casework.cases import CaseState
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of

LIVING = (CaseState.APPROVED.value, CaseState.OFFERED.value)


def cases(
    ctx: Context, actor: Actor, *, benefit: str = "", state: str = "", township: str = ""
) -> pl.DataFrame:
    """Return AidCase rows within the actor's scope, by township, benefit and id.

    Raises:
        Forbidden: the actor may not read cases.
    """
    authorise(actor, Operation.READ_CASES)
    rows = ctx.store.read(lambda unit: unit.nodes("AidCase"))
    for column, wanted in (("benefit", benefit), ("state", state), ("township", township)):
        if wanted:
            rows = rows.filter(pl.col(column) == wanted)
    return rows.filter(pl.col("township").str.starts_with(actor.scope)).sort(
        "township", "benefit", "id"
    )


def totals(rows: pl.DataFrame) -> pl.DataFrame:
    """Return households and fen by benefit: proposed, approved (handed over too), refused."""

    def part(*states: CaseState) -> pl.Expr:
        return pl.col("state").is_in([s.value for s in states])

    agreed = part(CaseState.APPROVED, CaseState.OFFERED, CaseState.CLOSED)
    return rows.group_by("benefit").agg(
        part(CaseState.PROPOSED).sum().cast(pl.Int64).alias("proposed"),
        agreed.sum().cast(pl.Int64).alias("approved"),
        part(CaseState.REFUSED).sum().cast(pl.Int64).alias("refused"),
        pl.col("amount_fen").filter(part(CaseState.PROPOSED)).sum().alias("proposed_fen"),
        pl.col("amount_fen").filter(agreed).sum().alias("approved_fen"),
    ).sort("benefit")  # fmt: skip


def due(ctx: Context, actor: Actor, on: date | None = None) -> pl.DataFrame:
    """Return living cases that end soon or have ended, whose papers or whose decision are due.

    Columns: those of AidCase, ``decide_by`` (last day of a decision's term, "" if there is none or
    it is decided), ``decide_left`` (days until then), ``days_left`` (of the payment; null if
    unbounded), ``papers_left`` (days until papers are due; null if none are missing), ``missing``
    (papers that have not come in), ``next`` (the benefit to hand over to), ``accepted`` (the day
    from which the decision's term runs, "" if nobody has applied or it has none).

    Raises:
        Forbidden: the actor may not read cases.
        NoRuleInForce: the notice or a calendar has no value on the day.
    """
    day = on or day_of(ctx.clock())
    rules = ctx.rulebook.within(ctx.district)
    notice = int(rules.at("benefit.move_notice_days", day).value)
    following = {code: rule.next for code, rule in ctx.rulebook.benefits.items()}
    none = pl.lit([], dtype=pl.List(pl.String()))
    missing = pl.col("papers").list.set_difference(pl.col("papers_in").fill_null(none))
    known = with_terms(ctx, cases(ctx, actor))
    waits = pl.col("decide_by") != ""
    rows = known.filter(pl.col("state").is_in(LIVING) | waits).with_columns(
        _left("decide_by", day).alias("decide_left"),
        pl.when(~waits).then(_left("to_on", day)).alias("days_left"), missing.alias("missing"),
        pl.when(missing.list.len() > 0).then(_left("papers_due_on", day)).alias("papers_left"),
        pl.col("benefit").replace_strict(following, default="", return_dtype=pl.String())
        .alias("next"),
    )  # fmt: skip
    soon = (pl.col("days_left") < notice) | (pl.col("papers_left") < notice)
    first = ("decide_left", "days_left", "papers_left", "township", "id")
    return rows.filter(soon | (pl.col("decide_left") < notice)).sort(*first, nulls_last=True)


def with_terms(ctx: Context, rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``accepted`` and ``decide_by`` to AidCase rows, "" where no decision's term runs.

    Raises:
        NoRuleInForce: a calendar has no value on a day of a term.
    """
    known = ctx.store.read(lambda unit: with_acceptance(unit, rows))
    told = terms(known, ctx.rulebook.within(ctx.district))
    return rows.join(told, on="id", how="left").with_columns(
        pl.col("accepted", "decide_by").fill_null("")
    )


def _left(column: str, day: date) -> pl.Expr:
    told = pl.col(column).str.to_date("%Y-%m-%d", strict=False)
    return (told - pl.lit(day)).dt.total_days()
