"""Accounts: needed = received + planned + missing + not needed, per household and need.

The parts are measured apart, not made to fit: what is missing comes from the plan's shortfalls
and from needs that the plan does not know. `unbalanced` lists accounts whose parts do not add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from graphcore.casework.audits.tables import (
    ACCOUNTS,
    HOMES,
    LINES_NOW,
    OWED,
    SETTLED,
    SHORT_NOW,
)
from graphcore.domain.audit import Missing, Role
from graphcore.domain.household import BasicNeed, RosterState
from graphcore.domain.tables import conform

DISPATCHER = "dispatcher"
"""Whose decision a need waits for that no plan knows."""

ROLES: Mapping[str, Role] = {
    "firm": Role.PLANNED,
    "accepted": Role.PLANNED,
    "request": Role.ASKED,
    "refused": Role.VOID,
    "dispatched": Role.PLANNED,
    "in_transit": Role.PLANNED,
    "arrived": Role.PLANNED,
    "received": Role.RECEIVED,
    "lost": Role.VOID,
    "returned": Role.VOID,
    "cancelled": Role.VOID,
}
"""What each state of a line means: the one place that says so. A state that is not here promises
nothing, so that what nobody has thought of shows as missing, never as received."""

REASONS: Mapping[str, Missing] = {
    "stock": Missing.NO_STOCK,
    "expired": Missing.NO_STOCK,
    "priority": Missing.NO_STOCK,
    "order": Missing.NO_STOCK,
    "intent": Missing.NO_STOCK,
    "hold": Missing.NO_STOCK,
    "refused": Missing.NO_STOCK,
    "road": Missing.NO_ROAD,
    "vehicle": Missing.UNDELIVERABLE,
    "lost": Missing.UNDELIVERABLE,
    "damaged": Missing.UNDELIVERABLE,
    "requested": Missing.PENDING,
}
"""From what binds a shortfall to why the household lacks it; any other is undeliverable."""

_PARTS = ("received", "planned", "missing", "not_needed")


def role(state: pl.Expr) -> pl.Expr:
    """Return what a line's state means for the household (Role)."""
    return state.replace_strict(
        {k: v.value for k, v in ROLES.items()}, default=Role.VOID.value, return_dtype=pl.String()
    )


@dataclass(frozen=True)
class Book:
    """The accounts, and the needs whose parts did not add up."""

    accounts: pl.DataFrame  # ACCOUNTS
    unbalanced: pl.DataFrame  # need, needed, told


def book(
    homes: pl.DataFrame, owed: pl.DataFrame, lines: pl.DataFrame, shorts: pl.DataFrame,
    settled: pl.DataFrame, since: int,
) -> Book:  # fmt: skip
    """Return five accounts or more for each household that is counted.

    Args:
        homes: HOMES.
        owed: OWED.
        lines: LINES_NOW of the plan in force.
        shorts: SHORT_NOW of the plan in force.
        settled: SETTLED.
        since: when the disaster struck (UTC microseconds): the age of what nobody computed.
    """
    parts = _parts(conform(owed, OWED), conform(lines, LINES_NOW), conform(shorts, SHORT_NOW))
    odd = parts.filter(
        pl.col("planned_for") & (pl.col("units") != pl.sum_horizontal("received", "planned", "missing"))
    )  # fmt: skip
    computed = parts.select(
        "household", "basic", "need", "item", pl.col("units").alias("needed"), "received",
        "planned", "missing", pl.lit(0).alias("not_needed"), "reason", "whom", "since", "stored",
    )  # fmt: skip
    rest = _without_need(conform(homes, HOMES), computed, since)
    both = pl.concat([conform(t, ACCOUNTS) for t in (computed, rest)])
    told = odd.select("need", pl.col("units").alias("needed"),
                      pl.sum_horizontal("received", "planned", "missing").alias("told"))  # fmt: skip
    done = _less_settled(both, conform(settled, SETTLED))
    return Book(done.sort("household", "basic", "item", "need"), told)


def _parts(owed: pl.DataFrame, lines: pl.DataFrame, shorts: pl.DataFrame) -> pl.DataFrame:
    """Return OWED with received, planned, missing, reason and whom."""
    known = lines.with_columns(role(pl.col("state")).alias("role"))
    units = pl.col("quantity")
    by_need = known.group_by("need").agg(
        units.filter(pl.col("role") == Role.PLANNED.value).sum().alias("planned"),
        units.filter(pl.col("role") == Role.RECEIVED.value).sum().alias("handed"),
        pl.col("authority")
        .filter(pl.col("role") == Role.ASKED.value)
        .sort()
        .first()
        .alias("asked"),
    )
    table = owed.join(by_need, on="need", how="left").join(_short(shorts), on="need", how="left")
    zeros = pl.col("planned", "handed", "short").fill_null(0)
    filled = table.with_columns(zeros, pl.col("asked", "bound").fill_null(""))
    ever = pl.min_horizontal(pl.max_horizontal("received", "handed"), "units")
    got = pl.when("planned_for").then("handed").otherwise(ever)  # of the plan's own days
    return _open(filled.with_columns(got.alias("received")))


