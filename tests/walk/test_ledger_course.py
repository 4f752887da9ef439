"""The ledger over the graph: versions and notices with each change, forms back in, the bereaved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import polars as pl
import pytest

from api.usecases.cases.decide import act
from api.usecases.cases.lists import cases
from api.usecases.context import Context
from api.usecases.import_files import FileState, import_files
from api.usecases.ledger import desk, field, notices, people, reports
from api.usecases.ledger.book import write_book
from api.usecases.ledger.response import Said, record
from api.usecases.ledger.sentup import send_up, sent
from api.usecases.ledger.totals import reconciled
from api.usecases.pay.draft import dry_run
from api.usecases.verify import verify
from graphcore.casework.cases import Act
from graphcore.casework.desk import Channel, Kind, State
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden, InputError, NotFound, RowsRefused, WrongState
from graphcore.domain.figures import ResponseAct
from graphcore.exchange.forms.catalogue import BY_CODE
from graphcore.exchange.templates import write_template
from graphcore.store.chain import events
from graphcore.store.open import open_embedded
from seeds.generate import frames
from tests.support.walked import blank, dispatcher, officer
from tests.walk.conftest import served

DAY_US = 24 * 3_600_000_000


@pytest.fixture(scope="module")
def shared(imported_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """One district for what only reads."""
    folder = tmp_path_factory.mktemp("ledger") / "store"
    copytree(imported_folder, folder)
    with closing(open_embedded(folder)) as store:
        yield served(blank(store, seed=98))


def sheet(folder: Path, form: str, *rows: dict[str, object]) -> Path:
    path = folder / f"{form}.xlsx"
    write_template(path, BY_CODE[form], frames.rows(form, list(rows)))
    return path


def test_a_seed_district_reports_in_versions_that_agree_with_its_rows(shared: Context) -> None:
    found = reports.overview(shared, dispatcher())
    assert found.versions["version"].max() == 3
    assert found.response.level == "3"
    assert any("自然灾害情况统计调查制度" in text for text in found.cites)
    assert found.changes.height > 0
    assert set(found.clocks["state"]) == {"waiting"}
    assert reconciled(shared, dispatcher()).filter(pl.col("difference") != 0).is_empty()


def test_a_day_later_everybody_is_late(shared: Context) -> None:
    now = reports.overview(shared, dispatcher()).at
    later = reports.overview(shared, dispatcher(), at=now + DAY_US)
    assert set(later.clocks["state"]) == {"late"}


def test_each_change_of_the_ledger_was_notified_with_its_event(shared: Context) -> None:
    told = notices.notices(shared, dispatcher())
    assert told["number"].to_list() == list(range(told.height, 0, -1))
    assert told["cause"].str.contains("reports").any()
    chain = shared.store.read(lambda unit: list(events(unit, shared.district)))
    assert sum(e.type == "ledger.notified" for e in chain) == told.height
    last = json.loads(told["figures"][0])
    assert sum(t.get("households", 0) for t in last.values()) > 0


def test_a_township_sees_its_own_reports_alone(shared: Context) -> None:
    town = reports.overview(shared, dispatcher()).clocks["township"][0]
    clerk = Actor("t", frozenset({Role.TOWNSHIP}), town)
    assert set(reports.overview(shared, clerk).versions["township"]) == {town}
    with pytest.raises(Forbidden):
        people.casualties(shared, clerk)


def test_villages_that_no_group_reached_come_first(shared: Context) -> None:
    rows = field.to_survey(shared, dispatcher())
    assert rows["surveys"].to_list() == sorted(rows["surveys"], key=bool)
    assert (rows["surveys"] == 0).any()
    open_ = field.unknown(shared, dispatcher(), rows.filter(pl.col("unknown") > 0)["village"][0])
    assert open_.height > 0


def test_the_filled_form_reads_back_as_the_next_version(ctx: Context, tmp_path: Path) -> None:
    before = reports.overview(ctx, dispatcher())
    path = tmp_path / "next.xlsx"
    write_template(path, BY_CODE["reports"], reports.next_form(ctx, dispatcher()))
    (done,) = import_files(ctx, dispatcher(), [path])
    assert (done.state, done.refused) == (FileState.IMPORTED, 0)
    after = reports.overview(ctx, dispatcher(), at=before.at + 2 * DAY_US)
    assert after.versions.height == before.versions.height + done.rows
    assert after.totals == before.totals
    (again,) = import_files(ctx, dispatcher(), [path])
    assert again.state is FileState.UNCHANGED
    assert not verify(ctx, dispatcher())


def test_the_statutory_forms_read_back_and_change_nothing(ctx: Context, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    counts = write_book(ctx, dispatcher(), path)
    versions = notices.notices(ctx, dispatcher()).height
    (done,) = import_files(ctx, dispatcher(), [path])
    assert (done.rows, done.created, done.updated, done.refused) == (sum(counts.values()), 0, 0, 0)
    assert not any(p.code == "total" for p in done.problems)
    assert notices.notices(ctx, dispatcher()).height == versions
    with pytest.raises(Forbidden):
        write_book(ctx, officer(), path)


def test_a_bad_row_keeps_the_whole_file_out(ctx: Context, tmp_path: Path) -> None:
    rows = reports.next_form(ctx, dispatcher()).with_columns(injured_now=pl.lit(10_000))
    path = tmp_path / "bad.xlsx"
    write_template(path, BY_CODE["reports"], rows)
    before = notices.notices(ctx, dispatcher()).height
    with pytest.raises(RowsRefused):
        import_files(ctx, dispatcher(), [path])
    assert notices.notices(ctx, dispatcher()).height == before


def test_civil_affairs_takes_a_version_in_and_answers_once(ctx: Context) -> None:
    with pytest.raises(NotFound):
        notices.answers(ctx, dispatcher())
    notices.receive(ctx, dispatcher())
    rows = notices.answer(ctx, dispatcher())
    assert rows.height == reports.overview(ctx, dispatcher()).clocks.height
    assert notices.answers(ctx, dispatcher()).height == rows.height
    for again in (notices.receive, notices.answer):
        with pytest.raises(WrongState):
            again(ctx, dispatcher())
    with pytest.raises(Forbidden):
        notices.answer(ctx, officer())
    assert not verify(ctx, dispatcher())


def test_a_stable_disaster_asks_for_verified_reports(ctx: Context) -> None:
    record(ctx, dispatcher(), Said(ResponseAct.STABLE, "县减灾委"))
    clocks = reports.overview(ctx, dispatcher()).clocks
    assert set(clocks["clock"]) == {"verified"}
    with pytest.raises(WrongState):
        record(ctx, dispatcher(), Said(ResponseAct.START, "县减灾委", "1"))
    with pytest.raises(InputError):
        record(ctx, dispatcher(), Said(ResponseAct.CHANGE, "县减灾委"))


def bereave(ctx: Context, folder: Path) -> str:
    """Let the head of a household with an account die; return the household's id."""
    accounts = ctx.store.read(lambda unit: unit.nodes("BankAccount"))["household"].implode()
    persons = ctx.store.read(lambda unit: unit.nodes("Person"))
    large = persons.filter(pl.col("household").is_in(accounts)).group_by("household").len()
    home = str(large.sort("len", "household")["household"][-1])
    row = ctx.store.read(lambda unit: unit.nodes("Household", [home])).row(0, named=True)
    head = persons.filter((pl.col("household") == home) & pl.col("is_head"))["id"][0]
    sealed = ctx.store.read(lambda u: u.nodes("PersonalRecord", [head])).row(0, named=True)
    told = ctx.vault.open(head, sealed["wrapped_key"], sealed["ciphertext"])
    path = sheet(folder, "casualties", {
        "household": row["code"], "name": told["name"], "village": row["village"], "kind": "dead",
        "occurred_on": "2026-07-01", "certified_by": "公安局", "document": "认1号",
    })  # fmt: skip
    import_files(ctx, dispatcher(), [path])
    return home


