"""What the ledger knows of a household beside its needs: surveys, losses, guardians, applications."""

from __future__ import annotations

from typing import Any

import polars as pl

from api.usecases.explain.case import Case
from api.usecases.story import Section
from graphcore.domain.clock import moment
from graphcore.domain.text import Text, say
from graphcore.store.port import ReadUnit

_LABELS = ("Survey", "Casualty", "BankAccount", "Guardianship", "Application")


def course(case: Case, subject: str) -> Section:
    """Return what was found, who was lost, what was stopped and what was asked for; no name."""
    found = case.ctx.store.read(lambda unit: _read(unit, subject))
    sentences = [
        *_surveys(found), *_lost(found["Casualty"]), *_stopped(found), *_asked(found["Application"])
    ]  # fmt: skip
    return Section(say("核查、善后和申请"), tuple(sentences))


def _read(unit: ReadUnit, subject: str) -> dict[str, pl.DataFrame]:
    mine = pl.col("household") == subject
    rows = {label: unit.nodes(label).filter(mine) for label in _LABELS}
    groups = rows["Survey"]["group"].unique().to_list()
    return {**rows, "WorkGroup": unit.nodes("WorkGroup", groups)}


def _time(at: int) -> str:
    return moment(at).strftime("%Y-%m-%d %H:%M")


def _surveys(found: dict[str, pl.DataFrame]) -> list[Text]:
    called = dict(found["WorkGroup"].select("id", "name").iter_rows())
    return [
        say("{when} {group}入户核查，结果：{state}（{id}）。", when=_time(s["at"]),
            group=called.get(s["group"], s["group"]), id=s["id"],
            state=Text(f"roster_state:{s['finding'] or 'unknown'}"))
        for s in found["Survey"].sort("at").iter_rows(named=True)
    ]  # fmt: skip


def _lost(rows: pl.DataFrame) -> list[Text]:
    return [
        say("家中一人{kind}（{on}）。", kind=Text(f"casualty:{c['kind']}"), on=c["occurred_on"])
        for c in rows.filter(pl.col("closed_on").fill_null("") == "").sort("id").iter_rows(named=True)
    ]  # fmt: skip


def _stopped(found: dict[str, pl.DataFrame]) -> list[Text]:
    told = []
    if (found["BankAccount"]["stopped_at"].fill_null(0) > 0).any():
        told.append(say("户名人已故，账户已停用；待新户主的账户，救助不取消。"))
    if (found["Guardianship"]["state"] == "open").any():
        told.append(say("只有未成年人，待确定监护人或代领人后发放。"))
    return told


def _asked(rows: pl.DataFrame) -> list[Text]:
    return [_application(a) for a in rows.sort("number").iter_rows(named=True)]


def _application(a: dict[str, Any]) -> Text:
    return say("受理号 {number}（{kind}），{due} 前答复；{state}。", number=a["number"], due=a["due_on"],
               kind=Text(f"application:{a['kind']}"), state=Text(f"application_state:{a['state']}"))  # fmt: skip
