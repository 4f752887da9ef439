"""Fast track, papers and the poverty watch over the graph."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook

from api.usecases.audits.tasks import Wanted, findings, run_audits
from api.usecases.cases.lists import cases
from api.usecases.cases.propose import propose
from api.usecases.cases.simplify import receive_papers, simplify
from api.usecases.cases.watched import hand_over, watched
from api.usecases.context import Context
from api.usecases.import_files import import_files
from graphcore.domain.errors import InputError, RowsRefused, WrongState
from graphcore.domain.household import WatchState
from tests.support.walked import dispatcher
from tests.support.winters import county

AID = "temporary_assistance"


@pytest.fixture
def proposed(ctx: Context) -> Context:
    propose(ctx, dispatcher(), on=date(2026, 11, 1))
    assert cases(ctx, dispatcher(), benefit=AID).height > 0
    return ctx


def test_all_that_are_entitled_are_put_on_their_track_at_once(proposed: Context) -> None:
    done = simplify(proposed, county(proposed))
    fast = cases(proposed, dispatcher()).filter(pl.col("fast") != "")
    assert fast.height == done.cases > 0
    assert set(fast["fast_by"]) == {"officer:王"}
    assert simplify(proposed, county(proposed)).cases == 0


def test_a_case_without_a_track_is_told_so(proposed: Context) -> None:
    plain = cases(proposed, dispatcher(), benefit="repair")["id"][0]
    with pytest.raises(InputError):
        simplify(proposed, county(proposed), [plain])


def test_papers_come_in_one_by_one(proposed: Context) -> None:
    case = cases(proposed, dispatcher(), benefit=AID).row(0, named=True)
    first, *rest = case["papers"]
    assert receive_papers(proposed, dispatcher(), case["id"], [first], "收件1号") == rest
    assert receive_papers(proposed, dispatcher(), case["id"], rest, "收件2号") == []
    with pytest.raises(InputError):
        receive_papers(proposed, dispatcher(), case["id"], ["户口本"], "收件3号")


def roll(ctx: Context, path: Path, codes: list[str]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["村（社区）", "户编号", "户主姓名", "监测类别", "数据来源", "纳入日期"])
    homes = ctx.store.read(lambda unit: unit.nodes("Household"))
    place = dict(homes.select("code", "village").iter_rows())
    for code in codes:
        sheet.append([place.get(code, homes["village"][0]), code, "某某", "突发严重困难户", "农业农村局",
                      "2026-01-01"])  # fmt: skip
    book.save(path)
    return path


def test_a_watched_household_that_was_hit_is_a_finding_until_it_is_accepted(
    ctx: Context, tmp_path: Path
) -> None:
    before = watched(ctx, dispatcher())
    homes = ctx.store.read(lambda unit: unit.nodes("Household"))
    hit = homes.filter((pl.col("persons_in_need") > 0) & (pl.col("code") != ""))
    code = hit.filter(~pl.col("id").is_in(before["household"].implode()))["code"][0]
    import_files(ctx, dispatcher(), [roll(ctx, tmp_path / "watch.xlsx", [code])])
    run_audits(ctx, dispatcher())
    wanted = Wanted(rule="watch.not_handed_over")
    assert len(findings(ctx, dispatcher(), wanted)) == before.height + 1
    (key,) = set(watched(ctx, dispatcher())["id"]) - set(before["id"])
    with pytest.raises(WrongState):
        hand_over(ctx, county(ctx), [key], WatchState.ACCEPTED)
    for state in (WatchState.OFFERED, WatchState.ACCEPTED):
        hand_over(ctx, county(ctx), [key], state)
    run_audits(ctx, dispatcher())
    assert len(findings(ctx, dispatcher(), wanted)) == before.height


def test_a_roll_with_a_household_nobody_knows_is_refused_whole(
    ctx: Context, tmp_path: Path
) -> None:
    homes = ctx.store.read(lambda unit: unit.nodes("Household"))
    code = homes.filter(pl.col("code") != "")["code"][0]
    before = ctx.store.read(lambda unit: unit.nodes("PovertyWatch"))
    with pytest.raises(RowsRefused):
        import_files(ctx, dispatcher(), [roll(ctx, tmp_path / "watch.xlsx", [code, "没有这户"])])
    assert ctx.store.read(lambda unit: unit.nodes("PovertyWatch")).equals(before)
