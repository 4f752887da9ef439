"""Referrals: what goods cannot meet becomes a service to arrange, with a deadline."""

from __future__ import annotations

from datetime import date, datetime, time

import polars as pl

from graphcore.domain.clock import CHINA, micros
from graphcore.domain.household import Stage
from graphcore.domain.ids import Kind, derived
from graphcore.domain.tables import REFERRALS, empty, frame
from graphcore.policy.rulebook import Rulebook, in_force

_HOUR = 3_600_000_000


def refer(
    owing: pl.DataFrame, facts: pl.DataFrame, rulebook: Rulebook, stage: Stage, first_on: date,
    disaster: str, now: int,
) -> pl.DataFrame:  # fmt: skip
    """Return REFERRALS of the persons of subjects with needs, sorted by id.

    Deadlines count from the start of the first day in China's time, or from ``now`` (UTC
    microseconds) if that is later. One row a person and service.
    """
    start = max(micros(datetime.combine(first_on, time(), CHINA)), now)
    rules = _in_force(rulebook, stage, first_on)
    here = owing.select("subject", "township")
    known = facts.unique().join(here, on="subject").join(rules, on="fact")
    rows: list[dict[str, object]] = [
        {
            "referral": derived(Kind.REFERRAL, disaster, stage.value, r["person"], r["service"]),
            "subject": r["subject"], "person": r["person"], "township": r["township"],
            "service": r["service"], "due_at": start + r["hours"] * _HOUR, "cites": r["cites"],
        }
        for r in known.iter_rows(named=True)
    ]  # fmt: skip
    if not rows:
        return empty(REFERRALS)
    table = frame(REFERRALS, rows).sort("referral", "due_at")
    return table.unique("referral", keep="first", maintain_order=True)


def _in_force(rulebook: Rulebook, stage: Stage, day: date) -> pl.DataFrame:
    rows = []
    for rule in rulebook.referrals.values():
        figure = in_force(rule.values, day, rulebook.region)
        if figure is not None and stage.value in rule.stages:
            rows.append((rule.fact.value, rule.service, figure.hours, figure.cites))
    schema = {
        "fact": pl.String(), "service": pl.String(), "hours": pl.Int64(), "cites": pl.String(),
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")
