"""Bundling and fairness over the facts: what is got twice, decided by status, covered unevenly."""

from __future__ import annotations

from datetime import date

import polars as pl

from api.usecases.audits.gathering import Facts
from graphcore.casework.audits import aid, bundling, fairness
from graphcore.casework.audits.tables import FOUND
from graphcore.casework.benefits import PLAIN
from graphcore.casework.cases import CaseState
from graphcore.casework.entitlement import assess
from graphcore.domain.clock import day_of
from graphcore.domain.errors import InputError
from graphcore.domain.household import Stage
from graphcore.domain.tables import NEEDS, Schema, conform, empty
from graphcore.policy.stages import stage_at

_S, _I = pl.String(), pl.Int64()
NO_GROUP = "no_group"
_FACTS: Schema = {"subject": _S, "person": _S, "fact": _S}


def status_of(facts: Facts) -> list[str]:
    """Return the groups whose status must not decide by itself."""
    return [str(g) for g in facts.rulebook.at("audit.status.groups", facts.on).value]


def got_twice(facts: Facts) -> pl.DataFrame:
    """FOUND of needs that two programmes meet on the same days."""
    return bundling.twice(facts.homes, bundling.overlaps(aid_of(facts), facts.rulebook, facts.on))


def aid_of(facts: Facts) -> pl.DataFrame:
    """Return AID: what was recorded and approved, and what the plan in force promises besides."""
    raw = facts.raw
    told = [aid.recorded(raw.aid), aid.granted(raw.cases, facts.rulebook)]
    if raw.plan:
        first = date.fromisoformat(str(raw.plan["first_on"]))
        told.append(aid.promised(raw.stages, first, int(str(raw.plan["days"]))))
    return pl.concat(told)


def decided_by_status(facts: Facts) -> pl.DataFrame:
    """FOUND of decisions that differ by nothing but the status."""
    least = int(facts.rulebook.at("audit.twins.least", facts.on).value)
    return bundling.by_status(
        facts.homes, facts.subjects, _decisions(facts), status_of(facts), least, facts.since
    )


def _decisions(facts: Facts) -> pl.DataFrame:
    """Return DECISIONS: entered in the ledger or not, given something and how much, case granted.

    Cases of a benefit whose cited rule names the status are left out: the rule explains them.
    """
    ledger = facts.raw.ledger
    proof = (pl.lit("LedgerEntry/") + pl.col("id")).alias("proof")
    homes = facts.homes.filter(pl.col("scope") == "full").select("household")
    entered = homes.join(ledger, on="household", how="left").select(
        "household", pl.lit("entered").alias("decision"), pl.col("id").is_not_null().alias("granted"),
        pl.lit(0, dtype=_I).alias("amount"), proof.fill_null(""),
    )  # fmt: skip
    given = pl.col("paid_fen").fill_null(0) + pl.col("goods_fen").fill_null(0)
    paid = ledger.select("household", pl.lit("given").alias("decision"), (given > 0).alias("granted"),
                         given.alias("amount"), proof)  # fmt: skip
    cited = bundling.by_rule(facts.rulebook, status_of(facts))
    raised = pl.col("raised_permille").fill_null(PLAIN).clip(lower_bound=PLAIN)
    plain = (
        pl.col("amount_fen").fill_null(0) * PLAIN + raised - 1
    ) // raised  # as before the raise
    cases = facts.raw.cases.filter(
        pl.col("state").is_in([*aid.GRANTED, CaseState.REFUSED.value])
        & ~pl.col("benefit").is_in(cited)
    ).select(
        "household", pl.col("benefit").alias("decision"),
        pl.col("state").is_in(aid.GRANTED).alias("granted"), plain.alias("amount"),
        (pl.lit("AidCase/") + pl.col("id")).alias("proof"),
    )  # fmt: skip
    return pl.concat([entered, paid, cases])


def owed_by_status(facts: Facts) -> pl.DataFrame:
    """FOUND of items that the status changes without a cited rule: entitlement run both ways."""
    stage = _stage(facts)
    if stage is None or facts.subjects.is_empty():
        return empty(FOUND)
    status, alike = status_of(facts), bundling.classes(facts.subjects)
    as_is, turned = (_owed(facts, stage, some) for some in (alike, bundling.flipped(alike, status)))
    cited = bundling.explained(facts.rulebook, status, facts.on)
    return bundling.hanging_on_status(as_is, turned, alike, cited, facts.since)


def _owed(facts: Facts, stage: Stage, subjects: pl.DataFrame) -> pl.DataFrame:
    found = assess(
        subjects, empty(_FACTS), rulebook=facts.rulebook,
        hazard=str(facts.raw.snapshot.disaster["hazard"]), stage=stage, first_on=facts.on, days=1,
        disaster=facts.disaster, now=facts.at,
    )  # fmt: skip
    return conform(found.needs, NEEDS)


def _stage(facts: Facts) -> Stage | None:
    try:
        clock = stage_at(facts.rulebook, day_of(facts.since), facts.on)
    except InputError:
        return None
    return Stage(clock.code) if clock.computed else None


# -- fairness -------------------------------------------------------------------------------------


def belonging(facts: Facts) -> pl.DataFrame:
    """Return BELONGS: township and remoteness of a household, groups, sex and age of its persons."""
    homes = facts.homes.select("household", "township", "groups", "persons")
    whole = pl.col("persons")
    none = pl.when(pl.col("groups").list.len() == 0).then(pl.lit([NO_GROUP], dtype=pl.List(_S)))
    groups = (
        homes.with_columns(none.otherwise("groups").alias("category"))
        .explode("category")
        .select("household", pl.lit("group").alias("dimension"), "category", whole)
    )
    towns = homes.select("household", pl.lit("township").alias("dimension"),
                         pl.col("township").alias("category"), whole)  # fmt: skip
    return pl.concat([conform(t, fairness.BELONGS) for t in (
        towns, groups, _remote(facts), *_personal(facts))])  # fmt: skip


def _remote(facts: Facts) -> pl.DataFrame:
    limits = [int(n) for n in facts.rulebook.at("audit.fairness.remote", facts.on).value]
    where = facts.subjects.select(pl.col("subject").alias("household"), "point", "persons")
    ways = facts.reach.access(where["point"], 1).group_by("point").agg(pl.col("minutes").min())
    near = where.join(ways, on="point", how="left")
    return near.select(
        "household", pl.lit("remoteness").alias("dimension"),
        fairness.banded(pl.col("minutes"), limits).alias("category"), "persons",
    )  # fmt: skip


def _personal(facts: Facts) -> list[pl.DataFrame]:
    people = facts.raw.snapshot.persons
    return [
        people.group_by("household", pl.col(column).fill_null("").replace("", "unknown")
                        .alias("category"))
        .agg(pl.len().cast(_I).alias("persons"))
        .with_columns(pl.lit(dimension).alias("dimension"))
        for column, dimension in (("sex", "sex"), ("age_band", "age"))
    ]  # fmt: skip


def coverage_of(facts: Facts, accounts: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
    """Return COVERAGE, BELONGS and each household's coverage."""
    least = int(facts.rulebook.at("audit.fairness.least", facts.on).value)
    belongs, cover = belonging(facts), fairness.covered(accounts)
    return fairness.coverage(belongs, cover, least), belongs, cover


def uneven(facts: Facts, accounts: pl.DataFrame) -> pl.DataFrame:
    """FOUND of categories that are covered far below the mean."""
    table, belongs, cover = coverage_of(facts, accounts)
    far = int(facts.rulebook.at("audit.fairness.gap", facts.on).value)
    return fairness.gaps(table, belongs, cover, far, facts.since)
