"""The field: which villages no group has reached, and who there is still unknown."""

from __future__ import annotations

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from graphcore.casework import places
from graphcore.casework.ledger.villages import villages
from graphcore.domain.actor import Actor
from graphcore.domain.household import RosterState
from graphcore.store.port import ReadUnit

_HOMES = {"village": pl.String(), "township": pl.String()}
_HITS = {"disaster": pl.String(), "township": pl.String(), "intensity": pl.Int64()}


def to_survey(ctx: Context, actor: Actor, township: str = "") -> pl.DataFrame:
    """Return VILLAGES that were hit, within the actor's scope, those not surveyed first.

    Which were hit: see `graphcore.casework.places`.

    Raises:
        Forbidden: the actor may not read cases, or the township is out of scope.
    """
    authorise(actor, Operation.READ_CASES, township)
    rows = ctx.store.read(_villages)
    return rows.filter(pl.col("township").str.starts_with(township or actor.scope))


def _villages(unit: ReadUnit) -> pl.DataFrame:
    struck = unit.table("intake.hits", _HITS).filter(pl.col("intensity") > 0)["township"]
    named = unit.rows("homes.reported_villages", forms=list(places.REPORTING))
    every = unit.table("planning.homes", _HOMES).join(
        unit.nodes("Village").select(pl.col("code").alias("village"), "hit"), on="village"
    )
    hit = places.hit(every, struck.to_list(), [str(r["village"]) for r in named]).filter("hit")
    return villages(
        hit.select("village", "township"), unit.nodes("Household").select("id", "village", "state"),
        unit.nodes("Survey").select("id", "village", "at"),
        unit.nodes("WorkGroup").select("id", "area"),
    )  # fmt: skip


def unknown(ctx: Context, actor: Actor, village: str) -> pl.DataFrame:
    """Return the households of a village's roster that nobody has met: id, code, checked_at.

    Raises:
        Forbidden: the actor may not read cases, or the village is out of scope.
    """
    authorise(actor, Operation.READ_CASES, village)
    homes = ctx.store.read(lambda unit: unit.nodes("Household"))
    return homes.filter(
        (pl.col("village") == village) & (pl.col("state") == RosterState.UNKNOWN.value)
    ).select("id", "code", "checked_at").sort("code", "id")  # fmt: skip


def groups(ctx: Context, actor: Actor) -> pl.DataFrame:
    """Return WorkGroup rows with the surveys that each has made; members are a number.

    Raises:
        Forbidden: the actor may not read cases.
    """
    authorise(actor, Operation.READ_CASES)
    rows, made = ctx.store.read(lambda unit: (unit.nodes("WorkGroup"), unit.nodes("Survey")))
    count = made.group_by(pl.col("group").alias("id")).agg(
        pl.len().cast(pl.Int64).alias("surveys"), pl.col("at").max().alias("last_at")
    )
    return rows.join(count, on="id", how="left").with_columns(
        pl.col("surveys", "last_at").fill_null(0)
    ).sort("code")  # fmt: skip