def _short(shorts: pl.DataFrame) -> pl.DataFrame:
    """Return need, units short, and the reason of the largest part."""
    named = shorts.with_columns(
        pl.col("reason").replace_strict(
            {k: v.value for k, v in REASONS.items()}, default=Missing.UNDELIVERABLE.value,
            return_dtype=pl.String(),
        )
    )  # fmt: skip
    by_reason = named.group_by("need", "reason").agg(pl.col("quantity").sum())
    largest = by_reason.sort("need", "quantity", "reason", descending=[False, True, False])
    return largest.group_by("need").agg(
        pl.col("quantity").sum().alias("short"), pl.col("reason").first().alias("bound")
    )


def _open(table: pl.DataFrame) -> pl.DataFrame:
    """Measure what is missing: the plan's shortfall; of a need it does not know, all the rest."""
    room = pl.col("units") - pl.col("received")
    knows = pl.col("planned_for")
    planned = pl.when(knows).then("planned").otherwise(pl.min_horizontal("planned", room))
    missing = pl.when(knows).then("short").otherwise(room - planned)
    pending = missing > pl.when(knows).then(missing).otherwise(pl.min_horizontal("short", missing))
    bound = pl.when(pending | (pl.col("bound") == "")).then(pl.lit(Missing.PENDING.value))
    reason = bound.otherwise("bound")
    waits = pl.when(pending | (pl.col("asked") == "")).then(pl.lit(DISPATCHER)).otherwise("asked")
    none = missing <= 0
    return table.with_columns(
        planned.alias("planned"), missing.alias("missing"),
        pl.when(none).then(pl.lit("")).otherwise(reason).alias("reason"),
        pl.when(~none & (reason == Missing.PENDING.value)).then(waits).otherwise(pl.lit(""))
        .alias("whom"),
    )  # fmt: skip


def _without_need(homes: pl.DataFrame, computed: pl.DataFrame, since: int) -> pl.DataFrame:
    """Return a row for each basic need of a counted household that no need was computed for.

    Of a household that nobody has checked, one assessment is missing; of a household that was
    seen and whose rules owe it nothing, the row is zero.
    """
    basics = pl.DataFrame({"basic": [b.value for b in BasicNeed]})
    seen = computed.select("household", "basic").unique()
    open_ = homes.filter(counted()).join(basics, how="cross").join(
        seen, on=["household", "basic"], how="anti"
    )  # fmt: skip
    unknown = pl.col("state") == RosterState.UNKNOWN.value
    reported = pl.col("named_by").list.len() > 0
    rostered = reported & pl.col("named_by").list.contains("roster")
    why = pl.when(rostered).then(pl.lit(Missing.UNKNOWN.value)).otherwise(
        pl.lit(Missing.NOT_REPORTED.value)
    )  # fmt: skip
    one = unknown.cast(pl.Int64)
    zero = pl.lit(0, dtype=pl.Int64)
    return open_.select(
        "household", "basic", pl.lit("").alias("need"), pl.lit("").alias("item"),
        one.alias("needed"), zero.alias("received"), zero.alias("planned"), one.alias("missing"),
        zero.alias("not_needed"), pl.when(unknown).then(why).otherwise(pl.lit("")).alias("reason"),
        pl.lit("").alias("whom"), pl.lit(since, dtype=pl.Int64()).alias("since"),
        pl.lit(value=False).alias("stored"),
    )  # fmt: skip


def counted() -> pl.Expr:
    """Whether a household of HOMES has accounts: it is owed something, or nobody has checked it."""
    return (pl.col("scope") != "") | (pl.col("state") == RosterState.UNKNOWN.value)


def _less_settled(accounts: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """Move what is missing to not needed, where a named person determined that it is not."""
    if settled.is_empty():
        return accounts
    who = settled.select("household", "basic").unique().with_columns(pl.lit(1).alias("_by"))
    table = accounts.join(who, on=["household", "basic"], how="left")
    done = pl.col("_by").is_not_null()
    return conform(table.with_columns(
        pl.when(done).then("missing").otherwise("not_needed").alias("not_needed"),
        pl.when(done).then(0).otherwise("missing").alias("missing"),
        pl.when(done).then(pl.lit("")).otherwise("reason").alias("reason"),
        pl.when(done).then(pl.lit("")).otherwise("whom").alias("whom"),
    ), ACCOUNTS)  # fmt: skip
