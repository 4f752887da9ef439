"""Issue: whatever changes the ledger is a version of it, notified to Civil Affairs at once.

The version and its notice are written in the transaction of the change: there is no ledger that
Civil Affairs was not told of.
"""

from __future__ import annotations

import json
from typing import cast

import polars as pl

from api.usecases.context import Context
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.ids import Kind, derived
from graphcore.store.port import ReadUnit, WriteUnit

FORMS = frozenset({"ledger", "houses", "reports", "casualties", "found_persons"})
"""Forms whose rows make a version of the ledger."""

SENDER, RECEIVER = "应急管理局", "民政局"
HOUR = 3_600_000_000


def issue(
    unit: WriteUnit, ctx: Context, actor: Actor, district: str, *, cause: str, file: str, at: int
) -> str:  # fmt: skip
    """Write the next version of the newest disaster's ledger with its notice; return its id.

    Without a disaster there is no ledger yet: "" is returned.
    """
    hits = unit.nodes("Disaster").sort("occurred_at", "id")
    if hits.is_empty():
        return ""
    disaster = str(hits["id"][-1])
    newest = unit.rows("ledger.newest", district=district)
    number = int(cast("int", newest[0]["number"])) + 1 if newest else 1
    before = str(newest[0]["id"]) if newest else ""
    reports = unit.rows("ledger.latest", disaster=disaster)
    key = derived(Kind.VERSIONED, district, number)
    figures = json.dumps(_figures(unit, disaster), ensure_ascii=False, sort_keys=True)
    unit.create("LedgerVersion", pl.DataFrame([{
        "id": key, "district": district, "disaster": disaster, "number": number,
        "phase": str(reports[-1]["phase"]) if reports else "", "cause": cause, "file": file,
        "at": at, "actor": actor.id, "figures": figures, "before": before,
    }]))  # fmt: skip
    last = {str(r["township"]): str(r["id"]) for r in reports}
    if last:
        unit.link("HOLDS", "LedgerVersion", "DamageReport", pl.DataFrame(
            [{"from": key, "to": r} for r in last.values()]))  # fmt: skip
    notice = _notify(unit, ctx, key, at)
    body: dict[str, Json] = {"id": key, "number": number, "notice": notice, "file": file}
    unit.append(EventDraft("ledger.notified", actor.id, at, body))
    return key


def _notify(unit: WriteUnit, ctx: Context, version: str, at: int) -> str:
    rules = ctx.rulebook.within(ctx.district)
    hours = int(rules.at("ledger.answer_hours", day_of(at)).value)
    key = derived(Kind.NOTICE, version)
    unit.create("LedgerNotice", pl.DataFrame([{
        "id": key, "ledger": version, "sender": SENDER, "receiver": RECEIVER, "sent_at": at,
        "due_at": at + hours * HOUR, "received_at": 0, "received_by": "", "answered_at": 0,
        "answered_by": "", "version": 1,
    }]))  # fmt: skip
    unit.link("NOTIFIES", "LedgerNotice", "LedgerVersion",
              pl.DataFrame([{"from": key, "to": version}]))  # fmt: skip
    return key


def _figures(unit: ReadUnit, disaster: str) -> dict[str, dict[str, int]]:
    """What the rows of the ledger add up to at this moment, by township."""
    found: dict[str, dict[str, int]] = {}
    for row in unit.rows("ledger.entries", disaster=disaster):
        found.setdefault(str(row["township"]), {}).update(
            {name: _whole(row[name]) for name in ("households", "persons", "paid_fen")}
        )
    for row in unit.rows("ledger.houses"):
        kind = str(row["damage"])
        found.setdefault(str(row["township"]), {}).update({
            f"{kind}_households": _whole(row["households"]),
            f"{kind}_rooms": _whole(row[f"rooms_{kind}"]),
        })  # fmt: skip
    return found


def _whole(value: object) -> int:
    return int(str(value or 0))
