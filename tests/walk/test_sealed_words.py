"""Reasons and evidence that people type are sealed, shown by the masks, and erased with their kind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from api.usecases.audits.rulings import Said, revoke, rule_on
from api.usecases.cases.lists import cases
from api.usecases.cases.propose import propose
from api.usecases.cases.simplify import receive_papers
from api.usecases.context import Context
from api.usecases.pay.allot import allot
from api.usecases.privacy.destroying import destroy_records
from api.usecases.privacy.grounds import Grounds, grounds
from api.usecases.privacy.looking import Reason
from api.usecases.privacy.retention import _records
from api.usecases.rebuild.houses import houses, open_cases
from api.usecases.rebuild.progress import choose_route, record, stay
from api.usecases.verify import verify
from api.usecases.winter.campaigns import winter
from api.usecases.winter.steps import Pick
from api.usecases.winter.visits import Found, plan_visits, record_visit, visits
from graphcore.casework.rebuilding import Proof
from graphcore.domain.actor import Actor, Role
from graphcore.domain.audit import Ruling
from graphcore.domain.campaign import Step, VisitResult
from graphcore.domain.errors import Forbidden, NotFound
from graphcore.domain.rebuilding import Milestone, Route
from graphcore.store.chain import events
from graphcore.store.open import open_embedded
from graphcore.store.schema import NODES
from tests.support.walked import blank, dispatcher
from tests.support.winters import YEAR, county, step, surveyed
from tests.walk.conftest import served

MARK = "依据标记丙"
AUDIT = Reason("audit")
DAY = date(2026, 8, 1)


@pytest.fixture(scope="module")
def ctx(imported_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    folder = tmp_path_factory.mktemp("sealed") / "store"
    shutil.copytree(imported_folder, folder)
    with closing(open_embedded(folder)) as store:
        ctx = served(blank(store, seed=99))
        propose(ctx, dispatcher(), on=DAY)
        open_cases(ctx, dispatcher())
        surveyed(ctx, folder.parent)
        yield ctx


@pytest.fixture(scope="module")
def acts(ctx: Context) -> dict[str, str]:
    """An act of every kind, each on words that hold the mark: kind → id."""
    officer, home = county(ctx), str(houses(ctx, dispatcher())["household"][0])
    house = houses(ctx, dispatcher()).filter(pl.col("household") == home).row(0, named=True)
    record(ctx, officer, house["rebuild"], Milestone.ASSESSED, Proof(DAY, f"{MARK}甲", ("ZP-1",)))
    choose_route(ctx, officer, house["rebuild"], Route.RAISED, f"{MARK}乙")
    stay(ctx, officer, house["rebuild"], f"{MARK}丁", date(2027, 6, 30))
    entry = str(winter(ctx, dispatcher(), YEAR).entries["id"][0])
    step(ctx, Step.RETURN, DAY, Pick((entry,)), reason=f"{MARK}戊")
    plan_visits(ctx, dispatcher(), YEAR, "民政所", DAY)
    visit = str(visits(ctx, dispatcher(), YEAR)["id"][0])
    record_visit(ctx, dispatcher(), visit, Found(VisitResult.FINE, f"{MARK}己"))
    ruling = rule_on(ctx, officer, home, Said(Ruling.DECLINED, f"{MARK}庚", "water"))
    revoke(ctx, officer, ruling, f"{MARK}辛")
    case = next(c for c in cases(ctx, dispatcher()).iter_rows(named=True) if c["papers"])
    receive_papers(ctx, dispatcher(), case["id"], case["papers"][:1], f"{MARK}壬")
    fund = ctx.store.read(lambda unit: unit.nodes("FundSource")).filter(
        pl.col("benefits").list.len() == 0
    )["id"][0]
    money = allot(ctx, replace(officer, scope=""), fund, "repair", 100, f"{MARK}癸")
    return {"rebuild": house["rebuild"], "entry": entry, "visit": visit, "ruling": ruling,
            "case": case["id"], "fund": money}  # fmt: skip


def told(ctx: Context, key: str, *roles: Role) -> list[Grounds]:
    actor = Actor("reader", frozenset(roles or {Role.CIVIL_AFFAIRS}), "")
    return grounds(ctx, actor, AUDIT, key)


def test_no_node_and_no_event_holds_what_was_typed(ctx: Context, acts: dict[str, str]) -> None:
    assert acts
    for label in (n.label for n in NODES):
        rows = ctx.store.read(lambda unit, label=label: unit.nodes(label))  # type: ignore[misc]
        assert MARK not in str(rows.to_dicts()), label
    chain = ctx.store.read(lambda unit: list(events(unit, ctx.district)))
    assert not any(MARK in str(event) for event in chain)


@pytest.mark.parametrize(
    ("kind", "entries"),
    [
        ("rebuild", ["reason", "interim", "evidence"]), ("entry", ["evidence", "reason"]),
        ("visit", ["evidence"]), ("ruling", ["evidence", "reason"]), ("case", ["evidence"]),
        ("fund", ["evidence"]),
    ],
)  # fmt: skip
def test_who_may_see_words_sees_them_after_a_look_and_others_nothing(
    ctx: Context, acts: dict[str, str], kind: str, entries: list[str]
) -> None:
    before = ctx.looks.path.read_bytes().count(b"\n")
    found = told(ctx, acts[kind])
    assert ctx.looks.path.read_bytes().count(b"\n") == before + 1
    assert sorted(e for one in found for e in one.entries) == sorted(entries)
    marked = [text for one in found for text in one.entries.values() if MARK in text]
    assert marked
    assert told(ctx, acts[kind], Role.AUDITOR) == []
    with pytest.raises(Forbidden):
        told(ctx, acts[kind], Role.ADMIN)


def test_a_step_says_who_took_it_and_when(ctx: Context, acts: dict[str, str]) -> None:
    (one,) = told(ctx, acts["entry"])
    assert (one.what, one.by, one.on_day) == ("return", "officer:王", "2026-08-01")


def test_a_survey_of_a_file_is_sealed_too(ctx: Context) -> None:
    rows = ctx.store.read(lambda unit: unit.nodes("Survey"))
    assert all(told(ctx, key)[0].entries["evidence"] for key in rows["id"].head(3))


def test_another_townships_words_and_unknown_ids_are_refused(
    ctx: Context, acts: dict[str, str]
) -> None:
    elsewhere = Actor("reader", frozenset({Role.CIVIL_AFFAIRS}), "110101")
    with pytest.raises(Forbidden):
        grounds(ctx, elsewhere, AUDIT, acts["visit"])
    for key in ("WV-0", "H-1", "nothing"):
        with pytest.raises(NotFound):
            told(ctx, key)


def test_words_are_due_with_their_kind_and_gone_after_it(
    ctx: Context, acts: dict[str, str]
) -> None:
    """Of a household that nothing holds, what was typed goes; who did it and that it was stays."""
    key = str(visits(ctx, dispatcher(), YEAR).filter(pl.col("done_on") == "")["id"][0])
    record_visit(ctx, dispatcher(), key, Found(VisitResult.FINE, f"{MARK}子"))
    assert told(ctx, key)
    belongs = ctx.store.read(_records).filter(pl.col("subject") == key)
    home = ctx.store.read(lambda unit: unit.nodes("WinterVisit", [key]))["household"].to_list()
    assert (belongs["household"].to_list(), belongs["kind"].to_list()) == (home, ["emergency"])
    ctx.store.write(ctx.district, lambda unit: destroy_records(unit, belongs, 1))
    assert told(ctx, key) == []
    assert visits(ctx, dispatcher(), YEAR).filter(pl.col("id") == key)["result"].item() == "fine"
    assert verify(ctx, dispatcher()) == []
    assert acts
