"""Aid at entry, bundling and fairness over a real district."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from api.usecases.audits.aid import NewAid, record_aid
from api.usecases.audits.doors import DoorWords, export_doors
from api.usecases.audits.fair import fair
from api.usecases.audits.rulings import Said, revoke, rule_on
from api.usecases.audits.tasks import Wanted, counts, findings, one_finding, run_audits
from api.usecases.cases.decide import act
from api.usecases.context import Context
from graphcore.casework.cases import Act
from graphcore.domain.actor import Actor, Role
from graphcore.domain.audit import Ruling
from graphcore.domain.errors import Forbidden, InputError, NotFound, WrongState
from graphcore.policy.rulebook import load
from graphcore.store.port import WriteUnit
from tests.support.plans import faults, nodes
from tests.support.walked import dispatcher, officer


def rows(ctx: Context, rule: str) -> list[dict[str, Any]]:
    return findings(ctx, dispatcher(), Wanted(rule=rule, limit=10_000))


def served(ctx: Context) -> str:
    lines = nodes(ctx, "AllocationLine").filter(
        (pl.col("item") == "water") & pl.col("subject").str.starts_with("H-")
    )
    return str(lines["subject"].sort()[0])


def unserved(ctx: Context) -> str:
    promised = nodes(ctx, "AllocationLine")["subject"].implode()
    return str(nodes(ctx, "Household").filter(~pl.col("id").is_in(promised))["id"].sort()[0])


def test_what_the_matrix_allows_is_recorded_without_a_word(planned: Context) -> None:
    home = unserved(planned)
    for programme in ("emergency", "minimum_living"):
        done = record_aid(planned, dispatcher(), NewAid(home, programme, "food", "2026-07-01"))
        assert done.id
        assert done.warnings == ()


def test_what_it_does_not_allow_waits_for_a_word_and_is_found(planned: Context) -> None:
    home = unserved(planned)
    record_aid(planned, dispatcher(), NewAid(home, "rebuilding", "shelter", "2026-07-01"))
    other = NewAid(home, "dilapidated_house", "shelter", "2026-07-05")
    first = record_aid(planned, dispatcher(), other)
    assert (first.id, len(first.warnings)) == ("", 1)
    assert nodes(planned, "Aid").height == 1
    assert record_aid(planned, dispatcher(), other, confirmed=True).id
    run_audits(planned, dispatcher())
    (row,) = rows(planned, "bundling.twice")
    assert row["subject"] == home
    assert one_finding(planned, dispatcher(), row["id"])["basics"] == ["shelter"]


def test_aid_beside_what_the_plan_promises_is_seen(planned: Context) -> None:
    home = served(planned)
    aid = NewAid(home, "medical_assistance", "water", "2026-07-01")
    assert len(record_aid(planned, dispatcher(), aid).warnings) == 1
    assert nodes(planned, "Aid").is_empty()
    record_aid(planned, dispatcher(), aid, confirmed=True)
    run_audits(planned, dispatcher())
    (row,) = rows(planned, "bundling.twice")
    found = one_finding(planned, dispatcher(), row["id"])
    assert found["needs"][0]["basic"] == "water"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"programme": "fairyland"}, InputError), ({"basic": "joy"}, InputError),
        ({"first_on": "1st of May"}, InputError), ({"last_on": "2026-06-30"}, InputError),
        ({"amount_fen": -1}, InputError), ({"household": "nobody"}, NotFound),
    ],
)  # fmt: skip
def test_unsound_aid_is_refused(planned: Context, wrong: Any, error: type[Exception]) -> None:
    sound = {"household": served(planned), "programme": "emergency", "basic": "food",
             "first_on": "2026-07-01"}  # fmt: skip
    with pytest.raises(error):
        record_aid(planned, dispatcher(), NewAid(**sound | wrong))
    assert nodes(planned, "Aid").is_empty()


def test_a_township_sees_every_figure_and_its_own_households(planned: Context) -> None:
    table = fair(planned, dispatcher()).table
    worst = table.filter((pl.col("dimension") == "township") & (pl.col("gap") > 0)).row(
        0, named=True
    )
    asked = f"township:{worst['category']}"
    assert fair(planned, dispatcher(), asked).behind.height > 0
    elsewhere = Actor("clerk", frozenset({Role.TOWNSHIP}), "000000")
    found = fair(planned, elsewhere, asked)
    assert found.table.equals(table)
    assert found.behind.is_empty()


@pytest.mark.parametrize("category", ["township:nowhere", "group:merged", "nonsense"])
def test_no_list_behind_what_is_too_small_or_not_there(planned: Context, category: str) -> None:
    with pytest.raises(NotFound):
        fair(planned, dispatcher(), category)


WORDS = DoorWords(str, str, str, str, str)


def test_a_workbook_goes_from_door_to_door(planned: Context, tmp_path: Path) -> None:
    run_audits(planned, dispatcher())
    n = export_doors(planned, dispatcher(), tmp_path / "doors.xlsx", WORDS)
    book = openpyxl.load_workbook(tmp_path / "doors.xlsx")
    told = [r for sheet in book for r in sheet.iter_rows(min_row=3, values_only=True)]
    assert len(told) == n == len({r["subject"] for r in rows(planned, "omission")})
    assert all("*" in str(r[2]) for r in told if r[2] and r[2] != "（未具名）")
    assert any(r[2] for r in told)


def test_a_township_clerks_list_names_nobody(planned: Context, tmp_path: Path) -> None:
    run_audits(planned, dispatcher())
    town = str(rows(planned, "omission")[0]["township"])
    clerk = Actor("clerk", frozenset({Role.TOWNSHIP}), town)
    export_doors(planned, clerk, tmp_path / "doors.xlsx", WORDS)
    book = openpyxl.load_workbook(tmp_path / "doors.xlsx")
    assert len(book.sheetnames) == 1
    told = [r for sheet in book for r in sheet.iter_rows(min_row=3, values_only=True)]
    assert told
    assert not any(r[2] for r in told)
    with pytest.raises(Forbidden):
        export_doors(planned, clerk, tmp_path / "x.xlsx", WORDS, township="999999999999")


# -- looked at and accepted by a named person -----------------------------------------------------

ACCEPTED = Said(Ruling.ACCEPTED, "核查记录9号")


def doubled(ctx: Context) -> tuple[str, str]:
    """A household with two subsidies that exclude each other, and the finding of it."""
    home = unserved(ctx)
    for programme in ("rebuilding", "dilapidated_house"):
        aid = NewAid(home, programme, "shelter", "2026-07-01")
        record_aid(ctx, dispatcher(), aid, confirmed=True)
    run_audits(ctx, dispatcher())
    (row,) = rows(ctx, "bundling.twice")
    return home, str(row["id"])


def test_an_accepted_finding_stands_until_its_facts_change(planned: Context) -> None:
    home, finding = doubled(planned)
    rule_on(planned, officer(), finding, ACCEPTED)
    first = run_audits(planned, dispatcher())
    assert (first.closed, first.accepted, first.accepted_by_rule) == (0, 1, {"bundling.twice": 1})
    assert [r["state"] for r in rows(planned, "bundling.twice")] == ["accepted"]
    (counted,) = counts(planned, dispatcher()).filter(rule="bundling.twice").to_dicts()
    assert (counted["findings"], counted["accepted"]) == (1, 1)
    again = run_audits(planned, dispatcher())
    assert (again.changed, again.reopened, again.accepted) == (0, 0, 1)
    assert faults(planned) == set()
    charity = NewAid(home, "charity", "shelter", "2026-07-01")
    record_aid(planned, dispatcher(), charity, confirmed=True)
    moved = run_audits(planned, dispatcher())
    assert (moved.reopened, moved.changed, moved.accepted) == (0, 1, 0)
    assert [(r["id"], r["state"]) for r in rows(planned, "bundling.twice")] == [(finding, "open")]


def test_an_acceptance_that_is_taken_back_lets_the_finding_open_again(planned: Context) -> None:
    _, finding = doubled(planned)
    key = rule_on(planned, officer(), finding, ACCEPTED)
    run_audits(planned, dispatcher())
    (told,) = one_finding(planned, dispatcher(), finding)["rulings"]
    assert (told["id"], told["officer"]) == (key, "officer-1")
    with pytest.raises(WrongState):
        rule_on(planned, officer(), finding, ACCEPTED)
    revoke(planned, officer(), key, "复查")
    assert [r["state"] for r in rows(planned, "bundling.twice")] == ["open"]
    assert run_audits(planned, dispatcher()).accepted == 0
    assert faults(planned) == set()


def test_an_accepted_finding_is_closed_once_its_facts_are_gone(planned: Context) -> None:
    _, finding = doubled(planned)
    rule_on(planned, officer(), finding, ACCEPTED)
    aid = planned.store.read(lambda unit: unit.nodes("Aid"))["id"].to_list()
    planned.store.write(planned.district, lambda unit: unit.delete("Aid", aid))
    assert run_audits(planned, dispatcher()).closed == 1
    assert rows(planned, "bundling.twice") == []


def test_what_only_the_facts_close_is_not_accepted(planned: Context) -> None:
    run_audits(planned, dispatcher())
    unknown = str(rows(planned, "omission.unknown")[0]["id"])
    with pytest.raises(InputError):
        rule_on(planned, officer(), unknown, ACCEPTED)
    with pytest.raises(NotFound):
        rule_on(planned, officer(), "FN-NONE", ACCEPTED)
    with pytest.raises(Forbidden):
        rule_on(planned, Actor("x", frozenset({Role.AUDITOR}), ""), unknown, ACCEPTED)


# -- cases of benefits in money -------------------------------------------------------------------


def granted(ctx: Context, *benefits: str) -> str:
    """A household with an approved case of each benefit on the same days."""
    home = served(ctx)
    rows = [{"id": f"CA-{b}", "household": home, "disaster": nodes(ctx, "Disaster")["id"][0],
             "benefit": b, "state": "approved", "from_on": "2026-07-01", "to_on": "2026-07-15",
             "version": 1} for b in benefits]  # fmt: skip
    links = pl.DataFrame({"from": [r["id"] for r in rows], "to": home})

    def write(unit: WriteUnit) -> None:
        unit.create("AidCase", pl.DataFrame(rows))
        unit.link("CASE_OF", "AidCase", "Household", links)

    ctx.store.write(ctx.district, write)
    return home


def proposed(ctx: Context, home: str, benefit: str) -> str:
    """A case of the household that waits for a decision."""
    key = f"CA-NEW-{benefit}"
    row = {"id": key, "household": home, "disaster": nodes(ctx, "Disaster")["id"][0],
           "benefit": benefit, "state": "proposed", "from_on": "2026-07-10", "to_on": "2026-07-20",
           "township": "331121202000", "version": 1}  # fmt: skip

    def write(unit: WriteUnit) -> None:
        unit.create("AidCase", pl.DataFrame([row]))
        unit.link("CASE_OF", "AidCase", "Household", pl.DataFrame([{"from": key, "to": home}]))

    ctx.store.write(ctx.district, write)
    return key


def test_an_approval_that_the_matrix_forbids_waits_for_a_word(planned: Context) -> None:
    home = granted(planned, "emergency_living")
    case = proposed(planned, home, "transitional_living")
    first = act(planned, dispatcher(), case, Act.APPROVE)
    assert (first.waits, len(first.warnings)) == (True, 1)
    assert nodes(planned, "AidCase").filter(pl.col("id") == case)["state"].to_list() == ["proposed"]
    done = act(planned, dispatcher(), case, Act.APPROVE, confirmed=True)
    assert (done.state.value, done.waits) == ("approved", False)


def test_an_approval_beside_what_the_matrix_does_not_name_warns_and_is_done(
    planned: Context,
) -> None:
    home = granted(planned, "emergency_living")
    done = act(planned, dispatcher(), proposed(planned, home, "temporary_assistance"), Act.APPROVE)
    assert (done.state.value, done.waits) == ("approved", False)
    assert len(done.warnings) >= 1
    later = proposed(planned, home, "relocation")
    assert act(planned, dispatcher(), later, Act.APPROVE).warnings == ()


@pytest.mark.parametrize(
    ("benefits", "hits"),
    [
        (("emergency_living", "transitional_living"), 1),  # the matrix forbids the same days
        (("rebuilding", "repair"), 1),
        (("emergency_living", "rebuilding"), 0),  # two needs
        (("emergency_living",), 0),  # goods and money of one stage go together
    ],
)
def test_two_approved_cases_for_one_need_are_found(
    planned: Context, benefits: tuple[str, ...], hits: int
) -> None:
    home = granted(planned, *benefits)
    run_audits(planned, dispatcher())
    assert [r["subject"] for r in rows(planned, "bundling.twice")] == [home] * hits


def test_every_benefit_but_what_serves_no_need_of_a_disaster_names_its_need() -> None:
    rules = load()
    told = {c: rules.programmes[c].basic for c in rules.benefits}  # each is in the list
    standing = {"minimum_living", "extreme_poverty", "compassion_money"}
    assert {c for c, basic in told.items() if not basic} == standing
