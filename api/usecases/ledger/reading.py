"""Reading: one consistent copy of a disaster's reports, response and places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import polars as pl

from api.usecases.context import Context
from api.usecases.planning.snapshot import find_disaster
from graphcore.casework.ledger.clocks import HOUR, Response, Step, Terms, clocks, response_at
from graphcore.casework.ledger.versions import ordered
from graphcore.domain.clock import CHINA, day_of, micros
from graphcore.domain.figures import ResponseAct
from graphcore.policy.rulebook import Rulebook
from graphcore.policy.workdays import after_working_days
from graphcore.store.port import ReadUnit

_HITS = {"disaster": pl.String(), "township": pl.String(), "intensity": pl.Int64()}


@dataclass(frozen=True)
class Course:
    """How a disaster has gone: its reports, the response, the townships that were hit."""

    disaster: dict[str, object]
    reports: pl.DataFrame  # REPORTS with ``version``
    steps: tuple[Step, ...]
    towns: tuple[str, ...]  # codes of the hit townships
    names: dict[str, str]  # of places

    @property
    def occurred_at(self) -> int:
        """When it struck, UTC microseconds."""
        return int(str(self.disaster["occurred_at"]))


def course(unit: ReadUnit, disaster: str = "") -> Course:
    """Copy a disaster's course out ("" = the latest one).

    Raises:
        NotFound: no such disaster.
    """
    hit = find_disaster(unit, disaster)
    key = str(hit["id"])
    struck = unit.table("intake.hits", _HITS).filter(
        (pl.col("disaster") == key) & (pl.col("intensity") > 0)
    )
    reports = unit.nodes("DamageReport").filter(pl.col("disaster") == key)
    steps = steps_of(unit.nodes("ResponseChange"), key)
    return Course(hit, ordered(reports), steps, tuple(sorted(struck["township"].unique())),
                  place_names(unit))  # fmt: skip


def steps_of(changes: pl.DataFrame, disaster: str) -> tuple[Step, ...]:
    """Return the steps of a disaster's response, in their order, from ResponseChange nodes."""
    mine = changes.filter(pl.col("disaster") == disaster).sort("at", "id")
    return tuple(
        Step(ResponseAct(act), level, at)
        for act, level, at in mine.select("act", "level", "at").iter_rows()
    )


def place_names(unit: ReadUnit) -> dict[str, str]:
    """Return what townships and villages are called, by code."""
    both = [unit.nodes(label).select("code", "name") for label in ("Township", "Village")]
    return dict(pl.concat(both).iter_rows())


def terms(rules: Rulebook, steps: Sequence[Step], at: int) -> tuple[Terms, Response]:
    """Return the deadlines in force at a moment, and the response that drives them.

    Raises:
        NoRuleInForce: a parameter has no value on a day.
    """
    now, on = response_at(steps, at), day_of(at)
    first = int(rules.at("report.first_hours", on).value)
    every = int(rules.at("report.every_hours", on).value)
    if now.level:
        by_level = rules.at("report.every_hours.level", on).value
        every = min(every, int(by_level.get(now.level, every)))
    return Terms(first, every, _verified(rules, now.settled_at)), now


def _verified(rules: Rulebook, settled_at: int) -> int:
    """End of the last working day for the verified report; 0 while nothing is settled."""
    if not settled_at:
        return 0
    start = day_of(settled_at)
    days = int(rules.at("report.verified_days", start).value)
    last = after_working_days(rules, start, days) + timedelta(days=1)
    return micros(datetime.combine(last, time(), CHINA))


TERMS = ("report.first_hours", "report.every_hours", "report.every_hours.level",
         "report.verified_days", "report.county_minute", "report.straight")  # fmt: skip


def grounds(rules: Rulebook, at: int) -> tuple[str, ...]:
    """Return the texts that the deadlines of a moment rest on, each once.

    Raises:
        NoRuleInForce: a parameter has no value on the day.
    """
    return tuple(dict.fromkeys(rules.at(name, day_of(at)).cites for name in TERMS))


def upward(rules: Rulebook, totals: Mapping[str, int | None], at: int) -> tuple[int, bool]:
    """Return when the district's next daily summary is due, and whether the toll goes straight up.

    Raises:
        NoRuleInForce: a parameter has no value on the day.
    """
    on = day_of(at)
    minute = int(rules.at("report.county_minute", on).value)
    due = micros(datetime.combine(on, time(minute // 60, minute % 60), CHINA))
    toll = (totals["dead"] or 0) + (totals["missing"] or 0)
    next_due = due if at <= due else due + 24 * HOUR
    return next_due, toll >= int(rules.at("report.straight", on).value)


def latest(reports: pl.DataFrame) -> pl.DataFrame:
    """Return township, versions, phase, reported_at and first_at of each latest report."""
    return reports.with_columns(
        pl.len().over("township").cast(pl.Int64).alias("versions"),
        pl.col("reported_at").min().over("township").alias("first_at"),
    ).unique("township", keep="last", maintain_order=True)  # fmt: skip


def clocks_of(ctx: Context, seen: Course, at: int) -> tuple[pl.DataFrame, Terms, Response]:
    """Return CLOCKS of the hit townships at a moment, with the deadlines and the response."""
    now, response = terms(ctx.rulebook.within(ctx.district), seen.steps, at)
    told = latest(seen.reports.filter(pl.col("reported_at") <= at))
    return clocks(seen.towns, told, seen.occurred_at, at, now), now, response
