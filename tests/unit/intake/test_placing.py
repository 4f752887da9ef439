from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from api.usecases.intake.placing import Placed, place_rows
from graphcore.casework.intake.world import World
from graphcore.domain.rows import Severity
from graphcore.exchange.forms.catalogue import BY_CODE
from graphcore.exchange.mapping import TableMapping
from graphcore.exchange.parsed import ParsedSheet
from tests.support.intake import TOWNSHIP, VILLAGE, small_world

OTHER, TWIN = "990101101000", "990101101201"


def world() -> World:
    return small_world(
        Township={TOWNSHIP: {"code": TOWNSHIP, "name": "清河镇"},
                  OTHER: {"code": OTHER, "name": "石桥乡"}},
        Village={VILLAGE: {"code": VILLAGE, "name": "河东村"},
                 "990101100202": {"code": "990101100202", "name": "新民社区"},
                 TWIN: {"code": TWIN, "name": "新民村"}},
    )  # fmt: skip


def sheet(form: str, name: str = "Sheet1", **columns: list[Any]) -> ParsedSheet:
    table = pl.DataFrame({"_row": list(range(2, 2 + len(next(iter(columns.values()))))), **columns})
    return ParsedSheet(BY_CODE[form], name, {n: n for n in columns}, table, table.clear())


def placed(form: str = "roster", name: str = "Sheet1", mapping: TableMapping | None = None,
           at: World | None = None, **columns: list[Any]) -> Placed:  # fmt: skip
    return place_rows(sheet(form, name, **columns), at or world(), mapping)


@pytest.mark.parametrize(
    ("village", "township", "code"),
    [
        ("河东村", "清河镇", VILLAGE),
        ("河东", "清河", VILLAGE),
        ("河东村委会", "", VILLAGE),
        (VILLAGE, "", VILLAGE),
        ("清河镇河东村", "", VILLAGE),
        ("示范区清河镇河东村", "", VILLAGE),
        ("河东村", "示范区清河镇", VILLAGE),
        ("示范区 河东村", "", VILLAGE),
        ("新民", "石桥乡", TWIN),
        ("新民", "清河镇", "990101100202"),
    ],
)
def test_a_village_is_found_by_name_variant_or_code(village: str, township: str, code: str) -> None:
    got = placed(village=[village], township=[township])
    assert got.table["village"].to_list() == [code]


def test_a_name_that_two_villages_have_is_refused_unless_the_sheet_tells_the_township() -> None:
    assert placed(village=["新民"], township=[""]).refused.height == 1
    told = placed(name="石桥乡底册", village=["新民"], township=[""])
    assert told.table["village"].to_list() == [TWIN]


def test_an_unknown_place_is_an_error_that_suggests_a_near_name() -> None:
    got = placed(village=["河冬村"], township=["清河镇"])
    assert got.table.is_empty()
    (problem,) = got.problems
    assert (problem.row, problem.column, problem.severity) == (2, "village", Severity.ERROR)
    assert "河东村" in str(problem.advice)


@pytest.mark.parametrize("told", ["无名村", "河冬社区", "某某乡", "990101100999"])
def test_what_reads_like_a_place_is_said_again(told: str) -> None:
    (problem,) = placed(village=[told], township=["清河镇"]).problems
    assert told in str(problem.what)


@pytest.mark.parametrize(
    "told", ["王秀英", "33040219520101004X", "13800001234", "糖尿病", "河东王大爷"]
)
def test_what_may_be_a_name_or_a_number_out_of_its_column_is_not(told: str) -> None:
    (problem,) = placed(village=[told], township=["清河镇"]).problems
    assert told not in f"{problem.what}{problem.advice}"
    assert (problem.row, problem.column) == (2, "village")


def test_good_rows_of_the_same_sheet_stay() -> None:
    got = placed(village=["河东村", "无名村"], township=["", ""])
    assert (got.table["_row"].to_list(), got.refused["_row"].to_list()) == ([2], [3])


def test_a_headcount_may_name_a_township() -> None:
    got = placed("headcounts", place=["石桥乡"], township=[""])
    assert got.table["place"].to_list() == [OTHER]


def test_an_empty_place_stays_empty() -> None:
    assert placed("ledger", village=["河东村"], township=[""]).table["township"].to_list() == [""]


@pytest.fixture
def foreign() -> TableMapping:
    return TableMapping.model_validate({
        "form": "reports", "columns": {"Municipality": "township", "Persons": "affected_persons"},
        "place_prefix": "998801", "create_places": "township",
    })  # fmt: skip


def test_places_without_codes_get_one_under_the_prefix_and_keep_it(foreign: TableMapping) -> None:
    fresh = small_world(District={}, Township={}, Village={})
    got = placed("reports", mapping=foreign, at=fresh, township=["Basey", "Marabut", "Basey"])
    codes = got.table["township"].to_list()
    assert codes == ["998801001000", "998801002000", "998801001000"]
    again = small_world(**{k: dict(v) for k, v in fresh.changes.created.items()})
    kept = placed("reports", mapping=foreign, at=again, township=["Marabut", "Daram"])
    assert kept.table["township"].to_list() == ["998801002000", "998801003000"]


def test_a_place_that_was_made_belongs_to_its_district(foreign: TableMapping) -> None:
    fresh = small_world(District={}, Township={}, Village={})
    placed("reports", mapping=foreign, at=fresh, township=["Basey"])
    assert list(fresh.changes.created["District"]) == ["998801"]
    (link,) = fresh.changes.links
    assert (link.rel, link.source, link.target) == ("PART_OF", "998801001000", "998801")
