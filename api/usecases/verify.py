"""Verify: every invariant of the product, on the live data. Each audit is a function of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from api.access import Operation, authorise
from api.usecases.audits import (
    accounted,
    chain,
    kept,
    ledger,
    looks,
    plans,
    rosters,
    stock,
    trips,
)
from api.usecases.audits.finding import Evidence, Finding, gather
from api.usecases.context import Context
from graphcore.domain.actor import Actor

Audit = Callable[[Evidence], Iterable[Finding]]
AUDITS: tuple[Audit, ...] = (
    stock.every_unit_somewhere,
    stock.never_below_zero,
    stock.counted_as_told,
    plans.one_in_force,
    plans.nothing_promised_twice,
    plans.nothing_served_twice,
    plans.intent_holds,
    plans.approved_by_name,
    plans.drafts_swept,
    plans.as_published,
    accounted.needs_balance,
    accounted.everyone_has_a_home,
    accounted.refused_rows_listed,
    kept.findings_kept,
    kept.rulings_signed,
    rosters.one_in_force,
    rosters.nobody_twice,
    rosters.nobody_alone,
    rosters.able,
    rosters.signed_and_told,
    rosters.as_made,
    trips.cargo_is_whole,
    trips.accounts_hold_the_cargo,
    trips.lines_left_as_carried,
    trips.closed_when_empty,
    ledger.reports_are_versions,
    ledger.every_version_notified,
    ledger.deaths_certified,
    ledger.nothing_waits_for_the_dead,
    ledger.answers_signed,
    chain.links_hold,
    chain.requests_have_effects,
)
"""Every audit, by invariant: the table in docs/INVARIANTS.md."""


def verify(ctx: Context, actor: Actor) -> list[Finding]:
    """Run every audit over one consistent copy of the data; an empty list means all hold.

    Raises:
        Forbidden: the actor may not verify.
    """
    authorise(actor, Operation.VERIFY)
    evidence = gather(ctx)
    found = [finding for audit in AUDITS for finding in audit(evidence)]
    found += plans.keeps_every_rule(ctx, evidence)
    found += rosters.keeps_every_rule(ctx, evidence)
    found += looks.looks_hold(ctx, evidence)
    return [*found, *kept.accounts_add_up(ctx)]
