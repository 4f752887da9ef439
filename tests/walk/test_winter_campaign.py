"""Winter–spring relief over the graph: survey, steps by named persons, notice, decision, payment."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from api.usecases.audits.aid import NewAid, record_aid
from api.usecases.audits.tasks import Wanted, findings, run_audits
from api.usecases.cases.lists import cases
from api.usecases.cases.propose import propose
from api.usecases.context import Context
from api.usecases.import_files import import_files
from api.usecases.pay.draft import dry_run
from api.usecases.winter.campaigns import open_campaign, waiting, winter
from api.usecases.winter.paper import NoticeWords, public_notice, survey_form
from api.usecases.winter.steps import Pick
from api.usecases.winter.visits import Found, plan_visits, record_visit, visits
from graphcore.casework.winter import BENEFIT
from graphcore.domain.actor import Actor, Role
from graphcore.domain.campaign import EntryState, Step, VisitResult, WinterNeed
from graphcore.domain.errors import Forbidden, InputError, RowsRefused, WrongState
from graphcore.domain.rows import Severity
from graphcore.store.chain import events
from graphcore.store.open import open_embedded
from tests.support.walked import blank, dispatcher
from tests.support.winters import YEAR, Row, refill, states, step, surveyed, through

WORDS = NoticeWords(lambda text: text, lambda grade: grade)


@pytest.fixture(scope="module")
def surveyed_folder(imported_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The district's store with a survey imported, closed."""
    folder = tmp_path_factory.mktemp("surveyed") / "store"
    shutil.copytree(imported_folder, folder)
    with closing(open_embedded(folder)) as store:
        surveyed(served(blank(store, seed=5)), folder.parent)
    return folder


@pytest.fixture
def told(surveyed_folder: Path, tmp_path: Path) -> Iterator[Context]:
    shutil.copytree(surveyed_folder, tmp_path / "store")
    with closing(open_embedded(tmp_path / "store")) as store:
        yield served(blank(store, seed=99))


def served(ctx: Context) -> Context:
    codes = ctx.store.read(lambda unit: unit.nodes("District"))["code"].to_list()
    return replace(ctx, district=codes[0])


def test_the_steps_follow_one_another_and_end_in_cases_that_can_be_paid(told: Context) -> None:
    count = winter(told, dispatcher(), YEAR).entries.height
    done = through(told)
    assert (done.households, states(told)) == (count, {"decided": count})
    paid = cases(told, dispatcher(), benefit=BENEFIT)
    assert paid["amount_fen"].sum() == done.amount_fen > 0
    assert set(paid["state"]) == {"approved"}
    assert dry_run(told, dispatcher(), BENEFIT).lines.height > 0


def test_no_step_is_skipped(told: Context) -> None:
    some = tuple(winter(told, dispatcher(), YEAR).entries["id"].head(1))
    for early in (Step.AUDIT, Step.NOTICE, Step.DECIDE):
        with pytest.raises(WrongState):
            step(told, early, date(2026, 11, 1), Pick(some))


def test_a_decision_waits_for_the_end_of_the_notice(told: Context) -> None:
    for what in (Step.REVIEW, Step.AUDIT, Step.NOTICE):
        step(told, what, date(2026, 11, 1))
    with pytest.raises(WrongState):
        step(told, Step.DECIDE, date(2026, 11, 7))
    assert step(told, Step.DECIDE, date(2026, 11, 8)).households > 0


def test_a_fast_track_needs_no_notice_and_says_so_on_the_case(told: Context) -> None:
    home = winter(told, dispatcher(), YEAR).entries["household"][0]
    status = {"id": "HS-1", "household": home, "group": "extreme_poverty", "valid_from": ""}
    told.store.write(
        told.district, lambda unit: unit.create("HardshipStatus", pl.DataFrame([status]))
    )
    step(told, Step.REVIEW, date(2026, 10, 10))
    step(told, Step.AUDIT, date(2026, 10, 20))
    assert step(told, Step.DECIDE, date(2026, 10, 21)).households >= 1
    rows = cases(told, dispatcher(), benefit=BENEFIT)
    assert home in rows["household"]
    assert set(rows["fast"]) == {"winter_spring.extreme_poverty"}
    assert all("冬春救助申请表" not in papers for papers in rows["papers"].to_list())


