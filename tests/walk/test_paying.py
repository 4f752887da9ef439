"""From approved cases to a bank's file and back, over the graph."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from api.usecases.audits.tasks import Wanted, findings, run_audits
from api.usecases.cases.decide import act
from api.usecases.cases.lists import cases
from api.usecases.cases.propose import propose
from api.usecases.context import Context
from api.usecases.import_files import ImportOptions, import_files
from api.usecases.pay.allot import allot
from api.usecases.pay.bank import HEADER, bank_file, returned, sign
from api.usecases.pay.changes import account_changes
from api.usecases.pay.draft import draft_batch, dry_run
from api.usecases.pay.lists import batches, funds, lead_times
from graphcore.casework.cases import Act
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden, InputError, WrongState
from graphcore.store.chain import events
from tests.support.walked import dispatcher

BENEFIT = "emergency_living"


def officer(ctx: Context, name: str = "王") -> Actor:
    return Actor(f"officer:{name}", frozenset({Role.APPROVER}), ctx.district)


@pytest.fixture
def decided(ctx: Context) -> Context:
    propose(ctx, dispatcher(), on=date(2026, 7, 2))
    for case in cases(ctx, dispatcher(), benefit=BENEFIT)["id"].head(12).to_list():
        act(ctx, officer(ctx), case, Act.APPROVE)
    return ctx


@pytest.fixture
def sent(decided: Context, tmp_path: Path) -> tuple[Context, str, Path]:
    batch = draft_batch(decided, dispatcher(), BENEFIT)
    sign(decided, officer(decided), batch)
    return decided, batch, bank_file(decided, dispatcher(), batch, tmp_path / "bank.xlsx")


def fill(path: Path, results: list[str], day: str = "2026-07-09") -> Path:
    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    rows = [r for r in sheet.iter_rows() if str(r[0].value).startswith("PY-")]
    for row, result in zip(rows, results, strict=False):
        row[HEADER.index("结果")].value, row[HEADER.index("入账日期")].value = result, day
    book.save(path)
    return path


def test_a_dry_run_writes_nothing(decided: Context) -> None:
    plan = dry_run(decided, dispatcher(), BENEFIT)
    assert plan.lines.height + plan.no_account.height == 12
    assert plan.short_fen == 0
    assert batches(decided, dispatcher()).is_empty()


def test_money_is_blocked_before_it_is_signed(decided: Context) -> None:
    plan = dry_run(decided, dispatcher(), BENEFIT)
    before = funds(decided, dispatcher())["left_fen"].sum()
    draft_batch(decided, dispatcher(), BENEFIT)
    assert funds(decided, dispatcher())["left_fen"].sum() == before - plan.total_fen


def test_no_case_is_in_two_batches(decided: Context) -> None:
    draft_batch(decided, dispatcher(), BENEFIT)
    with pytest.raises(InputError):
        draft_batch(decided, dispatcher(), BENEFIT)


def test_without_money_there_is_no_batch(decided: Context) -> None:
    def write(unit: object) -> None:
        keys = decided.store.read(lambda u: u.nodes("FundSource"))["id"]
        unit.update("FundSource", pl.DataFrame({"id": keys, "amount_fen": [0] * len(keys)}))  # type: ignore[attr-defined]

    decided.store.write(decided.district, write)
    assert dry_run(decided, dispatcher(), BENEFIT).short_fen > 0
    with pytest.raises(InputError):
        draft_batch(decided, dispatcher(), BENEFIT)


def test_nothing_goes_to_the_bank_unsigned_and_nobody_signs_twice(
    decided: Context, tmp_path: Path
) -> None:
    batch = draft_batch(decided, dispatcher(), BENEFIT)
    with pytest.raises(WrongState):
        bank_file(decided, dispatcher(), batch, tmp_path / "x.xlsx")
    sign(decided, officer(decided), batch)
    with pytest.raises(WrongState):
        sign(decided, officer(decided), batch)


def test_a_returned_file_is_answered_and_failures_are_due_again(
    sent: tuple[Context, str, Path],
) -> None:
    ctx, batch, path = sent
    count = batches(ctx, dispatcher())["payments"][0]
    results = ["失败", "??"] + ["成功"] * (count - 2)
    done = returned(ctx, dispatcher(), batch, fill(path, results))
    assert done.states == {"failed": 1, "unknown": 1, "paid": count - 2}
    again = dry_run(ctx, dispatcher(), BENEFIT)
    assert again.lines.height == 1
    assert draft_batch(ctx, dispatcher(), BENEFIT) != batch
    assert lead_times(ctx, dispatcher())["payments"].to_list() == [count - 2]


def test_the_same_file_again_changes_nothing(sent: tuple[Context, str, Path]) -> None:
    ctx, batch, path = sent
    fill(path, ["成功"] * 20)
    first = returned(ctx, dispatcher(), batch, path)
    again = returned(ctx, dispatcher(), batch, path)
    assert again.states == first.states
    assert not any(a.look for a in again.rows)


def test_failed_money_is_free_again(sent: tuple[Context, str, Path]) -> None:
    ctx, batch, path = sent
    blocked = funds(ctx, dispatcher())["left_fen"].sum()
    total = batches(ctx, dispatcher())["amount_fen"][0]
    returned(ctx, dispatcher(), batch, fill(path, ["失败"] * 20))
    assert funds(ctx, dispatcher())["left_fen"].sum() == blocked + total


def test_accounts_are_in_the_banks_file_only(sent: tuple[Context, str, Path]) -> None:
    ctx, _, path = sent
    sheet = load_workbook(path).active
    assert sheet is not None
    numbers = {str(r[2]) for r in sheet.iter_rows(values_only=True) if str(r[0]).startswith("PY-")}
    assert all(n.isdigit() for n in numbers)
    assert numbers
    told = ctx.store.read(lambda unit: [e.canonical for e in events(unit, ctx.district)])
    kept = ctx.store.read(lambda unit: unit.nodes("BankAccount").write_json())
    assert not any(n in text for n in numbers for text in (*told, kept))


def test_a_file_without_our_columns_is_refused(
    sent: tuple[Context, str, Path], tmp_path: Path
) -> None:
    ctx, batch, _ = sent
    other = tmp_path / "other.csv"
    other.write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError):
        returned(ctx, dispatcher(), batch, other)


def test_a_township_clerk_pays_nobody(decided: Context) -> None:
    clerk = Actor("t", frozenset({Role.TOWNSHIP}), decided.district)
    with pytest.raises(Forbidden):
        dry_run(decided, clerk, BENEFIT)


def test_an_officer_of_another_rank_waits_for_his_turn(decided: Context) -> None:
    batch = draft_batch(decided, dispatcher(), BENEFIT)
    with pytest.raises(WrongState):
        sign(decided, officer(decided), batch, "局长")
    assert sign(decided, officer(decided), batch, "科室负责人") == 0


def test_a_changed_account_is_told_and_found_while_approved_money_waits(
    decided: Context, tmp_path: Path
) -> None:
    home = dry_run(decided, dispatcher(), BENEFIT).lines["household"][0]
    code = decided.store.read(lambda unit: unit.nodes("Household", [home]))["code"][0]
    path = tmp_path / "accounts.csv"
    row = f"{code},某某,6210990000009999999,合成农村商业银行"
    path.write_text(f"户编号,账户户名,银行账号,开户银行\n{row}\n", encoding="utf-8")
    assert account_changes(decided, dispatcher()).is_empty()
    import_files(decided, dispatcher(), [path], ImportOptions(form="accounts"))
    (told,) = account_changes(decided, dispatcher()).to_dicts()
    assert (told["household"], told["file"], told["n"]) == (home, "accounts.csv", 2)
    run_audits(decided, dispatcher())
    found = findings(decided, dispatcher(), Wanted(rule="pay.account_changed"))
    assert [r["subject"] for r in found] == [home]
    assert "9999999" not in str(told) + str(found)


def test_money_set_aside_for_another_benefit_is_not_drawn_on(decided: Context) -> None:
    free = dry_run(decided, dispatcher(), BENEFIT)
    for fund in funds(decided, dispatcher()).iter_rows(named=True):
        if not fund["benefits"]:
            allot(
                decided,
                officer(decided),
                fund["code"],
                "winter_spring",
                fund["left_fen"],
                "纪要1号",
            )
            with pytest.raises(InputError):
                allot(decided, officer(decided), fund["code"], "winter_spring", 1, "纪要1号")
    left = dry_run(decided, dispatcher(), BENEFIT)
    general = {f["id"] for f in funds(decided, dispatcher()).to_dicts() if not f["benefits"]}
    assert not general & set(left.drawn)
    assert left.total_fen == free.total_fen
