"""Running: from the facts to everything that the audits find, before anything is written."""

from __future__ import annotations

import polars as pl

from api.usecases.audits import judging, winter
from api.usecases.audits.gathering import Facts, absent_records
from api.usecases.ledger.reading import steps_of, terms
from graphcore.casework.audits import accounts, fasttrack, omission, rebuilding, reports, watch
from graphcore.casework.audits.account import Book, book
from graphcore.casework.audits.tables import FOUND, SETTLED
from graphcore.casework.ledger.reconcile import Under, named
from graphcore.casework.ledger.versions import standing
from graphcore.casework.rebuilding import frost, to_rebuild
from graphcore.casework.subjects import groups_on
from graphcore.casework.watch import affected
from graphcore.domain.audit import OF_NEEDS
from graphcore.domain.tables import conform, empty


def book_of(facts: Facts) -> Book:
    """Return the accounts of every household that is counted."""
    raw = facts.raw
    return book(facts.homes, facts.owed, raw.lines, raw.shorts, settled(facts), facts.since)


def settled(facts: Facts) -> pl.DataFrame:
    """Return SETTLED: what named persons determined is not needed, and has not run out."""
    today = facts.on.isoformat()
    of_needs = pl.col("ruling").is_in([r.value for r in OF_NEEDS])
    holds = (pl.col("until") == "") | (pl.col("until") >= today)
    return conform(facts.raw.ruled.filter(of_needs & holds), SETTLED)


def omissions(facts: Facts, accounts: pl.DataFrame) -> pl.DataFrame:
    """Return FOUND of every omission."""
    homes, since = facts.homes, facts.since
    damages = [str(d) for d in facts.rulebook.at("audit.hardship.damage", facts.on).value]
    return pl.concat([
        omission.unserved(homes, accounts),
        omission.unknown(homes, since),
        omission.not_reported(homes, since, facts.ties),
        omission.not_registered(homes, accounts),
        omission.below_threshold(homes, damages, since),
        omission.absent(homes, absent_records(facts)),
        omission.not_matched(_refused(facts)),
    ])  # fmt: skip


def _refused(facts: Facts) -> pl.DataFrame:
    """Return REFUSED: a row's place is a village's or township's code, or a name that it wrote."""
    towns = dict(facts.raw.snapshot.homes.iter_rows())
    place = pl.col("place").fill_null("")
    return facts.raw.refused.with_columns(
        pl.when(place.is_in(list(towns))).then(place).otherwise(pl.lit("")).alias("village"),
        place.replace_strict(towns, default=pl.when(place.str.contains(r"^\d{9,12}$")).then(place)
                             .otherwise(pl.lit(""))).alias("township"),
    )  # fmt: skip


def found_in(facts: Facts) -> pl.DataFrame:
    """Return FOUND of all audits."""
    accounts = book_of(facts).accounts
    return pl.concat([
        empty(FOUND), omissions(facts, accounts), judging.got_twice(facts),
        judging.decided_by_status(facts), judging.owed_by_status(facts),
        judging.uneven(facts, accounts), *_reports(facts), _winter(facts),
        *_rebuilding(facts), *_cases(facts),
    ]).sort("rule", "subject")  # fmt: skip


def _winter(facts: Facts) -> pl.DataFrame:
    statuses = facts.raw.snapshot.statuses
    return winter.found(facts.raw.winters, statuses, facts.rulebook, facts.at)


def _rebuilding(facts: Facts) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return FOUND of households without a warm dwelling, and of houses that stand still."""
    snapshot, rules, on = facts.raw.snapshot, facts.rulebook, facts.on
    damages = [str(d) for d in rules.at("rebuild.damage", on).value]
    houses = to_rebuild(snapshot.dwellings, snapshot.households, facts.raw.rebuilds, damages)
    notice, days = (int(rules.at(f"rebuild.{n}_days", on).value) for n in ("frost_notice", "stall"))
    return (
        rebuilding.cold(houses, frost(rules, on), notice, on, facts.since),
        rebuilding.stalled(houses, days, on, facts.since),
    )


def _cases(facts: Facts) -> tuple[pl.DataFrame, ...]:
    """Return FOUND of fast tracks not used, watched households not handed over, changed accounts."""
    raw, on = facts.raw, facts.on
    groups = groups_on(raw.snapshot.statuses, on)
    hit = affected(raw.watches, raw.snapshot.households, raw.snapshot.dwellings, on)
    return (
        fasttrack.missed(raw.cases, groups, facts.rulebook, facts.at, on),
        watch.open_watches(hit, facts.since),
        accounts.swapped(facts.homes, raw.accounts_changed),
    )


def _reports(facts: Facts) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return FOUND of late reports, and of totals that differ from the rows under them."""
    told, snapshot = facts.raw.reports, facts.raw.snapshot
    due, _ = terms(facts.rulebook, steps_of(facts.raw.response, facts.disaster), facts.at)
    towns = snapshot.hits.filter(pl.col("intensity") > 0)["township"].to_list()
    return (
        reports.late(towns, told, facts.since, facts.at, due),
        reports.differing(standing(told), named(_under(facts))),
    )


def _under(facts: Facts) -> Under:
    """Return what the totals of reports are made of."""
    raw, seen = facts.raw, facts.raw.snapshot
    return Under(seen.households, seen.dwellings, raw.ledger, seen.stays, raw.casualties)
