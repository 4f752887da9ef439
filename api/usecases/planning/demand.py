"""Demand: who is where, what each is owed, and which ways lead there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

import polars as pl

from api.usecases.context import Context
from api.usecases.planning.reach import Reach, reach
from api.usecases.planning.snapshot import Snapshot
from graphcore.casework import headcounts
from graphcore.casework.conditions import with_facts
from graphcore.casework.entitlement import Assessment, assess
from graphcore.casework.points import at_clusters, at_shelters
from graphcore.casework.rules import with_scope
from graphcore.casework.subjects import People, named
from graphcore.domain.clock import CHINA, day_of, micros
from graphcore.domain.errors import InputError
from graphcore.domain.household import Stage
from graphcore.domain.tables import SUBJECTS, conform
from graphcore.domain.text import say
from graphcore.policy.rulebook import Rulebook
from graphcore.policy.stages import stage_at


@dataclass(frozen=True)
class Situation:
    """What entitlement is computed from: everyone counted, where they are, by which rules."""

    subjects: pl.DataFrame  # SUBJECTS: named households and what headcounts leave unnamed
    facts: pl.DataFrame  # FACTS
    rulebook: Rulebook
    disaster: str
    hazard: str
    stage: Stage
    first_on: date
    days: int
    reach: Reach


@dataclass(frozen=True)
class Demand:
    """What is owed, and the ways to where it is owed."""

    situation: Situation
    assessment: Assessment
    access: pl.DataFrame  # ACCESS

    @property
    def needs(self) -> pl.DataFrame:
        """NEEDS."""
        return self.assessment.needs


def demand(ctx: Context, snapshot: Snapshot, first_on: date, days: int, at: int) -> Demand:
    """Return what everyone counted is owed in the plan's days, as things stood at ``at``.

    Raises:
        InputError: the first day lies in no stage for which needs are computed.
        NoRuleInForce: a parameter has no value on a day of the plan.
    """
    now = situation(ctx, snapshot, first_on, days, at)
    found = assess(
        now.subjects, now.facts, rulebook=now.rulebook, hazard=now.hazard, stage=now.stage,
        first_on=first_on, days=days, disaster=now.disaster, now=at,
    )  # fmt: skip
    return Demand(now, found, now.reach.access(found.needs["point"], days))


def situation(ctx: Context, snapshot: Snapshot, first_on: date, days: int, at: int) -> Situation:
    """Return who is counted and where they are at the start of the plan, or at ``at`` if later.

    Raises:
        InputError: the first day lies in no stage for which needs are computed.
    """
    rulebook = ctx.rulebook.within(ctx.district)
    stage = _stage(rulebook, snapshot, first_on)
    subjects, network = everyone(rulebook, snapshot, first_on, at)
    return Situation(
        subjects, snapshot.facts, rulebook, str(snapshot.disaster["id"]),
        str(snapshot.disaster["hazard"]), stage, first_on, days, network,
    )  # fmt: skip


def everyone(
    rulebook: Rulebook, snapshot: Snapshot, first_on: date, at: int
) -> tuple[pl.DataFrame, Reach]:
    """Return SUBJECTS, named and not, where they are on a day or at ``at`` if later; the network.

    ``rulebook`` is the district's.
    """
    network = reach(snapshot, rulebook, first_on)
    cut = network.cut()
    when = max(micros(datetime.combine(first_on, time(), CHINA)), at)
    known = named_now(snapshot, first_on, when, cut)
    unnamed = at_clusters(_unnamed(snapshot, known, rulebook, first_on), cut)
    return pl.concat([known, unnamed]), network


def _stage(rulebook: Rulebook, snapshot: Snapshot, first_on: date) -> Stage:
    clock = stage_at(rulebook, day_of(int(str(snapshot.disaster["occurred_at"]))), first_on)
    if not clock.computed:
        name = rulebook.stages[clock.code].name
        raise InputError(
            say("{day} 已进入“{stage}”，该阶段的需求不按物资计算。", day=first_on.isoformat(),
                stage=name),
            say("请检查计划起始日；需要延长前一阶段时，请在规则目录中调整其天数。"), field="first_on",
        )  # fmt: skip
    return Stage(clock.code)


def named_now(snapshot: Snapshot, first_on: date, at: int, cut: pl.DataFrame) -> pl.DataFrame:
    """Return SUBJECTS of the named households where they are at ``at`` (UTC microseconds).

    Args:
        snapshot: what is known.
        first_on: the day on which statuses must be valid.
        at: the moment.
        cut: CUT, see `Reach.cut`.
    """
    people = People(
        snapshot.households, snapshot.persons, snapshot.statuses, snapshot.dwellings, snapshot.hits
    )
    homes = snapshot.shelters.select(pl.col("id").alias("shelter"), "township")
    stays = snapshot.stays.with_columns(
        pl.when(pl.col("checked_out_at") > 0).then("checked_out_at").alias("checked_out_at")
    )
    here = at_shelters(named(people, first_on), stays, homes, at)
    return at_clusters(here, cut)


def _unnamed(
    snapshot: Snapshot, known: pl.DataFrame, rulebook: Rulebook, first_on: date
) -> pl.DataFrame:
    """Return SUBJECTS of the people who were counted but not yet named."""
    owing = with_scope(with_facts(known, snapshot.facts), rulebook, first_on)
    homes = snapshot.households.select(pl.col("id").alias("subject"), pl.col("township").alias("h"))
    names = (
        owing.filter(pl.col("scope") != "")
        .join(homes, on="subject")
        .select(pl.col("village").alias("place"), pl.col("h").alias("township"), "persons",
                "households", "roofless")
    )  # fmt: skip
    per = int(rulebook.at("headcount.persons_per_household", first_on).value)
    counted = headcounts.with_roofless(snapshot.headcounts, per)
    left = headcounts.remaining(counted, names, persons_per_household=per)
    return conform(headcounts.as_subjects(left, snapshot.hits), SUBJECTS)
