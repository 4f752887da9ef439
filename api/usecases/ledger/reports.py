"""Reports as versions: what stands, what changed, who is missing or late, the next form."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.ledger.reading import Course, clocks_of, course, grounds, upward
from graphcore.casework.ledger.clocks import Response, Terms
from graphcore.casework.ledger.versions import changes, district, follow_ups, standing
from graphcore.domain.actor import Actor
from graphcore.domain.errors import NotFound
from graphcore.domain.text import say

_MINUTE = 60_000_000


@dataclass(frozen=True)
class Overview:
    """The reports of a disaster within the actor's scope, at a moment."""

    disaster: str
    name: str
    at: int
    response: Response
    terms: Terms
    stands: pl.DataFrame  # STANDING
    totals: dict[str, int | None]  # cumulative and current, of the scope
    clocks: pl.DataFrame  # CLOCKS
    versions: pl.DataFrame  # REPORTS with ``version``
    changes: pl.DataFrame  # CHANGES
    annexes: pl.DataFrame  # ReportAnnex
    names: dict[str, str]
    county_due_at: int  # the district's next daily summary
    cites: tuple[str, ...]  # what the deadlines rest on
    straight: bool  # so many dead and missing that they go straight up as well


def overview(
    ctx: Context, actor: Actor, *, disaster: str = "", township: str = "", at: int = 0
) -> Overview:
    """Return the reports as they stand ("" = the latest disaster, all places; 0 = now).

    Raises:
        Forbidden: the actor may not read cases, or the township is out of scope.
        NotFound: no such disaster.
        NoRuleInForce: a deadline has no value on the day.
    """
    authorise(actor, Operation.READ_CASES, township)
    moment = at or ctx.clock()
    seen, annexes = ctx.store.read(lambda u: (course(u, disaster), u.nodes("ReportAnnex")))
    within = pl.col("township").str.starts_with(township or actor.scope)
    mine = seen.reports.filter(within & (pl.col("reported_at") <= moment))
    due, now, response = clocks_of(ctx, seen, moment)
    stands = standing(mine)
    totals = district(stands)
    county, straight = upward(ctx.rulebook.within(ctx.district), totals, moment)
    return Overview(
        str(seen.disaster["id"]), str(seen.disaster["name"]), moment, response, now, stands,
        totals, due.filter(within), mine, changes(mine),
        annexes.join(mine.select(pl.col("id").alias("report")), on="report", how="semi"), seen.names,
        county, grounds(ctx.rulebook.within(ctx.district), moment), straight,
    )  # fmt: skip


def next_form(ctx: Context, actor: Actor, *, township: str = "", at: int = 0) -> pl.DataFrame:
    """Return rows of the report form for each hit township's next report, filled with what stands.

    The time is when the report is due, or now where that has passed.

    Raises:
        Forbidden: the actor may not read cases, or the township is out of scope.
        NotFound: no disaster, or no hit township of that code.
    """
    authorise(actor, Operation.READ_CASES, township)
    moment = at or ctx.clock()
    seen = ctx.store.read(course)
    due = clocks_of(ctx, seen, moment)[0]
    towns = _towns(seen, township or actor.scope)
    known = dict(due.select("township", "due_at").iter_rows())
    now = moment - moment % _MINUTE
    times = {code: max(known[code], now) for code, _ in towns}
    return follow_ups(standing(seen.reports), towns, "", times)


def _towns(seen: Course, wanted: str) -> list[tuple[str, str]]:
    found = [(t, seen.names.get(t, t)) for t in seen.towns if t.startswith(wanted)]
    if not found:
        raise NotFound(say("没有受灾乡镇 {place}。", place=wanted[:20]),
                       say("请写受灾乡镇的代码，或不写乡镇。"))  # fmt: skip
    return found
