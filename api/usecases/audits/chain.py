"""Invariants 6 and 7: the chain verifies; a repeated request has one effect."""

from __future__ import annotations

import json

import polars as pl

from api.usecases.audits.finding import Evidence, Finding
from graphcore.domain.text import say

_ACTS = (
    "audit.run",
    "finding.assigned",
    "ruling.recorded",
    "aid.recorded",
    "response.recorded",
    "ledger.received",
    "ledger.answered",
    "application.taken",
    "application.answered",
    "household.head_named",
    "guardian.approved",
    "review.decided",
)
"""Events that carry the id of the act that a request may have led to."""


def links_hold(e: Evidence) -> list[Finding]:
    """Every link of the chain holds."""
    return [Finding("chain", f"{f.district}/{f.seq}", f.what) for f in e.faults]


def requests_have_effects(e: Evidence) -> list[Finding]:
    """Each recorded request led to something that is there."""
    acts = [json.loads(x.canonical)["body"] for x in e.events if x.type in _ACTS]
    told = pl.Series("id", [str(b.get("ref") or b.get("id")) for b in acts], dtype=pl.String)
    there = pl.concat([e["Job"]["id"], e["Plan"]["id"], e["Trip"]["id"], told])
    loose = e["IdempotencyRecord"].filter(~pl.col("result").is_in(there.implode()))
    text = say("幂等记录所指的结果不存在。")
    return [Finding("requests", key[:12], text) for key in loose["key"].to_list()]
