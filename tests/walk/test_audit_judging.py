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
from api.usecases.audits.tasks import Wanted, findings, one_finding, run_audits
from api.usecases.context import Context
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden, InputError, NotFound
from graphcore.policy.rulebook import load
from graphcore.store.port import WriteUnit
from tests.support.plans import nodes
from tests.support.walked import dispatcher


def rows(ctx: Context, rule: str) -> list[dict[str, Any]]:
    return findings(ctx, dispatcher(), Wanted(rule=rule, limit=10_000))


def served(ctx: Context) -> str:
    lines = nodes(ctx, "AllocationLine").filter(
        (pl.col("item") == "water") & pl.col("subject").str.starts_with("H-")
    )
    return str(lines["subject"].sort()[0])


def test_what_the_matrix_allows_is_recorded_without_a_word(planned: Context) -> None:
    home = served(planned)
    for programme in ("emergency", "minimum_living"):
        done = record_aid(planned, dispatcher(), NewAid(home, programme, "food", "2026-07-01"))
        assert done.id
        assert done.warnings == ()


def test_what_it_does_not_allow_waits_for_a_word_and_is_found(planned: Context) -> None:
    home = served(planned)
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
    record_aid(planned, dispatcher(), aid)
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