def test_a_return_says_why_and_goes_to_the_village_again(told: Context) -> None:
    one = Pick(tuple(winter(told, dispatcher(), YEAR).entries["id"].head(1)))
    with pytest.raises(InputError):
        step(told, Step.RETURN, date(2026, 10, 1), one)
    step(told, Step.RETURN, date(2026, 10, 1), one, reason="人口数待核实")
    assert states(told)["returned"] == 1
    assert step(told, Step.REVIEW, date(2026, 10, 2), one).households == 1


def test_each_step_names_who_and_when(told: Context) -> None:
    step(told, Step.REVIEW, date(2026, 10, 10))
    rows = told.store.read(lambda unit: unit.nodes("WinterStep"))
    assert rows.select("step", "officer", "on_day").unique().rows() == [
        ("review", "officer:王", "2026-10-10")
    ]
    last = told.store.read(lambda unit: list(events(unit, told.district)))[-1]
    assert last.type == "winter.review"


def test_who_waits_for_what_until_when(told: Context) -> None:
    rows = waiting(told, dispatcher(), YEAR, date(2026, 10, 16))
    assert set(rows["step"]) == {"review"}
    assert set(rows["by"]) == {"2026-10-15"}
    assert set(rows["days_left"]) == {-1}
    through(told)
    after = waiting(told, dispatcher(), YEAR, date(2026, 12, 1))
    assert set(after["step"]) == {"pay"}
    assert set(after["by"]) == {"2027-02-05"}


def test_a_decision_warns_of_households_that_get_temporary_assistance_on_those_days(
    told: Context,
) -> None:
    home = str(winter(told, dispatcher(), YEAR).entries["household"][0])
    for first, last in (("2026-12-10", "2026-12-20"), ("2026-08-01", "2026-08-31")):
        aid = NewAid(home, "temporary_assistance", "food", first, last)
        record_aid(told, dispatcher(), aid, confirmed=True)
    done = through(told)
    assert [w.params["n"] for w in done.warnings] == [1]
    assert done.households > 1


def test_a_case_that_was_proposed_is_decided_and_no_second_one_opened(told: Context) -> None:
    home = winter(told, dispatcher(), YEAR).entries["household"][0]
    through(told, Pick((home,)))
    propose(told, dispatcher(), on=date(2026, 12, 2))
    rows = cases(told, dispatcher(), benefit=BENEFIT)
    assert rows["household"].to_list() == [home]


def test_a_changed_row_goes_through_the_steps_again_a_decided_one_is_refused(
    ctx: Context, tmp_path: Path
) -> None:
    path = surveyed(ctx, tmp_path)
    step(ctx, Step.REVIEW, date(2026, 10, 10))
    count = winter(ctx, dispatcher(), YEAR).entries.height

    def more(row: Row, n: int) -> Row:
        return {**row, "需救助人口": 9} if n == 0 else row

    refill(path, more)
    import_files(ctx, dispatcher(), [path])
    assert states(ctx) == {"surveyed": 1, "reviewed": count - 1}
    step(ctx, Step.REVIEW, date(2026, 10, 11))
    for what, day in ((Step.AUDIT, 20), (Step.NOTICE, 21), (Step.DECIDE, 30)):
        step(ctx, what, date(2026, 10, day))
    refill(path, lambda row, n: {**row, "需救助人口": 8} if n == 0 else row)
    with pytest.raises(RowsRefused):
        import_files(ctx, dispatcher(), [path])
    assert states(ctx) == {"decided": count}


def test_a_survey_without_a_campaign_is_refused_whole(ctx: Context, tmp_path: Path) -> None:
    path = surveyed(ctx, tmp_path)
    refill(path, lambda row, _n: {**row, "年度": 2027})
    with pytest.raises(RowsRefused) as caught:
        import_files(ctx, dispatcher(), [path])
    refused = [p for p in caught.value.problems if p.severity is Severity.ERROR]
    assert len(refused) == winter(ctx, dispatcher(), YEAR).entries.height


