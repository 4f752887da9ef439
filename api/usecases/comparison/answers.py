"""What the comparison says of each township, from the graph: no record is opened for it."""

from __future__ import annotations

import polars as pl

from api.access import Operation, authorise
from api.usecases.audits.gathering import gather_facts
from api.usecases.context import Context
from graphcore.casework.audits import omission, registered
from graphcore.domain.actor import Actor


def answers(ctx: Context, actor: Actor) -> list[dict[str, object]]:
    """Return a row for each township in the actor's scope.

    Columns of `registered.TOWNSHIPS`, and ``groups``: affected households by status, held
    themselves or through a certain match.

    Raises:
        Forbidden: the actor may not read the review.
        NotFound: there is no disaster.
    """
    authorise(actor, Operation.READ_REVIEW)
    facts = gather_facts(ctx)
    homes = facts.homes.filter(pl.col("township").str.starts_with(actor.scope[:9]))
    unreported = omission.not_reported(facts.homes, facts.since, facts.ties)
    told = registered.by_township(
        homes, facts.ties, unreported.select(pl.col("subject").alias("household"))
    )
    groups = _groups(homes, facts.ties)
    return [{**row, "groups": groups.get(str(row["township"]), [])} for row in told.to_dicts()]


def _groups(homes: pl.DataFrame, ties: pl.DataFrame) -> dict[str, list[dict[str, object]]]:
    affected = registered.reported(homes).select("household", "township", "groups")
    own = affected.explode("groups").drop_nulls("groups").select(
        "township", "household", pl.col("groups").alias("group")
    )  # fmt: skip
    through = registered.hints(homes, ties).filter("certain").join(
        affected, on="household"
    ).select("township", "household", "group")  # fmt: skip
    counted = pl.concat([own, through]).group_by("township", "group").agg(
        pl.col("household").n_unique().alias("households")
    ).sort("township", "group")  # fmt: skip
    made: dict[str, list[dict[str, object]]] = {}
    for row in counted.to_dicts():
        made.setdefault(str(row.pop("township")), []).append(row)
    return made
