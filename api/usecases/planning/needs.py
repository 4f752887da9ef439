"""Needs in the graph: written as differences, zeroed when owed no longer, never dropped."""

from __future__ import annotations

import polars as pl

from api.usecases.context import Context
from api.usecases.planning.demand import Demand
from graphcore.domain.actor import Actor
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.tables import Schema
from graphcore.store.port import WriteUnit
from graphcore.store.values import label_schema

_KEPT = ("received", "under_way", "version")
_TOLD: Schema = {"id": pl.String(), "subject": pl.String()}


def save_needs(ctx: Context, actor: Actor, owed: Demand) -> None:
    """Bring the graph's needs and referrals up to date with what was computed.

    Needs of the same disaster and stage that are owed no longer keep their node, with 0 days.
    """
    needs, referrals = need_nodes(owed), _referral_nodes(owed)
    at = ctx.clock()
    scope = {"disaster": owed.situation.disaster, "stage": owed.situation.stage.value}

    def write(unit: WriteUnit) -> None:
        made, changed, ended = _write_needs(unit, needs, scope)
        told = _write_referrals(unit, referrals)
        if made or changed or ended or told:
            body: dict[str, Json] = {
                **scope, "created": made, "changed": changed, "ended": ended, "referrals": told,
                "rulebook": owed.situation.rulebook.hash,
            }  # fmt: skip
            unit.append(EventDraft("needs.computed", actor.id, at, body))

    ctx.store.write(ctx.district, write)


def need_nodes(owed: Demand) -> pl.DataFrame:
    """Return Need nodes (without ``received`` and ``version``), one a need."""
    now = owed.situation
    return (
        owed.needs.group_by("need")
        .agg(
            pl.col("subject", "item", "basic", "point", "township", "daily", "survival", "tier",
                   "weight").first(),
            pl.len().cast(pl.Int64()).alias("days"),
            pl.col("quantity").max().alias("per_day"),
            pl.col("quantity").sum().alias("units"),
        )
        .rename({"need": "id"})
        .with_columns(
            pl.lit(now.disaster).alias("disaster"), pl.lit(now.stage.value).alias("stage"),
            pl.lit(now.first_on.isoformat()).alias("first_on"),
        )
        .sort("id")
    )  # fmt: skip


def _write_needs(
    unit: WriteUnit, needs: pl.DataFrame, scope: dict[str, str]
) -> tuple[int, int, int]:
    """Write the differences; return how many needs are new, changed and ended."""
    old = unit.nodes("Need").filter(
        (pl.col("disaster") == scope["disaster"]) & (pl.col("stage") == scope["stage"])
    )
    schema = label_schema("Need")
    new = needs.join(old.select("id"), on="id", how="anti")
    unit.create("Need", new.select(
        *(pl.col(c) for c in schema if c not in _KEPT), pl.lit(0).alias("received"),
        pl.lit(0).alias("under_way"), pl.lit(1).alias("version"),
    ))  # fmt: skip
    _link_subjects(unit, "NEEDS", "Need", new)
    columns = [c for c in schema if c not in _KEPT]
    same = old.select(columns)
    changed = needs.select(columns).join(old.select("id"), on="id", how="semi")
    changed = changed.join(same, on=columns, how="anti", nulls_equal=True)
    ended = old.filter(pl.col("days") > 0).join(needs.select("id"), on="id", how="anti")
    zero = pl.lit(0, dtype=pl.Int64())
    gone = ended.select(columns).with_columns(zero.alias("days"), zero.alias("units"))
    unit.update("Need", pl.concat([changed, gone.select(columns)]).join(
        old.select("id", pl.col("version") + 1), on="id"))  # fmt: skip
    return new.height, changed.height, gone.height


def _referral_nodes(owed: Demand) -> pl.DataFrame:
    return owed.assessment.referrals.select(
        pl.col("referral").alias("id"), "subject", "service", "township", "due_at",
        pl.lit("open").alias("state"), "cites", pl.lit(1).alias("version"),
    )  # fmt: skip


def _write_referrals(unit: WriteUnit, referrals: pl.DataFrame) -> int:
    """Create the referrals that are not there yet; one in hand is never touched."""
    there = unit.nodes("Referral", referrals["id"].to_list())
    new = referrals.join(there.select("id"), on="id", how="anti")
    unit.create("Referral", new)
    _link_subjects(unit, "REFERRED", "Referral", new)
    return new.height


def _link_subjects(unit: WriteUnit, rel: str, target: str, nodes: pl.DataFrame) -> None:
    ends = nodes.select(pl.col("subject").alias("from"), pl.col("id").alias("to"))
    for label, prefix in (("Household", "H-"), ("Headcount", "HC-")):
        some = ends.filter(pl.col("from").str.starts_with(prefix))
        if some.height:
            unit.link(rel, label, target, some)


__all__ = ["need_nodes", "save_needs"]
