"""The district's summary as it was sent up: who, when, from which versions, what changed."""

from __future__ import annotations

import json
from typing import cast

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.ledger.reports import overview
from graphcore.domain.actor import Actor
from graphcore.domain.errors import InputError, WrongState
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import say
from graphcore.store.port import WriteUnit

MOST_DOCUMENT = 100


def send_up(
    ctx: Context, actor: Actor, document: str, disaster: str = "", *, ref: str = ""
) -> pl.DataFrame:
    """Record that the district's summary, as the reports stand, was sent to the city.

    Returns the SummarySent row: its number, the reports that it adds up, their cumulative and
    current figures, and when it was due. A summary is a version: nothing is edited in it. ``ref``
    is its id, if that is known before.

    Raises:
        Forbidden: the actor may not send, or not for the whole district.
        NotFound: no such disaster.
        InputError: no document is named.
        WrongState: no township has reported.
    """
    authorise(actor, Operation.SEND_UP, ctx.district)
    if not document.strip() or len(document) > MOST_DOCUMENT:
        raise InputError(
            say("请写明报送文号，{most} 字以内。", most=MOST_DOCUMENT), field="document"
        )
    found = overview(ctx, actor, disaster=disaster)
    if found.stands.is_empty():
        raise WrongState(say("还没有乡镇报告，没有可上报的汇总。"), say("请先导入乡镇报表。"))
    reports = found.versions.unique("township", keep="last", maintain_order=True)["id"].to_list()

    def write(unit: WriteUnit) -> pl.DataFrame:
        number = unit.nodes("SummarySent").filter(pl.col("disaster") == found.disaster).height + 1
        key = ref or derived(Kind.SUMMARY, found.disaster, str(number))
        row = {"id": key, "district": ctx.district,
               "disaster": found.disaster, "number": number, "document": document, "at": found.at,
               "actor": actor.id, "due_at": found.county_due_at, "straight": found.straight,
               "figures": json.dumps(found.totals, sort_keys=True)}  # fmt: skip
        rows = pl.DataFrame([row])
        unit.create("SummarySent", rows)
        unit.link("ADDS_UP", "SummarySent", "DamageReport",
                  pl.DataFrame({"from": [row["id"]] * len(reports), "to": reports}))  # fmt: skip
        body: dict[str, Json] = {"id": str(row["id"]), "number": number, "document": document,
                                 "reports": cast("list[Json]", reports)}  # fmt: skip
        unit.append(EventDraft("ledger.sent_up", actor.id, found.at, body))
        return rows

    return ctx.store.write(ctx.district, write)


def sent(ctx: Context, actor: Actor) -> pl.DataFrame:
    """Return SummarySent rows, the newest first, with ``changed`` and ``late``.

    ``changed`` (JSON): figures that differ from the summary before, and by what; ``late``: it came
    after the day on which the one before said that it was due.

    Raises:
        Forbidden: the actor may not read cases of the whole district.
    """
    authorise(actor, Operation.READ_CASES, ctx.district)
    rows = ctx.store.read(lambda unit: unit.nodes("SummarySent")).sort("disaster", "number")
    figures = [json.loads(text) for text in rows["figures"]]
    numbers = rows["number"].to_list()
    changed = [
        json.dumps(_changed({} if n == 1 else figures[i - 1], figures[i]), sort_keys=True)
        for i, n in enumerate(numbers)
    ]
    due = pl.col("due_at").shift(1).over("disaster", order_by="number")
    told = rows.with_columns(
        pl.Series("changed", changed, pl.String()),
        (pl.col("at") > due).fill_null(value=False).alias("late"),
    )
    return told.sort("at", "number", descending=True)


def _changed(before: dict[str, int | None], now: dict[str, int | None]) -> dict[str, int]:
    differences = {name: (now[name] or 0) - (before.get(name) or 0) for name in now}
    return {name: by for name, by in differences.items() if by}
