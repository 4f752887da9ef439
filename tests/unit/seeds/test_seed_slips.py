from __future__ import annotations

from datetime import date, datetime
from random import Random

import pytest

from graphcore.exchange.forms.catalogue import BY_CODE
from seeds.cells import Cell
from seeds.generate.numbers import checksum_holds
from seeds.slips import SLIPS, Slip

BY_NAME = {slip.code: slip for slip in SLIPS}


def made(code: str, cell: Cell) -> Cell:
    return BY_NAME[code].make(Random(1), cell)


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [("id.fifteen", "110105194912310021", "110105491231002"), ("id.full_width", "12X", "１２Ｘ"),
     ("id.lower_x", "11X", "11x"), ("id.missing", "1", None), ("id.as_number", "110105194912310021",
     110105194912310000.0), ("name.homophone", "王伟", "汪伟"), ("name.traditional", "刘国华", "劉國華"),
     ("name.spaced", "王伟", "王　伟 "), ("name.dot", "艾力·依明", "艾力.依明"), ("name.dot", "王伟", "王伟"),
     ("phone.hyphens", "10012345678", "100-1234-5678"), ("place.short", "鹤城街道", "鹤城"),
     ("place.short", "东村", "东村"), ("place.prefixed", "鹤城街道", "青田县鹤城街道"),
     ("place.committee", "平演村", "平演村委会"), ("place.committee", "石门社区", "石门社区"),
     ("count.unit", 3, "3人"), ("count.words", 3, "三"), ("count.words", 11, 11),
     ("count.full_width", 12, "１２"), ("count.negative", 3, -3), ("count.negative", 0, 0),
     ("count.absurd", 3, 1_000_000_003), ("date.chinese", date(2026, 7, 1), "2026年7月1日"),
     ("date.dotted", date(2026, 7, 1), "2026.7.1"), ("date.compact", date(2026, 7, 1), "20260701"),
     ("date.impossible", date(2026, 7, 1), "2026-02-30"),
     ("time.yearless", datetime(2026, 7, 1, 3, 5), "7月1日3时5分")],  # noqa: DTZ001
)  # fmt: skip
def test_a_slip_makes_the_error_of_its_name(code: str, before: Cell, after: Cell) -> None:
    if code == "name.homophone":
        assert made(code, before) in {"汪伟", "王炜"}
    else:
        assert made(code, before) == after


@pytest.mark.parametrize("code", ["id.checksum", "id.digit", "id.transposed"])
@pytest.mark.parametrize("seed", range(20))
def test_a_wrong_number_fails_its_checksum(code: str, seed: int) -> None:
    number = "11010519491231002X"
    wrong = BY_NAME[code].make(Random(seed), number)
    assert wrong != number
    assert not checksum_holds(str(wrong))


def test_digits_that_are_all_alike_cannot_be_transposed() -> None:
    assert made("id.transposed", "1111") == "1111"


def test_a_dotted_name_is_shortened_to_its_first_half() -> None:
    assert made("name.nickname", "艾力·依明") == "艾力"


@pytest.mark.parametrize("slip", SLIPS, ids=lambda s: s.code)
def test_an_empty_cell_stays_as_it_is(slip: Slip) -> None:
    assert slip.make(Random(1), None) is None


def test_names_slip_only_where_they_are_peoples() -> None:
    slip = BY_NAME["name.dot"]
    assert slip.fits(BY_CODE["members"].field("name"))
    assert not slip.fits(BY_CODE["shelters"].field("name"))
    assert not slip.fits(BY_CODE["members"].field("relation"))
