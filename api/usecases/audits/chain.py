"""Invariants 6 and 7: the chain verifies; a repeated request has one effect."""

from __future__ import annotations

import polars as pl

from api.usecases.audits.finding import Evidence, Finding
from graphcore.domain.text import say


def links_hold(e: Evidence) -> list[Finding]:
    """Every link of the chain holds."""
    return [Finding("chain", f"{f.district}/{f.seq}", f.what) for f in e.faults]


def requests_have_effects(e: Evidence) -> list[Finding]:
    """Each recorded request led to something that is there."""
    there = pl.concat([e["Job"]["id"], e["Plan"]["id"]])
    loose = e["IdempotencyRecord"].filter(~pl.col("result").is_in(there.implode()))
    text = say("幂等记录所指的结果不存在。")
    return [Finding("requests", key[:12], text) for key in loose["key"].to_list()]
