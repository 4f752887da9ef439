"""What the comparison says of each township: counts, whom it affects, who is in no report."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from api.access import Operation, authorise
from api.masks import Field
from api.usecases.audits.gathering import Facts, gather_facts
from api.usecases.context import Context
from api.usecases.privacy.looking import Reason, record_look
from graphcore.casework import registered
from graphcore.casework.audits import omission
from graphcore.casework.subjects import valid_on
from graphcore.domain.actor import Actor
from graphcore.domain.audit import Missing
from graphcore.domain.tables import Schema, conform

_S, _L = pl.String(), pl.List(pl.String())
_TOWN = 9  # digits of a division code that name the township
HELD: Schema = {
    "township": _S, "village": _S, "household": _S, "group": _S,
    "match": _S,  # through which match, "" = the household itself is registered
    "certain": pl.Boolean(),
}  # fmt: skip
"""Statuses of affected households: low-income, extreme-poverty, orphans and so on."""

SILENT: Schema = {
    "township": _S, "village": _S, "household": _S,
    "subject": _S,  # the registered person, or the household where no person is told
    "groups": _L,
    "state": _S,  # `registered.REVIEW` while a match waits for a person, else `registered.NONE`
}  # fmt: skip
"""Registered persons of hit villages that are in no report: go and look."""

COUNTED: Schema = {"township": _S, "group": _S, "households": pl.Int64()}


@dataclass(frozen=True)
class Answers:
    """TOWNSHIPS, COUNTED by status, and the lists behind them (HELD, SILENT)."""

    summary: pl.DataFrame
    groups: pl.DataFrame
    held: pl.DataFrame
    silent: pl.DataFrame

    def rows(self) -> list[dict[str, object]]:
        """Return the summary with each township's ``groups``."""
        by_town: dict[str, list[dict[str, object]]] = {}
        for row in self.groups.to_dicts():
            by_town.setdefault(str(row.pop("township")), []).append(row)
        return [{**r, "groups": by_town.get(r["township"], [])} for r in self.summary.to_dicts()]


def answers(ctx: Context, actor: Actor, township: str = "") -> Answers:
    """Return what is said of one township, or of all in the actor's scope.

    Who is affected is what the audits go by (`registered.affected`), who is in no report is their
    finding `omission.not_reported`.

    Raises:
        Forbidden: the actor may not read the review, or the township is out of scope.
        NotFound: there is no disaster.
    """
    authorise(actor, Operation.READ_REVIEW, township)
    return answers_of(gather_facts(ctx), (township or actor.scope)[:_TOWN])


def township_lists(ctx: Context, actor: Actor, township: str, reason: Reason) -> Answers:
    """Return what is said of one township, once it is recorded that its lists were looked at.

    They tell households' hardship by meaningless id and roster number.

    Raises:
        As `answers`.
        InputError: no such purpose.
        StoreUnavailable: the look could not be recorded.
    """
    told = answers(ctx, actor, township)
    homes = sorted({*told.held["household"], *told.silent["household"]})
    record_look(ctx, actor, reason, "comparison.township", homes, [Field.HARDSHIP])
    return told


def answers_of(facts: Facts, place: str) -> Answers:
    """Return what is said of the townships whose code begins with ``place``."""
    homes = facts.homes.filter(pl.col("township").str.starts_with(place))
    found = omission.not_reported(facts.homes, facts.since, facts.ties).select(
        pl.col("subject").alias("household"),
        (pl.col("reason") == Missing.NOT_MATCHED.value).alias("waits"),
    )
    where = homes.select("household", "township", "village")
    held = conform(
        registered.statuses(facts.homes, facts.ties).join(where, on="household"), HELD
    ).sort("township", "village", "household", "group")
    sure = held.filter("certain").group_by("township", "group")
    return Answers(
        registered.by_township(homes, facts.ties, found),
        conform(sure.agg(pl.col("household").n_unique().alias("households")), COUNTED)
        .sort("township", "group"),
        held, _silent(facts, found.join(where, on="household")),
    )  # fmt: skip


def _silent(facts: Facts, found: pl.DataFrame) -> pl.DataFrame:
    told = valid_on(facts.raw.snapshot.statuses, facts.on)
    person = pl.col("person").fill_null("")
    rows = told.join(found, on="household").with_columns(
        pl.when(person == "").then("household").otherwise(person).alias("subject"),
        pl.when("waits").then(pl.lit(registered.REVIEW)).otherwise(pl.lit(registered.NONE))
        .alias("state"),
    )  # fmt: skip
    one = rows.group_by("township", "village", "household", "subject", "state").agg(
        pl.col("group").unique().sort().alias("groups")
    )
    return conform(one, SILENT).sort("township", "village", "household", "subject")
