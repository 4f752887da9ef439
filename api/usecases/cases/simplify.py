"""Simplified procedure and papers: granted and received by named persons, in the audit chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.cases.found import case_of
from api.usecases.context import Context
from api.usecases.privacy.sealing import seal
from graphcore.casework.cases import CaseState
from graphcore.casework.fasttrack import eased, open_to
from graphcore.casework.subjects import groups_on
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import InputError, NotFound
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, WriteUnit

_LISTS = {"papers": pl.List(pl.String()), "papers_in": pl.List(pl.String())}


@dataclass(frozen=True, slots=True)
class Simplified:
    """How many cases were put on a fast track, by its name."""

    tracks: dict[str, int]

    @property
    def cases(self) -> int:
        """All of them."""
        return sum(self.tracks.values())


def simplify(ctx: Context, actor: Actor, keys: Sequence[str] = ()) -> Simplified:
    """Put cases that wait on the fast track that is open to their household; all, or those named.

    Raises:
        Forbidden: the actor may not decide cases there.
        NotFound: a case that is named is not there.
        InputError: no fast track is open to a case that is named.
    """
    authorise(actor, Operation.DECIDE_CASE)
    at = ctx.clock()

    def write(unit: WriteUnit) -> Simplified:
        rows = _open(ctx, unit, actor, keys, at)
        if keys and rows.height < len(set(keys)):
            raise InputError(
                say("所列个案中有 {count} 件没有可用的简化程序。", count=len(set(keys)) - rows.height),
                say("简化程序按救助项目和群体确定，见 doudi policy。"), field="case",
            )  # fmt: skip
        for town in rows["township"].unique().sort():
            authorise(actor, Operation.DECIDE_CASE, str(town))
        if rows.height:
            unit.update("AidCase", pl.DataFrame([_eased(ctx, r, actor, at) for r in
                                                 rows.iter_rows(named=True)],
                                                schema_overrides={"papers": _LISTS["papers"]}))  # fmt: skip
        counts = dict(rows.group_by("track").len().sort("track").iter_rows())
        if counts:
            told: dict[str, Json] = {"tracks": dict(counts)}
            unit.append(EventDraft("case.simplified", actor.id, at, told))
        return Simplified(counts)

    return ctx.store.write(ctx.district, write)


def _open(ctx: Context, unit: ReadUnit, actor: Actor, keys: Sequence[str], at: int) -> pl.DataFrame:
    """Return the cases that wait, with the ``track`` that is open to each, those with one alone."""
    rows = unit.nodes("AidCase", list(keys) or None)
    if rows.height < len(set(keys)):
        raise NotFound(say("所列个案有不存在的。"), say("请用 doudi cases list 查看个案编号。"))
    waits = (pl.col("state") == CaseState.PROPOSED.value) & (pl.col("fast").fill_null("") == "")
    mine = rows.filter(waits & pl.col("township").str.starts_with(actor.scope))
    rules, on = ctx.rulebook.within(ctx.district), day_of(at)
    groups = groups_on(unit.nodes("HardshipStatus"), on).rename({"subject": "household"})
    known = mine.join(groups, on="household", how="left").with_columns(
        pl.col("groups").fill_null(pl.lit([], dtype=pl.List(pl.String())))
    )
    track = pl.lit("")
    for benefit in sorted({t.benefit for t in rules.fast_tracks.values()}):
        here = pl.col("benefit") == benefit
        track = pl.when(here).then(open_to(rules, benefit, on)).otherwise(track)
    return known.with_columns(track.alias("track")).filter(pl.col("track") != "")


def _eased(ctx: Context, row: dict[str, Any], actor: Actor, at: int) -> dict[str, object]:
    rules, on = ctx.rulebook.within(ctx.district), day_of(at)
    told = eased(rules, row["benefit"], row["track"], row["papers"] or [], on)
    return {"id": row["id"], "fast": told.track, "fast_by": actor.id, "papers": list(told.papers),
            "papers_due_on": told.due_on or row["papers_due_on"], "version": row["version"] + 1}  # fmt: skip


def receive_papers(
    ctx: Context, actor: Actor, case: str, papers: Sequence[str], evidence: str
) -> list[str]:
    """Record that papers of a case came in; return those that are still missing.

    Raises:
        Forbidden: the actor may not do it there.
        NotFound: no such case.
        InputError: a paper that the case does not ask for, or no evidence.
    """
    seen = ctx.store.read(lambda unit: case_of(unit, case))
    authorise(actor, Operation.RECEIVE_PAPERS, str(seen["township"]))
    odd = [p for p in papers if p not in (seen["papers"] or [])]
    if odd or not papers or not evidence.strip():
        raise InputError(
            say("此个案需要的材料：{papers}。", papers="、".join(seen["papers"] or []) or say("无")),
            say("请按名称填写收到的材料，并写明收件登记编号。"), field="papers",
        )  # fmt: skip
    at = ctx.clock()

    def write(unit: WriteUnit) -> list[str]:
        row = case_of(unit, case)
        have = sorted({*(row["papers_in"] or []), *papers})
        unit.update("AidCase", pl.DataFrame([{
            "id": case, "papers_in": have, "version": row["version"] + 1,
        }], schema_overrides={"papers_in": _LISTS["papers_in"]}))  # fmt: skip
        seal(ctx, unit, "AidCase", case, {"evidence": evidence})
        body: dict[str, Json] = {"case": case, "papers": list(papers)}
        unit.append(EventDraft("case.papers", actor.id, at, body))
        return [p for p in row["papers"] or [] if p not in have]

    return ctx.store.write(ctx.district, write)