def test_a_death_stops_payment_opens_cases_and_asks_for_a_head(
    ctx: Context, tmp_path: Path
) -> None:  # fmt: skip
    home = bereave(ctx, tmp_path)
    mine = cases(ctx, dispatcher()).filter(pl.col("household") == home)
    assert set(mine["benefit"]) == {"compassion_money", "temporary_assistance"}
    assert set(mine["state"]) == {"proposed"}
    act(ctx, officer(), str(mine["id"][0]), Act.APPROVE)
    draft = dry_run(ctx, dispatcher(), str(mine["benefit"][0]))
    assert home in draft.no_account["household"].to_list()
    open_ = people.matters(ctx, dispatcher()).filter(pl.col("household") == home)
    assert {"account", "kin"} <= set(open_["matter"])
    assert not verify(ctx, dispatcher())


def test_the_new_head_is_a_grown_survivor(ctx: Context, tmp_path: Path) -> None:
    home = bereave(ctx, tmp_path)
    folk = ctx.store.read(lambda unit: unit.nodes("Person")).filter(pl.col("household") == home)
    dead = str(folk.filter(pl.col("died_on") != "")["id"][0])
    grown = folk.filter(
        (pl.col("died_on").fill_null("") == "") & pl.col("age_band").is_in(["adult", "elder"])
    )
    with pytest.raises(WrongState):
        people.name_head(ctx, officer(), home, dead)
    people.name_head(ctx, officer(), home, str(grown["id"][0]))
    now = ctx.store.read(lambda unit: unit.nodes("Person")).filter(pl.col("household") == home)
    assert now.filter("is_head")["id"].to_list() == [grown["id"][0]]
    assert not people.matters(ctx, dispatcher()).filter(
        (pl.col("household") == home) & (pl.col("matter") == "head")).height  # fmt: skip


