"""What was delivered is told: on the household's page, the line's, the trip's, and on paper."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from api.cli.explain import said
from api.usecases.context import Context
from api.usecases.explain_case import explain
from api.usecases.import_files import FileState, import_files
from api.usecases.make_plan import make_plan
from api.usecases.transport.dispatch import dispatch
from api.usecases.transport.papers import Spoken, export_trips
from api.usecases.transport.receive import Signature
from api.usecases.transport.sheet import receive_file
from api.usecases.transport.view import trips_view
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import RowsRefused
from tests.support.plans import faults, lines, nodes
from tests.support.trips import cargo, first, handed_over, sent, trips
from tests.support.walked import dispatcher
from tests.walk.conftest import OPTIONS

BY = Signature("村干部甲")


def told(ctx: Context, what: str) -> str:
    story = explain(ctx, dispatcher(), what)
    rows = [said(c) for s in story.sections for row in s.rows for c in row]
    return "\n".join([*(said(x) for s in story.sections for x in s.sentences), *rows])


def section(ctx: Context, what: str, heading: str) -> list[tuple[str, ...]]:
    (found,) = [s for s in explain(ctx, dispatcher(), what).sections if said(s.heading) == heading]
    return [tuple(said(c) for c in row) for row in found.rows]


def home_of(ctx: Context, trip: str) -> str:
    named = cargo(ctx, trip).filter(pl.col("subject").str.starts_with("H-"))
    return str(named["subject"][0])


def test_the_households_story_says_received(signed: Context) -> None:
    trip = handed_over(signed)
    home = home_of(signed, trip)
    mine = nodes(signed, "Cargo").filter((pl.col("subject") == home) & (pl.col("received") > 0))
    rows = {row[1]: int(row[3]) for row in section(signed, home, "五项基本需求")}
    assert sum(rows.values()) == mine["received"].sum() > 0
    assert any("已签收" in row[5] for row in section(signed, home, "送达和签收"))


def test_what_is_on_its_way_is_not_yet_received(signed: Context) -> None:
    trip = sent(signed)
    home = home_of(signed, trip)
    assert {row[3] for row in section(signed, home, "五项基本需求")} == {"0"}
    assert any("在途" in row[5] for row in section(signed, home, "送达和签收"))


def test_a_line_tells_its_trip_and_a_trip_its_road(signed: Context) -> None:
    trip = first(signed)
    line = cargo(signed, trip)["line"][0]
    assert trip in told(signed, line)
    assert "装车" in told(signed, trip)
    assert "→" in told(signed, trip)


def test_a_line_that_an_earlier_plan_sent_says_so(signed: Context) -> None:
    sent(signed)
    new = make_plan(signed, dispatcher(), OPTIONS)
    line = lines(signed, new, "dispatched")["id"][0]
    assert "不再重复安排" in told(signed, line)


def test_a_township_sees_the_trips_that_come_to_it(signed: Context) -> None:
    town = nodes(signed, "Cargo")["township"].sort()[0]
    clerk = Actor("clerk", frozenset({Role.TOWNSHIP}), town[:9])
    seen = trips_view(signed, clerk)
    assert set(seen.cargo["township"]) == {town}
    assert 0 < seen.trips.height <= trips(signed).height


@pytest.fixture
def papers(signed: Context, tmp_path: Path) -> Path:
    """The workbook of trips, with everything of day 0 sent off."""
    dispatch(signed, dispatcher(), trips(signed, 0)["id"].to_list())
    words = Spoken(str, said, str)
    return export_trips(signed, dispatcher(), "", tmp_path / "车次.xlsx", words)


def filled(path: Path, ctx: Context, trip: str, out: Path, received: int | None = None) -> Path:
    """The receipt sheets as they come back: all of one trip received as sent."""
    book = openpyxl.load_workbook(path)
    rows = {r["id"]: r for r in cargo(ctx, trip).to_dicts()}
    for name in list(book.sheetnames):
        sheet = book[name]
        header = [c.value for c in sheet[2]]
        if "签收行号" not in header:
            del book[name]
            continue
        at = {h: n for n, h in enumerate(header)}
        for row in sheet.iter_rows(min_row=3):
            mine = rows.get(str(row[at["签收行号"]].value))
            if mine is not None:
                row[at["实收数量"]].value = mine["quantity"] if received is None else received
                row[at["签收人"]].value = "户主本人"
    book.save(out)
    return out


def test_every_vehicle_and_day_has_its_sheet_without_needless_personal_data(
    signed: Context, papers: Path
) -> None:
    book = openpyxl.load_workbook(papers)
    sheets = [s for s in book.worksheets if not s.title.startswith("签收")]
    assert len(sheets) == trips(signed).select("vehicle", "day").unique().height
    text = "\n".join(str(c.value) for s in book.worksheets for row in s.iter_rows() for c in row)
    sealed = nodes(signed, "PersonalRecord")
    for subject, key, cipher in sealed.select("subject", "wrapped_key", "ciphertext").iter_rows():
        record = signed.vault.open(subject, key, cipher)
        for private in ("id_number", "phone"):
            assert not record.get(private) or str(record[private]) not in text


def test_a_sheet_that_comes_back_signed_is_recorded_once(
    signed: Context, papers: Path, tmp_path: Path
) -> None:
    trip = first(signed)
    back = filled(papers, signed, trip, tmp_path / "签收.xlsx")
    done = receive_file(signed, dispatcher(), back, BY)
    assert done.received == cargo(signed, trip)["quantity"].sum() > 0
    again = receive_file(signed, dispatcher(), back, BY)
    assert again.receipts == ()
    (outcome,) = import_files(signed, dispatcher(), [back])
    assert outcome.state is FileState.UNCHANGED
    assert faults(signed) == set()


def test_a_sheet_with_one_wrong_row_records_nothing(
    signed: Context, papers: Path, tmp_path: Path
) -> None:
    trip = first(signed)
    back = filled(papers, signed, trip, tmp_path / "签收.xlsx", received=9_999)
    with pytest.raises(RowsRefused) as refused:
        receive_file(signed, dispatcher(), back, BY)
    assert len(refused.value.problems) == cargo(signed, trip).height
    assert nodes(signed, "Receipt").is_empty()
    assert "户主本人" not in str([p.what for p in refused.value.problems])
