"""Public notices: who is named, what is not written, on an actual workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from api.usecases.context import Context
from api.usecases.privacy.notices import ENTRIES, NoticeWords, allocation_notice, notice_sheets
from graphcore.casework.publication import OTHER, plain_kinds, withheld
from graphcore.domain.actor import Actor, Role
from graphcore.domain.clock import day_of
from graphcore.domain.errors import Forbidden
from tests.support.small_world import DISTRICT, NAMES, PHONES, PLAN, WHEAT
from tests.unit.privacy.test_looking import VISIT, fresh

CLERK = Actor("clerk-1", frozenset({Role.CIVIL_AFFAIRS, Role.DISPATCHER}), DISTRICT)
WORDS = NoticeWords(str, lambda code: code)
PERSONS = {"household": pl.String(), "is_head": pl.Boolean(), "age_band": pl.String()}
DAY = date(2026, 7, 1)


def cells(path: Path) -> str:
    """Everything on a workbook."""
    book = openpyxl.load_workbook(path)
    return "\n".join(str(c.value) for s in book.worksheets for row in s.iter_rows() for c in row)


def test_a_notice_of_a_plan_names_heads_with_masks_only(world: Context, tmp_path: Path) -> None:
    ctx = fresh(world)
    done = allocation_notice(ctx, CLERK, PLAN, tmp_path / "n.xlsx", WORDS)
    text = cells(tmp_path / "n.xlsx")
    assert done.named > 0
    assert not any(secret in text for secret in (*NAMES, *PHONES))
    assert "H-" not in text
    assert any(f"{name[:2]}**" in text for name in NAMES)
    assert [e.actor for e in ctx.looks.looks()] == ["clerk-1"]


def test_each_page_tells_the_day_and_where_to_object(world: Context, tmp_path: Path) -> None:
    ctx = fresh(world)
    allocation_notice(ctx, CLERK, PLAN, tmp_path / "n.xlsx", WORDS)
    days = ctx.rulebook.within(DISTRICT).at("desk.object_days", DAY).value
    for page in openpyxl.load_workbook(tmp_path / "n.xlsx").worksheets:
        assert page.oddFooter is not None
        foot = str(page.oddFooter.left.text)
        assert day_of(ctx.clock()).isoformat() in foot
        assert f"{days}个工作日" in foot


def test_goods_have_no_amount_of_money(world: Context) -> None:
    paid = entries(5).with_columns(fen=pl.lit(150, pl.Int64()), kind=pl.lit("minor_repair"))
    both = pl.concat([entries(5), paid])
    counts = notice_sheets(fresh(world), CLERK, both, WORDS, VISIT)[0][1].table
    assert dict(counts.select("救助", "金额（元）").iter_rows()) == {
        "tent": "", "minor_repair": "7.50",
    }  # fmt: skip


def test_who_may_not_publish_is_refused(world: Context, tmp_path: Path) -> None:
    township = Actor("t", frozenset({Role.TOWNSHIP}), WHEAT)
    with pytest.raises(Forbidden):
        allocation_notice(fresh(world), township, PLAN, tmp_path / "n.xlsx", WORDS)


def entries(n: int, kind: str = "tent") -> pl.DataFrame:
    """A row for each of the first households of Wheat."""
    rows = [(f"H-{k}", WHEAT, f"{WHEAT}200", kind, 0, "1", "顶") for k in range(n)]
    return pl.DataFrame(rows, schema=ENTRIES, orient="row")


@pytest.mark.parametrize(("n", "counted"), [(4, 0), (5, 1)])
def test_a_count_below_the_threshold_is_not_there(world: Context, n: int, counted: int) -> None:
    sheets, done = notice_sheets(fresh(world), CLERK, entries(n), WORDS, VISIT)
    assert (sheets[0].table.height, sheets[1].table.height, done.named) == (n, counted, n)


def test_a_kind_that_is_a_label_is_not_told(world: Context) -> None:
    sheets, _ = notice_sheets(fresh(world), CLERK, entries(5, "minimum_living"), WORDS, VISIT)
    assert all("minimum_living" not in str(s.table.rows()) for s in sheets)
    assert plain_kinds(entries(1, "x"), ["x"])["kind"].to_list() == [OTHER]


def persons(*rows: tuple[str, bool, str]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=PERSONS, orient="row")


@pytest.mark.parametrize(
    ("members", "hidden"),
    [([("H", True, "child")], True), ([("H", True, "adult"), ("H", False, "child")], False),
     ([("H", False, "child"), ("H", False, "infant")], True), ([("X", True, "child")], False),
     ([("H", True, "child"), ("H", False, "adult")], True), ([], False)],
)  # fmt: skip
def test_a_minors_household_is_not_named(
    members: list[tuple[str, bool, str]], hidden: bool
) -> None:
    assert (withheld(["H"], persons(*members), {}, DAY, 18) == {"H"}) is hidden


@pytest.mark.parametrize(
    ("born", "hidden"), [("2008-07-02", True), ("2008-07-01", False), ("", False)]
)
def test_a_head_is_of_age_on_the_eighteenth_birthday(born: str, hidden: bool) -> None:
    assert (withheld(["H"], persons(), {"H": born}, DAY, 18) == {"H"}) is hidden