def test_names_of_the_lost_need_a_purpose_and_leave_a_trace(ctx: Context) -> None:
    assert "name" not in people.casualties(ctx, dispatcher()).columns
    with pytest.raises(InputError):
        people.casualties(ctx, dispatcher(), names=True)
    assert people.casualties(ctx, dispatcher(), names=True, purpose="告知亲属")["name"][0]
    told = ctx.store.read(lambda unit: list(events(unit, ctx.district)))
    (read,) = [e for e in told if e.type == "casualty.read"]
    assert "告知亲属" in read.canonical
    (look,) = ctx.looks.looks()
    assert "告知亲属" in look.canonical


def test_any_window_takes_and_only_an_officer_answers(ctx: Context) -> None:
    towns = ctx.store.read(lambda unit: unit.nodes("Township"))["code"].to_list()
    clerk = Actor("window-2", frozenset({Role.TOWNSHIP}), towns[1])
    asked = desk.Application(Kind.OBJECT, Channel.PHONE, towns[0], "对公示有异议", "赵某")
    first, second = (desk.take(ctx, clerk, asked) for _ in range(2))
    assert (first.number[-4:], second.number[-4:], first.due_on) == ("0001", "0002", "2026-07-10")
    with pytest.raises(Forbidden):
        desk.answer(ctx, clerk, first.number, State.GRANTED, "属实")
    desk.answer(ctx, officer(), first.number, State.TRANSFERRED, "属地办理", to=towns[1])
    desk.answer(ctx, officer(), first.number, State.GRANTED, "属实，已更正")
    with pytest.raises(WrongState):
        desk.answer(ctx, officer(), first.number, State.DECLINED, "重复")
    rows = desk.applications(ctx, dispatcher())
    assert rows["days_left"].to_list() == [9, None]
    assert "赵某" not in str(rows.to_dicts())
    assert not verify(ctx, dispatcher())


def test_a_summary_that_went_up_is_a_version_with_what_changed_since_the_last(
    ctx: Context,
) -> None:
    first = send_up(ctx, officer(), "报灾1号").row(0, named=True)
    found = reports.overview(ctx, dispatcher())
    assert json.loads(first["figures"]) == found.totals
    later = replace(ctx, clock=lambda: int(first["due_at"]) + 1)
    assert send_up(later, officer(), "报灾2号")["number"].item() == 2
    newest, oldest = sent(ctx, dispatcher()).to_dicts()
    assert (newest["late"], oldest["late"], oldest["document"]) == (True, False, "报灾1号")
    assert json.loads(oldest["changed"])["affected_persons"] > 0
    last = ctx.store.read(lambda unit: list(events(unit, ctx.district)))[-1]
    assert (last.type, last.actor) == ("ledger.sent_up", "officer-1")


def test_only_who_answers_for_the_whole_district_sends_up_and_under_a_document(
    shared: Context,
) -> None:
    town = reports.overview(shared, dispatcher()).clocks["township"][0]
    for actor in (officer(scope=town), Actor("c", frozenset({Role.CIVIL_AFFAIRS}), "")):
        with pytest.raises(Forbidden):
            send_up(shared, actor, "报灾1号")
    with pytest.raises(InputError):
        send_up(shared, officer(), " ")
    assert sent(shared, dispatcher()).is_empty()