def test_a_year_without_a_calendar_is_not_opened(ctx: Context) -> None:
    with pytest.raises(InputError):
        open_campaign(ctx, dispatcher(), 2090)


def test_the_form_names_the_village_and_counts_in_numbers(told: Context, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    assert survey_form(told, dispatcher(), YEAR, path) > 0
    sheet = load_workbook(path).active
    assert sheet is not None
    heads = [c.value for c in sheet[2]]
    first = dict(zip(heads, [c.value for c in sheet[3]], strict=True))
    named = set(told.store.read(lambda unit: unit.nodes("Village"))["name"])
    assert first["村（社区）"] in named
    assert (type(first["年度"]), type(first["需救助人口"])) == (int, int)


def test_the_notice_shows_no_number_phone_group_or_unmasked_name(
    told: Context, tmp_path: Path
) -> None:
    step(told, Step.REVIEW, date(2026, 10, 10))
    step(told, Step.AUDIT, date(2026, 10, 20))
    path = tmp_path / "notice.xlsx"
    named = public_notice(told, dispatcher(), YEAR, path, WORDS)
    sheet = load_workbook(path)["公示表"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert rows[0] == ("乡镇", "村（社区）", "户主", "救助", "数量", "单位")
    assert len(rows) - 1 == named > 0
    assert all("*" in str(r[2]) or r[2] == "（未具名）" for r in rows[1:])


def test_a_township_takes_steps_in_its_own_places_and_decides_nothing(told: Context) -> None:
    from api.usecases.winter.steps import Said, take

    entries = winter(told, dispatcher(), YEAR).entries
    town = entries["township"][0]
    clerk = Actor("clerk", frozenset({Role.TOWNSHIP}), town)
    said = Said("记录2号", on=date(2026, 10, 1))
    with pytest.raises(Forbidden):
        take(told, clerk, YEAR, Step.REVIEW, Pick(), said)
    took = take(told, clerk, YEAR, Step.REVIEW, Pick(township=town), said)
    assert took.households == entries.filter(pl.col("township") == town).height
    with pytest.raises(Forbidden):
        take(told, clerk, YEAR, Step.DECIDE, Pick(township=town), said)
    assert set(winter(told, clerk, YEAR).entries["township"]) == {town}
    assert EntryState.REVIEWED.value in states(told)


def test_a_visit_that_finds_difficulty_opens_a_case_that_somebody_decides(told: Context) -> None:
    home = winter(told, dispatcher(), YEAR).entries["household"][0]
    day = date(2027, 1, 20)
    assert plan_visits(told, dispatcher(), YEAR, "民政所", day, households=[home]) == 1
    assert plan_visits(told, dispatcher(), YEAR, "民政所", day, households=[home]) == 0
    visit = visits(told, dispatcher(), YEAR)["id"][0]
    found = Found(VisitResult.DIFFICULT, "走访5号", (WinterNeed.HEATING,), day)
    done = record_visit(told, dispatcher(), visit, found)
    case = cases(told, dispatcher()).filter(pl.col("id") == done.opened).row(0, named=True)
    assert (case["benefit"], case["state"]) == ("temporary_assistance", "proposed")
    with pytest.raises(WrongState):
        record_visit(told, dispatcher(), visit, found)


def test_key_households_are_planned_without_being_named(told: Context) -> None:
    planned = plan_visits(told, dispatcher(), YEAR, "民政所", date(2027, 1, 20))
    entries = winter(told, dispatcher(), YEAR).entries
    assert 0 < planned < entries.height


def test_a_finding_is_there_while_the_facts_are(told: Context) -> None:
    def late() -> list[str]:
        rows = findings(told, dispatcher(), Wanted(rule="winter.deceased"))
        return [str(r["subject"]) for r in rows]

    home = winter(told, dispatcher(), YEAR).entries["household"][0]
    plan_visits(told, dispatcher(), YEAR, "民政所", date(2027, 1, 20), households=[home])
    run_audits(told, dispatcher())
    assert late() == []
    visit = visits(told, dispatcher(), YEAR)["id"][0]
    record_visit(told, dispatcher(), visit, Found(VisitResult.DECEASED, "走访6号"))
    run_audits(told, dispatcher())
    assert late() == [home]
