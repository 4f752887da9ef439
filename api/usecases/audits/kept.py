"""Invariants of the audits themselves: accounts add up, findings are never lost."""

from __future__ import annotations

import json
from collections.abc import Iterator

import polars as pl

from api.usecases.audits.finding import MOST_NAMED, Evidence, Finding, name_some
from api.usecases.audits.gathering import gather_facts
from api.usecases.audits.running import book_of
from api.usecases.context import Context
from graphcore.domain.audit import FindingState
from graphcore.domain.errors import NotFound
from graphcore.domain.text import say


def accounts_add_up(ctx: Context) -> Iterator[Finding]:
    """Per household and need: needed = received + planned + missing + not needed, measured apart."""
    try:
        book = book_of(gather_facts(ctx))
    except NotFound:  # no disaster: nobody is owed anything
        return
    parts = pl.sum_horizontal("received", "planned", "missing", "not_needed")
    odd = book.accounts.filter(pl.col("needed") != parts)["need"]
    text = say("应得与“已得加已安排加尚缺加不需要”不符。")
    for need in pl.concat([odd, book.unbalanced["need"]]).unique().sort().head(MOST_NAMED):
        yield Finding("accounted.adds_up", need, text)


def findings_kept(e: Evidence) -> list[Finding]:
    """No finding was deleted, and each stands or is closed as the runs told."""
    told = [json.loads(x.canonical)["body"] for x in e.events if x.type == "audit.run"]
    made = sum(b["opened"] for b in told)
    open_ = made + sum(b["reopened"] - b["closed"] for b in told)
    found = e["Finding"].filter(pl.col("district") == e.district)
    now = found.filter(pl.col("state") != FindingState.CLOSED.value).height
    if (found.height, now) == (made, open_):
        return []
    text = say("审计发现共 {n} 条、未办结 {now} 条，审计链记为 {made} 条、{open} 条。", n=found.height,
               now=now, made=made, open=open_)  # fmt: skip
    return [Finding("audit.findings", e.district, text)]


def rulings_signed(e: Evidence) -> list[Finding]:
    """Each ruling is an event of the named person, on evidence."""
    told = [json.loads(x.canonical) for x in e.events if x.type == "ruling.recorded"]
    signed = [f"{x['body']['id']}/{x['actor']}" for x in told]
    loose = e["Determination"].filter(
        ~pl.col("reasoned") | ~pl.concat_str("id", pl.lit("/"), "officer").is_in(signed)
    )
    return name_some("audit.rulings", loose, "id", say("认定没有具名人员的记录或依据。"))
